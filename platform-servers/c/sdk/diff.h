/*
 * The lines in which two texts differ, as `diff -u` writes them.
 *
 * For the `diff` of a failed step, where expected and actual have several
 * lines: equal lines around the differences are left out but for three before
 * and after. Where the middle is too large to be compared line by line, all of
 * it counts as different. Pure; the texts are borrowed. Rule: docs/protocol.md,
 * results.
 */
#ifndef MPRUN_SDK_DIFF_H
#define MPRUN_SDK_DIFF_H

/* NULL where the texts are equal or neither has more than one line. The caller
 * frees it with gh_free. */
char *mprun_sdk_diff(const char *expected, const char *actual);

#endif
