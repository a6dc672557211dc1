/*
 * Small texts: copies, durations, the nearest word to a misspelt one, words of
 * a command line. Pure functions; results are owned by the caller (gh_free)
 * unless said otherwise.
 */
#ifndef RUNNER_BASE_TEXT_H
#define RUNNER_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"

/* A copy of the whole text (gh_free). */
char *mp_text_copy(const char *text);

/* "500ms", "5s", "2m", "1h", "1.5s" to milliseconds. A number without unit is
 * taken as milliseconds if bare_ms (as in `@timeout:5000`), else only "0" may
 * stand without one. False: not a duration, or above ten days. */
bool mp_duration_parse(struct gh_str text, bool bare_ms, int64_t *ms);
/* "5s", "1.25s", "300ms", "2m", into a static-size buffer of the caller. */
#define MP_DURATION_SIZE 32
const char *mp_duration_format(int64_t ms, char text[MP_DURATION_SIZE]);

/* The candidate nearest to word by edit distance (a swap counts 1), if near
 * enough to be meant (a third of its length, at most 3); else NULL. Borrowed
 * from candidates. */
const char *mp_nearest(const char *word, const char *const *candidates,
                       size_t count);

/* Splits as a POSIX shell would: quotes, backslashes, no expansion. Returns a
 * NULL-terminated array of words in the arena; NULL: an open quote. */
char **mp_words_split(const char *line, struct gh_arena *arena);
/* Appends word so that a shell reads it back as one word. */
void mp_words_quote(struct mp_buf *buf, const char *word);

#endif
