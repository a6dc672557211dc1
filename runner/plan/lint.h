/*
 * What the steps of a feature say to mprun, as far as it looks wrong: lint
 * for processes and built-in steps. Pure; docs/steps.md.
 *
 * Rules: process-name, unknown-process (only where the config closes the list
 * of names), near-process, two-processes, near-builtin, builtin. Names that
 * come from the columns of an outline are looked at row by row; each rule
 * speaks once of a step.
 */
#ifndef RUNNER_PLAN_LINT_H
#define RUNNER_PLAN_LINT_H

#include "gherkin/gherkin.h"
#include "runner/config/config.h"
#include "runner/plan/route.h"

/* A config for features that have none: the default pattern for processes,
 * all built-in steps. Nothing in it is owned. */
struct mp_config mp_lint_default_config(void);

/* Adds what is to be said of the document's steps (nothing where it has
 * errors), and sorts all findings. */
void mp_lint_steps(const struct gh_document *document,
                   const struct mp_config *config,
                   const struct mp_patterns *patterns,
                   struct gh_findings *findings);

#endif
