#include "runner/conformance/judge.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "runner/rpc/framing.h"

static bool is_integer(const cJSON *item)
{
    double most = 1e15, value = cJSON_IsNumber(item) ? item->valuedouble : most;
    return value < most && value > -most && (double)(int64_t)value == value;
}

/* --- whose it is --- */

static struct mp_asked *find(struct mp_peer *peer, struct gh_str id)
{
    struct mp_asked *asked = peer->asked;
    while (asked && !gh_str_equal(gh_str_of(asked->id), id))
        asked = asked->next;
    return asked;
}

/* The request that has the id, or has it as another type; exact: as it was
 * written. 7.0 is 7 for a parser, and another text. */
static struct mp_asked *find_asked(struct mp_peer *peer, struct gh_str object,
                                   const cJSON *id, bool *exact)
{
    struct gh_str written = {0};
    struct mp_buf text = {0};
    struct mp_asked *asked = NULL;
    if (mp_json_member(object, "id", &written))
        asked = find(peer, written);
    *exact = asked;
    if (!asked && cJSON_IsString(id)) {
        mp_buf_format(&text, "\"%s\"", id->valuestring);
        asked = find(peer, (struct gh_str){text.data, text.len});
        *exact = asked;
        if (!asked)
            asked = find(peer, gh_str_of(id->valuestring));
    } else if (!asked && is_integer(id)) {
        mp_buf_format(&text, "%.0f", id->valuedouble);
        asked = find(peer, (struct gh_str){text.data, text.len});
    }
    mp_buf_finish(&text);
    return asked;
}

static void judge_owner(struct mp_peer *peer, struct mp_said *said)
{
    struct mp_lab *lab = peer->lab;
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(said->root, "id");
    bool exact;
    if (!id) {
        mp_lab_note(lab, 21, said->bytes, "an answer without an id");
        return;
    }
    if (cJSON_IsNull(id)) /* of what could not be read */
        return;
    struct mp_asked *asked = find_asked(peer, said->bytes, id, &exact);
    if (!asked) {
        mp_lab_note(lab, 22, said->bytes,
                    "an answer to an id that was not asked");
        return;
    }
    if (!exact)
        mp_lab_note(lab, 21, said->bytes,
                    "the id is not the one that was sent: %s", asked->id);
    if (asked->answers++) {
        mp_lab_note(lab, 22, said->bytes,
                    "a second answer to the request with the id %s", asked->id);
        return;
    }
    asked->answer = said;
    asked->answered_ms = said->at_ms;
    const cJSON *result =
        cJSON_GetObjectItemCaseSensitive(said->root, "result");
    if (asked->is_step && result)
        mp_judge_result(peer, said, result);
}

/* --- the envelope --- */

static void judge_error(struct mp_lab *lab, const struct mp_said *said,
                        const cJSON *error)
{
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(error, "message");
    if (!cJSON_IsObject(error))
        mp_lab_note(lab, 29, said->bytes, "error is no object");
    else if (!is_integer(code))
        mp_lab_note(lab, 29, said->bytes, "error.code is no integer");
    else if (!cJSON_IsString(message))
        mp_lab_note(lab, 29, said->bytes, "error.message is no string");
}

static void judge_envelope(struct mp_lab *lab, const struct mp_said *said)
{
    const cJSON *version =
        cJSON_GetObjectItemCaseSensitive(said->root, "jsonrpc");
    const cJSON *result =
        cJSON_GetObjectItemCaseSensitive(said->root, "result");
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(said->root, "error");
    if (!cJSON_IsString(version) || strcmp(version->valuestring, "2.0") != 0)
        mp_lab_note(lab, 24, said->bytes, "\"jsonrpc\" is not \"2.0\"");
    else if (!result == !error)
        mp_lab_note(lab, 24, said->bytes, "%s",
                    result ? "an answer with both result and error"
                           : "an answer with neither result nor error");
    if (error && !cJSON_IsNull(error))
        judge_error(lab, said, error);
}

/* --- notifications --- */

static void judge_about(struct mp_peer *peer, const struct mp_said *said,
                        const cJSON *params)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(params, "id");
    bool exact;
    if (!id || cJSON_IsNull(id))
        return;
    struct gh_str object = {0};
    mp_json_member(said->bytes, "params", &object);
    const struct mp_asked *asked = find_asked(peer, object, id, &exact);
    if (!asked || !exact)
        mp_lab_note(peer->lab, 57, said->bytes,
                    "a notification about a request that was not sent");
    else if (asked->answers)
        mp_lab_note(peer->lab, 57, said->bytes,
                    "a notification about a request that is answered");
}

static void judge_notification(struct mp_peer *peer, const struct mp_said *said)
{
    const cJSON *method =
        cJSON_GetObjectItemCaseSensitive(said->root, "method");
    const cJSON *params =
        cJSON_GetObjectItemCaseSensitive(said->root, "params");
    const char *name = cJSON_IsString(method) ? method->valuestring : "";
    bool is_log = !strcmp(name, "log");
    bool is_attachment = !strcmp(name, "attachment");
    if (!(is_log && peer->log) && !(is_attachment && peer->attachment)) {
        mp_lab_note(peer->lab, 5, said->bytes,
                    "a notification that it did not announce");
        return;
    }
    judge_about(peer, said, params);
    if (is_log)
        mp_judge_log(peer, said, params);
    else
        mp_judge_attachment(peer, said, params);
}

static void judge_stray(struct mp_peer *peer, const struct mp_said *said)
{
    const char *printed = peer->printed;
    if (mp_framing_begins(said->bytes, "Content-Length"))
        mp_lab_note(peer->lab, 2, said->bytes,
                    "a header: messages are lines here (framing: "
                    "content-length in mprun.yaml is for such servers)");
    else if (printed &&
             memmem(said->bytes.ptr, said->bytes.len, printed, strlen(printed)))
        mp_lab_note(peer->lab, 17, said->bytes,
                    "what a step prints is on stdout");
    else
        mp_lab_note(peer->lab, 2, said->bytes, "%s",
                    peer->asked ? "text that is no message"
                                : "text before anything was asked");
}

void mp_judge_said(struct mp_peer *peer, struct mp_said *said)
{
    switch (said->kind) {
    case MP_SAID_STRAY:
        judge_stray(peer, said);
        break;
    case MP_SAID_BROKEN: /* noted when it was read */
        break;
    case MP_SAID_REQUEST:
        mp_lab_note(peer->lab, 5, said->bytes,
                    "a request: servers send answers and notifications");
        break;
    case MP_SAID_NOTIFICATION:
        judge_notification(peer, said);
        break;
    case MP_SAID_ANSWER:
        judge_envelope(peer->lab, said);
        judge_owner(peer, said);
        break;
    }
}
