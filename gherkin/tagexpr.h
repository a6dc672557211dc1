/*
 * Tag expressions: "@a and not (@b or @c)", as Cucumber's.
 *
 * Words are and, or, not, parentheses and tags, apart by white space or by a
 * parenthesis; not binds tightest, then and, then or; equal ones group to the
 * left. A backslash before a white space, a parenthesis or a backslash makes it
 * part of a tag; before anything else it is an error. The error texts are the
 * official ones. One thing is stricter than the official parsers, which ignore
 * a backslash at the very end: here it is an illegal escape.
 *
 * A tag is compared as text, with its @. What counts as a tag of a scenario
 * (@platform:linux,macos, inherited tags) is the caller's matter.
 *
 * Parsing, matching and printing take time linear in the expression, without
 * recursion, however deep it nests. An expression is not changed by use.
 *
 * Source of the rules: the Cucumber reference, "Tag expressions", and the
 * official acceptance data.
 */
#ifndef GHERKIN_TAGEXPR_H
#define GHERKIN_TAGEXPR_H

#include "gherkin/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gh_tagexpr;

/* Parses; the caller frees with destroy; text is not kept. Empty or blank text
 * matches everything. NULL when text is wrong: error then holds the official
 * sentence, cut off at error_size. error may be NULL when error_size is 0. */
struct gh_tagexpr *gh_tagexpr_parse(const char *text, char *error,
                                    size_t error_size);

/* Does a scenario with these tags (each with its @) fulfil the expression? */
bool gh_tagexpr_matches(const struct gh_tagexpr *expr,
                        const struct gh_str *tags, size_t count);

/* The expression with every group in parentheses, "( @a and not ( @b ) )"; ""
 * for one that matches everything. Parses to the same again. In the arena. */
char *gh_tagexpr_to_text(const struct gh_tagexpr *expr, struct gh_arena *arena);

/* NULL is fine. */
void gh_tagexpr_destroy(struct gh_tagexpr *expr);

#ifdef __cplusplus
}
#endif

#endif
