/* What the ring holds: frames and metadata. */
#include "steps/c/ring.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "steps/c/semaphore.h"

/* ---- Bytes of the ring
 * ------------------------------------------------------------------ */

static uint32_t place_of(const struct ring *ring, uint64_t count)
{
    return (uint32_t)(count % ring->header->capacity);
}

static uint32_t used(const struct ring *ring)
{
    return (uint32_t)(ring->header->written - ring->header->taken);
}

static bool has_room(const struct ring *ring, size_t bytes)
{
    return used(ring) + bytes <= ring->header->capacity;
}

/* How many of the bytes at this place stand before the end of the ring. */
static size_t before_end(const struct ring *ring, uint32_t place, size_t size)
{
    size_t left = ring->header->capacity - place;
    return size < left ? size : left;
}

static void copy_in(struct ring *ring, uint64_t at, const unsigned char *from,
                    size_t size)
{
    uint32_t place = place_of(ring, at);
    size_t first = before_end(ring, place, size);
    memcpy(ring->bytes + place, from, first);
    memcpy(ring->bytes, from + first, size - first);
}

static void copy_out(const struct ring *ring, uint64_t at, unsigned char *to,
                     size_t size)
{
    uint32_t place = place_of(ring, at);
    size_t first = before_end(ring, place, size);
    memcpy(to, ring->bytes + place, first);
    memcpy(to + first, ring->bytes, size - first);
}

uint32_t ring_left_before_end(const struct ring *ring)
{
    return ring->header->capacity - place_of(ring, ring->header->written);
}

bool ring_other_waits(const struct ring *ring)
{
    return ring->header->waits[ring_other(ring)] != 0;
}

/* ---- Waiting
 * ------------------------------------------------------------------ */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum look { LOOK_GOOD, LOOK_CLOSED, LOOK_NOTHING, LOOK_STOPPED };

/* Looks under the lock for so many bytes, of room in the writer and of frames
 * in the reader. With LOOK_GOOD the lock is still held. */
static enum look look(struct mprun_step *step, struct ring *ring, size_t bytes)
{
    if (!ring_lock(step, ring))
        return LOOK_STOPPED;
    bool writes = ring->role == RING_WRITER;
    if (writes ? has_room(ring, bytes) : used(ring) >= bytes)
        return LOOK_GOOD;
    bool closed = !writes && ring->header->closed;
    ring->header->waits[ring->role] = !closed;
    ring_unlock(ring);
    return closed ? LOOK_CLOSED : LOOK_NOTHING;
}

/* A signal may be of long ago, or be missing after a death: so it looks first,
 * and again. */
static enum ring_result wait_for(struct mprun_step *step, struct ring *ring,
                                 size_t bytes, int timeout_ms)
{
    sem_t *signal =
        ring->semaphores[ring->role == RING_WRITER ? RING_SPACE : RING_DATA];
    int64_t end_ms = now_ms() + timeout_ms;
    for (;;) {
        // Asked before the look: what is not there then will not come.
        bool died = ring_other_died(ring);
        switch (look(step, ring, bytes)) {
        case LOOK_GOOD:
            return RING_DONE;
        case LOOK_CLOSED:
            return RING_CLOSED;
        case LOOK_STOPPED:
            return RING_STOPPED;
        case LOOK_NOTHING:
            break;
        }
        if (died)
            return RING_DEAD;
        if (timeout_ms >= 0 && now_ms() >= end_ms)
            return RING_TIMEOUT;
        if (semaphore_wait(step, signal) == MPRUN_CANCELLED)
            return RING_STOPPED;
    }
}

/* With RING_DONE the lock is held. */
static enum ring_result lock_when(struct mprun_step *step, struct ring *ring,
                                  size_t bytes, int timeout_ms)
{
    if (!ring_is_open(step, ring))
        return RING_STOPPED;
    enum ring_result result = wait_for(step, ring, bytes, timeout_ms);
    ring->header->waits[ring->role] = 0;
    return result;
}

/* ---- Frames
 * ------------------------------------------------------------------ */

static enum ring_result lock_with_room(struct mprun_step *step,
                                       struct ring *ring, size_t bytes)
{
    if (!ring_is_open(step, ring))
        return RING_STOPPED;
    if (bytes > ring->header->capacity) {
        mprun_error(step, "%zu bytes are more than the ring's %u", bytes,
                    ring->header->capacity);
        return RING_STOPPED;
    }
    return lock_when(step, ring, bytes, -1);
}

