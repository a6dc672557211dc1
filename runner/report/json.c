#include <stdlib.h>

#include "gherkin/jsonw.h"
#include "runner/report/failure.h"
#include "runner/report/kind.h"
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

static void put(struct gh_jsonw *out, const char *key, const char *text)
{
    gh_jsonw_key(out, key);
    gh_jsonw_cstring(out, text);
}

static void put_if(struct gh_jsonw *out, const char *key, const char *text)
{
    if (*text)
        put(out, key, text);
}

static void put_number(struct gh_jsonw *out, const char *key, int64_t value)
{
    gh_jsonw_key(out, key);
    gh_jsonw_int(out, value);
}

/* What is not known is left out. */
static void put_known(struct gh_jsonw *out, const char *key, int64_t value)
{
    if (value)
        put_number(out, key, value);
}

static void put_ms(struct gh_jsonw *out, const char *key, double ms)
{
    if (!(ms > 0))
        return;
    gh_jsonw_key(out, key);
    gh_jsonw_number(out, (double)(int64_t)(ms * 1000 + 0.5) / 1000);
}

static void put_life(struct gh_jsonw *out,
                     const struct mp_process_result *process,
                     const struct mp_incarnation *life)
{
    const struct mp_metrics *metrics = &life->metrics;
    gh_jsonw_object_begin(out);
    put(out, "name", process->name);
    put(out, "platform", process->platform);
    put_number(out, "incarnation", life->number);
    put_ms(out, "ready_ms", life->ready_ms);
    put_ms(out, "cpu_user_ms", metrics->cpu_user_ms);
    put_ms(out, "cpu_system_ms", metrics->cpu_system_ms);
    put_known(out, "max_rss_kb", metrics->max_rss_kb);
    put_known(out, "descriptors", metrics->descriptors);
    put_known(out, "messages_in", metrics->messages_in);
    put_known(out, "messages_out", metrics->messages_out);
    put_known(out, "bytes_in", metrics->bytes_in);
    put_known(out, "bytes_out", metrics->bytes_out);
    put_known(out, "stderr_bytes", metrics->stderr_bytes);
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

/* What its processes were doing when a time limit was over. */
static void put_sights(struct gh_jsonw *out,
                       const struct mp_case_result *result)
{
    if (!result->sights)
        return;
    gh_jsonw_key(out, "states");
    gh_jsonw_array_begin(out);
    for (const struct mp_sight *sight = result->sights; sight;
         sight = sight->next) {
        gh_jsonw_object_begin(out);
        put(out, "process", sight->process);
        put_known(out, "pid", sight->pid);
        put(out, "state", sight->kind);
        put_if(out, "waits_in", sight->wait);
        put(out, "text", sight->text);
        gh_jsonw_object_end(out);
    }
    gh_jsonw_array_end(out);
}

static void put_case(struct gh_jsonw *out, const struct mp_case_result *result)
{
    struct mp_buf message = {0};
    gh_jsonw_object_begin(out);
    put_number(out, "number", result->number);
    put(out, "id", result->id);
    put(out, "key", result->key);
    put(out, "feature", result->feature);
    put_if(out, "rule", result->rule);
    put(out, "name", result->name);
    put_if(out, "combination", result->combination);
    if (result->repetition)
        put_number(out, "repetition", result->repetition);
    put(out, "status", mp_status_name(result->status));
    put_number(out, "duration_ms", (int64_t)(result->duration_ms + 0.5));
    put_number(out, "attempts", result->attempt);
    if (result->flaky) {
        gh_jsonw_key(out, "flaky");
        gh_jsonw_bool(out, true);
    }
    if (result->status != MP_PASSED)
        mp_failure_summarise(&message, result);
    put_if(out, "message", mp_buf_text(&message));
    put_sights(out, result);
    put_processes(out, result);
    gh_jsonw_object_end(out);
    mp_buf_finish(&message);
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct json *json = (struct json *)report;
    struct gh_jsonw out;
    gh_jsonw_init(&out);
    put_case(&out, result);
    struct mp_buf text = {0};
    mp_buf_append_str(&text, gh_jsonw_text(&out));
    gh_jsonw_finish(&out);
    if (json->count == json->capacity) {
        json->capacity = json->capacity * 2 + 64;
        json->entries =
            gh_realloc(json->entries, json->capacity * sizeof(*json->entries));
    }
    struct entry entry = {result->number, mp_spool_add(&json->spool, &text)};
    mp_buf_finish(&text);
    json->entries[json->count++] = entry;
}

static int by_number(const void *a, const void *b)
{
    const struct entry *first = a, *second = b;
    return (first->number > second->number) - (first->number < second->number);
}

static void put_run(struct gh_jsonw *out, const struct mp_run_result *run)
{
    gh_jsonw_key(out, "run");
    gh_jsonw_object_begin(out);
    put(out, "id", run->id);
    put_if(out, "mprun", run->name);
    put_if(out, "started", run->wall_time);
    put_if(out, "containment", run->containment);
    gh_jsonw_key(out, "seed");
    gh_jsonw_uint_string(out, run->seed);
    put_number(out, "duration_ms", (int64_t)(run->duration_ms + 0.5));
    if (run->suspended_ms >= 1)
        put_number(out, "suspended_ms", (int64_t)(run->suspended_ms + 0.5));
    gh_jsonw_key(out, "finished");
    gh_jsonw_bool(out, run->finished);
    gh_jsonw_object_end(out);
}

static void put_counts(struct gh_jsonw *out, const struct mp_tally *tally)
{
    int64_t total = 0;
    gh_jsonw_key(out, "counts");
    gh_jsonw_object_begin(out);
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        put_number(out, mp_status_name((enum mp_status)i),
                   (int64_t)tally->cases[i]);
        total += (int64_t)tally->cases[i];
    }
    put_number(out, "flaky", (int64_t)tally->flaky);
    put_number(out, "total", total);
    gh_jsonw_object_end(out);
}

static void append_head(struct json *json)
{
    struct gh_jsonw out;
    gh_jsonw_init(&out);
    gh_jsonw_object_begin(&out);
    put_number(&out, "version", SUMMARY_VERSION);
    put_run(&out, &json->base.results->run);
    put_counts(&out, &json->base.results->tally);
    gh_jsonw_key(&out, "cases");
    gh_jsonw_array_begin(&out);
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
    mp_output_append(output, "\n]}\n", 4);
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
