/*
 * Step definitions as servers list them (docs/protocol.md 5.8), and which of
 * them fit a step. A server decides that for itself when it gets the step;
 * here it is found out once more, with mprun's own expressions, for what
 * formatters show of a step that ran or did not.
 */
#include <cJSON.h>
#include <stdlib.h>

#include "gherkin/printer.h"
#include "runner/report/messages.h"

#define MOST_MATCHES 32u /* that are told of a step */

struct definition {
    struct definition *next;
    uint64_t id;
    struct gh_expression *expression; /* owned; NULL: it fits nothing */
};

struct mp_message_platform {
    struct mp_message_platform *next;
    const char *name; /* in the report's arena */
    struct gh_parameter_types *types;
    struct definition *first, *last; /* in the report's arena */
};

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
    struct definition *definition =
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

static struct mp_message_platform *find(const struct mp_messages *messages,
                                        struct gh_str name)
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
        find(messages, gh_str_of(record->platform)))
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
        for (struct definition *d = platform->first; d; d = d->next)
            gh_expression_destroy(d->expression);
        gh_parameter_type_registry_destroy(platform->types);
        gh_free(platform);
    }
}

/* -- Which fit a step ---------------------------------------------------- */

struct fits {
    struct gh_arena arena;
    size_t count;
    const struct definition *definitions[MOST_MATCHES];
    struct gh_match matches[MOST_MATCHES];
};

static const char *sent_text(const struct mp_result_step *step)
{
    return *step->sent ? step->sent : step->text;
}

static void find_fits(const struct mp_message_platform *platform,
                      const struct mp_result_step *step, struct fits *fits)
{
    struct gh_str text = gh_str_of(sent_text(step));
    const struct definition *definition = platform->first;
    for (; definition && fits->count < MOST_MATCHES;
         definition = definition->next) {
        if (!definition->expression ||
            gh_expression_match(definition->expression, text, &fits->arena,
                                &fits->matches[fits->count]) <= 0)
            continue;
        fits->definitions[fits->count++] = definition;
    }
}

/* The platform that gets the step, if it is one and has told. */
static const struct mp_message_platform *
platform_of(const struct mp_messages *messages,
            const struct mp_result_step *step)
{
    size_t length = strcspn(step->platform, ",");
    struct gh_str name = {step->platform, length};
    bool sent = !strcmp(step->kind, "send") || !strcmp(step->kind, "begin");
    const char *rest = step->platform + length;
    while (*rest == ',') { /* "c, c": all members on one platform */
        rest += strspn(rest, ", ");
        if (strncmp(rest, step->platform, length) != 0 ||
            (rest[length] && rest[length] != ','))
            return NULL;
        rest += length;
    }
    return sent && length ? find(messages, name) : NULL;
}

struct mp_message_matches
mp_message_steps_count(const struct mp_messages *messages,
                       const struct mp_result_step *step)
{
    struct fits fits = {.count = 0};
    struct mp_message_matches matches = {.platform =
                                             platform_of(messages, step)};
    matches.known = matches.platform;
    if (matches.known)
        find_fits(matches.platform, step, &fits);
    matches.count = fits.count;
    gh_arena_finish(&fits.arena);
    return matches;
}

/* Groups nest as deep as an expression's parentheses, for which compiling has
 * a limit; below this depth they are left out. */
#define DEEPEST_GROUP 16

static void put_group(struct gh_jsonw *w, const struct gh_group *group,
                      size_t offset, int depth)
{
    gh_jsonw_object_begin(w);
    if (group->text.ptr) {
        gh_jsonw_key(w, "start");
        gh_jsonw_uint(w, group->start + offset);
        gh_jsonw_key(w, "value");
        gh_jsonw_string(w, group->text);
    }
    if (group->child_count && depth < DEEPEST_GROUP) {
        gh_jsonw_key(w, "children");
        gh_jsonw_array_begin(w);
        for (size_t i = 0; i < group->child_count; i++)
            put_group(w, &group->children[i], offset, depth + 1);
        gh_jsonw_array_end(w);
    }
    gh_jsonw_object_end(w);
}

static void put_match(struct gh_jsonw *w, const struct gh_match *match,
                      size_t offset)
{
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "stepMatchArguments");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < match->count; i++) {
        const struct gh_argument *argument = &match->arguments[i];
        gh_jsonw_object_begin(w);
        gh_jsonw_key(w, "group");
        put_group(w, &argument->group, offset, 0);
        if (*argument->type_name)
            mp_message_put(w, "parameterTypeName", argument->type_name);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
    gh_jsonw_object_end(w);
}

/* How many code points of the step stand before what the server got. */
static size_t offset_of(const struct mp_result_step *step)
{
    size_t whole = strlen(step->text), sent = strlen(sent_text(step));
    size_t offset = 0;
    if (sent > whole || strcmp(step->text + whole - sent, sent_text(step)) != 0)
        return 0;
    for (size_t i = 0; i < whole - sent; i++)
        offset += ((unsigned char)step->text[i] & 0xc0) != 0x80;
    return offset;
}

void mp_message_steps_put(struct gh_jsonw *w,
                          const struct mp_messages *messages,
                          const struct mp_result_step *step)
{
    struct fits fits = {.count = 0};
    const struct mp_message_platform *platform = platform_of(messages, step);
    if (!platform)
        return;
    find_fits(platform, step, &fits);
    gh_jsonw_key(w, "stepDefinitionIds");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < fits.count; i++)
        gh_jsonw_uint_string(w, fits.definitions[i]->id);
    gh_jsonw_array_end(w);
    gh_jsonw_key(w, "stepMatchArgumentsLists");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < fits.count; i++)
        put_match(w, &fits.matches[i], offset_of(step));
    gh_jsonw_array_end(w);
    gh_arena_finish(&fits.arena);
}

void mp_message_steps_suggest(struct gh_jsonw *w, struct mp_messages *messages,
                              const struct mp_message_platform *platform,
                              const struct mp_result_step *step,
                              uint64_t pickle_step_id)
{
    struct gh_arena arena = {0};
    const struct gh_suggestion *list;
    gh_suggestion_make(platform->types, gh_str_of(sent_text(step)), 1, &arena,
                       &list);
    mp_message_put_suggestion(w, &messages->ids, pickle_step_id, platform->name,
                              list->source);
    gh_arena_finish(&arena);
}
