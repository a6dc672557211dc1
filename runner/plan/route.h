/*
 * From a pickle to a planned scenario: its processes and members, and for
 * each step what it does, whom it goes to and by which rule. Pure;
 * docs/semantics.md.
 *
 * All faults of the pickle are added as `uri:line:column: ...`. Platforms of
 * the processes are not decided here (runner/plan/plan.c), nor timeouts of
 * tags (runner/plan/tags.h): they come in.
 */
#ifndef RUNNER_PLAN_ROUTE_H
#define RUNNER_PLAN_ROUTE_H

#include "gherkin/regex.h"
#include "runner/base/errors.h"
#include "runner/config/config.h"
#include "runner/model/plan.h"

/* The config's regular expressions, compiled once for a plan. */
struct mp_patterns {
    struct gh_regex *process;  /* routing.process */
    struct gh_regex **matches; /* timeouts.match, in config order */
    size_t match_count;
};

/* False when a pattern does not compile or has no group "process"; the error
 * names its place in the config. finish either way. */
bool mp_patterns_init(struct mp_patterns *patterns,
                      const struct mp_config *config, struct mp_errors *errors);
void mp_patterns_finish(struct mp_patterns *patterns);

struct mp_route_request {
    const struct mp_config *config;
    const struct mp_patterns *patterns;
    const struct gh_pickle *pickle;
    int64_t tag_timeout_ms;  /* of @timeout, -1: none */
    int64_t flag_timeout_ms; /* of --timeout, -1: none */
    bool unhurried;          /* no step has a timeout */
};

/* Fills the scenario's processes (sorted, without platforms), members, steps
 * and adds to its notes. scenario->uri must be set. False when it added
 * errors. */
bool mp_route(const struct mp_route_request *request, struct gh_arena *arena,
              struct mp_scenario *scenario, struct mp_errors *errors);

#endif
