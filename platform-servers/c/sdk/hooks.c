#include "platform-servers/c/sdk/hooks.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "gherkin/gherkin.h"
#include "gherkin/memory.h"
#include "platform-servers/c/sdk/registry.h"
#include "platform-servers/c/sdk/server.h"
#include "platform-servers/c/sdk/step.h"
#include "platform-servers/c/sdk/text.h"

enum { ERROR_BYTES = 512 };

static const char *const type_table[] = {
    [MPRUN_BEFORE_SCENARIO] = "beforeScenario",
    [MPRUN_AFTER_SCENARIO] = "afterScenario",
    [MPRUN_BEFORE_RUN] = "beforeRun",
    [MPRUN_AFTER_RUN] = "afterRun",
    [MPRUN_BEFORE_STEP] = "beforeStep",
    [MPRUN_AFTER_STEP] = "afterStep",
};

static bool is_known(enum mprun_hook_kind kind)
{
    return (size_t)kind < sizeof type_table / sizeof *type_table;
}

const char *mprun_sdk_hook_title(const struct mprun_sdk_hook *hook)
{
    return hook->name ? hook->name : type_table[hook->kind];
}

/* NULL for a text that says nothing. */
static const char *copy(struct mprun_sdk_registry *registry, const char *text)
{
    return text && *text ? gh_arena_copy(&registry->arena, gh_str_of(text))
                         : NULL;
}

void mprun_hook_at(struct mprun_module *module, enum mprun_hook_kind kind,
                   const char *tags, const char *name, int order,
                   mprun_step_function *function, const char *file, int line)
{
    struct mprun_sdk_registry *registry = module->registry;
    size_t count = registry->hook_count;
    if ((count & (count - 1)) == 0)
        registry->hooks = gh_realloc(
            registry->hooks, (count ? count * 2 : 1) * sizeof *registry->hooks);
    struct mprun_sdk_hook *hook = &registry->hooks[count];
    *hook = (struct mprun_sdk_hook){
        .kind = kind,
        .module = module,
        .function = function,
        .tags = copy(registry, tags),
        .name = copy(registry, name),
        .order = order,
        .file = gh_arena_copy(&registry->arena, gh_str_of(file)),
        .line = line,
    };
    registry->hook_count = count + 1;
    snprintf(hook->id, sizeof hook->id, "h%zu", count + 1);
}

/* Whether the tag expression can be read; else why not. */
static bool read_tags(const struct mprun_sdk_hook *hook, char *error)
{
    if (!hook->tags)
        return true;
    if (hook->kind == MPRUN_BEFORE_RUN || hook->kind == MPRUN_AFTER_RUN) {
        snprintf(error, ERROR_BYTES, "a hook of the run has no tags");
        return false;
    }
    struct gh_tagexpr *tags = gh_tagexpr_parse(hook->tags, error, ERROR_BYTES);
    gh_tagexpr_destroy(tags);
    return tags != NULL;
}

static bool compile(const struct mprun_sdk_hook *hook)
{
    char error[ERROR_BYTES] = "there is no such kind of hook";
    bool known = is_known(hook->kind);
    if (known && !hook->function)
        snprintf(error, sizeof error, "the hook has no function");
    else if (known && read_tags(hook, error))
        return true;
    fprintf(stderr, "%s:%d: %s: %s\n", hook->file, hook->line,
            known ? type_table[hook->kind] : "hook", error);
    return false;
}

size_t mprun_sdk_hooks_compile(const struct mprun_sdk_registry *registry)
{
    size_t faults = 0;
    for (size_t i = 0; i < registry->hook_count; i++)
        faults += !compile(&registry->hooks[i]);
    return faults;
}

static void set_text_or_null(cJSON *json, const char *name, const char *text)
{
    if (text)
        mprun_sdk_set_text(json, name, text);
    else
        cJSON_AddNullToObject(json, name);
}

cJSON *mprun_sdk_hooks_json(const struct mprun_sdk_registry *registry)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < registry->hook_count; i++) {
        const struct mprun_sdk_hook *hook = &registry->hooks[i];
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "id", hook->id);
        cJSON_AddStringToObject(json, "type", type_table[hook->kind]);
        set_text_or_null(json, "name", hook->name);
        set_text_or_null(json, "tagExpression", hook->tags);
        cJSON_AddNumberToObject(json, "order", hook->order);
        cJSON_AddItemToObject(json, "location",
                              mprun_sdk_location(hook->file, hook->line));
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

const char *mprun_hook_status(const struct mprun_step *step)
{
    return step->status_so_far;
}

/* The one that params name; NULL: none. */
static const struct mprun_sdk_hook *
find_hook(const struct mprun_sdk_registry *registry, const cJSON *params)
{
    const char *id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(params, "hook"));
    for (size_t i = 0; id && i < registry->hook_count; i++) {
        if (!strcmp(registry->hooks[i].id, id))
            return &registry->hooks[i];
    }
    return NULL;
}

/* NULL, or what is wrong with params. */
static const char *take_params(struct mprun_step *step, const cJSON *params)
{
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(params, "status");
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(params, "step");
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(params, "stepType");
    if (status && !cJSON_IsString(status))
        return "params.status must be a string";
    if ((text && !cJSON_IsString(text)) || (type && !cJSON_IsString(type)))
        return "params.step and params.stepType must be strings";
    step->text = text ? text->valuestring : "";
    step->type = type ? type->valuestring : "";
    step->status_so_far = status ? status->valuestring : "";
    return mprun_sdk_step_take_context(step, params);
}

static void refuse_unknown(struct mprun_sdk_server *server, const cJSON *id,
                           const cJSON *params)
{
    const char *name =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(params, "hook"));
    struct mprun_sdk_text text = {0};
    mprun_sdk_text_format(&text, "there is no hook '%s'", name ? name : "");
    mprun_sdk_server_refuse(server, id, MPRUN_SDK_INVALID_PARAMS, text.bytes,
                            NULL);
    mprun_sdk_text_finish(&text);
}

void mprun_sdk_execute_hook(struct mprun_sdk_server *server, const cJSON *id,
                            const cJSON *params)
{
    struct mprun_step step;
    const struct mprun_sdk_hook *hook = find_hook(&server->registry, params);
    if (!hook) {
        refuse_unknown(server, id, params);
        return;
    }
    mprun_sdk_step_init(&step, server, id);
    const char *wrong = take_params(&step, params);
    if (mprun_sdk_accepts(server, id, params, wrong)) {
        step.module = hook->module;
        step.hook = mprun_sdk_hook_title(hook);
        step.owner =
            (struct mprun_sdk_owner){step.hook, hook->file, hook->line};
        server->running = &step;
        mprun_sdk_step_run(&step, hook->function);
        server->running = NULL;
        mprun_sdk_server_reply(server, id, mprun_sdk_step_result(&step));
    }
    mprun_sdk_step_finish(&step);
}
