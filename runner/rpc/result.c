#include "runner/rpc/result.h"

#include <cJSON.h>
#include <string.h>

#include "runner/base/buf.h"
#include "runner/rpc/repair.h"
#include "runner/rpc/scan.h"

#define MAX_NOTES 32
#define SHOWN     200

/* One answer being read. */
struct reading {
    const struct mp_incoming *incoming;
    const cJSON *object; /* the result */
    bool bare;
    struct gh_arena *arena;
    struct mp_step_result *result;
    const char **notes;
    char *why;
};

static const struct {
    const char *word;
    enum mp_status status;
} status_table[] = {
    {"passed", MP_PASSED},       {"failed", MP_FAILED},
    {"pending", MP_PENDING},     {"skipped", MP_SKIPPED},
    {"undefined", MP_UNDEFINED}, {"ambiguous", MP_AMBIGUOUS},
};

static void note(struct reading *reading, const char *text)
{
    struct mp_step_result *result = reading->result;
    if (result->note_count == MAX_NOTES)
        return;
    if (!reading->notes) {
        reading->notes =
            gh_arena_array(reading->arena, MAX_NOTES, sizeof(char *));
        result->notes = reading->notes;
    }
    reading->notes[result->note_count++] =
        gh_arena_copy(reading->arena, gh_str_of(text));
}

static bool wrong(struct reading *reading, const char *why)
{
    if (!reading->why)
        reading->why = gh_arena_copy(reading->arena, gh_str_of(why));
    return false;
}

/* A member that only describes: a fault at v1, a note at the bare level,
 * where a server may mean something of its own by that name. */
static bool odd(struct reading *reading, const char *what)
{
    if (!reading->bare)
        return wrong(reading, what);
    note(reading, what);
    return true;
}

/* NULL stands for absent and for null. */
static const cJSON *member(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNull(item) ? NULL : item;
}

static const char *string_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(member(object, name));
}

static const char *copy(struct reading *reading, const char *text)
{
    return text ? gh_arena_copy(reading->arena, gh_str_of(text)) : NULL;
}

/* A string as it is, another value as its JSON text. */
static const char *copy_value(struct reading *reading, const cJSON *object,
                              const char *name)
{
    const cJSON *item = member(object, name);
    if (!item || cJSON_IsString(item))
        return copy(reading, cJSON_GetStringValue(item));
    char *text = cJSON_PrintUnformatted(item);
    const char *kept = copy(reading, text ? text : "");
    cJSON_free(text);
    return kept;
}

/* success and status. False: no verdict can be read. */
/* The parser keeps both of two members of one name and would use the first. */
static bool stands_twice(const struct reading *reading, const char *name)
{
    size_t count = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, reading->object) count +=
        item->string && !strcmp(item->string, name);
    return count > 1;
}

static bool read_verdict(struct reading *reading)
{
    struct mp_step_result *result = reading->result;
    const cJSON *success = member(reading->object, "success");
    const cJSON *status = member(reading->object, "status");
    const char *word = cJSON_GetStringValue(status);
    if (!success)
        return wrong(reading, "the result has no success");
    if (stands_twice(reading, "success") || stands_twice(reading, "status"))
        return wrong(reading, "the result has success or status twice");
    if (!cJSON_IsBool(success))
        return wrong(reading, "success is not a boolean");
    result->status = cJSON_IsTrue(success) ? MP_PASSED : MP_FAILED;
    if (status && !word)
        return odd(reading, "status is not a string");
    for (size_t i = 0; word && i < sizeof status_table / sizeof *status_table;
         i++) {
        if (strcmp(word, status_table[i].word))
            continue;
        if ((status_table[i].status == MP_PASSED) != cJSON_IsTrue(success)) {
            reading->why = gh_arena_format(
                reading->arena, "success is %s, but status is \"%s\"",
                cJSON_IsTrue(success) ? "true" : "false", word);
            return false;
        }
        result->status = status_table[i].status;
        return true;
    }
    if (word)
        note(reading, gh_arena_format(reading->arena,
                                      "the status \"%.*s\" is unknown; success "
                                      "decides",
                                      mp_repair_cut(word, SHOWN), word));
    return true;
}

