/*
 * The stderr of a process: a file as it comes, and line by line.
 *
 * The file NAME.stderr.log in the folder is made when the first bytes come
 * and goes on over all incarnations; on_line gets each line as valid UTF-8
 * without its end. Lines of more than 64 KiB are cut into several, a file of
 * more than 64 MiB is not written any more. With secrets (an active mask) the
 * file is written line by line, masked.
 *
 * What the file does not get is a warning, once; lines go on. Texts given to
 * the events are borrowed for the call.
 */
#ifndef RUNNER_RUN_STDERR_LOG_H
#define RUNNER_RUN_STDERR_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/base/buf.h"
#include "runner/journal/mask.h"

/* Borrowed until finish. */
struct mp_stderr_log_options {
    const char *folder; /* made when needed */
    const char *name;   /* of the process */
    const struct mp_mask *mask;
    void *self;
    void (*on_line)(void *self, const char *text);
    void (*on_warning)(void *self, const char *text);
};

struct mp_stderr_log {
    struct mp_stderr_log_options options;
    struct mp_buf line;
    int file;  /* -1: not open */
    int error; /* errno: not all could be written; 0: it could */
    size_t file_bytes;
};

void mp_stderr_log_init(struct mp_stderr_log *log,
                        const struct mp_stderr_log_options *options);
void mp_stderr_log_take(struct mp_stderr_log *log, const char *bytes,
                        size_t length);
/* It is at its end: a line without an end is one, too. */
void mp_stderr_log_flush(struct mp_stderr_log *log);
/* A zeroed one is finished already. */
void mp_stderr_log_finish(struct mp_stderr_log *log);

#endif
