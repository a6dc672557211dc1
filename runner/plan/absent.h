/*
 * What a scenario is not played on, and why, for `mprun plan`: platforms that
 * may not play a process, and combinations that the strategy or the excludes
 * leave out. Pure; docs/cli.md shows the text.
 */
#ifndef RUNNER_PLAN_ABSENT_H
#define RUNNER_PLAN_ABSENT_H

#include "runner/base/buf.h"
#include "runner/config/config.h"
#include "runner/model/plan.h"

struct mp_absent_request { /* all borrowed */
    const struct mp_config *config;
    const struct mp_scenario *scenario;
    const struct mp_case *const *cases; /* of it that are in the plan: all */
    size_t count;
    bool verbose; /* list each combination that is not, if not too many */
};

/* Appends lines for what is left out, none if nothing is. */
void mp_absent_lines(const struct mp_absent_request *request,
                     struct mp_buf *out);

#endif
