/*
 * The inside of a case, shared by the files that make it up:
 *
 *   case.c        its life: start, steps one after the other, winding up
 *   definition.c  what is played, told before it begins
 *   steps.c       a step from its beginning to its end
 *   outcome.c     what it came to
 *   exchange.c    a step that is sent to servers and answered
 *   background.c  a step that is begun and completed later
 *   ends.c        servers that are stopped, killed, expected to die
 *   around.c      hooks, around the case and around each step
 *   sweep.c       what it leaves behind
 *   leave.c       which of its processes are kept
 *   evidence.c    what is found out about those that hang or crashed
 *
 * Steps run on the loop and never within each other: at most one is running
 * (run->step), and what it waits for (run->step.wait) tells which events are
 * its. Begun steps go on beside it and are kept with their servers. Nothing
 * else includes this.
 */
#ifndef RUNNER_RUN_CASE_PRIVATE_H
#define RUNNER_RUN_CASE_PRIVATE_H

#include "runner/run/case.h"
#include "runner/run/evidence.h"
#include "runner/run/leave.h"
#include "runner/run/server.h"
#include "runner/run/workspace.h"

enum mp_case_state {
    MP_CASE_BEGUN,
    MP_CASE_AHEAD, /* readied, not started */
    MP_CASE_STEPS,
    MP_CASE_GATHERING, /* evidence; nothing is ended before */
    MP_CASE_HOOKS,     /* those after the last step run */
    MP_CASE_WINDING_UP,
    MP_CASE_OVER,
};

/* What the running step waits for. */
enum mp_step_wait {
    MP_WAIT_NONE,    /* no step is running */
    MP_WAIT_READY,   /* servers to be ready */
    MP_WAIT_BEFORE,  /* the hooks before it */
    MP_WAIT_ANSWERS, /* answers */
    MP_WAIT_ENDS,    /* servers to end, asked by the step */
    MP_WAIT_DEATHS,  /* servers to end, expected by the step */
    MP_WAIT_BEGUN,   /* the answer to a begun step */
    MP_WAIT_TIME,    /* the clock */
    MP_WAIT_RETRY,   /* the clock, then the same step again */
    MP_WAIT_SETTLED, /* the ends of servers that are dead already */
    MP_WAIT_AFTER,   /* the hooks after it; the step itself is over */
};

struct mp_step_run {
    const struct mp_step *plan;
    size_t number; /* 1-based */
    enum mp_step_wait wait;
    double started_ms;
    enum mp_status status; /* worst so far */
    char *text;            /* owned: of the first that did not pass */
    int64_t tries;         /* within */
    enum mp_status try_status;
    size_t try_answers;
    bool overdue; /* its time is over; answers that are there still count */
};

struct mp_case_run {
    struct mp_case_options options;
    struct mp_workspace workspace;
    enum mp_case_state state;
    struct mp_server *servers; /* one for each member */
    size_t server_count;
    size_t next_step; /* 0-based */
    struct mp_step_run step;
    bool working; /* mp_case_go_on is on the stack */

    struct mp_exports exports;

    int64_t hook_count;   /* hooks that had their turn */
    uint64_t hooks_until; /* those after the last step; 0: no limit */
    uint64_t hooks_from;

    enum mp_status status;
    char *cause; /* owned: the first */
    size_t cause_step;
    const char *cause_process; /* borrowed from the plan */
    double started_ms;
    size_t overlaps; /* of the run, when it began */

    struct mp_timer timer;       /* of the step */
    struct mp_timer begun_timer; /* of the begun step that ends first */
    struct mp_timer case_timer;  /* of the scenario */
    struct mp_timer hook_timer;  /* of the hook that ends first */
    unsigned open_timers;
    bool destroyed;
    bool dropped;            /* readied, and never played */
    bool broken_off;         /* nothing of it was played: not-run */
    int unmade;              /* errno: its folder could not be made */
    const char *stop_reason; /* of shutdown requests */
    int64_t stop_budget_ms;
    struct mp_evidence evidence;
};

