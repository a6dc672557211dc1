#include <string.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/cli/values.h"

#define MOST_NAMES 128 /* rows of a table that a word is compared with */

static const struct mp_command_info *command_info(enum mp_command command)
{
    const struct mp_command_info *info = mp_options_command_table;
    while (info->name && info->command != command)
        info++;
    return info;
}

const struct mp_option *mp_options_find(struct gh_str name)
{
    const struct mp_option *option = mp_options_table;
    while (option->name && !gh_str_equal(gh_str_of(option->name), name))
        option++;
    return option->name ? option : NULL;
}

/* A name may mean something else to another command: then it has a row for
 * each. */
static const struct mp_option *row_for(const struct mp_option *option,
                                       enum mp_command command)
{
    const struct mp_option *row = option;
    while (row->name &&
           (strcmp(row->name, option->name) || !(row->commands & command)))
        row++;
    return row->name ? row : option;
}

static const struct mp_option *find_letter(char letter)
{
    const struct mp_option *option = mp_options_table;
    while (option->name && option->letter != letter)
        option++;
    return option->name ? option : NULL;
}

const char *mp_options_nearest(unsigned commands, const char *name)
{
    const char *names[MOST_NAMES];
    size_t count = 0;
    for (const struct mp_option *o = mp_options_table; o->name; o++) {
        if (o->commands & commands && count < MOST_NAMES)
            names[count++] = o->name;
    }
    return mp_nearest(name, names, count);
}

