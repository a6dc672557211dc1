/*
 * What stands in a test case of the JUnit reports: how it came out, the
 * attempts before the last, and what its processes said. Three dialects of
 * the format differ here and in the head of the file (junit.c):
 *
 *   JUNIT     as Jenkins' schema has it; earlier attempts are a line each of
 *             system-out
 *   SUREFIRE  as Surefire's schema has it: the first attempt decides on
 *             failure or error, each further one is a rerunFailure or
 *             rerunError; those before a pass are flakyFailure or flakyError
 *   EXTENDED  as JUNIT, with properties of the case and its attachments, as
 *             GitLab, Jenkins and the common viewers read them
 *
 * Text only; the caller owns the buffer. docs/reports.md tells the user.
 */
#ifndef RUNNER_REPORT_JUNITCASE_H
#define RUNNER_REPORT_JUNITCASE_H

#include "runner/report/kind.h"

enum mp_junit_dialect {
    MP_JUNIT_PLAIN,
    MP_JUNIT_SUREFIRE,
    MP_JUNIT_EXTENDED,
};

enum mp_junit_outcome {
    MP_JUNIT_PASSED,
    MP_JUNIT_FAILURE,
    MP_JUNIT_ERROR,
    MP_JUNIT_SKIPPED,
    MP_JUNIT_OUTCOME_COUNT
};

/* As what the case counts. */
enum mp_junit_outcome mp_junitcase_outcome(const struct mp_report *report,
                                           enum mp_junit_dialect dialect,
                                           const struct mp_case_result *result);
/* Appends the elements inside the test case, none for a case that passed and
 * said nothing. */
void mp_junitcase_append(struct mp_buf *out, const struct mp_report *report,
                         enum mp_junit_dialect dialect,
                         const struct mp_case_result *result);

#endif
