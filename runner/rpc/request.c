#include "runner/rpc/request.h"

#include <string.h>

#include "runner/rpc/scan.h"
#include "runner/rpc/write.h"

static void write_runner(struct gh_jsonw *w, const struct mp_hello *hello)
{
    mp_write_object(w, "runner");
    mp_write_text(w, "name", "mprun");
    mp_write_text(w, "version", hello->runner_version);
    mp_write_int(w, "pid", hello->runner_pid);
    mp_write_text(w, "os", hello->os);
    gh_jsonw_object_end(w);
}

static void write_process(struct gh_jsonw *w, const struct mp_hello *hello)
{
    mp_write_object(w, "process");
    mp_write_text(w, "name", hello->process);
    mp_write_text(w, "platform", hello->platform);
    mp_write_text(w, "purpose", hello->purpose ? hello->purpose : "scenario");
    mp_write_int(w, "incarnation", hello->incarnation);
    mp_write_text(w, "group", hello->group);
    mp_write_int(w, "index", hello->index);
    mp_write_int(w, "groupSize", hello->group_size);
    gh_jsonw_object_end(w);
}

static void write_run(struct gh_jsonw *w, const struct mp_hello *hello)
{
    mp_write_object(w, "run");
    mp_write_text(w, "runId", hello->run_id);
    gh_jsonw_key(w, "seed");
    gh_jsonw_uint(w, hello->seed);
    mp_write_text(w, "workDir", hello->work_dir);
    mp_write_text(w, "sharedDir", hello->shared_dir);
    mp_write_text(w, "artifactDir", hello->artifact_dir);
    mp_write_text(w, "ipcPrefix", hello->ipc_prefix);
    gh_jsonw_object_end(w);
}

static void write_limits(struct gh_jsonw *w, const struct mp_hello *hello)
{
    mp_write_object(w, "limits");
    mp_write_int(w, "maxMessageBytes", hello->max_message_bytes);
    mp_write_int(w, "maxInlineAttachmentBytes",
                 hello->max_inline_attachment_bytes);
    mp_write_int(w, "cancelGraceMs", hello->cancel_grace_ms);
    mp_write_int(w, "shutdownGraceMs", hello->shutdown_grace_ms);
    gh_jsonw_object_end(w);
}

static void write_capabilities(struct gh_jsonw *w)
{
    mp_write_object(w, "capabilities");
    gh_jsonw_key(w, "log");
    gh_jsonw_bool(w, true);
    gh_jsonw_key(w, "attachment");
    gh_jsonw_bool(w, true);
    gh_jsonw_object_end(w);
}

/* The members of the configuration's object, then `define`: last, so that a
 * flag wins over a `define` of the configuration. */
static void write_options(struct gh_jsonw *w, const struct mp_hello *hello)
{
    struct mp_buf own = {0};
    mp_write_object(w, "options");
    if (hello->options_json)
        mp_json_compact(&own, gh_str_of(hello->options_json));
    if (own.len > 2)
        gh_jsonw_raw(w, (struct gh_str){own.data + 1, own.len - 2});
    mp_buf_finish(&own);
    if (hello->define_count) {
        mp_write_object(w, "define");
        for (size_t i = 0; i < hello->define_count; i++) {
            gh_jsonw_key_str(w, gh_str_of(hello->defines[i].name));
            gh_jsonw_cstring(w, hello->defines[i].value);
        }
        gh_jsonw_object_end(w);
    }
    gh_jsonw_object_end(w);
}

void mp_request_initialize(struct mp_buf *buf, int64_t id,
                           const struct mp_hello *hello)
{
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, "initialize");
    mp_write_object(&w, "params");
    gh_jsonw_key(&w, "protocolVersions");
    gh_jsonw_array_begin(&w);
    gh_jsonw_int(&w, MP_PROTOCOL_VERSION);
    gh_jsonw_array_end(&w);
    write_runner(&w, hello);
    write_process(&w, hello);
    write_run(&w, hello);
    write_limits(&w, hello);
    write_capabilities(&w);
    write_options(&w, hello);
    gh_jsonw_object_end(&w);
    mp_write_end(&w, buf);
}

void mp_request_health(struct mp_buf *buf, int64_t id, const char *method)
{
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, method);
    mp_write_end(&w, buf);
}

static void write_tags(struct gh_jsonw *w, const struct mp_scenario *scenario)
{
    gh_jsonw_key(w, "tags");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < scenario->tag_count; i++)
        gh_jsonw_cstring(w, scenario->tags[i].name);
    gh_jsonw_array_end(w);
}