/* What users of other tools may write, and how it is said here. */
static const char *other_tools_word(const char *name)
{
    static const struct {
        const char *word, *here;
    } table[] = {
        {"bail", "--fail-fast"},
        {"dryrun", "--dry-run"},
        {"filter", "--name"},
        {"grep", "--name"},
        {"exitfirst", "--fail-fast"},
        {"maxfail", "--max-failures"},
        {"no-color", "--color never"},
        {"no-colors", "--color never"},
        {"out", "--format TYPE:PATH"},
        {"output", "--format TYPE:PATH"},
        {"parallel", "--jobs"},
        {"random", "--order random"},
        {"randomize", "--order random"},
        {"reporter", "--format"},
        {"scenario", "--name"},
        {"stop", "--fail-fast"},
        {"stop-on-failure", "--fail-fast"},
        {"threads", "--jobs"},
        {"userdata", "--define"},
        {"workers", "--jobs"},
        {"V", "--version"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (!strcmp(table[i].word, name))
            return table[i].here;
    }
    return NULL;
}

/* name: the word without its dashes, to look for what was meant. */
static void unknown_option(struct mp_option_source *source, const char *word,
                           const char *name)
{
    enum mp_command meant = source->options->command;
    const char *command = command_info(meant)->name;
    const char *here = meant == MP_COMMAND_RUN ? other_tools_word(name) : NULL;
    const char *nearest = here ? NULL : mp_options_nearest(meant, name);
    if (here)
        mp_values_fail(source,
                       "unknown option '%s', did you mean '%s'? "
                       "(mprun %s --help)",
                       word, here, command);
    else if (nearest)
        mp_values_fail(source,
                       "unknown option '%s', did you mean '--%s'? "
                       "(mprun %s --help)",
                       word, nearest, command);
    else
        mp_values_fail(source, "unknown option '%s' (mprun %s --help)", word,
                       command);
}

/* "'run', 'plan' and 'steps'" */
static void append_commands(struct mp_buf *names, unsigned commands)
{
    const struct mp_command_info *info = mp_options_command_table;
    for (; info->name; info++) {
        if (!(commands & info->command))
            continue;
        commands &= ~(unsigned)info->command;
        const char *before = !names->len ? "" : commands ? ", " : " and ";
        mp_buf_format(names, "%s'%s'", before, info->name);
    }
}

/* An option that is there, but not for this command. */
static bool belongs(struct mp_option_source *source,
                    const struct mp_option *option)
{
    enum mp_command command = source->options->command;
    if (option->commands & command)
        return true;
    struct mp_buf names = {0};
    unsigned all = 0;
    for (const struct mp_option *o = mp_options_table; o->name; o++)
        all |= strcmp(o->name, option->name) ? 0 : o->commands;
    append_commands(&names, all);
    mp_values_fail(source,
                   "'--%s' is an option of %s, not of '%s' (mprun %s --help)",
                   option->name, names.data, command_info(command)->name,
                   command_info(command)->name);
    mp_buf_finish(&names);
    return false;
}

/* The value in the next word; NULL: there is none, reported. */
static const char *next_value(struct mp_option_source *source,
                              const struct mp_option *option, char *const **at)
{
    if ((*at)[1])
        return *++*at;
    mp_values_fail(source, "--%s needs a value: --%s %s", option->name,
                   option->name, option->argument);
    return NULL;
}

static const struct mp_command_info *find_command(const char *word)
{
    for (const struct mp_command_info *info = mp_options_command_table;
         info->name; info++) {
        if (!strcmp(info->name, word))
            return info;
    }
    return NULL;
}

/* value: what stands after `=`, NULL: there is none; "" for one that was left
 * out; NULL: reported. */
static const char *optional_value(struct mp_option_source *source,
                                  const struct mp_option *option,
                                  const char *value, const char *next)
{
    bool stray = !value && next && *next != '-' && !find_command(next) &&
                 !strpbrk(next, "/.:@[") && !mp_fs_exists(next);
    if (value && *value)
        return value;
    if (value)
        mp_values_fail(source, "--%s= names nothing: --%s%s", option->name,
                       option->name, option->argument);
    else if (stray)
        mp_values_fail(source,
                       "'%s' is no path; the value of --%s stands after '=': "
                       "did you mean '--%s=%s'?",
                       next, option->name, option->name, next);
    else
        return "";
    return NULL;
}

static void read_long(struct mp_option_source *source, char *const **at)
{
    const char *word = **at;
    size_t length = strcspn(word + 2, "=");
    const char *value = word[2 + length] ? word + 2 + length + 1 : NULL;
    const struct mp_option *option =
        mp_options_find((struct gh_str){word + 2, length});
    if (!option) {
        const char *name = gh_arena_copy(&source->options->arena,
                                         (struct gh_str){word, length + 2});
        unknown_option(source, name, name + 2);
        return;
    }
    option = row_for(option, source->options->command);
    if (!option->argument && value)
        mp_values_fail(source, "--%s takes no value, not '%s'", option->name,
                       value);
    else if (!option->argument)
        value = "";
    else if (mp_values_is_optional(option))
        value = optional_value(source, option, value, (*at)[1]);
    else if (!value)
        value = next_value(source, option, at);
    if (value && belongs(source, option))
        mp_values_take(source, option, value);
}

/* "-j4", "-j=4", "-j 4"; rest: what follows the letter. */
static const char *short_value(struct mp_option_source *source,
                               const struct mp_option *option, const char *rest,
                               char *const **at)
{
    if (option->argument)
        return *rest ? rest + (*rest == '=') : next_value(source, option, at);
    if (*rest != '=')
        return "";
    mp_values_fail(source, "-%c (--%s) takes no value, not '%s'",
                   option->letter, option->name, rest + 1);
    return NULL;
}

/* "-x", "-qv", "-j4", "-j 4". */
static void read_short(struct mp_option_source *source, char *const **at)
{
    size_t length = strcspn(**at + 1, "=");
    const struct mp_option *meant =
        mp_options_find((struct gh_str){**at + 1, length});
    if (meant) { /* "-tags": hardly -t with the value "ags" */
        unknown_option(source, **at, meant->name);
        return;
    }
    for (const char *p = **at + 1; *p; p++) {
        const struct mp_option *option = find_letter(*p);
        if (!option) {
            bool lone = p == **at + 1;
            const char *word = gh_arena_format(&source->options->arena, "-%.*s",
                                               lone ? 64 : 1, p);
            unknown_option(source, word, lone ? p : word + 1);
            return;
        }
        option = row_for(option, source->options->command);
        const char *value = short_value(source, option, p + 1, at);
        if (value && belongs(source, option))
            mp_values_take(source, option, value);
        if (option->argument || !value)
            return;
    }
}

/* Options that change what is done before anything else is looked at. */
static bool bundles_help(const char *word)
{
    if (word[0] != '-' || word[1] == '-')
        return false;
    for (const char *p = word + 1; *p; p++) {
        const struct mp_option *option = find_letter(*p);
        if (!option || option->argument)
            return false;
        if (*p == 'h')
            return true;
    }
    return false;
}

static bool asks_help(char *const *words, bool *version)
{
    for (; *words && strcmp(*words, "--"); words++) {
        if (!strcmp(*words, "--help") || bundles_help(*words))
            return true;
        if (!strcmp(*words, "--version"))
            *version = true;
    }
    return false;
}

/* The command: the first word that is no option, if it names one. Options
 * with a value in the next word are stepped over. */
static char *const *find_command_word(char *const *words)
{
    for (; *words && strcmp(*words, "--"); words++) {
        const char *word = *words;
        if (word[0] != '-' || !word[1])
            return find_command(word) ? words : NULL;
        const struct mp_option *option =
            word[1] == '-' ? mp_options_find(gh_str_of(word + 2))
            : word[2]      ? NULL
                           : find_letter(word[1]);
        if (option && option->argument && words[1] &&
            !mp_values_is_optional(option))
            words++;
    }
    return NULL;
}

static void read_words(struct mp_option_source *source)
{
    struct mp_options *options = source->options;
    char *const *command = find_command_word(options->words);
    char *const *at = options->words;
    bool only_paths = false;
    for (; *at; at++) {
        const char *word = *at;
        if (at == command)
            continue;
        if (only_paths || word[0] != '-' || !word[1])
            mp_values_append(options, &options->paths, word);
        else if (!strcmp(word, "--"))
            only_paths = true;
        else if (word[1] == '-')
            read_long(source, &at);
        else
            read_short(source, &at);
    }
}

static const char *variable(char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; environment && *environment; environment++) {
        if (!strncmp(*environment, name, length) &&
            (*environment)[length] == '=' && (*environment)[length + 1])
            return *environment + length + 1;
    }
    return NULL;
}

