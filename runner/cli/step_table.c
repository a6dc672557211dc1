#include "runner/cli/step_table.h"

#include <stdio.h>
#include <string.h>

#define NARROWEST 20

/* --- the table --- */

/* What a cell shows, from good to bad. */
enum mark {
    MARK_NONE,  /* no such step goes there, and it has none */
    MARK_SPARE, /* it has it, and no step of the plan goes there */
    MARK_DEFINED,
    MARK_OPEN,
    MARK_AMBIGUOUS,
    MARK_UNDEFINED,
    MARK_COUNT
};

struct line {
    const char *expression;
    enum mark *marks; /* one for each platform */
};

struct table {
    struct gh_arena arena;
    struct line *lines;
    size_t count;
};

static const char *mark_text(const struct mp_style *style, enum mark mark)
{
    switch (mark) {
    case MARK_NONE:
        return mp_style_mark(style, MP_NOT_RUN, false);
    case MARK_SPARE:
        return style->ascii ? "o" : "○";
    case MARK_DEFINED:
        return mp_style_mark(style, MP_PASSED, false);
    case MARK_OPEN:
        return "?";
    case MARK_AMBIGUOUS:
        return "!";
    default:
        return mp_style_mark(style, MP_FAILED, false);
    }
}

static enum mp_colour mark_colour(enum mark mark)
{
    static const enum mp_colour colours[] = {
        [MARK_NONE] = MP_COLOUR_DIM,
        [MARK_SPARE] = MP_COLOUR_DIM,
        [MARK_DEFINED] = MP_COLOUR_GREEN,
        [MARK_OPEN] = MP_COLOUR_YELLOW,
        [MARK_AMBIGUOUS] = MP_COLOUR_YELLOW_BOLD,
        [MARK_UNDEFINED] = MP_COLOUR_RED_BOLD,
    };
    return colours[mark];
}

static enum mark mark_of(enum mp_known known)
{
    static const enum mark marks[] = {
        [MP_KNOWN_UNSENT] = MARK_NONE,
        [MP_KNOWN_DEFINED] = MARK_DEFINED,
        [MP_KNOWN_OPEN] = MARK_OPEN,
        [MP_KNOWN_AMBIGUOUS] = MARK_AMBIGUOUS,
        [MP_KNOWN_UNDEFINED] = MARK_UNDEFINED,
    };
    return marks[known];
}

static void worsen(struct line *line, size_t platform, enum mark mark)
{
    if (mark > line->marks[platform])
        line->marks[platform] = mark;
}

static struct line *get_line(const struct mp_discovery *discovery,
                             struct table *table, const char *expression)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!strcmp(table->lines[i].expression, expression))
            return &table->lines[i];
    }
    struct line *line = &table->lines[table->count++];
    line->expression = expression;
    line->marks = gh_arena_array(&table->arena, discovery->platform_count,
                                 sizeof(*line->marks));
    return line;
}

static void add_rows(const struct mp_discovery *discovery, struct table *table)
{
    struct line **lines =
        gh_arena_array(&table->arena, discovery->row_count + 1, sizeof(*lines));
    for (size_t i = 0; i < discovery->row_count; i++) {
        const struct mp_step_row *row = &discovery->rows[i];
        if (row->first == i) {
            lines[i] = &table->lines[table->count++];
            lines[i]->expression = row->expression;
            lines[i]->marks =
                gh_arena_array(&table->arena, discovery->platform_count,
                               sizeof(*lines[i]->marks));
        }
        for (size_t p = 0; p < discovery->platform_count; p++)
            worsen(lines[row->first], p, mark_of(row->cells[p].known));
    }
}

/* What platforms have beyond the steps of the plan. */
static void add_definitions(const struct mp_discovery *discovery,
                            struct table *table)
{
    const struct mp_definition *definition = discovery->definitions.first;
    for (; definition; definition = definition->next) {
        size_t platform = 0;
        while (strcmp(discovery->platforms[platform].platform->name,
                      definition->platform) != 0)
            platform++;
        if (!definition->used && !definition->blank)
            worsen(get_line(discovery, table, definition->source), platform,
                   MARK_SPARE);
    }
}

static void make_table(const struct mp_discovery *discovery,
                       struct table *table)
{
    size_t most = discovery->row_count + discovery->definitions.count + 1;
    memset(table, 0, sizeof(*table));
    table->lines = gh_arena_array(&table->arena, most, sizeof(*table->lines));
    add_rows(discovery, table);
    add_definitions(discovery, table);
}

static size_t column_width(const struct mp_asked_platform *asked)
{
    return mp_style_width(asked->platform->name) + 2;
}

