/* Step definitions as servers list them (docs/protocol.md 5.8). */
#include <cJSON.h>
#include <stdlib.h>

#include "gherkin/printer.h"
#include "runner/report/message_steps.h"

/* -- What a server answered ---------------------------------------------- */

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *string_of(const cJSON *object, const char *name)
{
    const cJSON *item = member(object, name);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static uint32_t line_of(const cJSON *place)
{
    const cJSON *line = member(place, "line");
    bool good = cJSON_IsNumber(line) && line->valuedouble >= 1 &&
                line->valuedouble < 1e9;
    return good ? (uint32_t)line->valuedouble : 0;
}

static void put_place(struct gh_jsonw *w, const cJSON *item)
{
    const cJSON *place = member(item, "location");
    mp_message_put_reference(w, string_of(place, "file"), line_of(place));
}

#define MOST_REGEXPS 64

static void add_type(struct mp_messages *messages,
                     struct mp_message_platform *platform, const cJSON *item)
{
    struct gh_jsonw *w = &messages->head;
    const char *list[MOST_REGEXPS];
    struct gh_parameter_type type = {
        .name = string_of(item, "name"),
        .regexps = list,
        .prefer_for_regexp_match =
            cJSON_IsTrue(member(item, "preferForSuggestions")),
        .use_for_snippets = cJSON_IsTrue(member(item, "useForSnippets"))};
    const cJSON *regexp;
    cJSON_ArrayForEach(regexp, member(item, "regexps"))
    {
        if (cJSON_IsString(regexp) && type.regexp_count < MOST_REGEXPS)
            list[type.regexp_count++] = regexp->valuestring;
    }
    if (!gh_parameter_type_add(platform->types, &type, NULL, 0))
        return;
    gh_printer_begin(w, "parameterType");
    gh_printer_put_id(w, messages->ids.next++);
    mp_message_put(w, "name", type.name);
    gh_jsonw_key(w, "regularExpressions");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < type.regexp_count; i++)
        gh_jsonw_cstring(w, list[i]);
    gh_jsonw_array_end(w);
    gh_jsonw_key(w, "preferForRegularExpressionMatch");
    gh_jsonw_bool(w, type.prefer_for_regexp_match);
    gh_jsonw_key(w, "useForSnippets");
    gh_jsonw_bool(w, type.use_for_snippets);
    put_place(w, item);
    gh_printer_end(w);
}

static void add_definition(struct mp_messages *messages,
                           struct mp_message_platform *platform,
                           const cJSON *item)
{
    struct gh_jsonw *w = &messages->head;
    const cJSON *pattern = member(item, "pattern");
    const char *source = string_of(pattern, "source");
    bool regex = !strcmp(string_of(pattern, "type"), "regex");
    struct mp_message_definition *definition =
        gh_arena_alloc(&messages->arena, sizeof(*definition));
    definition->next = NULL;
    definition->id = messages->ids.next++;
    definition->expression =
        regex ? gh_expression_create_regex(source, platform->types, NULL, 0)
              : gh_expression_create(source, platform->types, NULL, 0);
    if (platform->last)
        platform->last->next = definition;
    else
        platform->first = definition;
    platform->last = definition;
    gh_printer_begin(w, "stepDefinition");
    gh_printer_put_id(w, definition->id);
    gh_jsonw_key(w, "pattern");
    gh_jsonw_object_begin(w);
    mp_message_put(w, "type",
                   regex ? "REGULAR_EXPRESSION" : "CUCUMBER_EXPRESSION");
    mp_message_put(w, "source", source);
    gh_jsonw_object_end(w);
    put_place(w, item);
    gh_printer_end(w);
}

/* Definitions and hooks in the order in which they stand in the files. */
struct entry {
    const cJSON *item;
    const char *file;
    uint32_t line;
    size_t number; /* among those that the server told */
    bool is_hook;
};

