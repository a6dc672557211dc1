/*
 * Which combination is to blame: where a scenario fails on some combinations
 * of platforms only, the smallest conditions that hold wherever it fails and
 * nowhere where it passes (docs/reports.md).
 *
 * A condition is that a process is on a platform, that any is, that two are on
 * two, that two (or all) are on the same or on different ones, or a whole
 * combination. The fewest conditions that cover all failures are the causes; of
 * equally few the simplest. Where it takes too many, or each explains one case
 * and no more, nothing is to blame: the failures are scattered.
 *
 * Pure. A combination that was played several times counts as failing if it
 * failed once; what also passed is flaky.
 */
#ifndef RUNNER_REPORT_BLAME_H
#define RUNNER_REPORT_BLAME_H

#include <stdbool.h>
#include <stddef.h>

#include "gherkin/memory.h"

/* One time that a combination was played to its end. */
struct mp_blame_play {
    const char *combination; /* "[reader=c,writer=python]" */
    bool failed;
    bool flaky;          /* passed after a failed attempt */
    const char *message; /* of a failure; NULL or "": not known */
};

struct mp_blame_cause {
    const char *condition;  /* "reader=python", "reader=c with writer=node" */
    size_t failed, cases;   /* combinations that it holds for */
    size_t failures, plays; /* the same, counting each time */
    bool flaky;             /* some of them fail only now and then */
    bool chance;            /* rests on one failure alone: it may be chance */
    const char *message;    /* the commonest, NULL: none */
    size_t messages;        /* how many different ones */
};

enum mp_blame_kind {
    MP_BLAME_NONE,      /* nothing or everything fails, or too much to tell */
    MP_BLAME_CAUSES,    /* causes explain it */
    MP_BLAME_SCATTERED, /* nothing does */
};

#define MP_BLAME_MOST_CAUSES 4

struct mp_blame {
    enum mp_blame_kind kind;
    size_t failed, cases; /* combinations */
    size_t failures, plays;
    bool flaky; /* some combination failed only now and then */
    struct mp_blame_cause causes[MP_BLAME_MOST_CAUSES];
    size_t cause_count;
};

/* Texts of the result are in the arena or borrowed from the plays. */
void mp_blame_find(const struct mp_blame_play *plays, size_t count,
                   struct gh_arena *arena, struct mp_blame *blame);

#endif
