#include <string.h>

#include "runner/cli/complete.h"

static const char head[] =
    "#compdef mprun\n"
    "# Completion of mprun for zsh, made by `mprun completion zsh`.\n"
    "\n"
    "_mprun_ask()\n"
    "{\n"
    "    local -a names\n"
    "    names=(${(f)\"$($mprun completion $1 2>/dev/null)\"})\n"
    "    _values -s , $1 $names\n"
    "}\n"
    "\n"
    "_mprun_runs()\n"
    "{\n"
    "    local -a runs\n"
    "    runs=(.mprun/runs/*(/N:t))\n"
    "    compadd -a runs\n"
    "    _files\n"
    "}\n"
    "\n";

/* In single quotes, and within a description. */
static void append_quoted(struct mp_buf *out, const char *text,
                          const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'') {
            mp_buf_append_text(out, "'\\''");
            continue;
        }
        if (strchr(escaped, *text))
            mp_buf_append_char(out, '\\');
        mp_buf_append_char(out, *text);
    }
}

static void append_action(struct mp_buf *out, enum mp_complete_kind kind,
                          const char *text)
{
    switch (kind) {
    case MP_COMPLETE_NOTHING:
        mp_buf_append_char(out, ' ');
        break;
    case MP_COMPLETE_FILE:
        mp_buf_append_text(out, "_files");
        break;
    case MP_COMPLETE_FOLDER:
        mp_buf_append_text(out, "_files -/");
        break;
    case MP_COMPLETE_WORDS:
        mp_buf_append_char(out, '(');
        append_quoted(out, text, ":");
        mp_buf_append_char(out, ')');
        break;
    case MP_COMPLETE_RUN:
        mp_buf_append_text(out, "_mprun_runs");
        break;
    case MP_COMPLETE_ASK:
        mp_buf_format(out, "{_mprun_ask %s}", text);
        break;
    }
}

/* '*'{-t,--tags}'[what]:EXPR:action' */
static void append_option(struct mp_buf *out, const struct mp_option *option)
{
    struct mp_buf text = {0};
    bool takes = mp_complete_takes_word(option);
    mp_buf_append_text(out, "            '*'");
    if (option->letter)
        mp_buf_format(out, "{-%c,--%s%s}", option->letter, option->name,
                      takes ? "=" : "");
    else
        mp_buf_format(out, "--%s%s", option->name,
                      takes              ? "="
                      : option->argument ? "=-"
                                         : "");
    mp_buf_append_text(out, "'[");
    append_quoted(out, option->help, "[]:\\");
    mp_buf_append_char(out, ']');
    if (option->argument) {
        mp_buf_append_text(out, takes ? ":" : "::");
        append_quoted(out, option->argument, "[]:\\");
        mp_buf_append_char(out, ':');
        enum mp_complete_kind kind = mp_complete_value(option, &text);
        append_action(out, kind, mp_buf_text(&text));
    }
    mp_buf_append_text(out, "' \\\n");
    mp_buf_finish(&text);
}

static void append_command(struct mp_buf *out,
                           const struct mp_command_info *info)
{
    const struct mp_option *option = mp_options_table;
    struct mp_buf text = {0};
    mp_buf_format(out, "    %s)\n        _arguments -s -S \\\n", info->name);
    for (; option->name; option++) {
        if (option->commands & info->command)
            append_option(out, option);
    }
    mp_buf_append_text(out, "            '*:: :->words'\n        ;;\n");
    mp_buf_finish(&text);
}

static void append_words(struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    mp_buf_append_text(out, "    [[ $state == words ]] || return\n"
                            "    if [[ -z $named ]]; then\n"
                            "        _describe -t commands command commands\n"
                            "        _files\n        return\n    fi\n"
                            "    case $command in\n");
    for (; info->name; info++) {
        struct mp_buf text = {0}, action = {0};
        enum mp_complete_kind kind = mp_complete_word(info->command, &text);
        mp_buf_format(out, "    %s) ", info->name);
        if (kind == MP_COMPLETE_WORDS)
            mp_buf_format(out, "compadd %s", mp_buf_text(&text));
        else if (kind != MP_COMPLETE_NOTHING)
            append_action(&action, kind, mp_buf_text(&text));
        mp_buf_format(out, "%s ;;\n", mp_buf_text(&action));
        mp_buf_finish(&text);
        mp_buf_finish(&action);
    }
    mp_buf_append_text(out, "    esac\n}\n\n_mprun \"$@\"\n");
}

void mp_complete_zsh(struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    mp_buf_append_text(out, head);
    mp_buf_append_text(out,
                       "_mprun()\n{\n"
                       "    local mprun=$words[1] command=run named= state i\n"
                       "    local -a commands\n    commands=(\n");
    for (; info->name; info++) {
        mp_buf_format(out, "        '%s:", info->name);
        append_quoted(out, info->summary, ":\\");
        mp_buf_append_text(out, "'\n");
    }
    mp_buf_append_text(out,
                       "    )\n"
                       "    for ((i = 2; i < CURRENT; i++)); do\n"
                       "        if (( ${commands[(I)$words[i]:*]} )); then\n"
                       "            command=$words[i] named=1\n"
                       "            words[i]=()\n"
                       "            ((CURRENT--))\n"
                       "            break\n"
                       "        fi\n"
                       "    done\n"
                       "    case $command in\n");
    for (info = mp_options_command_table; info->name; info++)
        append_command(out, info);
    mp_buf_append_text(out, "    esac\n");
    append_words(out);
}
