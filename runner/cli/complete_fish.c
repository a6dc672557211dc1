#include <string.h>

#include "runner/cli/complete.h"

static const char head[] =
    "# Completion of mprun for fish, made by `mprun completion fish`.\n"
    "\n"
    "function __mprun_command\n"
    "    for word in (commandline -opc)[2..]\n"
    "        if contains -- $word $__mprun_commands\n"
    "            echo $word\n"
    "            return\n"
    "        end\n"
    "    end\n"
    "end\n"
    "\n"
    "function __mprun_is\n"
    "    set -l command (__mprun_command)\n"
    "    test -n \"$command\"; or set command run\n"
    "    contains -- $command $argv\n"
    "end\n"
    "\n"
    "function __mprun_runs\n"
    "    for run in .mprun/runs/*/\n"
    "        path basename $run\n"
    "    end\n"
    "end\n"
    "\n";

static void append_quoted(struct mp_buf *out, const char *text)
{
    mp_buf_append_char(out, '\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            mp_buf_append_char(out, '\\');
        mp_buf_append_char(out, *text);
    }
    mp_buf_append_char(out, '\'');
}

static void append_kind(struct mp_buf *out, enum mp_complete_kind kind,
                        const char *text)
{
    switch (kind) {
    case MP_COMPLETE_NOTHING:
        mp_buf_append_text(out, " -x");
        break;
    case MP_COMPLETE_FILE:
        mp_buf_append_text(out, " -r -F");
        break;
    case MP_COMPLETE_FOLDER:
        mp_buf_append_text(out, " -x -a '(__fish_complete_directories)'");
        break;
    case MP_COMPLETE_WORDS:
        mp_buf_append_text(out, " -x -a ");
        append_quoted(out, text);
        break;
    case MP_COMPLETE_RUN:
        mp_buf_append_text(out, " -r -F -a '(__mprun_runs)'");
        break;
    case MP_COMPLETE_ASK:
        mp_buf_format(out, " -x -a '(mprun completion %s 2>/dev/null)'", text);
        break;
    }
}

static void append_commands(struct mp_buf *out, unsigned commands)
{
    const struct mp_command_info *info = mp_options_command_table;
    mp_buf_append_text(out, " -n '__mprun_is");
    for (; info->name; info++) {
        if (commands & info->command)
            mp_buf_format(out, " %s", info->name);
    }
    mp_buf_append_char(out, '\'');
}

static void append_option(struct mp_buf *out, const struct mp_option *option)
{
    struct mp_buf text = {0};
    mp_buf_append_text(out, "complete -c mprun");
    append_commands(out, option->commands);
    mp_buf_format(out, " -l %s", option->name);
    if (option->letter)
        mp_buf_format(out, " -s %c", option->letter);
    mp_buf_append_text(out, " -d ");
    append_quoted(out, option->help);
    if (mp_complete_takes_word(option)) {
        enum mp_complete_kind kind = mp_complete_value(option, &text);
        append_kind(out, kind, mp_buf_text(&text));
    }
    mp_buf_append_char(out, '\n');
    mp_buf_finish(&text);
}

void mp_complete_fish(struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    const struct mp_option *option = mp_options_table;
    mp_buf_append_text(out, head);
    mp_buf_append_text(out, "set -g __mprun_commands");
    for (; info->name; info++)
        mp_buf_format(out, " %s", info->name);
    mp_buf_append_text(out, "\n\n");
    for (info = mp_options_command_table; info->name; info++) {
        struct mp_buf text = {0};
        enum mp_complete_kind kind = mp_complete_word(info->command, &text);
        mp_buf_format(out,
                      "complete -c mprun -n 'test -z (__mprun_command)' -a %s "
                      "-d ",
                      info->name);
        append_quoted(out, info->summary);
        mp_buf_append_char(out, '\n');
        if (kind != MP_COMPLETE_FILE && info->command != MP_COMMAND_RUN) {
            mp_buf_append_text(out, "complete -c mprun");
            append_commands(out, info->command);
            append_kind(out, kind, mp_buf_text(&text));
            mp_buf_append_char(out, '\n');
        }
        mp_buf_finish(&text);
    }
    for (; option->name; option++)
        append_option(out, option);
}
