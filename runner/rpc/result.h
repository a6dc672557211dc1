/*
 * What an answer to executeStep says (docs/protocol.md 5.5, 5.13).
 *
 * A verdict is never guessed: an answer whose success is missing or that
 * contradicts itself is a protocol-error with the reason, so nothing turns
 * green by a server's mistake. Members that only describe (attachments,
 * exports) are dropped with a note when they are wrong; null counts as absent
 * for every optional member.
 *
 * The seed's answer {success, data, logs} is complete by itself. A failed one
 * without `failure` takes its message from the members `error` or `message`,
 * else from its last log line.
 *
 * Everything is copied into the caller's arena; texts are UTF-8 without NUL.
 * Answers to scenarioStarted, executeHook and shutdown have the same shape.
 * Answers to initialize and health: runner/rpc/hello.h.
 */
#ifndef RUNNER_RPC_RESULT_H
#define RUNNER_RPC_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/memory.h"
#include "runner/model/status.h"
#include "runner/rpc/attachment.h"
#include "runner/rpc/log.h"
#include "runner/rpc/reader.h"

#define MP_RESULT_MAX_EXPORTS      64
#define MP_RESULT_MAX_EXPORT_BYTES (64u << 10)
#define MP_RESULT_MAX_ATTACHMENTS  64

enum mp_rpc_error {
    MP_RPC_PARSE_ERROR = -32700,
    MP_RPC_INVALID_REQUEST = -32600,
    MP_RPC_METHOD_NOT_FOUND = -32601,
    MP_RPC_INVALID_PARAMS = -32602,
    MP_RPC_INTERNAL_ERROR = -32603,
    MP_RPC_NOT_INITIALIZED = 1001,
    MP_RPC_UNSUPPORTED_VERSION = 1002,
    MP_RPC_CANCELLED = 1003,
    MP_RPC_BUSY = 1004,
    MP_RPC_SHUTTING_DOWN = 1005,
    MP_RPC_WRONG_PROCESS = 1006,
    MP_RPC_TOO_LARGE = 1007,
    MP_RPC_SCENARIO_MISMATCH = 1008,
};

struct mp_result_export {
    const char *key;
    const char *value;
};

struct mp_step_result {
    enum mp_status status;
    bool cancelled;      /* it is the error 1003: status is failed */
    bool unusable;       /* the error -32700: send nothing more */
    int64_t error_code;  /* of a JSON-RPC error; 0: it was a result */
    const char *message; /* of anything but passed: never NULL */
    const char *reason;  /* of skipped and pending; NULL: none given */
    const char *kind;    /* assertion, exception, timeout, ...; NULL */
    const char *type;
    const char *expected;
    const char *actual;
    const char *diff;
    const char *stack;
    const char *location; /* "steps.py:31" */
    const char *data;     /* compact JSON, digits as sent; NULL: none */
    double duration_ms;   /* as the server measured it; < 0: it did not say */
    const char *snippets; /* code, joined by blank lines; NULL: none */
    const char *matches;  /* one definition a line, of ambiguous; NULL: none */
    const struct mp_log_line *logs;
    size_t log_count; /* with a last line "... N lines dropped" past the cap */
    const struct mp_attachment *attachments;
    size_t attachment_count;
    const struct mp_result_export *exports;
    size_t export_count;
    const char *const *notes; /* what was put up with, for the journal */
    size_t note_count;
};

/* Reads a RESULT or ERROR. bare: the rules of the bare level hold, where a
 * JSON-RPC error other than -32700, -32600, -32601 and -32602 is a failed
 * step. False: a protocol-error; then *why (in the arena) says what is wrong,
 * result->status is MP_PROTOCOL_ERROR, message is *why, and logs and data hold
 * what could still be read. */
bool mp_result_parse(const struct mp_incoming *incoming, bool bare,
                     struct gh_arena *arena, struct mp_step_result *result,
                     char **why);

#endif
