#include "runner/config/sections.h"

#include <stdlib.h>
#include <string.h>

#include "gherkin/regex.h"
#include "gherkin/utf8.h"
#include "runner/base/text.h"
#include "runner/model/plan.h"

#define MOST_MEMBERS 1000
#define COUNT_OF(a)  (sizeof(a) / sizeof(*(a)))

static struct mp_place place_of(const struct mp_yaml_node *node)
{
    return (struct mp_place){node->line, node->column};
}

/* processes */

static bool read_count(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, void *target)
{
    const char *text = NULL;
    if (!mp_reader_text(reader, node, &text))
        return false;
    char *end;
    long number =
        strspn(text, "0123456789") == strlen(text) ? strtol(text, &end, 10) : 0;
    if (number < 1 || number > MOST_MEMBERS) {
        mp_reader_wrong(reader, node, "a whole number from 1 to 1000");
        return false;
    }
    *(int *)target = (int)number;
    return true;
}

static bool read_process_platforms(struct mp_config_reader *reader,
                                   const struct mp_yaml_node *node,
                                   void *target)
{
    struct mp_process_config *process = target;
    if (!mp_reader_is_list(reader, node, "a list of platforms"))
        return false;
    if (!node->count) {
        mp_reader_fault(reader, node,
                        "%s is empty: leave it out to allow all platforms",
                        mp_reader_path(reader, node));
        return false;
    }
    const struct mp_platform **list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    for (const struct mp_yaml_node *n = node->first; n; n = n->next) {
        const struct mp_platform *platform = mp_sections_platform(reader, n);
        bool twice = false;
        for (size_t i = 0; i < process->platform_count; i++)
            twice = twice || list[i] == platform;
        if (twice)
            mp_reader_fault(reader, n, "platform '%s' is there twice", n->text);
        else if (platform)
            list[process->platform_count++] = platform;
    }
    process->platforms = list;
    return true;
}

static const struct mp_key process_keys[] = {
    {"platforms", read_process_platforms, 0},
    {"count", read_count, offsetof(struct mp_process_config, count)},
};

bool mp_sections_processes(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    if (!mp_reader_is_map(reader, node))
        return false;
    struct mp_process_config *list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    size_t count = 0;
    for (const struct mp_yaml_node *n = node->first; n; n = n->next) {
        struct mp_process_config process = {.count = 1, .at = place_of(n->key)};
        process.name = mp_sections_name(reader, n->key, "a process", true);
        if (!mp_yaml_is_null(n))
            mp_reader_map(reader, n, process_keys, COUNT_OF(process_keys),
                          &process);
        if (process.name)
            list[count++] = process;
    }
    config->processes = list;
    config->process_count = count;
    config->closed_processes = true;
    return true;
}

/* combinations */

static bool read_strategy(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target)
{
    size_t index;
    if (!mp_reader_word(reader, node, mp_strategy_words, MP_STRATEGIES, &index))
        return false;
    ((struct mp_config *)target)->strategy = (enum mp_strategy)index;
    return true;
}

/* With a closed list every name must be on it; "main" is the process of
 * scenarios that name none. */
static bool knows_process(struct mp_config_reader *reader,
                          const struct mp_yaml_node *key)
{
    const struct mp_config *config = reader->config;
    const char **known =
        gh_arena_array(reader->arena, config->process_count, sizeof(*known));
    if (!config->closed_processes || !strcmp(key->text, "main"))
        return true;
    for (size_t i = 0; i < config->process_count; i++) {
        known[i] = config->processes[i].name;
        if (!strcmp(known[i], key->text))
            return true;
    }
    mp_reader_unknown(reader, key, "process", key->text, known,
                      config->process_count);
    return false;
}

