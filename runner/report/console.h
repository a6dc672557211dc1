/*
 * Standard output as reports write to it: whole texts, and on a terminal a
 * few live lines below them that are drawn again and again.
 *
 * When a write fails (the reader of a pipe went away, the disk is full) the
 * console goes quiet for good and remembers why: the run goes on, its exit
 * status becomes 3 (docs/exit-statuses.md). SIGPIPE is ignored by the program.
 * Texts must have been made safe (style.h) before they come here.
 */
#ifndef RUNNER_REPORT_CONSOLE_H
#define RUNNER_REPORT_CONSOLE_H

#include <stdbool.h>

#include "runner/base/buf.h"

struct mp_console {
    int fd; /* not closed here */
    bool is_terminal;
    int columns; /* asked from the terminal, or as given */
    int rows;
    size_t live_lines; /* drawn below the text and to be removed */
    int error;         /* errno of the first failure, 0: none */
    struct mp_buf pending;
};

/* columns: what is taken where the terminal does not tell. */
void mp_console_init(struct mp_console *console, int fd, bool is_terminal,
                     int columns);
/* Writes text above the live lines, which are gone afterwards. */
void mp_console_print(struct mp_console *console, const char *text,
                      size_t length);
/* Replaces the live lines; text is line_count whole lines, each narrower than
 * the terminal. Nothing where there is no terminal. */
void mp_console_draw(struct mp_console *console, const char *text,
                     size_t line_count);
/* Asks for the size again: the window may have changed. */
void mp_console_measure(struct mp_console *console);
void mp_console_finish(struct mp_console *console);

#endif
