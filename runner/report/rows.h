/*
 * The lines of the progress report: one for each scenario (or row of an
 * outline), with a mark for each of its cases in the order of the plan:
 *
 *   features/ipc/fifo.feature
 *     ✓ Frames of many sizes keep their order              ✓✓✓–     1.1s
 *
 * A line is ready when all cases of it that are planned have ended and the run
 * has gone on to another scenario. Where the order is mixed it does not wait
 * for ever: eight scenarios later, or where the plan is not known, it is enough
 * that nothing of it runs, and what comes of it later has another line. Lines
 * come in the order in which their scenarios began, so that the same run looks
 * the same however many cases run at once.
 */
#ifndef RUNNER_REPORT_ROWS_H
#define RUNNER_REPORT_ROWS_H

#include "runner/report/kind.h"

struct mp_rows {
    struct mp_row *list; /* not yet printed; owned */
    size_t count, capacity;
    struct mp_planned_row *planned; /* by number of the first case; owned */
    size_t planned_count, planned_capacity;
    char *planned_uri; /* of the last of them; owned */
    char *uri;         /* of the feature named last; owned */
    bool after_blank;  /* the line before is empty; kept up to date by all who
                          print between rows */
};

/* A zeroed struct has no rows. plan takes a case-planned, before any begins. */
void mp_rows_plan(struct mp_rows *rows, const struct mp_record *record);
void mp_rows_begin(struct mp_rows *rows, const struct mp_record *record);
void mp_rows_end(struct mp_rows *rows, const struct mp_case_result *result);
/* Appends the rows that are ready, or all, and forgets them. If the report is
 * quiet only those where something failed. */
void mp_rows_print(struct mp_rows *rows, struct mp_buf *out,
                   const struct mp_report *report, bool all);
void mp_rows_finish(struct mp_rows *rows);

/* One coloured mark. */
void mp_rows_mark(struct mp_buf *out, const struct mp_style *style,
                  enum mp_status status, bool flaky);

#endif
