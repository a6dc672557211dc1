/*
 * The inside of a session, shared by the files that make it up:
 *
 *   session.c   the process, the clock, the calls from outside
 *   greeting.c  from the spawned program to a server that is ready
 *   answers.c   what it says on its stdout
 *   ladder.c    how it is brought to its end
 *   rest.c      from one case to the next
 *
 * One state tells what is going on; one timer belongs to it, and what it does
 * when it fires depends on the state. From within an answer the reader must
 * not be taken down: what would do so is left to the timer (fault,
 * respawning). Nothing else includes this.
 */
#ifndef RUNNER_RUN_SESSION_PRIVATE_H
#define RUNNER_RUN_SESSION_PRIVATE_H

#include "runner/rpc/reader.h"
#include "runner/run/session.h"

enum mp_session_state {
    MP_SESSION_NEW,
    MP_SESSION_SPAWNING,
    MP_SESSION_GREETING, /* initialize or health is sent */
    MP_SESSION_READY,
    MP_SESSION_BUSY,
    MP_SESSION_RESTING,       /* scenarioFinished is sent */
    MP_SESSION_CANCELLING,    /* a given-up request was cancelled */
    MP_SESSION_SHUTTING_DOWN, /* shutdown, or what comes before it, is sent */
    MP_SESSION_CLOSING,       /* stdin is closed */
    MP_SESSION_TERMINATING,   /* SIGTERM is sent */
    MP_SESSION_KILLING,
    MP_SESSION_LINGERING, /* it is gone, others of its group are dying */
    MP_SESSION_ENDED,
};

struct mp_session {
    struct mp_session_options options;
    struct mp_session_events events;
    struct mp_child *child;
    struct mp_reader reader;
    struct mp_session_end how;
    enum mp_session_state state;
    enum mp_level level;
    struct mp_session_traffic traffic;
    size_t greetings; /* answered well */
    size_t farewells; /* answered */
    bool listing;     /* listStepDefinitions is sent, after the greetings */
    bool has_hooks;
    bool can_cancel, can_scenarios, can_match, can_list;
    bool matching;          /* the request is matchSteps */
    bool bound;             /* scenarioStarted was answered well */
    bool settled;           /* so for the first time; so many had it then */
    size_t first_offspring; /* processes that it started */
    const char *group;      /* borrowed, of its control group */
    int64_t max_request_bytes;
    char *server; /* owned; NULL: not said */
    int64_t last_id;
    bool reading; /* bytes of its stdout are being looked at */
    bool early;   /* the request came of those: its answer is not in them */
    int64_t awaited_id;  /* of the request outstanding, 0: none */
    int64_t given_up_id; /* of the last one that ran out of time */
    bool cancelled;      /* it was asked to give that up, too */
    uint64_t given_up_at;
    bool closed_output, paused;
    struct mp_timer timer;
    bool timer_open, destroyed;
    enum mp_hold hold;              /* that it waits in */
    bool hurried;                   /* its end is not put off any more */
    uint64_t stop_from, stop_until; /* by the clock, in ms */
    const char *stop_reason;        /* static */
    uint64_t rest_until;            /* as these */
    uint64_t linger_until;
    size_t notes;
    int64_t unasked_id;      /* answered instead of the request outstanding */
    int64_t faulted_id;      /* judged already: its answer may still come */
    int64_t answered_id;     /* of the last step that was answered, */
    enum mp_status answered; /* and how */
    size_t unwanted;         /* messages and lines that nobody asked for */
    bool hopeless;           /* it floods: it is not asked to end but told to */
    bool fault_told;         /* on_fault: once is enough */
    char *fault;             /* owned: to be told from the loop */
    bool overdue;     /* the time for a closed stream's explanation is over */
    char *refusal;    /* owned: what came of initialize, if no success */
    bool backing_off; /* the spawn failed and is tried again soon */
    bool backed_off;  /* that was done once */
    bool short_of_means;
    bool respawning; /* asked for by an answer: done from the loop */
    bool forgone;    /* told to end when it had died: no other is started */
    struct mp_buf out;
    struct gh_arena arena; /* of the answer being handled */
};

#define MP_FORGONE_TEXT "it was told to end before it was ready"

/* session.c */
uint64_t mp_session_now(const struct mp_session *session);
/* The timer of the state; one that runs already begins anew. */
void mp_session_set_timer(struct mp_session *session, int64_t ms);
bool mp_session_is_starting(const struct mp_session *session);
bool mp_session_is_stopping(const struct mp_session *session);
/* Something put up with; too many are left out. */
void mp_session_note(struct mp_session *session, const char *level,
                     const char *text);
/* What the timer has to tell; copied. */
void mp_session_set_fault(struct mp_session *session, const char *text);
const struct mp_dialect *mp_session_dialect(const struct mp_session *session);
/* Sends what is in session->out, in its frame. */
void mp_session_send(struct mp_session *session);
/* True: it waits for a person now. */
bool mp_session_wait_for_person(struct mp_session *session, enum mp_hold why);
int64_t mp_session_next_id(struct mp_session *session);
void mp_session_spawn(struct mp_session *session);

/* greeting.c */
/* Sends the greeting that is next. */
void mp_greeting_send(struct mp_session *session);
void mp_greeting_on_answer(struct mp_session *session,
                           const struct mp_incoming *incoming);
/* The start is over: on_start_failed. Not from within an answer. */
void mp_greeting_fail(struct mp_session *session, const char *why);
/* The same from within an answer, where the reader must not be taken down. */
void mp_greeting_fail_later(struct mp_session *session, const char *why);
/* The probe found no v1 server: the same program again, at the bare level. */
void mp_greeting_respawn_bare(struct mp_session *session);
void mp_greeting_timed_out(struct mp_session *session);
void mp_greeting_on_end(struct mp_session *session);

/* answers.c */
/* The answer as that to a step; logs are told. */
void mp_answers_read(struct mp_session *session,
                     const struct mp_incoming *incoming,
                     struct mp_step_result *result);
/* What the answer to a farewell says against the server, if anything. */
bool mp_answers_judge_farewell(struct mp_session *session,
                               const struct mp_incoming *incoming,
                               const struct mp_step_result *result);
void mp_answers_on_incoming(void *self, const struct mp_incoming *incoming);

/* rest.c */
/* Processes that it has started and still has. */
size_t mp_rest_offspring(const struct mp_session *session);
void mp_rest_on_answer(struct mp_session *session,
                       const struct mp_incoming *incoming);
/* The time for an answer is over, or it cannot be read. */
void mp_rest_give_up(struct mp_session *session);

/* ladder.c */
/* The notification alone; the state stays. */
void mp_ladder_send_cancel(struct mp_session *session, const char *reason);
/* "did not answer", "ended without an answer to" */
void mp_ladder_note_unanswered(struct mp_session *session, const char *verb);
/* The request that it was sent on its way out. */
enum mp_method mp_ladder_farewell(const struct mp_session *session);
/* Begins it; when it is on its way, its time may only be shortened. */
void mp_ladder_take(struct mp_session *session, const char *reason,
                    int64_t budget_ms);
/* The next farewell, or the end of its stdin. */
void mp_ladder_shut_down(struct mp_session *session);
/* The time of the stage is over. */
void mp_ladder_next(struct mp_session *session);
/* A person who was asked lets it go on: with its time anew. */
void mp_ladder_go_on(struct mp_session *session);
/* It is gone: tells so when nothing of its group is left, or too long. */
void mp_ladder_linger(struct mp_session *session);
void mp_ladder_on_child_ended(void *self, bool held_open);

#endif