/* Of the steps' column: the longest, or what the terminal leaves. */
static size_t step_width(const struct mp_discovery *discovery,
                         const struct table *table,
                         const struct mp_style *style)
{
    size_t width = 4, others = 0;
    for (size_t i = 0; i < discovery->platform_count; i++)
        others += column_width(&discovery->platforms[i]);
    for (size_t i = 0; i < table->count; i++) {
        size_t own = mp_style_width(table->lines[i].expression);
        width = own > width ? own : width;
    }
    size_t room = style->width > 0 && (size_t)style->width > others + NARROWEST
                      ? (size_t)style->width - others
                      : NARROWEST;
    return style->width > 0 && width > room ? room : width;
}

static void append_marks(const struct mp_discovery *discovery,
                         const struct mp_style *style, const struct line *line,
                         bool seen[MARK_COUNT], struct mp_buf *out)
{
    for (size_t i = 0; i < discovery->platform_count; i++) {
        enum mark mark = line->marks[i];
        bool last = i + 1 == discovery->platform_count;
        seen[mark] = true;
        mp_style_spaces(out, 2);
        mp_style_fit(out, style, mark_colour(mark), mark_text(style, mark),
                     last ? 0 : column_width(&discovery->platforms[i]) - 2,
                     !last);
    }
    mp_buf_append_char(out, '\n');
}

static void append_legend(const struct mp_style *style,
                          const bool seen[MARK_COUNT], struct mp_buf *out)
{
    static const char *const meanings[] = {
        [MARK_NONE] = "not defined, and no step goes there",
        [MARK_SPARE] = "defined, but no step goes there",
        [MARK_DEFINED] = "defined",
        [MARK_OPEN] = "not known: it could not be asked",
        [MARK_AMBIGUOUS] = "ambiguous",
        [MARK_UNDEFINED] = "undefined",
    };
    for (int i = MARK_COUNT - 1; i >= 0; i--) {
        enum mark mark = (enum mark)i;
        if (!seen[mark])
            continue;
        mp_style_text(out, style, mark_colour(mark), mark_text(style, mark));
        mp_buf_format(out, " %s\n", meanings[mark]);
    }
    mp_buf_append_char(out, '\n');
}

static void append_table(const struct mp_discovery *discovery,
                         const struct table *table,
                         const struct mp_style *style, struct mp_buf *out)
{
    bool seen[MARK_COUNT] = {false};
    size_t width = step_width(discovery, table, style);
    mp_style_fit(out, style, MP_COLOUR_BOLD, "step", width, true);
    for (size_t i = 0; i < discovery->platform_count; i++) {
        mp_style_spaces(out, 2);
        mp_style_text(out, style, MP_COLOUR_BOLD,
                      discovery->platforms[i].platform->name);
    }
    mp_buf_append_char(out, '\n');
    for (size_t i = 0; i < table->count; i++) {
        mp_style_fit(out, style, MP_COLOUR_NONE, table->lines[i].expression,
                     width, true);
        append_marks(discovery, style, &table->lines[i], seen, out);
    }
    mp_buf_append_char(out, '\n');
    append_legend(style, seen, out);
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
        if (definition->used || definition->blank)
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
        lines += discovery->rows[i].first == i;
    mp_buf_format(out, "%zu step%s, %zu platform%s", lines,
                  lines == 1 ? "" : "s", platforms, platforms == 1 ? "" : "s");
    if (discovery->undefined)
        mp_buf_format(out, ", %zu undefined", discovery->undefined);
    if (discovery->ambiguous)
        mp_buf_format(out, ", %zu ambiguous", discovery->ambiguous);
    if (discovery->unable || discovery->broken)
        mp_buf_format(out, ", %zu not asked",
                      discovery->unable + discovery->broken);
    if (discovery->whole && definitions->count)
        mp_buf_format(out, "; %zu of %zu definitions have no step", unused,
                      definitions->count);
    else if (discovery->whole && !definitions->blank_count)
        mp_buf_append_text(out, "; no definitions are listed");
    mp_buf_append_char(out, '\n');
}

void mp_step_table_text(const struct mp_discovery *discovery,
                        const struct mp_style *style, bool verbose,
                        struct mp_buf *out)
{
    struct table table;
    make_table(discovery, &table);
    if (table.count)
        append_table(discovery, &table, style, out);
    append_faults(discovery, style, out);
    append_snippets(discovery, style, out);
    if (verbose)
        append_unused(discovery, style, out);
    append_counts(discovery, out);
    gh_arena_finish(&table.arena);
}
