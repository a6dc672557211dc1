/*
 * Platforms that are asked what steps they know, before any case is played
 * (docs/protocol.md 5.7, 5.8): for each, one process with the purpose
 * `discovery` is started, lists its definitions, tells which of them fit the
 * steps of the inquiry, and ends. It executes neither steps nor hooks.
 *
 *   STARTING -> ASKING -> ENDING -> OVER
 *
 * Definitions leave the run as those of cases do, by a DEFINITIONS record;
 * matches go to the inquiry (runner/run/run.h), batch by batch. All platforms
 * are asked at the same time. Each batch has the platform's start timeout.
 */
#ifndef RUNNER_RUN_ASK_H
#define RUNNER_RUN_ASK_H

#include "runner/run/context.h"

struct mp_ask;

/* Begins with all inquiries of the run's options, the first time. True: some
 * are not over; context->wake is called when one is. */
bool mp_asks_go_on(struct mp_run_context *context);
/* Asks nothing more: all end within budget_ms. */
void mp_asks_hurry(struct mp_run_context *context, const char *why,
                   int64_t budget_ms);
/* At once. */
void mp_asks_kill(struct mp_run_context *context);
/* When all are over. */
void mp_asks_destroy(struct mp_run_context *context);

#endif
