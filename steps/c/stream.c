#include "steps/c/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKLOG = 8, READ_BYTES = 64 * 1024 };

void stream_init(struct stream *stream)
{
    *stream = (struct stream){.listen_fd = -1, .fd = -1, .watch_fd = -1};
}

bool stream_is_open(const struct stream *stream)
{
    return stream->fd >= 0 || stream->listen_fd >= 0;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void stream_own_path(struct stream *stream, const char *path)
{
    size_t size = strlen(path) + 1;
    stream->path = frame_alloc(size);
    memcpy(stream->path, path, size);
}

bool stream_close(struct mprun_step *step, struct stream *stream)
{
    bool removed = !stream->path || unlink(stream->path) == 0;
    if (!removed)
        mprun_error(step, "cannot remove %s: %s", stream->path,
                    strerror(errno));
    close_fd(&stream->watch_fd);
    close_fd(&stream->fd);
    close_fd(&stream->listen_fd);
    free(stream->path);
    free(stream->bytes);
    stream_init(stream);
    return removed;
}

/* ---- Opening
 * ----------------------------------------------------------------- */

/* A pipe without writers is always at its end, and poll says so for ever; an
 * edge-triggered watch tells only when a writer did something. */
static bool watch_pipe(struct stream *stream)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    stream->watch_fd = epoll_create1(EPOLL_CLOEXEC);
    return stream->watch_fd >= 0 &&
           epoll_ctl(stream->watch_fd, EPOLL_CTL_ADD, stream->fd, &event) == 0;
}

bool stream_create_pipe(struct mprun_step *step, struct stream *stream,
                        const char *path)
{
    if (mkfifo(path, 0600) != 0) {
        mprun_error(step, "cannot create the pipe %s: %s", path,
                    strerror(errno));
        return false;
    }
    stream_own_path(stream, path);
    stream->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (stream->fd >= 0 && watch_pipe(stream))
        return true;
    mprun_error(step, "cannot open the pipe %s: %s", path, strerror(errno));
    stream_close(step, stream);
    return false;
}

bool stream_open_pipe(struct mprun_step *step, struct stream *stream,
                      const char *path)
{
    stream->fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (stream->fd >= 0)
        return true;
    mprun_error(step, "cannot open the pipe %s for writing: %s", path,
                errno == ENXIO ? "nobody has it open for reading"
                               : strerror(errno));
    return false;
}

bool stream_listen(struct mprun_step *step, struct stream *stream,
                   const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, address, size) == 0 && listen(fd, BACKLOG) == 0) {
        stream->listen_fd = fd;
        return true;
    }
    mprun_error(step, "cannot listen: %s", strerror(errno));
    close_fd(&fd);
    return false;
}

/* Waits for a connect that was begun; errno tells where it failed. */
static bool finish_connect(struct mprun_step *step, int fd)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (mprun_wait_fd(step, fd, POLLOUT, -1) != MPRUN_READY) {
        errno = EINTR;
        return false;
    }
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    return error == 0;
}

bool stream_connect(struct mprun_step *step, struct stream *stream,
                    const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool connected =
        fd >= 0 && (connect(fd, address, size) == 0 ||
                    (errno == EINPROGRESS && finish_connect(step, fd)));
    if (connected) {
        stream->fd = fd;
        return true;
    }
    mprun_error(step, "cannot connect: %s", strerror(errno));
    close_fd(&fd);
    return false;
}

/* ---- Waiting and accepting
 * ------------------------------------------------------ */

/* False when the step is to stop; then the outcome is known to the step. */
static bool wait_for(struct mprun_step *step, int fd, short events)
{
    return mprun_wait_fd(step, fd, events, -1) == MPRUN_READY;
}

/* Accepts where there is no connection. */
static bool need_connection(struct mprun_step *step, struct stream *stream)
{
    while (stream->fd < 0) {
        if (stream->listen_fd < 0) {
            mprun_error(step, "the process has no open channel");
            return false;
        }
        stream->fd = accept4(stream->listen_fd, NULL, NULL,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (stream->fd >= 0)
            return true;
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            mprun_error(step, "cannot accept: %s", strerror(errno));
            return false;
        }
        if (!wait_for(step, stream->listen_fd, POLLIN))
            return false;
    }
    return true;
}

bool stream_write(struct mprun_step *step, struct stream *stream,
                  const unsigned char *bytes, size_t size)
{
    if (!need_connection(step, stream))
        return false;
    while (size > 0) {
        ssize_t wrote = write(stream->fd, bytes, size);
        if (wrote >= 0) {
            bytes += wrote;
            size -= (size_t)wrote;
        } else if (errno == EAGAIN) {
            if (!wait_for(step, stream->fd, POLLOUT))
                return false;
        } else if (errno != EINTR) {
            mprun_error(step, "cannot write: %s",
                        errno == EPIPE || errno == ECONNRESET
                            ? "the other end is gone"
                            : strerror(errno));
            return false;
        }
    }
    return true;
}