/* case.c */
struct mp_record mp_case_record(const struct mp_case_run *run,
                                enum mp_record_type type);
/* Notes that something counts against the case. text is copied. */
void mp_case_count(struct mp_case_run *run, enum mp_status status,
                   const char *text, size_t step, const char *process);
/* The same, and it is told as a cause of its own. */
void mp_case_count_cause(struct mp_case_run *run, enum mp_status status,
                         const char *text, const char *process);
/* The server died and nothing asked it to. */
void mp_case_explain_death(const struct mp_server *server, struct mp_buf *text);
/* Runs steps until one has to wait or the case winds up. Called at the end of
 * every event. */
void mp_case_go_on(struct mp_case_run *run);
void mp_case_wind_up(struct mp_case_run *run, int64_t budget_ms);
int64_t mp_case_stop_ms(const struct mp_case_run *run);
/* No evidence is gathered any more. */
void mp_case_on_evidence(struct mp_case_run *run);
/* Calls mp_steps_on_timer (mp_background_on_timer) after so long. */
void mp_case_set_timer(struct mp_case_run *run, int64_t ms);
void mp_case_set_begun_timer(struct mp_case_run *run, int64_t ms);
void mp_case_set_hook_timer(struct mp_case_run *run, int64_t ms);
/* The run is broken off before any of it is played. text is copied. */
void mp_case_break_off(struct mp_case_run *run, const char *text);
/* A server is done with its hooks after the last step. */
void mp_case_on_hooks(struct mp_case_run *run);

/* definition.c */
/* artifact_dir: NULL if it is not played. */
void mp_definition_emit(struct mp_run_context *context,
                        const struct mp_case *source, int attempt,
                        const char *artifact_dir);

/* sweep.c */
/* Ends what lives on and removes what it shared; says so, and counts it against
 * the case. */
void mp_sweep_case(struct mp_case_run *run);
/* The same of one that is not played: nobody is told. */
void mp_sweep_dropped(struct mp_case_run *run);

/* steps.c */
void mp_steps_begin(struct mp_case_run *run);
/* Does what the step says; again, when servers that were dying are dead. */
void mp_steps_begin_action(struct mp_case_run *run);
/* The running step is over with that status; text may be NULL. */
void mp_steps_finish(struct mp_case_run *run, enum mp_status status,
                     const char *text);
/* The same of one that was sent, or was to be: then the hooks after it run. */
void mp_steps_finish_played(struct mp_case_run *run, enum mp_status status);
/* A step runs, and what it came to is not told yet. */
bool mp_steps_is_open(const struct mp_case_run *run);
/* All targets of the step are through their hooks around it. */
void mp_steps_on_hooks(struct mp_case_run *run);
/* The step fails before anything was sent: a fault of the feature's words or
 * of a process's state. server may be NULL. */
void mp_steps_fail(struct mp_case_run *run, const struct mp_server *server,
                   enum mp_status status, const char *text);
/* The server is not running, so the step cannot be done: crashed when it died
 * unasked, else the feature's mistake. */
void mp_steps_fail_not_running(struct mp_case_run *run,
                               const struct mp_server *server);
/* Gives up what the running step waits for: not-run, timed-out... */
void mp_steps_abandon(struct mp_case_run *run, enum mp_status status,
                      const char *text);
void mp_steps_on_ready(struct mp_case_run *run, struct mp_server *server);
void mp_steps_on_start_failed(struct mp_case_run *run, struct mp_server *server,
                              const char *why);
void mp_steps_on_timer(struct mp_case_run *run);
/* The i-th target of the running step. */
struct mp_server *mp_steps_target(const struct mp_case_run *run, size_t i);
bool mp_steps_has_target(const struct mp_case_run *run,
                         const struct mp_server *server);
