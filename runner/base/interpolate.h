/*
 * ${NAME}, ${NAME:-default}, ${NAME:?message} and $$ in a text, expanded once
 * (what a value holds is not expanded again; no shell).
 *
 * Two passes share it: the configuration's (names from the environment; those
 * of a case, such as case.number, and $$ before them stay as they are) and
 * the run's for each case.
 */
#ifndef RUNNER_BASE_INTERPOLATE_H
#define RUNNER_BASE_INTERPOLATE_H

#include <stdbool.h>

#include "runner/base/buf.h"

/* The value of a name; NULL: there is none. Borrowed during the call. */
typedef const char *mp_lookup(void *context, const char *name);

/* Appends the expanded text to out. False: fault is filled ("${HOME1} is not
 * set", the message of ${X:?...}, "${ is not closed"). keep_case: names with
 * a dot, "slot", "seed", "pid" and "core" are left as written, and $$ as $$. */
bool mp_interpolate(const char *text, bool keep_case, mp_lookup *lookup,
                    void *context, struct mp_buf *out, struct mp_buf *fault);

#endif
