#include <string.h>

#include "gherkin/printer.h"
#include "runner/report/messages.h"

/* The schema that is followed. */
#define PROTOCOL_VERSION "33.0.4"

#define MOST_CASES ((int64_t)1 << 24) /* a damaged journal may name any */

/* -- Head ---------------------------------------------------------------- */

static bool write_head(void *user, const char *bytes, size_t length)
{
    struct mp_messages *messages = user;
    mp_output_append(&messages->base.output, bytes, length);
    return true;
}

static void on_created(struct mp_report *report)
{
    struct mp_messages *messages = (struct mp_messages *)report;
    gh_jsonw_init_stream(&messages->head, write_head, messages);
}

static void put_product(struct gh_jsonw *w, const char *key, struct gh_str name,
                        const char *version)
{
    gh_jsonw_key(w, key);
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "name");
    gh_jsonw_string(w, name);
    if (version && *version)
        mp_message_put(w, "version", version);
    gh_jsonw_object_end(w);
}

/* The next word of "Linux 6.1.0 x86_64". */
static struct gh_str next_word(const char **text)
{
    struct gh_str word = {*text, strcspn(*text, " ")};
    *text += word.len;
    *text += strspn(*text, " ");
    return word;
}

static void write_meta(struct mp_messages *messages,
                       const struct mp_record *record)
{
    struct gh_jsonw *w = &messages->head;
    const char *machine = record->machine ? record->machine : "unknown";
    struct gh_str os = next_word(&machine), version = next_word(&machine);
    char *os_version = gh_arena_copy(&messages->arena, version);
    const char *own = record->name ? record->name : "";
    messages->started_ms =
        mp_message_read_time(record->wall_time ? record->wall_time : "");
    gh_printer_begin(w, "meta");
    mp_message_put(w, "protocolVersion", PROTOCOL_VERSION);
    put_product(w, "implementation", gh_str_of("mprun"), own);
    put_product(w, "runtime", gh_str_of("mprun"), own);
    put_product(w, "os", os, os_version);
    put_product(w, "cpu", gh_str_of(*machine ? machine : "unknown"), NULL);
    gh_printer_end(w);
    messages->has_meta = true;
}

/* A damaged journal may have lost its first line. */
static void need_meta(struct mp_messages *messages)
{
    const struct mp_record nothing = {.type = MP_RECORD_RUN_STARTED};
    if (!messages->has_meta)
        write_meta(messages, &nothing);
}

/* -- Cases and their pickles --------------------------------------------- */

static struct mp_message_case *get_case(struct mp_messages *messages,
                                        int64_t number)
{
    if (number < 1 || number > MOST_CASES)
        return NULL;
    size_t count = (size_t)number;
    if (count > messages->case_capacity) {
        size_t old = messages->case_capacity, size = sizeof(*messages->cases);
        messages->case_capacity = count + count / 2 + 64;
        messages->cases =
            gh_realloc(messages->cases, messages->case_capacity * size);
        memset(messages->cases + old, 0,
               (messages->case_capacity - old) * size);
    }
    if (count > messages->case_count)
        messages->case_count = count;
    return &messages->cases[count - 1];
}

static const char *keep(struct mp_messages *messages, const char *text)
{
    return text && *text ? gh_arena_copy(&messages->arena, gh_str_of(text))
                         : "";
}

static void plan_case(struct mp_messages *messages,
                      const struct mp_record *record)
{
    struct mp_message_case *entry = get_case(messages, record->case_number);
    if (!entry || !record->uri || record->line < 1)
        return;
    const struct mp_message_case *last = entry - (record->case_number > 1);
    bool same = last->uri && !strcmp(last->uri, record->uri);
    entry->uri = same ? last->uri : keep(messages, record->uri);
    entry->combination = keep(messages, record->combination);
    entry->line = record->line;
    entry->repetition = record->repetition;
}

static void need_run_id(struct mp_messages *messages)
{
    need_meta(messages);
    if (!messages->has_run_id)
        messages->run_id = messages->ids.next++;
    messages->has_run_id = true;
}

