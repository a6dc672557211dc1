#include "runner/report/members.h"

#include "runner/report/failure.h"

void mp_members_text(struct gh_jsonw *out, const char *key, const char *text)
{
    gh_jsonw_key(out, key);
    gh_jsonw_cstring(out, text);
}

void mp_members_text_if(struct gh_jsonw *out, const char *key, const char *text)
{
    if (*text)
        mp_members_text(out, key, text);
}

void mp_members_number(struct gh_jsonw *out, const char *key, int64_t value)
{
    gh_jsonw_key(out, key);
    gh_jsonw_int(out, value);
}

void mp_members_known(struct gh_jsonw *out, const char *key, int64_t value)
{
    if (value)
        mp_members_number(out, key, value);
}

void mp_members_ms(struct gh_jsonw *out, const char *key, double ms)
{
    if (!(ms > 0))
        return;
    gh_jsonw_key(out, key);
    gh_jsonw_thousandths(out, ms);
}

void mp_members_metrics(struct gh_jsonw *out, const struct mp_metrics *metrics)
{
    mp_members_ms(out, "cpu_user_ms", metrics->cpu_user_ms);
    mp_members_ms(out, "cpu_system_ms", metrics->cpu_system_ms);
    mp_members_known(out, "max_rss_kb", metrics->max_rss_kb);
    mp_members_known(out, "descriptors", metrics->descriptors);
    mp_members_known(out, "messages_in", metrics->messages_in);
    mp_members_known(out, "messages_out", metrics->messages_out);
    mp_members_known(out, "bytes_in", metrics->bytes_in);
    mp_members_known(out, "bytes_out", metrics->bytes_out);
    mp_members_known(out, "stderr_bytes", metrics->stderr_bytes);
}

void mp_members_case(struct gh_jsonw *out, const struct mp_case_result *result)
{
    struct mp_buf message = {0};
    mp_members_number(out, "number", result->number);
    mp_members_text(out, "id", result->id);
    mp_members_text(out, "key", result->key);
    mp_members_text(out, "feature", result->feature);
    mp_members_text_if(out, "rule", result->rule);
    mp_members_text(out, "name", result->name);
    mp_members_text_if(out, "combination", result->combination);
    if (result->repetition)
        mp_members_number(out, "repetition", result->repetition);
    mp_members_text(out, "status", mp_status_name(result->status));
    mp_members_number(out, "duration_ms", (int64_t)(result->duration_ms + 0.5));
    mp_members_number(out, "attempts", result->attempt);
    if (result->flaky) {
        gh_jsonw_key(out, "flaky");
        gh_jsonw_bool(out, true);
    }
    if (*result->known) {
        mp_members_text(out, "known", result->known);
        mp_members_text(out, "was", mp_status_name(result->was));
    }
    if (result->status != MP_PASSED)
        mp_failure_summarise(&message, result);
    mp_members_text_if(out, "message", mp_buf_text(&message));
    mp_buf_finish(&message);
}

void mp_members_states(struct gh_jsonw *out,
                       const struct mp_case_result *result)
{
    if (!result->sights)
        return;
    gh_jsonw_key(out, "states");
    gh_jsonw_array_begin(out);
    for (const struct mp_sight *sight = result->sights; sight;
         sight = sight->next) {
        gh_jsonw_object_begin(out);
        mp_members_text(out, "process", sight->process);
        mp_members_known(out, "pid", sight->pid);
        mp_members_text(out, "state", sight->kind);
        mp_members_text_if(out, "waits_in", sight->wait);
        mp_members_text(out, "text", sight->text);
        gh_jsonw_object_end(out);
    }
    gh_jsonw_array_end(out);
}

static void put_run_causes(struct gh_jsonw *out, const struct mp_cause *cause)
{
    gh_jsonw_key(out, "causes");
    gh_jsonw_array_begin(out);
    for (; cause; cause = cause->next) {
        gh_jsonw_object_begin(out);
        mp_members_text(out, "status", mp_status_name(cause->status));
        mp_members_text_if(out, "process", cause->process);
        mp_members_text(out, "text", cause->text);
        gh_jsonw_object_end(out);
    }
    gh_jsonw_array_end(out);
}

void mp_members_run(struct gh_jsonw *out, const struct mp_run_result *run)
{
    mp_members_text(out, "id", run->id);
    mp_members_text_if(out, "mprun", run->name);
    mp_members_text_if(out, "started", run->wall_time);
    mp_members_text_if(out, "containment", run->containment);
    mp_members_text_if(out, "plan", run->plan);
    if (run->shards) {
        mp_members_number(out, "planned", run->planned);
        mp_members_number(out, "shard", run->shard);
        mp_members_number(out, "shards", run->shards);
        mp_members_text(out, "shard_by", run->shard_by);
    }
    gh_jsonw_key(out, "seed");
    gh_jsonw_uint_string(out, run->seed);
    mp_members_number(out, "duration_ms", (int64_t)(run->duration_ms + 0.5));
    mp_members_ms(out, "starting_ms", run->starting_ms);
    mp_members_ms(out, "hidden_ms", run->hidden_ms);
    mp_members_known(out, "spared_starts", run->spared);
    if (run->suspended_ms >= 1)
        mp_members_number(out, "suspended_ms",
                          (int64_t)(run->suspended_ms + 0.5));
    gh_jsonw_key(out, "finished");
    gh_jsonw_bool(out, run->finished);
    if (run->causes)
        put_run_causes(out, run->causes);
}

void mp_members_counts(struct gh_jsonw *out, const struct mp_tally *tally)
{
    int64_t total = 0;
    gh_jsonw_key(out, "counts");
    gh_jsonw_object_begin(out);
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        mp_members_number(out, mp_status_name((enum mp_status)i),
                          (int64_t)tally->cases[i]);
        total += (int64_t)tally->cases[i];
    }
    mp_members_number(out, "flaky", (int64_t)tally->flaky);
    mp_members_known(out, "known", (int64_t)tally->known);
    mp_members_number(out, "total", total);
    gh_jsonw_object_end(out);
}
