#include "runner/base/buf.h"
#include "runner/config/sections.h"

#define MOST_OPTIONS 256

struct draft {
    struct mp_pair *list;
    size_t count;
};

static void add(struct draft *draft, struct mp_config_reader *reader,
                const struct mp_yaml_node *at, const char *key,
                const char *value)
{
    if (draft->count == MOST_OPTIONS) {
        mp_reader_fault(reader, at, "more than %d options", MOST_OPTIONS);
        return;
    }
    draft->list[draft->count++] =
        (struct mp_pair){key, value, {at->line, at->column}};
}

/* {writer: [python, c]} is written writer=python,c on a command line. */
static const char *assignment(struct mp_config_reader *reader,
                              const struct mp_yaml_node *node)
{
    struct mp_buf text = {0};
    mp_buf_format(&text, "%s=", node->key->text);
    bool list = node->kind == MP_YAML_LIST, ok = true;
    const struct mp_yaml_node *item = list ? node->first : node;
    for (; item; item = list ? item->next : NULL) {
        const char *value = mp_reader_expand(reader, item, MP_NAMES_NONE);
        ok = ok && value;
        if (value)
            mp_buf_format(&text, "%s%s", list && item != node->first ? "," : "",
                          value);
    }
    const char *result =
        ok ? gh_arena_copy(reader->arena, gh_str_of(text.data)) : NULL;
    mp_buf_finish(&text);
    return result;
}

/* One option: a scalar, a list (given again for each item) or a map (given
 * again as NAME=VALUE for each entry). */
static void read_option(struct mp_config_reader *reader,
                        const struct mp_yaml_node *node, struct draft *draft)
{
    const char *key = node->key->text;
    if (node->kind == MP_YAML_TEXT) {
        const char *value = mp_reader_expand(reader, node, MP_NAMES_NONE);
        if (value)
            add(draft, reader, node, key, value);
        return;
    }
    for (const struct mp_yaml_node *n = node->first; n; n = n->next) {
        const char *value = node->kind == MP_YAML_MAP
                                ? assignment(reader, n)
                                : mp_reader_expand(reader, n, MP_NAMES_NONE);
        if (value)
            add(draft, reader, n, key, value);
    }
}

static void read_profile(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node,
                         struct mp_profile *profile)
{
    struct draft draft = {.list = gh_arena_array(reader->arena, MOST_OPTIONS,
                                                 sizeof(*draft.list))};
    if (mp_reader_is_map(reader, node)) {
        for (const struct mp_yaml_node *n = node->first; n; n = n->next)
            read_option(reader, n, &draft);
    }
    *profile = (struct mp_profile){.name = node->key->text,
                                   .options = draft.list,
                                   .option_count = draft.count,
                                   .at = {node->key->line, node->key->column}};
}

bool mp_sections_profiles(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    if (!mp_reader_is_map(reader, node))
        return false;
    struct mp_profile *list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    for (const struct mp_yaml_node *n = node->first; n; n = n->next)
        read_profile(reader, n, &list[config->profile_count++]);
    config->profiles = list;
    return true;
}
