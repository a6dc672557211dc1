/*
 * Inside mp_combine: rows being made. A row has an index into the platforms of
 * each process; in rules (excludes) and includes MP_MAKER_OPEN stands where
 * any will do. Work is counted in steps, so that no configuration keeps the
 * planner busy for long: at MP_MAKER_STEPS_MAX it gives up, as for too many
 * combinations. Rows and rules are owned by mp_combine. Used by combine.c
 * and pairwise.c only.
 */
#ifndef RUNNER_PLAN_COMBINE_PRIVATE_H
#define RUNNER_PLAN_COMBINE_PRIVATE_H

#include "runner/plan/combine.h"

#define MP_MAKER_OPEN      (-1)
#define MP_MAKER_STEPS_MAX 2000000u

struct mp_maker {
    enum mp_strategy strategy;
    const struct mp_process *processes;
    size_t width; /* processes */
    int *rows;    /* count of them, width indexes each */
    size_t count, capacity;
    size_t own_count; /* of the strategy, before includes */
    int *rules;
    size_t rule_count;
    int *includes;
    size_t include; /* those that were added */
    size_t steps;
};

static inline const struct mp_platform *
mp_maker_platform(const struct mp_maker *m, size_t process, int index)
{
    return m->processes[process].platforms[index];
}

void mp_maker_add(struct mp_maker *maker, const int *row);

/* Few rows in which every reachable pair occurs, sorted. First those of
 * platforms that are available, so that what can be played covers what can be
 * covered; then the rest. False: it gave up. width is 2 or more. */
bool mp_pairwise_add(struct mp_maker *maker);

#endif
