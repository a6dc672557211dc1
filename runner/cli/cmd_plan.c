#include "runner/cli/available.h"
#include "runner/cli/cli.h"
#include "runner/cli/debug.h"
#include "runner/cli/nothing.h"
#include "runner/model/status.h"
#include "runner/plan/explain.h"

int mp_cmd_plan(struct mp_options *options, struct mp_errors *errors)
{
    struct mp_setup setup = {.options = options, .errors = errors};
    struct mp_run_options run = {0}; /* there is none */
    struct mp_buf text = {0};
    int status = MP_EXIT_USAGE;
    bool ready = mp_setup_config(&setup);
    if (ready)
        mp_available_require_names(&setup);
    if (ready && mp_setup_plan(&setup) &&
        mp_debug_read(&setup, &options->arena, &run)) {
        mp_available_warn_of_commands(&setup);
        if (options->json)
            mp_explain_json(&setup.plan, &setup.config, &text);
        else if (options->list)
            mp_explain_list(&setup.plan, &text);
        else
            mp_explain_text(&setup.plan, &setup.config, options->verbose,
                            &text);
        bool printed = mp_cli_print(&text);
        if (setup.went_past)
            status = MP_EXIT_USAGE;
        else if (!printed)
            status = MP_EXIT_REPORT;
        else
            status = setup.plan.case_count || mp_nothing_of_shard(&setup.plan)
                         ? MP_EXIT_OK
                         : mp_nothing_tell(&setup);
    }
    mp_buf_finish(&text);
    mp_setup_finish(&setup);
    return status;
}
