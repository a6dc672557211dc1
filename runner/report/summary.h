/*
 * The end of a console report: what failed, again and by id; a table of marks
 * where combinations differ (matrix.h); why cases were skipped; warnings of
 * those that passed; which steps were slow; with -v what the processes of each
 * platform used; how long it took; and the verdict as the last line.
 *
 * Fed with every case; keeps a line for each that failed, and counts by
 * reason for skipped ones and by text for warnings. Those of a failed case
 * stand where it is described.
 */
#ifndef RUNNER_REPORT_SUMMARY_H
#define RUNNER_REPORT_SUMMARY_H

#include "runner/report/grid.h"
#include "runner/report/kind.h"

/* A step that takes longer is named while it runs and at the end. */
#define MP_SLOW_MS 10000.0

struct mp_summary {
    struct gh_arena arena;
    struct mp_grid grid;
    struct mp_summary_failure *failures; /* owned */
    size_t failure_count, failure_capacity;
    struct mp_summary_reason *reasons; /* in the plan's order */
    size_t reason_count;
    struct mp_summary_remark *remarks, *last_remark;
    size_t remark_count;
    size_t other_remarks;         /* told by their number only */
    struct mp_summary_slow *slow; /* longest first */
    size_t slow_count;
    struct mp_summary_platform *platforms; /* by name; with -v */
};

/* A zeroed summary is empty. */
void mp_summary_add(struct mp_summary *summary, const struct mp_report *report,
                    const struct mp_case_result *result);
void mp_summary_append(struct mp_buf *out, struct mp_summary *summary,
                       const struct mp_report *report);
/* "– 3 skipped: zero-copy is not available": a line for each reason. */
void mp_summary_reasons(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_summary *summary);
void mp_summary_finish(struct mp_summary *summary);
/* All cases were skipped, and not because the baseline knows them: the run is
 * no failure and proves nothing. */
bool mp_summary_nothing_ran(const struct mp_tally *tally);
/* "12 passed, 1 failed" in the order of the statuses; "" if there were none. */
void mp_summary_counts(struct mp_buf *out, const struct mp_style *style,
                       const struct mp_tally *tally);

#endif
