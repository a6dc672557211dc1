/*
 * A server that runs its hooks, one after the other: which is next, what is
 * sent, what is told of it. Whose they are, and what comes of a failure, is
 * told by run/around.c for those of a case and run/host.c for those of the
 * run.
 *
 * A hook has a number in its attempt (or in the run); while it runs, whatever
 * its server says is told with that number and no step.
 */
#ifndef RUNNER_RUN_HOOKING_H
#define RUNNER_RUN_HOOKING_H

#include "runner/rpc/hooks.h"
#include "runner/rpc/result.h"

struct mp_server;
struct mp_scenario;

struct mp_hooking {
    bool begun;             /* its turn has come, in this incarnation */
    bool waits;             /* until the run's hooks are done */
    bool cancels;           /* until it has given up what it works at */
    enum mp_hook_type type; /* whose turn it is */
    size_t looked;          /* at so many of the list */
    int64_t number;         /* of the one that runs, 0: none */
    size_t stepped; /* the step whose hooks before it had their turn; 0: none */
    const struct mp_hook *hook; /* that runs */
    double started_ms;
    uint64_t until; /* by the clock; 0: no limit */
};

/* The next of that type that applies to the scenario (NULL: there is none to
 * apply to); NULL: there is no further one. */
const struct mp_hook *mp_hooking_next(struct mp_server *server,
                                      const struct mp_hooks *hooks,
                                      enum mp_hook_type type,
                                      const struct mp_scenario *scenario);
/* Tells that its turn has come; step: that waits for it, 0: none. */
void mp_hooking_tell(struct mp_server *server, const struct mp_hook *hook,
                     int64_t number, size_t step);
/* It is not run, for one before it did not pass. */
void mp_hooking_leave_out(struct mp_server *server, int64_t number);
/* What it is executed around. */
struct mp_hooking_place {
    enum mp_status status;              /* of the case, step or run so far */
    const struct mp_scenario *scenario; /* NULL: the run */
    size_t step;                        /* 1-based, 0: no step */
    int64_t timeout_ms;                 /* 0: none */
};

/* Sends it. */
void mp_hooking_send(struct mp_server *server, const struct mp_hook *hook,
                     int64_t number, const struct mp_hooking_place *around);
/* Tells what came of the one that runs. Then none runs. */
void mp_hooking_finish(struct mp_server *server,
                       const struct mp_step_result *result);
/* "afterScenario 'tidy up' (steps.mjs:31)" */
void mp_hooking_append_title(struct mp_buf *out, const struct mp_hook *hook);

#endif
