#include "runner/report/live.h"

#include <stdio.h>

#include "runner/report/actor.h"
#include "runner/report/summary.h"

#define BAR_COLUMNS   20u
#define TIME_COLUMNS  11u
#define GAP           2u
#define LEAST_COLUMNS 24u /* for the case, and for what it works at */

static size_t count_done(const struct mp_tally *tally)
{
    size_t done = 0;
    for (int i = 0; i < MP_STATUS_COUNT; i++)
        done += tally->cases[i];
    return done;
}

static bool has_failures(const struct mp_tally *tally)
{
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        if (tally->cases[i] &&
            mp_status_is_failure((enum mp_status)i, tally->strict))
            return true;
    }
    return false;
}

static void append_bar(struct mp_buf *out, const struct mp_style *style,
                       const struct mp_tally *tally, size_t done, size_t total)
{
    size_t filled = total ? done * BAR_COLUMNS / total : 0;
    enum mp_colour colour =
        has_failures(tally) ? MP_COLOUR_RED : MP_COLOUR_GREEN;
    mp_style_begin(out, style, colour);
    for (size_t i = 0; i < filled; i++)
        mp_buf_append_text(out, style->ascii ? "#" : "━");
    mp_style_end(out, style, colour);
    mp_style_begin(out, style, MP_COLOUR_DIM);
    for (size_t i = filled; i < BAR_COLUMNS; i++)
        mp_buf_append_text(out, style->ascii ? "." : "─");
    mp_style_end(out, style, MP_COLOUR_DIM);
}

/* "8✓ 2✗ 3–": passed, of no good, skipped or not run. */
static size_t append_counts(struct mp_buf *out, const struct mp_style *style,
                            const struct mp_tally *tally)
{
    static const enum mp_status shown[] = {MP_PASSED, MP_FAILED, MP_SKIPPED};
    size_t counts[3] = {0}, columns = 0;
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        enum mp_status status = (enum mp_status)i;
        bool bad = mp_status_is_failure(status, tally->strict);
        counts[bad ? 1 : status == MP_PASSED ? 0 : 2] += tally->cases[i];
    }
    for (size_t i = 0; i < 3; i++) {
        char number[32];
        if (!counts[i])
            continue;
        snprintf(number, sizeof(number), "  %zu", counts[i]);
        enum mp_colour colour = mp_style_status_colour(shown[i], false);
        mp_style_begin(out, style, colour);
        mp_buf_append_text(out, number);
        mp_buf_append_text(out, mp_style_mark(style, shown[i], false));
        mp_style_end(out, style, colour);
        columns += strlen(number) + 1;
    }
    return columns;
}

/* The bar, then as much of the rest as the width has room for. */
static void append_progress(struct mp_buf *out, const struct mp_style *style,
                            const struct mp_results *results, double now_ms)
{
    char time[MP_STYLE_TIME_SIZE], head[96];
    const struct mp_tally *tally = &results->tally;
    size_t done = count_done(tally);
    size_t total = results->run.total > 0 ? (size_t)results->run.total : 0;
    if (total < done)
        total = done;
    snprintf(head, sizeof(head), " %zu of %zu  %s", done, total,
             mp_style_time(now_ms, time));
    size_t columns = (size_t)style->width - 1;
    size_t used = strlen(head);
    struct mp_buf counts = {0};
    size_t counts_columns = append_counts(&counts, style, tally);
    if (used + BAR_COLUMNS < columns) {
        append_bar(out, style, tally, done, total);
        used += BAR_COLUMNS;
    }
    mp_style_fit(out, style, MP_COLOUR_NONE, head, columns, false);
    if (used + counts_columns < columns)
        mp_buf_append(out, mp_buf_text(&counts), counts.len);
    mp_buf_finish(&counts);
    mp_buf_append_char(out, '\n');
}

