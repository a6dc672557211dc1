/*
 * One platform server, from spawn to end: the connection's state machine
 * (docs/protocol.md 6.1), without any knowledge of features or cases.
 *
 * A session is started once and lives until on_ended; then it is destroyed.
 * The probe for the protocol level may start the program a second time
 * within. At most one request is outstanding. on_answer comes once for each
 * execute, unless the process ends first. Events may be raised from within
 * the loop only, never from a call; the session may be destroyed in on_ended
 * and on_start_failed only.
 *
 *   SPAWNING -> GREETING -> READY <-> BUSY -> CANCELLING
 *                             |               |
 *                             +--> SHUTTING_DOWN -> CLOSING -> TERMINATING
 *                                       -> KILLING -> LINGERING -> ENDED
 */
#ifndef RUNNER_RUN_SESSION_H
#define RUNNER_RUN_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/model/platform.h"
#include "runner/proc/child.h"
#include "runner/rpc/dialect.h"

struct mp_session;
struct mp_trace;

/* What a session may wait for a person for. */
enum mp_hold {
    MP_HOLD_NONE,
    MP_HOLD_STARTED, /* the program runs; the first request is not sent yet */
    MP_HOLD_SILENT,  /* it is not ready, and its time is over */
    MP_HOLD_ENDING,  /* it was asked to end, and a stage's time is over */
};

struct mp_session_events {
    void *self;
    void (*on_ready)(void *self);
    /* why is complete, with the stderr tail left to the caller. */
    void (*on_start_failed)(void *self, const char *why);
    /* status may be protocol-error. Borrowed. */
    void (*on_answer)(void *self, const struct mp_step_result *result);
    /* The answer to mp_session_match, a whole message; an error and a breach
     * of the protocol are on_answer's. NULL: nobody asks. */
    void (*on_matches)(void *self, struct gh_str message);
    /* An answer after its request was given up: how late in ms. */
    void (*on_late_answer)(void *self, int64_t late_ms);
    /* The request that mp_session_cancel cancelled was answered. */
    void (*on_free)(void *self);
    /* Bytes of its stderr as they come; length 0: its end. */
    void (*on_stderr)(void *self, const char *bytes, size_t length);
    /* source: log or stdout; level and time may be NULL. */
    void (*on_log)(void *self, const char *source, const char *level,
                   const char *time, const char *text);
    /* The answer to listStepDefinitions, a whole message; empty: an error. */
    void (*on_definitions)(void *self, struct gh_str message);
    void (*on_attachment)(void *self, const struct mp_attachment *attachment);
    /* Something put up with, or worth a word: level note or warning. */
    void (*on_note)(void *self, const char *level, const char *text);
    /* It broke the protocol while no request was outstanding, or wrote a stray
     * line under --strict-protocol. */
    void (*on_fault)(void *self, const char *text);
    /* The shutdown answer said that resources were left (success false). */
    void (*on_leak)(void *self, const char *text);
    /* True: the session waits for mp_session_go_on, for what it waited for
     * before (an answer, an end), or for stop and kill. NULL: it never waits.
     */
    bool (*on_hold)(void *self, enum mp_hold why);
    /* What the case held is given back: it is ready for another. */
    void (*on_rested)(void *self);
    /* The process is gone and all its output was delivered. */
    void (*on_ended)(void *self);
};

/* How a session's process ended; valid from on_ended. */
struct mp_session_end {
    bool signalled;
    int exit_code;
    int signal;
    bool dumped_core;
    int64_t pid;     /* that it had */
    bool asked;      /* stop or kill was called before it ended */
    bool forced;     /* the ladder had to send SIGKILL */
    bool terminated; /* the ladder had to send SIGTERM */
    bool held_open;  /* a descendant kept its pipes */
    bool survivors;  /* members of its group were left and killed */
    bool cut_off;    /* its output ended within a message */
};

/* Of its present process. */
struct mp_session_traffic {
    int64_t messages_in, messages_out; /* in: from the server */
    int64_t descriptors; /* open when it was asked to end, 0: unknown */
};

struct mp_session_options {
    struct mp_nursery *nursery;
    const struct mp_platform *platform;
    enum mp_level level; /* what is known; UNKNOWN: probe as configured */
    const struct mp_launch *launch; /* borrowed until ended */
    const struct mp_hello *hello;   /* borrowed until ended */
    struct mp_trace *trace; /* borrowed until ended or handed over; NULL: none
                             */
    bool strict_protocol;
    bool list_definitions; /* before it is ready, if the server can, */
    bool list_hooks;       /* if it has hooks */
    bool bounded; /* scenarioStarted comes before the steps of each case */
};

