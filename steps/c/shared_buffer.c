#include "steps/c/shared_buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "steps/c/semaphore.h"

void shared_buffer_init(struct shared_buffer *buffer)
{
    *buffer = (struct shared_buffer){0};
}

static bool map(struct shared_buffer *buffer, int flags, bool create)
{
    int fd = shm_open(buffer->name, flags | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    buffer->owned = create;
    bool sized = !create || ftruncate(fd, (off_t)buffer->size) == 0;
    void *memory = sized ? mmap(NULL, buffer->size, PROT_READ | PROT_WRITE,
                                MAP_SHARED, fd, 0)
                         : MAP_FAILED;
    close(fd);
    buffer->memory = memory == MAP_FAILED ? NULL : memory;
    return buffer->memory != NULL;
}

static bool open_semaphore(struct shared_buffer *buffer, int flags)
{
    sem_t *semaphore = sem_open(buffer->name, flags, 0600, 0);
    buffer->semaphore = semaphore == SEM_FAILED ? NULL : semaphore;
    return buffer->semaphore != NULL;
}

bool shared_buffer_open(struct mprun_step *step, struct shared_buffer *buffer,
                        const char *name, size_t size, bool create)
{
    int flags = create ? O_CREAT | O_EXCL : 0;
    size_t length = strlen(name) + 1;
    buffer->name = frame_alloc(length);
    memcpy(buffer->name, name, length);
    buffer->size = size;
    if (map(buffer, flags, create) && open_semaphore(buffer, flags))
        return true;
    mprun_error(step, "cannot open the shared buffer %s: %s", name,
                strerror(errno));
    shared_buffer_close(step, buffer);
    return false;
}

bool shared_buffer_close(struct mprun_step *step, struct shared_buffer *buffer)
{
    bool removed = true;
    if (buffer->semaphore) {
        sem_close(buffer->semaphore);
        removed = !buffer->owned || sem_unlink(buffer->name) == 0;
    }
    if (buffer->memory)
        munmap(buffer->memory, buffer->size);
    if (buffer->owned)
        removed = shm_unlink(buffer->name) == 0 && removed;
    if (!removed)
        mprun_error(step, "cannot remove the shared buffer %s: %s",
                    buffer->name, strerror(errno));
    free(buffer->name);
    shared_buffer_init(buffer);
    return removed;
}

static bool is_open(struct mprun_step *step, const struct shared_buffer *buffer)
{
    if (!buffer->memory)
        mprun_error(step, "the process has opened no shared buffer");
    return buffer->memory != NULL;
}

bool shared_buffer_put(struct mprun_step *step, struct shared_buffer *buffer,
                       const struct frame *frame)
{
    if (!is_open(step, buffer))
        return false;
    size_t size = FRAME_HEADER_BYTES + (size_t)frame->size;
    if (size > buffer->size) {
        mprun_error(step,
                    "a frame of %zu bytes is larger than the buffer's %zu",
                    size, buffer->size);
        return false;
    }
    unsigned char *bytes = frame_encode(frame);
    memcpy(buffer->memory, bytes, size);
    free(bytes);
    sem_post(buffer->semaphore);
    return true;
}

static bool wait_for_frame(struct mprun_step *step, sem_t *semaphore)
{
    enum mprun_wait wait;
    do {
        wait = semaphore_wait(step, semaphore);
    } while (wait == MPRUN_TIMEOUT);
    return wait == MPRUN_READY;
}

bool shared_buffer_take(struct mprun_step *step, struct shared_buffer *buffer,
                        struct frame *frame)
{
    struct frame_header header;
    if (!is_open(step, buffer) || !wait_for_frame(step, buffer->semaphore))
        return false;
    const char *wrong = buffer->size < FRAME_HEADER_BYTES
                            ? "the buffer is smaller than a header"
                            : frame_parse_header(buffer->memory, &header);
    if (!wrong && header.size > buffer->size - FRAME_HEADER_BYTES)
        wrong = "the frame is larger than the buffer";
    if (wrong) {
        mprun_fail(step, "%s", wrong);
        return false;
    }
    frame_init(frame, header.id, buffer->memory + FRAME_HEADER_BYTES,
               header.size);
    if (frame_checksum(frame) == header.checksum)
        return true;
    mprun_fail(step, "the checksum of frame %u is wrong", header.id);
    frame_finish(frame);
    return false;
}
