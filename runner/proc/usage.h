/*
 * What a process has used of the machine. CPU time and memory come from the
 * kernel when the process is reaped (runner/proc/spawn.h); nobody knows them
 * afterwards. Descriptors and children are counted while it lives.
 *
 * No state, nothing is owned.
 */
#ifndef RUNNER_PROC_USAGE_H
#define RUNNER_PROC_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mp_usage {
    bool known;
    int64_t user_us, system_us; /* CPU time, of its reaped children too */
    int64_t max_rss_kb; /* not less than the runner's when it was started */
};

struct rusage;

struct mp_usage mp_usage_of(const struct rusage *used);
/* How many files the process has open; 0: that cannot be told. */
int64_t mp_usage_descriptors(pid_t pid);
/* How many children all its threads have, dead ones that it has not waited for
 * included; 0: that cannot be told. */
size_t mp_usage_children(pid_t pid);

#endif
