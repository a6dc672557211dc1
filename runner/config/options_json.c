#include "runner/config/options_json.h"

#include <string.h>

#include "gherkin/jsonw.h"

static const char *skip_digits(const char *p)
{
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

/* The grammar of RFC 8259: no +, no leading zeros, digits around the point. */
static bool is_json_number(const char *text)
{
    const char *p = text + (*text == '-'), *start = p;
    p = skip_digits(p);
    if (p == start || (*start == '0' && p != start + 1))
        return false;
    if (*p == '.') {
        start = ++p;
        p = skip_digits(p);
        if (p == start)
            return false;
    }
    if (*p == 'e' || *p == 'E') {
        p += p[1] == '+' || p[1] == '-' ? 2 : 1;
        start = p;
        p = skip_digits(p);
        if (p == start)
            return false;
    }
    return !*p;
}

static void write_scalar(struct mp_config_reader *reader, struct gh_jsonw *w,
                         const struct mp_yaml_node *node)
{
    const char *text = node->text;
    if (mp_yaml_is_null(node)) {
        gh_jsonw_null(w);
    } else if (node->plain &&
               (!strcmp(text, "true") || !strcmp(text, "false") ||
                is_json_number(text))) {
        gh_jsonw_raw(w, gh_str_of(text));
    } else {
        gh_jsonw_cstring(w, mp_reader_expand(reader, node, MP_NAMES_NONE));
    }
}

/* Nesting is limited by the parser (MP_YAML_MAX_DEPTH). */
static void write_node(struct mp_config_reader *reader, struct gh_jsonw *w,
                       const struct mp_yaml_node *node)
{
    if (node->kind == MP_YAML_TEXT) {
        write_scalar(reader, w, node);
        return;
    }
    bool map = node->kind == MP_YAML_MAP;
    if (map)
        gh_jsonw_object_begin(w);
    else
        gh_jsonw_array_begin(w);
    for (const struct mp_yaml_node *n = node->first; n; n = n->next) {
        if (map)
            gh_jsonw_key_str(w, gh_str_of(n->key->text));
        write_node(reader, w, n);
    }
    if (map)
        gh_jsonw_object_end(w);
    else
        gh_jsonw_array_end(w);
}

const char *mp_options_json(struct mp_config_reader *reader,
                            const struct mp_yaml_node *node)
{
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    write_node(reader, &w, node);
    const char *text = gh_arena_copy(reader->arena, gh_jsonw_text(&w));
    gh_jsonw_finish(&w);
    return text;
}
