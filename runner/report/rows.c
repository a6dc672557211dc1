#include "runner/report/rows.h"

#include "runner/base/text.h"

#define MOST_MARKS   18u
#define LAYOUT_WIDTH 100u
#define TIME_COLUMNS 9u
#define MOST_WAITING 8u

/* What became of one case of a row. */
struct mark {
    int64_t number;
    enum mp_status status;
    bool flaky;
};

/* Cases of one scenario with numbers that follow each other. */
struct mp_planned_row {
    int64_t first, line;
    size_t cases;
};

struct mp_row {
    char *uri, *name; /* owned */
    int64_t line;
    size_t open;        /* cases that still run */
    size_t planned;     /* cases that there will be; 0: not known */
    struct mark *marks; /* in the order of the plan; owned */
    size_t mark_count;
    double start_ms, end_ms;
};

static void finish_row(struct mp_row *row)
{
    gh_free(row->uri);
    gh_free(row->name);
    gh_free(row->marks);
}

static struct mp_row *find_row(struct mp_rows *rows, const char *uri,
                               int64_t line)
{
    for (size_t i = rows->count; i-- > 0;) {
        struct mp_row *row = &rows->list[i];
        if (row->line == line && !strcmp(row->uri, uri))
            return row;
    }
    return NULL;
}

static enum mp_status worst(const struct mp_row *row, bool *flaky)
{
    enum mp_status status = MP_NOT_RUN;
    *flaky = false;
    for (size_t i = 0; i < row->mark_count; i++) {
        status = mp_status_worse(status, row->marks[i].status);
        *flaky = *flaky || row->marks[i].flaky;
    }
    /* Skipped on some platforms is no blemish of those that passed. */
    bool passed = false;
    for (size_t i = 0; i < row->mark_count; i++)
        passed = passed || row->marks[i].status == MP_PASSED;
    return status == MP_SKIPPED && passed ? MP_PASSED : status;
}

void mp_rows_mark(struct mp_buf *out, const struct mp_style *style,
                  enum mp_status status, bool flaky)
{
    enum mp_colour colour = mp_style_status_colour(status, flaky);
    mp_style_begin(out, style, colour);
    mp_buf_append_text(out, mp_style_mark(style, status, flaky));
    mp_style_end(out, style, colour);
}

/* "✓✓✗–", or where there are many, "80✓ 1✗". Returns the columns. */
static size_t append_marks(struct mp_buf *out, const struct mp_style *style,
                           const struct mp_row *row)
{
    if (row->mark_count <= MOST_MARKS) {
        for (size_t i = 0; i < row->mark_count; i++)
            mp_rows_mark(out, style, row->marks[i].status, row->marks[i].flaky);
        return row->mark_count;
    }
    static const struct mp_style plain;
    struct mp_buf bare = {0};
    for (int status = 0; status < MP_STATUS_COUNT; status++) {
        size_t count = 0;
        for (size_t i = 0; i < row->mark_count; i++)
            count += (int)row->marks[i].status == status;
        if (!count)
            continue;
        mp_buf_format(out, bare.len ? " %zu" : "%zu", count);
        mp_buf_format(&bare, bare.len ? " %zu" : "%zu", count);
        mp_rows_mark(out, style, (enum mp_status)status, false);
        mp_rows_mark(&bare, &plain, (enum mp_status)status, false);
    }
    size_t width = mp_style_width(mp_buf_text(&bare));
    mp_buf_finish(&bare);
    return width;
}

static void print_feature(struct mp_rows *rows, struct mp_buf *out,
                          const struct mp_style *style, const char *uri)
{
    if (rows->uri && !strcmp(rows->uri, uri))
        return;
    if (!rows->after_blank)
        mp_buf_append_char(out, '\n');
    gh_free(rows->uri);
    rows->uri = mp_text_copy(uri);
    mp_style_text(out, style, MP_COLOUR_BOLD, uri);
    mp_buf_append_char(out, '\n');
}

static void print_name(struct mp_buf *out, const struct mp_style *style,
                       const struct mp_row *row, size_t mark_columns,
                       enum mp_colour colour)
{
    size_t all = style->width > 0 && (size_t)style->width < LAYOUT_WIDTH
                     ? (size_t)style->width
                     : LAYOUT_WIDTH;
    size_t rest = 4 + 2 + mark_columns + TIME_COLUMNS;
    size_t room = all > rest + 10 ? all - rest : 10;
    if (style->width > 0 || mp_style_width(row->name) <= room)
        mp_style_fit(out, style, colour, row->name, room, true);
    else
        mp_style_text(out, style, colour, row->name);
}

static void print_time(struct mp_buf *out, const struct mp_style *style,
                       double ms)
{
    char time[MP_STYLE_TIME_SIZE];
    size_t length = strlen(mp_style_time(ms, time));
    mp_style_spaces(out, length < TIME_COLUMNS ? TIME_COLUMNS - length : 1);
    mp_style_text(out, style, MP_COLOUR_DIM, time);
}

