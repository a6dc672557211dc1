/*
 * What stands at the head of a journal besides what the run itself knows:
 * libraries, machine, and the configuration as it was resolved, with the
 * options that changed it. For people who look at a run later and elsewhere.
 *
 * Secrets are masked here, text by text, before the JSON is written: variables
 * that are named as secrets, and their values wherever they stand. Results
 * live in the arena.
 */
#ifndef RUNNER_CLI_HEAD_H
#define RUNNER_CLI_HEAD_H

#include "runner/cli/cli.h"
#include "runner/journal/mask.h"
#include "runner/run/run.h"

/* "libuv 1.44.2, PCRE2 10.42, ..." */
const char *mp_head_libraries(struct gh_arena *arena);
/* "Linux 6.1.0 x86_64" */
const char *mp_head_machine(struct gh_arena *arena);
/* A JSON object. */
const char *mp_head_config(const struct mp_setup *setup,
                           const struct mp_run_options *run,
                           const struct mp_mask *mask, struct gh_arena *arena);

#endif
