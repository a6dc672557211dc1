/*
 * Which platform plays which process: the combinations of a scenario. Pure;
 * docs/semantics.md. The set is the same each time.
 */
#ifndef RUNNER_PLAN_COMBINE_H
#define RUNNER_PLAN_COMBINE_H

#include "runner/config/config.h"
#include "runner/model/plan.h"

#define MP_COMBINATIONS_MAX 10000 /* of one pickle */

struct mp_combinations {
    /* count rows of process_count platforms each, in the arena */
    const struct mp_platform *const *rows;
    size_t count;
    bool too_many; /* above MP_COMBINATIONS_MAX, or excludes so tangled that
                      the search was given up: nothing is listed */
};

/* Combinations of the processes' platforms in config order (the last process
 * varies fastest). all: the product; same: one platform for all; mixed: at
 * least two platforms; pairwise: few that cover every reachable pair.
 * Excludes apply before, includes are added after. */
void mp_combine(const struct mp_config *config, enum mp_strategy strategy,
                const struct mp_process *processes, size_t process_count,
                struct gh_arena *arena, struct mp_combinations *result);

#endif