static void read_location(struct reading *reading, const cJSON *location)
{
    const char *file = string_of(location, "file");
    const cJSON *line = member(location, "line");
    if (cJSON_IsString(location))
        reading->result->location = copy(reading, location->valuestring);
    else if (file && cJSON_IsNumber(line) && line->valuedouble >= 1 &&
             line->valuedouble < 1e9)
        reading->result->location = gh_arena_format(
            reading->arena, "%s:%lld", file, (long long)line->valuedouble);
    else
        reading->result->location = copy(reading, file);
}

static bool read_failure(struct reading *reading)
{
    const cJSON *failure = member(reading->object, "failure");
    struct mp_step_result *result = reading->result;
    if (!failure)
        return true;
    if (!cJSON_IsObject(failure)) {
        result->message = copy(reading, cJSON_GetStringValue(failure));
        return odd(reading, "failure is not an object");
    }
    result->message = copy_value(reading, failure, "message");
    result->kind = copy(reading, string_of(failure, "kind"));
    result->type = copy(reading, string_of(failure, "type"));
    result->expected = copy_value(reading, failure, "expected");
    result->actual = copy_value(reading, failure, "actual");
    result->diff = copy_value(reading, failure, "diff");
    result->stack = copy_value(reading, failure, "stackTrace");
    read_location(reading, member(failure, "location"));
    return true;
}

static bool read_logs(struct reading *reading, const cJSON *object)
{
    const cJSON *logs = member(object, "logs");
    if (!logs)
        return true;
    if (!cJSON_IsArray(logs))
        return wrong(reading, "logs is not an array");
    if (mp_log_parse(logs, reading->arena, &reading->result->logs,
                     &reading->result->log_count))
        return true;
    return wrong(reading, "logs has an element that is neither a string nor "
                          "an object with a message");
}

/* The text of {"data": ...}: result itself, or all of error. */
static bool find_raw(const struct mp_incoming *incoming, struct gh_str *text)
{
    bool error = incoming->kind == MP_INCOMING_ERROR;
    return incoming->raw.len &&
           mp_json_member(incoming->raw, error ? "error" : "result", text) &&
           text->ptr[0] == '{';
}

/* The digits of numbers stay as the server wrote them. */
static void read_data(struct reading *reading, const cJSON *item)
{
    struct gh_str text;
    struct mp_buf compact = {0};
    if (!item)
        return;
    if (find_raw(reading->incoming, &text) &&
        mp_json_member(text, "data", &text)) {
        mp_json_compact(&compact, text);
    } else {
        char *printed = cJSON_PrintUnformatted(item);
        mp_buf_append_text(&compact, printed ? printed : "null");
        cJSON_free(printed);
    }
    reading->result->data =
        gh_arena_str(reading->arena,
                     (struct gh_str){mp_buf_text(&compact), compact.len})
            .ptr;
    mp_buf_finish(&compact);
}

static bool read_attachments(struct reading *reading)
{
    const cJSON *list = member(reading->object, "attachments");
    struct mp_step_result *result = reading->result;
    if (!list)
        return true;
    if (!cJSON_IsArray(list))
        return odd(reading, "attachments is not an array");
    struct mp_attachment *read =
        gh_arena_array(reading->arena, MP_RESULT_MAX_ATTACHMENTS,
                       sizeof(struct mp_attachment));
    const cJSON *item;
    result->attachments = read;
    cJSON_ArrayForEach(item, list)
    {
        char *why;
        if (result->attachment_count == MP_RESULT_MAX_ATTACHMENTS) {
            note(reading, "more than 64 attachments; the rest is dropped");
            break;
        }
        if (mp_attachment_read(item, reading->arena,
                               &read[result->attachment_count], &why))
            result->attachment_count++;
        else
            note(reading, gh_arena_format(reading->arena, "%s; dropped", why));
    }
    return true;
}