static void print_row(struct mp_rows *rows, struct mp_buf *out,
                      const struct mp_style *style, const struct mp_row *row)
{
    struct mp_buf marks = {0};
    size_t mark_columns = append_marks(&marks, style, row);
    bool flaky;
    enum mp_status status = worst(row, &flaky);
    print_feature(rows, out, style, row->uri);
    mp_buf_append_text(out, "  ");
    mp_rows_mark(out, style, status, flaky && status == MP_PASSED);
    mp_buf_append_char(out, ' ');
    print_name(out, style, row, mark_columns,
               status == MP_SKIPPED || status == MP_NOT_RUN ? MP_COLOUR_DIM
                                                            : MP_COLOUR_NONE);
    mp_buf_append_text(out, "  ");
    mp_buf_append(out, mp_buf_text(&marks), marks.len);
    print_time(out, style, row->end_ms - row->start_ms);
    mp_buf_append_char(out, '\n');
    mp_buf_finish(&marks);
    rows->after_blank = false;
}

static bool is_worth_a_line(const struct mp_report *report,
                            const struct mp_row *row)
{
    bool flaky;
    enum mp_status status = worst(row, &flaky);
    return !report->options->quiet || flaky ||
           mp_status_is_failure(status, report->options->strict);
}

static bool is_ready(const struct mp_row *row, size_t later)
{
    return !row->open && later &&
           (row->mark_count >= row->planned || later > MOST_WAITING);
}

void mp_rows_print(struct mp_rows *rows, struct mp_buf *out,
                   const struct mp_report *report, bool all)
{
    size_t done = 0;
    for (; done < rows->count; done++) {
        struct mp_row *row = &rows->list[done];
        if (!all && !is_ready(row, rows->count - done - 1))
            break;
        if (is_worth_a_line(report, row))
            print_row(rows, out, &report->style, row);
        finish_row(row);
    }
    rows->count -= done;
    if (done)
        memmove(rows->list, rows->list + done,
                rows->count * sizeof(*rows->list));
}

/* Kept as counts of neighbours: a plan may have many cases. Its last scenario
 * is the only one that the next case can be of. */
void mp_rows_plan(struct mp_rows *rows, const struct mp_record *record)
{
    const char *uri = record->uri ? record->uri : "";
    struct mp_planned_row *last =
        rows->planned_count ? &rows->planned[rows->planned_count - 1] : NULL;
    bool same_file = last && !strcmp(rows->planned_uri, uri);
    if (same_file && last->line == record->line) {
        last->cases++;
        return;
    }
    if (!rows->planned || rows->planned_count == rows->planned_capacity) {
        rows->planned_capacity = rows->planned_capacity * 2 + 8;
        rows->planned = gh_realloc(rows->planned, rows->planned_capacity *
                                                      sizeof(*rows->planned));
    }
    if (!same_file) {
        gh_free(rows->planned_uri);
        rows->planned_uri = mp_text_copy(uri);
    }
    rows->planned[rows->planned_count++] =
        (struct mp_planned_row){record->case_number, record->line, 1};
}

static size_t planned_of(const struct mp_rows *rows, int64_t number)
{
    size_t from = 0, to = rows->planned_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (rows->planned[middle].first <= number)
            from = middle + 1;
        else
            to = middle;
    }
    return from ? rows->planned[from - 1].cases : 0;
}

void mp_rows_begin(struct mp_rows *rows, const struct mp_record *record)
{
    const char *uri = record->uri ? record->uri : "";
    if (record->attempt > 1)
        return;
    struct mp_row *row = find_row(rows, uri, record->line);
    if (row) {
        row->open++;
        return;
    }
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity * 2 + 8;
        rows->list =
            gh_realloc(rows->list, rows->capacity * sizeof(*rows->list));
    }
    struct mp_row fresh = {
        .uri = mp_text_copy(uri),
        .name = mp_text_copy(record->name ? record->name : ""),
        .line = record->line,
        .open = 1,
        .planned = planned_of(rows, record->case_number),
        .start_ms = record->time_ms,
    };
    rows->list[rows->count++] = fresh;
}

void mp_rows_end(struct mp_rows *rows, const struct mp_case_result *result)
{
    struct mp_row *row = find_row(rows, result->uri, result->line);
    if (!row)
        return;
    row->marks =
        gh_realloc(row->marks, (row->mark_count + 1) * sizeof(*row->marks));
    size_t at = row->mark_count++;
    for (; at && row->marks[at - 1].number > result->number; at--)
        row->marks[at] = row->marks[at - 1];
    row->marks[at] =
        (struct mark){result->number, result->status, result->flaky};
    row->open -= row->open > 0;
    /* Those of joined shards do not come in the order of time. */
    double end_ms = result->start_ms + result->duration_ms;
    if (end_ms > row->end_ms)
        row->end_ms = end_ms;
    if (result->start_ms < row->start_ms)
        row->start_ms = result->start_ms;
}

void mp_rows_finish(struct mp_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        finish_row(&rows->list[i]);
    gh_free(rows->list);
    gh_free(rows->planned);
    gh_free(rows->planned_uri);
    gh_free(rows->uri);
    memset(rows, 0, sizeof(*rows));
}
