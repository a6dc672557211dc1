/*
 * The runner's messages, written as bytes.
 *
 * Each function appends one line, LF included, to the buffer: compact JSON in
 * UTF-8, no raw control characters; bytes of a text that are no UTF-8 come
 * out as U+FFFD.
 *
 * executeStep has two forms. bare is the one printed in seed 004, the same
 * members in the same order, with `argument` added only for a step that has a
 * table or doc string: servers of that form were seen to reject members they
 * do not know. v1 adds `argument` and the rest of `context`
 * (docs/protocol.md 5.3 and 5.4).
 *
 * Everything is borrowed for the call. Nothing fails. The caller compares the
 * length with the server's limits.maxMessageBytes before it sends.
 */
#ifndef RUNNER_RPC_REQUEST_H
#define RUNNER_RPC_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/base/buf.h"
#include "runner/model/plan.h"

#define MP_PROTOCOL_VERSION 1

/* What the runner says of itself in initialize. Texts may be NULL where it
 * says so; every other one must be set. */
struct mp_hello {
    const char *runner_version; /* "0.1.0" */
    int64_t runner_pid;
    const char *os; /* "linux" */

    const char *process; /* "writer", "node#2" */
    const char *platform;
    const char *purpose; /* NULL: "scenario"; "discovery", "conformance" */
    int64_t incarnation; /* 1-based */
    const char *group;   /* NULL: it stands alone */
    int64_t index;       /* 1-based in the group, 0 alone */
    int64_t group_size;  /* 1 alone */

    const char *run_id;
    uint64_t seed;
    const char *work_dir;
    const char *shared_dir;
    const char *artifact_dir;
    const char *ipc_prefix;
    const char *scenario; /* its name; for harmony only, as feature_id */
    int64_t feature_id;   /* of this attempt at this case, unique in the run */

    int64_t max_message_bytes;
    int64_t max_inline_attachment_bytes;
    int64_t cancel_grace_ms;
    int64_t shutdown_grace_ms;

    /* Of the case that begins, for scenarioStarted. */
    const struct mp_case *source;
    int64_t attempt; /* 1-based */
    int64_t slot;
    int64_t start_timeout_ms;
    const char *status; /* of the case that ends, for scenarioFinished */

    const char *options_json;          /* an object; NULL: {} */
    const struct mp_variable *defines; /* --define, as options.define */
    size_t define_count;
};

/* A value that a process handed out, for context.exports. */
struct mp_export {
    const char *process;
    const char *key;
    const char *value;
};

struct mp_step_call {
    bool bare;
    const char *process; /* the member's name */
    const char *platform;
    const char *scenario_id;
    const struct mp_step *step; /* sent (NULL: text), type and argument */

    /* The rest is for v1 only. */
    const struct mp_scenario *scenario; /* name, uri and tags; NULL: none */
    int64_t step_index;                 /* 1-based in the scenario */
    int64_t attempt;                    /* 1-based */
    int64_t timeout_ms;                 /* what is left; 0: no timeout */
    int64_t poll_try;                   /* 1-based; 0: not polled */
    int64_t poll_elapsed_ms;
    const struct mp_export *exports; /* of all processes, in any order; one
                                        entry for each process and key */
    size_t export_count;
};

struct mp_hook_call {
    const char *hook; /* the server's id for it */
    const char *process;
    const char *platform;
    const char *scenario_id;
    const char *status; /* what the case, step or run has come to so far */
    const struct mp_scenario *scenario; /* NULL: a hook of the run */
    const struct mp_step *step;         /* NULL: not a hook of a step */
    int64_t step_index;                 /* 1-based */
    int64_t attempt;                    /* 1-based; of the run: 0 */
    int64_t timeout_ms;                 /* 0: no timeout */
    const struct mp_export *exports;    /* as of a step */
    size_t export_count;
};

void mp_request_initialize(struct mp_buf *buf, int64_t id,
                           const struct mp_hello *hello);
/* method: "health" or "ping". */
void mp_request_health(struct mp_buf *buf, int64_t id, const char *method);
void mp_request_execute_step(struct mp_buf *buf, int64_t id,
                             const struct mp_step_call *call);
/* v1 only. */
void mp_request_execute_hook(struct mp_buf *buf, int64_t id,
                             const struct mp_hook_call *call);
/* v1 only: which definitions fit these steps? */
void mp_request_match_steps(struct mp_buf *buf, int64_t id,
                            const struct mp_step *const *steps, size_t count);
/* A case begins in this process: what it is, and its directories. */
void mp_request_scenario_started(struct mp_buf *buf, int64_t id,
                                 const struct mp_hello *hello);
/* It is over, and the process is kept for another. */
void mp_request_scenario_finished(struct mp_buf *buf, int64_t id,
                                  const struct mp_hello *hello);
/* reason: "scenarioFinished", "stepRequest" or "runAborted". */
void mp_request_shutdown(struct mp_buf *buf, int64_t id, const char *reason);
/* A notification: it has no id of its own and gets no answer. */
void mp_request_cancel(struct mp_buf *buf, int64_t id, const char *reason);

/* The step's argument as an object, without line end, as executeStep carries
 * it; nothing when it has none. With both kinds the first written comes first
 * and `order` names them: ["docString","dataTable"]. */
void mp_argument_json(struct mp_buf *buf, const struct mp_step *step);

#endif
