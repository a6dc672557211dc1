/*
 * What happened in a case, as the JSON that the page of the `html` report
 * reads when the case is opened: for each attempt its steps with their
 * answers, each life of each process, the lines that were written,
 * attachments, exports, notes and causes. All times are those of the run's
 * clock, in ms.
 *
 * The page must open fast however much a case said: of a long text the
 * beginning is kept, of many lines the first and the last, and how much was
 * left out is told. The journal has all of it.
 */
#ifndef RUNNER_REPORT_PAGECASE_H
#define RUNNER_REPORT_PAGECASE_H

#include "gherkin/jsonw.h"
#include "runner/report/results.h"

/* Writes one object. repeat is the command up to the case's id, or NULL.
 * folder is that of the run, real: an attachment in a file below it is put
 * into the page; NULL: none is. */
void mp_pagecase_write(struct gh_jsonw *out,
                       const struct mp_case_result *result, const char *repeat,
                       const char *folder);

#endif
