/*
 * One frame in shared memory, guarded by a named semaphore. Rule:
 * steps/README.md, "Checksums and shared memory".
 *
 * Order: shared_buffer_init, create or attach, put or take, close. Only the
 * process that created removes the names. A function that returns false has
 * recorded in the step why.
 */
#ifndef STEPS_C_SHARED_BUFFER_H
#define STEPS_C_SHARED_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include <semaphore.h>

#include "mprun/mprun.h"
#include "steps/c/frame.h"

struct shared_buffer {
    char *name;            /* with its slash */
    bool owned;            /* created here */
    unsigned char *memory; /* NULL: not open */
    size_t size;
    sem_t *semaphore; /* NULL: not open */
};

void shared_buffer_init(struct shared_buffer *buffer);
bool shared_buffer_open(struct mprun_step *step, struct shared_buffer *buffer,
                        const char *name, size_t size, bool create);
bool shared_buffer_put(struct mprun_step *step, struct shared_buffer *buffer,
                       const struct frame *frame);
/* Waits for the semaphore; frame is the caller's. */
bool shared_buffer_take(struct mprun_step *step, struct shared_buffer *buffer,
                        struct frame *frame);
bool shared_buffer_close(struct mprun_step *step, struct shared_buffer *buffer);

#endif
