/* The steps that checks execute. */
#include <string.h>

#include <cjson/cJSON.h>

#include "runner/conformance/check.h"

const struct mp_fixture_info mp_fixture_table[MP_FIXTURE_COUNT] = {
    [MP_FIXTURE_PASS] = {"pass", "mprun: passes"},
    [MP_FIXTURE_FAIL] = {"fail", "mprun: fails"},
    [MP_FIXTURE_THROW] = {"throw", "mprun: throws"},
    [MP_FIXTURE_PENDING] = {"pending", "mprun: is pending"},
    [MP_FIXTURE_SKIP] = {"skip", "mprun: skips"},
    [MP_FIXTURE_SLOW] = {"slow", "mprun: sleeps {int} ms"},
    [MP_FIXTURE_ECHO] = {"echo", "mprun: echoes {string}"},
    [MP_FIXTURE_ECHO_ARGUMENT] = {"echo-argument",
                                  "mprun: echoes the argument"},
    [MP_FIXTURE_PRINT] = {"print", "mprun: prints {string} to stdout"},
    [MP_FIXTURE_SPAWN] = {"spawn",
                          "mprun: spawns a child that prints {string}"},
    [MP_FIXTURE_LOG_BYTES] = {"log-bytes", "mprun: logs {int} bytes"},
    [MP_FIXTURE_LOG] = {"log", "mprun: logs {string} as {word}"},
    [MP_FIXTURE_ATTACH] = {"attach", "mprun: attaches {int} bytes"},
    [MP_FIXTURE_UNICODE] = {"unicode", "mprun: returns unicode"},
    [MP_FIXTURE_REMEMBER] = {"remember", "mprun: remembers {string}"},
    [MP_FIXTURE_RECALL] = {"recall", "mprun: recalls {string}"},
    [MP_FIXTURE_EXPORT] = {"export", "mprun: exports {string} as {string}"},
    [MP_FIXTURE_AMBIGUOUS] = {"ambiguous", "mprun: is ambiguous"},
};

#define UNKNOWN_STEP "mprun: there is no such step, says the conformance check"

const char *mp_exam_text(struct mp_exam *exam, enum mp_fixture fixture,
                         const char *first, const char *second)
{
    const char *pattern = exam->lab->options->steps[fixture];
    const char *values[] = {first, second, NULL};
    const char **value = values;
    struct mp_buf text = {0};
    if (!pattern)
        pattern = mp_fixture_table[fixture].text;
    while (*pattern) {
        const char *end = *pattern == '{' ? strchr(pattern, '}') : NULL;
        if (!end || !*value) {
            mp_buf_append_char(&text, *pattern++);
            continue;
        }
        bool quoted = !strncmp(pattern, "{string}", 8);
        mp_buf_format(&text, quoted ? "\"%s\"" : "%s", *value++);
        pattern = end + 1;
    }
    const char *made =
        gh_arena_copy(&exam->arena, (struct gh_str){text.data, text.len});
    mp_buf_finish(&text);
    return made;
}

const char *mp_exam_bare_step(struct mp_exam *exam, const char *text,
                              const char *argument)
{
    return gh_arena_format(
        &exam->arena,
        "{\"process\":\"writer\",\"stepType\":\"when\",\"step\":%s,%s%s%s"
        "\"context\":{\"scenarioId\":\"conformance-1\","
        "\"platform\":\"examined\"}}",
        mp_exam_quote(exam, text), argument ? "\"argument\":" : "",
        argument ? argument : "", argument ? "," : "");
}

const char *mp_exam_step(struct mp_exam *exam, const struct mp_peer *peer,
                         const char *text, const char *argument)
{
    if (!exam->lab->v1)
        return mp_exam_bare_step(exam, text, argument);
    const char *quoted = mp_exam_quote(exam, text);
    return gh_arena_format(
        &exam->arena,
        "{\"process\":\"writer\",\"stepType\":\"when\",\"step\":%s,%s%s%s"
        "\"context\":{\"scenarioId\":\"%s\",\"platform\":\"examined\","
        "\"fullText\":%s,\"keyword\":\"When "
        "\",\"scenarioName\":\"Conformance\","
        "\"feature\":\"conformance.feature\",\"line\":3,\"stepIndex\":1,"
        "\"attempt\":1,\"timeoutMs\":30000,\"tags\":[\"@conformance\"]}}",
        quoted, argument ? "\"argument\":" : "", argument ? argument : "",
        argument ? "," : "", peer->scenario_id, quoted);
}

