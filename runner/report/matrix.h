/*
 * Where the combinations of a scenario differ, some pass and some do not: a
 * small table of marks that shows at a glance which platforms belong to the
 * failures. The last process of the combinations has the columns, those before
 * it have the rows:
 *
 *   Frames of unequal size  features/ipc/fifo.feature:20
 *           writer=  c  python
 *     reader=c       ✓  ✓
 *     reader=python  ✗  ✓
 *
 * Scenarios with the same table share it. What does not fit a terminal is
 * left out and told; a table in which nothing differs is none.
 */
#ifndef RUNNER_REPORT_MATRIX_H
#define RUNNER_REPORT_MATRIX_H

#include "runner/base/buf.h"
#include "runner/report/grid.h"
#include "runner/report/style.h"

/* Appends the tables of a sorted grid under a heading, and an empty line;
 * nothing if no scenario's combinations differ. strict: pending is a failure.
 */
void mp_matrix_append(struct mp_buf *out, const struct mp_style *style,
                      const struct mp_grid *grid, bool strict);

#endif
