#include <stdlib.h>
#include <string.h>

#include "runner/report/kind.h"

/* The ids of the cases that did not pass and would be worth another try, one
 * on a line and in the plan's order: input of `mprun @FILE`. */

struct entry {
    int64_t number;
    const char *id;
};

struct rerun {
    struct mp_report base;
    struct gh_arena arena;
    struct entry *entries;
    size_t count, capacity;
};

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct rerun *rerun = (struct rerun *)report;
    bool failed = mp_status_is_failure(result->status, report->options->strict);
    if (!failed && result->status != MP_NOT_RUN)
        return;
    if (rerun->count == rerun->capacity) {
        rerun->capacity = rerun->capacity * 2 + 16;
        rerun->entries = gh_realloc(rerun->entries,
                                    rerun->capacity * sizeof(*rerun->entries));
    }
    struct entry entry = {
        result->number,
        gh_arena_copy(&rerun->arena, gh_str_of(result->id)),
    };
    rerun->entries[rerun->count++] = entry;
}

static int by_number(const void *a, const void *b)
{
    const struct entry *first = a, *second = b;
    return (first->number > second->number) - (first->number < second->number);
}

static bool on_run_finished(struct mp_report *report)
{
    struct rerun *rerun = (struct rerun *)report;
    if (rerun->count)
        qsort(rerun->entries, rerun->count, sizeof(*rerun->entries), by_number);
    for (size_t i = 0; i < rerun->count; i++) {
        const char *id = rerun->entries[i].id;
        if (i && !strcmp(rerun->entries[i - 1].id, id))
            continue; /* another repetition */
        mp_output_append(&report->output, id, strlen(id));
        mp_output_append(&report->output, "\n", 1);
    }
    return mp_output_commit(&report->output);
}

static void finish(struct mp_report *report)
{
    struct rerun *rerun = (struct rerun *)report;
    gh_free(rerun->entries);
    gh_arena_finish(&rerun->arena);
}

const struct mp_report_kind mp_rerun_kind = {
    .name = "rerun",
    .about = "ids of the cases that did not pass, for mprun @FILE",
    .size = sizeof(struct rerun),
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
