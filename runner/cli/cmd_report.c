#include <stdio.h>

#include "runner/base/fs.h"
#include "runner/cli/cli.h"
#include "runner/cli/known.h"
#include "runner/cli/open.h"
#include "runner/cli/reporting.h"
#include "runner/cli/runs.h"
#include "runner/journal/replay.h"
#include "runner/report/report.h"

struct reading {
    struct mp_listener reports;
    bool begun; /* it is a journal of a version that can be read */
};

static void on_record(void *self, const struct mp_record *record)
{
    struct reading *reading = self;
    reading->begun = true;
    reading->reports.on_record(reading->reports.self, record);
}

static int report_on(const struct mp_options *options, const char *journal,
                     struct mp_reports *reports, struct mp_known_filter *known,
                     struct mp_errors *errors)
{
    struct reading reading = {
        .reports = mp_known_listener(known, mp_reports_listener(reports))};
    struct mp_listener listener = {&reading, on_record};
    if (mp_replay_is_going_on(journal))
        fprintf(stderr,
                "mprun: %s: this run is still going on; what runs now is "
                "shown as interrupted\n",
                journal);
    bool whole = mp_replay(journal, listener, errors);
    mp_cli_print_errors(errors);
    if (!reading.begun)
        return MP_EXIT_USAGE;
    if (mp_reports_finish(reports))
        mp_open_show(options);
    struct mp_tally tally = *mp_reports_tally(reports);
    tally.usage_error = tally.usage_error || !whole;
    return mp_tally_exit(&tally);
}

static char *real_folder(const char *journal)
{
    char *real = mp_fs_absolute(journal);
    char *folder = real ? mp_fs_dirname(real) : NULL;
    gh_free(real);
    return folder;
}

int mp_cmd_report(struct mp_options *options, struct mp_errors *errors)
{
    int status = MP_EXIT_USAGE;
    if (mp_reporting_lists(options, &status))
        return status;
    const char *word = options->paths.count ? options->paths.list[0] : NULL;
    struct mp_known_filter known;
    char *folder = mp_runs_find_folder(options);
    char *journal = mp_runs_find(folder, word, errors);
    struct mp_report_options how = mp_reporting_options(options);
    char *journal_folder = journal ? real_folder(journal) : NULL;
    how.past = true;
    how.journal_folder = journal_folder;
    how.journals = (const char *const *)&journal;
    how.journal_count = journal != NULL;
    bool loaded = mp_known_load(&known, options, errors);
    struct mp_reports *reports =
        mp_open_check(options, errors) ? mp_reports_create(&how, errors) : NULL;
    if (journal && reports && loaded)
        status = report_on(options, journal, reports, &known, errors);
    mp_known_finish(&known);
    mp_reports_destroy(reports);
    gh_free(journal_folder);
    gh_free(journal);
    gh_free(folder);
    return status;
}
