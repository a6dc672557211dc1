/*
 * Parameter types: what {int} or {colour} in a Cucumber Expression stands for.
 *
 * A registry starts with the built-in types int, float, word, string, "" (the
 * anonymous {}), double, byte, short, long, bigdecimal and biginteger; all
 * match as the official ones do. A type has one regular expression or several
 * (any of them), and a user pointer that is nobody's business here: the place
 * for a function that turns the text into a value.
 *
 * The types are owned by the registry and live until its destroy; expressions
 * borrow them, so destroy expressions first. Adding a type never moves those
 * that are there. Values are not converted here, except that a string argument
 * loses its quotes (see expression.h).
 *
 * Source of the rules: the Cucumber Expressions reference and the official
 * acceptance data.
 */
#ifndef GHERKIN_PARAMETER_TYPE_H
#define GHERKIN_PARAMETER_TYPE_H

#include "gherkin/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gh_parameter_type {
    const char *name;           /* "" is the anonymous {} */
    const char *const *regexps; /* PCRE2 syntax, matched inside a group */
    size_t regexp_count;
    /* A group of a regular expression that is written exactly like one of
     * regexps gets this type, where several types share it. */
    bool prefer_for_regexp_match;
    bool use_for_snippets;
    void *user;
};

struct gh_parameter_types;

/* Returns a new registry with the built-in types; free with destroy. */
struct gh_parameter_types *gh_parameter_type_registry_create(void);

/* Adds a copy of type (user is taken over as it is). False when the name has a
 * character that it may not have or is taken, when a regular expression is
 * missing or bad, or when another type is preferred for it already: error then
 * says which; nothing was added. error may be NULL when error_size is 0. */
bool gh_parameter_type_add(struct gh_parameter_types *types,
                           const struct gh_parameter_type *type, char *error,
                           size_t error_size);

/* The type of that name, NULL when there is none. Borrowed. */
const struct gh_parameter_type *
gh_parameter_type_find(const struct gh_parameter_types *types,
                       struct gh_str name);

/* The type whose regexps has exactly this text: the preferred one, else the
 * only one. NULL when there is none; *ambiguous becomes true, and the result
 * the first one, when there are several and none is preferred. */
const struct gh_parameter_type *
gh_parameter_type_find_by_regexp(const struct gh_parameter_types *types,
                                 struct gh_str regexp, bool *ambiguous);

/* All types in order of adding, the built-in ones first, counted from 0; NULL
 * behind the last. Borrowed. */
const struct gh_parameter_type *
gh_parameter_type_at(const struct gh_parameter_types *types, size_t index);

/* How many groups of its own the regexps of the type have, all together. */
size_t gh_parameter_type_group_count(const struct gh_parameter_types *types,
                                     const struct gh_parameter_type *type);

/* NULL is fine. Expressions made with the registry may not be used after. */
void gh_parameter_type_registry_destroy(struct gh_parameter_types *types);

#ifdef __cplusplus
}
#endif

#endif
