/*
 * What to say when no case is selected: how many scenarios were left out, and
 * which words of --tags no scenario carries, with the nearest tag that there
 * is. Plans once more without tags and names to find out which tags there
 * are; starts nothing.
 */
#ifndef RUNNER_CLI_NOTHING_H
#define RUNNER_CLI_NOTHING_H

#include "runner/cli/cli.h"

/* Prints to stderr. The exit status: MP_EXIT_NOTHING, or MP_EXIT_OK with
 * --allow-empty. */
int mp_nothing_tell(struct mp_setup *setup);
/* Is it a shard without cases, of a plan that has some? That is no fault. */
bool mp_nothing_of_shard(const struct mp_plan *plan);

#endif