void mp_options_reset(struct mp_options *options)
{
    char *const *words = options->words;
    char *const *environment = options->environment;
    struct gh_arena arena = options->arena;
    *options = (struct mp_options){.arena = arena,
                                   .command = MP_COMMAND_RUN,
                                   .step_timeout_ms = -1,
                                   .scenario_timeout_ms = -1,
                                   .run_timeout_ms = -1,
                                   .strict = true,
                                   .words = words,
                                   .environment = environment};
    options->config = variable(environment, "MPRUN_CONFIG");
    options->profile = variable(environment, "MPRUN_PROFILE");
    options->no_color = variable(environment, "NO_COLOR");
    options->force_color = variable(environment, "FORCE_COLOR");
    char *const *command = find_command_word(words);
    if (command)
        options->command = find_command(*command)->command;
}

static void check_path(struct mp_option_source *source, const char *path)
{
    const char *commands[MOST_NAMES];
    size_t count = 0;
    for (const struct mp_command_info *info = mp_options_command_table;
         info->name && count < MOST_NAMES; info++)
        commands[count++] = info->name;
    const char *nearest = mp_nearest(path, commands, count);
    if (nearest && *nearest == *path && strcmp(nearest, path) &&
        !strpbrk(path, "/.:@[") && !mp_fs_exists(path))
        mp_values_fail(source,
                       "'%s' is neither a command nor a path, did you mean "
                       "'mprun %s'? (mprun --help)",
                       path, nearest);
}

static void check_arguments(struct mp_option_source *source)
{
    struct mp_options *options = source->options;
    const char *name = command_info(options->command)->name;
    struct mp_text_list *paths = &options->paths;
    if (options->command == MP_COMMAND_HELP && paths->count)
        options->help_topic = paths->list[0];
    const unsigned files =
        MP_COMMAND_PARSE | MP_COMMAND_LINT | MP_COMMAND_FORMAT;
    if (options->command & files && !paths->count)
        mp_values_fail(source, "%s needs a PATH (mprun %s --help)", name, name);
    const unsigned one_word = MP_COMMAND_HELP | MP_COMMAND_REPORT |
                              MP_COMMAND_INIT | MP_COMMAND_COMPLETION;
    if (options->command == MP_COMMAND_DIFF && !paths->count)
        mp_values_fail(source, "diff needs a RUN (mprun diff --help)");
    size_t most = options->command & one_word              ? 1
                  : options->command == MP_COMMAND_DIFF    ? 2
                  : options->command == MP_COMMAND_VERSION ? 0
                                                           : paths->count;
    if (paths->count > most)
        mp_values_fail(source, "'%s' is one word too many for '%s'",
                       paths->list[most], name);
    bool is_command = options->command == MP_COMMAND_CONFORMANCE;
    if (is_command && !paths->count && !options->list)
        mp_values_fail(source, "conformance needs a command: mprun conformance "
                               "-- COMMAND (mprun conformance --help)");
    for (size_t i = 0; i < paths->count && !is_command; i++) {
        if (!*paths->list[i])
            mp_values_fail(source, "word %zu of the PATHs is empty", i + 1);
    }
    if (options->command == MP_COMMAND_RUN && paths->count &&
        !find_command_word(options->words))
        check_path(source, paths->list[0]);
    if (options->list || options->json)
        options->dry_run = true;
    if (options->list && options->json)
        mp_values_fail(source, "--list and --json exclude each other");
}

void mp_options_read_words(struct mp_options *options, struct mp_errors *errors)
{
    struct mp_option_source source = {.options = options, .errors = errors};
    read_words(&source);
    if (!options->help && !options->version)
        check_arguments(&source);
}

bool mp_options_parse(char *const *words, char *const *environment,
                      struct mp_options *options, struct mp_errors *errors)
{
    size_t before = errors->error_count;
    *options = (struct mp_options){.words = words, .environment = environment};
    mp_options_reset(options);
    options->help = asks_help(words, &options->version);
    if (options->help || options->version)
        return true;
    mp_options_read_words(options, errors);
    return errors->error_count == before;
}
