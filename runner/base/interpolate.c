#include "runner/base/interpolate.h"

#include <string.h>

#include "gherkin/memory.h"

#define DEEPEST_DEFAULT 8  /* ${A:-${B:-${C}}} */
#define LONGEST_NAME    64 /* of a variable, in bytes */

struct expander {
    bool keep_case;
    mp_lookup *lookup;
    void *context;
    struct mp_buf *out;
    struct mp_buf *fault;
    bool ok;
};

/* One ${...}: name, then what follows it up to the closing brace. */
struct reference {
    struct gh_str whole; /* with ${ and } */
    struct gh_str name;
    char kind; /* 0, '-' or '?' */
    struct gh_str rest;
};

static void expand(struct expander *x, struct gh_str text, int depth);

/* All faults of a text are told, in one line. */
__attribute__((format(printf, 2, 3))) static void fail(struct expander *x,
                                                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (x->fault->len)
        mp_buf_append_text(x->fault, "; ");
    mp_buf_vformat(x->fault, format, args);
    va_end(args);
    x->ok = false;
}

static bool is_name_char(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && ((c >= '0' && c <= '9') || c == '.'));
}

/* The length of the ${...} at the start of text, 0: it is not closed. */
static size_t closed_length(struct gh_str text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '$' && i + 1 < text.len && text.ptr[i + 1] == '{') {
            depth++;
            i++;
        } else if (text.ptr[i] == '}' && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* whole is "${...}". False: what is between the braces cannot be read. */
static bool read_reference(struct gh_str whole, struct reference *ref)
{
    struct gh_str inner = {whole.ptr + 2, whole.len - 3};
    size_t n = 0;
    while (n < inner.len && is_name_char(inner.ptr[n], n == 0))
        n++;
    *ref = (struct reference){.whole = whole, .name = {inner.ptr, n}};
    if (n == 0 || n > LONGEST_NAME || inner.ptr[n - 1] == '.')
        return false;
    if (n == inner.len)
        return true;
    if (inner.len < n + 2 || inner.ptr[n] != ':')
        return false;
    ref->kind = inner.ptr[n + 1];
    ref->rest = (struct gh_str){inner.ptr + n + 2, inner.len - n - 2};
    return ref->kind == '-' || ref->kind == '?';
}

static bool is_case_name(struct gh_str name)
{
    return memchr(name.ptr, '.', name.len) ||
           gh_str_equal(name, gh_str_of("slot")) ||
           gh_str_equal(name, gh_str_of("seed")) ||
           gh_str_equal(name, gh_str_of("pid")) ||
           gh_str_equal(name, gh_str_of("core"));
}

/* A value goes in as it is: where a second pass follows, its dollars are
 * doubled so that this pass leaves them alone. */
static void append_value(struct expander *x, const char *value)
{
    for (; *value; value++) {
        if (x->keep_case && *value == '$')
            mp_buf_append_char(x->out, '$');
        mp_buf_append_char(x->out, *value);
    }
}

static void replace(struct expander *x, const struct reference *ref, int depth)
{
    if (x->keep_case && is_case_name(ref->name)) {
        mp_buf_append_str(x->out, ref->whole);
        return;
    }
    char name[LONGEST_NAME + 1];
    memcpy(name, ref->name.ptr, ref->name.len);
    name[ref->name.len] = '\0';
    const char *value = x->lookup ? x->lookup(x->context, name) : NULL;
    if (value && (*value || !ref->kind))
        append_value(x, value);
    else if (ref->kind == '-')
        expand(x, ref->rest, depth + 1);
    else if (ref->kind == '?')
        fail(x, "${%s} is not set%s%.*s", name, ref->rest.len ? ": " : "",
             GH_STR_ARG(ref->rest));
    else
        fail(x, "${%s} is not set", name);
}

/* text starts with "${". Returns the length read. */
static size_t expand_reference(struct expander *x, struct gh_str text,
                               int depth)
{
    struct gh_str whole = {text.ptr, closed_length(text)};
    struct reference ref;
    if (!whole.len) {
        fail(x, "${ is not closed: a } is missing ($$ writes a dollar sign)");
        return text.len;
    }
    if (!read_reference(whole, &ref))
        fail(x,
             "%.*s cannot be read: ${NAME}, ${NAME:-default} and "
             "${NAME:?message} can",
             GH_STR_ARG(whole));
    else if (depth > DEEPEST_DEFAULT)
        fail(x, "%.*s is nested too deep", GH_STR_ARG(whole));
    else
        replace(x, &ref, depth);
    return whole.len;
}

static void expand(struct expander *x, struct gh_str text, int depth)
{
    size_t i = 0;
    while (i < text.len) {
        char next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        if (text.ptr[i] != '$' || (next != '{' && next != '$')) {
            mp_buf_append_char(x->out, text.ptr[i++]);
        } else if (next == '$') {
            mp_buf_append_text(x->out, x->keep_case ? "$$" : "$");
            i += 2;
        } else {
            struct gh_str rest = {text.ptr + i, text.len - i};
            i += expand_reference(x, rest, depth);
        }
    }
}

bool mp_interpolate(const char *text, bool keep_case, mp_lookup *lookup,
                    void *context, struct mp_buf *out, struct mp_buf *fault)
{
    struct expander x = {.keep_case = keep_case,
                         .lookup = lookup,
                         .context = context,
                         .out = out,
                         .fault = fault,
                         .ok = true};
    expand(&x, gh_str_of(text), 0);
    return x.ok;
}
