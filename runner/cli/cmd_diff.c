#include "runner/cli/cli.h"
#include "runner/cli/compare.h"
#include "runner/cli/reporting.h"
#include "runner/cli/runs.h"
#include "runner/model/status.h"

static bool read_run(struct mp_outcomes *run, const char *folder,
                     const char *word, struct mp_errors *errors)
{
    char *journal = mp_runs_find(folder, word, errors);
    bool ok = journal && mp_outcomes_read(run, journal, errors);
    gh_free(journal);
    return ok;
}

static int tell(const struct mp_options *options,
                const struct mp_comparison *comparison)
{
    const struct mp_report_options how = mp_reporting_options(options);
    const struct mp_style style = {.colour = how.colour, .ascii = how.ascii};
    struct mp_buf text = {0};
    if (options->json)
        mp_compare_json(comparison, &text);
    else
        mp_compare_text(comparison, &style, options->verbose, options->quiet,
                        &text);
    int status = mp_cli_print(&text) ? MP_EXIT_OK : MP_EXIT_REPORT;
    mp_buf_finish(&text);
    if (status == MP_EXIT_OK && comparison->counts[MP_CHANGE_FAILING])
        status = MP_EXIT_FAILED;
    return status;
}

int mp_cmd_diff(struct mp_options *options, struct mp_errors *errors)
{
    const struct mp_text_list *words = &options->paths;
    struct mp_outcomes before = {0}, after = {0};
    struct mp_comparison comparison;
    int status = MP_EXIT_USAGE;
    char *folder = mp_runs_find_folder(options);
    bool ok = read_run(&before, folder, words->list[0], errors);
    ok = read_run(&after, folder, words->count > 1 ? words->list[1] : NULL,
                  errors) &&
         ok;
    if (ok) {
        mp_compare_make(&comparison, &before, &after);
        status = tell(options, &comparison);
        mp_compare_finish(&comparison);
    }
    mp_outcomes_finish(&before);
    mp_outcomes_finish(&after);
    gh_free(folder);
    return status;
}
