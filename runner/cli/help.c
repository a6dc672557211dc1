#include "runner/cli/help.h"

#include <string.h>

#include "runner/base/text.h"
#include "runner/cli/man.h"
#include "runner/cli/values.h"

#define GROUP_WIDTH  8
#define OPTION_WIDTH 29
#define MOST_WORDS   16

static const char overview_head[] =
    "mprun plays Gherkin scenarios on several processes at once, on every\n"
    "combination of the platforms that can play them, and reports each case.\n"
    "\n"
    "  mprun [run] [OPTION]... [PATH]...    mprun COMMAND --help tells more\n"
    "\n"
    "Commands\n";

static const char overview_tail[] =
    "\n"
    "Examples\n"
    "  mprun features/                      every scenario, every combination\n"
    "  mprun features/ipc.feature:12        the scenario at this line\n"
    "  mprun -t '@ipc and not @slow' -j4    by tags, four cases at a time\n"
    "  mprun plan features/                 what would run and why\n"
    "\n"
    "Needs a mprun.yaml that says how platforms are started: docs/config.md.\n"
    "Start with docs/tutorial.md; all options: docs/cli.md.\n"
    "Exit status: 0 all passed, 1 some did not, 2 usage, config or feature\n"
    "error, 3 report not written, 4 nothing selected, 5 nothing could start.\n";

static void pad(struct mp_buf *out, size_t start, size_t width)
{
    while (out->len - start < width)
        mp_buf_append_char(out, ' ');
}

static void one_option(struct mp_buf *out, const struct mp_option *option,
                       const char *group)
{
    size_t start = out->len;
    mp_buf_append_text(out, group);
    pad(out, start, GROUP_WIDTH);
    if (option->letter)
        mp_buf_format(out, "-%c, ", option->letter);
    else
        mp_buf_append_text(out, "    ");
    bool apart = option->argument && !mp_values_is_optional(option);
    mp_buf_format(out, "--%s%s%s", option->name, apart ? " " : "",
                  option->argument ? option->argument : "");
    pad(out, start, GROUP_WIDTH + OPTION_WIDTH);
    mp_buf_format(out, "  %s\n", option->help);
}

static void options_of(struct mp_buf *out, enum mp_command command)
{
    const char *group = "";
    for (const struct mp_option *o = mp_options_table; o->name; o++) {
        if (!(o->commands & command))
            continue;
        one_option(out, o, strcmp(group, o->group) ? o->group : "");
        group = o->group;
    }
}

void mp_help_overview(struct mp_buf *out)
{
    mp_buf_append_text(out, overview_head);
    for (const struct mp_command_info *info = mp_options_command_table;
         info->name; info++)
        mp_buf_format(out, "  %-12s%s\n", info->name, info->summary);
    mp_buf_append_text(out, overview_tail);
}

void mp_help_command(enum mp_command command, struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    while (info->name && info->command != command)
        info++;
    if (!info->name || command == MP_COMMAND_HELP) {
        mp_help_overview(out);
        return;
    }
    mp_buf_format(out, "mprun %s [OPTION]...%s%s\n%s\n", info->name,
                  *info->arguments ? " " : "", info->arguments, info->summary);
    options_of(out, command);
    mp_buf_format(out, "Example: %s\nMore: docs/cli.md\n", info->example);
}

bool mp_help_topic(const char *word, bool man, struct mp_buf *out,
                   struct mp_errors *errors)
{
    const char *names[MOST_WORDS];
    size_t count = 0;
    for (const struct mp_command_info *info = mp_options_command_table;
         info->name && count < MOST_WORDS; info++) {
        if (!strcmp(info->name, word)) {
            if (man)
                mp_man_command(info, out);
            else
                mp_help_command(info->command, out);
            return true;
        }
        names[count++] = info->name;
    }
    const char *nearest = mp_nearest(word, names, count);
    if (nearest)
        mp_errors_add(errors,
                      "mprun: unknown command '%s', did you mean '%s'? "
                      "(mprun --help)",
                      word, nearest);
    else
        mp_errors_add(errors, "mprun: unknown command '%s' (mprun --help)",
                      word);
    return false;
}
