/*
 * All reports of a run: made from `--format TYPE[:PATH]`, fed with the run's
 * records, finished together (docs/reports.md).
 *
 *   create (before the run: unknown types, unwritable paths)
 *   -> records through the listener, ticks between them
 *   -> finish (files are put in place) -> tally -> destroy
 *
 * Records come live from the run or from a journal; the reports do not know
 * which. At most one report writes to standard output; where none does, the
 * console report `progress` is added. A console that breaks makes finish
 * return false, never the run end.
 *
 * Times in ms are those of record.time_ms. Nothing here reads a clock.
 */
#ifndef RUNNER_REPORT_REPORT_H
#define RUNNER_REPORT_REPORT_H

#include "runner/base/buf.h"
#include "runner/base/errors.h"
#include "runner/model/record.h"

struct mp_report_options {
    const char *const *formats; /* TYPE or TYPE:PATH; "-" is stdout */
    size_t format_count;
    int console_fd;   /* usually 1 */
    bool is_terminal; /* of console_fd: live lines */
    bool colour;      /* as --color, NO_COLOR, FORCE_COLOR decided */
    bool ascii;       /* no marks beyond ASCII */
    int width;        /* columns where the terminal does not tell; 0: 80 */
    bool quiet;       /* no passing cases, no list of skipped ones */
    bool strict;      /* pending is a failure, unless the run says not */
    bool live_output; /* -s: what servers print, as it comes */
    bool verbose;     /* notes of cases that passed, what processes used */
    bool past;        /* the run is over: no live lines */
    /* Of a past run: the real folder that its journal lies in; NULL: it has
     * none. A journal may be anybody's: where it says that the run had another
     * folder, no file that it names is read. */
    const char *journal_folder;
    const char *const *journals; /* they are read, and not to be written over */
    size_t journal_count;
    /* For the report github; NULL: there is none. */
    const char *job_summary; /* file that it adds to */
    const char *workspace;   /* root of the repository, an absolute path */
    /* Of journals that do not say it: */
    const char *repeat;    /* "mprun -c ci.yaml -p ci", quoted; NULL: "mprun" */
    const char *artifacts; /* folder named at the end, NULL: none */
    const char *page;      /* file of the first html report, named at the end;
                              found by create */
    const char *kept;      /* folder of the shared directories that --keep left,
                              named at the end; NULL: they are removed */
};

struct mp_reports;

/* NULL: errors were added (all of them). Texts of options are borrowed until
 * destroy. */
struct mp_reports *mp_reports_create(const struct mp_report_options *options,
                                     struct mp_errors *errors);
struct mp_listener mp_reports_listener(struct mp_reports *reports);
/* Is it worth to ask servers for their step definitions? */
bool mp_reports_want_definitions(const struct mp_reports *reports);
/* Redraws live lines and names slow steps; called about every 100 ms. */
void mp_reports_tick(struct mp_reports *reports, double now_ms);
/* Ends the run if no record did and writes everything. False: something could
 * not be written, told on standard error. A second call does nothing and
 * returns the same. */
bool mp_reports_finish(struct mp_reports *reports);
/* Cases by final status; report_failed, strict and signal are set too. */
const struct mp_tally *mp_reports_tally(const struct mp_reports *reports);
void mp_reports_destroy(struct mp_reports *reports);

/* The listing of `--format help`. */
void mp_reports_list(struct mp_buf *out);

#endif