/* False: it is one too many. */
static bool read_export(struct reading *reading, const cJSON *item,
                        struct mp_result_export *read, size_t *bytes)
{
    struct mp_step_result *result = reading->result;
    if (!cJSON_IsString(item)) {
        note(reading,
             gh_arena_format(reading->arena,
                             "the export \"%.*s\" is not a string; dropped",
                             mp_repair_cut(item->string, SHOWN), item->string));
        return true;
    }
    *bytes += strlen(item->string) + strlen(item->valuestring);
    if (result->export_count == MP_RESULT_MAX_EXPORTS ||
        *bytes > MP_RESULT_MAX_EXPORT_BYTES)
        return false;
    read[result->export_count].key = copy(reading, item->string);
    read[result->export_count++].value = copy(reading, item->valuestring);
    return true;
}

static bool read_exports(struct reading *reading)
{
    const cJSON *object = member(reading->object, "exports");
    size_t bytes = 0;
    if (!object)
        return true;
    if (!cJSON_IsObject(object))
        return odd(reading, "exports is not an object");
    struct mp_result_export *read = gh_arena_array(
        reading->arena, MP_RESULT_MAX_EXPORTS, sizeof(struct mp_result_export));
    const cJSON *item;
    reading->result->exports = read;
    cJSON_ArrayForEach(item, object)
    {
        if (read_export(reading, item, read, &bytes))
            continue;
        note(reading, "more than 64 exports, or more than 64 KiB; the rest is "
                      "dropped");
        break;
    }
    return true;
}

static void read_duration(struct reading *reading)
{
    const cJSON *item = member(reading->object, "durationMs");
    if (!item)
        return;
    if (cJSON_IsNumber(item) && item->valuedouble >= 0 &&
        item->valuedouble < 1e15)
        reading->result->duration_ms = item->valuedouble;
    else
        note(reading, "durationMs is not a number of at least 0; ignored");
}

static const char *take_text(struct reading *reading, struct mp_buf *buf)
{
    struct gh_str text = {mp_buf_text(buf), buf->len};
    const char *kept = buf->len ? gh_arena_copy(reading->arena, text) : NULL;
    mp_buf_finish(buf);
    return kept;
}

static const char *read_snippets(struct reading *reading)
{
    struct mp_buf all = {0};
    const cJSON *item;
    cJSON_ArrayForEach(item, member(reading->object, "snippets"))
    {
        const char *code =
            cJSON_IsString(item) ? item->valuestring : string_of(item, "code");
        if (!code)
            continue;
        if (all.len)
            mp_buf_append_text(&all, "\n\n");
        mp_buf_append_text(&all, code);
    }
    return take_text(reading, &all);
}

/* What tells one of several definitions best. */
static void append_match(struct mp_buf *out, const cJSON *item)
{
    const cJSON *pattern = member(item, "pattern");
    const char *text = cJSON_GetStringValue(item);
    if (!text)
        text = cJSON_IsString(pattern) ? pattern->valuestring
                                       : string_of(pattern, "source");
    if (!text)
        text = string_of(item, "id");
    const cJSON *location = member(item, "location");
    const char *file = string_of(location, "file");
    const cJSON *line = member(location, "line");
    mp_buf_append_text(out, text ? text : "(no pattern)");
    if (file && cJSON_IsNumber(line) && line->valuedouble >= 1 &&
        line->valuedouble < 1e9)
        mp_buf_format(out, " (%s:%lld)", file, (long long)line->valuedouble);
    else if (file)
        mp_buf_format(out, " (%s)", file);
}

static const char *read_matches(struct reading *reading)
{
    struct mp_buf all = {0};
    const cJSON *item;
    cJSON_ArrayForEach(item, member(reading->object, "matches"))
    {
        if (all.len)
            mp_buf_append_char(&all, '\n');
        append_match(&all, item);
    }
    return take_text(reading, &all);
}

static const char *failed_message(struct reading *reading)
{
    const cJSON *object = reading->object;
    const cJSON *error = member(object, "error");
    const char *text = cJSON_IsObject(error) ? string_of(error, "message")
                                             : cJSON_GetStringValue(error);
    size_t count = reading->result->log_count;
    if (!text)
        text = string_of(object, "message");
    if (!reading->bare)
        note(reading, "a failed result has no failure.message");
    if (!text && count)
        return reading->result->logs[count - 1].text;
    return text ? copy(reading, text)
                : "the server reported a failure without a message";
}

