/*
 * Cucumber Expressions for step texts that have no definition, as the official
 * generators make them: at each place the parameter types whose regular
 * expression finds the longest text as a whole word, what is between them as
 * it stands.
 *
 * Two things are different. Backslashes of the text are escaped too, and a
 * "{0}" in it stays one: the suggestion always is an expression that fits the
 * text. And words end at code points, where some generators look at UTF-16.
 *
 * Time is linear in the text for types that find the end of a match in one
 * go, at worst the square of the bytes that are searched.
 */
#include "gherkin/gherkin.h"

#include "gherkin/memory.h"
#include "gherkin/regex.h"
#include "gherkin/utf8.h"

/* Parameters begin below it: what is found is tried again at each place. */
#define SEARCHED_BYTES 2000u
/* More types than that are not offered for the same place. */
#define CANDIDATES_MAX 32u

/* One regular expression of a type, and what it finds from a place on. */
struct matcher {
    const struct gh_parameter_type *type;
    struct gh_regex *regex;
    bool fits; /* somewhere from the place on */
    size_t start, len;
};

struct parameter {
    size_t start, len;
    const struct gh_parameter_type **types; /* the likeliest first */
    size_t type_count;
};

struct maker {
    struct gh_arena *arena;
    struct gh_str text;
    struct matcher *matchers;
    size_t matcher_count;
    struct parameter *parameters;
    size_t parameter_count, parameter_room;
};

static void add_matchers(struct maker *maker,
                         const struct gh_parameter_type *type)
{
    for (size_t i = 0; type->use_for_snippets && i < type->regexp_count; i++) {
        struct gh_regex *regex = gh_regex_create(type->regexps[i], NULL, 0);
        if (!regex)
            continue;
        maker->matchers =
            gh_realloc(maker->matchers,
                       (maker->matcher_count + 1) * sizeof(*maker->matchers));
        maker->matchers[maker->matcher_count++] =
            (struct matcher){.type = type, .regex = regex, .fits = true};
    }
}

/* Whether the text has an end, or a sign that is part of no word, there. */
static bool ends_before(struct gh_str text, size_t at)
{
    uint32_t code_point = 0;
    if (at == 0)
        return true;
    do
        at--;
    while (at && ((unsigned char)text.ptr[at] & 0xc0) == 0x80);
    gh_utf8_decode(text.ptr + at, text.len - at, &code_point);
    return gh_utf8_is_separator(code_point);
}

static bool ends_at(struct gh_str text, size_t at)
{
    uint32_t code_point = 0;
    if (at == text.len)
        return true;
    gh_utf8_decode(text.ptr + at, text.len - at, &code_point);
    return gh_utf8_is_separator(code_point);
}

/* Looks for the first whole word that it finds from there on, unless the one
 * known is still to come. */
static void advance(struct matcher *matcher, struct gh_str text, size_t from)
{
    size_t limit = text.len < SEARCHED_BYTES ? text.len : SEARCHED_BYTES;
    if (!matcher->fits || (matcher->len && matcher->start >= from))
        return;
    while (from < limit) {
        struct gh_str found;
        if (gh_regex_match_from(matcher->regex, text, from, &found, 1) <= 0)
            break;
        matcher->start = (size_t)(found.ptr - text.ptr);
        matcher->len = found.len;
        if (found.len && matcher->start < limit &&
            ends_before(text, matcher->start) &&
            ends_at(text, matcher->start + found.len))
            return;
        from = matcher->start + 1;
        while (from < limit && ((unsigned char)text.ptr[from] & 0xc0) == 0x80)
            from++;
    }
    matcher->fits = false;
}

/* Preferred ones first, then by name. */
static bool comes_before(const struct gh_parameter_type *a,
                         const struct gh_parameter_type *b)
{
    if (a->prefer_for_regexp_match != b->prefer_for_regexp_match)
        return a->prefer_for_regexp_match;
    return strcmp(a->name, b->name) < 0;
}

static void add_type(struct parameter *parameter,
                     const struct gh_parameter_type *type)
{
    size_t at = parameter->type_count;
    for (size_t i = 0; i < parameter->type_count; i++) {
        if (parameter->types[i] == type)
            return;
    }
    if (at == CANDIDATES_MAX)
        return;
    for (; at && comes_before(type, parameter->types[at - 1]); at--)
        parameter->types[at] = parameter->types[at - 1];
    parameter->types[at] = type;
    parameter->type_count++;
}

static bool is_better(const struct matcher *a, const struct parameter *b)
{
    return a->start != b->start ? a->start < b->start : a->len > b->len;
}

