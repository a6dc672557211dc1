/*
 * The full description of a case that did not pass, as progress, pretty and
 * junit show it: each failed step and its place, process and platform,
 * message, expected and actual, diff, stack, data, the last logs and stderr of
 * the processes concerned, how they ended, the other causes, notes, and the
 * command that repeats the case.
 *
 * Only text is made here, from a result; where it goes is the report's
 * matter. The first cause comes first. Of logs the last lines are shown and
 * the number of the others is told; so is that of the bytes which a text has
 * beyond a few thousand.
 */
#ifndef RUNNER_REPORT_FAILURE_H
#define RUNNER_REPORT_FAILURE_H

#include "runner/report/results.h"
#include "runner/report/style.h"

/* Appends lines indented by indent; repeat is the command up to the id
 * ("mprun -c ci.yaml"). */
void mp_failure_describe(struct mp_buf *out, const struct mp_style *style,
                         size_t indent, const struct mp_case_result *result,
                         const char *repeat);
/* The notes of any case, a line each, or its warnings alone. */
void mp_failure_remarks(struct mp_buf *out, const struct mp_style *style,
                        size_t indent, const struct mp_case_result *result,
                        bool warnings_only);
/* The first cause in one line: "reads frame 3: frame 3: size differs". Not
 * made safe; empty if nothing is known. */
void mp_failure_summarise(struct mp_buf *out,
                          const struct mp_case_result *result);
/* The message alone of the first cause: "frame 3: size differs". */
const char *mp_failure_message(const struct mp_case_result *result);
/* The step of the first cause; NULL: none. */
const struct mp_result_step *
mp_failure_step(const struct mp_case_result *result);

#endif
