/*
 * Two runs, case by case: what fails now and did not before, what was mended,
 * what became slower (docs/reports.md, mprun diff).
 *
 * Cases are the same if their keys are: lines may have moved in between. Pure;
 * the outcomes are borrowed until finish, and are sorted by key by make.
 */
#ifndef RUNNER_CLI_COMPARE_H
#define RUNNER_CLI_COMPARE_H

#include "runner/base/buf.h"
#include "runner/cli/outcomes.h"
#include "runner/report/style.h"

/* In the order in which they are told. */
enum mp_change {
    MP_CHANGE_FAILING,  /* fails now; passed before, or was not there */
    MP_CHANGE_STILL,    /* fails as before */
    MP_CHANGE_MENDED,   /* failed before and passes */
    MP_CHANGE_FLAKY,    /* passes now after a failed attempt, not before */
    MP_CHANGE_UNPLAYED, /* was played before: skipped or not run now */
    MP_CHANGE_SLOWER,   /* passes in both, but takes much longer */
    MP_CHANGE_NEW,      /* was not there before, and does not fail */
    MP_CHANGE_GONE,     /* is not there now */
    MP_CHANGE_NONE,
    MP_CHANGE_COUNT
};

/* Slower is what takes at least half as long again and so much more. */
#define MP_SLOWER_MS     250.0
#define MP_SLOWER_FACTOR 1.5

struct mp_difference {
    enum mp_change change;
    const struct mp_outcome *before, *after; /* NULL: not there */
};

struct mp_comparison {
    struct mp_difference *list; /* owned; by change, then by number */
    size_t count;
    size_t counts[MP_CHANGE_COUNT];
    const struct mp_outcomes *before, *after;
};

void mp_compare_make(struct mp_comparison *comparison,
                     struct mp_outcomes *before, struct mp_outcomes *after);
/* For people; verbose: also what is new and gone, by id. */
void mp_compare_text(const struct mp_comparison *comparison,
                     const struct mp_style *style, bool verbose, bool quiet,
                     struct mp_buf *out);
void mp_compare_json(const struct mp_comparison *comparison,
                     struct mp_buf *out);
void mp_compare_finish(struct mp_comparison *comparison);

#endif
