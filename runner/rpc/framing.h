/*
 * Content-Length framing, as the Language Server Protocol has it: a block of
 * header lines, an empty line, and as many bytes as Content-Length says.
 *
 *     Content-Length: 43\r\n
 *     \r\n
 *     {"jsonrpc": "2.0", "id": 1, "result": true}
 *
 * Header names are compared without case, LF alone ends a line too, and
 * Content-Type is ignored. What stands outside a message is let through as
 * stray lines: whole lines between messages and between headers, and text that
 * stands before a header on its line. Text within a message cannot be told
 * from it.
 *
 * The caller owns the bytes it feeds and calls mp_framing_next until they are
 * used up; pieces do not depend on how the bytes are cut. A piece is borrowed
 * until the next call. Memory is bounded by max_bytes. JSON is not looked at:
 * see runner/rpc/reader.h, which is what callers use.
 */
#ifndef RUNNER_RPC_FRAMING_H
#define RUNNER_RPC_FRAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"

enum mp_framing_kind {
    MP_FRAMING_MORE,      /* the bytes are used up */
    MP_FRAMING_MESSAGE,   /* a whole message */
    MP_FRAMING_STRAY,     /* a line, or part of one, that is no header */
    MP_FRAMING_BAD,       /* a Content-Length that is no number: the line */
    MP_FRAMING_LONG_LINE, /* the begin of a line above max_bytes */
    MP_FRAMING_LARGE,     /* a Content-Length above max_bytes: the line */
};

struct mp_framing { /* zeroed but for max_bytes = at the start */
    size_t max_bytes;
    /* private */
    struct mp_buf part; /* of a line or message that is not whole yet */
    size_t length;      /* of the message announced */
    bool announced;     /* a Content-Length was read */
    bool in_message;
    bool taken; /* part was handed out */
    bool begun; /* the first line was seen */
};

/* Takes from bytes what completes the next piece. After BAD, LONG_LINE or
 * LARGE the stream has no places any more where messages could begin. */
enum mp_framing_kind mp_framing_next(struct mp_framing *framing,
                                     struct gh_str *bytes,
                                     struct gh_str *piece);
/* Is there an unfinished header block or message? */
bool mp_framing_is_inside(const struct mp_framing *framing);
/* At the end of the stream: the bytes of what is unfinished. Borrowed. */
struct gh_str mp_framing_rest(const struct mp_framing *framing);
void mp_framing_finish(struct mp_framing *framing);

/* Turns a buffer that holds one message, with or without a line end, into
 * that message with its header. */
void mp_framing_wrap(struct mp_buf *message);
/* Whether the line begins with the word, in any case. */
bool mp_framing_begins(struct gh_str line, const char *word);

#endif
