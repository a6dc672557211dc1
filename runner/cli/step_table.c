#include "runner/cli/step_table.h"

#include <stdio.h>
#include <string.h>

#define NARROWEST 20

/* --- the table --- */

/* Of a line of the table, from good to bad. */
static const char *mark_of(const struct mp_style *style, enum mp_known known)
{
    switch (known) {
    case MP_KNOWN_UNSENT:
        return mp_style_mark(style, MP_NOT_RUN, false);
    case MP_KNOWN_DEFINED:
        return mp_style_mark(style, MP_PASSED, false);
    case MP_KNOWN_OPEN:
        return "?";
    case MP_KNOWN_AMBIGUOUS:
        return "!";
    case MP_KNOWN_UNDEFINED:
        break;
    }
    return mp_style_mark(style, MP_FAILED, false);
}

static enum mp_colour colour_of(enum mp_known known)
{
    static const enum mp_colour colours[] = {
        [MP_KNOWN_UNSENT] = MP_COLOUR_DIM,
        [MP_KNOWN_DEFINED] = MP_COLOUR_GREEN,
        [MP_KNOWN_OPEN] = MP_COLOUR_YELLOW,
        [MP_KNOWN_AMBIGUOUS] = MP_COLOUR_YELLOW_BOLD,
        [MP_KNOWN_UNDEFINED] = MP_COLOUR_RED_BOLD,
    };
    return colours[known];
}

static bool is_line(const struct mp_discovery *discovery, size_t row)
{
    return discovery->rows[row].first == row;
}

/* What a line of the table comes to on each platform, for all its rows; owned
 * by the caller. */
static enum mp_known *find_worst(const struct mp_discovery *discovery)
{
    size_t columns = discovery->platform_count;
    enum mp_known *list =
        gh_alloc((discovery->row_count * columns + 1) * sizeof(*list));
    for (size_t i = 0; i < discovery->row_count; i++) {
        const struct mp_step_row *row = &discovery->rows[i];
        for (size_t p = 0; p < columns; p++) {
            enum mp_known *known = &list[row->first * columns + p];
            if (row->cells[p].known > *known)
                *known = row->cells[p].known;
        }
    }
    return list;
}

static size_t column_width(const struct mp_asked_platform *asked)
{
    return mp_style_width(asked->platform->name) + 2;
}

/* Of the steps' column: the longest, or what the terminal leaves. */
static size_t step_width(const struct mp_discovery *discovery,
                         const struct mp_style *style)
{
    size_t width = 4, others = 0;
    for (size_t i = 0; i < discovery->platform_count; i++)
        others += column_width(&discovery->platforms[i]);
    for (size_t i = 0; i < discovery->row_count; i++) {
        size_t own = mp_style_width(discovery->rows[i].expression);
        width = own > width ? own : width;
    }
    size_t room = style->width > 0 && (size_t)style->width > others + NARROWEST
                      ? (size_t)style->width - others
                      : NARROWEST;
    return style->width > 0 && width > room ? room : width;
}

static void append_marks(const struct mp_discovery *discovery,
                         const struct mp_style *style,
                         const enum mp_known *line,
                         bool seen[MP_KNOWN_UNDEFINED + 1], struct mp_buf *out)
{
    for (size_t i = 0; i < discovery->platform_count; i++) {
        enum mp_known known = line[i];
        bool last = i + 1 == discovery->platform_count;
        seen[known] = true;
        mp_style_spaces(out, 2);
        mp_style_fit(out, style, colour_of(known), mark_of(style, known),
                     last ? 0 : column_width(&discovery->platforms[i]) - 2,
                     !last);
    }
    mp_buf_append_char(out, '\n');
}

static void append_legend(const struct mp_style *style,
                          const bool seen[MP_KNOWN_UNDEFINED + 1],
                          struct mp_buf *out)
{
    static const char *const meanings[] = {
        [MP_KNOWN_UNSENT] = "no such step goes there",
        [MP_KNOWN_DEFINED] = "defined",
        [MP_KNOWN_OPEN] = "not known: it could not be asked",
        [MP_KNOWN_AMBIGUOUS] = "ambiguous",
        [MP_KNOWN_UNDEFINED] = "undefined",
    };
    bool any = false;
    for (int known = MP_KNOWN_UNDEFINED; known >= MP_KNOWN_UNSENT; known--) {
        if (!seen[known])
            continue;
        mp_buf_append_text(out, any ? ", " : "");
        mp_style_text(out, style, colour_of((enum mp_known)known),
                      mark_of(style, (enum mp_known)known));
        mp_buf_format(out, " %s", meanings[known]);
        any = true;
    }
    mp_buf_append_text(out, any ? "\n\n" : "");
}

