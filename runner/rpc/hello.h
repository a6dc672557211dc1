/*
 * What the answers to initialize and health say (docs/protocol.md 4, 5.1,
 * 5.2).
 *
 * initialize is a probe: a server that does not know it is driven at the bare
 * level, and only the error 1002 is a refusal. The verdict follows the probe
 * sequence for an answer; silence and a crash are the caller's to see, they
 * count as MP_HELLO_RESPAWN.
 *
 * Everything is copied into the caller's arena.
 */
#ifndef RUNNER_RPC_HELLO_H
#define RUNNER_RPC_HELLO_H

#include <stdbool.h>
#include <stdint.h>

#include "gherkin/memory.h"
#include "runner/rpc/reader.h"

enum mp_hello_verdict {
    MP_HELLO_V1,          /* ready */
    MP_HELLO_UNSUPPORTED, /* start failure: no version in common */
    MP_HELLO_BARE,        /* usable as it is, at the bare level */
    MP_HELLO_RESPAWN,     /* it may have executed something: a fresh process,
                             at the bare level */
};

struct mp_hello_answer {
    int64_t protocol_version;
    const char *name; /* of the server; these texts are NULL if not said */
    const char *version;
    const char *language;
    const char *language_version;
    const char *sdk;
    const char *description;   /* "ipc-python 0.3.1", for journal and notes */
    int64_t pid;               /* 0: not said */
    int64_t max_message_bytes; /* of requests; 0: not said */
    struct {
        bool match_steps;
        bool list_step_definitions;
        bool snippets;
        bool scenarios;
        bool hooks;
        bool cancel;
        bool log;
        bool attachment;
    } capabilities;
};

/* Reads a RESULT or ERROR that answers initialize. *why (in the arena) is set
 * for every verdict but V1: a complete sentence part, such as "it answered
 * initialize with the error -32601 (Method not found)". */
enum mp_hello_verdict mp_hello_parse(const struct mp_incoming *incoming,
                                     struct gh_arena *arena,
                                     struct mp_hello_answer *answer,
                                     char **why);

enum mp_health {
    MP_HEALTH_OK,        /* any answer counts as alive */
    MP_HEALTH_NO_METHOD, /* alive, but -32601: try "ping" next time */
    MP_HEALTH_BAD,       /* result.status is there and is not "ok" */
};

/* Reads a RESULT or ERROR that answers health. why (may be NULL) is set, in
 * the arena, for BAD. */
enum mp_health mp_health_parse(const struct mp_incoming *incoming,
                               struct gh_arena *arena, char **why);

#endif
