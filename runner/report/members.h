/*
 * Members of JSON objects that several reports have: the run, the counts, a
 * case's summary. So `json` and the page of `html` say the same in the same
 * words (docs/reports.md).
 *
 * Functions write members of an object that the caller has begun and ends.
 * A text is written as it is; the writer escapes it.
 */
#ifndef RUNNER_REPORT_MEMBERS_H
#define RUNNER_REPORT_MEMBERS_H

#include "gherkin/jsonw.h"
#include "runner/report/results.h"

void mp_members_text(struct gh_jsonw *out, const char *key, const char *text);
/* "" is left out. */
void mp_members_text_if(struct gh_jsonw *out, const char *key,
                        const char *text);
void mp_members_number(struct gh_jsonw *out, const char *key, int64_t value);
/* 0 is not known and left out. */
void mp_members_known(struct gh_jsonw *out, const char *key, int64_t value);
/* Milliseconds with up to three places; what is not above 0 is left out. */
void mp_members_ms(struct gh_jsonw *out, const char *key, double ms);
/* What a life of a process used; what is not known is left out. */
void mp_members_metrics(struct gh_jsonw *out, const struct mp_metrics *metrics);
/* Number, id, key, feature, rule, name, combination, repetition, status,
 * duration_ms, attempts, flaky, message. */
void mp_members_case(struct gh_jsonw *out, const struct mp_case_result *result);
/* The member "states": what its processes were doing when a time limit was
 * over; left out where that is not known. */
void mp_members_states(struct gh_jsonw *out,
                       const struct mp_case_result *result);
/* Id, mprun, started, seed, duration_ms, suspended_ms, finished. */
void mp_members_run(struct gh_jsonw *out, const struct mp_run_result *run);
/* The member "counts": each status, flaky, total. */
void mp_members_counts(struct gh_jsonw *out, const struct mp_tally *tally);

#endif
