#include "runner/rpc/harmony.h"

#include <cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "runner/rpc/repair.h"
#include "runner/rpc/write.h"

#define SHOWN 2000

/* --- requests --- */

static void begin_params(struct gh_jsonw *w)
{
    gh_jsonw_key(w, "params");
    gh_jsonw_array_begin(w);
}

static void end(struct gh_jsonw *w, struct mp_buf *buf)
{
    gh_jsonw_array_end(w);
    mp_write_end(w, buf);
}

void mp_harmony_write(struct mp_buf *buf, int64_t id, const char *method)
{
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, method);
    begin_params(&w);
    end(&w, buf);
}

void mp_harmony_write_initialize(struct mp_buf *buf, int64_t id,
                                 const struct mp_hello *hello)
{
    char run[64];
    struct gh_jsonw w = mp_write_into(buf);
    snprintf(run, sizeof(run), "%lld_%lld", (long long)hello->runner_pid,
             (long long)hello->feature_id);
    mp_write_begin(&w, id, "initialize");
    begin_params(&w);
    gh_jsonw_object_begin(&w);
    mp_write_text(&w, "Role", hello->process);
    mp_write_text(&w, "Platform", hello->platform);
    mp_write_text(&w, "Scenario", hello->scenario);
    mp_write_int(&w, "HostPid", hello->runner_pid);
    mp_write_int(&w, "FeatureId", hello->feature_id);
    mp_write_text(&w, "TestRunId", run);
    gh_jsonw_object_end(&w);
    end(&w, buf);
}

/* The keyword as written: servers tell "and" from the keyword before it. */
static void write_keyword(struct gh_jsonw *w, const char *keyword)
{
    struct mp_buf text = {0};
    mp_buf_append_text(&text, keyword);
    while (text.len && text.data[text.len - 1] == ' ')
        text.len--;
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= 'A' && text.data[i] <= 'Z')
            text.data[i] = (char)(text.data[i] - 'A' + 'a');
    gh_jsonw_string(w, (struct gh_str){text.data, text.len});
    mp_buf_finish(&text);
}

static void write_type(struct gh_jsonw *w, const struct mp_step *step,
                       bool number)
{
    gh_jsonw_key(w, "StepType");
    if (!number)
        write_keyword(w, step->keyword);
    else
        gh_jsonw_int(w, !strcmp(step->type, "when")   ? 1
                        : !strcmp(step->type, "then") ? 2
                                                      : 0);
}

/* Parameters is an object of strings, so a table goes as JSON text. */
static void write_parameters(struct gh_jsonw *w, const struct mp_step *step)
{
    mp_write_object(w, "Parameters");
    if (step->table) {
        struct mp_buf text = {0};
        struct gh_jsonw rows = mp_write_into(&text);
        mp_write_rows(&rows, step->table);
        mp_write_back(&rows, &text);
        mp_write_text(w, "dataTable", text.data);
        mp_buf_finish(&text);
    }
    if (step->doc_string) {
        gh_jsonw_key(w, "docString");
        gh_jsonw_string(w, step->doc_string->content);
    }
    gh_jsonw_object_end(w);
}

static bool comes_again(const struct mp_step_call *call, size_t at)
{
    for (size_t i = at + 1; i < call->export_count; i++)
        if (!strcmp(call->exports[i].key, call->exports[at].key))
            return true;
    return false;
}

/* What processes exported, without their names: of a key that several
 * exported, the last one's value. */
static void write_context(struct gh_jsonw *w, const struct mp_step_call *call)
{
    mp_write_object(w, "Context");
    for (size_t i = 0; i < call->export_count; i++) {
        if (comes_again(call, i))
            continue;
        gh_jsonw_key_str(w, gh_str_of(call->exports[i].key));
        gh_jsonw_cstring(w, call->exports[i].value);
    }
    gh_jsonw_object_end(w);
}

void mp_harmony_write_step(struct mp_buf *buf, int64_t id,
                           const struct mp_step_call *call, bool type_number)
{
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, "executeStep");
    begin_params(&w);
    gh_jsonw_object_begin(&w);
    mp_write_text(&w, "Process", call->process);
    write_type(&w, call->step, type_number);
    mp_write_text(&w, "Step", call->step->text);
    write_parameters(&w, call->step);
    write_context(&w, call);
    gh_jsonw_key(&w, "IsBroadcast");
    gh_jsonw_bool(&w, call->step->target_count > 1);
    gh_jsonw_object_end(&w);
    end(&w, buf);
}

