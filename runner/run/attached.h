/*
 * Files that a server names as attachments: whether they are what they have to
 * be, regular files inside its artifactDir, also behind symbolic links.
 *
 * The server may have put anything there. Nothing here waits: a named pipe is
 * opened without its writer. (Whether the path stays inside by its text is
 * seen where the message is read, runner/rpc/attachment.h.)
 */
#ifndef RUNNER_RUN_ATTACHED_H
#define RUNNER_RUN_ATTACHED_H

#include <stdbool.h>

#include "runner/base/buf.h"

/* False: the file cannot be attached; why is appended. */
bool mp_attached_check(const char *folder, const char *path,
                       struct mp_buf *why);

#endif
