/*
 * A case's places outside the run's folder: its sharedDir and whatever bears
 * its ipcPrefix. Made when the case starts; looked through and removed when
 * it ends, so that what a server leaves behind is told and gone.
 */
#ifndef RUNNER_RUN_WORKSPACE_H
#define RUNNER_RUN_WORKSPACE_H

#include <stdbool.h>

#include "runner/base/buf.h"

struct mp_workspace {
    char *shared_dir;   /* absolute, short: socket paths end at 107 bytes */
    char *ipc_prefix;   /* "mp7f3a-1": names begin with it */
    char *artifact_dir; /* in the run's folder; made when first written to */
};

/* False: the folder cannot be made (errno). finish either way. */
bool mp_workspace_make(struct mp_workspace *workspace, const char *shared_root,
                       const char *run_prefix, const char *artifact_root,
                       const char *scenario_id, size_t case_number,
                       int attempt);

/* What is left: sockets, FIFOs and shared-memory objects in leaks, regular
 * files in files, comma-separated. Removes all of it; stuck gets what cannot be
 * removed, and why: "/tmp/x/1/a: Permission denied". */
void mp_workspace_clear(struct mp_workspace *workspace, bool keep,
                        struct mp_buf *leaks, struct mp_buf *files,
                        struct mp_buf *stuck);
/* Removes the case's artifact folder, or the process's in it (NULL: the
 * case's), if there is nothing in it. */
void mp_workspace_drop_empty(const struct mp_workspace *workspace,
                             const char *process);
void mp_workspace_finish(struct mp_workspace *workspace);

#endif
