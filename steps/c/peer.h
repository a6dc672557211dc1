/*
 * What a process of features/ipc keeps between its steps, and what its steps
 * share. It is the state of the module: mprun_state gives it to each step.
 */
#ifndef STEPS_C_PEER_H
#define STEPS_C_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "mprun/mprun.h"
#include "steps/c/frame.h"
#include "steps/c/shared_buffer.h"
#include "steps/c/stream.h"

struct peer {
    struct stream stream;
    struct shared_buffer buffer;
    uint32_t next_id;
    bool has_last; /* last is a frame that was read */
    struct frame last;
};

/* Checks a number of the step that is a size or a count of bytes. */
bool is_frame_size(struct mprun_step *step, int64_t number);

/* A number that the process named by the first argument exported; false, with
 * the reason recorded, where it is missing, none, or above max. */
bool exported_number(struct mprun_step *step, const char *key, uint32_t max,
                     uint32_t *number);

/* Defines the steps that open a channel or a shared buffer. */
void register_opening(struct mprun_module *m);

#endif
