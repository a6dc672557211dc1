/* Checks 21 to 30: JSON-RPC. */
#include <string.h>

#include <cjson/cJSON.h>

#include "runner/conformance/check.h"

#define HEALTHS  10
#define QUIET_MS 50

#define METHOD_NOT_FOUND (-32601)
#define INVALID_PARAMS   (-32602)
#define PARSE_ERROR      (-32700)

/* Sends a line that holds a request with this id (JSON). */
static struct mp_asked *ask_line(struct mp_peer *peer, const char *id,
                                 const char *method, const char *line)
{
    struct mp_asked *asked = mp_peer_expect(peer, id, method, gh_str_of(line));
    struct mp_buf bytes = {0};
    mp_buf_format(&bytes, "%s\n", line);
    mp_peer_send(peer, (struct gh_str){bytes.data, bytes.len});
    mp_buf_finish(&bytes);
    return asked;
}

/* What came since then with an id that is nobody's, or somebody else's. */
static const struct mp_said *find_other(const struct mp_peer *peer,
                                        size_t since)
{
    for (size_t i = since; i < peer->said_count; i++) {
        const struct mp_asked *asked = peer->asked;
        while (asked && asked->answer != peer->said[i])
            asked = asked->next;
        if (!asked && peer->said[i]->kind == MP_SAID_ANSWER)
            return peer->said[i];
    }
    return NULL;
}

/* Its own answer may come behind what is left of others: a second answer to
 * the last request is no answer to this one. */
static void echoes_ids(struct mp_exam *exam)
{
    static const char *const ids[] = {"1048577", "2147483647", "\"a-1\""};
    struct mp_peer *peer = mp_exam_peer(exam);
    for (int i = 0; i < 3 && !mp_exam_is_over(exam); i++) {
        size_t before = peer->said_count;
        const struct mp_asked *asked =
            ask_line(peer, ids[i], "health",
                     gh_arena_format(&exam->arena,
                                     "{\"jsonrpc\":\"2.0\",\"id\":%s,"
                                     "\"method\":\"health\"}",
                                     ids[i]));
        const struct mp_said *other =
            mp_peer_await(peer, asked) ? NULL : find_other(peer, before);
        if (other)
            mp_exam_fail(exam, other, "the answer to the id %s has another one",
                         ids[i]);
        else
            mp_exam_answer(exam, peer, asked);
    }
}

static void answers_once(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    for (int i = 0; i < HEALTHS && !mp_exam_is_over(exam); i++)
        mp_exam_answer(exam, peer, mp_peer_ask(peer, "health", NULL));
    if (peer)
        mp_peer_idle(peer, QUIET_MS);
}

static void ignores_notifications(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    size_t before = peer->said_count;
    mp_peer_notify(peer, "health", NULL);
    mp_peer_notify(peer, "x-mprun/nothing", "{\"a\":1}");
    const struct mp_asked *asked = mp_peer_ask(peer, "health", NULL);
    mp_peer_await(peer, asked);
    mp_peer_idle(peer, QUIET_MS);
    for (size_t i = before; i < peer->said_count; i++) {
        if (mp_said_is_to_nothing(peer->said[i]))
            mp_exam_fail(exam, peer->said[i], "a notification is answered");
    }
    mp_exam_answer(exam, peer, asked);
}

static void is_enveloped(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    mp_exam_answer(exam, peer, mp_peer_ask(peer, "health", NULL));
    /* Silence is the matter of check 25. */
    mp_peer_await(peer, mp_peer_ask(peer, "x-mprun/unknown", NULL));
}

static void refuses_unknown(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    const struct mp_asked *asked = mp_peer_ask(peer, "x-mprun/unknown", "{}");
    const struct mp_said *answer = mp_peer_await(peer, asked);
    bool good = answer && mp_exam_code(answer) == METHOD_NOT_FOUND;
    if (!good && exam->lab->v1)
        mp_exam_fail(exam, answer, "an unknown method is %s",
                     answer ? "not answered with the error -32601"
                            : "not answered");
    else if (!good)
        mp_exam_warn(exam, answer,
                     "an unknown method should be answered with "
                     "the error -32601");
    mp_exam_is_healthy(exam, peer, "after an unknown method");
}

static void survives_malformed(struct mp_exam *exam)
{
    static const char *const lines[] = {
        "{\"jsonrpc\":\"2.0\",\"id\":41,\"method\":\n", "this is no JSON\n"};
    struct mp_peer *peer = mp_exam_peer(exam);
    for (int i = 0; i < 2 && !mp_exam_is_over(exam); i++) {
        size_t before = peer->said_count;
        mp_peer_send(peer, gh_str_of(lines[i]));
        mp_exam_is_healthy(exam, peer, "after a line that is no JSON");
        for (size_t at = before; at < peer->said_count; at++) {
            const struct mp_said *said = peer->said[at];
            if (mp_said_is_to_nothing(said) &&
                mp_exam_code(said) != PARSE_ERROR)
                mp_exam_fail(exam, said,
                             "a line that is no JSON is answered, and not by "
                             "the error -32700");
        }
    }
}

