/*
 * Which platforms can be used on this machine: the names that the command
 * line requires, the `available` commands of the configuration, and whether
 * programs and folders of the platforms are there (docs/config.md and
 * docs/cli.md).
 *
 * Only platforms that selected cases use, or that --require-platforms names,
 * are looked at; so the plan is made first, and once more when a platform
 * turns out not to be available.
 *
 *   require_names -> [plan] -> probe -> [plan again] -> check_commands
 */
#ifndef RUNNER_CLI_AVAILABLE_H
#define RUNNER_CLI_AVAILABLE_H

#include "runner/cli/cli.h"

/* Adds an error for each name of --require-platforms that the configuration
 * does not have. */
void mp_available_require_names(const struct mp_setup *setup);

/* Runs the `available` commands, all at once, and notes in the configuration
 * which platforms cannot be used and why. program: mprun's own path; reasons
 * live in the arena. True: some platform of the plan fell away. Errors: what
 * --require-platforms names is not available. */
bool mp_available_probe(struct mp_setup *setup, const char *program,
                        struct gh_arena *arena);

/* Adds an error for each platform that cases will use whose program or folder
 * does not exist. */
void mp_available_check_commands(const struct mp_setup *setup);

/* Probes, plans anew if a platform fell away, and checks the commands. False:
 * errors were added. */
bool mp_available_settle(struct mp_setup *setup, const char *program,
                         struct gh_arena *arena);

/* The same as warnings, for who starts nothing: the plan of a machine that
 * lacks them is a plan. Platforms with an `available` command are left out,
 * for that was not asked. */
void mp_available_warn_of_commands(const struct mp_setup *setup);

#endif
