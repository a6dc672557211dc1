#include "runner/rpc/message.h"

#include <cJSON.h>
#include <string.h>

#include "runner/rpc/log.h"
#include "runner/rpc/repair.h"

enum member {
    MEMBER_JSONRPC,
    MEMBER_ID,
    MEMBER_METHOD,
    MEMBER_PARAMS,
    MEMBER_RESULT,
    MEMBER_ERROR,
    MEMBER_COUNT,
};

static const char *const member_names[MEMBER_COUNT] = {
    "jsonrpc", "id", "method", "params", "result", "error"};

struct members {
    const cJSON *item[MEMBER_COUNT];
    int twice; /* a member that stands twice, -1: none */
};

struct reading {
    struct members members;
    bool lenient;
    struct mp_incoming *incoming;
    struct mp_buf *text;
    unsigned *tolerated;
};

static const struct {
    enum mp_tolerated kind;
    const char *text;
} tolerated_table[] = {
    {MP_TOLERATED_STDOUT,
     "Did something print to stdout? It is reserved for the protocol; use "
     "stderr or the SDK"},
    {MP_TOLERATED_CONTENT_LENGTH,
     "this server speaks Content-Length framing; set `framing: "
     "content-length`"},
    {MP_TOLERATED_NDJSON,
     "this server writes each message on a line of its own; set `framing: "
     "ndjson`"},
    {MP_TOLERATED_JOINED,
     "a message was spread over several lines; write each on one line, "
     "without pretty printing"},
    {MP_TOLERATED_NO_JSONRPC,
     "an answer has no \"jsonrpc\":\"2.0\"; add it to every message"},
    {MP_TOLERATED_NULL_MEMBER,
     "an answer has both result and error, one of them null; leave the null "
     "one out"},
    {MP_TOLERATED_UTF8,
     "a message was not valid UTF-8; the bad bytes were replaced by U+FFFD"},
    {MP_TOLERATED_NUL, "a message held \\u0000; it was replaced by U+FFFD"},
    {MP_TOLERATED_SURROGATE,
     "a message held half of a surrogate pair (\\ud800 to \\udfff); it was "
     "replaced by U+FFFD"},
    {MP_TOLERATED_CONTROL,
     "a message held a raw control character in a string; write it as an "
     "escape such as \\t"},
    {MP_TOLERATED_LOG,
     "a log notification has no message string in its params; it is shown as "
     "it came"},
};

const char *mp_tolerated_text(enum mp_tolerated kind)
{
    for (size_t i = 0; i < sizeof tolerated_table / sizeof *tolerated_table;
         i++)
        if (tolerated_table[i].kind == kind)
            return tolerated_table[i].text;
    return "";
}

static struct members find_members(const cJSON *root)
{
    struct members members = {.twice = -1};
    const cJSON *item;
    cJSON_ArrayForEach(item, root)
    {
        for (int i = 0; i < MEMBER_COUNT; i++) {
            if (strcmp(item->string, member_names[i]))
                continue;
            if (members.item[i])
                members.twice = i;
            else
                members.item[i] = item;
        }
    }
    return members;
}

static bool is_whole(const cJSON *item, double low, double high)
{
    return cJSON_IsNumber(item) && item->valuedouble >= low &&
           item->valuedouble <= high &&
           item->valuedouble == (double)(int64_t)item->valuedouble;
}

/* The id, if it is one that a runner could have issued; else 0. */
static int64_t request_id(const cJSON *item)
{
    return is_whole(item, 1, MP_READER_MAX_ID) ? (int64_t)item->valuedouble : 0;
}

static void set_kind(struct reading *reading, enum mp_incoming_kind kind)
{
    reading->incoming->kind = kind;
    reading->incoming->id = request_id(reading->members.item[MEMBER_ID]);
}

static void invalid(struct reading *reading, const char *text)
{
    set_kind(reading, MP_INCOMING_INVALID);
    reading->incoming->text = text;
}

