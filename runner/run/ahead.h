/*
 * Processes started ahead of time: brought to ready while other cases run, so
 * that the steps that name them need not wait.
 *
 * For every step and report such a process is not running until a step names
 * it: its standing is NEVER, and what it does meanwhile is held. Then the
 * case takes it over: what was held is told, in its order, and it is what a
 * process is that was started by that step. One that failed or died while it
 * waited is told as such then. One that no step names leaves no trace.
 *
 * Which processes: those whose first mention sends them a step or wants them
 * running, and so would start them, on platforms that allow it (`prestart`)
 * and have been ready in this run already; nothing under --wrap. Which cases
 * is run/schedule's to say. Order: init of the server, start, then take_over
 * or forget.
 */
#ifndef RUNNER_RUN_AHEAD_H
#define RUNNER_RUN_AHEAD_H

#include "runner/run/server.h"

/* What waiting processes may have said until they are named. */
#define MP_AHEAD_HELD_MAX (4u << 20)

/* Does the member's first mention start it, as a step that it has to be
 * there for? False: a built-in starts it, or it is looked at before. */
bool mp_ahead_is_natural(const struct mp_scenario *scenario, size_t member);
/* May this member of the case be started ahead now? */
bool mp_ahead_may_start(struct mp_run_context *context,
                        const struct mp_case *source, size_t member);
/* How many could be, and the memory that they are expected to take. */
size_t mp_ahead_count(struct mp_run_context *context,
                      const struct mp_case *source, int64_t *memory_kb);

/* Starts its first incarnation; nothing of it is told. */
void mp_ahead_start(struct mp_server *server);
/* A step names it. Tells what was held; from now on all is told at once. It
 * may have ended already, or failed (start_failure). False: it was not
 * started for want of means, and is to be started now as if never before. */
bool mp_ahead_take_over(struct mp_server *server);
/* Its start_timeout is over while it is ahead: that is held, too. Its start is
 * given up when a step names it, which may have looked into it by then. True.
 */
bool mp_ahead_on_silence(struct mp_server *server);
/* The case is over and no step has named it: removes its files. */
void mp_ahead_forget(struct mp_server *server);

/* A record of the server: told, or held. */
void mp_ahead_emit(struct mp_server *server, struct mp_record *record);
/* Something that counts against the case: the same. */
void mp_ahead_cause(struct mp_server *server, enum mp_status status,
                    const char *text);

#endif
