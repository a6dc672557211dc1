#include "runner/cli/values.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/cli/engines.h"
#include "runner/conformance/conformance.h"

#define MOST_COUNT 10000

void mp_values_fail(struct mp_option_source *source, const char *format, ...)
{
    struct mp_buf text = {0};
    va_list args;
    va_start(args, format);
    mp_buf_vformat(&text, format, args);
    va_end(args);
    if (source->config)
        mp_errors_add(source->errors, "%s:%d:%d: %s", source->config->path,
                      source->at.line, source->at.column, text.data);
    else
        mp_errors_add(source->errors, "mprun: %s", text.data);
    mp_buf_finish(&text);
}

bool mp_values_is_optional(const struct mp_option *option)
{
    return option->argument && option->argument[0] == '[';
}

void mp_values_append(struct mp_options *options, struct mp_text_list *list,
                      const char *text)
{
    /* Grown by doubling: the old array stays in the arena. */
    if ((list->count & (list->count + 1)) == 0) {
        const char **grown = gh_arena_array(
            &options->arena, list->count * 2 + 2, sizeof(*grown));
        if (list->count)
            memcpy(grown, list->list, list->count * sizeof(*grown));
        list->list = grown;
    }
    list->list[list->count++] = text;
    list->list[list->count] = NULL;
}

const char *mp_values_shown(const struct mp_option_source *source,
                            const struct mp_option *option)
{
    return gh_arena_format(&source->options->arena, "%s%s",
                           source->config ? "" : "--", option->name);
}

void mp_values_wrong(struct mp_option_source *source,
                     const struct mp_option *option, const char *value,
                     const char *wanted)
{
    mp_values_fail(source, "%s takes %s, not '%s'",
                   mp_values_shown(source, option), wanted, value);
}

static bool read_number(const char *text, uint64_t max, uint64_t *number)
{
    char *end;
    if (!*text || strspn(text, "0123456789") != strlen(text))
        return false;
    errno = 0;
    unsigned long long read = strtoull(text, &end, 10);
    if (errno || read > max)
        return false;
    *number = read;
    return true;
}

static void take_names(struct mp_option_source *source,
                       const struct mp_option *option, const char *value,
                       struct mp_text_list *list)
{
    for (const char *p = value;; p++) {
        size_t length = strcspn(p, ",");
        if (!length) {
            mp_values_wrong(source, option, value, "names with commas between");
            return;
        }
        mp_values_append(
            source->options, list,
            gh_arena_copy(&source->options->arena, (struct gh_str){p, length}));
        p += length;
        if (!*p)
            return;
    }
}

static void take_count(struct mp_option_source *source,
                       const struct mp_option *option, const char *value,
                       int *target)
{
    uint64_t number;
    if (read_number(value, MOST_COUNT, &number) && number)
        *target = (int)number;
    else
        mp_values_wrong(source, option, value,
                        "a whole number from 1 to 10000");
}

static void take_duration(struct mp_option_source *source,
                          const struct mp_option *option, const char *value,
                          int64_t *target)
{
    if (!mp_duration_parse(gh_str_of(value), true, target))
        mp_values_wrong(
            source, option, value,
            "a duration such as 500ms, 5s, 2m, 1h (ten days at most)");
}

static void take_word(struct mp_option_source *source,
                      const struct mp_option *option, const char *value,
                      int *target)
{
    struct mp_buf all = {0};
    for (int i = 0; option->words[i]; i++) {
        if (!strcmp(option->words[i], value)) {
            *target = i;
            mp_buf_finish(&all);
            return;
        }
        mp_buf_format(&all, "%s%s",
                      !i                     ? ""
                      : option->words[i + 1] ? ", "
                                             : " or ",
                      option->words[i]);
    }
    mp_values_wrong(source, option, value, all.data);
    mp_buf_finish(&all);
}

static void take_order(struct mp_option_source *source,
                       const struct mp_option *option, const char *value)
{
    struct mp_options *options = source->options;
    static const char *const words[] = {"defined", "reverse", "random"};
    for (int i = 0; i < 3; i++) {
        if (!strcmp(value, words[i])) {
            options->order = (enum mp_order)i;
            return;
        }
    }
    if (!strncmp(value, "random:", 7) &&
        read_number(value + 7, UINT64_MAX, &options->seed)) {
        options->order = MP_ORDER_RANDOM;
        options->has_seed = true;
        return;
    }
    mp_values_wrong(
        source, option, value,
        "defined, reverse, random or random:SEED with a whole number");
}

