#include <string.h>

#include "runner/base/fs.h"
#include "runner/cli/cli.h"
#include "runner/cli/compare.h"
#include "runner/cli/reporting.h"
#include "runner/cli/runs.h"
#include "runner/model/status.h"

/* Without a second word the last run is meant, which the first word may be. */
static bool are_two(const struct mp_text_list *words, const char *before,
                    const char *after, struct mp_errors *errors)
{
    char *first = mp_fs_absolute(before), *second = mp_fs_absolute(after);
    bool same = words->count < 2 && first && second && !strcmp(first, second);
    if (same)
        mp_errors_add(errors,
                      "mprun: '%s' is the last run itself; name the run that "
                      "it is to be compared with: mprun diff BEFORE AFTER",
                      words->list[0]);
    gh_free(first);
    gh_free(second);
    return !same;
}

static bool read_runs(const struct mp_options *options,
                      struct mp_outcomes *before, struct mp_outcomes *after,
                      struct mp_errors *errors)
{
    const struct mp_text_list *words = &options->paths;
    char *folder = mp_runs_find_folder(options);
    char *first = mp_runs_find(folder, words->list[0], errors);
    char *second =
        mp_runs_find(folder, words->count > 1 ? words->list[1] : NULL, errors);
    bool ok = first && second && are_two(words, first, second, errors);
    if (ok) {
        ok = mp_outcomes_read(before, first, errors);
        ok = mp_outcomes_read(after, second, errors) && ok;
    }
    gh_free(first);
    gh_free(second);
    gh_free(folder);
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
    struct mp_outcomes before = {0}, after = {0};
    struct mp_comparison comparison;
    int status = MP_EXIT_USAGE;
    if (read_runs(options, &before, &after, errors)) {
        mp_compare_make(&comparison, &before, &after);
        status = tell(options, &comparison);
        mp_compare_finish(&comparison);
    }
    mp_outcomes_finish(&before);
    mp_outcomes_finish(&after);
    return status;
}
