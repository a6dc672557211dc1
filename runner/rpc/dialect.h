/*
 * How one kind of platform server is spoken to: what is sent to greet it, to
 * have a step executed and to take leave, and what its answers mean.
 *
 * A dialect is a constant table. A session (runner/run) goes through the
 * greetings in order, each answered before the next is sent, then executes
 * steps, then goes through the farewells; it knows the order of things, and
 * nothing of any dialect. How messages are told from each other is another
 * matter: runner/rpc/framing.h.
 *
 *     bare     health                  executeStep
 *     v1       initialize              executeStep   shutdown
 *     harmony  health, initialize      executeStep   cleanup, shutdown
 *
 * Requests are appended to a buffer, answers are read into an arena; nothing
 * is kept. Sources: docs/protocol.md for the native levels, docs/harmony.md.
 */
#ifndef RUNNER_RPC_DIALECT_H
#define RUNNER_RPC_DIALECT_H

#include "runner/model/platform.h"
#include "runner/rpc/hello.h"
#include "runner/rpc/request.h"
#include "runner/rpc/result.h"

/* What is known of the way a server speaks. */
enum mp_level {
    MP_LEVEL_UNKNOWN, /* to be greeted as v1 and believed */
    MP_LEVEL_BARE,
    MP_LEVEL_V1,
    MP_LEVEL_HARMONY,
};

enum mp_method {
    MP_METHOD_NONE, /* ends a list */
    MP_METHOD_HEALTH,
    MP_METHOD_INITIALIZE,
    MP_METHOD_LIST,    /* listStepDefinitions: after all greetings, if asked */
    MP_METHOD_CLEANUP, /* of the case; only at its end */
    MP_METHOD_SHUTDOWN,
    /* Of a process that is kept for several cases; in no dialect's list. */
    MP_METHOD_SCENARIO_STARTED,
    MP_METHOD_SCENARIO_FINISHED,
};

enum mp_greeted {
    MP_GREETED_WELL,    /* on to the next greeting, or ready */
    MP_GREETED_REFUSED, /* start failure */
    MP_GREETED_BARE,    /* greet the same process as a bare one */
    MP_GREETED_RESPAWN, /* greet a fresh process as a bare one */
};

#define MP_DIALECT_METHODS 3

struct mp_dialect {
    enum mp_level level;
    const char *name; /* in journal and reports: "1", "bare", "harmony" */
    enum mp_method greetings[MP_DIALECT_METHODS];
    enum mp_method farewells[MP_DIALECT_METHODS];
    bool lenient; /* for the reader */

    /* hello is for greetings, reason for farewells. */
    void (*write)(struct mp_buf *buf, int64_t id, enum mp_method method,
                  const struct mp_hello *hello, const char *reason);
    void (*write_step)(struct mp_buf *buf, int64_t id,
                       const struct mp_step_call *call,
                       const struct mp_platform *platform);
    /* Reads what answers a greeting, also an INVALID message. *why is set for
     * every verdict but WELL; answer is filled as far as it says something. */
    enum mp_greeted (*read_greeting)(enum mp_method method,
                                     const struct mp_incoming *incoming,
                                     struct gh_arena *arena,
                                     struct mp_hello_answer *answer,
                                     char **why);
    /* NULL: it has no hooks. What answers it is read as a step's answer. */
    void (*write_hook)(struct mp_buf *buf, int64_t id,
                       const struct mp_hook_call *call);
    /* NULL: it cannot be asked what steps match. */
    void (*write_match)(struct mp_buf *buf, int64_t id,
                        const struct mp_step *const *steps, size_t count);
    /* Reads what answers executeStep; see mp_result_parse. */
    bool (*read_step)(const struct mp_incoming *incoming,
                      const struct mp_platform *platform,
                      struct gh_arena *arena, struct mp_step_result *result,
                      char **why);
};

/* Never NULL; of UNKNOWN: the one of v1. */
const struct mp_dialect *mp_dialect_of(enum mp_level level);
/* What the configuration says of a platform; UNKNOWN: it is to be found out. */
enum mp_level mp_dialect_configured(enum mp_protocol protocol);
/* "health", ...: as on the wire. */
const char *mp_dialect_method(enum mp_method method);

#endif
