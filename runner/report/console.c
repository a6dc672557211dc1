#include "runner/report/console.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

void mp_console_init(struct mp_console *console, int fd, bool is_terminal,
                     int columns)
{
    memset(console, 0, sizeof(*console));
    console->fd = fd;
    console->is_terminal = is_terminal;
    console->columns = columns > 0 ? columns : 80;
    console->rows = 24;
    mp_console_measure(console);
}

void mp_console_measure(struct mp_console *console)
{
    struct winsize size;
    if (!console->is_terminal || ioctl(console->fd, TIOCGWINSZ, &size))
        return;
    if (size.ws_col)
        console->columns = size.ws_col;
    if (size.ws_row)
        console->rows = size.ws_row;
}

/* A terminal shared with a program that made it non-blocking still takes
 * everything, only later. */
static bool wait_writable(int fd)
{
    struct pollfd entry = {.fd = fd, .events = POLLOUT};
    int ready = poll(&entry, 1, -1);
    return ready > 0 || (ready < 0 && errno == EINTR);
}

static void write_out(struct mp_console *console)
{
    const char *bytes = mp_buf_text(&console->pending);
    size_t left = console->pending.len;
    while (left && !console->error) {
        ssize_t put = write(console->fd, bytes, left);
        if (put >= 0) {
            bytes += put;
            left -= (size_t)put;
        } else if (errno == EAGAIN) {
            if (!wait_writable(console->fd))
                console->error = errno;
        } else if (errno != EINTR) {
            console->error = errno;
        }
    }
    mp_buf_reset(&console->pending);
}

static void remove_live_lines(struct mp_console *console)
{
    if (console->live_lines)
        mp_buf_format(&console->pending, "\033[%zuA\r\033[J",
                      console->live_lines);
    console->live_lines = 0;
}

void mp_console_print(struct mp_console *console, const char *text,
                      size_t length)
{
    if (console->error || !length)
        return;
    remove_live_lines(console);
    mp_buf_append(&console->pending, text, length);
    write_out(console);
}

void mp_console_draw(struct mp_console *console, const char *text,
                     size_t line_count)
{
    if (console->error || !console->is_terminal)
        return;
    remove_live_lines(console);
    mp_buf_append_text(&console->pending, text);
    console->live_lines = line_count;
    write_out(console);
}

void mp_console_finish(struct mp_console *console)
{
    mp_console_draw(console, "", 0);
    mp_buf_finish(&console->pending);
}
