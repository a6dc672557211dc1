/*
 * What a server answered at the last try of a step under "within".
 *
 * Whether a failure counts is known only when the time is up or another
 * target ended the step, after the answer itself is gone: this keeps a copy
 * of what reports show of it. One for each server; init is zeroing.
 */
#ifndef RUNNER_RUN_TRIES_H
#define RUNNER_RUN_TRIES_H

#include "runner/rpc/result.h"

struct mp_try {
    bool failed;                  /* result holds a failure */
    struct mp_step_result result; /* without logs, exports, attachments */
    struct gh_arena arena;
};

/* Keeps a copy of a failure; what was kept before is forgotten. */
void mp_try_keep(struct mp_try *try, const struct mp_step_result *result);
void mp_try_forget(struct mp_try *try);
void mp_try_finish(struct mp_try *try);

#endif
