#include "runner/report/markdown.h"

#include <stdlib.h>
#include <string.h>

#include "runner/report/failure.h"

/* A table with more columns is no help: the cells are counted then. */
#define MOST_COLUMNS 9u
#define MOST_DETAILS 100u

static const struct mp_style plain;

/* ---- texts ---- */

static const char *find_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '|':
        return "&#124;";
    default:
        return NULL;
    }
}

/* On one line, and nothing in it means anything to HTML or, where it is read
 * there, to Markdown. */
static void append_escaped(struct mp_buf *out, const char *text,
                           const char *specials)
{
    struct mp_buf safe = {0};
    mp_style_text(&safe, &plain, MP_COLOUR_NONE, text);
    for (size_t i = 0; i < safe.len; i++) {
        const char *entity = find_entity(safe.data[i]);
        if (entity) {
            mp_buf_append_text(out, entity);
            continue;
        }
        if (strchr(specials, safe.data[i]))
            mp_buf_append_char(out, '\\');
        mp_buf_append_char(out, safe.data[i]);
    }
    mp_buf_finish(&safe);
}

static void append_text(struct mp_buf *out, const char *text)
{
    append_escaped(out, text, "\\`*_[]~#!@");
}

static void append_html(struct mp_buf *out, const char *text)
{
    append_escaped(out, text, "");
}

static void append_span(struct mp_buf *out, struct gh_str text)
{
    struct gh_arena arena = {0};
    append_text(out, gh_arena_copy(&arena, text));
    gh_arena_finish(&arena);
}

/* The longest run of backticks, so that a longer one fences the text. */
static size_t longest_fence(const char *text)
{
    size_t longest = 2;
    while (*text) {
        size_t run = strspn(text, "`");
        longest = run > longest ? run : longest;
        text += run;
        text += strcspn(text, "`");
    }
    return longest;
}

static void append_fenced(struct mp_buf *out, const char *text)
{
    size_t length = longest_fence(text) + 1;
    for (int i = 0; i < 2; i++) {
        for (size_t j = 0; j < length; j++)
            mp_buf_append_char(out, '`');
        mp_buf_append_text(out, i ? "\n" : "text\n");
        if (!i)
            mp_style_block(out, &plain, MP_COLOUR_NONE, 0, text);
    }
}

static const char *mark_of(enum mp_status status, bool flaky)
{
    if (flaky)
        return "⚠️";
    switch (status) {
    case MP_PASSED:
        return "✅";
    case MP_SKIPPED:
        return "➖";
    case MP_NOT_RUN:
        return "⬜";
    case MP_PENDING:
    case MP_UNDEFINED:
    case MP_AMBIGUOUS:
        return "❓";
    case MP_FAILED:
        return "❌";
    default:
        return "💥";
    }
}

/* ---- cases ---- */

static void append_title(struct mp_buf *out,
                         const struct mp_case_result *result)
{
    mp_buf_format(out, "%s <b>%s</b> ", mark_of(result->status, result->flaky),
                  result->flaky ? "flaky" : mp_status_name(result->status));
    append_html(out, result->name);
    mp_buf_append_char(out, ' ');
    append_html(out, result->combination);
    if (result->repetition)
        mp_buf_format(out, " (repetition %lld)", (long long)result->repetition);
}

/* Of a flaky pass, the last failure is what matters. */
static void keep_detail(struct mp_markdown *markdown,
                        const struct mp_report *report,
                        const struct mp_case_result *result)
{
    const struct mp_case_result *shown =
        result->flaky && result->earlier ? result->earlier : result;
    struct mp_buf text = {0}, description = {0};
    mp_buf_append_text(&text, "<details><summary>");
    append_title(&text, result);
    mp_buf_append_text(&text, "</summary>\n\n");
    mp_failure_describe(&description, &plain, 0, shown,
                        report->options->repeat);
    append_fenced(&text, mp_buf_text(&description));
    mp_buf_append_text(&text, "\n</details>\n\n");
    if (markdown->detail_count == markdown->detail_capacity) {
        markdown->detail_capacity = markdown->detail_capacity * 2 + 16;
        markdown->details =
            gh_realloc(markdown->details,
                       markdown->detail_capacity * sizeof(*markdown->details));
    }
    markdown->details[markdown->detail_count++] = (struct mp_markdown_detail){
        result->number, mp_spool_add(&markdown->spool, mp_buf_str(&text))};
    mp_buf_finish(&description);
    mp_buf_finish(&text);
}

