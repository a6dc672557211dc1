#include "runner/config/yaml.h"

#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "gherkin/utf8.h"

struct builder {
    struct gh_arena *arena;
    struct mp_faults *faults;
    struct mp_yaml_node *root;
    struct mp_yaml_node *open[MP_YAML_MAX_DEPTH]; /* lists and maps not ended */
    struct mp_yaml_node
        *key[MP_YAML_MAX_DEPTH]; /* of a map: its value is due */
    size_t depth;
    size_t ignored; /* open levels below a node that is not kept */
    size_t documents;
    bool stopped;
};

static void fail(struct builder *b, const yaml_event_t *event, const char *text)
{
    mp_faults_add(b->faults, (int)event->start_mark.line + 1,
                  (int)event->start_mark.column + 1, "%s", text);
}

/* Adds the node to the open map or list; a map's keys and values alternate. */
static void place(struct builder *b, struct mp_yaml_node *node)
{
    if (!b->depth) {
        b->root = node;
        return;
    }
    struct mp_yaml_node *parent = b->open[b->depth - 1];
    struct mp_yaml_node **key = &b->key[b->depth - 1];
    node->parent = parent;
    if (parent->kind == MP_YAML_MAP && !*key) {
        *key = node;
        return;
    }
    node->key = *key;
    *key = NULL;
    const struct mp_yaml_node *same =
        node->key ? mp_yaml_find(parent, node->key->text) : NULL;
    if (same) {
        mp_faults_add(b->faults, node->key->line, node->key->column,
                      "'%s' is there twice; the first one is at line %d",
                      node->key->text, same->key->line);
        return;
    }
    if (parent->count == MP_YAML_MAX_CHILDREN) {
        mp_faults_add(b->faults, node->line, node->column,
                      "more than %d entries", MP_YAML_MAX_CHILDREN);
        b->stopped = true;
        return;
    }
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    parent->count++;
}

/* What stands before a key that is no text is reported and read over. */
static bool expects_key(const struct builder *b)
{
    return b->depth && b->open[b->depth - 1]->kind == MP_YAML_MAP &&
           !b->key[b->depth - 1];
}

static struct mp_yaml_node *new_node(struct builder *b, enum mp_yaml_kind kind,
                                     const yaml_event_t *event)
{
    struct mp_yaml_node *node = gh_arena_alloc(b->arena, sizeof(*node));
    node->kind = kind;
    node->line = (int)event->start_mark.line + 1;
    node->column = (int)event->start_mark.column + 1;
    return node;
}

static void check_decorations(struct builder *b, const yaml_event_t *event,
                              const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        fail(b, event,
             "anchors (&) are not read here: write the value out where it "
             "is needed");
    if (tag)
        fail(b, event, "tags (!) are not read here: leave it out");
}

static void on_scalar(struct builder *b, const yaml_event_t *event)
{
    struct gh_str text = {(const char *)event->data.scalar.value,
                          event->data.scalar.length};
    check_decorations(b, event, event->data.scalar.anchor,
                      event->data.scalar.tag);
    bool refused = event->type == YAML_ALIAS_EVENT;
    if (text.len && memchr(text.ptr, '\0', text.len)) {
        fail(b, event, "a text may not hold a NUL character");
        text.len = 0;
        refused = true;
    }
    struct mp_yaml_node *node = new_node(b, MP_YAML_TEXT, event);
    node->text = gh_arena_copy(b->arena, text);
    node->refused = refused;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const struct mp_yaml_node *key = b->depth ? b->key[b->depth - 1] : NULL;
    if (key && node->plain && !text.len) {
        node->line = key->line; /* libyaml says the next line */
        node->column = key->column;
    }
    place(b, node);
}

static void on_start(struct builder *b, enum mp_yaml_kind kind,
                     const yaml_event_t *event)
{
    if (kind == MP_YAML_MAP)
        check_decorations(b, event, event->data.mapping_start.anchor,
                          event->data.mapping_start.tag);
    else
        check_decorations(b, event, event->data.sequence_start.anchor,
                          event->data.sequence_start.tag);
    if (b->depth == MP_YAML_MAX_DEPTH) {
        fail(b, event, "lists and maps are nested too deep");
        b->stopped = true;
        return;
    }
    struct mp_yaml_node *node = new_node(b, kind, event);
    if (expects_key(b)) {
        fail(b, event, "a key must be a text");
        node->kind = MP_YAML_TEXT;
        node->text = "";
        node->refused = true;
        b->ignored = 1;
    }
    place(b, node);
    if (b->ignored)
        return;
    b->open[b->depth] = node;
    b->key[b->depth] = NULL;
    b->depth++;
}

/* Within a key that is no text only the levels are counted. */
static bool is_ignored(struct builder *b, const yaml_event_t *event)
{
    if (!b->ignored)
        return false;
    if (event->type == YAML_MAPPING_START_EVENT ||
        event->type == YAML_SEQUENCE_START_EVENT)
        b->ignored++;
    if (event->type == YAML_MAPPING_END_EVENT ||
        event->type == YAML_SEQUENCE_END_EVENT)
        b->ignored--;
    return true;
}

static void on_event(struct builder *b, const yaml_event_t *event)
{
    if (is_ignored(b, event))
        return;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->documents++) {
            fail(b, event, "a second document (---) is not read");
            b->stopped = true;
        }
        break;
    case YAML_SCALAR_EVENT:
        on_scalar(b, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        on_start(b, MP_YAML_LIST, event);
        break;
    case YAML_MAPPING_START_EVENT:
        on_start(b, MP_YAML_MAP, event);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        b->depth--;
        break;
    case YAML_ALIAS_EVENT:
        fail(b, event,
             "aliases (*) are not read here: write the value out, or put "
             "the text in quotes");
        on_scalar(b, &(yaml_event_t){.type = YAML_ALIAS_EVENT,
                                     .start_mark = event->start_mark});
        break;
    default:
        break;
    }
}

