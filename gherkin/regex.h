/*
 * Regular expressions: PCRE2 behind five functions, with limits.
 *
 * Patterns and texts are UTF-8. \d \w \s and [[:alpha:]] know ASCII only, as in
 * the official Cucumber Expressions; (*UCP) at the start of a pattern widens
 * them. $ is the very end of the text, never before a last line break.
 *
 * A pattern may be as hostile as it likes: matching stops at a limit of steps,
 * of memory and of text length (the constants below) and says so. A pattern
 * that does not start with ^ is tried from each place of the text, which can
 * cost the square of its length; so its texts are limited more narrowly.
 *
 * Ownership: a regex is made by create and freed by destroy. Matching does not
 * change it, and the spans that it fills point into the caller's text. Nothing
 * else includes pcre2.h. Replacing and splitting are not done here.
 */
#ifndef GHERKIN_REGEX_H
#define GHERKIN_REGEX_H

#include "gherkin/memory.h"

#define GH_REGEX_MAX_PATTERN_BYTES (256u << 10)
#define GH_REGEX_MAX_TEXT_BYTES    (1u << 20)  /* of patterns with ^ */
#define GH_REGEX_MAX_SEARCH_BYTES  (64u << 10) /* of all others */
#define GH_REGEX_MAX_STEPS         2000000u
#define GH_REGEX_MAX_DEPTH         500000u
#define GH_REGEX_MAX_HEAP_KIB      (64u << 10)
#define GH_REGEX_MAX_NESTING       250u /* of parentheses in a pattern */

struct gh_regex;

/* Compiles; the caller frees with destroy. NULL when the pattern is bad: error
 * then holds what is wrong and at which character, counted from 0, such as
 * "missing closing parenthesis at offset 4". error may be NULL when
 * error_size is 0. */
struct gh_regex *gh_regex_create(const char *pattern, char *error,
                                 size_t error_size);

/* Finds the first match in text. Returns the number of groups of the pattern
 * including group 0 (the whole match), so at least 1; 0 when there is no match;
 * -1 when a limit was reached or text is not UTF-8 (where that had to be looked
 * at: a text without the byte that each match begins with is 0).
 * groups[0..max_groups-1], as far as the pattern has them, become spans of
 * text: ptr is NULL for a group that took no part, also when nothing matched.
 * groups may be NULL when max_groups is 0. */
int gh_regex_match(const struct gh_regex *regex, struct gh_str text,
                   struct gh_str *groups, int max_groups);

/* The same for the first match that begins at that byte (the start of a code
 * point, at most text.len) or behind; what stands before it is looked at. */
int gh_regex_match_from(const struct gh_regex *regex, struct gh_str text,
                        size_t from, struct gh_str *groups, int max_groups);

/* The number of the named group, -1 when the pattern has none of that name. */
int gh_regex_group_number(const struct gh_regex *regex, const char *name);

/* How many groups match fills at most, group 0 included. */
int gh_regex_group_count(const struct gh_regex *regex);

/* NULL is fine. */
void gh_regex_destroy(struct gh_regex *regex);

/* "10.42 2022-12-11": the version of PCRE2. */
#define GH_REGEX_VERSION_SIZE 64
const char *gh_regex_version(char text[GH_REGEX_VERSION_SIZE]);

#endif