void mp_markdown_add(struct mp_markdown *markdown,
                     const struct mp_report *report,
                     const struct mp_case_result *result)
{
    mp_summary_add(&markdown->summary, report, result);
    if (result->flaky ||
        mp_status_is_failure(result->status, report->options->strict))
        keep_detail(markdown, report, result);
}

/* ---- the grid ---- */

/* A table: rows of one feature that have the same processes. */
struct table {
    const struct mp_grid_row *rows;
    size_t count;
    const char **columns; /* combinations, in the order of the plan */
    size_t column_count;
};

static bool is_worth_a_row(const struct mp_grid_row *row, bool strict)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i].flaky ||
            mp_status_is_failure(row->cells[i].status, strict))
            return true;
    }
    return false;
}

/* How many of the rows belong to one table with the first. */
static size_t count_rows(const struct mp_grid_row *rows, size_t left)
{
    size_t count = 1;
    while (count < left &&
           !strcmp(rows[0].cells[0].uri, rows[count].cells[0].uri) &&
           mp_grid_has_same_processes(&rows[0], &rows[count]))
        count++;
    return count;
}

static void find_columns(struct gh_arena *arena, struct table *table)
{
    size_t capacity = 0;
    for (size_t i = 0; i < table->count; i++)
        capacity += table->rows[i].count;
    table->columns = gh_arena_array(arena, capacity, sizeof(const char *));
    for (size_t i = 0; i < table->count; i++) {
        const struct mp_grid_row *row = &table->rows[i];
        for (size_t j = 0; j < row->count; j++) {
            size_t at = 0;
            while (at < table->column_count &&
                   strcmp(table->columns[at], row->cells[j].combination) != 0)
                at++;
            if (at == table->column_count)
                table->columns[table->column_count++] =
                    row->cells[j].combination;
            if (table->column_count > MOST_COLUMNS)
                return;
        }
    }
}

static void append_combination(struct mp_buf *out, const char *combination)
{
    struct gh_str process, platform;
    const char *separator = "";
    while (mp_grid_next_choice(&combination, &process, &platform)) {
        mp_buf_append_text(out, separator);
        append_span(out, process);
        mp_buf_append_text(out, "=");
        append_span(out, platform);
        separator = "<br>";
    }
}

static void append_table_head(struct mp_buf *out, const struct table *table)
{
    bool wide = table->column_count > MOST_COLUMNS;
    mp_buf_append_text(out, "\n| Scenario |");
    for (size_t i = 0; !wide && i < table->column_count; i++) {
        mp_buf_append_char(out, ' ');
        if (*table->columns[i])
            append_combination(out, table->columns[i]);
        else
            mp_buf_append_text(out, "Result");
        mp_buf_append_text(out, " |");
    }
    mp_buf_append_text(out, wide ? " Combinations |\n|---|---|\n" : "\n|---|");
    for (size_t i = 0; !wide && i < table->column_count; i++)
        mp_buf_append_text(out, ":-:|");
    if (!wide)
        mp_buf_append_char(out, '\n');
}

/* "38 ✅, 2 ❌" */
static void append_cell_counts(struct mp_buf *out,
                               const struct mp_grid_row *row)
{
    const char *separator = " ";
    for (int status = 0; status < MP_STATUS_COUNT; status++) {
        for (int flaky = 0; flaky < 2; flaky++) {
            size_t count = 0;
            for (size_t i = 0; i < row->count; i++)
                count += (int)row->cells[i].status == status &&
                         row->cells[i].flaky == flaky;
            if (!count)
                continue;
            mp_buf_format(out, "%s%zu %s", separator, count,
                          mark_of((enum mp_status)status, flaky));
            separator = ", ";
        }
    }
    mp_buf_append_text(out, " |");
}

static void append_cells(struct mp_buf *out, const struct table *table,
                         const struct mp_grid_row *row)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct mp_grid_cell *cell = NULL;
        for (size_t j = 0; j < row->count && !cell; j++) {
            if (!strcmp(row->cells[j].combination, table->columns[i]))
                cell = &row->cells[j];
        }
        mp_buf_format(out, " %s |",
                      cell ? mark_of(cell->status, cell->flaky) : "");
    }
}

