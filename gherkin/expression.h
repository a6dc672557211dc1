/*
 * Expressions of step definitions: Cucumber Expressions ("I have {int}
 * cucumber(s)/gherkin(s)") and regular expressions, matched against step texts.
 *
 * A Cucumber Expression is turned into a regular expression anchored at both
 * ends; a regular expression is searched for as it is written, so it needs its
 * own ^ and $. Either gives arguments: one for each parameter, or one for each
 * capturing group that is not inside another. The groups inside are children.
 *
 * Order of calls: make a registry (parameter_type.h), add custom types, create
 * expressions, match as often as wanted, destroy expressions, destroy registry.
 * Expressions are not changed by matching. What a match gives lives in the
 * caller's arena; its spans point into the caller's text, except the value of a
 * string that had escapes (in the arena too).
 *
 * Offsets are half-open and given both in bytes and in Unicode code points.
 * Limits are those of regex.h and GH_EXPRESSION_MAX_BYTES; no recursion.
 * Values are not converted to numbers, and no expressions are generated from
 * step texts here.
 *
 * Source of the rules: the Cucumber Expressions reference and the official
 * acceptance data (error texts with the pointed-at column included).
 */
#ifndef GHERKIN_EXPRESSION_H
#define GHERKIN_EXPRESSION_H

#include "gherkin/memory.h"
#include "gherkin/parameter_type.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The longest source of a Cucumber Expression. */
#define GH_EXPRESSION_MAX_BYTES 65536u

struct gh_expression;

/* A capturing group of a match. */
struct gh_group {
    struct gh_str text;              /* as it stands in the step; ptr NULL: the
                                        group took no part (then all else is 0) */
    size_t start, end;               /* in code points of the step */
    size_t start_byte, end_byte;     /* in bytes of the step */
    const struct gh_group *children; /* in order of their opening parenthesis */
    size_t child_count;
};

struct gh_argument {
    struct gh_group group; /* the whole matched text, quotes of a string too */
    /* The text that a step function wants: group.text, for the type string
     * without its quotes and with \" and \' undone. ptr NULL: no part. */
    struct gh_str value;
    const char *type_name; /* type->name; "" when anonymous or without type */
    const struct gh_parameter_type *type; /* NULL: group without a type */
};

struct gh_match {
    const struct gh_argument *arguments; /* in the arena */
    size_t count;
};

/* Compiles a Cucumber Expression; source is copied, types is borrowed until
 * destroy of the expression. NULL when source is wrong: error then holds the
 * official message, several lines long with the column pointed at; it is cut
 * off at error_size. error may be NULL when error_size is 0. */
struct gh_expression *
gh_expression_create(const char *source, const struct gh_parameter_types *types,
                     char *error, size_t error_size);

/* The same for a regular expression (source without slashes around it). */
struct gh_expression *
gh_expression_create_regex(const char *source,
                           const struct gh_parameter_types *types, char *error,
                           size_t error_size);

/* Matches a step text. 1: it fits and match is filled; 0: it does not; -1: a
 * limit was reached or text is not UTF-8. match is zeroed unless it fits. */
int gh_expression_match(const struct gh_expression *expression,
                        struct gh_str text, struct gh_arena *arena,
                        struct gh_match *match);

/* How many arguments a match gives. */
size_t gh_expression_argument_count(const struct gh_expression *expression);

/* As it was given to create. Borrowed. */
const char *gh_expression_source(const struct gh_expression *expression);

/* The regular expression that it became. Borrowed. */
const char *gh_expression_regex_source(const struct gh_expression *expression);

bool gh_expression_is_regex(const struct gh_expression *expression);

/* NULL is fine. */
void gh_expression_destroy(struct gh_expression *expression);

#ifdef __cplusplus
}
#endif

#endif
