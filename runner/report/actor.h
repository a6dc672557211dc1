/*
 * A process of a case as reports for people name it: its name and platform,
 * what it says, and how it ended.
 *
 * Processes have colours by their place in the combination, so that reader
 * and writer are told apart at a glance, on every platform alike.
 */
#ifndef RUNNER_REPORT_ACTOR_H
#define RUNNER_REPORT_ACTOR_H

#include "runner/report/results.h"
#include "runner/report/style.h"

/* "exited with code 3", "was killed by SIGSEGV", "" while it ran. Not made
 * safe. */
void mp_actor_ending(struct mp_buf *out, const struct mp_incarnation *life);
/* "reader (c)", or "node#1, node#2 (c)" for several, coloured by the place in
 * the combination. */
void mp_actor_append(struct mp_buf *out, const struct mp_style *style,
                     const struct mp_case_result *result, const char *process);
/* The last line of the case as -s shows it: "writer(python)| info  text". */
void mp_actor_output(struct mp_buf *out, const struct mp_style *style,
                     const struct mp_case_result *result);
/* One log line: level and text, "sent_time" left out. */
void mp_actor_line(struct mp_buf *out, const struct mp_style *style,
                   const struct mp_line *line);

#endif