void mp_request_scenario_started(struct mp_buf *buf, int64_t id,
                                 const struct mp_hello *hello)
{
    const struct mp_scenario *scenario = hello->source->scenario;
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, "scenarioStarted");
    mp_write_object(&w, "params");
    mp_write_text(&w, "scenarioId", hello->source->scenario_id);
    mp_write_text(&w, "name", scenario->name);
    mp_write_text(&w, "feature", scenario->uri);
    mp_write_int(&w, "line", scenario->at.line);
    write_tags(&w, scenario);
    mp_write_int(&w, "attempt", hello->attempt);
    mp_write_int(&w, "slot", hello->slot);
    mp_write_int(&w, "timeoutMs", hello->start_timeout_ms);
    write_run(&w, hello);
    gh_jsonw_object_end(&w);
    mp_write_end(&w, buf);
}

void mp_request_scenario_finished(struct mp_buf *buf, int64_t id,
                                  const struct mp_hello *hello)
{
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, "scenarioFinished");
    mp_write_object(&w, "params");
    mp_write_text(&w, "scenarioId", hello->source->scenario_id);
    mp_write_text(&w, "status", hello->status);
    mp_write_int(&w, "timeoutMs", hello->shutdown_grace_ms);
    gh_jsonw_object_end(&w);
    mp_write_end(&w, buf);
}

void mp_request_shutdown(struct mp_buf *buf, int64_t id, const char *reason)
{
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, "shutdown");
    mp_write_object(&w, "params");
    mp_write_text(&w, "reason", reason);
    gh_jsonw_object_end(&w);
    mp_write_end(&w, buf);
}

void mp_request_cancel(struct mp_buf *buf, int64_t id, const char *reason)
{
    struct gh_jsonw w = mp_write_into(buf);
    gh_jsonw_object_begin(&w);
    mp_write_text(&w, "jsonrpc", "2.0");
    mp_write_text(&w, "method", "$/cancelRequest");
    mp_write_object(&w, "params");
    mp_write_int(&w, "id", id);
    mp_write_text(&w, "reason", reason);
    gh_jsonw_object_end(&w);
    mp_write_end(&w, buf);
}

static void write_table(struct gh_jsonw *w, const struct gh_table *table)
{
    mp_write_object(w, "dataTable");
    gh_jsonw_key(w, "rows");
    mp_write_rows(w, table);
    gh_jsonw_object_end(w);
}

static void write_doc_string(struct gh_jsonw *w,
                             const struct gh_doc_string *doc)
{
    mp_write_object(w, "docString");
    gh_jsonw_key(w, "content");
    gh_jsonw_string(w, doc->content);
    if (doc->media_type.len) {
        gh_jsonw_key(w, "mediaType");
        gh_jsonw_string(w, doc->media_type);
    }
    gh_jsonw_object_end(w);
}

static void write_order(struct gh_jsonw *w, bool doc_first)
{
    gh_jsonw_key(w, "order");
    gh_jsonw_array_begin(w);
    gh_jsonw_cstring(w, doc_first ? "docString" : "dataTable");
    gh_jsonw_cstring(w, doc_first ? "dataTable" : "docString");
    gh_jsonw_array_end(w);
}

static bool has_argument(const struct mp_step *step)
{
    return step->table || step->doc_string;
}

static void write_argument(struct gh_jsonw *w, const struct mp_step *step)
{
    bool both = step->table && step->doc_string;
    bool doc_first = both && step->doc_string_first;
    gh_jsonw_object_begin(w);
    if (doc_first)
        write_doc_string(w, step->doc_string);
    if (step->table)
        write_table(w, step->table);
    if (step->doc_string && !doc_first)
        write_doc_string(w, step->doc_string);
    if (both)
        write_order(w, doc_first);
    gh_jsonw_object_end(w);
}

void mp_argument_json(struct mp_buf *buf, const struct mp_step *step)
{
    if (!has_argument(step))
        return;
    struct gh_jsonw w = mp_write_into(buf);
    write_argument(&w, step);
    mp_write_back(&w, buf);
}

static bool same_process(const struct mp_export *exports, size_t a, size_t b)
{
    const char *one = exports[a].process;
    const char *other = exports[b].process;
    return one == other || !strcmp(one, other);
}

static bool first_of_process(const struct mp_export *exports, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (same_process(exports, i, at))
            return false;
    return true;
}

static void write_exports(struct gh_jsonw *w, const struct mp_export *exports,
                          size_t count)
{
    mp_write_object(w, "exports");
    for (size_t i = 0; i < count; i++) {
        if (!first_of_process(exports, i))
            continue;
        gh_jsonw_key_str(w, gh_str_of(exports[i].process));
        gh_jsonw_object_begin(w);
        for (size_t k = i; k < count; k++) {
            if (!same_process(exports, k, i))
                continue;
            gh_jsonw_key_str(w, gh_str_of(exports[k].key));
            gh_jsonw_cstring(w, exports[k].value);
        }
        gh_jsonw_object_end(w);
    }
    gh_jsonw_object_end(w);
}

static void write_poll(struct gh_jsonw *w, const struct mp_step_call *call)
{
    mp_write_object(w, "poll");
    mp_write_int(w, "try", call->poll_try);
    mp_write_int(w, "elapsedMs", call->poll_elapsed_ms);
    gh_jsonw_object_end(w);
}

