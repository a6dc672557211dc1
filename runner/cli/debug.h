/*
 * --debug and --wrap: what the command line says of processes becomes what
 * the run is told (docs/debugging.md).
 *
 * Everything is looked at before anything starts: that selected scenarios
 * have the processes, that a wrap's program is there for each platform that
 * may play its process, and that somebody can press Enter.
 *
 *   [plan] -> read -> [run]
 */
#ifndef RUNNER_CLI_DEBUG_H
#define RUNNER_CLI_DEBUG_H

#include "runner/cli/cli.h"
#include "runner/run/run.h"

/* Sets wraps and debug of the run; all in the arena. False: errors were
 * added. Without scenarios nothing is looked at or set. */
bool mp_debug_read(const struct mp_setup *setup, struct gh_arena *arena,
                   struct mp_run_options *run);

#endif
