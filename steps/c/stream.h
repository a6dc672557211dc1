/*
 * The channel of a process: a named pipe or a stream socket that carries
 * frames. Rule: steps/README.md, "The channel".
 *
 * Descriptors do not block; whatever waits, waits in mprun_wait_fd, so that a
 * cancel ends it. A function that returns false, or STREAM_STOPPED, has
 * recorded in the step why. Order: stream_init, one of the openers, writes and
 * reads, stream_close; then it may be opened again. A listener accepts at the
 * first read that finds no connection. At the end of a stream the connection
 * and the unfinished frame are dropped; the next read waits for the next
 * connection (of a pipe: for the next writer).
 */
#ifndef STEPS_C_STREAM_H
#define STEPS_C_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/socket.h>

#include "mprun/mprun.h"
#include "steps/c/frame.h"

struct stream {
    int listen_fd; /* this and the next two: -1 where there is none */
    int fd;
    int watch_fd;         /* epoll: something happened to the pipe */
    char *path;           /* to remove at the end; NULL: nothing */
    unsigned char *bytes; /* read and not yet taken */
    size_t length;
    size_t capacity;
    bool stirred; /* a writer of the pipe came since the last end */
    bool has_header;
    struct frame_header header; /* read ahead of its payload */
    bool broken; /* after a bad header nothing more can be read */
};

enum stream_result {
    STREAM_FRAME,
    STREAM_ENDED,        /* before the first byte of a frame */
    STREAM_CUT_SHORT,    /* before the last one: see got and wanted */
    STREAM_BAD_CHECKSUM, /* the frame is whole and given nevertheless */
    STREAM_STOPPED,
};

struct stream_read {
    enum stream_result result;
    struct frame_header header;
    struct frame frame; /* the caller's; empty unless whole */
    size_t got;
    size_t wanted;
};

void stream_init(struct stream *stream);
bool stream_is_open(const struct stream *stream);

/* Openers: path and address are copied. */
bool stream_create_pipe(struct mprun_step *step, struct stream *stream,
                        const char *path);
bool stream_open_pipe(struct mprun_step *step, struct stream *stream,
                      const char *path);
bool stream_listen(struct mprun_step *step, struct stream *stream,
                   const struct sockaddr *address, socklen_t size);
bool stream_connect(struct mprun_step *step, struct stream *stream,
                    const struct sockaddr *address, socklen_t size);
/* Makes stream_close remove the file. */
void stream_own_path(struct stream *stream, const char *path);

/* Writes all bytes, however long it takes. */
bool stream_write(struct mprun_step *step, struct stream *stream,
                  const unsigned char *bytes, size_t size);
/* The next header; STREAM_FRAME when it is there. The payload stays to be
 * read by the next call. */
struct stream_read stream_read_header(struct mprun_step *step,
                                      struct stream *stream);
struct stream_read stream_read_frame(struct mprun_step *step,
                                     struct stream *stream);

/* Closes and removes what the stream made; false when that did not work. A
 * closed stream is fine. */
bool stream_close(struct mprun_step *step, struct stream *stream);

#endif
