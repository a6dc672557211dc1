/*
 * How far a word is from another one that was perhaps meant: the edit
 * distance behind each "did you mean". An edit puts in a byte, leaves one
 * out, changes one or swaps two neighbours; bytes stand in for letters, and
 * no part of a word is edited twice (Damerau's distance as it is mostly
 * meant, optimal string alignment).
 *
 * Words only: the table has a fixed size, so a text may be of any length but
 * is near to nothing above GH_DISTANCE_LONGEST.
 */
#ifndef GHERKIN_DISTANCE_H
#define GHERKIN_DISTANCE_H

#include "gherkin/memory.h"

#define GH_DISTANCE_LONGEST 64u /* bytes */

/* The number of edits; SIZE_MAX where one of the two is too long. */
size_t gh_distance(struct gh_str a, struct gh_str b);
/* The same where it is below most, else most: quick, for a small one. */
size_t gh_distance_below(struct gh_str a, struct gh_str b, size_t most);

#endif
