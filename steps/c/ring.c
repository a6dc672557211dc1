#include "steps/c/ring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "steps/c/semaphore.h"

static_assert(sizeof(struct ring_header) == 64, "the layout of the README");
static_assert(offsetof(struct ring_header, metadata_size) == 16, "as above");
static_assert(offsetof(struct ring_header, pid) == 32, "as above");
static_assert(offsetof(struct ring_header, written) == 48, "as above");
static_assert(ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_LLONG_LOCK_FREE == 2,
              "a lock inside an atomic would not be shared");

/* The byte of the object on which GUARD holds a record lock; those of the
 * roles have their numbers. */
enum { GUARD_BYTE = RING_ROLES };

static const char *const semaphore_table[RING_SEMAPHORES] = {
    [RING_LOCK] = "lock",
    [RING_DATA] = "data",
    [RING_SPACE] = "space",
};

static const char *const role_table[RING_ROLES] = {
    [RING_WRITER] = "writer",
    [RING_READER] = "reader",
};

void ring_init(struct ring *ring)
{
    *ring = (struct ring){.fd = -1};
}

/* ---- Who lives: record locks, which the kernel drops at any death
 * ------------------------------------------------------------------ */

static struct flock record(short type, off_t byte)
{
    return (struct flock){
        .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
}

/* What is done between guard and unguard, no other process does meanwhile. */
static void guard(const struct ring *ring)
{
    struct flock lock = record(F_WRLCK, GUARD_BYTE);
    while (fcntl(ring->fd, F_SETLKW, &lock) != 0 && errno == EINTR)
        continue;
}

static void unguard(const struct ring *ring)
{
    struct flock lock = record(F_UNLCK, GUARD_BYTE);
    fcntl(ring->fd, F_SETLK, &lock);
}

enum ring_role ring_other(const struct ring *ring)
{
    return ring->role == RING_WRITER ? RING_READER : RING_WRITER;
}

bool ring_other_died(const struct ring *ring)
{
    struct flock lock = record(F_WRLCK, ring_other(ring));
    return ring->header->pid[ring_other(ring)] != 0 &&
           fcntl(ring->fd, F_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
}

/* Becomes the ring's only process in this role, and gives back the lock if the
 * one before died with it. False: another process has the role. */
static bool enter(struct ring *ring)
{
    struct ring_header *header = ring->header;
    struct flock lock = record(F_WRLCK, ring->role);
    guard(ring);
    bool entered = fcntl(ring->fd, F_SETLK, &lock) == 0;
    if (entered && header->holder == (uint32_t)ring->role + 1) {
        ring->takeovers++;
        header->holder = 0;
        sem_post(ring->semaphores[RING_LOCK]);
    }
    if (entered) {
        header->waits[ring->role] = 0;
        header->pid[ring->role] = (uint32_t)getpid();
    }
    unguard(ring);
    return entered;
}

/* ---- Opening and closing
 * ------------------------------------------------------------------ */

static char *semaphore_name(const struct ring *ring, enum ring_semaphore which)
{
    size_t size = strlen(ring->name) + sizeof ".space";
    char *name = frame_alloc(size);
    snprintf(name, size, "%s.%s", ring->name, semaphore_table[which]);
    return name;
}

static bool open_semaphores(struct ring *ring, int flags)
{
    for (int i = 0; i < RING_SEMAPHORES; i++) {
        char *name = semaphore_name(ring, (enum ring_semaphore)i);
        sem_t *semaphore = sem_open(name, flags, 0600, i == RING_LOCK ? 1 : 0);
        free(name);
        if (semaphore == SEM_FAILED)
            return false;
        ring->semaphores[i] = semaphore;
    }
    return true;
}

static bool map(struct ring *ring, size_t size)
{
    void *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
    if (memory == MAP_FAILED)
        return false;
    ring->header = memory;
    ring->mapped = size;
    ring->bytes = (unsigned char *)(ring->header + 1) + RING_METADATA_BYTES;
    return true;
}

static bool open_memory(struct ring *ring, const char *name, int flags)
{
    size_t length = strlen(name) + 1;
    ring->name = frame_alloc(length);
    memcpy(ring->name, name, length);
    ring->fd = shm_open(name, flags | O_RDWR | O_CLOEXEC, 0600);
    return ring->fd >= 0;
}

static bool cannot_open(struct mprun_step *step, struct ring *ring,
                        const char *why)
{
    mprun_error(step, "cannot open the ring %s: %s", ring->name, why);
    ring_close(step, ring);
    return false;
}

static bool is_taken(struct mprun_step *step, struct ring *ring,
                     uint32_t *taken_by)
{
    uint32_t pid = ring->header->pid[ring->role];
    if (taken_by)
        *taken_by = pid;
    else
        mprun_error(step, "the ring %s has a %s already: process %u",
                    ring->name, role_table[ring->role], pid);
    ring_close(step, ring);
    return false;
}

bool ring_create(struct mprun_step *step, struct ring *ring, const char *name,
                 uint32_t capacity)
{
    size_t size = sizeof *ring->header + RING_METADATA_BYTES + capacity;
    ring->role = RING_READER;
    if (capacity < FRAME_HEADER_BYTES) {
        mprun_error(step, "a ring has at least %d bytes, not %u",
                    FRAME_HEADER_BYTES, capacity);
        return false;
    }
    if (!open_memory(ring, name, O_CREAT | O_EXCL))
        return cannot_open(step, ring, strerror(errno));
    ring->owned = true;
    if (ftruncate(ring->fd, (off_t)size) != 0 || !map(ring, size) ||
        !open_semaphores(ring, O_CREAT | O_EXCL))
        return cannot_open(step, ring, strerror(errno));
    ring->header->version = RING_VERSION;
    ring->header->capacity = capacity;
    ring->header->metadata_room = RING_METADATA_BYTES;
    atomic_store(&ring->header->magic, RING_MAGIC);
    return enter(ring) || is_taken(step, ring, NULL);
}

/* NULL, or what is wrong with the mapped header. */
static const char *check_header(const struct ring *ring)
{
    const struct ring_header *header = ring->header;
    if (atomic_load(&header->magic) != RING_MAGIC)
        return "the magic is wrong";
    if (header->version != RING_VERSION)
        return "it has another version";
    if (header->metadata_room != RING_METADATA_BYTES ||
        header->capacity < FRAME_HEADER_BYTES ||
        header->capacity != ring->mapped - sizeof *header - RING_METADATA_BYTES)
        return "its sizes do not fit the shared memory";
    return NULL;
}

bool ring_attach(struct mprun_step *step, struct ring *ring, const char *name,
                 enum ring_role role, uint32_t *taken_by)
{
    struct stat st;
    ring->role = role;
    if (taken_by)
        *taken_by = 0;
    if (!open_memory(ring, name, 0) || fstat(ring->fd, &st) != 0)
        return cannot_open(step, ring, strerror(errno));
    if ((size_t)st.st_size < sizeof *ring->header + RING_METADATA_BYTES)
        return cannot_open(step, ring, "it is too small");
    if (!map(ring, (size_t)st.st_size))
        return cannot_open(step, ring, strerror(errno));
    const char *wrong = check_header(ring);
    if (wrong)
        return cannot_open(step, ring, wrong);
    if (!open_semaphores(ring, 0))
        return cannot_open(step, ring, strerror(errno));
    if (!enter(ring))
        return is_taken(step, ring, taken_by);
    ring->owned = role == RING_READER;
    if (role == RING_WRITER)
        ring->header->closed = 0;
    return true;
}

static bool remove_names(const struct ring *ring)
{
    bool removed = shm_unlink(ring->name) == 0;
    for (int i = 0; i < RING_SEMAPHORES; i++) {
        char *name = semaphore_name(ring, (enum ring_semaphore)i);
        removed = (!ring->semaphores[i] || sem_unlink(name) == 0) && removed;
        free(name);
    }
    return removed;
}

/* Closing the descriptor drops the record lock: nothing may come after it that
 * only the process of this role does. */
static void leave(struct ring *ring)
{
    if (ring->holds)
        ring_unlock(ring);
    if (ring->header && ring->header->pid[ring->role] == (uint32_t)getpid())
        ring->header->pid[ring->role] = 0;
}

bool ring_close(struct mprun_step *step, struct ring *ring)
{
    leave(ring);
    bool removed = !ring->owned || remove_names(ring);
    if (!removed)
        mprun_error(step, "cannot remove the ring %s: %s", ring->name,
                    strerror(errno));
    for (int i = 0; i < RING_SEMAPHORES; i++) {
        if (ring->semaphores[i])
            sem_close(ring->semaphores[i]);
    }
    if (ring->header)
        munmap(ring->header, ring->mapped);
    if (ring->fd >= 0)
        close(ring->fd);
    free(ring->name);
    ring_init(ring);
    return removed;
}

/* ---- The lock
 * ------------------------------------------------------------------ */

static void note_holder(struct ring *ring)
{
    ring->header->holder = (uint32_t)ring->role + 1;
    ring->holds = true;
}

/* With two processes, whoever is alive and waits for the lock knows that the
 * dead one has it. True: the lock is here now. */
static bool take_over(struct mprun_step *step, struct ring *ring)
{
    guard(ring);
    bool died = ring_other_died(ring);
    bool was_held = died && sem_trywait(ring->semaphores[RING_LOCK]) != 0;
    if (died)
        note_holder(ring);
    unguard(ring);
    if (was_held) {
        ring->takeovers++;
        mprun_log(step, MPRUN_WARN, "the %s, process %u, died with the lock",
                  role_table[ring_other(ring)],
                  ring->header->pid[ring_other(ring)]);
    }
    return died;
}

bool ring_is_open(struct mprun_step *step, const struct ring *ring)
{
    if (!ring->header)
        mprun_error(step, "the process has opened no ring");
    return ring->header != NULL;
}

bool ring_lock(struct mprun_step *step, struct ring *ring)
{
    if (!ring_is_open(step, ring))
        return false;
    if (ring->holds) {
        mprun_error(step, "the process holds the lock of the ring already");
        return false;
    }
    for (;;) {
        switch (semaphore_wait(step, ring->semaphores[RING_LOCK])) {
        case MPRUN_READY:
            note_holder(ring);
            return true;
        case MPRUN_TIMEOUT:
            if (take_over(step, ring))
                return true;
            break;
        case MPRUN_CANCELLED:
            return false;
        }
    }
}

void ring_unlock(struct ring *ring)
{
    if (!ring->holds)
        return;
    ring->holds = false;
    ring->header->holder = 0;
    sem_post(ring->semaphores[RING_LOCK]);
}
