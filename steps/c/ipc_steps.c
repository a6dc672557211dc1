/* The steps of features/ipc in C; steps/README.md says what each does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mprun/mprun.h"
#include "steps/c/peer.h"

static void *start(struct mprun_step *step)
{
    struct peer *peer = frame_alloc(sizeof *peer);
    (void)step;
    *peer = (struct peer){.next_id = 1};
    stream_init(&peer->stream);
    shared_buffer_init(&peer->buffer);
    ring_init(&peer->ring);
    return peer;
}

static void finish(struct mprun_step *step, void *state)
{
    struct peer *peer = state;
    stream_close(step, &peer->stream);
    shared_buffer_close(step, &peer->buffer);
    ring_close(step, &peer->ring);
    frame_finish(&peer->last);
    free(peer);
}

/* ---- Writing
 * ------------------------------------------------------------------- */

/* Sends the first limit bytes of the frame; flip changes its last byte. */
static bool send_bytes(struct mprun_step *step, const struct frame *frame,
                       size_t limit, unsigned char flip)
{
    struct peer *peer = mprun_state(step);
    size_t size = FRAME_HEADER_BYTES + (size_t)frame->size;
    unsigned char *bytes = frame_encode(frame);
    bytes[size - 1] ^= flip;
    bool sent =
        stream_write(step, &peer->stream, bytes, limit < size ? limit : size);
    free(bytes);
    return sent;
}

static void send_frame(struct mprun_step *step, struct frame *frame)
{
    struct peer *peer = mprun_state(step);
    if (send_bytes(step, frame, SIZE_MAX, 0)) {
        peer->next_id = frame->id + 1;
        tell_frame(step, "wrote", frame);
    }
    frame_finish(frame);
}

static void writes_frame(struct mprun_step *step)
{
    const struct peer *peer = mprun_state(step);
    int64_t size = mprun_arg_int(step, 0);
    struct frame frame;
    if (!is_frame_size(step, size))
        return;
    frame_generate(&frame, peer->next_id, (uint32_t)size);
    send_frame(step, &frame);
}

static void writes_frames(struct mprun_step *step)
{
    for (size_t row = 1; row < mprun_table_rows(step); row++) {
        struct frame frame;
        uint32_t id;
        uint32_t size;
        if (!peer_row(step, row, &id, &size))
            return;
        frame_generate(&frame, id, size);
        send_frame(step, &frame);
        if (!mprun_passing(step))
            return;
    }
}

static void writes_text(struct mprun_step *step)
{
    const struct peer *peer = mprun_state(step);
    const char *text = peer_text(step);
    struct frame frame;
    if (!text || !is_frame_size(step, (int64_t)strlen(text)))
        return;
    frame_init(&frame, peer->next_id, text, (uint32_t)strlen(text));
    send_frame(step, &frame);
}

static bool send_part(struct mprun_step *step, int64_t count, int64_t size)
{
    const struct peer *peer = mprun_state(step);
    struct frame frame;
    if (!is_frame_size(step, size) || !is_frame_size(step, count))
        return false;
    frame_generate(&frame, peer->next_id, (uint32_t)size);
    bool sent = send_bytes(step, &frame, (size_t)count, 0);
    frame_finish(&frame);
    return sent;
}

static void sends_part(struct mprun_step *step)
{
    send_part(step, mprun_arg_int(step, 0), mprun_arg_int(step, 1));
}

static void gives_up(struct mprun_step *step)
{
    if (send_part(step, mprun_arg_int(step, 1), mprun_arg_int(step, 2)))
        _exit((int)mprun_arg_int(step, 0));
}

static void writes_damaged_frame(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    int64_t size = mprun_arg_int(step, 0);
    struct frame frame;
    if (!is_frame_size(step, size))
        return;
    frame_generate(&frame, peer->next_id, (uint32_t)size);
    if (send_bytes(step, &frame, SIZE_MAX, 0xFF)) {
        peer->next_id = frame.id + 1;
        tell_frame(step, "damaged", &frame);
    }
    frame_finish(&frame);
}