/* ---- Reading
 * ---------------------------------------------------------------------- */

/* Forgets the connection and the unfinished frame. */
static void drop(struct stream *stream)
{
    bool is_pipe = stream->watch_fd >= 0;
    if (!is_pipe)
        close_fd(&stream->fd);
    stream->length = 0;
    stream->stirred = false;
    stream->has_header = false;
    stream->broken = false;
}

/* Waits until a read may give more, or the end of a pipe that had a writer. */
static bool wait_readable(struct mprun_step *step, struct stream *stream)
{
    if (stream->watch_fd < 0)
        return wait_for(step, stream->fd, POLLIN);
    if (!wait_for(step, stream->watch_fd, POLLIN))
        return false;
    struct epoll_event event;
    if (epoll_wait(stream->watch_fd, &event, 1, 0) > 0)
        stream->stirred = true;
    return true;
}

static void make_room(struct stream *stream)
{
    size_t need = stream->length + READ_BYTES;
    if (need <= stream->capacity)
        return;
    size_t capacity = stream->capacity * 2 > need ? stream->capacity * 2 : need;
    unsigned char *bytes = frame_alloc(capacity);
    if (stream->length > 0)
        memcpy(bytes, stream->bytes, stream->length);
    free(stream->bytes);
    stream->bytes = bytes;
    stream->capacity = capacity;
}

/* Reads until there are count bytes. */
static enum stream_result fill(struct mprun_step *step, struct stream *stream,
                               size_t count)
{
    if (stream->length < count && !need_connection(step, stream))
        return STREAM_STOPPED;
    while (stream->length < count) {
        make_room(stream);
        ssize_t got =
            read(stream->fd, stream->bytes + stream->length, READ_BYTES);
        bool no_writer_yet =
            got == 0 && stream->watch_fd >= 0 && !stream->stirred;
        if (got > 0) {
            stream->stirred = true;
            stream->length += (size_t)got;
        } else if (no_writer_yet || (got < 0 && errno == EAGAIN)) {
            if (!wait_readable(step, stream))
                return STREAM_STOPPED;
        } else if (got == 0 || errno == ECONNRESET) {
            return STREAM_ENDED;
        } else if (errno != EINTR) {
            mprun_error(step, "cannot read: %s", strerror(errno));
            return STREAM_STOPPED;
        }
    }
    return STREAM_FRAME;
}

static void consume(struct stream *stream, size_t count)
{
    stream->length -= count;
    memmove(stream->bytes, stream->bytes + count, stream->length);
}

/* The stream ended: in front of a frame, or in it. */
static void ended(struct stream *stream, struct stream_read *read)
{
    read->got = stream->length + (stream->has_header ? FRAME_HEADER_BYTES : 0);
    read->wanted =
        FRAME_HEADER_BYTES + (stream->has_header ? stream->header.size : 0);
    read->result = read->got > 0 ? STREAM_CUT_SHORT : STREAM_ENDED;
    drop(stream);
}

struct stream_read stream_read_header(struct mprun_step *step,
                                      struct stream *stream)
{
    struct stream_read read = {.result = STREAM_FRAME};
    if (stream->broken) {
        mprun_error(step, "nothing can be read after a bad header");
        read.result = STREAM_STOPPED;
        return read;
    }
    if (!stream->has_header) {
        read.result = fill(step, stream, FRAME_HEADER_BYTES);
        if (read.result == STREAM_ENDED)
            ended(stream, &read);
        if (read.result != STREAM_FRAME)
            return read;
        const char *wrong = frame_parse_header(stream->bytes, &stream->header);
        if (wrong) {
            mprun_fail(step, "%s", wrong);
            stream->broken = true;
            read.result = STREAM_STOPPED;
            return read;
        }
        consume(stream, FRAME_HEADER_BYTES);
        stream->has_header = true;
    }
    read.header = stream->header;
    return read;
}

struct stream_read stream_read_frame(struct mprun_step *step,
                                     struct stream *stream)
{
    struct stream_read read = stream_read_header(step, stream);
    if (read.result != STREAM_FRAME)
        return read;
    read.result = fill(step, stream, read.header.size);
    if (read.result == STREAM_ENDED)
        ended(stream, &read);
    if (read.result != STREAM_FRAME)
        return read;
    frame_init(&read.frame, read.header.id, stream->bytes, read.header.size);
    consume(stream, read.header.size);
    stream->has_header = false;
    if (frame_checksum(&read.frame) != read.header.checksum)
        read.result = STREAM_BAD_CHECKSUM;
    return read;
}
