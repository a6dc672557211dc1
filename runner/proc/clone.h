/*
 * Starting a program in a control group (cgroup v2) from its first moment.
 *
 * posix_spawn of the C libraries in use cannot do that, and a process that
 * moves itself there waits for the whole kernel: some 10 ms where a start
 * costs one. clone3 puts the child there at the price of any start.
 *
 * As posix_spawn does, the child shares mprun's memory until its exec, so the
 * price does not grow with mprun; where the processor's way to do that is not
 * known here it gets a copy, as by fork. All signals are blocked meanwhile and
 * the caller waits until the exec has succeeded or failed.
 *
 * No state. Linux 5.7 at least; elsewhere mp_clone says ENOSYS.
 */
#ifndef RUNNER_PROC_CLONE_H
#define RUNNER_PROC_CLONE_H

#include <sys/types.h>

#include "runner/proc/spawn.h"

/* Starts options->program, a path, in options->group, with all that
 * runner/proc/spawn.h promises. Returns 0, or an errno: nothing was started.
 * Without a program the child ends at once with 0, and is reaped: a trial. */
int mp_clone(const struct mp_spawn_options *options, pid_t *pid);

#endif
