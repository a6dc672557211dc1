/* Checks 46 to 50: initialize and health. */
#include <string.h>

#include <cjson/cJSON.h>

#include "runner/conformance/check.h"

#define HEALTHS             10
#define UNSUPPORTED_VERSION 1002
#define METHOD_NOT_FOUND    (-32601)

static bool is_version(const cJSON *result)
{
    const cJSON *version = mp_exam_get(result, "protocolVersion");
    return cJSON_IsNumber(version) && version->valuedouble == 1;
}

static void initialize(struct mp_exam *exam, struct mp_peer *peer)
{
    if (mp_exam_is_over(exam))
        return;
    const struct mp_asked *asked =
        mp_peer_ask(peer, "initialize", mp_exam_hello(exam, peer, "[1]"));
    const cJSON *result = mp_exam_result(exam, peer, asked);
    if (result && !is_version(result))
        mp_exam_fail(exam, asked->answer,
                     "offered [1], protocolVersion is not 1");
}

static void introduces_itself(struct mp_exam *exam)
{
    initialize(exam, mp_exam_start(exam));
}

static void refuses_version(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start(exam);
    const struct mp_said *answer = mp_exam_answer(
        exam, peer,
        mp_peer_ask(peer, "initialize", mp_exam_hello(exam, peer, "[99]")));
    if (!answer)
        return;
    const cJSON *data = mp_exam_get(mp_exam_get(answer->root, "error"), "data");
    const cJSON *supported = mp_exam_get(data, "supported");
    if (mp_exam_code(answer) != UNSUPPORTED_VERSION)
        mp_exam_fail(exam, answer,
                     "offered [99] alone, it does not answer with the error "
                     "1002");
    else if (!cJSON_IsArray(supported) ||
             !cJSON_IsNumber(cJSON_GetArrayItem(supported, 0)))
        mp_exam_fail(exam, answer,
                     "error.data.supported does not list its versions");
    initialize(exam, peer);
}

static void plays_without_hello(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start(exam);
    const cJSON *health =
        mp_exam_result(exam, peer, mp_peer_ask(peer, "health", NULL));
    if (!health)
        return;
    const char *text = mp_exam_text(exam, MP_FIXTURE_PASS, NULL, NULL);
    const struct mp_asked *asked =
        mp_peer_ask(peer, "executeStep", mp_exam_bare_step(exam, text, NULL));
    const cJSON *result = mp_exam_result(exam, peer, asked);
    if (result && !mp_exam_succeeded(result))
        mp_exam_fail(exam, asked->answer,
                     "without initialize a passing step does not pass");
}

/* --- capabilities --- */

struct method {
    const char *capability, *method, *params;
};

static const struct method method_table[] = {
    {"matchSteps", "matchSteps", "{\"steps\":[]}"},
    {"listStepDefinitions", "listStepDefinitions", NULL},
    {"scenarios", "scenarioFinished",
     "{\"scenarioId\":\"none\",\"status\":\"passed\",\"timeoutMs\":1000}"},
    {"hooks", "executeHook",
     "{\"hook\":\"none\",\"process\":\"writer\",\"status\":\"passed\","
     "\"context\":{\"scenarioId\":\"none\",\"platform\":\"examined\"}}"},
};

static void judge_types(struct mp_exam *exam, const struct mp_said *answer,
                        const cJSON *abilities)
{
    const cJSON *ability;
    if (abilities && !cJSON_IsObject(abilities))
        mp_exam_fail(exam, answer, "capabilities is no object");
    cJSON_ArrayForEach(ability, abilities)
    {
        if (!cJSON_IsBool(ability) && !cJSON_IsObject(ability))
            mp_exam_fail(exam, answer,
                         "the capability '%s' is neither boolean nor object",
                         ability->string);
    }
}