/* Any error, or a step that did not pass. */
static void judge_refusal(struct mp_exam *exam, const struct mp_said *answer,
                          const char *what, bool may_pass)
{
    const cJSON *result = answer ? mp_exam_get(answer->root, "result") : NULL;
    int code = mp_exam_code(answer);
    if (result && mp_exam_succeeded(result) && !may_pass)
        mp_exam_fail(exam, answer, "a step with %s passes", what);
    else if (answer && !result && code != INVALID_PARAMS)
        mp_exam_fail(exam, answer,
                     "%s is answered with the error %d, not -32602", what,
                     code);
}

static void refuses_bad_params(struct mp_exam *exam)
{
    static const struct {
        const char *what, *params;
        bool may_pass;
    } table[] = {
        {"no 'step'", "{\"process\":\"writer\",\"stepType\":\"when\"}", false},
        {"step: 5", "{\"process\":\"writer\",\"step\":5}", false},
        {"params: []", "[]", false},
        {"context: null",
         "{\"process\":\"writer\",\"stepType\":\"when\",\"step\":\"mprun: "
         "there "
         "is no such step\",\"context\":null}",
         true},
    };
    struct mp_peer *peer = mp_exam_peer(exam);
    for (size_t i = 0; i < 4 && !mp_exam_is_over(exam); i++) {
        const struct mp_said *answer = mp_exam_answer(
            exam, peer, mp_peer_ask(peer, "executeStep", table[i].params));
        judge_refusal(exam, answer, table[i].what, table[i].may_pass);
    }
    mp_exam_is_healthy(exam, peer, "after wrong params");
}

/* A step that passes, in a request that is written in another way: its id and
 * its text stand between the three parts. */
static void judge_written(struct mp_exam *exam, const char *before,
                          const char *between, const char *after, bool id_first,
                          const char *why)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer || !mp_exam_has(exam, MP_FIXTURE_PASS, NULL, NULL))
        return;
    const char *id =
        gh_arena_format(&exam->arena, "%lld", (long long)++peer->last_id);
    const char *text =
        mp_exam_quote(exam, mp_exam_text(exam, MP_FIXTURE_PASS, NULL, NULL));
    const char *line = gh_arena_format(&exam->arena, "%s%s%s%s%s", before,
                                       id_first ? id : text, between,
                                       id_first ? text : id, after);
    const cJSON *result =
        mp_exam_result(exam, peer, ask_line(peer, id, "executeStep", line));
    if (result && !mp_exam_succeeded(result))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a passing step does not pass when %s", why);
}

static void ignores_unknown_members(struct mp_exam *exam)
{
    judge_written(exam, "{\"jsonrpc\":\"2.0\",\"x-a\":[1],\"id\":",
                  ",\"method\":\"executeStep\",\"params\":{\"x-b\":null,"
                  "\"process\":\"writer\",\"stepType\":\"when\",\"step\":",
                  ",\"context\":{\"scenarioId\":\"conformance-1\","
                  "\"platform\":\"examined\",\"x-c\":{\"d\":true}}}}",
                  true, "there are members that it does not know");
}

static void ignores_order(struct mp_exam *exam)
{
    judge_written(exam,
                  "{\"params\":{\"context\":{\"platform\":\"examined\","
                  "\"scenarioId\":\"conformance-1\"},\"step\":",
                  ",\"stepType\":\"when\",\"process\":\"writer\"},\"id\":",
                  ",\"method\":\"executeStep\",\"jsonrpc\":\"2.0\"}", false,
                  "the members are in another order");
}

/* clang-format off */
const struct mp_check mp_envelope_checks[] = {
    {21, false, NULL, {8},
     "echoes the id, of the same type and value",
     "asks with 1048577, 2147483647 and \"a-1\"; looks at all answers",
     "keep the id as the JSON parser gave it and write it back", echoes_ids},
    {22, false, NULL, {8},
     "answers each request once",
     "asks ten times; looks at all answers",
     "one answer for a request, in one place of the code", answers_once},
    {23, false, NULL, {8, 16},
     "does not answer notifications",
     "sends a known and an unknown method without id",
     "answer only when the message has an id", ignores_notifications},
    {24, false, NULL, {8},
     "answers have \"jsonrpc\":\"2.0\" and one of result and error",
     "looks at all answers",
     "leave the other one out; null does not count as absent", is_enveloped},
    {25, false, NULL, {8, 29},
     "an unknown method gets the error -32601",
     "asks for one, then for health (bare: a warning)",
     "end the dispatch of methods with {\"code\":-32601,\"message\":\"unknown "
     "method\"}", refuses_unknown},
    {26, true, NULL, {8, 16},
     "a line that is no JSON gets -32700, or nothing",
     "sends two, each followed by health",
     "catch the parser's error around each line and go on", survives_malformed},
    {27, true, NULL, {8},
     "wrong params get -32602, or a failed step",
     "sends executeStep without step, with step 5, with [] and a null context",
     "check the types of what is used before it is used", refuses_bad_params},
    {28, false, NULL, {31},
     "ignores members that it does not know",
     "adds some to the message, its params and its context",
     "take what you know and pass over the rest", ignores_unknown_members},
    {29, false, NULL, {8},
     "error has an integer code and a string message",
     "looks at all errors",
     "{\"code\":-32603,\"message\":\"what went wrong\"}", is_enveloped},
    {30, false, NULL, {31},
     "the order of members does not matter",
     "sends params first and id late",
     "parse the whole message before it is looked at", ignores_order},
    {0, false, NULL, {0}, NULL, NULL, NULL, NULL},
};
/* clang-format on */
