/*
 * The argument of a step, which records carry as JSON ({"dataTable":...,
 * "docString":...}), as people write it: a table in aligned columns, a doc
 * string between its fences. Long ones are cut (MP_SHOW_LINES), and say by how
 * much. JSON that is no argument gives nothing.
 *
 * Texts are as they came: whoever shows the result makes it safe.
 */
#ifndef RUNNER_JOURNAL_SHOW_H
#define RUNNER_JOURNAL_SHOW_H

#include "runner/base/buf.h"

#define MP_SHOW_LINES 20

/* Appends whole lines. */
void mp_show_argument(struct mp_buf *out, const char *json);

#endif
