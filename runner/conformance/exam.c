#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "gherkin/jsonw.h"
#include "runner/conformance/check.h"

#define SHOWN 500

/* --- verdicts --- */

bool mp_exam_is_over(const struct mp_exam *exam)
{
    return exam->verdict->mark != MP_MARK_NONE;
}

static void set_text(char **target, struct gh_str bytes)
{
    struct mp_buf text = {0};
    if (*target || !bytes.len)
        return;
    mp_lab_escape(&text, bytes, SHOWN);
    *target = mp_buf_take(&text);
}

__attribute__((format(printf, 4, 0))) static void
decide(struct mp_exam *exam, enum mp_mark mark, const struct mp_said *said,
       const char *format, va_list args)
{
    struct mp_buf text = {0};
    if (mp_exam_is_over(exam))
        return;
    mp_buf_vformat(&text, format, args);
    exam->verdict->mark = mark;
    gh_free(exam->verdict->why);
    exam->verdict->why = mp_buf_take(&text);
    if (said)
        set_text(&exam->verdict->bytes, said->bytes);
}

void mp_exam_fail(struct mp_exam *exam, const struct mp_said *said,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    decide(exam, MP_MARK_FAIL, said, format, args);
    va_end(args);
}

void mp_exam_warn(struct mp_exam *exam, const struct mp_said *said,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    decide(exam, MP_MARK_WARN, said, format, args);
    va_end(args);
}

void mp_exam_skip(struct mp_exam *exam, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    decide(exam, MP_MARK_NOT_TESTED, NULL, format, args);
    va_end(args);
}

void mp_exam_remark(struct mp_exam *exam, const char *format, ...)
{
    struct mp_buf text = {0};
    va_list args;
    if (mp_exam_is_over(exam))
        return;
    va_start(args, format);
    mp_buf_vformat(&text, format, args);
    va_end(args);
    gh_free(exam->verdict->why);
    exam->verdict->why = mp_buf_take(&text);
}

/* --- peers --- */

/* A server that cannot run twice at the same time is examined alone. */
static void make_room(struct mp_exam *exam)
{
    if (!exam->lab->single)
        return;
    mp_peer_retire(*exam->common);
    *exam->common = NULL;
    for (int i = 0; i < MP_EXAM_PEERS; i++) {
        mp_peer_retire(exam->own[i]);
        exam->own[i] = NULL;
    }
    mp_lab_wait_alone(exam->lab);
}

struct mp_peer *mp_exam_start(struct mp_exam *exam)
{
    make_room(exam);
    for (int i = 0; i < MP_EXAM_PEERS; i++) {
        if (!exam->own[i])
            return exam->own[i] = mp_peer_start(exam->lab);
    }
    return exam->own[MP_EXAM_PEERS - 1];
}

const char *mp_exam_hello(struct mp_exam *exam, const struct mp_peer *peer,
                          const char *versions)
{
    const struct mp_conformance_options *options = exam->lab->options;
    return gh_arena_format(
        &exam->arena,
        "{\"protocolVersions\":%s,"
        "\"runner\":{\"name\":\"mprun\",\"version\":%s,\"pid\":%s,"
        "\"os\":\"linux\"},"
        "\"process\":{\"name\":\"writer\",\"platform\":\"examined\","
        "\"purpose\":\"conformance\",\"incarnation\":1,\"group\":null,"
        "\"index\":0,\"groupSize\":1},"
        "\"run\":{\"runId\":%s,\"seed\":1,\"workDir\":%s,\"sharedDir\":%s,"
        "\"artifactDir\":%s,\"ipcPrefix\":%s},"
        "\"limits\":{\"maxMessageBytes\":16777216,"
        "\"maxInlineAttachmentBytes\":1048576,\"cancelGraceMs\":2000,"
        "\"shutdownGraceMs\":5000},"
        "\"capabilities\":{\"log\":true,\"attachment\":true},\"options\":{}}",
        versions, mp_exam_quote(exam, options->version),
        gh_arena_format(&exam->arena, "%lld", (long long)exam->lab->runner_pid),
        mp_exam_quote(exam, options->run_id), mp_exam_quote(exam, options->cwd),
        mp_exam_quote(exam, peer->shared_dir),
        mp_exam_quote(exam, peer->artifact_dir),
        mp_exam_quote(exam, peer->ipc_prefix));
}

static bool says(const cJSON *capabilities, const char *name)
{
    const cJSON *item = mp_exam_get(capabilities, name);
    return cJSON_IsTrue(item) || cJSON_IsObject(item);
}

static void introduce(struct mp_lab *lab, struct mp_peer *peer,
                      const cJSON *result)
{
    struct mp_introduction *said = &lab->introduction;
    const cJSON *abilities = mp_exam_get(result, "capabilities");
    const cJSON *most =
        mp_exam_get(mp_exam_get(result, "limits"), "maxMessageBytes");
    const char *language =
        mp_exam_string(mp_exam_get(result, "server"), "language");
    peer->log = says(abilities, "log");
    peer->attachment = says(abilities, "attachment");
    if (said->answered ||
        !cJSON_IsNumber(mp_exam_get(result, "protocolVersion")))
        return;
    *said = (struct mp_introduction){
        .answered = true,
        .match_steps = says(abilities, "matchSteps"),
        .list = says(abilities, "listStepDefinitions"),
        .scenarios = says(abilities, "scenarios"),
        .hooks = says(abilities, "hooks"),
        .cancel = says(abilities, "cancel"),
        .log = peer->log,
        .attachment = peer->attachment,
        .language =
            language ? gh_arena_copy(&lab->arena, gh_str_of(language)) : NULL,
        .max_message_bytes = cJSON_IsNumber(most) && most->valuedouble > 0 &&
                                     most->valuedouble < 1e15
                                 ? (int64_t)most->valuedouble
                                 : 0};
}