struct mp_session *mp_session_create(const struct mp_session_options *options,
                                     const struct mp_session_events *events);
/* Begins. The outcome is on_ready or on_start_failed, always later. */
void mp_session_start(struct mp_session *session);

/* Sends executeStep; call is borrowed for the call only. Only when ready and
 * no request is outstanding. */
void mp_session_execute(struct mp_session *session,
                        const struct mp_step_call *call);
/* The same with executeHook; only for hooks that it listed. */
void mp_session_execute_hook(struct mp_session *session,
                             const struct mp_hook_call *call);
/* Sends matchSteps; only to a server that can (mp_session_can_match). */
void mp_session_match(struct mp_session *session,
                      const struct mp_step *const *steps, size_t count);
bool mp_session_can_match(const struct mp_session *session);
bool mp_session_can_list(const struct mp_session *session);
/* The request outstanding has run out of time: no answer to it is delivered
 * any more, and stop will begin with a cancel where the server knows it. */
void mp_session_give_up(struct mp_session *session);
/* Asks it to give up the request that was given up, before stop does: on_free
 * tells when it has. False: it cannot be asked, or there is none. */
bool mp_session_cancel(struct mp_session *session);
/* Before it is told to end. True: it has died already, or is not there yet; no
 * process is started in its place, and its end is told as that of a start. */
bool mp_session_forgo(struct mp_session *session);
/* Takes the ladder: (cancel,) shutdown, end of stdin, SIGTERM and SIGCONT,
 * SIGKILL, within budget_ms. A second call may only shorten the time. */
void mp_session_stop(struct mp_session *session, const char *reason,
                     int64_t budget_ms);
/* Sends scenarioFinished, when it is ready; the outcome is on_rested, or the
 * ladder where the server does not do its part within half of budget_ms, which
 * takes the rest. */
void mp_session_rest(struct mp_session *session, int64_t budget_ms);
/* Ready, and nothing is known against it: fit for another case, if it lives. */
bool mp_session_is_fit(const struct mp_session *session);
/* Another case begins in it; what is known of the last one is forgotten. The
 * outcome is that of a start. hello is borrowed until ended. */
void mp_session_enter(struct mp_session *session,
                      const struct mp_session_events *events,
                      const struct mp_hello *hello, struct mp_trace *trace);
/* It is between two cases: whom its events go to. */
void mp_session_hand_over(struct mp_session *session,
                          const struct mp_session_events *events);
/* Sends the signal (SIGKILL, SIGABRT) to the group; the end is expected. */
void mp_session_kill(struct mp_session *session, int number);
/* The person has let it go on. */
void mp_session_go_on(struct mp_session *session);
/* Held at a start that was silent (MP_HOLD_SILENT): what it says from now on
 * is too late. */
void mp_session_close_ears(struct mp_session *session);
/* Asks on_hold once more, from the loop, if it is held there. */
void mp_session_hold_again(struct mp_session *session);
void mp_session_pause(struct mp_session *session);
void mp_session_resume(struct mp_session *session);

/* Until its end is told. */
bool mp_session_is_alive(const struct mp_session *session);
/* Could it be sent a request now, and is it likely to answer? */
bool mp_session_is_free(const struct mp_session *session);
/* The process is dead, although on_ended may be still to come. stop and kill
 * leave it alone then: it was not they that ended it. */
bool mp_session_has_died(const struct mp_session *session);
/* Its start failed for want of descriptors, processes or memory: that says
 * nothing about the platform. */
bool mp_session_was_short_of_means(const struct mp_session *session);
/* It was told to end before its start was over. */
bool mp_session_was_forgone(const struct mp_session *session);
int64_t mp_session_pid(const struct mp_session *session);
enum mp_level mp_session_level(const struct mp_session *session);
/* "ipc-python 0.3.1", NULL: it did not say. */
const char *mp_session_server(const struct mp_session *session);
/* Appends what is known of why no answer came: "; it is stopped (state T)".
 * Before give_up, while it is alive. */
void mp_session_explain_silence(const struct mp_session *session,
                                struct mp_buf *text);
struct mp_session_traffic mp_session_traffic(const struct mp_session *session);
/* What the kernel and the pipes tell; zeroed when there is no process. */
struct mp_usage mp_session_usage(const struct mp_session *session);
struct mp_child_traffic mp_session_bytes(const struct mp_session *session);
const struct mp_session_end *mp_session_how(const struct mp_session *session);
/* "exited with code 3", "was killed by SIGSEGV": static-size text. */
#define MP_HOW_SIZE 64
const char *mp_session_end_text(const struct mp_session_end *how,
                                char text[MP_HOW_SIZE]);

void mp_session_destroy(struct mp_session *session);

#endif
