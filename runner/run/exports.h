/*
 * Values that processes handed out (docs/protocol.md 5.5): of one case, or of
 * the run's hooks, for the requests that come after.
 */
#ifndef RUNNER_RUN_EXPORTS_H
#define RUNNER_RUN_EXPORTS_H

#include "runner/rpc/request.h"

struct mp_export_slot;

struct mp_exports {               /* zeroed: none */
    struct mp_export_slot *slots; /* owned */
    size_t count, capacity;
};

/* Keeps a copy; the last value of a process and key holds. process is
 * borrowed for the life of exports. */
void mp_exports_keep(struct mp_exports *exports, const char *process,
                     const char *key, const char *value);
/* Returns new (gh_free) the values of the case and those of the run that the
 * case has none instead of; borrowed texts. */
struct mp_export *mp_exports_list(const struct mp_exports *of_case,
                                  const struct mp_exports *of_run,
                                  size_t *count);
void mp_exports_finish(struct mp_exports *exports);

#endif
