#include "runner/report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/report/kind.h"
#include "runner/report/summary.h"

static const struct mp_report_kind *const kind_table[] = {
    &mp_progress_kind, &mp_pretty_kind,         &mp_html_kind,
    &mp_junit_kind,    &mp_junit_surefire_kind, &mp_junit_extended_kind,
    &mp_tap_kind,      &mp_github_kind,         &mp_markdown_kind,
    &mp_message_kind,  &mp_json_kind,           &mp_usage_kind,
    &mp_rerun_kind,
};
#define KIND_COUNT (sizeof(kind_table) / sizeof(*kind_table))

struct mp_reports {
    struct mp_report_options options;
    struct mp_results results;
    struct mp_blames blames;
    struct mp_console console;
    struct mp_report **list; /* owned */
    size_t count;
    bool finished;
};

static const struct mp_report_kind *find_kind(struct gh_str name)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (gh_str_equal(gh_str_of(kind_table[i]->name), name))
            return kind_table[i];
    }
    return NULL;
}

static void unknown_kind(const char *format, struct gh_str name,
                         struct mp_errors *errors)
{
    const char *names[KIND_COUNT];
    struct mp_buf all = {0}, word = {0};
    for (size_t i = 0; i < KIND_COUNT; i++) {
        names[i] = kind_table[i]->name;
        mp_buf_format(&all, i ? ", %s" : "%s", names[i]);
    }
    mp_buf_append_str(&word, name);
    const char *nearest = mp_nearest(mp_buf_text(&word), names, KIND_COUNT);
    if (nearest)
        mp_errors_add(errors,
                      "--format %s: no report is called '%s', did you mean "
                      "'%s'?",
                      format, mp_buf_text(&word), nearest);
    else
        mp_errors_add(errors,
                      "--format %s: no report is called '%s'; there are %s",
                      format, mp_buf_text(&word), mp_buf_text(&all));
    mp_buf_finish(&word);
    mp_buf_finish(&all);
}

static void add_report(struct mp_reports *reports,
                       const struct mp_report_kind *kind,
                       struct mp_output output)
{
    struct mp_report *report = gh_alloc(kind->size);
    report->kind = kind;
    report->output = output;
    report->options = &reports->options;
    report->results = &reports->results;
    report->blames = &reports->blames;
    if (kind == &mp_html_kind && !reports->options.page)
        reports->options.page = report->output.path;
    if (!output.path) {
        report->style.colour = reports->options.colour;
        report->style.ascii = reports->options.ascii;
        report->style.width =
            reports->options.is_terminal ? reports->console.columns : 0;
    }
    reports->list =
        gh_realloc(reports->list, (reports->count + 1) * sizeof(report));
    reports->list[reports->count++] = report;
    if (kind->on_created)
        kind->on_created(report);
}

/* The folder is there by now, the file need not be. What is no regular file
 * is known by its own name. */
static char *real_place(const char *path)
{
    struct stat st;
    bool is_other = !stat(path, &st) && !S_ISREG(st.st_mode);
    char *file = is_other ? NULL : mp_fs_place(path);
    if (file)
        return file;
    char *folder = mp_fs_dirname(path);
    char *real = mp_fs_absolute(folder);
    const char *slash = strrchr(path, '/');
    char *place = mp_fs_join(real ? real : folder, slash ? slash + 1 : path);
    gh_free(folder);
    gh_free(real);
    return place;
}

static bool is_same_file(const char *a, const char *b)
{
    char *first = real_place(a), *second = real_place(b);
    bool same = !strcmp(first, second);
    gh_free(first);
    gh_free(second);
    return same;
}

static bool is_clash(const struct mp_report *old, const struct mp_output *new)
{
    if (!old->output.path || !new->path)
        return !old->output.path && !new->path;
    return is_same_file(old->output.path, new->path);
}

static bool is_journal(const struct mp_report_options *options,
                       const char *path)
{
    size_t i = 0;
    while (i < options->journal_count &&
           !is_same_file(options->journals[i], path))
        i++;
    return i < options->journal_count;
}

