#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/cli/available.h"
#include "runner/cli/cli.h"
#include "runner/cli/debug.h"
#include "runner/cli/head.h"
#include "runner/cli/known.h"
#include "runner/cli/nothing.h"
#include "runner/cli/open.h"
#include "runner/cli/order.h"
#include "runner/cli/place.h"
#include "runner/cli/reporting.h"
#include "runner/cli/runs.h"
#include "runner/cli/secrets.h"
#include "runner/journal/mask.h"
#include "runner/journal/writer.h"
#include "runner/model/status.h"
#include "runner/proc/shim.h"
#include "runner/report/report.h"
#include "runner/run/run.h"

struct running {
    struct mp_setup setup;
    struct mp_options *options;
    struct mp_errors *errors;
    struct gh_arena arena;
    struct mp_report_options report_options;
    struct mp_reports *reports;
    struct mp_writer *journal;
    struct mp_mask *mask;
    struct mp_known_filter known;
    struct mp_run_options run;
    struct mp_buf repeat, command_line;
    const char *artifacts; /* the folder of all runs */
    const char *name;      /* of the run's folder in it */
    bool is_latest;
};

/* --- names and folders of the run --- */

/* Names only: nothing is made before it is clear that there is a run. */
static void name_run(struct running *running)
{
    struct gh_arena *arena = &running->arena;
    uint32_t number = mp_runs_random();
    char *folder =
        mp_runs_folder(running->options, running->setup.config.folder);
    running->artifacts = gh_arena_copy(arena, gh_str_of(folder));
    gh_free(folder);
    running->run.run_id = mp_runs_new_id(number, arena);
    running->name = running->setup.plan.part.total
                        ? mp_shards_name(&running->setup.plan.part,
                                         running->artifacts, arena)
                        : running->run.run_id;
    running->run.artifact_root =
        gh_arena_format(arena, "%s/%s", running->artifacts, running->name);
    running->run.shared_root = gh_arena_format(
        arena, "%s/mprun-%08x", mp_place_temporary(running->errors), number);
    running->run.ipc_prefix = gh_arena_format(arena, "mp%08x", number);
}

/* --- reports --- */

static bool open_reports(struct running *running)
{
    running->report_options = mp_reporting_options(running->options);
    if (running->options->keep)
        running->report_options.kept = running->run.shared_root;
    if (!mp_open_check(running->options, running->errors))
        return false;
    running->reports =
        mp_reports_create(&running->report_options, running->errors);
    return running->reports;
}

static void on_tick(void *self, double now_ms)
{
    mp_reports_tick(self, now_ms);
}

/* Shards agree on a seed without a word: it is made of their plan. */
static uint64_t own_seed(const struct mp_plan *plan)
{
    return plan->part.total ? plan->part.digest >> 32 : mp_runs_random();
}

static bool expects(void *self, const struct mp_case *source,
                    enum mp_status status, const char *cause)
{
    return mp_known_expects(self, source, status, cause);
}

static void fill_options(struct running *running)
{
    const struct mp_options *options = running->options;
    const struct mp_config *config = &running->setup.config;
    struct mp_run_options *run = &running->run;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    mp_setup_command_line(options, &running->command_line);
    run->plan = &running->setup.plan;
    run->version = MP_VERSION;
    run->os = mp_place_os(&running->arena);
    run->command_line = mp_buf_text(&running->command_line);
    mp_options_repeat(options, &running->repeat);
    run->repeat = mp_buf_text(&running->repeat);
    run->libraries = mp_head_libraries(&running->arena);
    run->machine = mp_head_machine(&running->arena);
    run->series = running->setup.shard.series;
    run->went_past = running->setup.went_past;
    run->seed = options->has_seed ? options->seed : own_seed(run->plan);
    run->order = mp_order_make(options->order, run->plan->case_count, run->seed,
                               &running->arena);
    run->work_dir = config->folder;
    run->jobs = options->jobs > 0 ? (size_t)options->jobs
                                  : (size_t)(processors > 0 ? processors : 1);
    run->run_timeout_ms = options->run_timeout_ms >= 0 ? options->run_timeout_ms
                                                       : config->run_timeout_ms;
    if (run->debug) { /* a person thinks as long as it takes, of one case */
        run->jobs = 1;
        run->run_timeout_ms = 0;
    }
    run->stop_timeout_ms = config->stop_timeout_ms;
    run->hook_timeout_ms = run->debug ? 0 : config->step_timeout_ms;
    run->max_failures = (size_t)options->max_failures;
    run->max_processes = (size_t)options->max_processes;
    run->definitions = mp_reports_want_definitions(running->reports);
    run->expects_self = &running->known;
    run->expects = options->baseline ? expects : NULL;
    run->strict = options->strict;
    run->strict_protocol = options->strict_protocol;
    run->trace_protocol = options->trace_protocol;
    run->keep = options->keep;
    mp_setup_defines(options, &running->arena, run);
    run->tick_self = running->reports;
    run->on_tick = run->debug ? NULL : on_tick; /* what is slow, waits */
}

/* --- the command --- */

/* -v: what the run works with, before it begins. */
static void tell_setup(const struct running *running)
{
    const struct mp_run_options *run = &running->run;
    const struct mp_config *config = &running->setup.config;
    fprintf(stderr,
            "mprun: %s, %zu cases at once, seed %llu\n"
            "mprun: run folder %s, shared folder %s\n",
            config->path, run->jobs, (unsigned long long)run->seed,
            run->artifact_root, run->shared_root);
    for (size_t i = 0; i < config->platform_count; i++) {
        const struct mp_platform *platform = &config->platforms[i];
        char *program = mp_shim_find_program(platform->argv[0], platform->cwd);
        fprintf(stderr, "mprun: platform %s: %s, in %s%s%s\n", platform->name,
                program ? program : platform->argv[0], platform->cwd,
                platform->unavailable ? "; not available: " : "",
                platform->unavailable ? platform->unavailable : "");
        gh_free(program);
    }
}

