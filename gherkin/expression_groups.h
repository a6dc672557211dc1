/*
 * How the capturing groups of a regular expression nest, read from its source.
 *
 * PCRE2 tells what each group matched, not which group is inside which. Groups
 * have the numbers that PCRE2 gives them; group 0, the whole match, is the
 * parent of those outside of all others, and a parent's number is less than its
 * children's. Groups that do not capture are left out.
 *
 * Some syntax is not read: (?| where alternatives share numbers, (?x) with its
 * comments, callouts with text. Then, and whenever the count differs from what
 * PCRE2 counted, the answer is "not known" and the caller treats groups as not
 * nested. The source must have been compiled by PCRE2 without an error.
 *
 * Used by expression.c only.
 */
#ifndef GHERKIN_EXPRESSION_GROUPS_H
#define GHERKIN_EXPRESSION_GROUPS_H

#include <stdint.h>

#include "gherkin/memory.h"

struct gh_expression_groups {
    uint32_t parent;
    struct gh_str source; /* what is between the parentheses */
};

/* Fills groups[0..count-1], where count includes group 0. False, with nothing
 * of use in groups, when the nesting is not known. */
bool gh_expression_groups_read(const char *source,
                               struct gh_expression_groups *groups,
                               size_t count);

#endif
