/*
 * Which shard an engine wants: Bazel, Slurm, GNU parallel, CI servers and
 * others say it in variables of their own (docs/scaling.md has the table).
 *
 * The first engine of which a variable is set decides. A half-set or
 * senseless one is an error, never "play everything": then every machine would
 * play all cases and none would say so.
 */
#ifndef RUNNER_CLI_ENGINES_H
#define RUNNER_CLI_ENGINES_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/base/buf.h"
#include "runner/base/errors.h"

struct mp_engine_shard {
    const char *engine;  /* "Slurm array", static; NULL: none was found */
    size_t index, total; /* 1-based */
    /* Borrowed from the environment; NULL: none. */
    const char *feedback; /* a file that the engine wants to be touched */
    const char *series;   /* the same for all shards that belong together, and
                             for no others */
};

/* Looks for MPRUN_SHARD_INDEX and _TOTAL, and with every also for those of the
 * engines. False: an error was added. Finding none is none. */
bool mp_engines_find(char *const *environment, bool every,
                     struct mp_engine_shard *found, struct mp_errors *errors);
/* Reads "3/8" (1-based, M up to N); false: it is no such thing. */
bool mp_engines_read_pair(const char *text, size_t *index, size_t *total);
/* "MPRUN_SHARD_INDEX, TEST_SHARD_INDEX, ...". */
void mp_engines_names(struct mp_buf *out);

#endif