static void on_late_signal(int number)
{
    (void)number;
}

/* All has been played: the first signal leaves the reports their time, the
 * second ends mprun as ever. */
static void let_reports_finish(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_late_signal,
                               .sa_flags = SA_RESETHAND | SA_RESTART};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        struct sigaction before;
        if (!sigaction(numbers[i], NULL, &before) &&
            before.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
    }
}

/* A run that could not begin leaves the last one its place. */
static void on_written(void *self, const struct mp_record *record)
{
    struct running *running = self;
    (void)record;
    if (running->is_latest || !mp_writer_has_begun(running->journal))
        return;
    running->is_latest = true;
    mp_runs_point_latest(running->artifacts, running->name);
}

static int play(struct running *running)
{
    struct mp_run_outcome outcome;
    struct mp_listener listeners[] = {mp_reports_listener(running->reports),
                                      mp_writer_listener(running->journal),
                                      {running, on_written}};
    struct mp_listener masked = mp_mask_listener(running->mask, listeners, 3);
    struct mp_listener first = mp_known_listener(&running->known, masked);
    running->run.listeners = &first;
    running->run.listener_count = 1;
    if (running->options->verbose)
        tell_setup(running);
    /* Not to stdout, where a report for programs may go. */
    if (running->options->order == MP_ORDER_RANDOM)
        fprintf(stderr, "mprun: random order; --order random:%llu repeats it\n",
                (unsigned long long)running->run.seed);
    if (!mp_run(&running->run, &outcome, running->errors))
        return MP_EXIT_INFRASTRUCTURE;
    let_reports_finish();
    if (mp_setup_is_whole(running->options))
        mp_known_tell_unmet(&running->known, running->errors);
    bool written = mp_reports_finish(running->reports);
    if (written)
        mp_open_show(running->options);
    written = mp_writer_finish(running->journal) && written;
    if (outcome.log_error)
        fprintf(stderr,
                "mprun: %s: not all that servers wrote could be kept: %s\n",
                running->run.artifact_root, strerror(outcome.log_error));
    struct mp_tally tally = *mp_reports_tally(running->reports);
    tally.signal = outcome.signal;
    tally.report_failed = tally.report_failed || !written || outcome.log_error;
    return mp_tally_exit(&tally);
}

/* What the user can mend is found before anything starts: first the plan and
 * the reports, then, with it, the platforms. False: errors were added. */
static bool prepare(struct running *running)
{
    struct mp_setup *setup = &running->setup;
    if (!mp_place_tier(&running->run.best_tier, running->errors) ||
        !mp_setup_config(setup) ||
        !mp_known_load(&running->known, running->options, running->errors))
        return false;
    mp_cli_print_errors(running->errors); /* warnings */
    mp_available_require_names(setup);
    if (!mp_setup_plan(setup) ||
        !mp_debug_read(setup, &running->arena, &running->run))
        return false;
    name_run(running);
    if (!open_reports(running))
        return false;
    return mp_available_settle(setup, running->run.program, &running->arena);
}

/* False: that is all. Who allows an empty run and names reports gets them, or
 * those of an earlier run would be taken for its own. */
static bool goes_on_empty(struct running *running, int *status)
{
    *status = MP_EXIT_USAGE;
    if (running->setup.went_past)
        return false;
    *status = mp_nothing_tell(&running->setup);
    return *status == MP_EXIT_OK && running->options->formats.count;
}

static int prepare_and_play(struct running *running)
{
    int status;
    struct mp_setup *setup = &running->setup;
    running->run.program = mp_place_program(&running->arena);
    if (!prepare(running))
        return MP_EXIT_USAGE;
    mp_cli_print_errors(running->errors); /* warnings, and what we go past */
    if (!mp_shards_tell_engine(&setup->shard, running->errors))
        return MP_EXIT_USAGE;
    if (!setup->plan.case_count && !mp_nothing_of_shard(&setup->plan) &&
        !goes_on_empty(running, &status))
        return status;
    running->journal =
        mp_runs_make(running->artifacts, running->name, running->errors);
    if (!running->journal)
        return MP_EXIT_USAGE;
    fill_options(running);
    running->mask =
        mp_secrets_mask(&setup->config, running->run.defines,
                        running->run.define_count, running->run.run_id);
    running->run.mask = running->mask;
    running->run.config = mp_head_config(&running->setup, &running->run,
                                         running->mask, &running->arena);
    return play(running);
}

int mp_cmd_run(struct mp_options *options, struct mp_errors *errors)
{
    struct running running = {.setup = {.options = options, .errors = errors},
                              .options = options,
                              .errors = errors};
    int status;
    if (mp_reporting_lists(options, &status))
        return status;
    status = prepare_and_play(&running);
    mp_reports_destroy(running.reports);
    mp_writer_destroy(running.journal);
    mp_mask_destroy(running.mask);
    mp_known_finish(&running.known);
    mp_buf_finish(&running.repeat);
    mp_buf_finish(&running.command_line);
    mp_setup_finish(&running.setup);
    gh_arena_finish(&running.arena);
    return status;
}
