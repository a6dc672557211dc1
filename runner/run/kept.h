/*
 * Processes that are kept from one case to the next (`isolation: feature` or
 * `run`), while no case has them.
 *
 * A case that passes lets each process that nothing is known against give back
 * what the case held (scenarioFinished), and hands it over here, where a coming
 * case plays the same process on the same platform. The first step there that
 * would start one takes it: it is greeted (scenarioStarted) with the names and
 * folders of its new case, and is what a process is that was just started. It
 * keeps the environment, and the slot, of its first case.
 *
 * One that dies here is forgotten, with a warning; one that no case needs any
 * more is ended. What it leaves behind is a warning then: its cases are over.
 *
 * Owned by the context; all of it happens on the loop. Order: open, then give
 * and take, end_all, and the loop until count is 0.
 */
#ifndef RUNNER_RUN_KEPT_H
#define RUNNER_RUN_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/model/plan.h"

struct mp_errors;
struct mp_run_context;
struct mp_server;
struct mp_kept;

struct mp_keeper {
    struct mp_run_context *context;
    struct mp_errors *errors; /* warnings go there */
    struct mp_kept *first;    /* oldest first */
    size_t count;             /* those that are ending included */
};

/* What a kept process can be used for. */
struct mp_kept_use {
    const char *process, *uri;
    const struct mp_platform *platform;
    size_t slot;
};

void mp_keeper_open(struct mp_keeper *keeper, struct mp_run_context *context,
                    struct mp_errors *errors);
/* Hands over the server's process, which has rested; keep false: only for its
 * end. */
void mp_kept_give(struct mp_server *server, bool keep);
/* One that fits is the server's now. False: there is none. */
bool mp_kept_take(struct mp_server *server);
/* Would a case that plays source want it? The slot is not looked at. */
bool mp_kept_is_for(const struct mp_kept_use *use,
                    const struct mp_case *source);
/* How many are there that the case, played in that slot, would not take? */
size_t mp_keeper_others(const struct mp_keeper *keeper,
                        const struct mp_case *source, size_t slot);
/* Ends up to most of those for which unwanted is true. */
void mp_keeper_retire(struct mp_keeper *keeper, size_t most,
                      bool (*unwanted)(void *self,
                                       const struct mp_kept_use *use),
                      void *self);
/* Ends all within budget_ms; a second call may only shorten that. */
void mp_keeper_end_all(struct mp_keeper *keeper, int64_t budget_ms);
void mp_keeper_kill_all(struct mp_keeper *keeper);

#endif
