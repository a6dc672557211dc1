/*
 * Making the plan: paths to files to pickles to scenarios to cases. All
 * faults of all files are listed; a file that does not parse leaves the plan
 * of the others whole, so that --keep-going can run them.
 *
 * Reads feature files; starts nothing. Sources: docs/cli.md and
 * docs/semantics.md.
 */
#ifndef RUNNER_PLAN_PLAN_H
#define RUNNER_PLAN_PLAN_H

#include "runner/base/errors.h"
#include "runner/config/config.h"
#include "runner/model/plan.h"
#include "runner/plan/shard.h"

#define MP_FEATURE_BYTES_MAX (512u << 20)

/* Keys of cases, sorted bytewise. */
struct mp_wanted_keys {
    const char **list;
    size_t count;
};

struct mp_plan_request {
    const struct mp_config *config;
    const char *const *targets; /* as on the command line */
    size_t target_count;
    const char *const *tags; /* --tags */
    size_t tag_count;
    const char *const *names; /* --name */
    size_t name_count;
    const char *const *platforms; /* --platform: only these play */
    size_t platform_count;
    const char *const *processes; /* --process: "writer=python,c" */
    size_t process_count;
    bool has_strategy; /* --combinations */
    enum mp_strategy strategy;
    int64_t step_timeout_ms;     /* --timeout, -1: the config's */
    int64_t scenario_timeout_ms; /* --scenario-timeout, -1: the config's */
    int retries;                 /* --retry */
    bool lenient;                /* --lenient */
    bool unhurried;    /* --debug: no timeouts, no retries, whatever says so */
    int repeat_each;   /* --repeat-each; 0: once */
    int max_processes; /* --max-processes; 0: no limit */
    /* --last-failed: only cases with these keys; NULL: all. */
    const struct mp_wanted_keys *wanted;
    struct mp_shard shard; /* --shard; zeroed: all */
};

/* Fills the plan; the caller finishes it either way (mp_plan_finish). True
 * when no error was added. */
bool mp_plan_make(const struct mp_plan_request *request, struct mp_plan *plan,
                  struct mp_errors *errors);

#endif
