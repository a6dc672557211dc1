/*
 * One attempt at a case: its state machine (docs/semantics.md).
 *
 *   BEGUN -> (AHEAD ->) STEPS -> WINDING_UP -> OVER
 *
 * A case may be readied ahead of time: its folder is made and processes are
 * started that no step has named yet; nothing is told of it before its start,
 * and nothing at all when it is dropped instead.
 * Steps run one after the other; servers are started by the steps that name
 * them. The first step that does not pass, an interrupt or a timeout winds
 * the case up: all servers are asked to end at the same time, what is left is
 * swept away, and on_over is called, from the loop, once. The caller then
 * destroys the case.
 */
#ifndef RUNNER_RUN_CASE_H
#define RUNNER_RUN_CASE_H

#include "runner/model/status.h"
#include "runner/run/context.h"

struct mp_case_run;

struct mp_case_options {
    struct mp_run_context *context;
    const struct mp_case *source;
    int attempt; /* 1-based */
    size_t slot; /* of the running ones, 0-based, compact */
    bool failed_before;
    void *self;
    void (*on_over)(void *self, struct mp_case_run *run);
};

struct mp_case_run *mp_case_create(const struct mp_case_options *options);
/* Starts its processes that may be started ahead (run/ahead.h). */
void mp_case_ready(struct mp_case_run *run);
void mp_case_start(struct mp_case_run *run);
/* It was readied and is not played: its processes end within budget_ms, then
 * comes on_over. A second call may only shorten the time. */
void mp_case_drop(struct mp_case_run *run, int64_t budget_ms);
/* Ends it in order within budget_ms: interrupted, or timed-out with a text
 * ("the run's timeout of 10m is over"). */
void mp_case_end(struct mp_case_run *run, enum mp_status status,
                 const char *text, int64_t budget_ms);
/* Ends it at once: SIGKILL for all of it. */
void mp_case_kill(struct mp_case_run *run);
enum mp_status mp_case_status(const struct mp_case_run *run); /* when over */
bool mp_case_wants_retry(const struct mp_case_run *run);      /* when over */
const struct mp_case_options *mp_case_options(const struct mp_case_run *run);
void mp_case_destroy(struct mp_case_run *run);

/* The hooks before the run are done, well or not: what waited for them goes
 * on. */
void mp_case_on_host(struct mp_case_run *run);

/* Why it has its status; NULL when it passed. Borrowed. */
const char *mp_case_cause(const struct mp_case_run *run); /* when over */

/* Tells an attempt that is not played at all: skipped or not-run, or with the
 * status of the attempt before, which is then the case's last. */
void mp_case_tell(struct mp_run_context *context, const struct mp_case *source,
                  int attempt, enum mp_status status, const char *why);

/* Tells of a case that the run is going to play, before any starts. */
void mp_definition_emit_planned(struct mp_run_context *context,
                                const struct mp_case *source);

#endif
