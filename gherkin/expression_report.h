/*
 * Error messages of Cucumber Expressions, with the place pointed at:
 *
 *   This Cucumber Expression has a problem at column 8:
 *
 *   I have (}
 *          ^
 *   The '(' does not have a matching ')'.
 *   If you did not intend to use optional text you can use ...
 *
 * A report knows the expression and the caller's buffer; the functions return
 * false, so that what found the problem can return it. The first problem is the
 * only one: what follows it in an expression is guesswork. Used by the parts of
 * expression.c only. The layout is the one of the official acceptance data.
 */
#ifndef GHERKIN_EXPRESSION_REPORT_H
#define GHERKIN_EXPRESSION_REPORT_H

#include "gherkin/memory.h"

struct gh_expression_report {
    const char *source;
    char *error; /* may be NULL when error_size is 0 */
    size_t error_size;
};

/* start and end are half-open, in code points of the source; problem and
 * solution are sentences, the first without its full stop. Cut off to fit. */
bool gh_expression_report_problem(const struct gh_expression_report *report,
                                  size_t start, size_t end, const char *problem,
                                  const char *solution);

/* A message without a place. */
bool gh_expression_report_text(const struct gh_expression_report *report,
                               const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
