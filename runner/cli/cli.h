/*
 * The program: from argv to exit status. The only place that prints errors,
 * and that wires the layers together.
 *
 * setup.c makes what several commands need (configuration, plan); each
 * command has a file cmd_<name>.c. Exit statuses: docs/exit-statuses.md.
 */
#ifndef RUNNER_CLI_CLI_H
#define RUNNER_CLI_CLI_H

#include "runner/base/errors.h"
#include "runner/cli/last_failed.h"
#include "runner/cli/options.h"
#include "runner/cli/shards.h"
#include "runner/config/config.h"
#include "runner/model/plan.h"

struct mp_run_options;

#define MP_VERSION "0.1.0"

int mp_cli_main(int argc, char **argv);

/* Prints errors and warnings that were not printed yet to stderr. */
void mp_cli_print_errors(struct mp_errors *errors);
/* Writes the text to stderr. */
void mp_cli_print_notes(const struct mp_buf *text);
/* Writes the text to stdout; false: it could not be written, told on stderr. */
bool mp_cli_print(const struct mp_buf *text);

/* What run and plan work on. */
struct mp_setup {
    struct mp_options *options;
    struct mp_errors *errors;
    struct mp_config config;
    struct mp_plan plan;
    struct mp_last_failed failed;
    struct mp_shard_choice shard;
    bool planned;   /* plan may be used */
    bool went_past; /* --keep-going went past errors */
};

/* Finds and loads the configuration and applies the profile. False: errors
 * were added. Finish either way. */
bool mp_setup_config(struct mp_setup *setup);
/* Makes the plan. False: errors were added that nothing goes past. */
bool mp_setup_plan(struct mp_setup *setup);
/* Nothing narrows the cases down: what is not there is nowhere. */
bool mp_setup_is_whole(const struct mp_options *options);
/* The same, but PATHs may be there, if all the config's features are in them.
 */
bool mp_setup_is_covered(const struct mp_setup *setup);
void mp_setup_finish(struct mp_setup *setup);

/* --define, as a run hands them to servers; in the arena. */
void mp_setup_defines(const struct mp_options *options, struct gh_arena *arena,
                      struct mp_run_options *run);

/* argv joined, each word quoted for a shell. */
void mp_setup_command_line(const struct mp_options *options,
                           struct mp_buf *out);

int mp_cmd_run(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_plan(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_steps(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_completion(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_init(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_parse(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_lint(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_report(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_merge(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_diff(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_conformance(struct mp_options *options, struct mp_errors *errors);
int mp_cmd_format(struct mp_options *options, struct mp_errors *errors);

#endif