/* The last frame that was read; NULL, with the failure, without one. */
static const struct frame *last_frame(struct mprun_step *step)
{
    const struct peer *peer = mprun_state(step);
    if (!peer->has_last)
        mprun_fail(step, "the process has read no frame");
    return peer->has_last ? &peer->last : NULL;
}

static void sends_back(struct mprun_step *step)
{
    const struct frame *frame = last_frame(step);
    if (frame && send_bytes(step, frame, SIZE_MAX, 0))
        tell_frame(step, "sent back", frame);
}

static void resumes(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    uint32_t last = 0;
    if (!exported_number(step, "lastFrame", UINT32_MAX - 1, &last))
        return;
    peer->next_id = last + 1;
    mprun_log(step, MPRUN_INFO, "the next frame is %u", peer->next_id);
}

/* ---- Reading
 * -------------------------------------------------------------------- */

static struct stream_read read_frame(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    return stream_read_frame(step, &peer->stream);
}

/* Fails the step with what came instead of a whole frame. */
static void fail_read(struct mprun_step *step, const struct stream_read *read)
{
    switch (read->result) {
    case STREAM_FRAME:
        mprun_fail(step, "frame %u is whole", read->header.id);
        break;
    case STREAM_ENDED:
        mprun_fail(step, "the stream ended");
        break;
    case STREAM_CUT_SHORT:
        mprun_fail(step, "the frame was cut short after %zu of %zu bytes",
                   read->got, read->wanted);
        break;
    case STREAM_BAD_CHECKSUM:
        mprun_fail(step,
                   "the checksum of frame %u is wrong: it is %08x, the header "
                   "says %08x",
                   read->header.id, frame_checksum(&read->frame),
                   read->header.checksum);
        break;
    case STREAM_STOPPED:
        break;
    }
}

/* Reads the next frame and remembers it; NULL when the step is to end. */
static const struct frame *receive(struct mprun_step *step)
{
    struct stream_read read = read_frame(step);
    if (read.result != STREAM_FRAME) {
        fail_read(step, &read);
        frame_finish(&read.frame);
        return NULL;
    }
    return keep_frame(step, "read", read.frame);
}

static void reads_one_frame(struct mprun_step *step)
{
    receive(step);
}

static void reads_frame(struct mprun_step *step)
{
    const struct frame *frame = receive(step);
    if (frame)
        check_generated(step, frame, mprun_arg_int(step, 0));
}

static void reads_frames(struct mprun_step *step)
{
    for (size_t row = 1; row < mprun_table_rows(step); row++) {
        uint32_t id;
        uint32_t size;
        const struct frame *frame =
            peer_row(step, row, &id, &size) ? receive(step) : NULL;
        if (!frame)
            return;
        mprun_assert_int(step, id, frame->id);
        if (!check_generated(step, frame, size))
            return;
    }
}

static void reads_text(struct mprun_step *step)
{
    const char *text = peer_text(step);
    const struct frame *frame = text ? receive(step) : NULL;
    if (!frame)
        return;
    mprun_assert_bytes(step, text, strlen(text), frame->payload, frame->size);
}

static void holds_frame(struct mprun_step *step)
{
    const struct frame *frame = last_frame(step);
    if (!frame)
        return;
    mprun_assert_int(step, mprun_arg_int(step, 0), frame->id);
    check_generated(step, frame, mprun_arg_int(step, 1));
}

static void reads_header(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    struct stream_read read = stream_read_header(step, &peer->stream);
    if (read.result == STREAM_FRAME)
        mprun_check_int(step, mprun_arg_int(step, 0), read.header.size);
    else
        fail_read(step, &read);
}

/* How many bytes of a frame came before its stream ended; 0 when the step has
 * failed because something else came. */
static size_t read_cut_short(struct mprun_step *step)
{
    struct stream_read read = read_frame(step);
    if (read.result != STREAM_CUT_SHORT) {
        fail_read(step, &read);
        frame_finish(&read.frame);
        return 0;
    }
    mprun_log(step, MPRUN_INFO,
              "the frame was cut short after %zu of %zu bytes", read.got,
              read.wanted);
    mprun_data_int(step, "bytes", (int64_t)read.got);
    return read.got;
}