static bool read_bindings(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node,
                          struct mp_bindings *bindings)
{
    if (node->kind != MP_YAML_MAP) {
        mp_reader_wrong(reader, node, "a map such as {writer: python}");
        return false;
    }
    if (!node->count)
        mp_reader_fault(reader, node,
                        "an item of %s is empty: it would match everything",
                        mp_reader_path(reader, node));
    struct mp_binding *list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    size_t count = 0;
    for (const struct mp_yaml_node *n = node->first; n; n = n->next) {
        struct mp_binding binding = {
            mp_sections_name(reader, n->key, "a process", true),
            mp_sections_platform(reader, n)};
        if (binding.process && knows_process(reader, n->key) &&
            binding.platform)
            list[count++] = binding;
    }
    *bindings = (struct mp_bindings){list, count, place_of(node)};
    return count && count == node->count;
}

static size_t read_bindings_list(struct mp_config_reader *reader,
                                 const struct mp_yaml_node *node,
                                 const struct mp_bindings **bindings)
{
    if (!mp_reader_is_list(reader, node, "a list of maps"))
        return 0;
    struct mp_bindings *list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    size_t count = 0;
    for (const struct mp_yaml_node *n = node->first; n; n = n->next)
        count += read_bindings(reader, n, &list[count]);
    *bindings = list;
    return count;
}

static bool read_exclude(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    config->exclude_count = read_bindings_list(reader, node, &config->exclude);
    return true;
}

static bool read_include(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    config->include_count = read_bindings_list(reader, node, &config->include);
    return true;
}

bool mp_sections_combinations(struct mp_config_reader *reader,
                              const struct mp_yaml_node *node, void *target)
{
    static const struct mp_key keys[] = {
        {"strategy", read_strategy, 0},
        {"exclude", read_exclude, 0},
        {"include", read_include, 0},
    };
    return mp_reader_map(reader, node, keys, COUNT_OF(keys), target);
}

/* timeouts */

static bool read_match(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node,
                       struct mp_timeout_match *match)
{
    static const struct mp_key keys[] = {
        {"step", mp_reader_regex, offsetof(struct mp_timeout_match, pattern)},
        {"timeout", mp_reader_duration,
         offsetof(struct mp_timeout_match, timeout_ms)},
    };
    *match = (struct mp_timeout_match){.timeout_ms = -1, .at = place_of(node)};
    if (!mp_reader_map(reader, node, keys, COUNT_OF(keys), match))
        return false;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        if (!mp_yaml_find(node, keys[i].name))
            mp_reader_fault(reader, node, "an item of %s has no '%s'",
                            mp_reader_path(reader, node), keys[i].name);
    }
    return match->pattern && match->timeout_ms >= 0;
}

static bool read_matches(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    if (!mp_reader_is_list(reader, node, "a list of {step, timeout}"))
        return false;
    struct mp_timeout_match *list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    size_t count = 0;
    for (const struct mp_yaml_node *n = node->first; n; n = n->next)
        count += read_match(reader, n, &list[count]);
    config->matches = list;
    config->match_count = count;
    return true;
}

bool mp_sections_timeouts(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target)
{
    static const struct mp_key keys[] = {
        {"step", mp_reader_duration,
         offsetof(struct mp_config, step_timeout_ms)},
        {"scenario", mp_reader_duration,
         offsetof(struct mp_config, scenario_timeout_ms)},
        {"run", mp_reader_duration, offsetof(struct mp_config, run_timeout_ms)},
        {"stop", mp_reader_time, offsetof(struct mp_config, stop_timeout_ms)},
        {"match", read_matches, 0},
    };
    return mp_reader_map(reader, node, keys, COUNT_OF(keys), target);
}

/* routing */

static bool read_process_pattern(struct mp_config_reader *reader,
                                 const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    const char *pattern;
    if (!mp_reader_regex(reader, node, &pattern))
        return false;
    struct gh_regex *regex = gh_regex_create(pattern, NULL, 0);
    bool named = regex && gh_regex_group_number(regex, "process") > 0;
    gh_regex_destroy(regex);
    if (!named) {
        mp_reader_fault(reader, node,
                        "%s needs a group named process: (?<process>[^']+)",
                        mp_reader_path(reader, node));
        return false;
    }
    config->process_pattern = pattern;
    config->process_pattern_at = place_of(node);
    return true;
}