static const char *type_name(const cJSON *item)
{
    return cJSON_IsString(item)   ? "a string"
           : cJSON_IsNumber(item) ? "a number"
           : cJSON_IsBool(item)   ? "a boolean"
           : cJSON_IsArray(item)  ? "an array"
           : cJSON_IsObject(item) ? "an object"
                                  : "null";
}

/* Is it one of ours? Then a terminal in between has echoed it. */
static bool is_runner_method(const char *method)
{
    static const char *const ours[] = {"initialize",
                                       "executeStep",
                                       "health",
                                       "ping",
                                       "matchSteps",
                                       "scenarioStarted",
                                       "executeHook",
                                       "shutdown",
                                       "$/cancelRequest",
                                       "scenarioFinished",
                                       "listStepDefinitions"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!strcmp(ours[i], method))
            return true;
    return false;
}

static void read_request(struct reading *reading, const char *method)
{
    mp_buf_reset(reading->text);
    mp_buf_format(reading->text,
                  "the server sent a request (method \"%.*s\"); servers "
                  "send only answers and notifications",
                  mp_repair_cut(method, 100), method);
    if (is_runner_method(method))
        mp_buf_append_text(reading->text,
                           ". It is the runner's own: does a terminal or a "
                           "`cat` echo it (ssh -t, docker -t)?");
    invalid(reading, mp_buf_text(reading->text));
}

