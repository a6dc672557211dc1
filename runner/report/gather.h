/*
 * What the records of a case say of it, put into its result: steps, answers,
 * hooks, processes, lines, attachments. When a case begins and ends, and what
 * counts for the run, is told by results.c, which alone includes this.
 *
 * All texts are copied into the result's arena. A record that names a step
 * that cannot be is ignored: a journal may be damaged.
 */
#ifndef RUNNER_REPORT_GATHER_H
#define RUNNER_REPORT_GATHER_H

#include "runner/report/results.h"

/* A journal may be damaged or hostile; more steps than this are not real. */
#define MP_GATHER_STEPS_MAX 100000

/* The step of that number, made if it is new; NULL: there can be none. */
struct mp_result_step *mp_gather_step(struct mp_case_result *result,
                                      int64_t number);
/* A cause of a case or of the run, new in the arena. */
struct mp_cause *mp_gather_cause(struct gh_arena *arena,
                                 const struct mp_record *record);
/* Any record but those with which a case begins and ends. */
void mp_gather_take(struct mp_case_result *result,
                    const struct mp_record *record);

#endif