enum ring_result ring_wait_room(struct mprun_step *step, struct ring *ring,
                                size_t bytes)
{
    enum ring_result result = lock_with_room(step, ring, bytes);
    ring_unlock(ring);
    return result;
}

enum ring_result ring_put(struct mprun_step *step, struct ring *ring,
                          const struct frame *frame, unsigned char flip)
{
    size_t size = FRAME_HEADER_BYTES + (size_t)frame->size;
    enum ring_result result = lock_with_room(step, ring, size);
    if (result != RING_DONE)
        return result;
    struct ring_header *header = ring->header;
    unsigned char *bytes = frame_encode(frame);
    bytes[size - 1] ^= flip;
    copy_in(ring, header->written, bytes, size);
    free(bytes);
    header->last_id = frame->id;
    atomic_store_explicit(&header->written, header->written + size,
                          memory_order_release);
    ring_unlock(ring);
    sem_post(ring->semaphores[RING_DATA]);
    return RING_DONE;
}

bool ring_put_part(struct mprun_step *step, struct ring *ring,
                   const struct frame *frame, size_t count)
{
    size_t size = FRAME_HEADER_BYTES + (size_t)frame->size;
    if (lock_with_room(step, ring, size) != RING_DONE) {
        mprun_fail(step, "there is no room for the frame");
        return false;
    }
    unsigned char *bytes = frame_encode(frame);
    copy_in(ring, ring->header->written, bytes, count < size ? count : size);
    free(bytes);
    return true;
}

/* The frame at `taken`, under the lock. */
static bool read_frame(struct mprun_step *step, const struct ring *ring,
                       struct frame_header *header, struct frame *frame)
{
    unsigned char bytes[FRAME_HEADER_BYTES];
    uint64_t at = ring->header->taken;
    copy_out(ring, at, bytes, sizeof bytes);
    const char *wrong = frame_parse_header(bytes, header);
    if (!wrong && used(ring) > ring->header->capacity)
        wrong = "the ring holds more than its capacity";
    if (!wrong && header->size > used(ring) - sizeof bytes)
        wrong = "the frame is longer than what is in the ring";
    if (wrong) {
        mprun_fail(step, "%s", wrong);
        return false;
    }
    unsigned char *payload = frame_alloc(header->size);
    copy_out(ring, at + sizeof bytes, payload, header->size);
    *frame = (struct frame){header->id, header->size, payload};
    return true;
}

enum ring_result ring_take(struct mprun_step *step, struct ring *ring,
                           int timeout_ms, struct frame *frame)
{
    struct frame_header header;
    *frame = (struct frame){0};
    enum ring_result result =
        lock_when(step, ring, FRAME_HEADER_BYTES, timeout_ms);
    if (result != RING_DONE)
        return result;
    if (!read_frame(step, ring, &header, frame)) {
        ring_unlock(ring);
        return RING_STOPPED;
    }
    uint64_t size = FRAME_HEADER_BYTES + (uint64_t)header.size;
    atomic_store_explicit(&ring->header->taken, ring->header->taken + size,
                          memory_order_release);
    ring_unlock(ring);
    sem_post(ring->semaphores[RING_SPACE]);
    return frame_checksum(frame) == header.checksum ? RING_DONE
                                                    : RING_BAD_CHECKSUM;
}

bool ring_finish_writing(struct mprun_step *step, struct ring *ring)
{
    if (!ring_lock(step, ring))
        return false;
    ring->header->closed = 1;
    ring_unlock(ring);
    sem_post(ring->semaphores[RING_DATA]);
    return true;
}

/* ---- Metadata
 * ------------------------------------------------------------------ */

bool ring_describe(struct mprun_step *step, struct ring *ring, const char *text)
{
    size_t size = strlen(text);
    if (size > RING_METADATA_BYTES) {
        mprun_error(step, "a ring has room for %d bytes of metadata, not %zu",
                    RING_METADATA_BYTES, size);
        return false;
    }
    if (!ring_lock(step, ring))
        return false;
    ring->header->metadata_size = 0;
    memcpy(ring->header + 1, text, size);
    ring->header->metadata_size = (uint32_t)size;
    ring_unlock(ring);
    return true;
}

char *ring_description(struct mprun_step *step, struct ring *ring)
{
    if (!ring_lock(step, ring))
        return NULL;
    size_t size = ring->header->metadata_size;
    if (size > RING_METADATA_BYTES)
        size = RING_METADATA_BYTES;
    char *text = frame_alloc(size + 1);
    memcpy(text, ring->header + 1, size);
    text[size] = '\0';
    ring_unlock(ring);
    return text;
}
