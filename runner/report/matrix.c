#include "runner/report/matrix.h"

#include <string.h>

#define MOST_TABLES 8u
#define MOST_LINES  12u
#define INDENT      2u
#define GAP         2u

/* One table: a line for each choice of the processes before the last, a column
 * for each platform of the last. */
struct table {
    const struct mp_grid_row *row;
    struct gh_str *lines, *columns; /* texts of the row's cells */
    size_t line_count, column_count;
    struct gh_str process;             /* of the columns, with "=" */
    const struct mp_grid_cell **cells; /* [line * column_count + column] */
};

/* What was cut short says nothing about its combination. */
static bool is_bad(const struct mp_grid_cell *cell, bool strict)
{
    return mp_status_is_failure(cell->status, strict) &&
           cell->status != MP_INTERRUPTED;
}

static bool differs(const struct mp_grid_row *row, bool strict)
{
    bool bad = false, good = false;
    for (size_t i = 0; i < row->count; i++) {
        bad = bad || is_bad(&row->cells[i], strict);
        good = good || row->cells[i].status == MP_PASSED;
    }
    return bad && good;
}

/* The same platforms, and the same marks. */
static bool is_same_table(const struct mp_grid_row *a,
                          const struct mp_grid_row *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct mp_grid_cell *x = &a->cells[i], *y = &b->cells[i];
        if (x->status != y->status || x->flaky != y->flaky ||
            strcmp(x->combination, y->combination) != 0)
            return false;
    }
    return true;
}

/* "[reader=c,node=python,writer=c]": "reader=c,node=python", "writer=" and "c".
 */
static void split(const char *combination, struct gh_str *line,
                  struct gh_str *process, struct gh_str *column)
{
    size_t length = strcspn(combination, "]");
    const char *start = combination + (*combination == '[');
    const char *end = combination + length;
    const char *comma = memrchr(start, ',', (size_t)(end - start));
    *line = (struct gh_str){start, comma ? (size_t)(comma - start) : 0};
    start = comma ? comma + 1 : start;
    const char *equals = memchr(start, '=', (size_t)(end - start));
    size_t named = equals ? (size_t)(equals + 1 - start) : 0;
    *process = (struct gh_str){start, named};
    *column = (struct gh_str){start + named, (size_t)(end - start) - named};
}

static size_t get_index(struct gh_str *list, size_t *count, struct gh_str text)
{
    size_t at = 0;
    while (at < *count && !gh_str_equal(list[at], text))
        at++;
    if (at == *count)
        list[(*count)++] = text;
    return at;
}

static struct table make_table(struct gh_arena *arena,
                               const struct mp_grid_row *row)
{
    struct table table = {.row = row};
    size_t count = row->count;
    size_t *places = gh_arena_array(arena, count * 2, sizeof(*places));
    table.lines = gh_arena_array(arena, count, sizeof(struct gh_str));
    table.columns = gh_arena_array(arena, count, sizeof(struct gh_str));
    for (size_t i = 0; i < count; i++) {
        struct gh_str line, column;
        split(row->cells[i].combination, &line, &table.process, &column);
        places[i * 2] = get_index(table.lines, &table.line_count, line);
        places[i * 2 + 1] =
            get_index(table.columns, &table.column_count, column);
    }
    table.cells = gh_arena_array(arena, table.line_count * table.column_count,
                                 sizeof(*table.cells));
    for (size_t i = 0; i < count; i++)
        table.cells[places[i * 2] * table.column_count + places[i * 2 + 1]] =
            &row->cells[i];
    return table;
}

static size_t width_of(struct gh_arena *arena, struct gh_str text)
{
    return mp_style_width(gh_arena_copy(arena, text));
}

static void append_name(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_grid_row *row, size_t others)
{
    const struct mp_grid_cell *cell = &row->cells[0];
    struct mp_buf place = {0};
    size_t all = style->width > 0 ? (size_t)style->width : 0;
    mp_buf_format(&place, "%s:%lld", cell->uri, (long long)cell->line);
    size_t rest = INDENT + GAP + mp_style_width(mp_buf_text(&place));
    bool fits = !all || rest + mp_style_width(cell->name) <= all;
    mp_style_spaces(out, INDENT);
    mp_style_fit(out, style, MP_COLOUR_NONE, cell->name,
                 all > INDENT ? all - INDENT : 0, false);
    if (fits)
        mp_style_spaces(out, GAP);
    else
        mp_buf_append_text(out, "\n  ");
    mp_style_text(out, style, MP_COLOUR_DIM, mp_buf_text(&place));
    if (others)
        mp_buf_format(out, "\n  and %zu more with the same marks", others);
    mp_buf_append_char(out, '\n');
    mp_buf_finish(&place);
}

