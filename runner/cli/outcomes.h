/*
 * What became of each case of a run, out of its journal: for those who compare
 * runs and need no more than a line for each case.
 *
 * A zeroed struct is a run without cases. Cases stand in the order in which
 * they ended until they are sorted.
 */
#ifndef RUNNER_CLI_OUTCOMES_H
#define RUNNER_CLI_OUTCOMES_H

#include <stdbool.h>
#include <stdint.h>

#include "gherkin/memory.h"
#include "runner/base/errors.h"
#include "runner/model/status.h"

struct mp_outcome {
    const char *key, *id;
    const char *message; /* in one line, "" */
    int64_t number;      /* in the plan */
    int64_t repetition;  /* 0: it is played once */
    enum mp_status status;
    bool flaky;
    double duration_ms; /* of all attempts */
};

struct mp_outcomes {
    struct gh_arena arena;   /* of the texts */
    struct mp_outcome *list; /* owned */
    size_t count, capacity;
    const char *run_id;
    double duration_ms;
    bool lenient;  /* pending was no failure */
    bool finished; /* the run was not killed */
    struct mp_tally tally;
};

/* Reads the journal. False: an error was added; what could be read is there. */
bool mp_outcomes_read(struct mp_outcomes *outcomes, const char *journal,
                      struct mp_errors *errors);
void mp_outcomes_sort_by_key(struct mp_outcomes *outcomes);
void mp_outcomes_sort_by_number(struct mp_outcomes *outcomes);
void mp_outcomes_finish(struct mp_outcomes *outcomes);

#endif
