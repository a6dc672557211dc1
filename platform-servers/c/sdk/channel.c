#include "platform-servers/c/sdk/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "gherkin/memory.h"

enum { DEFAULT_MAX_BYTES = 16 * 1024 * 1024, READ_BYTES = 64 * 1024 };

void mprun_sdk_channel_init(struct mprun_sdk_channel *channel, int in_fd,
                            int out_fd)
{
    *channel = (struct mprun_sdk_channel){
        .in_fd = in_fd,
        .out_fd = out_fd,
        .max_bytes = DEFAULT_MAX_BYTES,
    };
}

/* Puts /dev/null where the standard error is closed, so that no descriptor of
 * a step becomes fd 2 by chance. */
static void ensure_stderr(void)
{
    if (fcntl(STDERR_FILENO, F_GETFD) >= 0)
        return;
    int null_fd = open("/dev/null", O_RDWR);
    if (null_fd >= 0 && null_fd != STDERR_FILENO) {
        dup2(null_fd, STDERR_FILENO);
        close(null_fd);
    }
}

bool mprun_sdk_channel_protect(struct mprun_sdk_channel *channel)
{
    int in_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    int out_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (in_fd < 0 || out_fd < 0)
        return false;
    ensure_stderr();
    int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 ||
        dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return false;
    close(null_fd);
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    mprun_sdk_channel_init(channel, in_fd, out_fd);
    return true;
}

void mprun_sdk_channel_finish(struct mprun_sdk_channel *channel)
{
    gh_free(channel->bytes);
    channel->bytes = NULL;
}

bool mprun_sdk_channel_readable(const struct mprun_sdk_channel *channel)
{
    struct pollfd in = {.fd = channel->in_fd, .events = POLLIN};
    return !channel->ended && poll(&in, 1, 0) > 0;
}

static void make_room(struct mprun_sdk_channel *channel)
{
    if (channel->start > 0) {
        memmove(channel->bytes, channel->bytes + channel->start,
                channel->end - channel->start);
        channel->end -= channel->start;
        channel->scanned -= channel->start;
        channel->start = 0;
    }
    /* One byte more: a line is handed out with a NUL behind it. */
    size_t need = channel->end + READ_BYTES + 1;
    if (need > channel->capacity) {
        size_t doubled = channel->capacity * 2;
        channel->capacity = doubled > need ? doubled : need;
        channel->bytes = gh_realloc(channel->bytes, channel->capacity);
    }
}

bool mprun_sdk_channel_read(struct mprun_sdk_channel *channel)
{
    if (channel->ended)
        return false;
    make_room(channel);
    ssize_t got;
    do {
        got = read(channel->in_fd, channel->bytes + channel->end, READ_BYTES);
    } while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EAGAIN) {
        struct pollfd in = {.fd = channel->in_fd, .events = POLLIN};
        poll(&in, 1, -1);
        return true;
    }
    if (got <= 0) {
        channel->ended = true;
        return false;
    }
    channel->end += (size_t)got;
    return true;
}

static void skip_bom(struct mprun_sdk_channel *channel)
{
    if (channel->begun || channel->end - channel->start < 3)
        return;
    channel->begun = true;
    if (!memcmp(channel->bytes + channel->start, "\xEF\xBB\xBF", 3)) {
        channel->start += 3;
        channel->scanned = channel->start;
    }
}

/* Hands out start to line_end; the bytes up to next are gone. */
static void take(struct mprun_sdk_channel *channel, size_t line_end,
                 size_t next, char **line, size_t *length)
{
    *line = channel->bytes + channel->start;
    if (line_end > channel->start && channel->bytes[line_end - 1] == '\r')
        line_end--;
    *length = line_end - channel->start;
    channel->bytes[line_end] = '\0';
    channel->start = next;
    channel->scanned = next;
}

enum mprun_sdk_line mprun_sdk_channel_line(struct mprun_sdk_channel *channel,
                                           char **line, size_t *length)
{
    skip_bom(channel);
    for (;;) {
        char *lf = channel->end > channel->scanned
                       ? memchr(channel->bytes + channel->scanned, '\n',
                                channel->end - channel->scanned)
                       : NULL;
        size_t at = lf ? (size_t)(lf - channel->bytes) : channel->end;
        bool too_long = at - channel->start > channel->max_bytes;
        bool whole = lf || (channel->ended && at > channel->start);
        size_t next = lf ? at + 1 : at;
        if (channel->dropping) {
            channel->dropping = !lf;
            channel->start = channel->scanned = next;
            if (!lf)
                return MPRUN_SDK_LINE_NONE;
            continue;
        }
        if (!whole && !too_long) {
            channel->scanned = at;
            return MPRUN_SDK_LINE_NONE;
        }
        channel->dropping = !lf && too_long;
        take(channel, at, next, line, length);
        return too_long ? MPRUN_SDK_LINE_TOO_LONG : MPRUN_SDK_LINE_WHOLE;
    }
}

bool mprun_sdk_channel_write(struct mprun_sdk_channel *channel,
                             const char *text, size_t length)
{
    size_t done = 0;
    while (!channel->broken && done <= length) {
        struct iovec parts[2] = {
            {.iov_base = (char *)text + done, .iov_len = length - done},
            {.iov_base = (char *)"\n", .iov_len = 1},
        };
        ssize_t wrote = writev(channel->out_fd, parts, 2);
        if (wrote >= 0) {
            done += (size_t)wrote;
        } else if (errno == EAGAIN) {
            struct pollfd out = {.fd = channel->out_fd, .events = POLLOUT};
            poll(&out, 1, -1);
        } else if (errno != EINTR) {
            channel->broken = true;
        }
    }
    return !channel->broken;
}
