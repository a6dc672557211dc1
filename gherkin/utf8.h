/*
 * UTF-8: checking, walking, measuring, trimming.
 *
 * Texts are spans of UTF-8 (gh_str). Functions that walk a text accept
 * invalid bytes: each counts as one code point of its own. White space is
 * what the Gherkin reference trims (the set of JavaScript's \s): space, tab,
 * line feed, vertical tab, form feed, carriage return, U+00A0, U+1680,
 * U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000 and U+FEFF.
 *
 * Widths, letters and normalisation come from utf8proc; no other file of the
 * project includes it. Nothing here depends on the locale.
 */
#ifndef GHERKIN_UTF8_H
#define GHERKIN_UTF8_H

#include <stdint.h>

#include "gherkin/memory.h"

/* Decodes the code point at ptr (len > 0). Returns its length in bytes, 1 to
 * 4, or 0 when the bytes are no UTF-8 (surrogates and overlong forms are
 * none); *code_point is then U+FFFD. */
unsigned gh_utf8_decode(const char *ptr, size_t len, uint32_t *code_point);

/* Writes the code point (a valid one) to out, which has room for 4 bytes.
 * Returns the bytes written. */
unsigned gh_utf8_encode(uint32_t code_point, char *out);

/* The number of valid bytes at the start: len when all is valid. */
size_t gh_utf8_valid(const char *ptr, size_t len);

/* A copy with each invalid byte replaced by U+FFFD; the text itself when it
 * is valid. */
struct gh_str gh_utf8_repair(struct gh_arena *arena, struct gh_str text);

/* The number of code points. */
size_t gh_utf8_count(const char *ptr, size_t len);

/* The number of bytes that the first count code points take. */
size_t gh_utf8_offset(struct gh_str text, size_t count);

bool gh_utf8_is_space(uint32_t code_point);

/* A letter, a mark, a decimal digit or any other number of Unicode. */
bool gh_utf8_is_letter_or_digit(uint32_t code_point);

/* White space, punctuation or a symbol of Unicode. */
bool gh_utf8_is_separator(uint32_t code_point);

/* The length in bytes of the white space at the start of the text. */
size_t gh_utf8_leading_space(const char *ptr, size_t len);

/* The text without white space at its ends (a part of the same memory). */
struct gh_str gh_utf8_trim(struct gh_str text);
struct gh_str gh_utf8_trim_left(struct gh_str text);
struct gh_str gh_utf8_trim_right(struct gh_str text);

/* Columns on a terminal: 2 for wide characters, 0 for combining ones and for
 * control characters. */
size_t gh_utf8_width(struct gh_str text);

/* Normalisation form C, new in the arena, or the text itself when it is ASCII
 * or cannot be normalised (invalid UTF-8). */
struct gh_str gh_utf8_nfc(struct gh_arena *arena, struct gh_str text);

/* For comparing without regard to case: NFC of the case-folded text, new in
 * the arena, or the text itself when it cannot be folded. */
struct gh_str gh_utf8_fold(struct gh_arena *arena, struct gh_str text);

/* "2.8.0": the version of utf8proc. */
const char *gh_utf8_version(void);

#endif