static int by_location(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;
    int files = strcmp(one->file, other->file);
    if (files && (!*one->file || !*other->file))
        return *one->file ? -1 : 1; /* of no known place: at the end */
    if (files)
        return files;
    if (one->line != other->line)
        return one->line < other->line ? -1 : 1;
    return (one->number > other->number) - (one->number < other->number);
}

static void add_hook(struct mp_messages *messages,
                     struct mp_message_platform *platform,
                     const struct entry *entry)
{
    const struct mp_message_listed hook = {
        .id = string_of(entry->item, "id"),
        .type = string_of(entry->item, "type"),
        .name = string_of(entry->item, "name"),
        .tags = string_of(entry->item, "tagExpression"),
        .file = entry->file,
        .line = entry->line};
    mp_message_hooks_add(messages, platform->name, &hook);
}

static size_t append_entries(struct entry *entries, size_t count,
                             const cJSON *list, bool is_hook)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        const cJSON *place = member(item, "location");
        entries[count] = (struct entry){.item = item,
                                        .file = string_of(place, "file"),
                                        .line = line_of(place),
                                        .number = count,
                                        .is_hook = is_hook};
        count++;
    }
    return count;
}

static void add_in_order(struct mp_messages *messages,
                         struct mp_message_platform *platform,
                         const cJSON *definitions, const cJSON *hooks)
{
    size_t most = (size_t)cJSON_GetArraySize(definitions) +
                  (size_t)cJSON_GetArraySize(hooks);
    struct entry *entries = gh_alloc((most + 1) * sizeof(*entries));
    size_t count = append_entries(entries, 0, definitions, false);
    count = append_entries(entries, count, hooks, true);
    if (count)
        qsort(entries, count, sizeof(*entries), by_location);
    for (size_t i = 0; i < count; i++) {
        if (entries[i].is_hook)
            add_hook(messages, platform, &entries[i]);
        else
            add_definition(messages, platform, entries[i].item);
    }
    gh_free(entries);
}

static void add_fault(struct mp_messages *messages, const cJSON *item)
{
    struct gh_jsonw *w = &messages->head;
    if (strcmp(string_of(item, "type"), "undefinedParameterType") != 0)
        return;
    gh_printer_begin(w, "undefinedParameterType");
    mp_message_put(w, "expression", string_of(item, "expression"));
    mp_message_put(w, "name", string_of(item, "name"));
    gh_printer_end(w);
}

struct mp_message_platform *
mp_message_steps_find(const struct mp_messages *messages, struct gh_str name)
{
    struct mp_message_platform *platform = messages->platforms;
    while (platform && !gh_str_equal(gh_str_of(platform->name), name))
        platform = platform->next;
    return platform;
}

void mp_message_steps_take(struct mp_messages *messages,
                           const struct mp_record *record)
{
    if (!record->platform || !record->body ||
        mp_message_steps_find(messages, gh_str_of(record->platform)))
        return;
    cJSON *message = cJSON_Parse(record->body);
    const cJSON *result = member(message, "result"), *item;
    struct mp_message_platform *platform = gh_alloc(sizeof(*platform));
    platform->name =
        gh_arena_copy(&messages->arena, gh_str_of(record->platform));
    platform->types = gh_parameter_type_registry_create();
    platform->next = messages->platforms;
    messages->platforms = platform;
    cJSON_ArrayForEach(item, member(result, "parameterTypes"))
        add_type(messages, platform, item);
    add_in_order(messages, platform, member(result, "stepDefinitions"),
                 member(result, "hooks"));
    cJSON_ArrayForEach(item, member(result, "errors"))
        add_fault(messages, item);
    cJSON_Delete(message);
}

void mp_message_steps_finish(struct mp_messages *messages)
{
    while (messages->platforms) {
        struct mp_message_platform *platform = messages->platforms;
        messages->platforms = platform->next;
        for (struct mp_message_definition *d = platform->first; d; d = d->next)
            gh_expression_destroy(d->expression);
        mp_message_fits_forget(platform);
        gh_parameter_type_registry_destroy(platform->types);
        gh_free(platform);
    }
}
