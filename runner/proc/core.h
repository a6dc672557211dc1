/*
 * Where the kernel left the core file of a process.
 *
 * core(5): /proc/sys/kernel/core_pattern says how it is called, by the pid,
 * the signal and other things that are not all known here; what is not known
 * matches anything, and the newest file since the process was started counts.
 * Or the kernel hands it to a program, which alone knows where it went.
 * Nothing is kept here, nothing is written.
 */
#ifndef RUNNER_PROC_CORE_H
#define RUNNER_PROC_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runner/base/buf.h"

enum mp_core_place {
    MP_CORE_FILE,    /* where: its path */
    MP_CORE_PROGRAM, /* where: the command of the program that got it */
    MP_CORE_LOST,    /* where: what was looked for */
};

struct mp_core_search {
    pid_t pid;
    int signal;
    const char *const *folders; /* that it may have had as its own, absolute */
    size_t folder_count;
    int64_t since_ms; /* of the wall clock */
};

/* Looks for the core of a process that has dumped one; *bytes is a file's
 * size. */
enum mp_core_place mp_core_find(const struct mp_core_search *search,
                                struct mp_buf *where, int64_t *bytes);
/* The pattern as one of glob(7). uses_pid: core_uses_pid is set. */
void mp_core_glob(const char *pattern, bool uses_pid, pid_t pid, int number,
                  struct mp_buf *glob);
/* The largest core file that a child may write, as mprun's limit says. */
int64_t mp_core_limit(void);

#endif
