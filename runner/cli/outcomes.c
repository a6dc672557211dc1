#include "runner/cli/outcomes.h"

#include <stdlib.h>
#include <string.h>

#include "runner/journal/replay.h"
#include "runner/report/failure.h"
#include "runner/report/results.h"

struct reading {
    struct mp_outcomes *outcomes;
    struct mp_results results;
};

/* How long it kept a worker busy, with its attempts. */
static double duration_of(const struct mp_case_result *result)
{
    double ms = 0;
    for (; result; result = result->earlier)
        ms += result->duration_ms;
    return ms;
}

static const char *keep(struct mp_outcomes *outcomes, const char *text)
{
    return gh_arena_copy(&outcomes->arena, gh_str_of(text));
}

static void on_case(void *self, const struct mp_case_result *result)
{
    struct mp_outcomes *outcomes = ((struct reading *)self)->outcomes;
    struct mp_buf message = {0};
    if (outcomes->count == outcomes->capacity) {
        outcomes->capacity = outcomes->capacity * 2 + 64;
        outcomes->list = gh_realloc(
            outcomes->list, outcomes->capacity * sizeof(*outcomes->list));
    }
    if (result->status != MP_PASSED)
        mp_failure_summarise(&message, result);
    outcomes->list[outcomes->count++] =
        (struct mp_outcome){.key = keep(outcomes, result->key),
                            .id = keep(outcomes, result->id),
                            .message = keep(outcomes, mp_buf_text(&message)),
                            .number = result->number,
                            .repetition = result->repetition,
                            .status = result->status,
                            .flaky = result->flaky,
                            .duration_ms = duration_of(result)};
    mp_buf_finish(&message);
}

static void on_record(void *self, const struct mp_record *record)
{
    struct reading *reading = self;
    if (record->type == MP_RECORD_RUN_STARTED)
        reading->outcomes->lenient = record->lenient;
    mp_results_take(&reading->results, record);
}

bool mp_outcomes_read(struct mp_outcomes *outcomes, const char *journal,
                      struct mp_errors *errors)
{
    struct reading reading = {.outcomes = outcomes};
    struct mp_listener listener = {&reading, on_record};
    mp_results_init(&reading.results, on_case, &reading);
    bool ok = mp_replay(journal, listener, errors);
    mp_results_end(&reading.results);
    outcomes->run_id = keep(outcomes, reading.results.run.id);
    outcomes->duration_ms = reading.results.run.duration_ms;
    outcomes->finished = reading.results.run.finished;
    outcomes->tally = reading.results.tally;
    outcomes->tally.strict = !outcomes->lenient;
    mp_results_finish(&reading.results);
    return ok;
}

static int by_key(const void *a, const void *b)
{
    const struct mp_outcome *x = a, *y = b;
    return strcmp(x->key, y->key);
}

static int by_number(const void *a, const void *b)
{
    const struct mp_outcome *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

void mp_outcomes_sort_by_key(struct mp_outcomes *outcomes)
{
    if (outcomes->count)
        qsort(outcomes->list, outcomes->count, sizeof(*outcomes->list), by_key);
}

void mp_outcomes_sort_by_number(struct mp_outcomes *outcomes)
{
    if (outcomes->count)
        qsort(outcomes->list, outcomes->count, sizeof(*outcomes->list),
              by_number);
}

void mp_outcomes_finish(struct mp_outcomes *outcomes)
{
    gh_free(outcomes->list);
    gh_arena_finish(&outcomes->arena);
    memset(outcomes, 0, sizeof(*outcomes));
}
