/*
 * The two descriptors of the protocol: lines in, lines out.
 *
 * The channel takes fd 0 and fd 1 away from everybody else before a step or a
 * library of the user's runs: the protocol moves to private descriptors that
 * children do not inherit, fd 0 becomes /dev/null and fd 1 becomes fd 2.
 * There is no reader thread: whoever waits reads. That keeps the process
 * single-threaded, so that steps may fork, and bytes are read only when poll
 * says that there are some. A line longer than max_bytes is thrown away up to
 * its end and reported once. Rule: docs/protocol.md, transport and recipes for
 * the protection of stdout.
 */
#ifndef MPRUN_SDK_CHANNEL_H
#define MPRUN_SDK_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

struct mprun_sdk_channel {
    int in_fd;
    int out_fd;
    size_t max_bytes; /* of a line */
    char *bytes;      /* bytes read and not yet taken: start to end */
    size_t start;
    size_t end;
    size_t scanned; /* no LF before this place */
    size_t capacity;
    bool ended;    /* end of input */
    bool broken;   /* nobody reads what is written */
    bool dropping; /* inside a line that was too long */
    bool begun;    /* a byte-order mark may only come first */
};

enum mprun_sdk_line {
    MPRUN_SDK_LINE_NONE, /* no whole line is there; read on */
    MPRUN_SDK_LINE_WHOLE,
    MPRUN_SDK_LINE_TOO_LONG,
};

/* Uses the given descriptors, which stay the caller's. */
void mprun_sdk_channel_init(struct mprun_sdk_channel *channel, int in_fd,
                            int out_fd);
/* Takes fd 0 and fd 1 over; false (with errno) where one of them is closed. */
bool mprun_sdk_channel_protect(struct mprun_sdk_channel *channel);
void mprun_sdk_channel_finish(struct mprun_sdk_channel *channel);

/* True when bytes or the end of input can be read without waiting. */
bool mprun_sdk_channel_readable(const struct mprun_sdk_channel *channel);
/* Reads once, waiting for bytes; false at the end of input. */
bool mprun_sdk_channel_read(struct mprun_sdk_channel *channel);
/* Takes the next line, without LF, CR and byte-order mark; borrowed until the
 * next call on the channel. TOO_LONG gives the bytes at hand, its beginning.
 * After the end of input, bytes without LF are a line too. */
enum mprun_sdk_line mprun_sdk_channel_line(struct mprun_sdk_channel *channel,
                                           char **line, size_t *length);

/* Writes the text and LF; false, once and for all, when nobody reads. */
bool mprun_sdk_channel_write(struct mprun_sdk_channel *channel,
                             const char *text, size_t length);

#endif
