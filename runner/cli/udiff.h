/*
 * Two texts as a unified diff, as `diff -u` and `git apply` know it.
 *
 * The smallest set of changed lines is looked for as long as it is small;
 * where more than MP_UDIFF_CHANGES lines differ, what lies between the equal
 * lines at both ends is shown as removed and added. So time and memory stay
 * within bounds whatever the texts are.
 */
#ifndef RUNNER_CLI_UDIFF_H
#define RUNNER_CLI_UDIFF_H

#include "runner/base/buf.h"

#define MP_UDIFF_CHANGES 2000
#define MP_UDIFF_CONTEXT 3

/* Appends the diff, with the file's name in front; nothing where the texts
 * are equal. */
void mp_udiff_append(struct mp_buf *out, const char *name, struct gh_str before,
                     struct gh_str after);

#endif