/* Two reports in one place would each destroy the other. */
static bool is_place_free(const struct mp_reports *reports,
                          const struct mp_report_kind *kind,
                          const struct mp_output *output,
                          struct mp_errors *errors)
{
    if (output->path && is_journal(&reports->options, output->path)) {
        mp_errors_add(errors,
                      "--format %s:%s: that is %s that is read; give the "
                      "report another path",
                      kind->name, output->path,
                      reports->options.journal_count > 1 ? "a journal"
                                                         : "the journal");
        return false;
    }
    for (size_t i = 0; i < reports->count; i++) {
        const struct mp_report *old = reports->list[i];
        if (!is_clash(old, output))
            continue;
        mp_errors_add(errors,
                      "--format: %s and %s would both be written to %s; give "
                      "one of them another path: --format %s:PATH",
                      old->kind->name, kind->name,
                      output->path ? output->path : "standard output",
                      kind->name);
        return false;
    }
    return true;
}

static bool can_add_summary(const struct mp_reports *reports,
                            const struct mp_report_kind *kind,
                            struct mp_errors *errors)
{
    const char *path = reports->options.job_summary;
    if (kind != &mp_github_kind || !path)
        return true;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        mp_errors_add(errors,
                      "GITHUB_STEP_SUMMARY=%s: the job's summary cannot be "
                      "written there: %s",
                      path, strerror(errno));
    else
        close(fd);
    return fd >= 0;
}

static void parse_format(struct mp_reports *reports, const char *format,
                         struct mp_errors *errors)
{
    size_t length = strcspn(format, ":");
    struct gh_str name = {format, length};
    const struct mp_report_kind *kind = find_kind(name);
    if (!kind) {
        unknown_kind(format, name, errors);
        return;
    }
    const char *path = format[length] ? format + length + 1 : NULL;
    if (path && !*path) {
        mp_errors_add(errors,
                      "--format %s: the path is empty; write %s:PATH, or %s "
                      "for standard output",
                      format, kind->name, kind->name);
        return;
    }
    struct mp_output output;
    if (!can_add_summary(reports, kind, errors) ||
        !mp_output_open(&output, path, &reports->console, errors))
        return;
    if (is_place_free(reports, kind, &output, errors))
        add_report(reports, kind, output);
    else
        mp_output_finish(&output);
}

static bool has_console_report(const struct mp_reports *reports)
{
    for (size_t i = 0; i < reports->count; i++) {
        if (!reports->list[i]->output.path)
            return true;
    }
    return false;
}

static void on_case(void *self, const struct mp_case_result *result)
{
    struct mp_reports *reports = self;
    mp_blames_add(&reports->blames, result, reports->options.strict);
    for (size_t i = 0; i < reports->count; i++) {
        struct mp_report *report = reports->list[i];
        if (report->kind->on_case)
            report->kind->on_case(report, result);
    }
}

struct mp_reports *mp_reports_create(const struct mp_report_options *options,
                                     struct mp_errors *errors)
{
    struct mp_reports *reports = gh_alloc(sizeof(*reports));
    size_t before = errors->error_count;
    reports->options = *options;
    mp_console_init(&reports->console, options->console_fd,
                    options->is_terminal, options->width);
    mp_results_init(&reports->results, on_case, reports);
    reports->results.tally.strict = options->strict;
    for (size_t i = 0; i < options->format_count; i++)
        parse_format(reports, options->formats[i], errors);
    if (errors->error_count > before) {
        mp_reports_destroy(reports);
        return NULL;
    }
    if (!has_console_report(reports)) {
        struct mp_output output = {.console = &reports->console, .fd = -1};
        add_report(reports, &mp_progress_kind, output);
    }
    return reports;
}