/* --- steps that the server does not have --- */

/* What it answers to a step, without what differs from step to step. */
static const char *signature(struct mp_exam *exam, const struct mp_said *said,
                             const char *text)
{
    struct mp_buf out = {0};
    struct gh_str result = {0};
    mp_json_member(said->bytes, "result", &result);
    const char *printed = gh_arena_copy(&exam->arena, result);
    const char *quoted = mp_exam_quote(exam, text);
    size_t length = strlen(quoted) - 2;
    for (const char *p = printed; *p;) {
        if (length && !strncmp(p, quoted + 1, length)) {
            mp_buf_append_char(&out, '*');
            p += length;
        } else if (*p >= '0' && *p <= '9') {
            mp_buf_append_char(&out, '0');
            p += strspn(p, "0123456789");
        } else {
            mp_buf_append_char(&out, *p++);
        }
    }
    const char *made = gh_arena_copy(
        &exam->arena, (struct gh_str){mp_buf_text(&out), out.len});
    mp_buf_finish(&out);
    return made;
}

const struct mp_asked *mp_exam_begin(struct mp_exam *exam, struct mp_peer *peer,
                                     enum mp_fixture fixture, const char *first)
{
    const char *text = mp_exam_text(exam, fixture, first, NULL);
    return mp_peer_ask(peer, "executeStep",
                       mp_exam_step(exam, peer, text, NULL));
}

static const cJSON *execute(struct mp_exam *exam, struct mp_peer *peer,
                            const char *text, const char *argument)
{
    return mp_exam_result(
        exam, peer,
        mp_peer_ask(peer, "executeStep",
                    mp_exam_step(exam, peer, text, argument)));
}

/* The bare level has no word for it: it is answered as a step is that surely
 * is not there. */
static bool is_unknown(struct mp_exam *exam, struct mp_peer *peer,
                       const cJSON *result, const char *text)
{
    const char *status = mp_exam_string(result, "status");
    if (mp_exam_succeeded(result))
        return false;
    if (status && !strcmp(status, "undefined"))
        return true;
    if (exam->lab->v1)
        return false;
    const char *own = signature(exam, mp_exam_said(peer, result), text);
    if (!exam->unknown) {
        const struct mp_asked *asked = mp_peer_ask(
            peer, "executeStep", mp_exam_step(exam, peer, UNKNOWN_STEP, NULL));
        const struct mp_said *answer = mp_peer_await(peer, asked);
        exam->unknown = answer ? signature(exam, answer, UNKNOWN_STEP) : "";
    }
    return !strcmp(own, exam->unknown);
}

static const cJSON *judge(struct mp_exam *exam, struct mp_peer *peer,
                          enum mp_fixture fixture, const char *text,
                          const cJSON *result)
{
    if (!result || !is_unknown(exam, peer, result, text))
        return result;
    mp_exam_skip(exam, "the server has no step '%s' (--step %s=TEXT names one)",
                 text, mp_fixture_table[fixture].name);
    return NULL;
}

const cJSON *mp_exam_play(struct mp_exam *exam, struct mp_peer *peer,
                          enum mp_fixture fixture, const char *first,
                          const char *second)
{
    if (mp_exam_is_over(exam) || !peer)
        return NULL;
    const char *text = mp_exam_text(exam, fixture, first, second);
    return judge(exam, peer, fixture, text, execute(exam, peer, text, NULL));
}

const cJSON *mp_exam_play_with(struct mp_exam *exam, struct mp_peer *peer,
                               enum mp_fixture fixture, const char *argument)
{
    if (mp_exam_is_over(exam) || !peer)
        return NULL;
    const char *text = mp_exam_text(exam, fixture, NULL, NULL);
    return judge(exam, peer, fixture, text,
                 execute(exam, peer, text, argument));
}

bool mp_exam_passes(struct mp_exam *exam, struct mp_peer *peer,
                    enum mp_fixture fixture, const char *first,
                    const char *second)
{
    const cJSON *result = mp_exam_play(exam, peer, fixture, first, second);
    if (result && !mp_exam_succeeded(result))
        mp_exam_fail(exam, mp_exam_said(peer, result), "'%s' does not pass",
                     mp_exam_text(exam, fixture, first, second));
    return result && !mp_exam_is_over(exam);
}

bool mp_exam_has(struct mp_exam *exam, enum mp_fixture fixture,
                 const char *first, const char *second)
{
    return mp_exam_play(exam, mp_exam_peer(exam), fixture, first, second);
}