static const char *string_member(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void read_log(struct reading *reading, const cJSON *params)
{
    struct mp_incoming *incoming = reading->incoming;
    const char *level = string_member(params, "level");
    incoming->kind = MP_INCOMING_LOG;
    incoming->level = mp_log_level(gh_str_of(level));
    incoming->time = string_member(params, "time");
    incoming->text = string_member(params, "message");
    if (!incoming->text) {
        *reading->tolerated |= MP_TOLERATED_LOG;
        incoming->text = NULL; // the reader shows the raw message
    }
}

static void read_notification(struct reading *reading, const char *method)
{
    const cJSON *params = reading->members.item[MEMBER_PARAMS];
    struct mp_incoming *incoming = reading->incoming;
    bool object = cJSON_IsObject(params);
    if (object)
        incoming->id =
            request_id(cJSON_GetObjectItemCaseSensitive(params, "id"));
    if (!strcmp(method, "log")) {
        read_log(reading, object ? params : NULL);
    } else if (!strcmp(method, "attachment")) {
        incoming->kind = MP_INCOMING_ATTACHMENT;
        incoming->value = params;
    } else {
        incoming->kind = MP_INCOMING_OTHER;
        incoming->text = method;
    }
}

static void read_call(struct reading *reading)
{
    const struct members *m = &reading->members;
    const char *method = cJSON_GetStringValue(m->item[MEMBER_METHOD]);
    if (!method)
        invalid(reading, "method is not a string");
    else if (m->item[MEMBER_RESULT] || m->item[MEMBER_ERROR])
        invalid(reading, "a message has both a method and a result or error");
    else if (m->item[MEMBER_ID])
        read_request(reading, method);
    else
        read_notification(reading, method);
    // The id of a call is the server's own, whatever number it has.
    if (reading->incoming->kind == MP_INCOMING_INVALID)
        reading->incoming->id = 0;
}

static void read_error(struct reading *reading, const cJSON *error)
{
    struct mp_incoming *incoming = reading->incoming;
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");
    const char *message = string_member(error, "message");
    if (!cJSON_IsObject(error)) {
        invalid(reading, "error is not an object with code and message");
    } else if (!is_whole(code, INT32_MIN, INT32_MAX)) {
        invalid(reading, "error.code is not an integer");
    } else if (!message) {
        invalid(reading, "error.message is not a string");
    } else {
        set_kind(reading, MP_INCOMING_ERROR);
        incoming->code = (int64_t)code->valuedouble;
        incoming->text = message;
        incoming->value = cJSON_GetObjectItemCaseSensitive(error, "data");
        if (cJSON_IsNull(incoming->value))
            incoming->value = NULL;
    }
}

/* False: the id cannot be that of an answer; said so. */
static bool check_id(struct reading *reading, bool error)
{
    const cJSON *id = reading->members.item[MEMBER_ID];
    if (!id) {
        invalid(reading, "an answer has no id");
    } else if (cJSON_IsNull(id)) {
        if (error)
            return true;
        invalid(reading, "the id of a result is null");
    } else if (!cJSON_IsNumber(id)) {
        mp_buf_reset(reading->text);
        mp_buf_format(reading->text,
                      "the id of an answer is %s; the runner's ids are "
                      "integers and come back unchanged",
                      type_name(id));
        invalid(reading, mp_buf_text(reading->text));
    } else if (!request_id(id)) {
        invalid(reading, "the id of an answer is a number that the runner "
                         "never issues");
    } else {
        return true;
    }
    return false;
}

static void read_answer(struct reading *reading)
{
    const cJSON *result = reading->members.item[MEMBER_RESULT];
    const cJSON *error = reading->members.item[MEMBER_ERROR];
    if (reading->lenient && result && error &&
        (cJSON_IsNull(error) || cJSON_IsNull(result))) {
        *reading->tolerated |= MP_TOLERATED_NULL_MEMBER;
        if (cJSON_IsNull(error))
            error = NULL;
        else
            result = NULL;
    }
    if (result && error) {
        invalid(reading, "an answer has both result and error");
    } else if (!result && !error) {
        invalid(reading, "a message has neither method nor result nor error");
    } else if (check_id(reading, error != NULL)) {
        if (error) {
            read_error(reading, error);
        } else {
            set_kind(reading, MP_INCOMING_RESULT);
            reading->incoming->value = result;
        }
    }
}

/* Without "jsonrpc" only what can hardly be anything else than an answer is
 * one: servers print JSON as logs, too. */
static bool is_answer_without_jsonrpc(const struct members *m)
{
    return request_id(m->item[MEMBER_ID]) && !m->item[MEMBER_METHOD] &&
           (m->item[MEMBER_RESULT] || cJSON_IsObject(m->item[MEMBER_ERROR]));
}

/* False: a fault, said so. */
static bool check_envelope(struct reading *reading)
{
    const struct members *m = &reading->members;
    const cJSON *version = m->item[MEMBER_JSONRPC];
    if (m->twice >= 0) {
        mp_buf_reset(reading->text);
        mp_buf_format(reading->text, "a message has the member \"%s\" twice",
                      member_names[m->twice]);
        invalid(reading, mp_buf_text(reading->text));
        // Of two ids neither can be trusted.
        if (m->twice == MEMBER_ID)
            reading->incoming->id = 0;
        return false;
    }
    if (!version && reading->lenient) {
        *reading->tolerated |= MP_TOLERATED_NO_JSONRPC;
        return true;
    }
    if (!version) {
        invalid(reading, "an answer has no \"jsonrpc\":\"2.0\"");
        return false;
    }
    if (!cJSON_IsString(version) || strcmp(version->valuestring, "2.0")) {
        invalid(reading, "\"jsonrpc\" is not \"2.0\"");
        return false;
    }
    return true;
}

static bool read_batch(struct reading *reading, const cJSON *root)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, root)
    {
        if (!cJSON_GetObjectItemCaseSensitive(item, "jsonrpc"))
            continue;
        invalid(reading, "a batch (an array of messages) is not part of the "
                         "protocol; send each message by itself");
        return true;
    }
    return false;
}

bool mp_message_read(const struct cJSON *root, bool lenient,
                     struct mp_incoming *incoming, struct mp_buf *text,
                     unsigned *tolerated)
{
    struct reading reading = {.members = {.twice = -1},
                              .lenient = lenient,
                              .incoming = incoming,
                              .text = text,
                              .tolerated = tolerated};
    if (cJSON_IsArray(root))
        return read_batch(&reading, root);
    reading.members = find_members(root);
    const struct members *m = &reading.members;
    if (!m->item[MEMBER_JSONRPC] && !is_answer_without_jsonrpc(m))
        return false;
    if (!check_envelope(&reading))
        return true;
    if (m->item[MEMBER_METHOD])
        read_call(&reading);
    else
        read_answer(&reading);
    return true;
}
