#include "runner/report/style.h"

#include <stdio.h>

#include "gherkin/utf8.h"

static const char *const escape_table[MP_COLOUR_COUNT] = {
    [MP_COLOUR_NONE] = "",
    [MP_COLOUR_BOLD] = "\033[1m",
    [MP_COLOUR_DIM] = "\033[2m",
    [MP_COLOUR_RED] = "\033[31m",
    [MP_COLOUR_GREEN] = "\033[32m",
    [MP_COLOUR_YELLOW] = "\033[33m",
    [MP_COLOUR_BLUE] = "\033[34m",
    [MP_COLOUR_MAGENTA] = "\033[35m",
    [MP_COLOUR_CYAN] = "\033[36m",
    [MP_COLOUR_RED_BOLD] = "\033[1;31m",
    [MP_COLOUR_GREEN_BOLD] = "\033[1;32m",
    [MP_COLOUR_YELLOW_BOLD] = "\033[1;33m",
};

void mp_style_begin(struct mp_buf *buf, const struct mp_style *style,
                    enum mp_colour colour)
{
    if (style->colour)
        mp_buf_append_text(buf, escape_table[colour]);
}

void mp_style_end(struct mp_buf *buf, const struct mp_style *style,
                  enum mp_colour colour)
{
    if (style->colour && colour != MP_COLOUR_NONE)
        mp_buf_append_text(buf, "\033[0m");
}

/* Marks that turn the direction of what follows can make a line show
 * something that it does not say. */
static bool is_harmful(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0xfeff || c == 0xfffe || c == 0xffff;
}

/* The next character as it is shown: a span of the text, or of scratch. */
static struct gh_str show_next(const char **at, const char *end,
                               char scratch[16])
{
    uint32_t c = 0;
    unsigned length = gh_utf8_decode(*at, (size_t)(end - *at), &c);
    struct gh_str shown = {*at, length};
    *at += length ? length : 1;
    if (!length)
        return gh_str_of("\xef\xbf\xbd");
    if (c == '\t' || c == '\n' || c == '\r')
        return gh_str_of(" ");
    if (!is_harmful(c))
        return shown;
    snprintf(scratch, 16, c < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)c);
    return gh_str_of(scratch);
}

static void append_safe(struct mp_buf *buf, const char *at, const char *end)
{
    char scratch[16];
    while (at < end) {
        const char *plain = at;
        while (at < end && *at >= 0x20 && *at < 0x7f)
            at++;
        mp_buf_append(buf, plain, (size_t)(at - plain));
        if (at < end)
            mp_buf_append_str(buf, show_next(&at, end, scratch));
    }
}

void mp_style_span(struct mp_buf *buf, const struct mp_style *style,
                   enum mp_colour colour, struct gh_str text)
{
    if (!text.len)
        return;
    mp_style_begin(buf, style, colour);
    append_safe(buf, text.ptr, text.ptr + text.len);
    mp_style_end(buf, style, colour);
}

void mp_style_text(struct mp_buf *buf, const struct mp_style *style,
                   enum mp_colour colour, const char *text)
{
    mp_style_span(buf, style, colour, gh_str_of(text));
}

static void append_tabbed(struct mp_buf *buf, const char *at, const char *end)
{
    while (at < end) {
        const char *tab = memchr(at, '\t', (size_t)(end - at));
        append_safe(buf, at, tab ? tab : end);
        if (!tab)
            return;
        mp_style_spaces(buf, 4);
        at = tab + 1;
    }
}

void mp_style_block(struct mp_buf *buf, const struct mp_style *style,
                    enum mp_colour colour, size_t indent, const char *text)
{
    while (*text) {
        const char *end = strchrnul(text, '\n');
        const char *last = end > text && end[-1] == '\r' ? end - 1 : end;
        if (last > text) {
            mp_style_spaces(buf, indent);
            mp_style_begin(buf, style, colour);
            append_tabbed(buf, text, last);
            mp_style_end(buf, style, colour);
        }
        mp_buf_append_char(buf, '\n');
        text = *end ? end + 1 : end;
    }
}

const char *mp_style_shorten(const struct mp_style *style,
                             struct gh_arena *arena, const char *text,
                             size_t most)
{
    size_t length = strlen(text);
    size_t kept = most;
    if (length <= most)
        return text;
    while (kept && ((unsigned char)text[kept] & 0xc0) == 0x80)
        kept--; /* not within a character */
    return gh_arena_format(arena, "%.*s%s%s %zu bytes more in the journal",
                           (int)kept, text,
                           memchr(text, '\n', kept) ? "\n" : " ",
                           style->ascii ? "..." : "…", length - kept);
}

