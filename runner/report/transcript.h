/*
 * What happened in a case, as plain text for people: each step with its mark,
 * process, platform and time, and under it the lines that processes wrote
 * while it ran, in the order of time, each after "writer(python)| ". Steps
 * that were not run stand at the end, notes last.
 *
 * Very long output is cut in the middle (mp_transcript_append says how many
 * lines); the journal has all of it. Control characters stay in: whoever
 * shows the text makes it safe.
 */
#ifndef RUNNER_REPORT_TRANSCRIPT_H
#define RUNNER_REPORT_TRANSCRIPT_H

#include "runner/base/buf.h"
#include "runner/report/results.h"

/* Steps, notes and all lines but stderr. */
void mp_transcript_append(struct mp_buf *out,
                          const struct mp_case_result *result);
/* The lines of stderr alone; nothing if there were none. */
void mp_transcript_append_stderr(struct mp_buf *out,
                                 const struct mp_case_result *result);

#endif
