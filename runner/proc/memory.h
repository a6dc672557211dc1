/*
 * How much memory the machine, or the control group that we are in, has left
 * for new processes.
 *
 * An estimate, for what may as well be left undone: nothing is reserved and
 * nothing kept here. On Linux only; elsewhere nothing is known.
 */
#ifndef RUNNER_PROC_MEMORY_H
#define RUNNER_PROC_MEMORY_H

#include <stdint.h>

/* 0: that cannot be told. */
int64_t mp_memory_available_kb(void);

/* The parts of it, on texts: MemAvailable of /proc/meminfo, 0 if it is not
 * there; the path below /sys/fs/cgroup in /proc/self/cgroup (version 2),
 * length 0 if there is none. */
int64_t mp_memory_of_meminfo(const char *text);
const char *mp_memory_group_path(const char *text, int *length);

#endif