static void append_cell(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_grid_cell *cell, size_t columns)
{
    mp_style_spaces(out, GAP);
    if (cell) {
        enum mp_colour colour =
            mp_style_status_colour(cell->status, cell->flaky);
        mp_style_begin(out, style, colour);
        mp_buf_append_text(out,
                           mp_style_mark(style, cell->status, cell->flaky));
        mp_style_end(out, style, colour);
    }
    mp_style_spaces(out, columns - (cell ? 1 : 0));
}

/* Blanks at the end of a line are nobody's. */
static void end_line(struct mp_buf *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    mp_buf_append_char(out, '\n');
}

static bool has_failure(const struct table *table, size_t line, bool strict)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct mp_grid_cell *cell =
            table->cells[line * table->column_count + i];
        if (cell && is_bad(cell, strict))
            return true;
    }
    return false;
}

static size_t measure_lines(struct gh_arena *arena, const struct table *table)
{
    size_t widest = width_of(arena, table->process);
    for (size_t i = 0; i < table->line_count; i++) {
        size_t width = width_of(arena, table->lines[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* How many columns there is room for. */
static size_t count_columns(struct gh_arena *arena,
                            const struct mp_style *style,
                            const struct table *table, size_t used)
{
    size_t count = 0;
    while (count < table->column_count) {
        used += GAP + width_of(arena, table->columns[count]);
        if (style->width > 0 && used > (size_t)style->width)
            break;
        count++;
    }
    return count;
}

static void append_lines(struct mp_buf *out, const struct mp_style *style,
                         struct gh_arena *arena, const struct table *table,
                         bool strict)
{
    size_t label = measure_lines(arena, table);
    size_t columns = count_columns(arena, style, table, INDENT + 2 + label);
    size_t shown = 0, left_out = 0;
    mp_style_spaces(out, INDENT + 2 + label - width_of(arena, table->process));
    mp_style_span(out, style, MP_COLOUR_DIM, table->process);
    for (size_t i = 0; i < columns; i++) {
        mp_style_spaces(out, GAP);
        mp_style_span(out, style, MP_COLOUR_DIM, table->columns[i]);
    }
    end_line(out);
    for (size_t i = 0; i < table->line_count; i++) {
        /* Of many lines those without a failure say little. */
        if (table->line_count > MOST_LINES &&
            (!has_failure(table, i, strict) || shown == MOST_LINES)) {
            left_out++;
            continue;
        }
        shown++;
        mp_style_spaces(out, INDENT + 2);
        mp_style_span(out, style, MP_COLOUR_DIM, table->lines[i]);
        mp_style_spaces(out, label - width_of(arena, table->lines[i]));
        for (size_t j = 0; j < columns; j++)
            append_cell(out, style, table->cells[i * table->column_count + j],
                        width_of(arena, table->columns[j]));
        end_line(out);
    }
    if (left_out)
        mp_buf_format(out, "    and %zu more %s\n", left_out,
                      left_out == 1 ? "line" : "lines");
    if (columns < table->column_count)
        mp_buf_format(
            out, "    and %zu more %s\n", table->column_count - columns,
            table->column_count - columns == 1 ? "column" : "columns");
}

/* A row that comes for the first time; others counts those like it. */
static bool is_first(const struct mp_grid_row *const *rows, size_t count,
                     size_t at, size_t *others)
{
    *others = 0;
    for (size_t i = 0; i < at; i++) {
        if (is_same_table(rows[i], rows[at]))
            return false;
    }
    for (size_t i = at + 1; i < count; i++)
        *others += is_same_table(rows[i], rows[at]);
    return true;
}

void mp_matrix_append(struct mp_buf *out, const struct mp_style *style,
                      const struct mp_grid *grid, bool strict)
{
    struct gh_arena arena = {0};
    size_t count = 0, shown = 0, more = 0;
    const struct mp_grid_row **rows = gh_arena_array(
        &arena, grid->row_count + 1, sizeof(const struct mp_grid_row *));
    for (size_t i = 0; i < grid->row_count; i++) {
        if (differs(&grid->rows[i], strict))
            rows[count++] = &grid->rows[i];
    }
    if (count)
        mp_buf_append_text(out, "Where combinations differ\n");
    for (size_t i = 0; i < count; i++) {
        size_t others;
        if (!is_first(rows, count, i, &others))
            continue;
        if (shown == MOST_TABLES) {
            more++;
            continue;
        }
        struct table table = make_table(&arena, rows[i]);
        append_name(out, style, rows[i], others);
        append_lines(out, style, &arena, &table, strict);
        shown++;
    }
    if (more)
        mp_buf_format(out, "  and %zu more %s\n", more,
                      more == 1 ? "scenario" : "scenarios");
    if (count)
        mp_buf_append_char(out, '\n');
    gh_arena_finish(&arena);
}