/* What is said of a step that did not pass, where failure does not say it. */
static void set_message(struct reading *reading)
{
    struct mp_step_result *result = reading->result;
    if (result->status == MP_PASSED && result->message) {
        note(reading, "a passed result carries a failure; ignored");
        result->message = NULL;
    }
    if (result->message && *result->message)
        return;
    switch (result->status) {
    case MP_FAILED:
        result->message = failed_message(reading);
        break;
    case MP_SKIPPED:
        result->message =
            result->reason ? result->reason : "skipped without a reason";
        break;
    case MP_PENDING:
        result->message =
            result->reason ? result->reason : "the step's body is not written";
        break;
    case MP_UNDEFINED:
        result->message = "no step definition matches";
        break;
    case MP_AMBIGUOUS:
        result->message = "several step definitions match";
        break;
    default:
        break;
    }
}

static bool read_result(struct reading *reading)
{
    struct mp_step_result *result = reading->result;
    if (!cJSON_IsObject(reading->object))
        return wrong(reading, "the result is not an object");
    // Everything is read even after a fault: logs help to find it.
    bool good = read_verdict(reading);
    good &= read_logs(reading, reading->object);
    read_data(reading, member(reading->object, "data"));
    good &= read_failure(reading);
    good &= read_attachments(reading);
    good &= read_exports(reading);
    read_duration(reading);
    result->reason = copy(reading, string_of(reading->object, "reason"));
    result->snippets = read_snippets(reading);
    result->matches = read_matches(reading);
    if (good)
        set_message(reading);
    return good;
}

/* Codes that say the runner and the server did not understand each other. */
static bool is_protocol_code(int64_t code)
{
    return code == MP_RPC_PARSE_ERROR || code == MP_RPC_INVALID_REQUEST ||
           code == MP_RPC_METHOD_NOT_FOUND || code == MP_RPC_INVALID_PARAMS;
}

static bool read_error(struct reading *reading,
                       const struct mp_incoming *incoming)
{
    struct mp_step_result *result = reading->result;
    const cJSON *data = incoming->value;
    result->error_code = incoming->code;
    result->cancelled = incoming->code == MP_RPC_CANCELLED;
    result->unusable = incoming->code == MP_RPC_PARSE_ERROR;
    result->status = MP_FAILED;
    result->message = copy(reading, incoming->text);
    result->type = copy(reading, string_of(data, "type"));
    result->stack = copy_value(reading, data, "stack");
    read_data(reading, data);
    // The error is the news; logs of a wrong shape do not matter beside it.
    if (!read_logs(reading, data)) {
        note(reading, "error.data.logs is not an array of log lines");
        reading->why = NULL;
    }
    result->kind = result->cancelled ? "timeout" : "exception";
    if (result->cancelled ||
        (reading->bare && !is_protocol_code(incoming->code))) {
        if (!*result->message)
            result->message = "the server answered with an error that has no "
                              "message";
        return true;
    }
    reading->why = gh_arena_format(
        reading->arena, "the server answered with the error %lld (%.*s)",
        (long long)incoming->code, mp_repair_cut(incoming->text, SHOWN),
        incoming->text);
    return false;
}

bool mp_result_parse(const struct mp_incoming *incoming, bool bare,
                     struct gh_arena *arena, struct mp_step_result *result,
                     char **why)
{
    bool error = incoming->kind == MP_INCOMING_ERROR;
    struct reading reading = {.incoming = incoming,
                              .object = incoming->value,
                              .bare = bare,
                              .arena = arena,
                              .result = result};
    memset(result, 0, sizeof(*result));
    result->duration_ms = -1;
    bool good = error ? read_error(&reading, incoming) : read_result(&reading);
    *why = reading.why;
    if (!good) {
        result->status = MP_PROTOCOL_ERROR;
        result->message = reading.why;
    }
    return good;
}