bool mp_exam_greet(struct mp_exam *exam, struct mp_peer *peer)
{
    if (!exam->lab->v1)
        return true;
    const struct mp_asked *asked =
        mp_peer_ask(peer, "initialize", mp_exam_hello(exam, peer, "[1]"));
    const struct mp_said *answer = mp_peer_await(peer, asked);
    if (answer)
        introduce(exam->lab, peer, mp_exam_get(answer->root, "result"));
    return answer;
}

static bool greet_or_fail(struct mp_exam *exam, struct mp_peer *peer)
{
    struct mp_buf what = {0};
    bool good = mp_exam_greet(exam, peer);
    if (!good) {
        mp_peer_describe(peer, &what);
        mp_exam_fail(exam, NULL, "no answer to initialize: %s", what.data);
    }
    mp_buf_finish(&what);
    return good;
}

struct mp_peer *mp_exam_start_greeted(struct mp_exam *exam)
{
    if (mp_exam_is_over(exam))
        return NULL;
    struct mp_peer *peer = mp_exam_start(exam);
    return greet_or_fail(exam, peer) ? peer : NULL;
}

struct mp_peer *mp_exam_peer(struct mp_exam *exam)
{
    if (mp_exam_is_over(exam))
        return NULL;
    if (*exam->common && !mp_peer_is_usable(*exam->common)) {
        mp_peer_retire(*exam->common);
        *exam->common = NULL;
    }
    if (!*exam->common) {
        make_room(exam);
        *exam->common = mp_peer_start(exam->lab);
        if (!greet_or_fail(exam, *exam->common))
            return NULL;
    }
    return *exam->common;
}

/* --- asking --- */

const struct mp_said *mp_exam_answer(struct mp_exam *exam, struct mp_peer *peer,
                                     const struct mp_asked *asked)
{
    struct mp_buf what = {0};
    if (mp_exam_is_over(exam))
        return NULL;
    const struct mp_said *answer = mp_peer_await(peer, asked);
    gh_free(exam->verdict->sent);
    exam->verdict->sent = NULL;
    set_text(&exam->verdict->sent, asked->bytes);
    if (answer)
        return answer;
    mp_peer_describe(peer, &what);
    size_t last = peer->said_count;
    bool broken = peer->broken > asked->broken;
    while (broken && last && peer->said[last - 1]->kind != MP_SAID_BROKEN)
        last--;
    double waited = mp_clock_now_exact(&exam->lab->clock) - asked->sent_ms;
    mp_exam_fail(exam, broken ? peer->said[last - 1] : NULL,
                 "no %sanswer to %s in %.0f ms: %s", broken ? "readable " : "",
                 asked->method, waited, what.data);
    mp_buf_finish(&what);
    return NULL;
}

int mp_exam_code(const struct mp_said *said)
{
    const cJSON *error = said ? mp_exam_get(said->root, "error") : NULL;
    const cJSON *code = mp_exam_get(error, "code");
    return cJSON_IsNumber(code) ? code->valueint : 0;
}

const cJSON *mp_exam_result(struct mp_exam *exam, struct mp_peer *peer,
                            const struct mp_asked *asked)
{
    const struct mp_said *answer = mp_exam_answer(exam, peer, asked);
    if (!answer)
        return NULL;
    const cJSON *result = mp_exam_get(answer->root, "result");
    if (!result)
        mp_exam_fail(exam, answer, "%s is answered with an error",
                     asked->method);
    return mp_exam_is_over(exam) ? NULL : result;
}

const struct mp_said *mp_exam_said(const struct mp_peer *peer,
                                   const cJSON *result)
{
    for (size_t i = peer->said_count; i > 0; i--) {
        const struct mp_said *said = peer->said[i - 1];
        if (said->root && mp_exam_get(said->root, "result") == result)
            return said;
    }
    return NULL;
}

bool mp_exam_is_healthy(struct mp_exam *exam, struct mp_peer *peer,
                        const char *after)
{
    struct mp_buf what = {0};
    if (mp_exam_is_over(exam))
        return false;
    const struct mp_asked *asked = mp_peer_ask(peer, "health", NULL);
    bool good = mp_peer_await(peer, asked);
    if (!good) {
        mp_peer_describe(peer, &what);
        mp_exam_fail(exam, NULL, "health has no answer %s: %s", after,
                     what.data);
    }
    mp_buf_finish(&what);
    return good;
}

/* --- looking at JSON --- */

const cJSON *mp_exam_get(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

const char *mp_exam_string(const cJSON *object, const char *name)
{
    const cJSON *item = mp_exam_get(object, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

bool mp_exam_succeeded(const cJSON *result)
{
    return cJSON_IsTrue(mp_exam_get(result, "success"));
}

// NOLINTNEXTLINE(misc-no-recursion): the parser has limited the depth
bool mp_exam_holds(const cJSON *tree, const cJSON *value)
{
    const cJSON *child;
    if (cJSON_Compare(tree, value, true))
        return true;
    cJSON_ArrayForEach(child, tree)
    {
        if (mp_exam_holds(child, value))
            return true;
    }
    return false;
}

bool mp_exam_holds_text(const cJSON *tree, const char *text)
{
    cJSON *value = cJSON_CreateString(text);
    bool found = mp_exam_holds(tree, value);
    cJSON_Delete(value);
    return found;
}

const char *mp_exam_quote(struct mp_exam *exam, const char *text)
{
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    gh_jsonw_cstring(&w, text);
    const char *quoted = gh_arena_copy(&exam->arena, gh_jsonw_text(&w));
    gh_jsonw_finish(&w);
    return quoted;
}
