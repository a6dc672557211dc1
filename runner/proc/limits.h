/*
 * What the system lets mprun have at once: descriptors and processes.
 *
 * mprun needs some descriptors for each server, servers have the limit that
 * was there before: it is raised once, at the start of a run, told to the
 * shim as a text, and put back there. From the raised limit follows how many
 * servers may live at the same time, so that cases wait for their turn
 * instead of failing in the middle for want of a descriptor.
 *
 * Order: raise, then processes. Nothing is kept here. Where a limit cannot be
 * read or set, all goes on as if there were none.
 */
#ifndef RUNNER_PROC_LIMITS_H
#define RUNNER_PROC_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/base/buf.h"

#define MP_LIMITS_TEXT_SIZE 32

/* Raises the soft limit of descriptors to the hard one. before: the soft one
 * as it was, "" if it was not changed. */
void mp_limits_raise_files(char before[MP_LIMITS_TEXT_SIZE]);
/* Sets the soft limit to what raise_files said; "" changes nothing. */
void mp_limits_restore_files(const char *before);
/* How many servers can be there at once; at least 1. */
size_t mp_limits_processes(void);
/* Is it an error that goes away when others give something back? */
bool mp_limits_is_shortage(int error);
/* Appends the limits that such an error comes from: " (RLIMIT_NOFILE 64)". */
void mp_limits_explain(int error, struct mp_buf *text);

#endif
