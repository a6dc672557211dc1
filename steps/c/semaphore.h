/*
 * Waiting for a POSIX semaphore in a step.
 *
 * A semaphore has no descriptor to poll beside the runner's cancel. So a wait
 * is cut into slices: it ends at once when the semaphore is posted, and after
 * each slice the caller looks whether there is still something to wait for.
 *
 * Semaphores carry the order of memory between processes: what one wrote
 * before sem_post, another sees after the wait that it ended.
 */
#ifndef STEPS_C_SEMAPHORE_H
#define STEPS_C_SEMAPHORE_H

#include <semaphore.h>

#include "mprun/mprun.h"

enum { SEMAPHORE_SLICE_MS = 50 };

/* Waits for one post, for at most a slice (MPRUN_TIMEOUT). MPRUN_CANCELLED: the
 * step is to end, and has recorded why. */
enum mprun_wait semaphore_wait(struct mprun_step *step, sem_t *semaphore);

#endif
