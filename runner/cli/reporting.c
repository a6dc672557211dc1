#include "runner/cli/reporting.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int terminal_width(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

struct mp_report_options mp_reporting_options(const struct mp_options *options)
{
    bool terminal = isatty(STDOUT_FILENO);
    const char *charset = getenv("LC_ALL");
    const char *summary = getenv("GITHUB_STEP_SUMMARY");
    return (struct mp_report_options){
        .formats = options->formats.list,
        .format_count = options->formats.count,
        .console_fd = STDOUT_FILENO,
        .is_terminal = terminal && !options->debug, /* or it hides prompts */
        .colour = mp_options_color(options, terminal),
        .ascii =
            charset && (!strcmp(charset, "C") || !strcmp(charset, "POSIX")),
        .width = terminal_width(STDOUT_FILENO),
        .quiet = options->quiet,
        .strict = options->strict,
        .verbose = options->verbose,
        .live_output = options->live_output,
        .job_summary = summary && *summary ? summary : NULL,
        .workspace = getenv("GITHUB_WORKSPACE")};
}

bool mp_reporting_lists(const struct mp_options *options, int *status)
{
    for (size_t i = 0; i < options->formats.count; i++) {
        if (strcmp(options->formats.list[i], "help") != 0)
            continue;
        struct mp_buf text = {0};
        mp_reports_list(&text);
        *status = mp_cli_print(&text) ? MP_EXIT_OK : MP_EXIT_REPORT;
        mp_buf_finish(&text);
        return true;
    }
    return false;
}
