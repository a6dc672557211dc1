#include "runner/cli/complete.h"

#include <string.h>

#include "runner/cli/values.h"
#include "runner/report/report.h"

/* By what the help calls the value. */
static const struct {
    const char *argument;
    enum mp_complete_kind kind;
    const char *text;
} value_table[] = {
    {"FILE", MP_COMPLETE_FILE, NULL},
    {"DIR", MP_COMPLETE_FOLDER, NULL},
    {"RUN", MP_COMPLETE_RUN, NULL},
    {"ORDER", MP_COMPLETE_WORDS, "defined reverse random"},
    {"M/N|HOW:M/N|auto", MP_COMPLETE_WORDS, "auto slice: hash:"},
    {"P[,P]", MP_COMPLETE_ASK, "platforms"},
};

static void append_formats(struct mp_buf *out)
{
    struct mp_buf list = {0};
    mp_reports_list(&list);
    for (const char *line = mp_buf_text(&list); *line;
         line += strcspn(line, "\n") + 1) {
        mp_buf_format(out, "%s%.*s", out->len ? " " : "",
                      (int)strcspn(line, " "), line);
    }
    mp_buf_finish(&list);
}

static void append_words(const char *const *words, struct mp_buf *out)
{
    for (size_t i = 0; words[i]; i++)
        mp_buf_format(out, "%s%s", i ? " " : "", words[i]);
}

enum mp_complete_kind mp_complete_value(const struct mp_option *option,
                                        struct mp_buf *out)
{
    if (option->words) {
        append_words(option->words, out);
        return MP_COMPLETE_WORDS;
    }
    if (!strcmp(option->name, "format")) {
        append_formats(out);
        return MP_COMPLETE_WORDS;
    }
    bool of_init = option->commands == MP_COMMAND_INIT;
    if (!strcmp(option->name, "profile") ||
        (of_init && !strcmp(option->name, "platform"))) {
        mp_buf_append_text(out, of_init ? "languages" : "profiles");
        return MP_COMPLETE_ASK;
    }
    for (size_t i = 0; i < sizeof(value_table) / sizeof(*value_table); i++) {
        if (strcmp(value_table[i].argument, option->argument) != 0)
            continue;
        if (value_table[i].text)
            mp_buf_append_text(out, value_table[i].text);
        return value_table[i].kind;
    }
    return MP_COMPLETE_NOTHING;
}

enum mp_complete_kind mp_complete_word(enum mp_command command,
                                       struct mp_buf *out)
{
    const struct mp_command_info *info = mp_options_command_table;
    switch (command) {
    case MP_COMMAND_HELP:
        for (; info->name; info++)
            mp_buf_format(out, "%s%s", out->len ? " " : "", info->name);
        return MP_COMPLETE_WORDS;
    case MP_COMMAND_COMPLETION:
        mp_buf_append_text(out, "bash zsh fish");
        return MP_COMPLETE_WORDS;
    case MP_COMMAND_REPORT:
    case MP_COMMAND_MERGE:
    case MP_COMMAND_DIFF:
        return MP_COMPLETE_RUN;
    case MP_COMMAND_INIT:
        return MP_COMPLETE_FOLDER;
    case MP_COMMAND_VERSION:
        return MP_COMPLETE_NOTHING;
    default: /* PATHs, a command */
        return MP_COMPLETE_FILE;
    }
}

const char *mp_complete_owner(const struct mp_option *option)
{
    const struct mp_command_info *info = mp_options_command_table;
    const struct mp_option *other = mp_options_table;
    while (info->name && (unsigned)info->command != option->commands)
        info++;
    while (other->name &&
           (other == option || strcmp(other->name, option->name) != 0))
        other++;
    return other->name ? info->name : NULL;
}

bool mp_complete_takes_word(const struct mp_option *option)
{
    return option->argument && !mp_values_is_optional(option);
}