/* --- answers --- */

/* Takes the member out, however its first letter is written; NULL: there is
 * none, or it is null. camelCase wins. */
static cJSON *take(cJSON *object, const char *name)
{
    char pascal[16];
    snprintf(pascal, sizeof(pascal), "%s", name);
    pascal[0] = (char)toupper((unsigned char)pascal[0]);
    cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(object, name);
    cJSON *other = cJSON_DetachItemFromObjectCaseSensitive(object, pascal);
    if (!item || cJSON_IsNull(item)) {
        cJSON_Delete(item);
        item = other;
        other = NULL;
    }
    cJSON_Delete(other);
    if (cJSON_IsNull(item)) {
        cJSON_Delete(item);
        item = NULL;
    }
    return item;
}

static void give(cJSON *object, const char *name, cJSON *item)
{
    if (item)
        cJSON_AddItemToObject(object, name, item);
}

/* The word of a level's number, as .NET counts them. */
static cJSON *read_level(cJSON *level)
{
    static const char *const words[] = {"trace", "debug", "info",
                                        "warn",  "error", "error"};
    const size_t count = sizeof words / sizeof *words;
    double number = cJSON_IsNumber(level) ? level->valuedouble : -1;
    if (!(number >= 0 && number < (double)count))
        return level;
    cJSON_Delete(level);
    return cJSON_CreateString(words[(size_t)number]);
}

static cJSON *read_log(cJSON *line)
{
    if (!cJSON_IsObject(line))
        return line;
    cJSON *native = cJSON_CreateObject();
    cJSON *text = take(line, "message");
    give(native, "time", take(line, "timestamp"));
    give(native, "level", read_level(take(line, "level")));
    give(native, "message", text ? text : cJSON_CreateString(""));
    cJSON_Delete(line);
    return native;
}

/* The lines move one by one: an array of cJSON is a list. */
static cJSON *read_logs(cJSON *logs)
{
    if (!cJSON_IsArray(logs))
        return logs;
    cJSON *native = cJSON_CreateArray();
    while (logs->child)
        cJSON_AddItemToArray(
            native, read_log(cJSON_DetachItemViaPointer(logs, logs->child)));
    cJSON_Delete(logs);
    return native;
}

static bool is_empty(const cJSON *item)
{
    return cJSON_IsObject(item) && !item->child;
}

static cJSON *read_data(cJSON *result)
{
    cJSON *data = take(result, "data");
    cJSON *context = take(result, "context");
    if (context && !is_empty(context)) {
        cJSON_Delete(data);
        return context;
    }
    cJSON_Delete(context);
    if (!is_empty(data))
        return data;
    cJSON_Delete(data);
    return NULL;
}

bool mp_harmony_read_step(const struct mp_incoming *incoming,
                          struct gh_arena *arena, struct mp_step_result *result,
                          char **why)
{
    if (incoming->kind != MP_INCOMING_RESULT ||
        !cJSON_IsObject(incoming->value))
        return mp_result_parse(incoming, true, arena, result, why);
    cJSON *given = cJSON_Duplicate(incoming->value, true);
    cJSON *native = cJSON_CreateObject();
    give(native, "success", take(given, "success"));
    give(native, "error", take(given, "error"));
    give(native, "logs", read_logs(take(given, "logs")));
    give(native, "data", read_data(given));
    struct mp_incoming answer = *incoming;
    answer.value = native;
    answer.raw = (struct gh_str){0};
    bool good = mp_result_parse(&answer, true, arena, result, why);
    cJSON_Delete(native);
    cJSON_Delete(given);
    return good;
}

bool mp_harmony_read_true(const struct mp_incoming *incoming,
                          const char *method, struct gh_arena *arena,
                          char **why)
{
    *why = NULL;
    if (incoming->kind == MP_INCOMING_RESULT && cJSON_IsTrue(incoming->value))
        return true;
    int shown = mp_repair_cut(incoming->text, SHOWN);
    if (incoming->kind == MP_INCOMING_ERROR)
        *why = gh_arena_format(
            arena, "it answered %s with the error %lld (%.*s)", method,
            (long long)incoming->code, shown, incoming->text);
    else if (incoming->kind == MP_INCOMING_RESULT)
        *why = gh_arena_format(
            arena, "it answered %s with %s, not true", method,
            cJSON_IsFalse(incoming->value) ? "false" : "something else");
    else
        *why = gh_arena_format(arena, "its answer to %s is invalid: %.*s",
                               method, shown, incoming->text);
    return false;
}
