/*
 * What the inside of the library asks of parameter types; the rest of the
 * registry is in gherkin.h.
 */
#ifndef GHERKIN_PARAMETER_TYPE_H
#define GHERKIN_PARAMETER_TYPE_H

#include "gherkin/gherkin.h"

/* The type whose regexps has exactly this text: the preferred one, else the
 * only one. NULL when there is none; *ambiguous becomes true, and the result
 * the first one, when there are several and none is preferred. */
const struct gh_parameter_type *
gh_parameter_type_find_by_regexp(const struct gh_parameter_types *types,
                                 struct gh_str regexp, bool *ambiguous);

/* How many groups of its own the regexps of the type have, all together. */
size_t gh_parameter_type_group_count(const struct gh_parameter_types *types,
                                     const struct gh_parameter_type *type);

#endif