static void append_table(struct mp_buf *out, const struct table *table,
                         bool all, bool strict)
{
    append_table_head(out, table);
    for (size_t i = 0; i < table->count; i++) {
        const struct mp_grid_row *row = &table->rows[i];
        if (!all && !is_worth_a_row(row, strict))
            continue;
        mp_buf_append_text(out, "| ");
        append_text(out, row->cells[0].name);
        mp_buf_append_text(out, " |");
        if (table->column_count > MOST_COLUMNS)
            append_cell_counts(out, row);
        else
            append_cells(out, table, row);
        mp_buf_append_char(out, '\n');
    }
}

static bool has_row(const struct table *table, bool strict)
{
    size_t i = 0;
    while (i < table->count && !is_worth_a_row(&table->rows[i], strict))
        i++;
    return i < table->count;
}

static void append_grid(struct mp_buf *out, const struct mp_grid *grid,
                        bool all, bool strict)
{
    const char *uri = NULL;
    struct table table;
    for (size_t i = 0; i < grid->row_count; i += table.count) {
        struct gh_arena arena = {0};
        const struct mp_grid_cell *cell = &grid->rows[i].cells[0];
        table = (struct table){.rows = &grid->rows[i]};
        table.count = count_rows(table.rows, grid->row_count - i);
        if (!all && !has_row(&table, strict))
            continue;
        if (!uri || strcmp(uri, cell->uri) != 0) {
            uri = cell->uri;
            mp_buf_append_text(out, "\n### ");
            append_text(out, *cell->feature ? cell->feature : uri);
            mp_buf_append_text(out, "\n\n");
            append_text(out, uri);
            mp_buf_append_char(out, '\n');
        }
        find_columns(&arena, &table);
        append_table(out, &table, all, strict);
        gh_arena_finish(&arena);
    }
}

/* ---- the whole ---- */

static void append_run_causes(struct mp_buf *out, const struct mp_cause *cause)
{
    if (cause)
        mp_buf_append_text(out, "\nThe run failed:\n\n");
    for (; cause; cause = cause->next) {
        mp_buf_format(out, "* **%s** ", mp_status_name(cause->status));
        append_text(out, cause->text);
        mp_buf_append_char(out, '\n');
    }
}

static void append_head(struct mp_buf *out, const struct mp_report *report)
{
    const struct mp_results *results = report->results;
    const struct mp_run_result *run = &results->run;
    char time[MP_STYLE_TIME_SIZE];
    size_t total = 0;
    bool failed = mp_tally_exit(&results->tally) != MP_EXIT_OK;
    bool proves_nothing = mp_summary_nothing_ran(&results->tally);
    for (int i = 0; i < MP_STATUS_COUNT; i++)
        total += results->tally.cases[i];
    mp_buf_format(out, "## %s %zu %s%s",
                  failed           ? "❌"
                  : proves_nothing ? "⚠️"
                                   : "✅",
                  total, total == 1 ? "case" : "cases", total ? ": " : "");
    mp_summary_counts(out, &plain, &results->tally);
    mp_buf_format(out, "\n\nmprun %s, %s", run->name,
                  mp_style_time(run->duration_ms, time));
    if (*run->wall_time) {
        mp_buf_append_text(out, ", ");
        append_text(out, run->wall_time);
    }
    if (run->seed)
        mp_buf_format(out, ", seed %llu", (unsigned long long)run->seed);
    mp_buf_append_char(out, '\n');
    if (proves_nothing)
        mp_buf_append_text(out, "\nNothing was tested: all cases were "
                                "skipped.\n");
    if (run->started && !run->finished)
        mp_buf_append_text(out, "\nThe journal ends before the run did.\n");
    append_run_causes(out, run->causes);
}