/* The members of context that the seed's form does not have. */
static void write_more_context(struct gh_jsonw *w,
                               const struct mp_step_call *call)
{
    mp_write_text(w, "fullText", call->step->text);
    mp_write_text(w, "keyword", call->step->keyword);
    if (call->scenario) {
        mp_write_text(w, "scenarioName", call->scenario->name);
        mp_write_text(w, "feature", call->scenario->uri);
    }
    mp_write_int(w, "line", call->step->at.line);
    mp_write_int(w, "stepIndex", call->step_index);
    mp_write_int(w, "attempt", call->attempt);
    if (call->timeout_ms)
        mp_write_int(w, "timeoutMs", call->timeout_ms);
    if (call->scenario)
        write_tags(w, call->scenario);
    if (call->poll_try)
        write_poll(w, call);
    if (call->export_count)
        write_exports(w, call->exports, call->export_count);
}

static const char *sent_text(const struct mp_step *step)
{
    return step->sent ? step->sent : step->text;
}

static void write_params(struct gh_jsonw *w, const struct mp_step_call *call)
{
    const struct mp_step *step = call->step;
    mp_write_object(w, "params");
    mp_write_text(w, "process", call->process);
    mp_write_text(w, "stepType", step->type);
    mp_write_text(w, "step", sent_text(step));
    if (has_argument(step)) {
        gh_jsonw_key(w, "argument");
        write_argument(w, step);
    }
    mp_write_object(w, "context");
    mp_write_text(w, "scenarioId", call->scenario_id);
    mp_write_text(w, "platform", call->platform);
    if (!call->bare)
        write_more_context(w, call);
    gh_jsonw_object_end(w);
    gh_jsonw_object_end(w);
}

void mp_request_execute_step(struct mp_buf *buf, int64_t id,
                             const struct mp_step_call *call)
{
    struct gh_jsonw w = mp_write_into(buf);
    if (call->bare) {
        // The order of members is that of the seed's printed request.
        gh_jsonw_object_begin(&w);
        mp_write_text(&w, "jsonrpc", "2.0");
        mp_write_text(&w, "method", "executeStep");
        write_params(&w, call);
        mp_write_int(&w, "id", id);
    } else {
        mp_write_begin(&w, id, "executeStep");
        write_params(&w, call);
    }
    mp_write_end(&w, buf);
}

static void write_hook_scenario(struct gh_jsonw *w,
                                const struct mp_hook_call *call)
{
    const struct mp_step *step = call->step;
    if (step) {
        mp_write_text(w, "fullText", step->text);
        mp_write_text(w, "keyword", step->keyword);
    }
    mp_write_text(w, "scenarioName", call->scenario->name);
    mp_write_text(w, "feature", call->scenario->uri);
    mp_write_int(w, "line", step ? step->at.line : call->scenario->at.line);
    if (step)
        mp_write_int(w, "stepIndex", call->step_index);
    mp_write_int(w, "attempt", call->attempt);
    write_tags(w, call->scenario);
}

void mp_request_execute_hook(struct mp_buf *buf, int64_t id,
                             const struct mp_hook_call *call)
{
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, "executeHook");
    mp_write_object(&w, "params");
    mp_write_text(&w, "hook", call->hook);
    mp_write_text(&w, "process", call->process);
    mp_write_text(&w, "status", call->status);
    if (call->step) {
        mp_write_text(&w, "stepType", call->step->type);
        mp_write_text(&w, "step", sent_text(call->step));
    }
    mp_write_object(&w, "context");
    mp_write_text(&w, "scenarioId", call->scenario_id);
    mp_write_text(&w, "platform", call->platform);
    if (call->scenario)
        write_hook_scenario(&w, call);
    if (call->timeout_ms)
        mp_write_int(&w, "timeoutMs", call->timeout_ms);
    if (call->export_count)
        write_exports(&w, call->exports, call->export_count);
    gh_jsonw_object_end(&w);
    gh_jsonw_object_end(&w);
    mp_write_end(&w, buf);
}

static const char *argument_word(const struct mp_step *step)
{
    return step->table ? "dataTable" : step->doc_string ? "docString" : "none";
}

void mp_request_match_steps(struct mp_buf *buf, int64_t id,
                            const struct mp_step *const *steps, size_t count)
{
    struct gh_jsonw w = mp_write_into(buf);
    mp_write_begin(&w, id, "matchSteps");
    mp_write_object(&w, "params");
    gh_jsonw_key(&w, "steps");
    gh_jsonw_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        const struct mp_step *step = steps[i];
        gh_jsonw_object_begin(&w);
        mp_write_text(&w, "step", step->sent ? step->sent : step->text);
        mp_write_text(&w, "stepType", step->type);
        mp_write_text(&w, "argument", argument_word(step));
        gh_jsonw_object_end(&w);
    }
    gh_jsonw_array_end(&w);
    gh_jsonw_object_end(&w);
    mp_write_end(&w, buf);
}
