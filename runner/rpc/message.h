/*
 * One parsed JSON object, judged as a JSON-RPC 2.0 message from a server.
 *
 * Used by runner/rpc/reader.c only. A server may send answers and
 * notifications (docs/protocol.md, envelope rules); everything else that looks
 * like a message is a fault with a reason. Member names are compared
 * case-sensitively, and of the members that decide what a message is none may
 * stand twice: the parser keeps both and would use the first.
 *
 * lenient is the bare level's reading: "jsonrpc" may be missing from an
 * answer, and null may stand where result or error should be absent, as in
 * JSON-RPC 1.0. Both are noted.
 */
#ifndef RUNNER_RPC_MESSAGE_H
#define RUNNER_RPC_MESSAGE_H

#include <stdbool.h>

#include "runner/base/buf.h"
#include "runner/rpc/reader.h"

/* What was put up with, one bit for each kind of WARNING. */
enum mp_tolerated {
    MP_TOLERATED_STDOUT = 1,
    MP_TOLERATED_CONTENT_LENGTH = 2,
    MP_TOLERATED_JOINED = 4,
    MP_TOLERATED_NO_JSONRPC = 8,
    MP_TOLERATED_NULL_MEMBER = 16,
    MP_TOLERATED_UTF8 = 32,
    MP_TOLERATED_NUL = 64,
    MP_TOLERATED_SURROGATE = 128,
    MP_TOLERATED_CONTROL = 256,
    MP_TOLERATED_LOG = 512,
    MP_TOLERATED_NDJSON = 1024,
};

/* The text of that one bit; static. */
const char *mp_tolerated_text(enum mp_tolerated kind);

/* Fills incoming (kind, id, code, value, text, level, time), which borrows
 * from root and from text, a buffer for what has to be worded. Adds to
 * *tolerated. False: it is no message, nothing was filled. */
bool mp_message_read(const struct cJSON *root, bool lenient,
                     struct mp_incoming *incoming, struct mp_buf *text,
                     unsigned *tolerated);

#endif
