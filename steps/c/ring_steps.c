/* The steps of the ring; steps/README.md says what each does. */
#include <stdlib.h>
#include <string.h>

#include "steps/c/peer.h"

static struct ring *ring_of(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    return &peer->ring;
}

/* The ring if it is open; else NULL, with the failure. */
static struct ring *need_ring(struct mprun_step *step)
{
    struct ring *ring = ring_of(step);
    return ring_is_open(step, ring) ? ring : NULL;
}

/* Fails the step with what came instead of what was wanted. */
static void fail_result(struct mprun_step *step, enum ring_result result)
{
    switch (result) {
    case RING_DONE:
        mprun_fail(step, "the other end of the ring lives");
        break;
    case RING_DEAD:
        mprun_fail(step, "the other end of the ring died");
        break;
    case RING_CLOSED:
        mprun_fail(step, "the writer closed the ring");
        break;
    case RING_TIMEOUT:
        mprun_fail(step, "nothing came in time");
        break;
    case RING_BAD_CHECKSUM:
        mprun_fail(step, "the checksum of the frame is wrong");
        break;
    case RING_STOPPED:
        break;
    }
}

/* ---- Opening and closing
 * ------------------------------------------------------------------ */

static void creates_ring(struct mprun_step *step)
{
    struct ipc_name name;
    int64_t size = mprun_arg_int(step, 1);
    if (!is_frame_size(step, size) || !ipc_name(step, &name))
        return;
    ring_close(step, ring_of(step));
    ring_create(step, ring_of(step), name.text, (uint32_t)size);
}

static bool attach(struct mprun_step *step, enum ring_role role)
{
    struct ipc_name name;
    if (!ipc_name(step, &name))
        return false;
    ring_close(step, ring_of(step));
    return ring_attach(step, ring_of(step), name.text, role, NULL);
}

static void attaches_for_writing(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    if (!attach(step, RING_WRITER))
        return;
    peer->next_id = peer->ring.header->last_id + 1;
    mprun_log(step, MPRUN_INFO, "the next frame is %u", peer->next_id);
}

static void attaches_for_reading(struct mprun_step *step)
{
    attach(step, RING_READER);
}

static void finds_taken(struct mprun_step *step)
{
    struct ipc_name name;
    uint32_t taken_by;
    if (!ipc_name(step, &name))
        return;
    ring_close(step, ring_of(step));
    if (ring_attach(step, ring_of(step), name.text, RING_WRITER, &taken_by))
        mprun_fail(step, "the ring had no writer, and has one now");
    else if (taken_by)
        mprun_log(step, MPRUN_INFO, "process %u is the writer", taken_by);
}

static void closes_ring(struct mprun_step *step)
{
    ring_finish_writing(step, ring_of(step));
}

/* ---- Putting
 * ------------------------------------------------------------------ */

static void put(struct mprun_step *step, struct frame *frame,
                unsigned char flip)
{
    struct peer *peer = mprun_state(step);
    enum ring_result result = ring_put(step, &peer->ring, frame, flip);
    if (result == RING_DONE) {
        peer->next_id = frame->id + 1;
        tell_frame(step, "put", frame);
    } else {
        fail_result(step, result);
    }
    frame_finish(frame);
}

static void put_next(struct mprun_step *step, unsigned char flip)
{
    const struct peer *peer = mprun_state(step);
    int64_t size = mprun_arg_int(step, 0);
    struct frame frame;
    if (!is_frame_size(step, size))
        return;
    frame_generate(&frame, peer->next_id, (uint32_t)size);
    put(step, &frame, flip);
}

static void puts_frame(struct mprun_step *step)
{
    put_next(step, 0);
}

static void puts_damaged_frame(struct mprun_step *step)
{
    put_next(step, 0xFF);
}

