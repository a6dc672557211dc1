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
#include "steps/c/ring.h"
#include "steps/c/shared_buffer.h"
#include "steps/c/stream.h"

struct peer {
    struct stream stream;
    struct shared_buffer buffer;
    struct ring ring;
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

/* Logs what was done to the frame, and returns its id and size as data. */
void tell_frame(struct mprun_step *step, const char *verb,
                const struct frame *frame);

/* Remembers the frame (takes it) as the last that was read, and exports its
 * id. */
const struct frame *keep_frame(struct mprun_step *step, const char *verb,
                               struct frame frame);

/* Fails the step unless the frame is the generated one of its id and size. */
bool check_generated(struct mprun_step *step, const struct frame *frame,
                     int64_t size);

/* The id and size in a row of the step's table. */
bool peer_row(struct mprun_step *step, size_t row, uint32_t *id,
              uint32_t *size);

/* The step's doc string; NULL, with the failure, where it has none. */
const char *peer_text(struct mprun_step *step);

/* "/PREFIX-NAME", NAME being the first argument: the name of an object that
 * only this case has. Fails where the runner gave no prefix or it is long. */
struct ipc_name {
    char text[128];
};
bool ipc_name(struct mprun_step *step, struct ipc_name *name);

/* Defines the steps that open a channel or a shared buffer. */
void register_opening(struct mprun_module *m);
/* Defines the steps of the ring. */
void register_ring(struct mprun_module *m);

#endif
