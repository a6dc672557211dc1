/*
 * A plan for people and for programs: what `mprun plan` prints.
 *
 * Text: for each feature its scenarios with the line, the steps with the
 * process that each goes to (and the rule that sent it there, where the text
 * alone does not say it), timeouts that differ from the configuration's, the
 * combinations, notes, and at the end what was left out and why. Scenarios
 * come in the order of the plan, cases of one scenario by number.
 *
 * JSON: the whole plan as one object, described in docs/cli.md. Members are
 * added over time; those that are there keep their meaning ("version": 1).
 *
 * Pure: everything is appended to out; nothing is changed.
 */
#ifndef RUNNER_PLAN_EXPLAIN_H
#define RUNNER_PLAN_EXPLAIN_H

#include <stdbool.h>

#include "runner/base/buf.h"
#include "runner/config/config.h"
#include "runner/model/plan.h"

/* verbose: every rule, combination and left out id, arguments of steps. */
void mp_explain_text(const struct mp_plan *plan, const struct mp_config *config,
                     bool verbose, struct mp_buf *out);
/* One id on a line, in the order in which the cases run; those that would be
 * skipped too. */
void mp_explain_list(const struct mp_plan *plan, struct mp_buf *out);
void mp_explain_json(const struct mp_plan *plan, const struct mp_config *config,
                     struct mp_buf *out);

#endif