void mp_style_spaces(struct mp_buf *buf, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mp_buf_append_char(buf, ' ');
}

size_t mp_style_width(const char *text)
{
    const char *end = text + strlen(text);
    char scratch[16];
    size_t width = 0;
    while (text < end)
        width += gh_utf8_width(show_next(&text, end, scratch));
    return width;
}

/* Where the text is to be cut so that it fits, and the columns up to there.
 */
static const char *find_cut(const char *text, size_t columns, size_t *width)
{
    const char *end = text + strlen(text);
    const char *at = text;
    char scratch[16];
    *width = 0;
    while (at < end) {
        const char *here = at;
        size_t one = gh_utf8_width(show_next(&at, end, scratch));
        if (*width + one > columns)
            return here;
        *width += one;
    }
    return end;
}

size_t mp_style_fit(struct mp_buf *buf, const struct mp_style *style,
                    enum mp_colour colour, const char *text, size_t columns,
                    bool pad)
{
    size_t width = columns ? 0 : mp_style_width(text);
    const char *cut = text + strlen(text);
    bool whole = !columns || !*find_cut(text, columns, &width);
    if (!whole)
        cut = find_cut(text, columns - 1, &width);
    mp_style_begin(buf, style, colour);
    append_safe(buf, text, cut);
    if (!whole) {
        mp_buf_append_text(buf, style->ascii ? "~" : "…");
        width++;
    }
    mp_style_end(buf, style, colour);
    if (pad && width < columns) {
        mp_style_spaces(buf, columns - width);
        width = columns;
    }
    return width;
}

static const struct {
    const char *mark, *ascii;
    enum mp_colour colour;
} status_table[MP_STATUS_COUNT] = {
    [MP_NOT_RUN] = {"·", ".", MP_COLOUR_DIM},
    [MP_PASSED] = {"✓", "+", MP_COLOUR_GREEN},
    [MP_SKIPPED] = {"–", "-", MP_COLOUR_CYAN},
    [MP_PENDING] = {"?", "?", MP_COLOUR_YELLOW},
    [MP_UNDEFINED] = {"?", "?", MP_COLOUR_YELLOW},
    [MP_AMBIGUOUS] = {"?", "?", MP_COLOUR_YELLOW},
    [MP_FAILED] = {"✗", "x", MP_COLOUR_RED},
    [MP_LEAKED] = {"!", "!", MP_COLOUR_RED},
    [MP_TIMED_OUT] = {"!", "!", MP_COLOUR_RED},
    [MP_CRASHED] = {"!", "!", MP_COLOUR_RED},
    [MP_PROTOCOL_ERROR] = {"!", "!", MP_COLOUR_RED},
    [MP_START_FAILED] = {"!", "!", MP_COLOUR_RED},
    [MP_INTERRUPTED] = {"!", "!", MP_COLOUR_RED},
};

const char *mp_style_mark(const struct mp_style *style, enum mp_status status,
                          bool flaky)
{
    if (flaky)
        return "~";
    return style->ascii ? status_table[status].ascii
                        : status_table[status].mark;
}

enum mp_colour mp_style_status_colour(enum mp_status status, bool flaky)
{
    return flaky ? MP_COLOUR_YELLOW : status_table[status].colour;
}

const char *mp_style_dot(const struct mp_style *style)
{
    return style->ascii ? "-" : "·";
}

const char *mp_style_time(double ms, char text[MP_STYLE_TIME_SIZE])
{
    if (!(ms > 0))
        ms = 0;
    if (ms > 1e13)
        ms = 1e13;
    long long whole = (long long)(ms + 0.5);
    long long seconds = (whole + 500) / 1000;
    if (whole < 1000)
        snprintf(text, MP_STYLE_TIME_SIZE, "%lldms", whole);
    else if (whole < 59950)
        snprintf(text, MP_STYLE_TIME_SIZE, "%lld.%llds", (whole + 50) / 1000,
                 (whole + 50) % 1000 / 100);
    else if (seconds < 3600)
        snprintf(text, MP_STYLE_TIME_SIZE, "%lldm%02llds", seconds / 60,
                 seconds % 60);
    else
        snprintf(text, MP_STYLE_TIME_SIZE, "%lldh%02lldm", seconds / 3600,
                 seconds % 3600 / 60);
    return text;
}
