#include "runner/rpc/hooks.h"

#include <cJSON.h>
#include <string.h>

#include "gherkin/memory.h"
#include "runner/rpc/repair.h"

#define MOST_HOOKS    1000
#define ERROR_SIZE    400
#define TEXT_SHOWN    200
#define HIGHEST_ORDER 9007199254740991.0

static const char *const type_table[MP_HOOK_TYPE_COUNT] = {
    [MP_HOOK_BEFORE_SCENARIO] = "beforeScenario",
    [MP_HOOK_AFTER_SCENARIO] = "afterScenario",
    [MP_HOOK_BEFORE_STEP] = "beforeStep",
    [MP_HOOK_AFTER_STEP] = "afterStep",
    [MP_HOOK_BEFORE_RUN] = "beforeRun",
    [MP_HOOK_AFTER_RUN] = "afterRun",
};

const char *mp_hook_type_name(enum mp_hook_type type)
{
    return type_table[type];
}

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* NULL: it is no text. */
static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(member(object, name));
}

static const char *read_location(struct gh_arena *arena, const cJSON *item)
{
    const cJSON *location = member(item, "location");
    const cJSON *line = member(location, "line");
    const char *file = text_of(location, "file");
    if (!file)
        return "";
    if (!cJSON_IsNumber(line) || line->valuedouble < 1 ||
        line->valuedouble > 1e9)
        return gh_arena_copy(arena, gh_str_of(file));
    return gh_arena_format(arena, "%s:%d", file, (int)line->valuedouble);
}

static void tell(struct mp_buf *why, const struct mp_hook *hook,
                 const char *what, const char *text)
{
    mp_buf_format(why, "%s%s%s%s '%.*s'", why->len ? "; " : "", hook->location,
                  *hook->location ? ": " : "", what,
                  mp_repair_cut(text, TEXT_SHOWN), text);
}

static bool read_type(struct mp_hook *hook, const cJSON *item,
                      struct mp_buf *why)
{
    const char *name = text_of(item, "type");
    for (int i = 0; name && i < MP_HOOK_TYPE_COUNT; i++) {
        hook->type = (enum mp_hook_type)i;
        if (!strcmp(name, type_table[i]))
            return true;
    }
    tell(why, hook,
         "a hook of a type that mprun does not know:", name ? name : "");
    return false;
}

static bool read_tags(struct mp_hook *hook, const cJSON *item,
                      struct mp_buf *why)
{
    char error[ERROR_SIZE];
    const char *text = text_of(item, "tagExpression");
    if (!text || !*text)
        return true;
    hook->tags = gh_tagexpr_parse(text, error, sizeof(error));
    if (hook->tags)
        return true;
    tell(why, hook, "a hook with a tag expression that cannot be read:", text);
    mp_buf_format(why, ": %s", error);
    return false;
}

static bool read_hook(struct mp_hooks *hooks, const cJSON *item,
                      struct mp_buf *why)
{
    struct mp_hook hook = {0};
    const cJSON *order = member(item, "order");
    const char *id = text_of(item, "id"), *name = text_of(item, "name");
    hook.location = read_location(&hooks->arena, item);
    hook.id = gh_arena_copy(&hooks->arena, gh_str_of(id ? id : ""));
    hook.name = name ? gh_arena_copy(&hooks->arena, gh_str_of(name)) : NULL;
    if (cJSON_IsNumber(order) && order->valuedouble >= -HIGHEST_ORDER &&
        order->valuedouble <= HIGHEST_ORDER)
        hook.order = (int64_t)order->valuedouble;
    if (!*hook.id) {
        tell(why, &hook, "a hook without an id:", name ? name : "");
        return false;
    }
    if (!read_type(&hook, item, why) || !read_tags(&hook, item, why))
        return false;
    size_t at = hooks->count++;
    for (; at && hooks->list[at - 1].order > hook.order; at--)
        hooks->list[at] = hooks->list[at - 1];
    hooks->list[at] = hook;
    return true;
}

static bool read_list(struct mp_hooks *hooks, const cJSON *list,
                      struct mp_buf *why)
{
    bool good = true;
    int count = cJSON_GetArraySize(list);
    if (count > MOST_HOOKS) {
        mp_buf_format(why, "%d hooks; there may be %d", count, MOST_HOOKS);
        return false;
    }
    hooks->list =
        gh_arena_array(&hooks->arena, (size_t)count + 1, sizeof(*hooks->list));
    const cJSON *item;
    cJSON_ArrayForEach(item, list) good = read_hook(hooks, item, why) && good;
    return good;
}

bool mp_hooks_read(struct mp_hooks *hooks, struct gh_str answer,
                   struct mp_buf *why)
{
    cJSON *root = cJSON_ParseWithLength(answer.ptr, answer.len);
    const cJSON *list = member(member(root, "result"), "hooks");
    bool good = true;
    if (cJSON_IsArray(list)) {
        good = read_list(hooks, list, why);
    } else if (list && !cJSON_IsNull(list)) {
        mp_buf_append_text(why, "hooks must be an array");
        good = false;
    }
    cJSON_Delete(root);
    return good;
}

bool mp_hooks_have(const struct mp_hooks *hooks, enum mp_hook_type type)
{
    bool found = false;
    for (size_t i = 0; i < hooks->count && !found; i++)
        found = hooks->list[i].type == type;
    return found;
}

void mp_hooks_finish(struct mp_hooks *hooks)
{
    for (size_t i = 0; i < hooks->count; i++)
        gh_tagexpr_destroy(hooks->list[i].tags);
    gh_arena_finish(&hooks->arena);
    memset(hooks, 0, sizeof(*hooks));
}
