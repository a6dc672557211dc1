/*
 * mprun is stopped for a while, and what the run makes of it.
 *
 * Ctrl-Z at the terminal (SIGTSTP) reaches mprun alone, for its processes have
 * sessions of their own. So mprun stops their groups, then itself as any
 * program does, and when it goes on (SIGCONT) lets them go on too; a process
 * that was stopped before stays stopped. The watchdog runs on: if mprun is
 * killed while it is stopped, it ends them.
 *
 * Every gap that the clock tells of (runner/proc/clock.h) becomes a record.
 * Where SIGTSTP was ignored when mprun began, it stays so.
 *
 *   open -> [the loop] -> close
 */
#ifndef RUNNER_RUN_SUSPEND_H
#define RUNNER_RUN_SUSPEND_H

#include <uv.h>

#include "runner/run/context.h"

struct mp_suspend {
    struct mp_run_context *context;
    uv_signal_t signal;
};

/* The context's clock is open; it is borrowed until close. */
void mp_suspend_open(struct mp_suspend *suspend,
                     struct mp_run_context *context);
/* SIGTSTP stops mprun as it stops any program. */
void mp_suspend_close(struct mp_suspend *suspend);

#endif
