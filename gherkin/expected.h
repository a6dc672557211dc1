/*
 * The official parser's messages about a line that may not stand where it
 * stands, and about an end of file where something had to follow:
 *
 *     expected: #EOF, #Comment, #Empty, got 'nonsense'
 *     unexpected end of file, expected: #TagLine, #RuleLine
 *
 * The order of the names is that of the reference. A line is repeated up to
 * 2,000 bytes; what is no UTF-8 in it is replaced.
 *
 * That is for programs that compare. A person gets the same in words, by
 * gh_expected_in_words: what stands there, and what to do.
 */
#ifndef GHERKIN_EXPECTED_H
#define GHERKIN_EXPECTED_H

#include "gherkin/dialect.h"
#include "gherkin/source.h"

/* New in the arena. tokens is what might have stood in the line's place. */
const char *gh_expected_message(struct gh_arena *arena, unsigned tokens,
                                const struct gh_line *line);
const char *gh_expected_end_message(struct gh_arena *arena, unsigned tokens);

/* One of the errors of a document, for a person, with its remedy; new in the
 * arena. NULL: it only follows from the one before it, as each line does where
 * no Feature line stands at the top. */
const char *gh_expected_in_words(struct gh_arena *arena,
                                 const struct gh_error *errors, size_t index);

#endif
