/*
 * --order: in which order the cases of a plan are begun.
 *
 * As they are planned, backwards, or shuffled. The same seed and number of
 * cases give the same order on every machine and in every version, for
 * "--order random:SEED" is to repeat a run: the numbers are of a generator of
 * our own (splitmix64), and the shuffle is that of Fisher and Yates.
 */
#ifndef RUNNER_CLI_ORDER_H
#define RUNNER_CLI_ORDER_H

#include "runner/cli/options.h"

/* The indices of count cases in their order; in the arena. seed is used for
 * MP_ORDER_RANDOM only. */
const size_t *mp_order_make(enum mp_order order, size_t count, uint64_t seed,
                            struct gh_arena *arena);

#endif
