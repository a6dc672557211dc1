#include "runner/report/results.h"

#include <string.h>

#include "runner/report/gather.h"

/* Appends to a singly linked list whose head and last stand in owner. */
#define APPEND(owner, head, last, item)                                        \
    do {                                                                       \
        if ((owner)->last)                                                     \
            (owner)->last->next = (item);                                      \
        else                                                                   \
            (owner)->head = (item);                                            \
        (owner)->last = (item);                                                \
    } while (0)

static const char *copy(struct gh_arena *arena, const char *text)
{
    return text && *text ? gh_arena_copy(arena, gh_str_of(text)) : "";
}

void mp_results_init(struct mp_results *results,
                     void (*on_case)(void *, const struct mp_case_result *),
                     void *self)
{
    memset(results, 0, sizeof(*results));
    struct mp_run_result *run = &results->run;
    run->id = run->name = run->command = run->cwd = "";
    run->wall_time = run->containment = run->contained_less = "";
    run->plan = run->shard_by = "";
    results->on_case = on_case;
    results->self = self;
}

static void destroy_case(struct mp_case_result *result)
{
    while (result) {
        struct mp_case_result *earlier = result->earlier;
        gh_arena_finish(&result->arena);
        gh_free(result);
        result = earlier;
    }
}

void mp_results_finish(struct mp_results *results)
{
    for (size_t i = 0; i < results->open_count; i++)
        destroy_case(results->open[i]);
    gh_free(results->open);
    gh_arena_finish(&results->arena);
    memset(results, 0, sizeof(*results));
}

static size_t find_slot(const struct mp_results *results, int64_t number)
{
    for (size_t i = 0; i < results->open_count; i++) {
        if (results->open[i]->number == number)
            return i;
    }
    return results->open_count;
}

const struct mp_case_result *mp_results_find(const struct mp_results *results,
                                             int64_t case_number)
{
    size_t slot = find_slot(results, case_number);
    return slot < results->open_count ? results->open[slot] : NULL;
}

static void set_identity(struct mp_case_result *result,
                         const struct mp_record *record)
{
    struct gh_arena *arena = &result->arena;
    result->number = record->case_number;
    result->attempt = record->attempt > 0 ? record->attempt : 1;
    result->start_ms = record->time_ms;
    result->id = copy(arena, record->id);
    result->key = copy(arena, record->key);
    result->uri = copy(arena, record->uri);
    result->feature = copy(arena, record->feature);
    result->rule = copy(arena, record->rule);
    result->name = copy(arena, record->name);
    result->scenario = copy(arena, record->scenario);
    result->scenario_id = copy(arena, record->scenario_id);
    result->combination = copy(arena, record->combination);
    result->repetition = record->repetition;
    result->seed = record->seed;
    result->line = record->line;
    result->artifacts = copy(arena, record->path);
    result->text = result->cause_process = result->known = "";
    const char **tags =
        gh_arena_array(arena, record->tag_count + 1, sizeof(*tags));
    for (size_t i = 0; i < record->tag_count; i++)
        tags[i] = copy(arena, record->tags[i]);
    result->tags = tags;
    result->tag_count = record->tag_count;
}

static void start_case(struct mp_results *results,
                       const struct mp_record *record)
{
    struct mp_case_result *result = gh_alloc(sizeof(*result));
    set_identity(result, record);
    /* The steps' array at once at its full size; their texts follow. */
    if (record->total > 0 && record->total <= MP_GATHER_STEPS_MAX)
        mp_gather_step(result, record->total);
    size_t slot = find_slot(results, record->case_number);
    if (slot < results->open_count) {
        result->earlier = results->open[slot];
        results->open[slot] = result;
        return;
    }
    if (results->open_count == results->open_capacity) {
        results->open_capacity = results->open_capacity * 2 + 4;
        results->open = gh_realloc(results->open, results->open_capacity *
                                                      sizeof(*results->open));
    }
    results->open[results->open_count++] = result;
    results->run.begun++;
}

/* It counts against no case. */
static void take_run_cause(struct mp_results *results,
                           const struct mp_record *record)
{
    struct mp_cause *cause = mp_gather_cause(&results->arena, record);
    APPEND(&results->run, causes, last_cause, cause);
    results->tally.run_failed = true;
}

static void hand_over(struct mp_results *results, size_t slot)
{
    struct mp_case_result *result = results->open[slot];
    results->tally.cases[result->status]++;
    results->tally.flaky += result->flaky;
    memmove(&results->open[slot], &results->open[slot + 1],
            (results->open_count - slot - 1) * sizeof(*results->open));
    results->open_count--;
    results->on_case(results->self, result);
    destroy_case(result);
}

/* What the baseline makes of it. An expected failure counts as skipped and an
 * unexpected pass as failed, so that every report and the exit status agree. */
static void judge(struct mp_results *results, struct mp_case_result *result,
                  const char *known)
{
    bool passed = result->status == MP_PASSED;
    if (!known || !*known || result->status == MP_INTERRUPTED ||
        (!passed && !mp_status_is_failure(result->status, true)))
        return;
    struct gh_arena *arena = &result->arena;
    result->known = copy(arena, known);
    result->was = result->status;
    result->status = passed ? MP_FAILED : MP_SKIPPED;
    result->text =
        passed ? gh_arena_format(arena,
                                 "it passed, but the baseline expects it to "
                                 "fail: %s",
                                 known)
               : gh_arena_format(arena, "known failure: %s", known);
    result->cause_step = 0;
    result->cause_process = "";
    result->flaky = false;
    results->tally.known += !passed;
}

