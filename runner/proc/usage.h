/*
 * What a process has used of the machine: asked of the kernel while it is
 * dead and not yet reaped, for nobody knows afterwards.
 *
 * libuv reaps children itself when SIGCHLD comes, and runs the watchers of a
 * signal on one loop in the order of their addresses. So a watcher that lies
 * below the loop in memory (struct mp_usage_loop) sees the dead first. Were
 * that to change, or a child to die between the two, its usage would stay
 * unknown: nothing else depends on it.
 */
#ifndef RUNNER_PROC_USAGE_H
#define RUNNER_PROC_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <uv.h>

struct mp_usage {
    bool known;
    int64_t user_us, system_us; /* CPU time, of its reaped children too */
    int64_t max_rss_kb; /* not less than the runner's when it was started */
};

struct mp_usage_loop {
    uv_signal_t watch; /* first: see above */
    uv_loop_t loop;
};

/* False: it lives, or is not ours. */
bool mp_usage_of_dead(pid_t pid, struct mp_usage *usage);
/* How many files the process has open; 0: that cannot be told. */
int64_t mp_usage_descriptors(pid_t pid);

#endif
