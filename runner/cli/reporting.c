#include "runner/cli/reporting.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int terminal_width(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

/* Marks that the terminal would show as something else. A name without a
 * charset tells nothing: it is UTF-8 nearly everywhere. */
static bool is_ascii_only(void)
{
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = NULL;
    size_t at = 0;
    while (at < 3 && (!locale || !*locale))
        locale = getenv(names[at++]);
    if (!locale || !*locale)
        return false;
    const char *charset = strchr(locale, '.');
    if (charset)
        return strncasecmp(charset, ".utf8", 5) != 0 &&
               strncasecmp(charset, ".utf-8", 6) != 0;
    /* LANG=C is what containers have that show UTF-8 all the same. */
    return at == 1 && (!strcmp(locale, "C") || !strcmp(locale, "POSIX"));
}

/* One on which a line can be written anew. */
static bool is_terminal(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDOUT_FILENO) && !(kind && !strcmp(kind, "dumb"));
}

struct mp_report_options mp_reporting_options(const struct mp_options *options)
{
    bool terminal = is_terminal();
    const char *summary = getenv("GITHUB_STEP_SUMMARY");
    return (struct mp_report_options){
        .formats = options->formats.list,
        .format_count = options->formats.count,
        .console_fd = STDOUT_FILENO,
        .is_terminal = terminal && !options->debug, /* or it hides prompts */
        .colour = mp_options_color(options, terminal),
        .ascii = is_ascii_only(),
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
