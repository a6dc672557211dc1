/*
 * One life of the server that is examined: a raw connection, bytes in and
 * bytes out, with what was asked and what came.
 *
 * A peer has its own folders and its own MPRUN_SCENARIO_ID, as a process of a
 * case has. What was asked is remembered, so that each message of the server
 * can be judged when it comes: an answer to nothing, a second one, a
 * notification about a request that is over.
 *
 * Sending never blocks; peer_await and the other waits are mp_lab_wait. What
 * they return is borrowed from the peer. A peer that has died answers every
 * wait at once. Retiring kills the process with its group.
 */
#ifndef RUNNER_CONFORMANCE_PEER_H
#define RUNNER_CONFORMANCE_PEER_H

#include <stdbool.h>

#include "runner/conformance/said.h"

#define MP_PEER_TAIL 300

/* A request that was sent. */
struct mp_asked {
    struct mp_asked *next; /* sent before this one */
    const char *id;        /* JSON, in the peer's arena: 7, "a-1" */
    const char *method;
    struct gh_str bytes; /* as sent; in the peer's arena, cut if long */
    size_t answers;
    size_t broken;          /* unreadable messages of the peer before it */
    bool is_step;           /* its answer has the shape of a step's result */
    struct mp_said *answer; /* the first one; owned by the peer's list */
    double sent_ms, answered_ms;
};

struct mp_peer {
    struct mp_lab *lab;
    struct mp_peer *next;
    struct mp_child *child;
    struct mp_launch launch;
    struct mp_saying saying;
    struct gh_arena arena;
    const char *scenario_id, *shared_dir, *artifact_dir, *ipc_prefix;
    struct mp_asked *asked; /* the last one first */
    int64_t last_id;
    struct mp_said **said; /* owned; in the order of coming */
    size_t said_count, said_room;
    size_t out_bytes, err_bytes, broken;
    const char *printed;    /* a step prints this; NULL: none does */
    struct mp_buf err_tail; /* the end of its stderr */
    bool started, start_failed, out_ended, input_broken, flooded;
    bool exited, ended, held_open, closing;
    bool log, attachment; /* it announced these notifications */
    bool answered;        /* something, ever */
    int exit_code, exit_signal;
    double started_ms, exited_ms;
    char *start_fault; /* owned; why it could not be started */
};

/* Starts the server, and asks nothing. Never NULL; one that cannot be started
 * has start_failed, or is just dead. */
struct mp_peer *mp_peer_start(struct mp_lab *lab);
/* Waits until it runs; false: it could not be started. */
bool mp_peer_wait_started(struct mp_peer *peer);

void mp_peer_send(struct mp_peer *peer, struct gh_str bytes);
/* Remembers that a request with this id (JSON) is sent by other means. */
struct mp_asked *mp_peer_expect(struct mp_peer *peer, const char *id,
                                const char *method, struct gh_str bytes);
/* Sends a request on one line. params: JSON, NULL: none. */
struct mp_asked *mp_peer_ask(struct mp_peer *peer, const char *method,
                             const char *params);
void mp_peer_notify(struct mp_peer *peer, const char *method,
                    const char *params);
/* Waits for the answer, the usual time or, before the first one, that of a
 * start. NULL: none came, or one that cannot be read. */
const struct mp_said *mp_peer_await(struct mp_peer *peer,
                                    const struct mp_asked *asked);
const struct mp_said *mp_peer_await_ms(struct mp_peer *peer,
                                       const struct mp_asked *asked,
                                       int64_t ms);

/* Waits until it has exited. */
bool mp_peer_wait_exit(struct mp_peer *peer, int64_t ms);
/* Waits for the answer, or for one since then (said_count) that is to nothing:
 * what cannot be read has no id. NULL: none came. */
const struct mp_said *mp_peer_await_any(struct mp_peer *peer,
                                        const struct mp_asked *asked,
                                        size_t since, int64_t ms);
/* Lets it be for so long. False: it died meanwhile. */
bool mp_peer_idle(struct mp_peer *peer, int64_t ms);

/* Alive, and owing nothing. */
bool mp_peer_is_usable(const struct mp_peer *peer);
/* Appends what became of it, in words: "it exited with 1; ..." */
void mp_peer_describe(const struct mp_peer *peer, struct mp_buf *out);
/* Appends "exited with 3", "was ended by SIGSEGV". */
void mp_peer_describe_exit(const struct mp_peer *peer, struct mp_buf *out);

void mp_peer_retire(struct mp_peer *peer);

#endif