/* What the run was told; options say it where the journal does not. */
static void take_head(struct mp_reports *reports,
                      const struct mp_record *record)
{
    struct mp_report_options *options = &reports->options;
    struct gh_arena *arena = &reports->results.arena;
    if (record->repeat)
        options->repeat = gh_arena_copy(arena, gh_str_of(record->repeat));
    if (record->path)
        options->artifacts = gh_arena_copy(arena, gh_str_of(record->path));
    options->strict = options->strict && !record->lenient;
    reports->results.tally.strict = options->strict;
    reports->results.tally.usage_error = record->went_past;
}

static void on_record(void *self, const struct mp_record *record)
{
    struct mp_reports *reports = self;
    if (record->type == MP_RECORD_RUN_STARTED)
        take_head(reports, record);
    /* The last record of a case frees it: reports see it before. */
    bool last = record->type == MP_RECORD_CASE_FINISHED;
    if (!last)
        mp_results_take(&reports->results, record);
    for (size_t i = 0; i < reports->count; i++) {
        struct mp_report *report = reports->list[i];
        if (record->type == MP_RECORD_RUN_STARTED &&
            report->kind->on_run_started)
            report->kind->on_run_started(report);
        if (report->kind->on_record)
            report->kind->on_record(report, record);
    }
    if (last)
        mp_results_take(&reports->results, record);
}

struct mp_listener mp_reports_listener(struct mp_reports *reports)
{
    struct mp_listener listener = {reports, on_record};
    return listener;
}

bool mp_reports_want_definitions(const struct mp_reports *reports)
{
    size_t i = 0;
    while (i < reports->count && !reports->list[i]->kind->wants_definitions)
        i++;
    return i < reports->count;
}

void mp_reports_tick(struct mp_reports *reports, double now_ms)
{
    mp_console_measure(&reports->console);
    for (size_t i = 0; i < reports->count; i++) {
        struct mp_report *report = reports->list[i];
        if (!report->output.path && reports->options.is_terminal)
            report->style.width = reports->console.columns;
        if (report->kind->on_tick)
            report->kind->on_tick(report, now_ms);
    }
}

/* What became of the run is then said where it can still be heard. */
static void tell_broken_console(const struct mp_reports *reports)
{
    struct mp_style plain = {0};
    struct mp_buf counts = {0};
    mp_summary_counts(&counts, &plain, &reports->results.tally);
    fprintf(stderr, "mprun: standard output: %s (cases: %s)\n",
            strerror(reports->console.error),
            counts.len ? counts.data : "none");
    mp_buf_finish(&counts);
}

bool mp_reports_finish(struct mp_reports *reports)
{
    struct mp_tally *tally = &reports->results.tally;
    if (reports->finished)
        return !tally->report_failed;
    reports->finished = true;
    mp_results_end(&reports->results);
    bool ok = true;
    /* The console comes last, so that its last lines are the last word. */
    for (int console = 0; console < 2; console++) {
        for (size_t i = 0; i < reports->count; i++) {
            struct mp_report *report = reports->list[i];
            if ((report->output.path ? 0 : 1) == console)
                ok = report->kind->on_run_finished(report) && ok;
        }
    }
    mp_console_draw(&reports->console, "", 0);
    if (reports->console.error) {
        tell_broken_console(reports);
        ok = false;
    }
    tally->report_failed = !ok;
    return ok;
}

const struct mp_tally *mp_reports_tally(const struct mp_reports *reports)
{
    return &reports->results.tally;
}

void mp_reports_destroy(struct mp_reports *reports)
{
    if (!reports)
        return;
    for (size_t i = 0; i < reports->count; i++) {
        struct mp_report *report = reports->list[i];
        if (report->kind->finish)
            report->kind->finish(report);
        mp_output_finish(&report->output);
        gh_free(report);
    }
    gh_free(reports->list);
    mp_results_finish(&reports->results);
    mp_blames_finish(&reports->blames);
    mp_console_finish(&reports->console);
    gh_free(reports);
}

void mp_reports_list(struct mp_buf *out)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        mp_buf_format(out, "%-14s  %s\n", kind_table[i]->name,
                      kind_table[i]->about);
}