/* The place of a byte, for what the reader finds before there are marks. */
static void reader_error(const yaml_parser_t *parser, struct gh_str bytes,
                         struct mp_faults *faults)
{
    int line = 1;
    size_t start = 0, at = parser->problem_offset;
    if (at > bytes.len)
        at = bytes.len;
    for (size_t i = 0; i < at; i++) {
        if (bytes.ptr[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    size_t column = gh_utf8_count(bytes.ptr + start, at - start) + 1;
    if (parser->problem_value == -1 || parser->problem_value >= 0x80)
        mp_faults_add(faults, line, (int)column,
                      "this is not UTF-8 (%s): save the file as UTF-8",
                      parser->problem);
    else
        mp_faults_add(faults, line, (int)column, "%s (U+%04X)", parser->problem,
                      (unsigned)parser->problem_value);
}

static bool is_tab(const struct gh_str bytes, size_t index)
{
    return index < bytes.len && bytes.ptr[index] == '\t';
}

static void syntax_error(const yaml_parser_t *parser, struct gh_str bytes,
                         struct mp_faults *faults)
{
    int line = (int)parser->problem_mark.line + 1;
    int column = (int)parser->problem_mark.column + 1;
    if (parser->error == YAML_READER_ERROR)
        reader_error(parser, bytes, faults);
    else if (is_tab(bytes, gh_utf8_offset(bytes, parser->problem_mark.index)))
        mp_faults_add(faults, line, column,
                      "a tab cannot indent here: use spaces");
    else if (!strncmp(parser->problem, "mapping values", 14))
        mp_faults_add(faults, line, column,
                      "a ':' is not expected here: a text that holds ': ' "
                      "needs quotes");
    else if (!parser->context)
        mp_faults_add(faults, line, column, "%s", parser->problem);
    else
        mp_faults_add(faults, line, column, "%s %s (from line %d)",
                      parser->problem, parser->context,
                      (int)parser->context_mark.line + 1);
}

static bool read_hex4(const char *p, const char *end, unsigned *value)
{
    *value = 0;
    if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return false;
    for (int i = 2; i < 6; i++) {
        const char *digits = "0123456789abcdef";
        char c = p[i] >= 'A' && p[i] <= 'F' ? (char)(p[i] + 32) : p[i];
        const char *found = c ? strchr(digits, c) : NULL;
        if (!found)
            return false;
        *value = *value * 16 + (unsigned)(found - digits);
    }
    return true;
}

/* JSON writes a character above U+FFFF as two \u escapes, YAML as one \U. */
static struct gh_str join_surrogates(struct gh_str bytes,
                                     struct gh_arena *arena)
{
    char *out = gh_arena_alloc(arena, bytes.len + 1), *put = out;
    const char *p = bytes.ptr, *end = bytes.ptr + bytes.len;
    while (p < end) {
        unsigned high, low;
        if (read_hex4(p, end, &high) && high >= 0xD800 && high < 0xDC00 &&
            read_hex4(p + 6, end, &low) && low >= 0xDC00 && low < 0xE000) {
            unsigned code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            put += snprintf(put, 12, "\\U%08X", code);
            p += 12;
            continue;
        }
        size_t length = *p == '\\' && p + 1 < end ? 2 : 1;
        memcpy(put, p, length);
        put += length;
        p += length;
    }
    return (struct gh_str){out, (size_t)(put - out)};
}

static bool read_events(yaml_parser_t *parser, struct builder *b)
{
    for (bool end = false; !end && !b->stopped;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return false;
        on_event(b, &event);
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    return true;
}

const struct mp_yaml_node *mp_yaml_parse(struct gh_str bytes, bool json,
                                         struct gh_arena *arena,
                                         struct mp_faults *faults)
{
    if (bytes.len > MP_YAML_MAX_BYTES) {
        mp_faults_add(faults, 1, 1, "is larger than %u bytes",
                      MP_YAML_MAX_BYTES);
        return NULL;
    }
    if (bytes.len >= 3 && !memcmp(bytes.ptr, "\xef\xbb\xbf", 3)) {
        bytes.ptr += 3;
        bytes.len -= 3;
    }
    if (json)
        bytes = join_surrogates(bytes, arena);
    struct builder b = {.arena = arena, .faults = faults};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        mp_faults_add(faults, 1, 1, "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes.ptr,
                                 bytes.len);
    bool ok = read_events(&parser, &b);
    if (!ok)
        syntax_error(&parser, bytes, faults);
    yaml_parser_delete(&parser);
    if (ok && !b.root)
        mp_faults_add(faults, 1, 1,
                      "the file is empty: it needs at least platforms and "
                      "their commands (docs/config.md)");
    return ok && !b.stopped ? b.root : NULL;
}

const struct mp_yaml_node *mp_yaml_find(const struct mp_yaml_node *map,
                                        const char *key)
{
    const struct mp_yaml_node *node = map->first;
    while (node && (!node->key || strcmp(node->key->text, key)))
        node = node->next;
    return node;
}

bool mp_yaml_is_null(const struct mp_yaml_node *node)
{
    return node->kind == MP_YAML_TEXT && node->plain &&
           (!*node->text || !strcmp(node->text, "~") ||
            !strcmp(node->text, "null"));
}

const char *mp_yaml_version(void)
{
    return yaml_get_version_string();
}
