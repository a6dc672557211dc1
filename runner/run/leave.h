/*
 * Which processes of a case are kept for coming cases (run/kept.h).
 *
 * Kept are those of a case that passed or was skipped, on platforms that say
 * so, against which nothing is known, and which a coming case wants. They are
 * asked to rest when the others are asked to end; when all have done so and
 * the case was swept (sweep.c), those that rest are handed over.
 */
#ifndef RUNNER_RUN_LEAVE_H
#define RUNNER_RUN_LEAVE_H

#include <stdbool.h>

struct mp_case_run;
struct mp_server;

/* Shall it rest, and be kept, instead of being stopped? */
bool mp_leave_may_keep(const struct mp_case_run *run,
                       const struct mp_server *server);
/* Hands over those that have rested; if the case did not end well after all,
 * to be ended. */
void mp_leave_keep(struct mp_case_run *run);

#endif
