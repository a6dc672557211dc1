/*
 * --last-failed: the cases that did not pass in the last run, out of its
 * journal: failed in any way, interrupted, or never run. They are known by
 * their keys, so that edits of the features in between move nothing.
 *
 *   read (before the plan) -> [plan] -> check (after it) -> finish
 *
 * A zeroed struct is one of a run that was not looked at.
 */
#ifndef RUNNER_CLI_LAST_FAILED_H
#define RUNNER_CLI_LAST_FAILED_H

#include "runner/base/errors.h"
#include "runner/cli/options.h"
#include "runner/model/plan.h"
#include "runner/plan/plan.h"

struct mp_last_failed {
    struct gh_arena arena;
    struct mp_wanted_keys keys; /* in the arena but for the list, owned */
    size_t capacity;
    bool is_read;
    bool lenient; /* that run's --no-strict */
    const char *run_id, *command;
};

/* Reads the last run's journal, once. False: there is none, or it cannot be
 * read; an error was added. */
bool mp_last_failed_read(struct mp_last_failed *failed,
                         const struct mp_options *options,
                         const char *config_folder, struct mp_errors *errors);
/* A warning when failed cases are not in the plan although nothing narrowed it
 * down: the last run was of other paths, or the scenarios are gone. */
void mp_last_failed_check(const struct mp_last_failed *failed,
                          const struct mp_options *options,
                          const struct mp_plan *plan, struct mp_errors *errors);
void mp_last_failed_finish(struct mp_last_failed *failed);

#endif