static void take_seed(struct mp_option_source *source,
                      const struct mp_option *option, const char *value)
{
    if (read_number(value, UINT64_MAX, &source->options->seed))
        source->options->has_seed = true;
    else
        mp_values_wrong(source, option, value,
                        "a whole number up to 18446744073709551615");
}

static void take_retry(struct mp_option_source *source,
                       const struct mp_option *option, const char *value)
{
    uint64_t number;
    if (read_number(value, 100, &number))
        source->options->retries = (int)number;
    else
        mp_values_wrong(source, option, value, "a whole number from 0 to 100");
}

/* NAME=...: a later one replaces an earlier one of the same name. */
static void add_named(struct mp_option_source *source,
                      struct mp_text_list *list, const char *value)
{
    size_t length = strcspn(value, "=") + 1;
    for (size_t i = 0; i < list->count; i++) {
        if (!strncmp(list->list[i], value, length)) {
            list->list[i] = value;
            return;
        }
    }
    mp_values_append(source->options, list, value);
}

static void take_define(struct mp_option_source *source,
                        const struct mp_option *option, const char *value)
{
    size_t letters = strspn(value, "abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (letters && value[letters] == '=' && (*value < '0' || *value > '9'))
        add_named(source, &source->options->defines, value);
    else
        mp_values_wrong(source, option, value,
                        "NAME=VALUE with a name of letters, digits and _");
}

static void take_process(struct mp_option_source *source,
                         const struct mp_option *option, const char *value)
{
    size_t length = strcspn(value, "=");
    const char *names = value + length;
    bool ok = length && names[0] == '=' && names[1] && names[1] != ',';
    for (const char *p = names; ok && *p; p++)
        ok = *p != ',' || (p[1] && p[1] != ',');
    if (ok)
        add_named(source, &source->options->processes, value);
    else
        mp_values_wrong(source, option, value,
                        "NAME=PLATFORM[,PLATFORM], such as writer=python,c");
}

/* Without a value: every process, whatever else is named. */
static void take_debug(struct mp_option_source *source,
                       const struct mp_option *option, const char *value)
{
    struct mp_options *options = source->options;
    bool every = options->debug && !options->debug_processes.count;
    options->debug = true;
    if (*value && !every)
        take_names(source, option, value, &options->debug_processes);
    else if (!*value)
        options->debug_processes = (struct mp_text_list){0};
}

static void take_wrap(struct mp_option_source *source,
                      const struct mp_option *option, const char *value)
{
    size_t length = strcspn(value, "=");
    struct gh_arena *arena = &source->options->arena;
    char **words =
        value[length] ? mp_words_split(value + length + 1, arena) : NULL;
    if (value[length] && !words)
        mp_values_fail(source, "%s %s: a quote is not closed",
                       mp_values_shown(source, option), value);
    else if (!length || !words || !words[0] || !*words[0])
        mp_values_wrong(source, option, value,
                        "PROCESS=COMMAND, such as writer='valgrind --'");
    else
        add_named(source, &source->options->wraps, value);
}

/* "2/8", "hash:2/8", "auto". */
static void take_shard(struct mp_option_source *source,
                       const struct mp_option *option, const char *value)
{
    struct mp_shard_option shard = {.method = MP_SHARD_SLICE};
    const char *pair = value;
    for (int method = MP_SHARD_SLICE; method <= MP_SHARD_HASH; method++) {
        const char *name = mp_shard_method_name((enum mp_shard_method)method);
        size_t length = strlen(name);
        if (!strncmp(value, name, length) && value[length] == ':') {
            shard.method = (enum mp_shard_method)method;
            shard.named = true;
            pair = value + length + 1;
        }
    }
    shard.automatic = !strcmp(value, "auto");
    if (shard.automatic ||
        mp_engines_read_pair(pair, &shard.index, &shard.total))
        source->options->shard = shard;
    else
        mp_values_wrong(source, option, value,
                        "M/N, slice:M/N or hash:M/N with M from 1 to N, or "
                        "auto");
}

/* --pass T is --step pass=T. */
static void take_fixture(struct mp_option_source *source,
                         const struct mp_option *option, const char *value)
{
    bool named = !strcmp(option->name, "step");
    const char *text = named ? value
                             : gh_arena_format(&source->options->arena, "%s=%s",
                                               option->name, value);
    size_t length = strcspn(text, "=");
    for (int i = 0; i < MP_FIXTURE_COUNT; i++) {
        const char *name = mp_fixture_table[i].name;
        if (strlen(name) == length && !strncmp(name, text, length) &&
            text[length] && text[length + 1]) {
            add_named(source, &source->options->fixtures, text);
            return;
        }
    }
    mp_values_wrong(source, option, value,
                    named ? "KIND=TEXT with a KIND of docs/conformance.md"
                          : "the text of a step");
}

static void take_checks(struct mp_option_source *source,
                        const struct mp_option *option, const char *value)
{
    uint64_t number;
    struct mp_text_list *list = &source->options->checks;
    size_t before = list->count;
    take_names(source, option, value, list);
    for (size_t i = before; i < list->count; i++) {
        if (!read_number(list->list[i], MP_CHECK_COUNT, &number) || !number)
            mp_values_wrong(source, option, list->list[i],
                            "numbers of checks, from 1 to 60");
    }
}

static void take_own(struct mp_option_source *source,
                     const struct mp_option *option, const char *value)
{
    static const struct {
        const char *name;
        void (*take)(struct mp_option_source *source,
                     const struct mp_option *option, const char *value);
    } table[] = {
        {"order", take_order},     {"seed", take_seed},
        {"retry", take_retry},     {"define", take_define},
        {"process", take_process}, {"debug", take_debug},
        {"wrap", take_wrap},       {"shard", take_shard},
        {"pass", take_fixture},    {"fail", take_fixture},
        {"slow", take_fixture},    {"step", take_fixture},
        {"only", take_checks},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (!strcmp(option->name, table[i].name))
            table[i].take(source, option, value);
    }
    if (!strcmp(option->name, "fail-fast"))
        source->options->max_failures = 1;
    if (!strcmp(option->name, "combinations")) {
        int index = -1;
        take_word(source, option, value, &index);
        if (index >= 0)
            source->options->strategy = (enum mp_strategy)index;
        source->options->has_strategy = index >= 0;
    }
}

/* The names of platforms that a profile gives fall away when the command line
 * gives its own. */
static void note_given(struct mp_option_source *source,
                       const struct mp_option *option,
                       struct mp_text_list *list)
{
    size_t row = (size_t)(option - mp_options_table);
    assert(row < MP_OPTIONS_MOST);
    if (option->kind == MP_OPTION_NAMES && !source->given[row])
        *list = (struct mp_text_list){0};
    source->given[row] = true;
}

/* Of two that exclude each other the later one holds. */
static void contradict(struct mp_options *options,
                       const struct mp_option *option)
{
    if (option->letter == 'q')
        options->verbose = false;
    if (option->letter == 'v')
        options->quiet = false;
}

void mp_values_take(struct mp_option_source *source,
                    const struct mp_option *option, const char *value)
{
    void *target = (char *)source->options + option->offset;
    if (option->kind == MP_OPTION_NAMES)
        note_given(source, option, target);
    switch (option->kind) {
    case MP_OPTION_SWITCH:
        *(bool *)target = true;
        contradict(source->options, option);
        break;
    case MP_OPTION_OFF:
        *(bool *)target = false;
        break;
    case MP_OPTION_TEXT:
        if (!*value)
            mp_values_fail(source, "%s takes %s, not an empty text",
                           mp_values_shown(source, option), option->argument);
        *(const char **)target = value;
        break;
    case MP_OPTION_LIST:
        mp_values_append(source->options, target, value);
        break;
    case MP_OPTION_NAMES:
        take_names(source, option, value, target);
        break;
    case MP_OPTION_COUNT:
        take_count(source, option, value, target);
        break;
    case MP_OPTION_DURATION:
        take_duration(source, option, value, target);
        break;
    case MP_OPTION_WORD:
        take_word(source, option, value, target);
        break;
    case MP_OPTION_OWN:
        take_own(source, option, value);
        break;
    }
}
