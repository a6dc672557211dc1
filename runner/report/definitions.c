#include "runner/report/definitions.h"

#include <cJSON.h>
#include <string.h>

#include "gherkin/hash.h"

#define MOST_REGEXPS 64u
#define LEAST_SEEN   256u /* a power of two */

/* Expressions borrow it. */
struct mp_definition_types {
    struct mp_definition_types *next;
    struct gh_parameter_types *list; /* owned */
};

/* ---- what a server answered ---- */

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *string_of(const cJSON *object, const char *name)
{
    const cJSON *item = member(object, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static void add_type(struct gh_parameter_types *types, const cJSON *item)
{
    const char *list[MOST_REGEXPS];
    struct gh_parameter_type type = {.name = string_of(item, "name"),
                                     .regexps = list};
    const cJSON *regexp;
    cJSON_ArrayForEach(regexp, member(item, "regexps"))
    {
        if (cJSON_IsString(regexp) && type.regexp_count < MOST_REGEXPS)
            list[type.regexp_count++] = regexp->valuestring;
    }
    gh_parameter_type_add(types, &type, NULL, 0);
}

static void add_definition(struct mp_definitions *definitions,
                           const struct gh_parameter_types *types,
                           const char *platform, const cJSON *item)
{
    struct gh_arena *arena = &definitions->arena;
    const cJSON *pattern = member(item, "pattern");
    const cJSON *place = member(item, "location");
    const cJSON *line = member(place, "line");
    const char *source = string_of(pattern, "source");
    bool regex = !strcmp(string_of(pattern, "type"), "regex");
    struct mp_definition *definition =
        gh_arena_alloc(arena, sizeof(*definition));
    definition->platform = platform;
    definition->id = gh_arena_copy(arena, gh_str_of(string_of(item, "id")));
    definition->source = gh_arena_copy(arena, gh_str_of(source));
    definition->file =
        gh_arena_copy(arena, gh_str_of(string_of(place, "file")));
    if (cJSON_IsNumber(line) && line->valuedouble >= 1 &&
        line->valuedouble < 1e9)
        definition->line = (int64_t)line->valuedouble;
    definition->blank = !*source;
    definition->expression =
        definition->blank ? NULL
        : regex           ? gh_expression_create_regex(source, types, NULL, 0)
                          : gh_expression_create(source, types, NULL, 0);
    if (definitions->last)
        definitions->last->next = definition;
    else
        definitions->first = definition;
    definitions->last = definition;
    definitions->count += !definition->blank;
    definitions->blank_count += definition->blank;
}

static bool is_known(const struct mp_definitions *definitions,
                     const char *platform)
{
    const struct mp_definition *definition = definitions->first;
    while (definition && strcmp(definition->platform, platform) != 0)
        definition = definition->next;
    return definition;
}

void mp_definitions_take(struct mp_definitions *definitions,
                         const struct mp_record *record)
{
    if (!record->platform || !record->body ||
        is_known(definitions, record->platform))
        return;
    cJSON *message = cJSON_Parse(record->body);
    const cJSON *result = member(message, "result"), *item;
    struct mp_definition_types *types =
        gh_arena_alloc(&definitions->arena, sizeof(*types));
    types->list = gh_parameter_type_registry_create();
    types->next = definitions->types;
    definitions->types = types;
    const char *platform =
        gh_arena_copy(&definitions->arena, gh_str_of(record->platform));
    cJSON_ArrayForEach(item, member(result, "parameterTypes"))
        add_type(types->list, item);
    cJSON_ArrayForEach(item, member(result, "stepDefinitions"))
        add_definition(definitions, types->list, platform, item);
    cJSON_Delete(message);
}

/* ---- which steps were there ---- */

static void insert(uint64_t *seen, size_t capacity, uint64_t hash)
{
    size_t at = hash & (capacity - 1);
    while (seen[at])
        at = (at + 1) & (capacity - 1);
    seen[at] = hash;
}

/* A text that was tried is not tried again: scenarios repeat their steps on
 * all combinations. */
static bool was_seen(struct mp_definitions *definitions, uint64_t hash)
{
    if (definitions->seen_count * 2 >= definitions->seen_capacity) {
        size_t old = definitions->seen_capacity;
        size_t capacity = old ? old * 2 : LEAST_SEEN;
        uint64_t *seen = gh_alloc(capacity * sizeof(*seen));
        for (size_t i = 0; i < old; i++) {
            if (definitions->seen[i])
                insert(seen, capacity, definitions->seen[i]);
        }
        gh_free(definitions->seen);
        definitions->seen = seen;
        definitions->seen_capacity = capacity;
    }
    size_t mask = definitions->seen_capacity - 1;
    for (size_t at = hash & mask; definitions->seen[at]; at = (at + 1) & mask) {
        if (definitions->seen[at] == hash)
            return true;
    }
    insert(definitions->seen, definitions->seen_capacity, hash);
    definitions->seen_count++;
    return false;
}

bool mp_definitions_fit(const struct mp_definition *definition,
                        const char *text)
{
    struct gh_arena arena = {0};
    struct gh_match match = {0};
    bool is_match = definition->expression &&
                    gh_expression_match(definition->expression, gh_str_of(text),
                                        &arena, &match) > 0;
    gh_arena_finish(&arena);
    return is_match;
}

struct mp_definition *
mp_definitions_find(const struct mp_definitions *definitions,
                    const char *platform, const char *id)
{
    struct mp_definition *definition = definitions->first;
    while (definition && (strcmp(definition->platform, platform) != 0 ||
                          strcmp(definition->id, id) != 0))
        definition = definition->next;
    return definition;
}

void mp_definitions_use(struct mp_definitions *definitions,
                        struct mp_definition *definition)
{
    definitions->used_count += !definition->used && !definition->blank;
    definition->used = true;
}

static void try_text(struct mp_definitions *definitions, struct gh_str platform,
                     const char *text)
{
    struct mp_definition *definition = definitions->first;
    for (; definition; definition = definition->next) {
        if (definition->used ||
            !gh_str_equal(gh_str_of(definition->platform), platform) ||
            !mp_definitions_fit(definition, text))
            continue;
        mp_definitions_use(definitions, definition);
    }
}

/* Each process of "node#1, node#2". */
static void try_step(struct mp_definitions *definitions,
                     const struct mp_case_result *result,
                     const struct mp_result_step *step)
{
    const char *text = *step->sent ? step->sent : step->text;
    const char *names = step->process;
    while (*names) {
        struct gh_arena arena = {0};
        struct gh_str name = {names, strcspn(names, ",")};
        struct gh_str platform =
            mp_results_platform(result, gh_arena_copy(&arena, name));
        uint64_t hash = gh_hash_str(GH_HASH_START, platform);
        hash = gh_hash_str(gh_hash_byte(hash, '\n'), gh_str_of(text));
        if (!was_seen(definitions, hash ? hash : 1))
            try_text(definitions, platform, text);
        names += name.len;
        names += strspn(names, ", ");
        gh_arena_finish(&arena);
    }
}

void mp_definitions_play(struct mp_definitions *definitions,
                         const struct mp_case_result *result)
{
    if (definitions->used_count == definitions->count)
        return;
    for (size_t i = 0; i < result->step_count; i++)
        try_step(definitions, result, &result->steps[i]);
}

void mp_definitions_blame(const struct mp_definitions *definitions,
                          const char *platform, struct mp_buf *out)
{
    const struct mp_definition *definition = definitions->first, *first = NULL;
    size_t count = 0;
    for (; definition; definition = definition->next) {
        if (!definition->blank || strcmp(definition->platform, platform) != 0)
            continue;
        first = first ? first : definition;
        count++;
    }
    if (!count)
        return;
    mp_buf_format(out, "platform '%s' lists %zu step definition%s without ",
                  platform, count, count == 1 ? "" : "s");
    mp_buf_append_text(out, "`pattern.source`");
    if (*first->id)
        mp_buf_format(out, "%s '%s'",
                      count == 1 ? ": id" : ", the first with the id",
                      first->id);
    mp_buf_append_text(out, "; which steps fit is not known: its server must "
                            "answer listStepDefinitions with the pattern of "
                            "each (docs/protocol.md 5.8)");
}

void mp_definitions_finish(struct mp_definitions *definitions)
{
    struct mp_definition *definition = definitions->first;
    for (; definition; definition = definition->next)
        gh_expression_destroy(definition->expression);
    struct mp_definition_types *types = definitions->types;
    for (; types; types = types->next)
        gh_parameter_type_registry_destroy(types->list);
    gh_free(definitions->seen);
    gh_arena_finish(&definitions->arena);
    memset(definitions, 0, sizeof(*definitions));
}
