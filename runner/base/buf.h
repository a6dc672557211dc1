/*
 * A growing text buffer.
 *
 * Invariants: after any append data is NUL-terminated and len excludes the
 * NUL. A zeroed struct is an empty buffer (data may then be NULL; use
 * mp_buf_text). Limits on what comes from outside are checked by whoever
 * reads it; running out of memory ends the program (gherkin/memory.h).
 */
#ifndef RUNNER_BASE_BUF_H
#define RUNNER_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "gherkin/memory.h"

struct mp_buf {
    char *data; /* owned */
    size_t len;
    size_t capacity;
};

void mp_buf_append(struct mp_buf *buf, const void *bytes, size_t length);
void mp_buf_append_text(struct mp_buf *buf, const char *text);
void mp_buf_append_str(struct mp_buf *buf, struct gh_str text);
void mp_buf_append_char(struct mp_buf *buf, char c);
void mp_buf_format(struct mp_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mp_buf_vformat(struct mp_buf *buf, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Removes length bytes (at most all) from the front. */
void mp_buf_consume(struct mp_buf *buf, size_t length);
/* Empties it and keeps the memory. */
void mp_buf_reset(struct mp_buf *buf);
/* The text, never NULL; borrowed until the next change. */
/* What it holds, as a span: valid until it changes. */
static inline struct gh_str mp_buf_str(const struct mp_buf *buf)
{
    return (struct gh_str){buf->data, buf->len};
}

const char *mp_buf_text(const struct mp_buf *buf);
/* Returns the text, owned by the caller (gh_free), never NULL; the buffer is
 * empty afterwards. */
char *mp_buf_take(struct mp_buf *buf);
void mp_buf_finish(struct mp_buf *buf);

#endif
