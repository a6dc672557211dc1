#include "gherkin/expression_groups.h"

#include "gherkin/regex.h"

struct reader {
    const char *next;
    struct gh_expression_groups *groups;
    size_t count; /* of groups */
    size_t seen;  /* groups opened so far, group 0 included */
    /* Open parentheses: the number of the group, or that of the nearest one
     * around where it does not capture. */
    uint32_t inside[GH_REGEX_MAX_NESTING + 2];
    bool captures[GH_REGEX_MAX_NESTING + 2];
    size_t depth;
};

static bool starts(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

/* From behind "\Q" to behind "\E". */
static const char *skip_quoted(const char *s)
{
    const char *end = strstr(s, "\\E");
    return end ? end + 2 : s + strlen(s);
}

/* From a backslash to behind what it escapes. */
static const char *skip_escape(const char *s)
{
    if (s[1] == 'Q')
        return skip_quoted(s + 2);
    size_t length = s[1] == 'c' ? 3 : 2;
    while (length && *s) {
        s++;
        length--;
    }
    return s;
}

/* From "[" to behind its "]". */
static const char *skip_class(const char *s)
{
    s++;
    if (*s == '^')
        s++;
    if (*s == ']')
        s++;
    while (*s && *s != ']') {
        if (*s == '\\') {
            s = skip_escape(s);
        } else if (starts(s, "[:")) {
            const char *end = s + 2;
            while ((*end >= 'a' && *end <= 'z') || *end == '^')
                end++;
            s = starts(end, ":]") ? end + 2 : s + 1;
        } else {
            s++;
        }
    }
    return *s ? s + 1 : s;
}

static bool push(struct reader *r, bool captures)
{
    if (r->depth + 1 >= sizeof(r->inside) / sizeof(r->inside[0]))
        return false;
    uint32_t around = r->inside[r->depth];
    r->depth++;
    r->captures[r->depth] = captures;
    r->inside[r->depth] = around;
    if (!captures)
        return true;
    if (r->seen == r->count)
        return false;
    r->groups[r->seen].parent = around;
    r->groups[r->seen].source.ptr = r->next;
    r->inside[r->depth] = (uint32_t)r->seen++;
    return true;
}

/* r->next is behind "(?<", "(?'" or "(?P<". */
static bool open_named(struct reader *r, char end)
{
    const char *name_end = strchr(r->next, end);
    if (!name_end)
        return false;
    r->next = name_end + 1;
    return push(r, true);
}

/* r->next is behind "(?(": a number, a name or R, or an assertion. */
static bool open_condition(struct reader *r)
{
    if (!push(r, false))
        return false;
    if (*r->next == '?' || *r->next == '*') {
        r->next--;
        return true;
    }
    return push(r, false);
}

/* r->next is behind "(?i" or the like, up to ":" or ")". */
static bool open_options(struct reader *r)
{
    for (const char *s = r->next; *s && *s != ')' && *s != ':'; s++)
        if (*s == 'x')
            return false;
    return push(r, false);
}

/* r->next is behind "(?". */
static bool open_special(struct reader *r)
{
    const char *s = r->next;
    switch (*s) {
    case '#':
        r->next = s + strcspn(s, ")");
        r->next += *r->next == ')';
        return true;
    case '|':
    case 'C':
        return false;
    case '(':
        r->next++;
        return open_condition(r);
    case '\'':
        r->next++;
        return open_named(r, '\'');
    case '<':
        if (s[1] == '=' || s[1] == '!' || s[1] == '*')
            return push(r, false);
        r->next++;
        return open_named(r, '>');
    case 'P':
        if (s[1] != '<')
            return push(r, false);
        r->next += 2;
        return open_named(r, '>');
    default:
        return open_options(r);
    }
}

/* r->next is behind "(". */
static bool open_group(struct reader *r)
{
    if (*r->next == '?') {
        r->next++;
        return open_special(r);
    }
    return push(r, *r->next != '*');
}

static bool close_group(struct reader *r)
{
    if (!r->depth)
        return false;
    if (r->captures[r->depth]) {
        struct gh_str *source = &r->groups[r->inside[r->depth]].source;
        source->len = (size_t)(r->next - source->ptr);
    }
    r->depth--;
    r->next++;
    return true;
}

static bool read_sign(struct reader *r)
{
    switch (*r->next) {
    case '\\':
        r->next = skip_escape(r->next);
        return true;
    case '[':
        r->next = skip_class(r->next);
        return true;
    case '(':
        r->next++;
        return open_group(r);
    case ')':
        return close_group(r);
    default:
        r->next++;
        return true;
    }
}

bool gh_expression_groups_read(const char *source,
                               struct gh_expression_groups *groups,
                               size_t count)
{
    struct reader r = {
        .next = source, .groups = groups, .count = count, .seen = 1};
    groups[0].parent = 0;
    groups[0].source = gh_str_of(source);
    while (*r.next)
        if (!read_sign(&r))
            return false;
    return !r.depth && r.seen == count;
}
