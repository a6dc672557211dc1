#include <stdlib.h>

#include "gherkin/jsonw.h"
#include "runner/report/kind.h"
#include "runner/report/members.h"
#include "runner/report/spool.h"

/* A summary for programs: the run, counts by status, and each case with its
 * id, status and duration. What happened inside a case is in the journal. */

#define SUMMARY_VERSION 1

struct entry {
    int64_t number;
    struct mp_spool_place place;
};

struct json {
    struct mp_report base;
    struct mp_spool spool;
    struct entry *entries;
    size_t count, capacity;
};

static void put_life(struct gh_jsonw *out,
                     const struct mp_process_result *process,
                     const struct mp_incarnation *life)
{
    gh_jsonw_object_begin(out);
    mp_members_text(out, "name", process->name);
    mp_members_text(out, "platform", process->platform);
    mp_members_number(out, "incarnation", life->number);
    if (life->reused) {
        gh_jsonw_key(out, "reused");
        gh_jsonw_bool(out, true);
    }
    mp_members_ms(out, "ready_ms", life->ready_ms);
    mp_members_ms(out, "hidden_ms", life->hidden_ms);
    mp_members_metrics(out, &life->metrics);
    gh_jsonw_object_end(out);
}

/* Of the last attempt; lives whose end is not known are left out. */
static void put_processes(struct gh_jsonw *out,
                          const struct mp_case_result *result)
{
    size_t count = 0;
    for (const struct mp_process_result *process = result->processes; process;
         process = process->next) {
        for (const struct mp_incarnation *life = process->incarnations; life;
             life = life->next) {
            if (!life->ended)
                continue;
            if (!count++) {
                gh_jsonw_key(out, "processes");
                gh_jsonw_array_begin(out);
            }
            put_life(out, process, life);
        }
    }
    if (count)
        gh_jsonw_array_end(out);
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct json *json = (struct json *)report;
    struct gh_jsonw out;
    gh_jsonw_init(&out);
    gh_jsonw_object_begin(&out);
    mp_members_case(&out, result);
    mp_members_states(&out, result);
    put_processes(&out, result);
    gh_jsonw_object_end(&out);
    struct mp_buf text = {0};
    mp_buf_append_str(&text, gh_jsonw_text(&out));
    gh_jsonw_finish(&out);
    if (json->count == json->capacity) {
        json->capacity = json->capacity * 2 + 64;
        json->entries =
            gh_realloc(json->entries, json->capacity * sizeof(*json->entries));
    }
    struct entry entry = {result->number,
                          mp_spool_add(&json->spool, mp_buf_str(&text))};
    mp_buf_finish(&text);
    json->entries[json->count++] = entry;
}

static int by_number(const void *a, const void *b)
{
    const struct entry *first = a, *second = b;
    return (first->number > second->number) - (first->number < second->number);
}

static void append_head(struct json *json)
{
    struct gh_jsonw out;
    gh_jsonw_init(&out);
    gh_jsonw_object_begin(&out);
    mp_members_number(&out, "version", SUMMARY_VERSION);
    gh_jsonw_key(&out, "run");
    gh_jsonw_object_begin(&out);
    mp_members_run(&out, &json->base.results->run);
    gh_jsonw_object_end(&out);
    mp_members_counts(&out, &json->base.results->tally);
    gh_jsonw_key(&out, "cases");
    gh_jsonw_array_begin(&out);
    struct gh_str text = gh_jsonw_text(&out);
    mp_output_append(&json->base.output, text.ptr, text.len);
    gh_jsonw_finish(&out);
}

/* What is to blame, if anything can be said of it. */
static void append_tail(struct json *json)
{
    struct gh_jsonw out;
    gh_jsonw_init(&out);
    gh_jsonw_array_end(&out); /* a value stands before */
    mp_blames_json(&out, json->base.blames);
    gh_jsonw_object_end(&out);
    gh_jsonw_newline(&out);
    struct gh_str text = gh_jsonw_text(&out);
    mp_output_append(&json->base.output, text.ptr, text.len);
    gh_jsonw_finish(&out);
}

static bool on_run_finished(struct mp_report *report)
{
    struct json *json = (struct json *)report;
    struct mp_output *output = &report->output;
    struct mp_buf text = {0};
    if (json->count)
        qsort(json->entries, json->count, sizeof(*json->entries), by_number);
    append_head(json);
    for (size_t i = 0; i < json->count; i++) {
        mp_output_append(output, i ? ",\n" : "\n", i ? 2 : 1);
        mp_spool_read(&json->spool, json->entries[i].place, &text);
        mp_output_append(output, mp_buf_text(&text), text.len);
    }
    mp_output_append(output, "\n", 1);
    append_tail(json);
    mp_buf_finish(&text);
    if (json->spool.error && !output->error)
        output->error = json->spool.error;
    return mp_output_commit(output);
}

static void finish(struct mp_report *report)
{
    struct json *json = (struct json *)report;
    gh_free(json->entries);
    mp_spool_finish(&json->spool);
}

const struct mp_report_kind mp_json_kind = {
    .name = "json",
    .about = "a summary for programs: counts, and each case's status",
    .size = sizeof(struct json),
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