/* "fifo.feature:12[reader=c]": the folders say little. */
static const char *short_id(const struct mp_case_result *result)
{
    const char *slash = strrchr(result->id, '/');
    const char *bracket = strchr(result->id, '[');
    bool in_path = slash && (!bracket || slash < bracket);
    return in_path ? slash + 1 : result->id;
}

/* "writes" of "the 'writer' process writes", as the process is named anyhow.
 */
static const char *short_text(const struct mp_result_step *step)
{
    static const char before[] = "the '", after[] = "' process ";
    size_t length = strlen(step->process);
    const char *at = step->text;
    if (!length || strncmp(at, before, sizeof(before) - 1) != 0)
        return step->text;
    at += sizeof(before) - 1;
    if (strncmp(at, step->process, length) != 0)
        return step->text;
    at += length;
    return strncmp(at, after, sizeof(after) - 1) ? step->text
                                                 : at + sizeof(after) - 1;
}

/* "2/5  writer (python): writes 5 frames". */
static void describe_work(struct mp_buf *text,
                          const struct mp_case_result *result)
{
    static const struct mp_style plain;
    const struct mp_result_step *step =
        result->current_step ? &result->steps[result->current_step - 1] : NULL;
    if (!step) {
        const struct mp_result_step *last =
            result->step_count ? &result->steps[result->step_count - 1] : NULL;
        mp_buf_append_text(text,
                           last && last->finished ? "stopping" : "starting");
        return;
    }
    mp_buf_format(text, "%lld/%zu  ", (long long)result->current_step,
                  result->step_count);
    if (*step->process) {
        mp_actor_append(text, &plain, result, step->process);
        mp_buf_append_text(text, ": ");
    }
    mp_buf_append_text(text, short_text(step));
}

/* The case has half of the line and what is left, in a narrow terminal nothing:
 * what is worked at says more. */
static void append_case(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_case_result *result, double now_ms)
{
    char time[MP_STYLE_TIME_SIZE];
    const struct mp_result_step *step =
        result->current_step ? &result->steps[result->current_step - 1] : NULL;
    double since = step ? step->start_ms : result->start_ms;
    bool slow = step && now_ms - since > MP_SLOW_MS;
    enum mp_colour colour = slow ? MP_COLOUR_YELLOW : MP_COLOUR_DIM;
    struct mp_buf work = {0};
    size_t columns = (size_t)style->width - 1;
    size_t used = 0;
    describe_work(&work, result);
    mp_style_begin(out, style, colour);
    mp_buf_format(out, "  %7s  ", mp_style_time(now_ms - since, time));
    mp_style_end(out, style, colour);
    columns = columns > TIME_COLUMNS ? columns - TIME_COLUMNS : 1;
    if (columns >= 2 * LEAST_COLUMNS) {
        size_t width = mp_style_width(mp_buf_text(&work)) + GAP;
        size_t room = width < columns / 2 ? columns - width : columns / 2;
        used = mp_style_fit(out, style, colour, short_id(result), room, false);
        mp_style_spaces(out, GAP);
        used += GAP;
    }
    mp_style_fit(out, style, colour, mp_buf_text(&work), columns - used, false);
    mp_buf_append_char(out, '\n');
    mp_buf_finish(&work);
}

size_t mp_live_append(struct mp_buf *out, const struct mp_style *style,
                      const struct mp_results *results, double now_ms,
                      size_t max_lines)
{
    if (!max_lines || style->width < 10)
        return 0;
    append_progress(out, style, results, now_ms);
    size_t room = max_lines - 1;
    size_t shown = results->open_count;
    if (shown > room)
        shown = room ? room - 1 : 0;
    for (size_t i = 0; i < shown; i++)
        append_case(out, style, results->open[i], now_ms);
    if (shown == results->open_count || !room)
        return 1 + shown;
    mp_style_begin(out, style, MP_COLOUR_DIM);
    mp_buf_format(out, "  and %zu more", results->open_count - shown);
    mp_style_end(out, style, MP_COLOUR_DIM);
    mp_buf_append_char(out, '\n');
    return 2 + shown;
}