static void finds_cut_short(struct mprun_step *step)
{
    read_cut_short(step);
}

static void finds_cut_short_after(struct mprun_step *step)
{
    size_t got = read_cut_short(step);
    if (got > 0)
        mprun_check_int(step, mprun_arg_int(step, 0), (int64_t)got);
}

static void finds_checksum_wrong(struct mprun_step *step)
{
    struct stream_read read = read_frame(step);
    if (read.result == STREAM_FRAME)
        mprun_fail(step, "the checksum of frame %u is right", read.header.id);
    else if (read.result != STREAM_BAD_CHECKSUM)
        fail_read(step, &read);
    frame_finish(&read.frame);
}

static void finds_end(struct mprun_step *step)
{
    struct stream_read read = read_frame(step);
    if (read.result == STREAM_FRAME)
        mprun_fail(step, "frame %u came instead of the end of the stream",
                   read.header.id);
    else if (read.result != STREAM_ENDED)
        fail_read(step, &read);
    frame_finish(&read.frame);
}

/* ---- Checksums and shared memory
 * ------------------------------------------------- */

static void computes_checksums(struct mprun_step *step)
{
    for (size_t row = 1; row < mprun_table_rows(step); row++) {
        char got[16];
        const char *text = mprun_table_value(step, row, "text");
        snprintf(got, sizeof got, "%08x", frame_crc32(0, text, strlen(text)));
        mprun_assert_text(step, mprun_table_value(step, row, "checksum"), got);
    }
}

static void puts_frame(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    int64_t size = mprun_arg_int(step, 0);
    struct frame frame;
    if (!is_frame_size(step, size))
        return;
    frame_generate(&frame, peer->next_id, (uint32_t)size);
    if (shared_buffer_put(step, &peer->buffer, &frame)) {
        peer->next_id = frame.id + 1;
        tell_frame(step, "put", &frame);
    }
    frame_finish(&frame);
}

static void takes_frame(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    struct frame frame;
    if (!shared_buffer_take(step, &peer->buffer, &frame))
        return;
    tell_frame(step, "took", &frame);
    check_generated(step, &frame, mprun_arg_int(step, 0));
    frame_finish(&frame);
}

/* ---- Registration
 * ------------------------------------------------------------------ */

MPRUN_STEPS(m)
{
    mprun_state_functions(m, start, finish);

    register_opening(m);
    register_ring(m);

    mprun_when(m, "writes frame with size {int}", writes_frame);
    mprun_when(m, "writes these frames:", writes_frames);
    mprun_when(m, "writes a frame with the text:", writes_text);
    mprun_when(m, "sends the first {int} bytes of a frame with size {int}",
               sends_part);
    mprun_when(m, "writes a damaged frame with size {int}",
               writes_damaged_frame);
    mprun_when(m,
               "gives up with code {int} after {int} bytes of a frame with "
               "size {int}",
               gives_up);
    mprun_when(m, "sends the last frame back", sends_back);
    mprun_when(m, "resumes after the last frame of the {string} process",
               resumes);

    mprun_then(m, "reads one frame", reads_one_frame);
    mprun_then(m, "reads frame with size {int}", reads_frame);
    mprun_then(m, "reads these frames:", reads_frames);
    mprun_then(m, "reads a frame with the text:", reads_text);
    mprun_then(m, "holds frame {int} with size {int}", holds_frame);
    mprun_then(m, "reads the header of a frame with size {int}", reads_header);
    mprun_then(m, "finds the frame cut short", finds_cut_short);
    mprun_then(m, "finds the frame cut short after {int} bytes",
               finds_cut_short_after);
    mprun_then(m, "finds the checksum wrong", finds_checksum_wrong);
    mprun_then(m, "finds the end of the stream", finds_end);

    mprun_then(m, "computes these checksums:", computes_checksums);
    mprun_when(m, "puts a frame with size {int} into the shared buffer",
               puts_frame);
    mprun_then(m, "takes a frame with size {int} from the shared buffer",
               takes_frame);
}
