/*
 * A ring of frames in POSIX shared memory, between one writer and one reader.
 * Rule: steps/README.md, "The ring"; struct ring_header is its layout, and
 * steps/python/ring.py has the same.
 *
 * What is in the ring is told by the header alone. It changes only under the
 * lock semaphore; "data" and "space" just say that a look is worth while. A
 * frame counts once `written` has grown, and is gone once `taken` has, each by
 * one store after all others: a process may be killed anywhere.
 *
 * Order: ring_init, ring_create or ring_attach, the others, ring_close. A
 * function that gives false, or RING_STOPPED, has recorded in the step why.
 * Limits: whoever attaches in place of a reader or writer that was killed gets
 * the lock back that this one held, except where it died in the instant between
 * getting the lock and noting so. The other end always gets it back.
 */
#ifndef STEPS_C_RING_H
#define STEPS_C_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <semaphore.h>

#include "mprun/mprun.h"
#include "steps/c/frame.h"

enum ring_role { RING_WRITER, RING_READER, RING_ROLES };

enum ring_semaphore { RING_LOCK, RING_DATA, RING_SPACE, RING_SEMAPHORES };

enum {
    RING_MAGIC = 0x4D505247,
    RING_VERSION = 1,
    RING_METADATA_BYTES = 1024,
};

/* In the byte order of the machine. */
struct ring_header {
    _Atomic uint32_t magic; /* set last */
    uint32_t version;
    uint32_t capacity; /* bytes for frames */
    uint32_t metadata_room;
    _Atomic uint32_t metadata_size;
    _Atomic uint32_t closed;            /* by the writer */
    _Atomic uint32_t holder;            /* of the lock: role + 1, 0: nobody */
    _Atomic uint32_t last_id;           /* of the last whole frame */
    _Atomic uint32_t pid[RING_ROLES];   /* 0: not attached, or ended in order */
    _Atomic uint32_t waits[RING_ROLES]; /* for data or space */
    _Atomic uint64_t written;           /* bytes since the beginning */
    _Atomic uint64_t taken;
};

struct ring {
    char *name; /* with its slash */
    bool owned; /* the names are to be removed here */
    enum ring_role role;
    int fd; /* -1: not open; its record locks tell who lives */
    struct ring_header *header;
    unsigned char *bytes; /* capacity of them */
    size_t mapped;
    sem_t *semaphores[RING_SEMAPHORES];
    bool holds;         /* has the lock */
    unsigned takeovers; /* locks that were taken from the dead */
};

enum ring_result {
    RING_DONE,
    RING_DEAD,         /* nothing to take or no room, and the other end died */
    RING_CLOSED,       /* nothing to take, and nothing will come */
    RING_TIMEOUT,      /* nothing to take or no room in time */
    RING_BAD_CHECKSUM, /* the frame is given nevertheless */
    RING_STOPPED,
};

void ring_init(struct ring *ring);
/* Makes the ring and becomes its reader. */
bool ring_create(struct mprun_step *step, struct ring *ring, const char *name,
                 uint32_t capacity);
/* A reader removes the names when it closes, as the one before it would. Where
 * taken_by is given and a living process has the role, that is recorded as no
 * error: false, and its number is there; else 0 is. */
bool ring_attach(struct mprun_step *step, struct ring *ring, const char *name,
                 enum ring_role role, uint32_t *taken_by);
/* Lets go and removes the names that are owned; a closed ring is fine. */
bool ring_close(struct mprun_step *step, struct ring *ring);

/* Whether it is open; where not, the step has failed. */
bool ring_is_open(struct mprun_step *step, const struct ring *ring);
enum ring_role ring_other(const struct ring *ring);
/* The other end attached, did not detach, and is no more. */
bool ring_other_died(const struct ring *ring);

/* The lock; where the other end died with it, it is taken over. */
bool ring_lock(struct mprun_step *step, struct ring *ring);
void ring_unlock(struct ring *ring);

/* Waits for room and puts the frame with its last byte xor flip. */
enum ring_result ring_put(struct mprun_step *step, struct ring *ring,
                          const struct frame *frame, unsigned char flip);
/* Copies the first count bytes to where the frame would stand and KEEPS the
 * lock. */
bool ring_put_part(struct mprun_step *step, struct ring *ring,
                   const struct frame *frame, size_t count);
/* Waits until the room is there, and puts nothing. */
enum ring_result ring_wait_room(struct mprun_step *step, struct ring *ring,
                                size_t bytes);
/* Waits for a frame, at most timeout_ms (-1: no limit), and takes it. frame is
 * the caller's, and empty where there is none. */
enum ring_result ring_take(struct mprun_step *step, struct ring *ring,
                           int timeout_ms, struct frame *frame);
/* No more frames will come. */
bool ring_finish_writing(struct mprun_step *step, struct ring *ring);

/* Metadata: describe writes them; description returns new (freed with free), a
 * text, NULL when stopped. */
bool ring_describe(struct mprun_step *step, struct ring *ring,
                   const char *text);
char *ring_description(struct mprun_step *step, struct ring *ring);

/* Bytes from the place of the next frame to the end of the ring. */
uint32_t ring_left_before_end(const struct ring *ring);
/* The other end waits for data or space at this moment. */
bool ring_other_waits(const struct ring *ring);

#endif
