/*
 * The bytes of a file, as lines.
 *
 * A line ends with LF or CR LF; neither is part of it. A byte-order mark is
 * skipped. The last line is no line when it is blank, as in the Gherkin
 * reference. Text begins after the white space at the start of a line; indent
 * is that white space in code points.
 *
 * What is no text at all (NUL, UTF-16, more than 4 GiB) or no UTF-8, and a CR
 * without LF, is listed by gh_source_check with its place, one entry for each
 * line. Reading lines accepts any bytes.
 */
#ifndef GHERKIN_SOURCE_H
#define GHERKIN_SOURCE_H

#include "gherkin/error_list.h"
#include "gherkin/utf8.h"

struct gh_source {
    const char *bytes;
    const char *end;
    const char *next; /* the line that is read next */
    uint32_t line;    /* lines read */
};

struct gh_line {
    const char *start;
    const char *text; /* the first byte that is no white space, or end */
    const char *end;
    uint32_t number;
    uint32_t indent;
};

/* Skips a byte-order mark. The bytes are borrowed. */
void gh_source_init(struct gh_source *source, const char *bytes, size_t length);

/* Adds what is wrong with the bytes. Returns whether they are text, so that
 * it makes sense to parse them. */
bool gh_source_check(const struct gh_source *source, struct gh_arena *arena,
                     struct gh_error_list *errors);

/* Finds text and indent of a line that begins with something else than plain
 * spaces and tabs. */
void gh_source_measure(struct gh_line *line);

static inline void gh_source_trim_left(struct gh_line *line)
{
    const char *p = line->start;
    while (p < line->end && (*p == ' ' || *p == '\t'))
        p++;
    line->text = p;
    line->indent = (uint32_t)(p - line->start);
    /* Below 32: other white space; above 127: perhaps one of Unicode. */
    if (p < line->end && ((signed char)*p < 32))
        gh_source_measure(line);
}

/* Reads the next line without looking at its text; false at the end. */
static inline bool gh_source_next_raw(struct gh_source *source,
                                      struct gh_line *line)
{
    const char *start = source->next;
    if (start == source->end)
        return false;
    const char *stop = memchr(start, '\n', (size_t)(source->end - start));
    line->start = start;
    line->number = source->line + 1;
    if (stop) {
        source->next = stop + 1;
        line->end = stop > start && stop[-1] == '\r' ? stop - 1 : stop;
    } else {
        source->next = source->end;
        line->end = source->end;
        gh_source_trim_left(line);
        if (line->text == line->end)
            return false;
    }
    source->line++;
    return true;
}

/* Reads the next line; false at the end. */
static inline bool gh_source_next(struct gh_source *source,
                                  struct gh_line *line)
{
    if (!gh_source_next_raw(source, line))
        return false;
    gh_source_trim_left(line);
    return true;
}

/* The span without white space at its ends. */
static inline struct gh_str gh_source_trim(const char *start, const char *end)
{
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    while (start < end && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    struct gh_str text = {start, (size_t)(end - start)};
    if (start < end && ((signed char)*start < 32 || (signed char)end[-1] < 32))
        text = gh_utf8_trim(text);
    return text;
}

#endif
