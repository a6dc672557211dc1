/*
 * What was found out about the processes of a case that hung or crashed, in
 * the description of its failure: their states when time was up, and what
 * on_timeout and on_crash printed.
 */
#ifndef RUNNER_REPORT_FOUND_H
#define RUNNER_REPORT_FOUND_H

#include "runner/base/buf.h"
#include "runner/report/results.h"
#include "runner/report/style.h"

/* Appends a line: "processes: reader (c) pid 12 waiting in pipe_read; ...";
 * nothing if no states are known. */
void mp_found_states(struct mp_buf *out, const struct mp_style *style,
                     size_t indent, const struct mp_case_result *result);
/* Appends what commands printed, each below a line that names it; most_bytes
 * of each. */
void mp_found_evidence(struct mp_buf *out, const struct mp_style *style,
                       size_t indent, const struct mp_case_result *result,
                       size_t most_bytes);

#endif