static void keeps_promises(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start(exam);
    const struct mp_asked *asked =
        mp_peer_ask(peer, "initialize", mp_exam_hello(exam, peer, "[1]"));
    const cJSON *result = mp_exam_result(exam, peer, asked);
    const cJSON *abilities = mp_exam_get(result, "capabilities");
    judge_types(exam, asked->answer, abilities);
    for (size_t i = 0; i < sizeof(method_table) / sizeof(*method_table); i++) {
        const struct method *row = &method_table[i];
        const cJSON *ability = mp_exam_get(abilities, row->capability);
        if (!cJSON_IsTrue(ability) && !cJSON_IsObject(ability))
            continue;
        const struct mp_said *answer = mp_exam_answer(
            exam, peer, mp_peer_ask(peer, row->method, row->params));
        if (answer && mp_exam_code(answer) == METHOD_NOT_FOUND)
            mp_exam_fail(exam, answer, "it announces %s and does not know %s",
                         row->capability, row->method);
    }
}

/* --- health --- */

static const struct mp_said *ask_health(struct mp_exam *exam,
                                        struct mp_peer *peer)
{
    const struct mp_said *answer =
        mp_exam_answer(exam, peer, mp_peer_ask(peer, "health", NULL));
    if (mp_exam_code(answer) != METHOD_NOT_FOUND)
        return answer;
    return mp_exam_answer(exam, peer, mp_peer_ask(peer, "ping", NULL));
}

static void judge_health(struct mp_exam *exam, const struct mp_said *answer)
{
    const cJSON *result = answer ? mp_exam_get(answer->root, "result") : NULL;
    const char *status = mp_exam_string(result, "status");
    if (answer && !result)
        mp_exam_fail(exam, answer, "health is answered with an error");
    else if (status && strcmp(status, "ok") != 0)
        mp_exam_fail(exam, answer, "health says that it is not ok");
}

static void is_healthy(struct mp_exam *exam)
{
    struct mp_exam aside = *exam;
    struct mp_verdict unseen = {0};
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    aside.verdict = &unseen; /* one without these steps has no state to lose */
    bool remembers =
        mp_exam_passes(&aside, peer, MP_FIXTURE_REMEMBER, "conformance",
                       NULL) &&
        mp_exam_passes(&aside, peer, MP_FIXTURE_RECALL, "conformance", NULL);
    for (int i = 0; i < HEALTHS && !mp_exam_is_over(exam); i++)
        judge_health(exam, ask_health(exam, peer));
    const cJSON *after =
        remembers
            ? mp_exam_play(&aside, peer, MP_FIXTURE_RECALL, "conformance", NULL)
            : NULL;
    if (after && !mp_exam_succeeded(after))
        mp_exam_fail(exam, mp_exam_said(peer, after),
                     "what a step remembered is gone after health");
    exam->arena = aside.arena;
    gh_free(unseen.why);
    gh_free(unseen.sent);
    gh_free(unseen.bytes);
}

/* clang-format off */
const struct mp_check mp_start_checks[] = {
    {46, true, NULL, {8},
     "initialize is answered with an integer protocolVersion",
     "offers [1]",
     "\"protocolVersion\":1, a number", introduces_itself},
    {47, true, NULL, {46},
     "a version that it does not speak gets the error 1002",
     "offers [99], then [1] to the same process",
     "{\"code\":1002,\"message\":\"...\",\"data\":{\"supported\":[1]}}, and "
     "wait for another initialize", refuses_version},
    {48, true, NULL, {8, 31},
     "plays the bare form without initialize",
     "sends health and a step to a process that was not greeted",
     "let initialize fill in what is known, not open a gate",
     plays_without_hello},
    {49, true, NULL, {46},
     "capabilities are booleans or objects, and kept",
     "calls the methods that are announced",
     "announce what is there: {\"cancel\":true}", keeps_promises},
    {50, false, NULL, {8},
     "health is answered, again and again, and changes nothing",
     "asks ten times between two steps",
     "answer {\"status\":\"ok\"} and do nothing else", is_healthy},
    {0, false, NULL, {0}, NULL, NULL, NULL, NULL},
};
/* clang-format on */
