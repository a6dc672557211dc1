/*
 * The steps of a case in columns: mark, text, process and platform, time.
 *
 * Used by pretty (texts whole) and, as the context of a failure, by progress
 * (texts cut to the width). Steps that never ran are dim.
 */
#ifndef RUNNER_REPORT_STEPLIST_H
#define RUNNER_REPORT_STEPLIST_H

#include "runner/report/results.h"
#include "runner/report/style.h"

struct mp_steplist_layout {
    size_t indent;
    size_t text_columns; /* of keyword and text */
    size_t who_columns;  /* of process and platform; 0: no such column */
    bool cut;            /* texts too long are cut */
};

/* The columns for this case; style->width 0 is taken as 100. */
struct mp_steplist_layout
mp_steplist_measure(const struct mp_case_result *result,
                    const struct mp_style *style, size_t indent, bool cut);
/* One line for the step of that index (0-based). */
void mp_steplist_append(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_steplist_layout *layout,
                        const struct mp_case_result *result, size_t index);

/* The step's table or doc string, each line after indent spaces. */
void mp_steplist_append_argument(struct mp_buf *out,
                                 const struct mp_style *style, size_t indent,
                                 const struct mp_result_step *step);

#endif
