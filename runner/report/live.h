/*
 * The live lines of a terminal: how far the run is, and what each running
 * case does, on which process and for how long. A pure function of the
 * results and the time; slow steps are marked.
 */
#ifndef RUNNER_REPORT_LIVE_H
#define RUNNER_REPORT_LIVE_H

#include "runner/report/results.h"
#include "runner/report/style.h"

/* Appends at most max_lines lines, each narrower than style->width. Returns
 * their number. */
size_t mp_live_append(struct mp_buf *out, const struct mp_style *style,
                      const struct mp_results *results, double now_ms,
                      size_t max_lines);

#endif
