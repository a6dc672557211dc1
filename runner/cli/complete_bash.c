#include <string.h>

#include "runner/cli/complete.h"

/* bash splits words at `=`: an option, `=` and its value are three. */
static const char head[] =
    "# Completion of mprun for bash, made by `mprun completion bash`.\n"
    "\n"
    "_mprun_runs()\n"
    "{\n"
    "    local run\n"
    "    for run in .mprun/runs/*/; do\n"
    "        run=${run%/}\n"
    "        [ -d \"$run\" ] && printf '%s\\n' \"${run##*/}\"\n"
    "    done\n"
    "    compgen -f -- \"$1\"\n"
    "}\n"
    "\n"
    "# Names with commas between: the last of them is completed.\n"
    "_mprun_ask()\n"
    "{\n"
    "    local before=\n"
    "    case $2 in *,*) before=${2%,*}, ;; esac\n"
    "    compgen -P \"$before\" -W \"$(\"$mprun\" completion \"$1\" "
    "2>/dev/null)\""
    " -- \"${2##*,}\"\n"
    "}\n"
    "\n"
    "_mprun()\n"
    "{\n"
    "    local mprun=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} before= i\n"
    "    local command= words=\n"
    "    [ \"$COMP_CWORD\" -gt 0 ] && before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    if [ \"$cur\" = = ]; then\n"
    "        cur=\n"
    "    elif [ \"$before\" = = ] && [ \"$COMP_CWORD\" -gt 1 ]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD && ${#command} == 0; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n";

static const char middle[] = "        -*|=) ;;\n"
                             "        *) command=run ;;\n"
                             "        esac\n"
                             "    done\n"
                             "    case ${command:-run}:$before in\n";

static void each_command(struct mp_buf *out, const char *between)
{
    const struct mp_command_info *info = mp_options_command_table;
    for (; info->name; info++)
        mp_buf_format(out, "%s%s",
                      info == mp_options_command_table ? "" : between,
                      info->name);
}

/* "-t|--tags" */
static void append_option(struct mp_buf *out, const struct mp_option *option,
                          const char *before, const char *between)
{
    mp_buf_format(out, "%s--%s", before, option->name);
    if (option->letter)
        mp_buf_format(out, "%s%s-%c", between, before, option->letter);
}

/* Options whose value is the next word: they are stepped over. */
static void append_value_words(struct mp_buf *out)
{
    const struct mp_option *option = mp_options_table;
    bool any = false;
    mp_buf_append_text(out, "        ");
    for (; option->name; option++) {
        if (!mp_complete_takes_word(option))
            continue;
        mp_buf_append_text(out, any ? "|" : "");
        append_option(out, option, "", "|");
        any = true;
    }
    mp_buf_append_text(
        out, ")\n"
             "            [ \"${COMP_WORDS[i + 1]}\" = = ] && i=$((i + "
             "1))\n"
             "            i=$((i + 1))\n"
             "            ;;\n");
}

static void append_reply(struct mp_buf *out, enum mp_complete_kind kind,
                         const char *text)
{
    static const char mapfile[] = "        mapfile -t COMPREPLY < <(";
    switch (kind) {
    case MP_COMPLETE_NOTHING:
        mp_buf_append_text(out, "        compopt +o default 2>/dev/null\n");
        break;
    case MP_COMPLETE_FILE: /* as bash does by default */
        break;
    case MP_COMPLETE_FOLDER:
        mp_buf_format(out, "%scompgen -d -- \"$cur\")\n", mapfile);
        break;
    case MP_COMPLETE_WORDS:
        mp_buf_format(out, "%scompgen -W '%s' -- \"$cur\")\n", mapfile, text);
        break;
    case MP_COMPLETE_RUN:
        mp_buf_format(out,
                      "%scompgen -W \"$(_mprun_runs \"$cur\")\" -- \"$cur\")\n",
                      mapfile);
        break;
    case MP_COMPLETE_ASK:
        mp_buf_format(out, "%s_mprun_ask %s \"$cur\")\n", mapfile, text);
        break;
    }
}

/* Rows of one command come first: another row has their name. */
static void append_values(struct mp_buf *out, bool own)
{
    const struct mp_option *option = mp_options_table;
    for (; option->name; option++) {
        const char *owner = mp_complete_owner(option);
        struct mp_buf text = {0}, before = {0};
        if (!mp_complete_takes_word(option) || own != (owner != NULL))
            continue;
        mp_buf_format(&before, "%s:", owner ? owner : "*");
        mp_buf_append_text(out, "    ");
        append_option(out, option, before.data, "|");
        mp_buf_finish(&before);
        mp_buf_append_text(out, ")\n");
        enum mp_complete_kind kind = mp_complete_value(option, &text);
        append_reply(out, kind, mp_buf_text(&text));
        mp_buf_append_text(out, "        return\n        ;;\n");
        mp_buf_finish(&text);
    }
}

static void append_options(struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    mp_buf_append_text(out, "    esac\n    case $cur in\n    -*)\n"
                            "        case ${command:-run} in\n");
    for (; info->name; info++) {
        const struct mp_option *option = mp_options_table;
        mp_buf_format(out, "        %s) words='", info->name);
        for (; option->name; option++) {
            if (!(option->commands & info->command))
                continue;
            append_option(out, option, "", " ");
            mp_buf_append_char(out, ' ');
        }
        mp_buf_append_text(out, "' ;;\n");
    }
    mp_buf_append_text(out, "        esac\n"
                            "        mapfile -t COMPREPLY < <(compgen -W "
                            "\"$words\" -- \"$cur\")\n"
                            "        return\n        ;;\n    esac\n");
}

static void append_words(struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    mp_buf_append_text(out, "    if [ -z \"$command\" ]; then\n"
                            "        mapfile -t COMPREPLY < <(compgen -W '");
    each_command(out, " ");
    mp_buf_append_text(out, "' -- \"$cur\"\n"
                            "            compgen -f -- \"$cur\")\n"
                            "        compopt -o filenames 2>/dev/null\n"
                            "        return\n    fi\n    case $command in\n");
    for (; info->name; info++) {
        struct mp_buf text = {0};
        enum mp_complete_kind kind = mp_complete_word(info->command, &text);
        mp_buf_format(out, "    %s)\n", info->name);
        append_reply(out, kind, mp_buf_text(&text));
        mp_buf_append_text(out, "        ;;\n");
        mp_buf_finish(&text);
    }
    mp_buf_append_text(out, "    esac\n}\n"
                            "complete -o default -o bashdefault -F _mprun "
                            "mprun\n");
}

void mp_complete_bash(struct mp_buf *out)
{
    mp_buf_append_text(out, head);
    mp_buf_append_text(out, "        ");
    each_command(out, "|");
    mp_buf_append_text(out, ") command=${COMP_WORDS[i]} ;;\n");
    append_value_words(out);
    mp_buf_append_text(out, middle);
    append_values(out, true);
    append_values(out, false);
    append_options(out);
    append_words(out);
}