static void puts_frames(struct mprun_step *step)
{
    for (size_t row = 1; row < mprun_table_rows(step); row++) {
        struct frame frame;
        uint32_t id;
        uint32_t size;
        if (!peer_row(step, row, &id, &size))
            return;
        frame_generate(&frame, id, size);
        put(step, &frame, 0);
        if (!mprun_passing(step))
            return;
    }
}

static void puts_text(struct mprun_step *step)
{
    const struct peer *peer = mprun_state(step);
    const char *text = peer_text(step);
    struct frame frame;
    if (!text || !is_frame_size(step, (int64_t)strlen(text)))
        return;
    frame_init(&frame, peer->next_id, text, (uint32_t)strlen(text));
    put(step, &frame, 0);
}

static void copies_part(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    int64_t count = mprun_arg_int(step, 0);
    int64_t size = mprun_arg_int(step, 1);
    struct frame frame;
    if (!is_frame_size(step, size) || !is_frame_size(step, count))
        return;
    frame_generate(&frame, peer->next_id, (uint32_t)size);
    ring_put_part(step, &peer->ring, &frame, (size_t)count);
    frame_finish(&frame);
}

static void waits_for_room(struct mprun_step *step)
{
    int64_t bytes = mprun_arg_int(step, 0);
    if (!is_frame_size(step, bytes))
        return;
    enum ring_result result = ring_wait_room(step, ring_of(step), bytes);
    if (result != RING_DEAD)
        fail_result(step, result);
}

static void has_left(struct mprun_step *step)
{
    const struct ring *ring = need_ring(step);
    if (ring)
        mprun_assert_int(step, mprun_arg_int(step, 0),
                         ring_left_before_end(ring));
}

/* ---- Taking
 * ------------------------------------------------------------------ */

/* Takes the next frame and remembers it; NULL when the step is to end. */
static const struct frame *take(struct mprun_step *step)
{
    struct frame frame;
    enum ring_result result = ring_take(step, ring_of(step), -1, &frame);
    if (result == RING_DONE)
        return keep_frame(step, "took", frame);
    fail_result(step, result);
    frame_finish(&frame);
    return NULL;
}

static void takes_one_frame(struct mprun_step *step)
{
    take(step);
}

static void takes_frame(struct mprun_step *step)
{
    const struct frame *frame = take(step);
    if (frame)
        check_generated(step, frame, mprun_arg_int(step, 0));
}

static void takes_frames(struct mprun_step *step)
{
    for (size_t row = 1; row < mprun_table_rows(step); row++) {
        uint32_t id;
        uint32_t size;
        const struct frame *frame =
            peer_row(step, row, &id, &size) ? take(step) : NULL;
        if (!frame)
            return;
        mprun_assert_int(step, id, frame->id);
        if (!check_generated(step, frame, size))
            return;
    }
}

static void takes_text(struct mprun_step *step)
{
    const char *text = peer_text(step);
    const struct frame *frame = text ? take(step) : NULL;
    if (frame)
        mprun_assert_bytes(step, text, strlen(text), frame->payload,
                           frame->size);
}

/* Waits for a frame; passes if this comes instead. */
static void expect_no_frame(struct mprun_step *step, int timeout_ms,
                            enum ring_result wanted)
{
    struct frame frame;
    enum ring_result result =
        ring_take(step, ring_of(step), timeout_ms, &frame);
    if (result == RING_DONE)
        mprun_fail(step, "frame %u came", frame.id);
    else if (result != wanted)
        fail_result(step, result);
    frame_finish(&frame);
}

static void finds_no_frame(struct mprun_step *step)
{
    int64_t timeout_ms = mprun_arg_int(step, 0);
    if (timeout_ms < 0 || timeout_ms > 60000)
        mprun_error(step, "0 to 60000 ms can be waited");
    else
        expect_no_frame(step, (int)timeout_ms, RING_TIMEOUT);
}

static void finds_closed(struct mprun_step *step)
{
    expect_no_frame(step, -1, RING_CLOSED);
}

