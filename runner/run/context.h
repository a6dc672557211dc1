/*
 * What all cases of a run share, and how the run's events leave it.
 *
 * One context for one run on one loop; everything in runner/run gets it
 * passed. mp_emit stamps a record with the time and hands it to every
 * listener, in order; that is the only way out of the run.
 */
#ifndef RUNNER_RUN_CONTEXT_H
#define RUNNER_RUN_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/model/plan.h"
#include "runner/model/record.h"
#include "runner/proc/child.h"
#include "runner/rpc/hooks.h"
#include "runner/run/exports.h"
#include "runner/run/kept.h"
#include "runner/run/prompt.h"
#include "runner/run/run.h"
#include "runner/run/session.h"

/* What a run learns of a platform. */
struct mp_platform_state {
    const struct mp_platform *platform;
    enum mp_level level;
    bool listed;           /* a server of it told its step definitions */
    struct mp_hooks hooks; /* that it listed with them */
    bool bad_hooks;        /* not all of them could be read */
    struct mp_host *host;  /* owned; of the run's hooks, NULL: none yet */
    int failed_starts;     /* in a row */
    char *last_failure;    /* owned */
    int64_t max_rss_kb;    /* of its processes that ended, 0: none has */
};

#define MP_FAILED_STARTS_MAX 3

struct mp_run_context {
    const struct mp_run_options *options;
    uv_loop_t *loop;
    struct mp_clock clock;
    struct mp_nursery nursery;
    struct mp_contain contain;
    struct mp_watchdog watchdog;
    struct mp_platform_state **platforms; /* owned; each stays in its place */
    size_t platform_count;
    size_t running_cases;
    size_t overlaps;       /* times that a case began while others ran */
    size_t living_cases;   /* besides those: with processes started ahead */
    size_t processes;      /* that all of them have, at most */
    size_t most_processes; /* --max-processes, or what descriptors allow */
    int log_error;    /* errno: not all could be written to the run's folder */
    bool stopping;    /* no new attempts: interrupt, fail-fast, run timeout */
    bool interrupted; /* nobody is asked any more */
    bool told_core_program; /* that gets the core files */
    struct mp_prompter prompter;
    struct mp_keeper keeper;
    uint64_t started_ns;
    void *self;
    void (*wake)(void *self); /* another case may start now */
    /* The run cannot go on as it was meant: no further case begins. */
    void (*break_off)(void *self);
    /* The hooks before the run are done on some platform, well or not. */
    void (*on_host)(void *self);
    struct mp_exports exports; /* of the run's hooks */
    int64_t hook_count;        /* of those that have had their turn */
    size_t beside_count;       /* servers that play no case */
    struct mp_ask **asks;      /* owned; one for each inquiry, once begun */
    /* Does a case that is to come want it? */
    bool (*is_coming)(void *self, const struct mp_kept_use *use);
};

/* Milliseconds since the run started, monotonic: when something happened. */
double mp_context_time(const struct mp_run_context *context);
/* The same without what mprun was stopped or held up for, from another
 * beginning: deadlines and durations go by it (runner/proc/clock.h). */
double mp_context_lived(struct mp_run_context *context);
struct mp_platform_state *
mp_context_platform(struct mp_run_context *context,
                    const struct mp_platform *platform);
/* A process has become ready: others may be started ahead now. */
void mp_context_wake(struct mp_run_context *context);
void mp_emit(struct mp_run_context *context, struct mp_record *record);

#endif
