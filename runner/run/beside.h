/*
 * A server that lives beside the cases and plays none of them: the one of the
 * run's hooks (run/host), the one that is asked what steps it knows (run/ask).
 *
 * It has what a server's place needs, with the case number 0: a name, folders
 * of its own under a number that no case has, an environment with an id of its
 * own by which what it leaves behind is found.
 *
 *   init -> mp_server_start(&server) ... ended -> sweep -> finish
 *
 * A zeroed one may be finished.
 */
#ifndef RUNNER_RUN_BESIDE_H
#define RUNNER_RUN_BESIDE_H

#include "runner/run/server.h"

struct mp_beside {
    struct mp_run_context *context;
    struct mp_scenario scenario; /* nothing is in it */
    struct mp_case source;
    struct mp_member member;
    struct mp_workspace workspace;
    struct mp_server server;
};

/* purpose: as servers are told it, and the name of the process; static. It
 * must stay where it is until finish. */
void mp_beside_init(struct mp_beside *beside, struct mp_run_context *context,
                    const struct mp_platform *platform, const char *name,
                    const char *purpose, const struct mp_server_events *events);
/* Ends what it left behind and removes its folders: found gets the names of
 * processes and IPC objects. */
void mp_beside_sweep(struct mp_beside *beside, struct mp_buf *found);
void mp_beside_finish(struct mp_beside *beside);

#endif