static void append_legend(struct mp_buf *out, const struct mp_grid *grid)
{
    static const struct {
        enum mp_status status;
        bool flaky;
        const char *text;
    } legend[] = {
        {MP_PASSED, false, "passed"},
        {MP_PASSED, true, "flaky"},
        {MP_FAILED, false, "failed"},
        {MP_UNDEFINED, false, "undefined, ambiguous, pending"},
        {MP_CRASHED, false, "timed-out, crashed, leaked and the like"},
        {MP_SKIPPED, false, "skipped"},
        {MP_NOT_RUN, false, "not run"},
    };
    const char *separator = "\n";
    for (size_t i = 0; i < sizeof(legend) / sizeof(*legend); i++) {
        const char *mark = mark_of(legend[i].status, legend[i].flaky);
        size_t at = 0;
        while (at < grid->cell_count &&
               strcmp(mark_of(grid->cells[at].status, grid->cells[at].flaky),
                      mark) != 0)
            at++;
        if (at == grid->cell_count)
            continue;
        mp_buf_format(out, "%s%s %s", separator, mark, legend[i].text);
        separator = " · ";
    }
    if (*separator != '\n')
        mp_buf_append_char(out, '\n');
}

static int by_number(const void *a, const void *b)
{
    const struct mp_markdown_detail *first = a, *second = b;
    return (first->number > second->number) - (first->number < second->number);
}

static void append_details(struct mp_buf *out, struct mp_markdown *markdown,
                           size_t most_bytes)
{
    struct mp_buf text = {0};
    size_t count = markdown->detail_count, shown = 0;
    if (!count)
        return;
    qsort(markdown->details, count, sizeof(*markdown->details), by_number);
    mp_buf_append_text(out, "\n### What failed\n\n");
    for (; shown < count && shown < MOST_DETAILS; shown++) {
        struct mp_spool_place place = markdown->details[shown].place;
        if (most_bytes && out->len + place.length > most_bytes)
            break;
        mp_spool_read(&markdown->spool, place, &text);
        mp_buf_append_text(out, mp_buf_text(&text));
    }
    if (shown < count)
        mp_buf_format(out, "\n%zu more are not shown.\n", count - shown);
    mp_buf_finish(&text);
}

static void append_reasons(struct mp_buf *out, const struct mp_summary *summary)
{
    struct mp_buf text = {0};
    mp_summary_reasons(&text, &plain, summary);
    if (text.len) {
        mp_buf_append_text(out, "\n### What did not run\n\n");
        append_fenced(out, mp_buf_text(&text));
    }
    mp_buf_finish(&text);
}

/* Leaves room for a last word. */
#define LAST_WORD 256u

void mp_markdown_append(struct mp_buf *out, struct mp_markdown *markdown,
                        const struct mp_report *report, size_t most_bytes)
{
    struct mp_grid *grid = &markdown->summary.grid;
    bool strict = report->options->strict;
    size_t most = most_bytes > LAST_WORD ? most_bytes - LAST_WORD : most_bytes;
    append_head(out, report);
    mp_grid_sort(grid);
    append_legend(out, grid);
    size_t start = out->len;
    append_grid(out, grid, true, strict);
    if (most && out->len > most / 2) {
        out->len = start;
        append_grid(out, grid, false, strict);
        if (out->len > most / 2)
            out->len = start;
        out->data[out->len] = '\0';
        mp_buf_append_text(out, out->len == start
                                    ? "\nThe grid is too large to be shown.\n"
                                    : "\nScenarios that passed are left "
                                      "out.\n");
    }
    append_reasons(out, &markdown->summary);
    append_details(out, markdown, most);
}

void mp_markdown_finish(struct mp_markdown *markdown)
{
    mp_summary_finish(&markdown->summary);
    mp_spool_finish(&markdown->spool);
    gh_free(markdown->details);
    memset(markdown, 0, sizeof(*markdown));
}

/* ---- the report ---- */

struct markdown_report {
    struct mp_report base;
    struct mp_markdown markdown;
};

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    mp_markdown_add(&((struct markdown_report *)report)->markdown, report,
                    result);
}

static bool on_run_finished(struct mp_report *report)
{
    struct mp_markdown *markdown =
        &((struct markdown_report *)report)->markdown;
    struct mp_output *output = &report->output;
    struct mp_buf out = {0};
    mp_markdown_append(&out, markdown, report, 0);
    mp_output_append(output, mp_buf_text(&out), out.len);
    mp_buf_finish(&out);
    if (markdown->spool.error && !output->error)
        output->error = markdown->spool.error;
    return mp_output_commit(output);
}

static void finish(struct mp_report *report)
{
    mp_markdown_finish(&((struct markdown_report *)report)->markdown);
}

const struct mp_report_kind mp_markdown_kind = {
    .name = "markdown",
    .about = "a grid of scenarios and combinations to publish, and failures",
    .size = sizeof(struct markdown_report),
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
