/*
 * The file that a report goes to.
 *
 * mp_output_open is called before the run: it makes the parent folders and
 * tries whether the file can be written, so that a wrong path is told before
 * hours of testing and not after them. At the end the report is appended in
 * pieces and put in its place in one step by mp_output_commit; until then, and
 * where anything fails, an old file stays as it is. Path "-", NULL and
 * a path of what is standard output are standard output, written through the
 * console; another device or FIFO is written in place.
 *
 * Appending never fails visibly: the first error is kept for the commit.
 */
#ifndef RUNNER_REPORT_OUTPUT_H
#define RUNNER_REPORT_OUTPUT_H

#include "runner/base/errors.h"
#include "runner/base/replace.h"
#include "runner/report/console.h"

struct mp_output {
    char *path;                 /* owned; NULL: the console */
    struct mp_console *console; /* borrowed */
    struct mp_replace replace;  /* owned; not begun: written in place */
    int fd;                     /* -1: not begun */
    int error;                  /* errno of the first failure */
    struct mp_buf pending;
};

/* False: an error was added and output is empty. */
bool mp_output_open(struct mp_output *output, const char *path,
                    struct mp_console *console, struct mp_errors *errors);
void mp_output_append(struct mp_output *output, const void *bytes,
                      size_t length);
/* False: the path and the reason were told on standard error. */
bool mp_output_commit(struct mp_output *output);
/* Without a commit before it, what was appended is dropped. */
void mp_output_finish(struct mp_output *output);

#endif
