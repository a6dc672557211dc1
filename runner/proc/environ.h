/*
 * The environment of another process, as it was when its program started: by
 * the variables there mprun knows whose a process is (docs/protocol.md 6.5).
 * Only Linux shows it; elsewhere nothing is readable.
 */
#ifndef RUNNER_PROC_ENVIRON_H
#define RUNNER_PROC_ENVIRON_H

#include <stdbool.h>
#include <sys/types.h>

#include "runner/base/buf.h"

/* Appends the block of texts, each with its NUL. False: it is gone, or
 * another user's. Between two programs the block is empty for a moment. */
bool mp_environ_read(pid_t pid, struct mp_buf *block);
/* Does the block hold "NAME=value", or, if not whole, a text that begins so? */
bool mp_environ_holds(const struct mp_buf *block, const char *text, bool whole);

#endif