static bool read_unaddressed(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node, void *target)
{
    static const char *const words[] = {"previous", "error"};
    size_t index;
    if (!mp_reader_word(reader, node, words, COUNT_OF(words), &index))
        return false;
    ((struct mp_config *)target)->unaddressed = (enum mp_unaddressed)index;
    return true;
}

bool mp_sections_routing(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    static const struct mp_key keys[] = {
        {"process", read_process_pattern, 0},
        {"unaddressed", read_unaddressed, 0},
    };
    return mp_reader_map(reader, node, keys, COUNT_OF(keys), target);
}

/* steps */

static bool check_builtin_names(struct mp_config_reader *reader,
                                const struct mp_yaml_node *node)
{
    const char *known[MP_ACTION_WAIT - MP_ACTION_SEND];
    bool ok = true;
    for (int i = 0; i < MP_ACTION_WAIT - MP_ACTION_SEND; i++)
        known[i] = mp_action_name((enum mp_action)(MP_ACTION_SEND + 1 + i));
    for (const struct mp_yaml_node *n = node->first; n; n = n->next) {
        bool found = false;
        for (size_t i = 0; i < COUNT_OF(known); i++)
            found = found || !strcmp(known[i], n->text);
        if (!found)
            mp_reader_unknown(reader, n, "built-in step", n->text, known,
                              COUNT_OF(known));
        ok = ok && found;
    }
    return ok;
}

static bool read_builtin(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    if (node->kind != MP_YAML_LIST)
        return mp_reader_bool(reader, node, &config->builtin_steps);
    const char *const *names;
    size_t count;
    if (!mp_reader_texts(reader, node, &names, &count) ||
        !check_builtin_names(reader, node))
        return false;
    config->builtin_off = names;
    config->builtin_off_count = count;
    return true;
}

static bool read_aliases(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    return mp_reader_pairs(reader, node, MP_NAMES_NONE, &config->aliases,
                           &config->alias_count);
}

bool mp_sections_steps(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, void *target)
{
    static const struct mp_key keys[] = {
        {"builtin", read_builtin, 0},
        {"aliases", read_aliases, 0},
    };
    return mp_reader_map(reader, node, keys, COUNT_OF(keys), target);
}

/* tag_aliases, secrets */

static void check_tag_alias(struct mp_config_reader *reader,
                            const struct mp_yaml_node *node)
{
    static const char *const words[] = {
        "platform", "timeout", "scenario-timeout", "combinations", "serial",
        "lock",     "retry"};
    const char *text = node->text + (*node->text == '@');
    char word[32] = "";
    size_t length = strcspn(text, ":");
    if (length < sizeof(word))
        memcpy(word, text, length);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!strcmp(word, words[i]))
            return;
    }
    mp_reader_unknown(reader, node, "tag", *word ? word : text, words,
                      COUNT_OF(words));
}

bool mp_sections_tag_aliases(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    if (!mp_reader_pairs(reader, node, MP_NAMES_NONE, &config->tag_aliases,
                         &config->tag_alias_count))
        return false;
    for (const struct mp_yaml_node *n = node->first; n; n = n->next) {
        const char *name = n->key->text;
        if (!*name || strpbrk(name, " \t@#"))
            mp_reader_fault(reader, n->key,
                            "'%s' cannot name a tag: write it without @ and "
                            "without spaces",
                            name);
        if (n->kind == MP_YAML_TEXT && !mp_yaml_is_null(n))
            check_tag_alias(reader, n);
    }
    return true;
}

bool mp_sections_secrets(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    if (!mp_reader_is_list(reader, node, "a list of names of variables"))
        return false;
    /* The value in place of the name would hide nothing. */
    for (const struct mp_yaml_node *n = node->first; n; n = n->next) {
        if (n->kind == MP_YAML_TEXT && !mp_yaml_is_null(n) &&
            (!*n->text || strpbrk(n->text, "$= \t\r\n")))
            mp_reader_fault(reader, n,
                            "'%s' is no name of a variable: secrets has the "
                            "names, as in [DB_PASSWORD]",
                            n->text);
    }
    return mp_reader_texts(reader, node, &config->secrets,
                           &config->secret_count);
}
