#include "gherkin/parameter_type.h"

#include <stdio.h>

#include "gherkin/memory.h"
#include "gherkin/regex.h"

#define ERROR_BYTES 256

struct entry {
    struct gh_parameter_type type;
    size_t groups; /* capturing groups of its own */
};

struct gh_parameter_types {
    struct gh_arena arena;
    struct entry **entries; /* each in the arena: they never move */
    size_t count, room;
};

static const char *const integer_regexps[] = {"-?\\d+", "\\d+"};
static const char *const float_regexps[] = {
    "[-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[E][+-]?\\d+)?"};
static const char *const word_regexps[] = {"[^\\s]+"};
static const char *const string_regexps[] = {
    "\"([^\"\\\\]*(\\\\.[^\"\\\\]*)*)\"|'([^'\\\\]*(\\\\.[^'\\\\]*)*)'"};
static const char *const any_regexps[] = {".*"};

static const struct gh_parameter_type builtin_table[] = {
    {"int", integer_regexps, 2, true, true, NULL},
    {"float", float_regexps, 1, false, true, NULL},
    {"word", word_regexps, 1, false, false, NULL},
    {"string", string_regexps, 1, false, true, NULL},
    {"", any_regexps, 1, true, false, NULL},
    {"double", float_regexps, 1, false, false, NULL},
    {"bigdecimal", float_regexps, 1, false, false, NULL},
    {"byte", integer_regexps, 2, false, false, NULL},
    {"short", integer_regexps, 2, false, false, NULL},
    {"long", integer_regexps, 2, false, false, NULL},
    {"biginteger", integer_regexps, 2, false, false, NULL},
};

static void append(struct gh_parameter_types *types,
                   const struct gh_parameter_type *type, size_t groups)
{
    if (types->count == types->room) {
        types->room = types->room ? 2 * types->room : 16;
        types->entries =
            gh_realloc(types->entries, types->room * sizeof(*types->entries));
    }
    struct gh_arena *arena = &types->arena;
    struct entry *entry = gh_arena_alloc(arena, sizeof(*entry));
    entry->type = *type;
    entry->groups = groups;
    entry->type.name = gh_arena_copy(arena, gh_str_of(type->name));
    const char **regexps =
        gh_arena_array(arena, type->regexp_count, sizeof(*regexps));
    for (size_t i = 0; i < type->regexp_count; i++)
        regexps[i] = gh_arena_copy(arena, gh_str_of(type->regexps[i]));
    entry->type.regexps = regexps;
    types->entries[types->count++] = entry;
}

struct gh_parameter_types *gh_parameter_type_registry_create(void)
{
    struct gh_parameter_types *types = gh_alloc(sizeof(*types));
    size_t count = sizeof(builtin_table) / sizeof(builtin_table[0]);
    for (size_t i = 0; i < count; i++) {
        bool is_string = builtin_table[i].regexps == string_regexps;
        append(types, &builtin_table[i], is_string ? 4 : 0);
    }
    return types;
}

static bool check_name(const struct gh_parameter_types *types, const char *name,
                       char *error, size_t error_size)
{
    if (!name || name[strcspn(name, "[]()$.|?*+{}\\/")]) {
        if (error_size)
            snprintf(error, error_size,
                     "Illegal character in parameter name {%s}. Parameter "
                     "names may not contain '{', '}', '(', ')', '[', ']', "
                     "'\\', '/', '$', '.', '|', '?', '*' or '+'",
                     name ? name : "");
        return false;
    }
    if (!gh_parameter_type_find(types, gh_str_of(name)))
        return true;
    if (error_size && *name)
        snprintf(error, error_size,
                 "There is already a parameter type with name %s", name);
    else if (error_size)
        snprintf(error, error_size,
                 "The anonymous parameter type has already been defined");
    return false;
}

static bool check_regexp(const struct gh_parameter_types *types,
                         const struct gh_parameter_type *type,
                         const char *regexp, size_t *groups, char *error,
                         size_t error_size)
{
    char message[ERROR_BYTES];
    struct gh_regex *regex = gh_regex_create(regexp, message, sizeof(message));
    if (!regex) {
        if (error_size)
            snprintf(error, error_size,
                     "Parameter type {%s} has a bad regular expression /%s/: "
                     "%s",
                     type->name, regexp, message);
        return false;
    }
    *groups += (size_t)gh_regex_group_count(regex) - 1;
    gh_regex_destroy(regex);
    bool ambiguous = false;
    const struct gh_parameter_type *other =
        gh_parameter_type_find_by_regexp(types, gh_str_of(regexp), &ambiguous);
    if (!type->prefer_for_regexp_match || !other ||
        !other->prefer_for_regexp_match)
        return true;
    if (error_size)
        snprintf(error, error_size,
                 "There can only be one preferential parameter type per "
                 "regexp. The regexp /%s/ is used for two preferential "
                 "parameter types, {%s} and {%s}",
                 regexp, other->name, type->name);
    return false;
}

bool gh_parameter_type_add(struct gh_parameter_types *types,
                           const struct gh_parameter_type *type, char *error,
                           size_t error_size)
{
    if (!check_name(types, type->name, error, error_size))
        return false;
    if (!type->regexp_count) {
        if (error_size)
            snprintf(error, error_size,
                     "Parameter type {%s} needs at least one regular "
                     "expression",
                     type->name);
        return false;
    }
    size_t groups = 0;
    for (size_t i = 0; i < type->regexp_count; i++)
        if (!check_regexp(types, type, type->regexps[i], &groups, error,
                          error_size))
            return false;
    append(types, type, groups);
    return true;
}

const struct gh_parameter_type *
gh_parameter_type_find(const struct gh_parameter_types *types,
                       struct gh_str name)
{
    for (size_t i = 0; i < types->count; i++)
        if (gh_str_equal(gh_str_of(types->entries[i]->type.name), name))
            return &types->entries[i]->type;
    return NULL;
}

static bool has_regexp(const struct gh_parameter_type *type,
                       struct gh_str regexp)
{
    for (size_t i = 0; i < type->regexp_count; i++)
        if (gh_str_equal(gh_str_of(type->regexps[i]), regexp))
            return true;
    return false;
}

const struct gh_parameter_type *
gh_parameter_type_find_by_regexp(const struct gh_parameter_types *types,
                                 struct gh_str regexp, bool *ambiguous)
{
    const struct gh_parameter_type *found = NULL;
    *ambiguous = false;
    for (size_t i = 0; i < types->count; i++) {
        const struct gh_parameter_type *type = &types->entries[i]->type;
        if (!has_regexp(type, regexp))
            continue;
        if (type->prefer_for_regexp_match) {
            *ambiguous = false;
            return type;
        }
        *ambiguous = found != NULL;
        if (!found)
            found = type;
    }
    return found;
}

const struct gh_parameter_type *
gh_parameter_type_at(const struct gh_parameter_types *types, size_t index)
{
    return index < types->count ? &types->entries[index]->type : NULL;
}

size_t gh_parameter_type_group_count(const struct gh_parameter_types *types,
                                     const struct gh_parameter_type *type)
{
    for (size_t i = 0; i < types->count; i++)
        if (&types->entries[i]->type == type)
            return types->entries[i]->groups;
    return 0;
}

void gh_parameter_type_registry_destroy(struct gh_parameter_types *types)
{
    if (!types)
        return;
    gh_arena_finish(&types->arena);
    gh_free(types->entries);
    gh_free(types);
}
