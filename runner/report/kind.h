/*
 * What a kind of report is to the fan-out (report.c): a table of functions
 * and a struct that begins with struct mp_report. One file for each kind;
 * only report.c and those files include this.
 *
 * Order of calls: create, on_run_started (if the record came), then on_record
 * for every record and on_case after a case's last one, on_run_finished,
 * destroy. In on_record the results have taken the record already, but for
 * the last of a case: then the case is still open there.
 */
#ifndef RUNNER_REPORT_KIND_H
#define RUNNER_REPORT_KIND_H

#include "runner/report/blames.h"
#include "runner/report/report.h"
#include "runner/report/results.h"
#include "runner/report/style.h"
#include "runner/report/output.h"

struct mp_report {
    const struct mp_report_kind *kind;
    struct mp_output output;
    const struct mp_report_options *options;
    const struct mp_results *results; /* borrowed, of the fan-out */
    struct mp_blames *blames;         /* as results; whole at the end */
    struct mp_style style; /* plain and unlimited unless on the console */
};

struct mp_report_kind {
    const char *name;
    const char *about; /* for --format help */
    size_t size;       /* of the struct that begins with struct mp_report */
    bool wants_definitions; /* that servers list their step definitions */
    /* All may be NULL but on_run_finished. */
    void (*on_created)(struct mp_report *report);
    void (*on_run_started)(struct mp_report *report);
    void (*on_record)(struct mp_report *report, const struct mp_record *record);
    void (*on_case)(struct mp_report *report,
                    const struct mp_case_result *result);
    void (*on_tick)(struct mp_report *report, double now_ms);
    /* False: it could not be written. */
    bool (*on_run_finished)(struct mp_report *report);
    void (*finish)(struct mp_report *report); /* frees what it holds */
};

extern const struct mp_report_kind mp_progress_kind;
extern const struct mp_report_kind mp_pretty_kind;
extern const struct mp_report_kind mp_junit_kind;
extern const struct mp_report_kind mp_junit_surefire_kind;
extern const struct mp_report_kind mp_junit_extended_kind;
extern const struct mp_report_kind mp_html_kind;
extern const struct mp_report_kind mp_json_kind;
extern const struct mp_report_kind mp_message_kind;
extern const struct mp_report_kind mp_rerun_kind;
extern const struct mp_report_kind mp_tap_kind;
extern const struct mp_report_kind mp_usage_kind;
extern const struct mp_report_kind mp_github_kind;
extern const struct mp_report_kind mp_markdown_kind;

#endif
