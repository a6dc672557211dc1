#include "runner/rpc/matches.h"

#include <cJSON.h>
#include <string.h>

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* NULL: it is no text. */
static const char *copy_text(struct gh_arena *arena, const cJSON *item)
{
    const char *text = cJSON_GetStringValue(item);
    return text ? gh_arena_copy(arena, gh_str_of(text)) : NULL;
}

/* The first one; a server may offer several styles. */
static void read_snippet(const cJSON *snippets, struct gh_arena *arena,
                         struct mp_step_matches *matches)
{
    const cJSON *first = cJSON_GetArrayItem(snippets, 0);
    const char *language = copy_text(arena, member(first, "language"));
    matches->snippet = copy_text(arena, member(first, "code"));
    matches->language = language ? language : "";
}

static bool read_ids(const cJSON *list, struct gh_arena *arena,
                     struct mp_step_matches *matches, struct mp_buf *why)
{
    size_t count = (size_t)cJSON_GetArraySize(list);
    const char **ids = gh_arena_array(arena, count + 1, sizeof(*ids));
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        const char *id = copy_text(arena, member(item, "id"));
        if (!id) {
            mp_buf_append_text(why, "a match has no id");
            return false;
        }
        ids[matches->count++] = id;
    }
    matches->ids = ids;
    return true;
}

static bool read_one(const cJSON *item, struct gh_arena *arena,
                     struct mp_step_matches *matches, struct mp_buf *why)
{
    const cJSON *list = member(item, "matches");
    memset(matches, 0, sizeof(*matches));
    matches->language = "";
    if (!cJSON_IsArray(list)) {
        mp_buf_append_text(why, "results[].matches must be an array");
        return false;
    }
    matches->error = copy_text(arena, member(item, "error"));
    read_snippet(member(item, "snippets"), arena, matches);
    return read_ids(list, arena, matches, why);
}

bool mp_matches_read(struct gh_str message, size_t count,
                     struct gh_arena *arena, struct mp_step_matches *list,
                     struct mp_buf *why)
{
    cJSON *root = cJSON_ParseWithLength(message.ptr, message.len);
    const cJSON *results = member(member(root, "result"), "results"), *item;
    size_t found =
        cJSON_IsArray(results) ? (size_t)cJSON_GetArraySize(results) : 0;
    bool good = cJSON_IsArray(results) && found == count;
    if (!good)
        mp_buf_format(why,
                      "its answer to matchSteps has %zu results for %zu steps",
                      found, count);
    size_t i = 0;
    struct mp_buf wrong = {0};
    cJSON_ArrayForEach(item, results)
    {
        good = good && read_one(item, arena, &list[i++], &wrong);
    }
    if (wrong.len)
        mp_buf_format(why, "its answer to matchSteps is invalid: %s",
                      wrong.data);
    mp_buf_finish(&wrong);
    cJSON_Delete(root);
    return good;
}
