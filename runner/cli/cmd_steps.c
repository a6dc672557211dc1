#include "runner/cli/available.h"
#include "runner/cli/cli.h"
#include "runner/cli/discovery.h"
#include "runner/cli/place.h"
#include "runner/cli/nothing.h"
#include "runner/cli/reporting.h"
#include "runner/cli/step_table.h"
#include "runner/model/status.h"

static int print(const struct mp_setup *setup,
                 const struct mp_discovery *discovery)
{
    const struct mp_options *options = setup->options;
    struct mp_report_options report = mp_reporting_options(options);
    struct mp_style style = {
        .colour = report.colour, .ascii = report.ascii, .width = report.width};
    struct mp_buf text = {0};
    if (options->json)
        mp_step_table_json(discovery, &text);
    else
        mp_step_table_text(discovery, &style, options->verbose, &text);
    int status = discovery->broken ? MP_EXIT_FAILED : MP_EXIT_OK;
    if (!mp_cli_print(&text))
        status = MP_EXIT_REPORT;
    mp_buf_finish(&text);
    if (discovery->signal)
        return 128 + discovery->signal;
    return setup->went_past ? MP_EXIT_USAGE : status;
}

static int ask(struct mp_setup *setup, const char *program)
{
    struct mp_discovery discovery;
    int status = MP_EXIT_INFRASTRUCTURE;
    if (mp_discovery_make(&discovery, setup, program))
        status = print(setup, &discovery);
    mp_discovery_finish(&discovery);
    return status;
}

int mp_cmd_steps(struct mp_options *options, struct mp_errors *errors)
{
    struct mp_setup setup = {.options = options, .errors = errors};
    struct gh_arena arena = {0};
    const char *program = mp_place_program(&arena);
    int status = MP_EXIT_USAGE;
    bool ready = mp_setup_config(&setup);
    if (ready)
        mp_available_require_names(&setup);
    if (ready && mp_setup_plan(&setup) &&
        mp_available_settle(&setup, program, &arena)) {
        mp_cli_print_errors(errors); /* warnings, and what we go past */
        status = setup.plan.case_count ? ask(&setup, program)
                                       : mp_nothing_tell(&setup);
    }
    mp_setup_finish(&setup);
    gh_arena_finish(&arena);
    return status;
}
