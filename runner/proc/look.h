/*
 * What a process is doing, as the kernel tells it: running, waiting (in what,
 * where that can be read), stopped.
 *
 * Two small files of /proc are read, nothing is sent to the process and it
 * does not notice. Of a process with threads it is the first thread that is
 * looked at. Where there is no /proc, or the process is another user's, all
 * that is told is that it is not known. See proc(5): stat, wchan.
 */
#ifndef RUNNER_PROC_LOOK_H
#define RUNNER_PROC_LOOK_H

#include <sys/types.h>

#include "runner/base/buf.h"

#define MP_LOOK_WAIT_SIZE 64

struct mp_look {
    const char *word; /* "running", "waiting", "stopped", "ended", "unknown";
                         static */
    char letter;      /* the kernel's: R, S, D, T, t, Z, ... */
    char wait[MP_LOOK_WAIT_SIZE]; /* "pipe_read", "": not known */
};

void mp_look_at(pid_t pid, struct mp_look *look);
/* Appends it in words: "waiting in pipe_read", "stopped by a debugger". */
void mp_look_append(const struct mp_look *look, struct mp_buf *text);

#endif
