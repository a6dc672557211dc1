/* What is defined, and what a step would match: runs no code of a step. */
#include <string.h>

#include "platform-servers/c/sdk/registry.h"
#include "platform-servers/c/sdk/server.h"
#include "platform-servers/c/sdk/step.h"

enum { MAX_MATCHES = 8, MAX_GROUP_DEPTH = 8 };

cJSON *mprun_sdk_location(const char *file, int line)
{
    cJSON *location = cJSON_CreateObject();
    mprun_sdk_set_text(location, "file", file);
    cJSON_AddNumberToObject(location, "line", line);
    return location;
}

cJSON *mprun_sdk_snippets(const struct mprun_sdk_registry *registry,
                          const char *text, struct gh_arena *arena)
{
    cJSON *list = cJSON_CreateArray();
    cJSON *snippet = cJSON_CreateObject();
    cJSON_AddStringToObject(snippet, "language", "c");
    mprun_sdk_set_text(snippet, "code",
                       mprun_sdk_registry_snippet(registry, text, arena));
    cJSON_AddItemToArray(list, snippet);
    return list;
}

static void add_span(cJSON *object, const char *name, struct gh_str span)
{
    if (span.ptr) {
        char *copy = gh_alloc(span.len + 1);
        memcpy(copy, span.ptr, span.len);
        mprun_sdk_set_text(object, name, copy);
        gh_free(copy);
    } else {
        cJSON_AddNullToObject(object, name);
    }
}

static cJSON *group_json(const struct gh_group *group, int depth)
{
    cJSON *json = cJSON_CreateObject();
    add_span(json, "value", group->text);
    if (group->text.ptr) {
        cJSON_AddNumberToObject(json, "start", (double)group->start);
        cJSON_AddNumberToObject(json, "end", (double)group->end);
    }
    if (group->child_count == 0 || depth >= MAX_GROUP_DEPTH)
        return json;
    cJSON *children = cJSON_AddArrayToObject(json, "children");
    for (size_t i = 0; i < group->child_count; i++)
        cJSON_AddItemToArray(children,
                             group_json(&group->children[i], depth + 1));
    return json;
}

static cJSON *match_json(const struct mprun_sdk_definition *definition,
                         const struct gh_match *match)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "id", definition->id);
    cJSON *arguments = cJSON_AddArrayToObject(json, "args");
    for (size_t i = 0; i < match->count; i++) {
        const struct gh_argument *argument = &match->arguments[i];
        cJSON *item = group_json(&argument->group, 0);
        if (argument->type)
            mprun_sdk_set_text(item, "type", argument->type_name);
        cJSON_AddItemToArray(arguments, item);
    }
    return json;
}

static cJSON *matches_json(const struct mprun_sdk_server *server,
                           const char *text)
{
    struct gh_arena arena = {0};
    const struct mprun_sdk_definition *found[MAX_MATCHES];
    struct gh_match matches[MAX_MATCHES];
    size_t count = mprun_sdk_registry_find(&server->registry, text, &arena,
                                           found, matches, MAX_MATCHES);
    cJSON *result = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(result, "matches");
    for (size_t i = 0; i < count && i < MAX_MATCHES; i++)
        cJSON_AddItemToArray(list, match_json(found[i], &matches[i]));
    if (count == 0)
        cJSON_AddItemToObject(
            result, "snippets",
            mprun_sdk_snippets(&server->registry, text, &arena));
    gh_arena_finish(&arena);
    return result;
}

static bool are_steps(const cJSON *steps)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, steps)
    {
        if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(item, "step")))
            return false;
    }
    return cJSON_IsArray(steps);
}

void mprun_sdk_match_steps(struct mprun_sdk_server *server, const cJSON *id,
                           const cJSON *params)
{
    const cJSON *steps = cJSON_GetObjectItemCaseSensitive(params, "steps");
    if (!are_steps(steps)) {
        mprun_sdk_server_refuse(
            server, id, MPRUN_SDK_INVALID_PARAMS,
            "params.steps must be an array of objects with a "
            "string `step`",
            NULL);
        return;
    }
    cJSON *result = cJSON_CreateObject();
    cJSON *results = cJSON_AddArrayToObject(result, "results");
    const cJSON *item;
    cJSON_ArrayForEach(item, steps)
    {
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(item, "step");
        cJSON_AddItemToArray(results, matches_json(server, text->valuestring));
    }
    mprun_sdk_server_reply(server, id, result);
}

static cJSON *definition_json(const struct mprun_sdk_definition *definition)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "id", definition->id);
    cJSON *pattern = cJSON_AddObjectToObject(json, "pattern");
    cJSON_AddStringToObject(
        pattern, "type", definition->is_regex ? "regex" : "cucumberExpression");
    mprun_sdk_set_text(pattern, "source", definition->source);
    if (definition->is_regex)
        cJSON_AddStringToObject(pattern, "dialect", "pcre2");
    cJSON_AddNullToObject(json, "stepType");
    cJSON_AddItemToObject(
        json, "location",
        mprun_sdk_location(definition->file, definition->line));
    return json;
}

static cJSON *type_json(const struct mprun_sdk_conversion *conversion)
{
    cJSON *json = cJSON_CreateObject();
    mprun_sdk_set_text(json, "name", conversion->name);
    cJSON *regexps = cJSON_AddArrayToObject(json, "regexps");
    cJSON_AddItemToArray(regexps, cJSON_CreateString(conversion->regexp));
    cJSON_AddFalseToObject(json, "preferForSuggestions");
    cJSON_AddTrueToObject(json, "useForSnippets");
    cJSON_AddItemToObject(
        json, "location",
        mprun_sdk_location(conversion->file, conversion->line));
    return json;
}

void mprun_sdk_list_step_definitions(struct mprun_sdk_server *server,
                                     const cJSON *id, const cJSON *params)
{
    (void)params;
    const struct mprun_sdk_registry *registry = &server->registry;
    cJSON *result = cJSON_CreateObject();
    cJSON *definitions = cJSON_AddArrayToObject(result, "stepDefinitions");
    for (size_t i = 0; i < registry->definition_count; i++)
        cJSON_AddItemToArray(definitions,
                             definition_json(&registry->definitions[i]));
    cJSON *types = cJSON_AddArrayToObject(result, "parameterTypes");
    for (size_t i = 0; i < registry->conversion_count; i++)
        cJSON_AddItemToArray(types, type_json(registry->conversions[i]));
    cJSON_AddItemToObject(result, "hooks", mprun_sdk_hooks_json(registry));
    mprun_sdk_server_reply(server, id, result);
}