static void append_table(const struct mp_discovery *discovery,
                         const struct mp_style *style, struct mp_buf *out)
{
    bool seen[MP_KNOWN_UNDEFINED + 1] = {false};
    size_t width = step_width(discovery, style);
    enum mp_known *worst = find_worst(discovery);
    mp_style_fit(out, style, MP_COLOUR_BOLD, "step", width, true);
    for (size_t i = 0; i < discovery->platform_count; i++) {
        mp_style_spaces(out, 2);
        mp_style_text(out, style, MP_COLOUR_BOLD,
                      discovery->platforms[i].platform->name);
    }
    mp_buf_append_char(out, '\n');
    for (size_t i = 0; i < discovery->row_count; i++) {
        if (!is_line(discovery, i))
            continue;
        mp_style_fit(out, style, MP_COLOUR_NONE, discovery->rows[i].expression,
                     width, true);
        append_marks(discovery, style, &worst[i * discovery->platform_count],
                     seen, out);
    }
    mp_buf_append_char(out, '\n');
    append_legend(style, seen, out);
    gh_free(worst);
}

/* --- what is wrong --- */

static void append_faults(const struct mp_discovery *discovery,
                          const struct mp_style *style, struct mp_buf *out)
{
    struct mp_errors errors = {0};
    mp_discovery_faults(discovery, &errors);
    for (size_t i = 0; i < errors.count; i++)
        mp_style_block(out, style, MP_COLOUR_NONE, 0, errors.list[i].text);
    if (errors.count)
        mp_buf_append_char(out, '\n');
    mp_errors_finish(&errors);
}

/* Steps of one expression share their code. */
static bool is_first_snippet(const struct mp_discovery *discovery, size_t row,
                             size_t column)
{
    const char *code = discovery->rows[row].cells[column].snippet;
    bool first = code != NULL;
    for (size_t i = 0; i < row && first; i++) {
        const struct mp_step_cell *cell = &discovery->rows[i].cells[column];
        first = cell->known != MP_KNOWN_UNDEFINED || !cell->snippet ||
                strcmp(cell->snippet, code) != 0;
    }
    return first;
}

/* Unindented, so that they can be pasted. */
static void append_snippets(const struct mp_discovery *discovery,
                            const struct mp_style *style, struct mp_buf *out)
{
    for (size_t p = 0; p < discovery->platform_count; p++) {
        bool any = false;
        for (size_t i = 0; i < discovery->row_count; i++) {
            const struct mp_step_cell *cell = &discovery->rows[i].cells[p];
            if (cell->known != MP_KNOWN_UNDEFINED ||
                !is_first_snippet(discovery, i, p))
                continue;
            if (!any) {
                mp_buf_append_text(out, "What defines the steps that ");
                mp_style_text(out, style, MP_COLOUR_BOLD,
                              discovery->platforms[p].platform->name);
                mp_buf_append_text(out, " misses\n\n");
            }
            any = true;
            mp_style_block(out, style, MP_COLOUR_NONE, 0, cell->snippet);
            mp_buf_append_char(out, '\n');
        }
    }
}

void mp_step_table_unused(const struct mp_discovery *discovery,
                          struct mp_buf *out)
{
    const struct mp_definition *definition = discovery->definitions.first;
    for (; definition && discovery->whole; definition = definition->next) {
        if (definition->used)
            continue;
        if (*definition->file && definition->line)
            mp_buf_format(out, "%s:%lld: ", definition->file,
                          (long long)definition->line);
        else if (*definition->file)
            mp_buf_format(out, "%s: ", definition->file);
        mp_buf_format(out, "note: no step of %s has this definition: %s\n",
                      definition->platform, definition->source);
    }
}

static void append_unused(const struct mp_discovery *discovery,
                          const struct mp_style *style, struct mp_buf *out)
{
    struct mp_buf text = {0};
    mp_step_table_unused(discovery, &text);
    mp_style_block(out, style, MP_COLOUR_NONE, 0, mp_buf_text(&text));
    if (text.len)
        mp_buf_append_char(out, '\n');
    mp_buf_finish(&text);
}

static void append_counts(const struct mp_discovery *discovery,
                          struct mp_buf *out)
{
    const struct mp_definitions *definitions = &discovery->definitions;
    size_t unused = definitions->count - definitions->used_count;
    size_t lines = 0, platforms = discovery->platform_count;
    for (size_t i = 0; i < discovery->row_count; i++)
        lines += is_line(discovery, i);
    mp_buf_format(out, "%zu step%s, %zu platform%s", lines,
                  lines == 1 ? "" : "s", platforms, platforms == 1 ? "" : "s");
    if (discovery->undefined)
        mp_buf_format(out, ", %zu undefined", discovery->undefined);
    if (discovery->ambiguous)
        mp_buf_format(out, ", %zu ambiguous", discovery->ambiguous);
    if (discovery->unable || discovery->broken)
        mp_buf_format(out, ", %zu not asked",
                      discovery->unable + discovery->broken);
    if (discovery->whole)
        mp_buf_format(out, "; %zu of %zu definitions have no step", unused,
                      definitions->count);
    mp_buf_append_char(out, '\n');
}

void mp_step_table_text(const struct mp_discovery *discovery,
                        const struct mp_style *style, bool verbose,
                        struct mp_buf *out)
{
    if (discovery->row_count)
        append_table(discovery, style, out);
    append_faults(discovery, style, out);
    append_snippets(discovery, style, out);
    if (verbose)
        append_unused(discovery, style, out);
    append_counts(discovery, out);
}
