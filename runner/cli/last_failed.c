#include "runner/cli/last_failed.h"

#include <stdlib.h>
#include <string.h>

#include "runner/cli/runs.h"
#include "runner/journal/replay.h"
#include "runner/report/results.h"

struct reading {
    struct mp_last_failed *failed;
    struct mp_results results;
};

/* "...[a=c]#2" is the second repetition of "...[a=c]". */
static struct gh_str without_repetition(const char *key)
{
    const char *end = strrchr(key, ']');
    struct gh_str whole = gh_str_of(key);
    if (end)
        whole.len = (size_t)(end - key) + 1;
    return whole;
}

static void on_case(void *self, const struct mp_case_result *result)
{
    struct mp_last_failed *failed = ((struct reading *)self)->failed;
    struct mp_wanted_keys *keys = &failed->keys;
    if (!mp_status_is_failure(result->status, !failed->lenient) &&
        result->status != MP_NOT_RUN)
        return;
    if (keys->count == failed->capacity) {
        failed->capacity = failed->capacity * 2 + 16;
        keys->list =
            gh_realloc(keys->list, failed->capacity * sizeof(*keys->list));
    }
    keys->list[keys->count++] =
        gh_arena_copy(&failed->arena, without_repetition(result->key));
}

static void on_record(void *self, const struct mp_record *record)
{
    struct reading *reading = self;
    if (record->type == MP_RECORD_RUN_STARTED)
        reading->failed->lenient = record->lenient;
    mp_results_take(&reading->results, record);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each once: repetitions share a key. */
static void sort(struct mp_wanted_keys *keys)
{
    size_t kept = 0;
    if (keys->count)
        qsort(keys->list, keys->count, sizeof(*keys->list), by_text);
    for (size_t i = 0; i < keys->count; i++) {
        if (!kept || strcmp(keys->list[kept - 1], keys->list[i]) != 0)
            keys->list[kept++] = keys->list[i];
    }
    keys->count = kept;
}

static bool read_journal(struct mp_last_failed *failed, const char *journal,
                         struct mp_errors *errors)
{
    struct reading reading = {.failed = failed};
    struct mp_listener listener = {&reading, on_record};
    mp_results_init(&reading.results, on_case, &reading);
    bool ok = mp_replay(journal, listener, errors);
    mp_results_end(&reading.results);
    const struct mp_run_result *run = &reading.results.run;
    failed->run_id = gh_arena_copy(&failed->arena, gh_str_of(run->id));
    failed->command = gh_arena_copy(&failed->arena, gh_str_of(run->command));
    mp_results_finish(&reading.results);
    sort(&failed->keys);
    return ok;
}

bool mp_last_failed_read(struct mp_last_failed *failed,
                         const struct mp_options *options,
                         const char *config_folder, struct mp_errors *errors)
{
    if (failed->is_read)
        return true;
    char *folder = mp_runs_folder(options, config_folder);
    char *journal = mp_runs_find(folder, NULL, errors);
    failed->is_read = journal && read_journal(failed, journal, errors);
    gh_free(journal);
    gh_free(folder);
    return failed->is_read;
}

static bool is_planned(const struct mp_plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->case_count; i++) {
        if (!strcmp(plan->cases[i].key, key))
            return true;
    }
    return false;
}

void mp_last_failed_check(const struct mp_last_failed *failed,
                          const struct mp_options *options,
                          const struct mp_plan *plan, struct mp_errors *errors)
{
    if (options->tags.count || options->names.count ||
        options->platforms.count || options->processes.count ||
        options->has_strategy || plan->case_count >= failed->keys.count)
        return;
    for (size_t i = 0; i < failed->keys.count; i++) {
        if (is_planned(plan, failed->keys.list[i]))
            continue;
        mp_errors_warn(errors,
                       "mprun: warning: --last-failed: not all that did not "
                       "pass is in what was given, such as %s; the last run "
                       "was: %s",
                       failed->keys.list[i], failed->command);
        return;
    }
}

void mp_last_failed_finish(struct mp_last_failed *failed)
{
    gh_free(failed->keys.list);
    gh_arena_finish(&failed->arena);
    memset(failed, 0, sizeof(*failed));
}
