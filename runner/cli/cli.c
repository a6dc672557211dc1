#include "runner/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner/cli/help.h"
#include "runner/cli/man.h"
#include "runner/model/status.h"
#include "runner/proc/contain.h"
#include "runner/proc/shim.h"
#include "runner/proc/watchdog.h"

void mp_cli_print_errors(struct mp_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        fprintf(stderr, "%s\n", errors->list[i].text);
    mp_errors_finish(errors);
}

void mp_cli_print_notes(const struct mp_buf *text)
{
    fputs(mp_buf_text(text), stderr);
}

bool mp_cli_print(const struct mp_buf *text)
{
    bool ok = fwrite(mp_buf_text(text), 1, text->len, stdout) == text->len;
    ok = !fflush(stdout) && ok;
    if (!ok)
        fprintf(stderr, "mprun: standard output: %s\n", strerror(errno));
    return ok;
}

static int print_help(const struct mp_options *options,
                      struct mp_errors *errors)
{
    struct mp_buf text = {0};
    int status = MP_EXIT_OK;
    if (options->help_topic) {
        if (!mp_help_topic(options->help_topic, options->man, &text, errors))
            status = MP_EXIT_USAGE;
    } else {
        bool named = options->command != MP_COMMAND_RUN ||
                     !strcmp(options->words[0], "run");
        if (options->man)
            mp_man_overview(&text);
        else
            mp_help_command(named ? options->command : MP_COMMAND_HELP, &text);
    }
    if (!mp_cli_print(&text))
        status = MP_EXIT_REPORT;
    mp_buf_finish(&text);
    return status;
}

static int print_version(void)
{
    struct mp_buf text = {0};
    mp_buf_append_text(&text, "mprun " MP_VERSION "\n");
    int status = mp_cli_print(&text) ? MP_EXIT_OK : MP_EXIT_REPORT;
    mp_buf_finish(&text);
    return status;
}

static int dispatch(struct mp_options *options, struct mp_errors *errors)
{
    if (options->help || options->command == MP_COMMAND_HELP)
        return print_help(options, errors);
    if (options->version || options->command == MP_COMMAND_VERSION)
        return print_version();
    switch (options->command) {
    case MP_COMMAND_PARSE:
        return mp_cmd_parse(options, errors);
    case MP_COMMAND_FORMAT:
        return mp_cmd_format(options, errors);
    case MP_COMMAND_LINT:
        return mp_cmd_lint(options, errors);
    case MP_COMMAND_PLAN:
        return mp_cmd_plan(options, errors);
    case MP_COMMAND_STEPS:
        return mp_cmd_steps(options, errors);
    case MP_COMMAND_COMPLETION:
        return mp_cmd_completion(options, errors);
    case MP_COMMAND_INIT:
        return mp_cmd_init(options, errors);
    case MP_COMMAND_REPORT:
        return mp_cmd_report(options, errors);
    case MP_COMMAND_MERGE:
        return mp_cmd_merge(options, errors);
    case MP_COMMAND_DIFF:
        return mp_cmd_diff(options, errors);
    case MP_COMMAND_CONFORMANCE:
        return mp_cmd_conformance(options, errors);
    case MP_COMMAND_RUN:
    case MP_COMMAND_HELP:
    case MP_COMMAND_VERSION:
        break;
    }
    if (options->dry_run || options->list || options->json)
        return mp_cmd_plan(options, errors);
    return mp_cmd_run(options, errors);
}

int mp_cli_main(int argc, char **argv)
{
    if (argc > 1 && (!strcmp(argv[1], MP_SHIM_WORD) ||
                     !strcmp(argv[1], MP_SHIM_TRACEABLE_WORD)))
        return mp_shim_main(argc, argv);
    mp_contain_prepare_process();
    if (argc > 1 && !strcmp(argv[1], MP_WATCHDOG_WORD))
        return mp_watchdog_main(argc, argv);
    struct mp_options options;
    struct mp_errors errors = {0};
    int status = MP_EXIT_USAGE;
    if (mp_options_parse(argv + (argc > 0), environ, &options, &errors))
        status = dispatch(&options, &errors);
    mp_cli_print_errors(&errors);
    mp_options_finish(&options);
    return status;
}
