/*
 * Bytes of a server's stdout in, messages out.
 *
 * Either NDJSON, a message is one JSON object on one line (docs/protocol.md),
 * or Content-Length framing (runner/rpc/framing.h). What
 * servers really write is let through as far as it is unambiguous, each kind
 * with one WARNING a process: a BOM and CRs are stripped and blank lines are
 * skipped (R5), a message behind text on the same line is found (R6), one
 * spread over several lines is joined (R6a), bad bytes are replaced (R7).
 * strict switches R6, R6a and R7 off: such a message is INVALID or STRAY.
 *
 * Order: init, feed in any pieces (the outcome does not depend on how the
 * bytes are cut), end at end of file, finish. Each call of on_incoming borrows
 * everything to the callee until it returns. From within it mp_reader_stop and
 * changing bare_lenient are allowed; feed, end and finish are not.
 *
 * Time is linear in the bytes fed, memory bounded by a small multiple of
 * max_message_bytes (and MP_SCAN_MAX_VALUES), whatever a server sends. The
 * reader knows no requests: whether an id is awaited is the caller's matter.
 * It does no I/O and reads no clock.
 */
#ifndef RUNNER_RPC_READER_H
#define RUNNER_RPC_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"
#include "runner/model/platform.h"
#include "runner/rpc/framing.h"
#include "runner/rpc/scan.h"

struct cJSON;

#define MP_READER_MAX_MESSAGE (16u << 20)
#define MP_READER_MAX_ID      2147483647

enum mp_incoming_kind {
    /* An answer: id, value (the result, any JSON value). */
    MP_INCOMING_RESULT,
    /* An answer: id (0: null, the server could not read it), code, text (its
       message), value (error.data, NULL: none). */
    MP_INCOMING_ERROR,
    /* Notification log: id or 0, level, time (both may be NULL), text. */
    MP_INCOMING_LOG,
    /* Notification attachment: id or 0, value (params) for
       mp_attachment_parse. */
    MP_INCOMING_ATTACHMENT,
    /* A notification that this version does not know: text (its method). */
    MP_INCOMING_OTHER,
    /* A line that is no message: text; cut_off. */
    MP_INCOMING_STRAY,
    /* Something was put up with: text says what and the remedy. Each kind
       comes once in a reader's life. */
    MP_INCOMING_WARNING,
    /* A protocol fault: text says which; id where the message told one. The
       stream stays usable. */
    MP_INCOMING_INVALID,
    /* The stream cannot be used any more: text. Nothing comes after it. */
    MP_INCOMING_BROKEN,
};

struct mp_incoming {
    enum mp_incoming_kind kind;
    int64_t id;                /* of a request; 0: none */
    int64_t code;              /* of ERROR */
    const struct cJSON *value; /* see the kinds; NULL: none */
    const char *text;          /* valid UTF-8; never NULL */
    const char *level;         /* of LOG: trace, debug, info, warn, error */
    const char *time;          /* of LOG: as the server wrote it */
    bool cut_off;              /* of STRAY: the output ended inside it */
    struct gh_str raw;         /* the message as parsed, repaired; {0}: none */
};

struct mp_reader_options {
    size_t max_message_bytes; /* 0: MP_READER_MAX_MESSAGE */
    enum mp_frame frame;
    bool strict;       /* --strict-protocol */
    bool bare_lenient; /* "jsonrpc" may be missing; null may stand for
                          an absent result or error */
    void *self;
    void (*on_incoming)(void *self, const struct mp_incoming *incoming);
};

struct mp_reader {
    struct mp_reader_options options; /* bare_lenient may be changed */
    size_t lines;                     /* seen so far */
    size_t stray_lines;
    size_t unknown_messages; /* of kind OTHER */
    /* private */
    struct mp_framing framing; /* of Content-Length framing */
    struct mp_buf line;        /* bytes of a line that has not ended */
    struct mp_buf joined;      /* lines of a message that is still open */
    struct mp_buf repaired; /* the message being parsed, if it was repaired */
    struct mp_buf text;     /* of what is being reported */
    struct mp_scan scan;    /* of joined */
    unsigned warned;        /* kinds of warnings given */
    bool stopped;
};

/* Copies the options; on_incoming must be set. */
void mp_reader_init(struct mp_reader *reader,
                    const struct mp_reader_options *options);
/* Takes the next bytes and reports what they complete. Ignored once stopped
 * or BROKEN. */
void mp_reader_feed(struct mp_reader *reader, const char *bytes, size_t length);
/* End of file. A last message without line end is delivered; any other rest
 * is a STRAY with cut_off, text its first and last 200 bytes. */
void mp_reader_end(struct mp_reader *reader);
/* Nothing is reported any more. May be called from on_incoming. */
void mp_reader_stop(struct mp_reader *reader);
/* Is there an unfinished line or message? For "no answer, only half a line". */
bool mp_reader_is_inside(const struct mp_reader *reader);
void mp_reader_finish(struct mp_reader *reader);

#endif
