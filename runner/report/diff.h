/*
 * The lines in which an actual text differs from an expected one.
 *
 * For two short texts the smallest set of removed and added lines; for long
 * ones (over 400 lines after what they share at both ends) everything in
 * between as removed and added. Lines that both have are shown as context, at
 * most three on each side of a change.
 */
#ifndef RUNNER_REPORT_DIFF_H
#define RUNNER_REPORT_DIFF_H

#include "runner/base/buf.h"

/* Appends lines that begin with "-", "+", " " or are "...". */
void mp_diff_append(struct mp_buf *out, const char *expected,
                    const char *actual);

#endif