static void finish_case(struct mp_results *results, size_t slot,
                        const struct mp_record *record)
{
    struct mp_case_result *result = results->open[slot];
    result->status = record->status;
    result->text = copy(&result->arena, record->text);
    result->cause_step = record->step;
    result->cause_process = copy(&result->arena, record->process);
    result->duration_ms = record->duration_ms;
    result->flaky = record->flaky;
    result->current_step = 0;
    if (record->final) {
        judge(results, result, record->known);
        hand_over(results, slot);
    }
}

/* What ran when the run ended, and never came to its own end. */
static void interrupt_case(struct mp_results *results, size_t slot)
{
    struct mp_case_result *result = results->open[slot];
    result->status = MP_INTERRUPTED;
    result->text = "the run ended before the case did";
    result->cause_step = result->current_step;
    double end_ms = results->run.duration_ms;
    result->duration_ms =
        end_ms > result->start_ms ? end_ms - result->start_ms : 0;
    struct mp_result_step *step =
        result->current_step ? mp_gather_step(result, result->current_step)
                             : NULL;
    if (step) {
        step->status = MP_INTERRUPTED;
        step->finished = true;
        step->duration_ms =
            end_ms > step->start_ms ? end_ms - step->start_ms : 0;
        result->cause_process = step->process;
    }
    result->current_step = 0;
    hand_over(results, slot);
}

void mp_results_end(struct mp_results *results)
{
    if (results->ended)
        return;
    results->ended = true;
    while (results->open_count)
        interrupt_case(results, 0);
    struct mp_run_result *run = &results->run;
    results->tally.cut_off = run->started && !run->finished;
    if (run->total > run->begun)
        results->tally.cases[MP_NOT_RUN] += (size_t)(run->total - run->begun);
}

static void start_run(struct mp_results *results,
                      const struct mp_record *record)
{
    struct mp_run_result *run = &results->run;
    struct gh_arena *arena = &results->arena;
    run->started = true;
    run->id = copy(arena, record->id);
    run->name = copy(arena, record->name);
    run->command = copy(arena, record->text);
    run->cwd = copy(arena, record->cwd);
    run->wall_time = copy(arena, record->wall_time);
    run->containment = copy(arena, record->source);
    run->contained_less = copy(arena, record->kind);
    run->seed = record->seed;
    run->total = record->total;
    run->plan = copy(arena, record->plan);
    run->planned = record->planned;
    run->shard = record->shard;
    run->shards = record->shards;
    run->shard_by = copy(arena, record->shard_by);
}

static void finish_run(struct mp_results *results,
                       const struct mp_record *record)
{
    results->run.finished = true;
    results->run.signal = record->signal;
    if (record->duration_ms > 0)
        results->run.duration_ms = record->duration_ms;
    if (record->signal > 0 && record->signal < 128)
        results->tally.signal = (int)record->signal;
    mp_results_end(results);
}

static void count_start(struct mp_results *results,
                        const struct mp_record *record)
{
    results->run.starting_ms += record->duration_ms;
    results->run.hidden_ms += record->hidden_ms;
}

void mp_results_take(struct mp_results *results, const struct mp_record *record)
{
    if (results->ended)
        return;
    if (record->time_ms > results->run.duration_ms)
        results->run.duration_ms = record->time_ms;
    if (record->type == MP_RECORD_RUN_STARTED) {
        start_run(results, record);
    } else if (record->type == MP_RECORD_RUN_FINISHED) {
        finish_run(results, record);
    } else if (record->type == MP_RECORD_RUN_SUSPENDED) {
        results->run.suspended_ms += record->duration_ms;
    } else if (record->type == MP_RECORD_CAUSE && !record->case_number) {
        take_run_cause(results, record);
    } else if (record->type == MP_RECORD_CASE_STARTED) {
        start_case(results, record);
    } else {
        size_t slot = find_slot(results, record->case_number);
        if (slot == results->open_count)
            return;
        if (record->type == MP_RECORD_PROCESS_READY)
            count_start(results, record);
        if (record->type == MP_RECORD_PROCESS_STARTED)
            results->run.spared += record->reused;
        if (record->type == MP_RECORD_CASE_FINISHED)
            finish_case(results, slot, record);
        else
            mp_gather_take(results->open[slot], record);
    }
}

const struct mp_process_result *
mp_results_process(const struct mp_case_result *result, const char *name)
{
    const struct mp_process_result *process = result->processes;
    while (process && strcmp(process->name, name))
        process = process->next;
    return process;
}

/* The platform that "[reader=c,node=python]" gives to the process or, for
 * 'node#2', to its group; len 0: none. */
static struct gh_str platform_in(const char *combination, const char *process)
{
    struct gh_str none = {0};
    size_t length = strcspn(process, "#");
    const char *at = combination;
    while (*at) {
        at += strspn(at, "[,]");
        size_t name = strcspn(at, "=");
        const char *value = at + name + (at[name] == '=');
        size_t value_length = strcspn(value, ",]");
        if (name == length && !strncmp(at, process, length)) {
            struct gh_str platform = {value, value_length};
            return platform;
        }
        at = value + value_length;
    }
    return none;
}

struct gh_str mp_results_platform(const struct mp_case_result *result,
                                  const char *process)
{
    const struct mp_process_result *found = mp_results_process(result, process);
    if (found && *found->platform)
        return gh_str_of(found->platform);
    return platform_in(result->combination, process);
}
