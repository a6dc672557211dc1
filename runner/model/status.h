/*
 * What became of a step or a case, and what that makes of the run.
 *
 * The words are those of journal, JSON, JUnit types and console. The order of
 * the enum is from harmless to worst: a case has the worst of what happened
 * to it (mp_status_worse). not-run is below passed because a step that was
 * not run says nothing about its case.
 */
#ifndef RUNNER_MODEL_STATUS_H
#define RUNNER_MODEL_STATUS_H

#include <stdbool.h>
#include <stddef.h>

enum mp_status {
    MP_NOT_RUN,
    MP_PASSED,
    MP_SKIPPED,
    MP_PENDING,
    MP_UNDEFINED,
    MP_AMBIGUOUS,
    MP_FAILED,
    MP_LEAKED,
    MP_TIMED_OUT,
    MP_CRASHED,
    MP_PROTOCOL_ERROR,
    MP_START_FAILED,
    MP_INTERRUPTED,
    MP_STATUS_COUNT
};

/* "passed", "timed-out", ...; static text. */
const char *mp_status_name(enum mp_status status);
/* False: no such word. */
bool mp_status_from_name(const char *name, enum mp_status *status);
enum mp_status mp_status_worse(enum mp_status a, enum mp_status b);
/* Does a case of this status make the run fail? strict: pending does too. */
bool mp_status_is_failure(enum mp_status status, bool strict);

/* Exit statuses: part of the command line's contract. */
enum mp_exit {
    MP_EXIT_OK = 0,
    MP_EXIT_FAILED = 1,         /* some case did not pass */
    MP_EXIT_USAGE = 2,          /* usage, config, feature or plan error */
    MP_EXIT_REPORT = 3,         /* a report or log could not be written */
    MP_EXIT_NOTHING = 4,        /* nothing selected */
    MP_EXIT_INFRASTRUCTURE = 5, /* only start failures */
};

/* What happened in a run, for its exit status. */
struct mp_tally {
    size_t cases[MP_STATUS_COUNT];
    size_t flaky;       /* passed after a failed attempt */
    size_t known;       /* failed as the baseline expects: among the skipped */
    bool run_failed;    /* outside the cases */
    int signal;         /* that ended the run early, 0: none */
    bool cut_off;       /* the run was killed: its journal has no end */
    bool usage_error;   /* errors in input that --keep-going went past */
    bool report_failed; /* a report or log could not be written */
    bool strict;
};

/* 128+n, 2, 3, 1, 5, 0 in that order of precedence. */
int mp_tally_exit(const struct mp_tally *tally);

#endif
