/*
 * What a command that starts processes takes from where mprun itself runs: its
 * own executable (for the shim and the watchdog), a folder for temporary
 * files, the means of containment that are allowed.
 *
 * Nothing is made here. Texts are in the caller's arena, or last as long as
 * the environment.
 */
#ifndef RUNNER_CLI_PLACE_H
#define RUNNER_CLI_PLACE_H

#include "gherkin/memory.h"
#include "runner/base/errors.h"
#include "runner/proc/contain.h"

const char *mp_place_program(struct gh_arena *arena);
/* "linux" */
const char *mp_place_os(struct gh_arena *arena);
/* TMPDIR, or /tmp where that cannot be used, with a warning. */
const char *mp_place_temporary(struct mp_errors *errors);
/* MPRUN_CONTAINMENT. False: it says something else; an error was added. */
bool mp_place_tier(enum mp_tier *tier, struct mp_errors *errors);

#endif
