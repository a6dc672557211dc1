/*
 * The inside of a run, shared by the files that make it up:
 *
 *   run.c       the loop, signals and clocks, beginning and end
 *   schedule.c  which case starts, which one is readied, what comes of its end
 *
 * Each case of the plan has a turn; a turn that is taken has a case object in
 * some slot, readied (ahead) or played, or is over. Nothing else includes
 * this.
 */
#ifndef RUNNER_RUN_RUN_PRIVATE_H
#define RUNNER_RUN_RUN_PRIVATE_H

#include "runner/run/case.h"
#include "runner/run/context.h"
#include "runner/run/suspend.h"

#define MP_SIGNAL_COUNT 4

/* A case that waits for its turn. */
struct mp_turn {
    const struct mp_case *source;
    int attempt;
    bool taken;
    enum mp_status status; /* of the attempt before */
    char *cause;           /* owned: of the attempt before */
};

struct mp_slot {
    struct mp_case_run *run; /* NULL: free */
    size_t turn;
    bool ahead; /* readied, and not played yet or never */
};

struct mp_pool {
    struct mp_run_context context;
    const struct mp_run_options *options;
    struct mp_errors *errors;
    struct mp_slot *slots; /* twice the jobs: played and readied cases */
    size_t slot_count;
    struct mp_turn *turns;
    size_t turn_count;
    size_t first; /* turns before it are taken */
    size_t failures;
    bool serial_running;
    int signal;          /* the first that came, 0: none */
    uint64_t end_by_ms;  /* by the clock, after a signal */
    const char *not_run; /* why the rest is not run, NULL: it is */
    uv_signal_t signals[MP_SIGNAL_COUNT];
    uv_signal_t child_ended;
    struct mp_suspend suspend;
    uv_timer_t tick;
    struct mp_timer deadline;
    uv_idle_t starter; /* starts cases from the loop */
};

/* schedule.c */
/* Starts and readies what may be, from the loop, soon. */
void mp_schedule_soon(struct mp_pool *pool);
/* No case is begun any more; the first reason (static text) counts. */
void mp_schedule_stop(struct mp_pool *pool, const char *why);
/* Ends all that live within budget_ms. */
void mp_schedule_end_all(struct mp_pool *pool, enum mp_status status,
                         const char *text, int64_t budget_ms);
void mp_schedule_kill_all(struct mp_pool *pool);
/* Hooks before the run are done on some platform. */
void mp_schedule_tell_host(struct mp_pool *pool);
/* Does a case that is to come want that process? self is the pool. */
bool mp_schedule_is_coming(void *self, const struct mp_kept_use *use);

/* run.c */
/* Nothing is left to do. */
void mp_pool_close(struct mp_pool *pool);

#endif
