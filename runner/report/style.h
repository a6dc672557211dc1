/*
 * How texts look on a console: colours, marks, columns, and what makes text
 * from a server harmless to show.
 *
 * A zeroed style is plain text without limit of width: that of files. No
 * function here lets a control character of a text through: they become
 * \x1b, \u0085 and so on (also the marks that reorder text), bytes that are
 * no UTF-8 become U+FFFD. Only this module writes escape sequences.
 *
 * Widths are columns on a terminal (gherkin/utf8.h): a wide character takes
 * two, a combining one none.
 */
#ifndef RUNNER_REPORT_STYLE_H
#define RUNNER_REPORT_STYLE_H

#include <stdbool.h>

#include "runner/base/buf.h"
#include "runner/model/status.h"

struct mp_style {
    bool colour;
    bool ascii; /* marks and rules in ASCII */
    int width;  /* columns; 0: no limit */
};

enum mp_colour {
    MP_COLOUR_NONE,
    MP_COLOUR_BOLD,
    MP_COLOUR_DIM,
    MP_COLOUR_RED,
    MP_COLOUR_GREEN,
    MP_COLOUR_YELLOW,
    MP_COLOUR_BLUE,
    MP_COLOUR_MAGENTA,
    MP_COLOUR_CYAN,
    MP_COLOUR_RED_BOLD,
    MP_COLOUR_GREEN_BOLD,
    MP_COLOUR_YELLOW_BOLD,
    MP_COLOUR_COUNT
};

/* Between them text may be appended; nothing without colours. */
void mp_style_begin(struct mp_buf *buf, const struct mp_style *style,
                    enum mp_colour colour);
void mp_style_end(struct mp_buf *buf, const struct mp_style *style,
                  enum mp_colour colour);

/* Text made safe on one line: line ends and tabs become spaces. */
void mp_style_text(struct mp_buf *buf, const struct mp_style *style,
                   enum mp_colour colour, const char *text);
/* The same for a part of a text. */
void mp_style_span(struct mp_buf *buf, const struct mp_style *style,
                   enum mp_colour colour, struct gh_str text);
/* Text made safe over many lines, each after indent spaces and with a final
 * line feed; "" gives nothing. CR LF counts as LF, a tab as spaces. */
void mp_style_block(struct mp_buf *buf, const struct mp_style *style,
                    enum mp_colour colour, size_t indent, const char *text);
/* Text made safe on one line and cut to columns with "…", and padded up to
 * them if pad. columns 0: not cut. Returns the columns taken. */
size_t mp_style_fit(struct mp_buf *buf, const struct mp_style *style,
                    enum mp_colour colour, const char *text, size_t columns,
                    bool pad);
/* The text itself, or, where it is longer than most bytes, its beginning and
 * "… N bytes more in the journal", in the arena. */
const char *mp_style_shorten(const struct mp_style *style,
                             struct gh_arena *arena, const char *text,
                             size_t most);
void mp_style_spaces(struct mp_buf *buf, size_t count);
/* Columns that the text takes once it is made safe. */
size_t mp_style_width(const char *text);

/* One column: ✓ ✗ – ? ! · and ~ for a flaky pass. */
const char *mp_style_mark(const struct mp_style *style, enum mp_status status,
                          bool flaky);
enum mp_colour mp_style_status_colour(enum mp_status status, bool flaky);
/* "·" between parts of a line. */
const char *mp_style_dot(const struct mp_style *style);

/* "0ms", "12ms", "2.1s", "2m05s", "1h02m". */
#define MP_STYLE_TIME_SIZE 32
const char *mp_style_time(double ms, char text[MP_STYLE_TIME_SIZE]);

#endif