static void on_record(struct mp_report *report, const struct mp_record *record)
{
    struct mp_messages *messages = (struct mp_messages *)report;
    if (record->type == MP_RECORD_RUN_STARTED && !messages->has_meta)
        write_meta(messages, record);
    else if (record->type == MP_RECORD_CASE_PLANNED)
        plan_case(messages, record);
    else if (record->type == MP_RECORD_SOURCE) {
        need_meta(messages);
        mp_message_pickles_take(messages, record);
    } else if (record->type == MP_RECORD_DEFINITIONS) {
        need_meta(messages);
        mp_message_steps_take(messages, record);
    } else if (!record->case_number && record->hook) {
        need_run_id(messages);
        mp_message_hooks_take(messages, record);
    }
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct mp_messages *messages = (struct mp_messages *)report;
    struct mp_message_case lost = {0};
    struct mp_message_case *entry = get_case(messages, result->number);
    need_run_id(messages);
    /* Nothing of it was played, for the run was broken off: no test case. */
    if (result->status == MP_NOT_RUN && report->results->run.causes)
        return;
    mp_message_case_write(messages, entry ? entry : &lost, result);
}

/* -- End ----------------------------------------------------------------- */

static void write_hook(struct mp_messages *messages)
{
    struct gh_jsonw *w = &messages->head;
    gh_printer_begin(w, "hook");
    gh_printer_put_id(w, messages->hook_id);
    mp_message_put(w, "name", "mprun: the end of the case");
    mp_message_put(w, "type", "AFTER_TEST_CASE");
    mp_message_put_reference(w, "", 0);
    gh_printer_end(w);
}

static void write_run_started(struct mp_messages *messages)
{
    struct gh_jsonw *w = &messages->head;
    gh_printer_begin(w, "testRunStarted");
    gh_printer_put_id(w, messages->run_id);
    mp_message_put_time(w, messages, 0);
    gh_printer_end(w);
}

/* What no hook tells. */
static void put_run_causes(struct gh_jsonw *w, const struct mp_run_result *run)
{
    struct mp_buf text = {0};
    const struct mp_cause *cause = run->causes;
    const char *type = run->finished ? "" : mp_status_name(MP_INTERRUPTED);
    for (; cause; cause = cause->next) {
        if (cause->hook)
            continue;
        mp_buf_format(&text, "%s%s", text.len ? "\n" : "", cause->text);
        type = *type ? type : mp_status_name(cause->status);
    }
    if (!run->finished)
        mp_buf_format(&text, "%sthe run was killed", text.len ? "\n" : "");
    if (text.len) {
        mp_message_put_exception(w, type, text.data, "");
        mp_message_put(w, "message", text.data);
    }
    mp_buf_finish(&text);
}

static void write_run_finished(struct mp_messages *messages)
{
    struct gh_jsonw *w = &messages->head;
    const struct mp_results *results = messages->base.results;
    bool good =
        results->run.finished && mp_tally_exit(&results->tally) == MP_EXIT_OK;
    gh_printer_begin(w, "testRunFinished");
    mp_message_put_id(w, "testRunStartedId", messages->run_id);
    gh_jsonw_key(w, "success");
    gh_jsonw_bool(w, good);
    put_run_causes(w, &results->run);
    mp_message_put_time(w, messages, results->run.duration_ms);
    gh_printer_end(w);
}

static void append_piece(void *self, const char *bytes, size_t length)
{
    mp_output_append(self, bytes, length);
}

static bool on_run_finished(struct mp_report *report)
{
    struct mp_messages *messages = (struct mp_messages *)report;
    struct mp_output *output = &report->output;
    need_run_id(messages);
    if (messages->has_hook)
        write_hook(messages);
    write_run_started(messages);
    gh_jsonw_flush(&messages->head);
    struct mp_spool *const spools[] = {&messages->before_run,
                                       &messages->test_cases, &messages->events,
                                       &messages->after_run};
    for (size_t i = 0; i < sizeof(spools) / sizeof(*spools); i++) {
        mp_spool_each(spools[i], append_piece, output);
        if (spools[i]->error && !output->error)
            output->error = spools[i]->error;
    }
    write_run_finished(messages);
    gh_jsonw_flush(&messages->head);
    return mp_output_commit(output);
}

static void finish(struct mp_report *report)
{
    struct mp_messages *messages = (struct mp_messages *)report;
    gh_jsonw_finish(&messages->head);
    gh_jsonw_finish(&messages->line);
    gh_free(messages->cases);
    mp_message_steps_finish(messages);
    mp_message_hooks_finish(messages);
    mp_spool_finish(&messages->before_run);
    mp_spool_finish(&messages->after_run);
    mp_spool_finish(&messages->test_cases);
    mp_spool_finish(&messages->events);
    gh_arena_finish(&messages->arena);
}

const struct mp_report_kind mp_message_kind = {
    .name = "message",
    .about = "Cucumber Messages, for Cucumber's formatters",
    .size = sizeof(struct mp_messages),
    .wants_definitions = true,
    .on_created = on_created,
    .on_record = on_record,
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