static void waits_for_frame(struct mprun_step *step)
{
    expect_no_frame(step, -1, RING_DEAD);
}

static void finds_checksum_wrong(struct mprun_step *step)
{
    expect_no_frame(step, -1, RING_BAD_CHECKSUM);
}

/* ---- Metadata, the lock and the other end
 * ------------------------------------------------------------------ */

static void describes_ring(struct mprun_step *step)
{
    const char *text = peer_text(step);
    if (text)
        ring_describe(step, ring_of(step), text);
}

static void reads_description(struct mprun_step *step)
{
    const char *text = peer_text(step);
    char *got = text ? ring_description(step, ring_of(step)) : NULL;
    if (got)
        mprun_check_text(step, text, got);
    free(got);
}

static void takes_hold(struct mprun_step *step)
{
    ring_lock(step, ring_of(step));
}

static void lets_go(struct mprun_step *step)
{
    struct ring *ring = need_ring(step);
    if (!ring)
        return;
    mprun_assert(step, ring->holds);
    ring_unlock(ring);
}

static void finds_other_waiting(struct mprun_step *step)
{
    const struct ring *ring = need_ring(step);
    if (ring && !ring_other_waits(ring))
        mprun_fail(step, "the other end of the ring does not wait");
}

static void has_taken_over(struct mprun_step *step)
{
    const struct ring *ring = need_ring(step);
    if (ring)
        mprun_assert_int(step, mprun_arg_int(step, 0), ring->takeovers);
}

/* ---- Registration
 * ------------------------------------------------------------------ */

static void register_putting(struct mprun_module *m)
{
    mprun_when(m, "puts frame with size {int} into the ring", puts_frame);
    mprun_when(m, "puts a damaged frame with size {int} into the ring",
               puts_damaged_frame);
    mprun_when(m, "puts these frames into the ring:", puts_frames);
    mprun_when(m, "puts a frame with the text into the ring:", puts_text);
    mprun_when(m,
               "copies the first {int} bytes of a frame with size {int} into "
               "the ring",
               copies_part);
    mprun_then(m, "waits for room for {int} bytes until the reader is dead",
               waits_for_room);
    mprun_then(m, "has {int} bytes left before the end of the ring", has_left);
}

static void register_taking(struct mprun_module *m)
{
    mprun_then(m, "takes one frame from the ring", takes_one_frame);
    mprun_then(m, "takes frame with size {int} from the ring", takes_frame);
    mprun_then(m, "takes these frames from the ring:", takes_frames);
    mprun_then(m, "takes a frame with the text from the ring:", takes_text);
    mprun_then(m, "finds no frame in the ring within {int} ms", finds_no_frame);
    mprun_then(m, "finds the ring closed", finds_closed);
    mprun_then(m, "finds a wrong checksum in the ring", finds_checksum_wrong);
    mprun_then(m, "waits for a frame until the writer is dead",
               waits_for_frame);
}

void register_ring(struct mprun_module *m)
{
    mprun_given(m, "creates the ring {string} of {int} bytes", creates_ring);
    mprun_given(m, "attaches to the ring {string} for writing",
                attaches_for_writing);
    mprun_given(m, "attaches to the ring {string} for reading",
                attaches_for_reading);
    mprun_then(m, "finds the ring {string} taken by a writer", finds_taken);
    mprun_when(m, "closes the ring", closes_ring);
    register_putting(m);
    register_taking(m);
    mprun_when(m, "describes the ring by:", describes_ring);
    mprun_then(m, "reads the description of the ring:", reads_description);
    mprun_when(m, "takes hold of the ring", takes_hold);
    mprun_when(m, "lets go of the ring", lets_go);
    mprun_then(m, "finds the other end of the ring waiting",
               finds_other_waiting);
    mprun_then(m, "has taken the lock of the ring over {int} time(s)",
               has_taken_over);
}
