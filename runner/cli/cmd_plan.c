#include "runner/cli/available.h"
#include "runner/cli/cli.h"
#include "runner/cli/debug.h"
#include "runner/cli/discovery.h"
#include "runner/cli/place.h"
#include "runner/cli/nothing.h"
#include "runner/cli/step_table.h"
#include "runner/model/status.h"
#include "runner/plan/explain.h"

static bool print_plan(const struct mp_setup *setup)
{
    const struct mp_options *options = setup->options;
    struct mp_buf text = {0};
    if (options->json)
        mp_explain_json(&setup->plan, &setup->config, &text);
    else if (options->list)
        mp_explain_list(&setup->plan, &text);
    else
        mp_explain_text(&setup->plan, &setup->config, options->verbose, &text);
    bool printed = mp_cli_print(&text);
    mp_buf_finish(&text);
    return printed;
}

/* --check-steps. What is found goes to standard error: the plan is whole. */
static int check_steps(struct mp_setup *setup, const char *program)
{
    struct mp_discovery discovery;
    struct mp_buf unused = {0};
    int status = MP_EXIT_INFRASTRUCTURE;
    if (mp_discovery_make(&discovery, setup, program)) {
        status =
            mp_discovery_is_faulty(&discovery) ? MP_EXIT_USAGE : MP_EXIT_OK;
        status = discovery.signal ? 128 + discovery.signal : status;
        mp_discovery_faults(&discovery, setup->errors);
        mp_step_table_unused(&discovery, &unused);
    }
    mp_cli_print_errors(setup->errors);
    mp_cli_print_notes(&unused);
    mp_buf_finish(&unused);
    mp_discovery_finish(&discovery);
    return status;
}

static int explain(struct mp_setup *setup, const char *program)
{
    bool printed = print_plan(setup);
    int status = MP_EXIT_OK;
    if (!setup->plan.case_count && !mp_nothing_of_shard(&setup->plan))
        status = mp_nothing_tell(setup);
    else if (setup->options->check_steps)
        status = check_steps(setup, program);
    if (setup->went_past)
        return MP_EXIT_USAGE;
    return printed ? status : MP_EXIT_REPORT;
}

int mp_cmd_plan(struct mp_options *options, struct mp_errors *errors)
{
    struct mp_setup setup = {.options = options, .errors = errors};
    struct mp_run_options run = {0}; /* there is none */
    struct gh_arena arena = {0};
    const char *program = mp_place_program(&arena);
    int status = MP_EXIT_USAGE;
    bool ready = mp_setup_config(&setup);
    if (ready)
        mp_available_require_names(&setup);
    ready = ready && mp_setup_plan(&setup) &&
            mp_debug_read(&setup, &options->arena, &run);
    if (ready && options->check_steps)
        ready = mp_available_settle(&setup, program, &arena);
    else if (ready)
        mp_available_warn_of_commands(&setup);
    if (ready)
        status = explain(&setup, program);
    mp_setup_finish(&setup);
    gh_arena_finish(&arena);
    return status;
}
