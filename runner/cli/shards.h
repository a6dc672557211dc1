/*
 * --shard and --shard-weights: which part of the plan this run plays, out of
 * options and environment, and what follows from it (docs/scaling.md).
 *
 *   choose (before the plan) -> [plan] -> tell_engine, name (of a run)
 *   -> finish
 *
 * A zeroed struct is that of a run that plays everything.
 */
#ifndef RUNNER_CLI_SHARDS_H
#define RUNNER_CLI_SHARDS_H

#include "runner/base/errors.h"
#include "runner/cli/options.h"
#include "runner/cli/outcomes.h"
#include "runner/model/plan.h"
#include "runner/plan/shard.h"

struct mp_shard_choice {
    struct mp_shard shard;
    struct mp_weights weights; /* list owned, texts of before */
    struct mp_outcomes before;
    const char *feedback; /* a file that the engine wants touched; NULL */
    const char *series;   /* as in mp_engine_shard */
    bool made;
};

/* Makes the choice, once. False: an error was added. */
bool mp_shards_choose(struct mp_shard_choice *choice,
                      const struct mp_options *options,
                      const char *config_folder, struct mp_errors *errors);
/* Touches the file with which Bazel is told that sharding is known here. */
bool mp_shards_tell_engine(const struct mp_shard_choice *choice,
                           struct mp_errors *errors);
/* The name of the run's folder in that of all runs: "shard-2-of-8", or
 * "shard-2-of-8-attempt-2" where it is taken. In the arena. */
const char *mp_shards_name(const struct mp_part *part, const char *folder,
                           struct gh_arena *arena);
void mp_shards_finish(struct mp_shard_choice *choice);

#endif
