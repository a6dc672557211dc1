#include "runner/cli/takeover_js.h"

#include <string.h>

#define DEEPEST 24

struct literal {
    const char *at, *end;
    struct mp_buf *out;
    const char *open; /* the first thing that has no end; NULL: none */
};

static void tell_open(struct literal *l, const char *start)
{
    l->open = l->open ? l->open : start;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* Blanks and comments. */
static void skip(struct literal *l)
{
    while (l->at < l->end) {
        bool two = l->at + 1 < l->end && *l->at == '/';
        if (strchr(" \t\r\n;", *l->at)) {
            l->at++;
        } else if (two && l->at[1] == '/') {
            while (l->at < l->end && *l->at != '\n')
                l->at++;
        } else if (two && l->at[1] == '*') {
            const char *start = l->at;
            l->at += 2;
            while (l->at + 1 < l->end && (l->at[0] != '*' || l->at[1] != '/'))
                l->at++;
            if (l->at + 1 >= l->end)
                tell_open(l, start);
            l->at += l->at + 1 < l->end ? 2 : 1;
        } else {
            break;
        }
    }
}

static bool takes(struct literal *l, const char *word)
{
    size_t length = strlen(word);
    skip(l);
    if ((size_t)(l->end - l->at) < length || strncmp(l->at, word, length) != 0)
        return false;
    if (is_word(word[length - 1]) && l->at + length < l->end &&
        is_word(l->at[length]))
        return false;
    l->at += length;
    return true;
}

static void append_char(struct mp_buf *out, char c)
{
    if (c == '"' || c == '\\')
        mp_buf_append_char(out, '\\');
    if ((unsigned char)c < ' ')
        mp_buf_format(out, "\\u%04x", (unsigned)(unsigned char)c);
    else
        mp_buf_append_char(out, c);
}

/* False: it holds ${...}, or has no end. */
static bool read_string(struct literal *l, struct mp_buf *out)
{
    const char *start = l->at;
    char quote = *l->at++;
    mp_buf_append_char(out, '"');
    while (l->at < l->end && *l->at != quote) {
        if (quote != '`' && *l->at == '\n')
            break;
        if (quote == '`' && *l->at == '$' && l->at + 1 < l->end &&
            l->at[1] == '{')
            return false;
        if (*l->at == '\\' && l->at + 1 < l->end) {
            l->at++;
            append_char(out, *l->at == 'n'   ? '\n'
                             : *l->at == 't' ? '\t'
                                             : *l->at);
        } else {
            append_char(out, *l->at);
        }
        l->at++;
    }
    mp_buf_append_char(out, '"');
    if (l->at < l->end && *l->at == quote) {
        l->at++;
        return true;
    }
    tell_open(l, start);
    return false;
}

/* Of what is computed: a quote that a line has but once is in a pattern. */
static void skip_string(struct literal *l)
{
    const char *start = l->at;
    char quote = *l->at++;
    while (l->at < l->end && *l->at != quote &&
           (quote == '`' || *l->at != '\n'))
        l->at += *l->at == '\\' && l->at + 1 < l->end ? 2 : 1;
    if (l->at >= l->end && quote == '`')
        tell_open(l, start);
    l->at += l->at < l->end;
}

/* A regular expression /[(]/, where one can stand: behind what ends no value.
 */
static bool skip_pattern(struct literal *l, char before)
{
    const char *p = l->at + 1;
    bool set = false;
    if (*l->at != '/' || !strchr("(,=:[!&|?{};", before))
        return false;
    for (; p < l->end && *p != '\n' && (set || *p != '/'); p++) {
        if (*p == '\\')
            p++;
        else if (*p == '[' || *p == ']')
            set = *p == '[';
    }
    if (p >= l->end || *p != '/')
        return false;
    l->at = p + 1;
    return true;
}

/* To the comma or bracket that ends a value, over whatever it is. */
static void skip_value(struct literal *l)
{
    const char *first = NULL;
    char before = '\0';
    int depth = 0;
    for (skip(l); l->at < l->end; skip(l)) {
        char c = *l->at;
        if (!depth && strchr(",)]}", c))
            break;
        if (!depth && strchr("([{", c))
            first = l->at;
        if (skip_pattern(l, before))
            c = 'a'; /* a value */
        else if (strchr("'\"`", c))
            skip_string(l);
        else
            l->at++;
        depth += strchr("([{", c) ? 1 : strchr(")]}", c) ? -1 : 0;
        before = c;
    }
    if (depth)
        tell_open(l, first);
}

static bool read_value(struct literal *l, int depth);

/* [a, b] and the members of {...}: what read does, with commas between. */
static bool read_members(struct literal *l, int depth, char close,
                         bool (*read)(struct literal *l, int depth))
{
    const char *start = l->at;
    bool first = true;
    mp_buf_append_char(l->out, *l->at++);
    for (skip(l); l->at < l->end && *l->at != close; skip(l)) {
        size_t before = l->out->len;
        if (!first)
            mp_buf_append_char(l->out, ',');
        if (read(l, depth))
            first = false;
        else
            l->out->len = before;
        skip(l);
        if (l->at < l->end && *l->at == ',')
            l->at++;
        else if (l->at < l->end && *l->at != close)
            return false;
    }
    mp_buf_append_char(l->out, close);
    if (l->at >= l->end)
        tell_open(l, start);
    return l->at++ < l->end;
}

static bool read_element(struct literal *l, int depth)
{
    return read_value(l, depth);
}

/* `...rest` is a member of that name. False: there is none. */
static bool read_member(struct literal *l, int depth)
{
    if (*l->at == '"' || *l->at == '\'') {
        read_string(l, l->out);
    } else {
        struct gh_str name = {l->at, 0};
        while (name.len < (size_t)(l->end - l->at) &&
               (is_word(l->at[name.len]) || l->at[name.len] == '.'))
            name.len++;
        l->at += name.len;
        mp_buf_append_char(l->out, '"');
        mp_buf_append_str(l->out, name);
        mp_buf_append_char(l->out, '"');
        if (!name.len) {
            skip_value(l);
            return false;
        }
    }
    mp_buf_append_char(l->out, ':');
    if (takes(l, ":"))
        return read_value(l, depth);
    skip_value(l); /* {name} and {name() {...}} */
    mp_buf_append_text(l->out, "\"" MP_JS_COMPUTED "\"");
    return true;
}

/* A number, true, false or null. */
static bool read_bare(struct literal *l)
{
    struct gh_str word = {l->at, 0};
    while (word.len < (size_t)(l->end - l->at) &&
           (is_word(l->at[word.len]) || strchr(".-+", l->at[word.len])))
        word.len++;
    bool number = word.len && strchr("-0123456789", word.ptr[0]);
    bool known = gh_str_equal(word, gh_str_of("true")) ||
                 gh_str_equal(word, gh_str_of("false")) ||
                 gh_str_equal(word, gh_str_of("null"));
    if (number || known)
        mp_buf_append_str(l->out, word);
    l->at += number || known ? word.len : 0;
    return number || known;
}

static bool ends_here(struct literal *l)
{
    skip(l);
    return l->at >= l->end || strchr(",)]}", *l->at) ||
           !strncmp(l->at, "export", 6) || !strncmp(l->at, "module", 6);
}

static bool read_value(struct literal *l, int depth)
{
    size_t before = l->out->len;
    bool read = false;
    skip(l);
    const char *start = l->at;
    char c = l->at < l->end ? *l->at : '\0';
    if (c == '{' && depth < DEEPEST)
        read = read_members(l, depth + 1, '}', read_member);
    else if (c == '[' && depth < DEEPEST)
        read = read_members(l, depth + 1, ']', read_element);
    else if (c && strchr("'\"`", c))
        read = read_string(l, l->out);
    else if (c)
        read = read_bare(l);
    if (read && ends_here(l))
        return true;
    l->out->len = before;
    l->at = start;
    skip_value(l);
    mp_buf_append_text(l->out, "\"" MP_JS_COMPUTED "\"");
    return true;
}

static void read_named(struct literal *l, struct mp_js_exports *exports)
{
    skip(l);
    struct gh_str name = {l->at, 0};
    while (name.len < (size_t)(l->end - l->at) && is_word(l->at[name.len]))
        name.len++;
    l->at += name.len;
    if (!name.len || !takes(l, "="))
        return;
    mp_buf_format(&exports->named,
                  "%s\"%.*s\":", exports->named.len ? "," : "{", (int)name.len,
                  name.ptr);
    l->out = &exports->named;
    read_value(l, 0);
}

void mp_js_read(struct gh_str text, struct mp_js_exports *exports)
{
    struct literal l = {.at = text.ptr, .end = text.ptr + text.len};
    memset(exports, 0, sizeof(*exports));
    for (skip(&l); l.at < l.end; skip(&l)) {
        l.out = &exports->whole;
        if (takes(&l, "export default")) {
            read_value(&l, 0);
        } else if (takes(&l, "module.exports")) {
            exports->is_module_exports = takes(&l, "=");
            if (exports->is_module_exports)
                read_value(&l, 0);
        } else if (takes(&l, "export const") || takes(&l, "export let")) {
            read_named(&l, exports);
        } else if (strchr("'\"`", *l.at)) {
            const char *open = l.open; /* only of what is exported */
            skip_string(&l);
            l.open = open;
        } else {
            l.at++;
        }
    }
    if (exports->named.len)
        mp_buf_append_char(&exports->named, '}');
    exports->open = l.open;
}

void mp_js_finish(struct mp_js_exports *exports)
{
    mp_buf_finish(&exports->whole);
    mp_buf_finish(&exports->named);
}
