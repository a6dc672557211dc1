/*
 * The pieces that all requests are written with.
 *
 * A JSON writer is laid over the buffer that the message goes to: between
 * mp_write_into and mp_write_back (which mp_write_end calls) the buffer must
 * not be used otherwise. Both take their memory from the same allocator, so
 * nothing is copied.
 *
 *     struct gh_jsonw w = mp_write_into(buf);
 *     mp_write_begin(&w, id, "health");
 *     mp_write_end(&w, buf);
 *
 * Used by the dialects in runner/rpc only. Nothing here fails.
 */
#ifndef RUNNER_RPC_WRITE_H
#define RUNNER_RPC_WRITE_H

#include <stdint.h>

#include "gherkin/gherkin.h"
#include "gherkin/jsonw.h"
#include "runner/base/buf.h"

struct gh_jsonw mp_write_into(struct mp_buf *buf);
void mp_write_back(struct gh_jsonw *w, struct mp_buf *buf);

/* A request up to its params: jsonrpc, id, method. */
void mp_write_begin(struct gh_jsonw *w, int64_t id, const char *method);
/* Closes the message with a line end and gives the buffer back. */
void mp_write_end(struct gh_jsonw *w, struct mp_buf *buf);

/* One member. A text may be NULL: null. */
void mp_write_text(struct gh_jsonw *w, const char *key, const char *text);
void mp_write_int(struct gh_jsonw *w, const char *key, int64_t number);
/* The member's object is begun. */
void mp_write_object(struct gh_jsonw *w, const char *key);
/* A table as an array of arrays of strings. */
void mp_write_rows(struct gh_jsonw *w, const struct gh_table *table);

#endif
