#include "runner/cli/man.h"

#include <string.h>

#include "runner/cli/cli.h"

static const char statuses[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\nEvery case passed or was skipped; other commands did their "
    "work.\n"
    ".TP\n.B 1\nSome case did not pass; other commands found something "
    "wrong.\n"
    ".TP\n.B 2\nUsage, configuration, feature or plan error; nothing was "
    "started.\n"
    ".TP\n.B 3\nA report or log could not be written.\n"
    ".TP\n.B 4\nNothing was selected.\n"
    ".TP\n.B 5\nNothing worse than platform servers that did not start.\n"
    ".TP\n.B 128 + n\nSignal n ended the run.\n";

static const char files[] =
    ".SH FILES\n"
    ".TP\n.I mprun.yaml\nThe configuration, or\n.IR mprun.json ,\n"
    "in the folder of the first path and upwards: how platforms are started.\n"
    ".TP\n.I .mprun/runs\nThe runs that were, each with its journal;\n"
    ".I latest\npoints to the last one.\n";

static const char environment[] =
    ".SH ENVIRONMENT\n"
    ".TP\n.BR MPRUN_CONFIG \", \" MPRUN_PROFILE\nAs\n.B \\-\\-config\nand\n"
    ".BR \\-\\-profile .\n"
    ".TP\n.BR NO_COLOR \", \" FORCE_COLOR\nWhere\n.B \\-\\-color\nis not "
    "given.\n"
    ".TP\n.B MPRUN_CONTAINMENT\nThe best means of containment that may be "
    "used:\ncgroup, subreaper or group.\n"
    ".TP\n.B MPRUN_SDKS\nThe folder of the platform servers, for\n"
    ".BR mprun\\-init (1).\n";

/* Text as it is: no line of it becomes a request. */
static void append_text(struct mp_buf *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        mp_buf_append_text(out, "\\&");
    for (; *text; text++) {
        if (*text == '\\')
            mp_buf_append_text(out, "\\e");
        else if (*text == '-')
            mp_buf_append_text(out, "\\-");
        else if (*text == '\'')
            mp_buf_append_text(out, "\\(aq");
        else if (*text == '`')
            mp_buf_append_text(out, "\\(ga");
        else if (*text == '~')
            mp_buf_append_text(out, "\\(ti");
        else if (*text == '^')
            mp_buf_append_text(out, "\\(ha");
        else
            mp_buf_append_char(out, *text);
    }
}

/* "Prints the version." as `whatis` shows it. */
static void append_phrase(struct mp_buf *out, const char *sentence)
{
    struct mp_buf phrase = {0};
    mp_buf_append_text(&phrase, sentence);
    if (phrase.len && phrase.data[phrase.len - 1] == '.')
        phrase.data[--phrase.len] = '\0';
    if (phrase.len && *phrase.data >= 'A' && *phrase.data <= 'Z')
        *phrase.data = (char)(*phrase.data - 'A' + 'a');
    append_text(out, mp_buf_text(&phrase));
    mp_buf_finish(&phrase);
}

static void append_head(struct mp_buf *out, const char *command,
                        const char *summary)
{
    struct mp_buf name = {0};
    mp_buf_format(&name, "mprun%s%s", command ? "-" : "",
                  command ? command : "");
    mp_buf_append_text(out, ".\\\" Made by mprun help \\-\\-man.\n.TH ");
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        mp_buf_append_char(out, (char)(c >= 'a' && c <= 'z' ? c - 32 : c));
    }
    mp_buf_format(out, " 1 \"\" \"mprun %s\" \"User Commands\"\n", MP_VERSION);
    mp_buf_append_text(out, ".SH NAME\n");
    append_text(out, name.data);
    mp_buf_append_text(out, " \\- ");
    append_phrase(out, summary);
    mp_buf_append_char(out, '\n');
    mp_buf_finish(&name);
}

/* .BR \-t ", " \-\-tags " " \fIEXPR\fR */
static void append_option(struct mp_buf *out, const struct mp_option *option)
{
    mp_buf_append_text(out, ".TP\n");
    if (option->letter)
        mp_buf_format(out, "\\fB\\-%c\\fR, ", option->letter);
    mp_buf_append_text(out, "\\fB\\-\\-");
    append_text(out, option->name);
    mp_buf_append_text(out, "\\fR");
    if (option->argument) {
        const char *argument = option->argument;
        mp_buf_append_text(out, *argument == '[' ? "" : " ");
        mp_buf_append_text(out, "\\fI");
        append_text(out, argument);
        mp_buf_append_text(out, "\\fR");
    }
    mp_buf_append_char(out, '\n');
    append_text(out, option->help);
    mp_buf_append_char(out, '\n');
}

static void append_options(struct mp_buf *out, enum mp_command command)
{
    const char *group = "";
    mp_buf_append_text(out, ".SH OPTIONS\n");
    for (const struct mp_option *o = mp_options_table; o->name; o++) {
        if (!(o->commands & command))
            continue;
        if (strcmp(group, o->group) != 0)
            mp_buf_format(out, ".SS %s\n", *o->group ? o->group : "Other");
        group = o->group;
        append_option(out, o);
    }
}

static void append_example(struct mp_buf *out, const char *example)
{
    mp_buf_append_text(out, ".SH EXAMPLE\n.EX\n");
    append_text(out, example);
    mp_buf_append_text(out, "\n.EE\n");
}

void mp_man_command(const struct mp_command_info *info, struct mp_buf *out)
{
    append_head(out, info->name, info->summary);
    mp_buf_format(out, ".SH SYNOPSIS\n.B mprun %s\n", info->name);
    mp_buf_append_text(out, "[\\fIOPTION\\fR]...\n");
    if (*info->arguments) {
        append_text(out, info->arguments);
        mp_buf_append_char(out, '\n');
    }
    append_options(out, info->command);
    append_example(out, info->example);
    mp_buf_append_text(out, ".SH SEE ALSO\n.BR mprun (1)\n");
}

static void append_commands(struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    mp_buf_append_text(out, ".SH COMMANDS\n");
    for (; info->name; info++) {
        mp_buf_append_text(out, ".TP\n.BR mprun\\-");
        append_text(out, info->name);
        mp_buf_append_text(out, " (1)\n");
        append_text(out, info->summary);
        mp_buf_append_char(out, '\n');
    }
}

void mp_man_overview(struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    append_head(out, NULL,
                "play Gherkin scenarios on several processes and platforms");
    mp_buf_append_text(
        out, ".SH SYNOPSIS\n.B mprun\n[\\fICOMMAND\\fR] [\\fIOPTION\\fR]... "
             "[\\fIPATH\\fR]...\n"
             ".SH DESCRIPTION\n"
             "mprun plays Gherkin scenarios on several processes at once, on "
             "every\ncombination of the platforms that can play them, and "
             "reports each case.\n"
             "Without a command it is\n.BR \"mprun run\" .\n");
    append_commands(out);
    mp_buf_append_text(out, statuses);
    mp_buf_append_text(out, files);
    mp_buf_append_text(out, environment);
    append_example(out, info->example);
}