/* False: one of the targets is not running and the step has failed. */
bool mp_steps_targets_run(struct mp_case_run *run);
/* Starts all targets; the step goes on when they are ready. */
void mp_steps_start_targets(struct mp_case_run *run);
const struct mp_scenario *mp_steps_scenario(const struct mp_case_run *run);

/* outcome.c */
/* The first text is the step's; NULL forgets it. */
void mp_outcome_set_text(struct mp_step_run *step, const char *text);
void mp_outcome_keep(struct mp_case_run *run, enum mp_status status,
                     const char *text);
/* A server's part of the running step, in mprun's own words: told, counted
 * and kept. */
void mp_outcome_tell(struct mp_case_run *run, const struct mp_server *server,
                     enum mp_status status, const char *text);
/* All but what it belongs to. */
void mp_outcome_fill(struct mp_record *record,
                     const struct mp_step_result *result);
void mp_outcome_tell_answer(struct mp_case_run *run,
                            const struct mp_server *server, size_t step,
                            const struct mp_step_result *result);
void mp_outcome_tell_finished(struct mp_case_run *run, size_t step,
                              enum mp_status status, const char *text,
                              double duration_ms);

/* exchange.c */
/* Sends the running step to its targets: one try. */
void mp_exchange_send(struct mp_case_run *run);
/* One more target is done with this try; the last one ends it. */
void mp_exchange_count(struct mp_case_run *run, enum mp_status status);
void mp_exchange_on_answer(struct mp_case_run *run, struct mp_server *server,
                           const struct mp_step_result *result);
void mp_exchange_timed_out(struct mp_case_run *run);
void mp_exchange_try_again(struct mp_case_run *run);

/* background.c */
/* Sends the running step, which is over with that; its answer may take. */
void mp_background_begin(struct mp_case_run *run);
/* The running step waits for the answer to what was begun. */
void mp_background_complete(struct mp_case_run *run);
void mp_background_on_answer(struct mp_case_run *run, struct mp_server *server,
                             const struct mp_step_result *result);
/* A begun step ends with its process: passed when that was asked for. */
void mp_background_on_death(struct mp_case_run *run, struct mp_server *server);
void mp_background_completes_timed_out(struct mp_case_run *run);
void mp_background_on_timer(struct mp_case_run *run);

/* around.c */
/* The server is ready: its hooks before the first step begin, or wait. */
void mp_around_before(struct mp_case_run *run, struct mp_server *server);
/* The hooks before (after) the running step begin in its targets; false: there
 * are none. mp_steps_on_hooks follows when all are through. */
bool mp_around_before_step(struct mp_case_run *run);
bool mp_around_after_step(struct mp_case_run *run);
/* Hooks are still to be done before it gets a step. */
bool mp_around_is_busy(const struct mp_server *server);
void mp_around_on_answer(struct mp_case_run *run, struct mp_server *server,
                         const struct mp_step_result *result);
/* It has given up the step that it owed an answer to. */
void mp_around_on_free(struct mp_case_run *run, struct mp_server *server);
/* Before what the end means for steps. */
void mp_around_on_ended(struct mp_case_run *run, struct mp_server *server);
void mp_around_on_timer(struct mp_case_run *run);
/* Gives up those that run, with that status. */
void mp_around_cut(struct mp_case_run *run, enum mp_status status,
                   const char *text);
/* Begins those after the last step; 0: no time limit. */
void mp_around_after(struct mp_case_run *run, int64_t budget_ms);
bool mp_around_is_going_on(const struct mp_case_run *run);

/* ends.c */
void mp_ends_stop(struct mp_case_run *run, bool restart);
void mp_ends_kill(struct mp_case_run *run, int number);
void mp_ends_expect_running(struct mp_case_run *run, bool running);
void mp_ends_expect_death(struct mp_case_run *run);
/* Does a step from here on expect this server's death? */
bool mp_ends_expected_later(const struct mp_case_run *run,
                            const struct mp_server *server);
void mp_ends_on_ended(struct mp_case_run *run, struct mp_server *server);
void mp_ends_timed_out(struct mp_case_run *run);

#endif
