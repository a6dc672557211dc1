/* What the steps of features/ipc share. */
#include "steps/c/peer.h"

#include <stdlib.h>

void tell_frame(struct mprun_step *step, const char *verb,
                const struct frame *frame)
{
    mprun_log(step, MPRUN_DEBUG, "%s frame %u, size %u", verb, frame->id,
              frame->size);
    mprun_data_int(step, "frameId", frame->id);
    mprun_data_int(step, "actualSize", frame->size);
}

bool is_frame_size(struct mprun_step *step, int64_t number)
{
    bool good = number >= 0 && number <= FRAME_MAX_BYTES;
    if (!good)
        mprun_error(step, "a frame has 0 to %d bytes, not %lld",
                    FRAME_MAX_BYTES, (long long)number);
    return good && mprun_passing(step);
}

bool peer_row(struct mprun_step *step, size_t row, uint32_t *id, uint32_t *size)
{
    int64_t wanted_id = mprun_table_int(step, row, "id");
    int64_t wanted_size = mprun_table_int(step, row, "size");
    if (wanted_id < 0 || wanted_id > UINT32_MAX)
        mprun_error(step, "a frame's id has 32 bits: %lld",
                    (long long)wanted_id);
    *id = (uint32_t)wanted_id;
    *size = (uint32_t)wanted_size;
    return is_frame_size(step, wanted_size);
}

const char *peer_text(struct mprun_step *step)
{
    const char *text = mprun_doc_string(step);
    if (!text)
        mprun_error(step, "the step needs a doc string");
    return text;
}

bool check_generated(struct mprun_step *step, const struct frame *frame,
                     int64_t size)
{
    if (!mprun_check_int(step, size, frame->size))
        return false;
    if (!frame_is_generated(frame))
        mprun_fail(step, "the payload of frame %u differs", frame->id);
    return mprun_passing(step);
}

const struct frame *keep_frame(struct mprun_step *step, const char *verb,
                               struct frame frame)
{
    struct peer *peer = mprun_state(step);
    frame_finish(&peer->last);
    peer->last = frame;
    peer->has_last = true;
    mprun_export(step, "lastFrame", "%u", frame.id);
    tell_frame(step, verb, &peer->last);
    return &peer->last;
}
