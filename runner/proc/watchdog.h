/*
 * The watchdog: mprun started again as `mprun __watchdog`, which clears up
 * when mprun itself is killed and cannot.
 *
 * It reads lines from its standard input, the only other end of which mprun
 * holds. "+PGID" and "-PGID" tell it of process groups; "bye" ends it. End of
 * input without "bye" means that mprun died: it kills the groups that are
 * left, the run's control group if it has one, and every process that carries
 * the run's MPRUN_RUN_ID, removes that group and the folder and shared-memory
 * objects of the run's cases, and ends.
 */
#ifndef RUNNER_PROC_WATCHDOG_H
#define RUNNER_PROC_WATCHDOG_H

#include <stdbool.h>
#include <uv.h>

#include "runner/proc/contain.h"

#define MP_WATCHDOG_WORD "__watchdog"

/* argv: mprun __watchdog RUN_ID SHARED_ROOT IPC_PREFIX CGROUP; the last
 * one is "" where there is none. The exit status. */
int mp_watchdog_main(int argc, char **argv);

struct mp_watchdog {
    uv_process_t process;
    struct mp_contain *contain;
    int input; /* -1: there is none */
    bool running;
    bool cut_short; /* by stop, as it could not be told to end */
    void *self;
    /* Something else has ended it, from the loop, perhaps only after stop;
     * NULL: nobody is told. May be set after start. */
    void (*on_lost)(void *self);
};

/* Starts it. False: errno tells why; the run goes on without. */
bool mp_watchdog_start(struct mp_watchdog *watchdog, uv_loop_t *loop,
                       const char *program, const char *run_id,
                       const char *shared_root, const char *ipc_prefix,
                       struct mp_contain *contain);
void mp_watchdog_add(struct mp_watchdog *watchdog, pid_t group);
void mp_watchdog_remove(struct mp_watchdog *watchdog, pid_t group);
/* Says bye and lets it go on if it was stopped; the handle closes on the loop
 * when it has ended. */
void mp_watchdog_stop(struct mp_watchdog *watchdog);

#endif
