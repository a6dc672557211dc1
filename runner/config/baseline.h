/*
 * The baseline: failures that are known, each with its reason, so that a run
 * with nothing else counts as passed and one that mends them says so
 * (docs/known-failures.md).
 *
 *     known:
 *       - scenario: Frames of unequal size
 *         combination: {reader: [python, node]}
 *         message: short read
 *         reason: "PY-12: reads less than it is asked for"
 *
 * Entries speak of scenarios by name, not by line, and of combinations by what
 * must hold in them. Texts are taken as they stand, without ${VAR}.
 */
#ifndef RUNNER_CONFIG_BASELINE_H
#define RUNNER_CONFIG_BASELINE_H

#include "runner/base/errors.h"
#include "runner/config/config.h"
#include "runner/model/status.h"

/* One of the platforms plays the process; "" is any process. */
struct mp_known_part {
    const char *process;
    const char *const *platforms;
    size_t platform_count;
};

struct mp_known {
    const char *scenario; /* as written, or as its row has it */
    const char *feature;  /* end of the file's path; NULL: any */
    const struct mp_known_part *parts;
    size_t part_count;
    bool has_status;
    bool status[MP_STATUS_COUNT]; /* has_status: these; else what fails in a
                                     step or at the case's end */
    const char *message;          /* is in the case's message; NULL: any */
    const char *reason;
    bool flaky; /* may pass, too */
    struct mp_place at;
};

struct mp_baseline {
    struct gh_arena arena;
    const char *path;
    const struct mp_known *list;
    size_t count;
};

/* False: errors with their places were added. Finish either way. */
bool mp_baseline_load(const char *path, struct mp_baseline *baseline,
                      struct mp_errors *errors);
/* Is it such a case? combination as "[reader=c,writer=python]". */
bool mp_known_is_case(const struct mp_known *known, const char *uri,
                      const char *name, const char *scenario,
                      const char *combination);
/* Is it such a failure? */
bool mp_known_is_failure(const struct mp_known *known, enum mp_status status,
                         const char *message);
void mp_baseline_finish(struct mp_baseline *baseline);

#endif
