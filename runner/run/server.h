/*
 * A member of a running case and the platform server that plays it, over all
 * its incarnations: what it is doing, how it ended, which step it works at.
 * It turns what its session tells into records; the case decides what that
 * means.
 */
#ifndef RUNNER_RUN_SERVER_H
#define RUNNER_RUN_SERVER_H

#include "runner/run/context.h"
#include "runner/run/hooking.h"
#include "runner/run/stderr_log.h"
#include "runner/run/trace.h"
#include "runner/run/tries.h"
#include "runner/run/workspace.h"

enum mp_standing {
    MP_SERVER_NEVER,    /* was not started yet */
    MP_SERVER_STARTING, /* not ready yet */
    MP_SERVER_RUNNING,
    MP_SERVER_STOPPING, /* asked to end */
    MP_SERVER_RESTING,  /* asked to give back what the case held */
    MP_SERVER_RESTED,   /* it has, and waits to be kept */
    MP_SERVER_ENDED,
};

struct mp_server;

/* The case's side. */
struct mp_server_events {
    void *self;
    void (*on_ready)(void *self, struct mp_server *server);
    void (*on_start_failed)(void *self, struct mp_server *server,
                            const char *why);
    void (*on_answer)(void *self, struct mp_server *server,
                      const struct mp_step_result *result);
    /* It has given up what was cancelled (run/around). */
    void (*on_free)(void *self, struct mp_server *server);
    /* The answer to mp_server_match, a whole message; anything else that
     * answers it comes as an answer. NULL: it is never asked. */
    void (*on_matches)(void *self, struct mp_server *server,
                       struct gh_str message);
    void (*on_ended)(void *self, struct mp_server *server);
    /* It may be kept now. */
    void (*on_rested)(void *self, struct mp_server *server);
    /* Its start_timeout is over and its start is given up, unless this is
     * true: then not before mp_session_go_on. */
    bool (*on_silent)(void *self, struct mp_server *server);
    /* Something that counts against the case outside any step. */
    void (*on_cause)(void *self, struct mp_server *server,
                     enum mp_status status, const char *text);
};

/* The case as its servers see it; borrowed. */
struct mp_server_place {
    struct mp_run_context *context;
    const struct mp_case *source;
    const struct mp_workspace *workspace;
    struct mp_exports *exports;
    const char *purpose; /* as the server is told it; NULL: a scenario's */
    int attempt;
    size_t slot;
};

struct mp_server {
    struct mp_server_place place;
    struct mp_server_events events;
    const struct mp_member *member;
    const struct mp_platform *platform;
    enum mp_standing standing; /* NEVER for one that is ahead */
    int incarnation;           /* 0: never started */
    size_t step;  /* it works at, or worked at last; 1-based, 0: none */
    bool awaited; /* the step's answer is outstanding */

    struct mp_try last_try; /* of a step under "within" */
    struct mp_hooking hooking;

    /* a begun step */
    size_t begun; /* 1-based, 0: none */
    bool begun_answered;
    enum mp_status begun_status;
    char *begun_text;     /* owned */
    uint64_t begun_until; /* loop time, 0: no timeout */

    /* the end of the last incarnation */
    struct mp_session_end how;
    char *ended_by;    /* "killed by step 4"; NULL: it ended unasked */
    size_t ended_step; /* during or after that step */
    bool unjudged;     /* it died unasked and nothing expected that yet */
    bool killed;       /* this incarnation, by a step */
    bool on_request;   /* some incarnation was killed by a step */
    bool hangs;        /* it owed an answer when time was up */

    /* run/ahead */
    bool ahead; /* started, and no step has named it yet */
    enum mp_standing ahead_standing;
    struct mp_buf held;  /* records that wait for that, as lines */
    bool held_too_much;  /* some are left out */
    char *start_failure; /* owned; NULL: it has not failed while ahead */
    bool short_of_means; /* that is why */
    double hidden_ms;    /* of its start, when a step named it */

    /* run/kept */
    bool reused;            /* by this case: it was kept from another */
    bool paused;            /* this incarnation, once at least */
    const char *first_mark; /* MPRUN_SCENARIO_ID of the one that was reused */
    char *group; /* name of its control group in this case, owned; NULL: that
                    of the case */
    struct gh_arena launch_arena; /* of launch, if it was kept */
    struct mp_metrics before;     /* what cases before this one account for */

    /* private */
    struct mp_session *session;
    struct mp_launch launch;
    char **environment;
    struct mp_hello hello;
    struct gh_arena arena; /* of the incarnation */
    double started_ms;
    uint64_t started_ns; /* monotonic: gaps count, as for files */
    struct mp_stderr_log stderr_log;
    struct mp_trace trace;
    bool stderr_seen;            /* this incarnation wrote to it */
    size_t log_lines, log_bytes; /* of the incarnation */
    size_t attachments;          /* of the step */
    bool dropping;
    struct mp_prompt prompt; /* --debug */
};

void mp_server_init(struct mp_server *server,
                    const struct mp_server_place *place,
                    const struct mp_member *member,
                    const struct mp_platform *platform,
                    const struct mp_server_events *events);
/* Starts the next incarnation; the outcome is on_ready or on_start_failed. Of
 * one that is ahead neither is called, only on_ended, also for a start that
 * failed. */
void mp_server_start(struct mp_server *server);
/* Sends a step, 1-based in the scenario. */
void mp_server_execute(struct mp_server *server, size_t step,
                       const struct mp_step_call *call);
/* Sends a hook; its answer comes as a step's does. */
void mp_server_execute_hook(struct mp_server *server,
                            const struct mp_hook_call *call);
/* Asks which definitions fit the steps; on_matches has the answer. */
void mp_server_match(struct mp_server *server,
                     const struct mp_step *const *steps, size_t count);
void mp_server_give_up(struct mp_server *server);
/* by: what ends it, as in "it was <stopped by step 3>"; copied. */
void mp_server_stop(struct mp_server *server, const char *by,
                    const char *reason, int64_t budget_ms);
/* Asks it to give back what the case held (on_rested), so that it can be kept.
 * One that does not is stopped as mp_server_stop does it. status: the case's.
 */
void mp_server_rest(struct mp_server *server, enum mp_status status,
                    int64_t budget_ms);
/* Is there nothing to be said against keeping it for another case? */
bool mp_server_may_rest(const struct mp_server *server);
/* A kept process is this server's now: greeted for its case. */
void mp_server_enter(struct mp_server *server, struct mp_session *session);
void mp_server_kill(struct mp_server *server, const char *by, int number);
void mp_server_pause(struct mp_server *server);
void mp_server_resume(struct mp_server *server);

bool mp_server_is_alive(const struct mp_server *server);
/* Alive and not asked to end. */
bool mp_server_is_running(const struct mp_server *server);
/* It is dead, but its end is still to be told. */
bool mp_server_is_dying(const struct mp_server *server);

/* A record of this server's: case, attempt, process, ... filled in. */
struct mp_record mp_server_record(const struct mp_server *server,
                                  enum mp_record_type type);
/* Something worth a word about it, at its step: level note or warning. */
void mp_server_note(struct mp_server *server, const char *level,
                    const char *text);
void mp_server_finish(struct mp_server *server);

#endif