/* The next parameter from there on; false: there is none. */
static bool find_parameter(struct maker *maker, size_t from,
                           struct parameter *best)
{
    best->len = 0;
    best->type_count = 0;
    for (size_t i = 0; i < maker->matcher_count; i++) {
        struct matcher *matcher = &maker->matchers[i];
        advance(matcher, maker->text, from);
        if (matcher->fits && (!best->len || is_better(matcher, best))) {
            best->start = matcher->start;
            best->len = matcher->len;
        }
    }
    if (!best->len)
        return false;
    best->types =
        gh_arena_array(maker->arena, CANDIDATES_MAX, sizeof(*best->types));
    for (size_t i = 0; i < maker->matcher_count; i++) {
        const struct matcher *matcher = &maker->matchers[i];
        if (matcher->fits && matcher->start == best->start &&
            matcher->len == best->len)
            add_type(best, matcher->type);
    }
    return true;
}

static void find_parameters(struct maker *maker)
{
    struct parameter found;
    size_t from = 0;
    while (find_parameter(maker, from, &found)) {
        if (maker->parameter_count == maker->parameter_room) {
            maker->parameter_room = 2 * maker->parameter_room + 8;
            maker->parameters =
                gh_realloc(maker->parameters,
                           maker->parameter_room * sizeof(*maker->parameters));
        }
        maker->parameters[maker->parameter_count++] = found;
        from = found.start + found.len;
    }
}

/* -- Writing ------------------------------------------------------------ */

static char *put_escaped(char *out, struct gh_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("({/\\", text.ptr[i]))
            *out++ = '\\';
        *out++ = text.ptr[i];
    }
    return out;
}

static char *put(char *out, const char *text)
{
    size_t len = strlen(text);
    memcpy(out, text, len);
    return out + len;
}

static const char *write_source(const struct maker *maker,
                                const struct gh_parameter_type *const *types)
{
    struct gh_str text = maker->text;
    size_t room = 2 * text.len + 1, at = 0;
    for (size_t i = 0; i < maker->parameter_count; i++)
        room += strlen(types[i]->name) + 2;
    char *source = gh_arena_alloc(maker->arena, room), *out = source;
    for (size_t i = 0; i < maker->parameter_count; i++) {
        const struct parameter *parameter = &maker->parameters[i];
        out = put_escaped(
            out, (struct gh_str){text.ptr + at, parameter->start - at});
        out = put(put(put(out, "{"), types[i]->name), "}");
        at = parameter->start + parameter->len;
    }
    if (at < text.len)
        out = put_escaped(out, (struct gh_str){text.ptr + at, text.len - at});
    *out = '\0';
    return source;
}

/* "int", and "int2" for the second of its type. */
static const char *const *
write_names(const struct maker *maker,
            const struct gh_parameter_type *const *types)
{
    struct gh_arena *arena = maker->arena;
    const char **names =
        gh_arena_array(arena, maker->parameter_count, sizeof(*names));
    size_t *uses = gh_arena_array(arena, maker->parameter_count, sizeof(*uses));
    for (size_t i = 0; i < maker->parameter_count; i++) {
        uses[i] = 1;
        for (size_t j = i; j-- > 0;) {
            if (types[j] == types[i]) {
                uses[i] = uses[j] + 1;
                break;
            }
        }
        names[i] = uses[i] == 1 ? types[i]->name
                                : gh_arena_format(arena, "%s%zu",
                                                  types[i]->name, uses[i]);
    }
    return names;
}

/* The combination of that number; the last parameter changes fastest. */
static struct gh_suggestion write_one(const struct maker *maker, size_t number)
{
    size_t count = maker->parameter_count;
    const struct gh_parameter_type **types =
        gh_arena_array(maker->arena, count, sizeof(*types));
    for (size_t i = count; i-- > 0;) {
        const struct parameter *parameter = &maker->parameters[i];
        types[i] = parameter->types[number % parameter->type_count];
        number /= parameter->type_count;
    }
    return (struct gh_suggestion){.source = write_source(maker, types),
                                  .count = count,
                                  .types = types,
                                  .names = write_names(maker, types)};
}

static size_t count_combinations(const struct maker *maker, size_t max)
{
    size_t count = 1;
    for (size_t i = 0; i < maker->parameter_count && count < max; i++)
        count *= maker->parameters[i].type_count;
    return count < max ? count : max;
}

size_t gh_suggestion_make(const struct gh_parameter_types *types,
                          struct gh_str text, size_t max,
                          struct gh_arena *arena,
                          const struct gh_suggestion **list)
{
    struct maker maker = {.arena = arena, .text = text};
    const struct gh_parameter_type *type;
    for (size_t i = 0; (type = gh_parameter_type_at(types, i)); i++)
        add_matchers(&maker, type);
    find_parameters(&maker);
    max = max < GH_SUGGESTIONS_MAX ? max : GH_SUGGESTIONS_MAX;
    size_t count = count_combinations(&maker, max ? max : 1);
    struct gh_suggestion *made = gh_arena_array(arena, count, sizeof(*made));
    for (size_t i = 0; i < count; i++)
        made[i] = write_one(&maker, i);
    for (size_t i = 0; i < maker.matcher_count; i++)
        gh_regex_destroy(maker.matchers[i].regex);
    gh_free(maker.matchers);
    gh_free(maker.parameters);
    *list = made;
    return count;
}
