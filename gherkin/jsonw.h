/*
 * Writing JSON as a stream: into a buffer that grows, or through a callback
 * that gets a piece whenever enough has come together.
 *
 * The writer puts the commas and escapes; that begin and end match and that
 * members have a key is the caller's duty. Any bytes may be written as a
 * string: what is no UTF-8 comes out as U+FFFD. Numbers that JSON does not
 * have (NaN, infinity) come out as null.
 *
 *     struct gh_jsonw w;
 *     gh_jsonw_init(&w);
 *     gh_jsonw_object_begin(&w);
 *     gh_jsonw_key(&w, "lines");
 *     gh_jsonw_int(&w, 12);
 *     gh_jsonw_object_end(&w);
 *     ... gh_jsonw_text(&w) ...
 *     gh_jsonw_finish(&w);
 */
#ifndef GHERKIN_JSONW_H
#define GHERKIN_JSONW_H

#include "gherkin/memory.h"

/* Takes the bytes; false stops the writing (gh_jsonw_failed). */
typedef bool gh_jsonw_write(void *user, const char *bytes, size_t len);

struct gh_jsonw {
    char *bytes;
    size_t len, room;
    gh_jsonw_write *write; /* NULL: everything stays in bytes */
    void *user;
    bool comma; /* a value stands before the next one */
    bool failed;
};

/* A writer into memory. */
void gh_jsonw_init(struct gh_jsonw *w);
/* A writer that hands its bytes on in pieces of some 64 KiB. */
void gh_jsonw_init_stream(struct gh_jsonw *w, gh_jsonw_write *write,
                          void *user);
/* Frees the buffer; what a stream holds back is dropped, see flush. */
void gh_jsonw_finish(struct gh_jsonw *w);

/* What has been written (and not yet handed on). Borrowed until the next
 * call. */
struct gh_str gh_jsonw_text(const struct gh_jsonw *w);
/* Forgets what has been written, for the next text. */
void gh_jsonw_clear(struct gh_jsonw *w);
/* Hands on what is held back. False when the callback has failed once. */
bool gh_jsonw_flush(struct gh_jsonw *w);

void gh_jsonw_object_begin(struct gh_jsonw *w);
void gh_jsonw_object_end(struct gh_jsonw *w);
void gh_jsonw_array_begin(struct gh_jsonw *w);
void gh_jsonw_array_end(struct gh_jsonw *w);
/* The key of the next value; no character of it may need an escape. */
static inline void gh_jsonw_key(struct gh_jsonw *w, const char *key);
/* A key of any text. */
void gh_jsonw_key_str(struct gh_jsonw *w, struct gh_str key);

void gh_jsonw_string(struct gh_jsonw *w, struct gh_str text);
/* NULL is written as null. */
void gh_jsonw_cstring(struct gh_jsonw *w, const char *text);
/* A string of several pieces: begin, any number of parts, end. Each part is
 * escaped by itself. */
void gh_jsonw_string_begin(struct gh_jsonw *w);
void gh_jsonw_string_part(struct gh_jsonw *w, struct gh_str text);
void gh_jsonw_string_end(struct gh_jsonw *w);
void gh_jsonw_int(struct gh_jsonw *w, int64_t value);
void gh_jsonw_uint(struct gh_jsonw *w, uint64_t value);
/* The number as a string, as ids are written. */
void gh_jsonw_uint_string(struct gh_jsonw *w, uint64_t value);
void gh_jsonw_number(struct gh_jsonw *w, double value);
/* The number to three decimals, without zeros at the end ("12.05"), several
 * times as fast; 0 for what is below it or not a number. */
void gh_jsonw_thousandths(struct gh_jsonw *w, double value);
void gh_jsonw_bool(struct gh_jsonw *w, bool value);
void gh_jsonw_null(struct gh_jsonw *w);
/* A value that is JSON already. */
void gh_jsonw_raw(struct gh_jsonw *w, struct gh_str json);
/* A line feed after a whole value: NDJSON. */
void gh_jsonw_newline(struct gh_jsonw *w);

/* -- Inline for the sake of constant keys ------------------------------- */

/* Makes room for that many bytes and returns where they go; the caller adds
 * them to len. */
char *gh_jsonw_more(struct gh_jsonw *w, size_t len);

static inline char *gh_jsonw_reserve(struct gh_jsonw *w, size_t len)
{
    return w->room - w->len >= len ? w->bytes + w->len : gh_jsonw_more(w, len);
}

static inline void gh_jsonw_key(struct gh_jsonw *w, const char *key)
{
    size_t len = strlen(key);
    char *out = gh_jsonw_reserve(w, len + 4);
    *out = ',';
    out += w->comma;
    *out++ = '"';
    memcpy(out, key, len);
    out += len;
    *out++ = '"';
    *out++ = ':';
    w->len = (size_t)(out - w->bytes);
    w->comma = false;
}

#endif
