#include <string.h>

#include "runner/base/text.h"
#include "runner/report/actor.h"
#include "runner/report/failure.h"
#include "runner/report/kind.h"
#include "runner/report/live.h"
#include "runner/report/rows.h"
#include "runner/report/steplist.h"
#include "runner/report/summary.h"

/* A line for each scenario with a mark for each combination, as soon as its
 * last case ended; failures whole, at once; below it, on a terminal, what is
 * going on now. */

#define DRAW_MS      100.0
#define MOST_LIVE    6u
#define STEPS_BEFORE 12u
#define RETRY_BYTES  512u /* of the failure of an attempt */

/* A running step that was named as slow, and when to name it again. */
struct slow {
    int64_t case_number, attempt, step;
    double next_ms;
};

/* A platform that cannot start fails all of its cases in the same words:
 * those are shown whole for so many cases, then in a line each. */
#define MOST_EQUAL_STARTS 2u

struct start_failure {
    char *text; /* owned */
    size_t count;
};

struct progress {
    struct mp_report base;
    struct start_failure *starts; /* owned */
    size_t start_count;
    struct mp_summary summary;
    struct mp_rows rows;
    struct slow *slow; /* owned */
    size_t slow_count, slow_capacity;
    double now_ms, drawn_ms;
    struct mp_buf text; /* what is printed next */
};

static bool is_live(const struct progress *progress)
{
    const struct mp_report_options *options = progress->base.options;
    return !progress->base.output.path && options->is_terminal &&
           !options->past;
}

/* ---- output ---- */

static void draw(struct progress *progress)
{
    struct mp_console *console = progress->base.output.console;
    if (!is_live(progress) || !progress->base.results->run.started)
        return;
    size_t most = console->rows > 4 ? (size_t)console->rows / 2 : 1;
    struct mp_buf text = {0};
    size_t lines =
        mp_live_append(&text, &progress->base.style, progress->base.results,
                       progress->now_ms, most < MOST_LIVE ? most : MOST_LIVE);
    mp_console_draw(console, mp_buf_text(&text), lines);
    mp_buf_finish(&text);
    progress->drawn_ms = progress->now_ms;
}

static void print(struct progress *progress)
{
    if (!progress->text.len)
        return;
    if (progress->base.output.path)
        mp_output_append(&progress->base.output, progress->text.data,
                         progress->text.len);
    else
        mp_console_print(progress->base.output.console, progress->text.data,
                         progress->text.len);
    mp_buf_reset(&progress->text);
    draw(progress);
}

static void print_rows(struct progress *progress, bool all)
{
    mp_rows_print(&progress->rows, &progress->text, &progress->base, all);
}

/* ---- failures ---- */

/* The steps before the one that failed: how the case came there. */
static void print_steps(struct progress *progress,
                        const struct mp_case_result *result)
{
    const struct mp_style *style = &progress->base.style;
    const struct mp_result_step *failed = mp_failure_step(result);
    struct mp_steplist_layout layout =
        mp_steplist_measure(result, style, 2, style->width > 0);
    size_t last = failed ? (size_t)(failed - result->steps) : 0;
    size_t first = last > STEPS_BEFORE ? last - STEPS_BEFORE : 0;
    if (first)
        mp_buf_format(&progress->text, "  %s %zu earlier steps\n",
                      mp_style_dot(style), first);
    for (size_t i = first; i < last; i++)
        mp_steplist_append(&progress->text, style, &layout, result, i);
}

static bool is_told(struct progress *progress,
                    const struct mp_case_result *result)
{
    const char *text = mp_failure_message(result);
    if (result->status != MP_START_FAILED)
        return false;
    for (size_t i = 0; i < progress->start_count; i++) {
        if (!strcmp(progress->starts[i].text, text))
            return ++progress->starts[i].count > MOST_EQUAL_STARTS;
    }
    progress->starts =
        gh_realloc(progress->starts,
                   (progress->start_count + 1) * sizeof(*progress->starts));
    progress->starts[progress->start_count++] =
        (struct start_failure){mp_text_copy(text), 1};
    return false;
}

static void print_told(struct progress *progress,
                       const struct mp_case_result *result)
{
    const struct mp_style *style = &progress->base.style;
    struct mp_buf *out = &progress->text;
    mp_rows_mark(out, style, result->status, false);
    mp_buf_append_char(out, ' ');
    mp_style_text(out, style, MP_COLOUR_RED_BOLD,
                  mp_status_name(result->status));
    mp_buf_append_text(out, "  ");
    mp_style_text(out, style, MP_COLOUR_NONE, result->id);
    mp_buf_append_text(out, "\n  ");
    size_t room = style->width > 2 ? (size_t)style->width - 2 : 0;
    mp_style_fit(out, style, MP_COLOUR_DIM, mp_failure_message(result), room,
                 false);
    mp_buf_append_char(out, '\n');
    progress->rows.after_blank = false;
}

static void print_failure(struct progress *progress,
                          const struct mp_case_result *result)
{
    const struct mp_style *style = &progress->base.style;
    struct mp_buf *out = &progress->text;
    enum mp_colour colour = mp_style_status_colour(result->status, false);
    if (!progress->rows.after_blank)
        mp_buf_append_char(out, '\n');
    mp_rows_mark(out, style, result->status, false);
    mp_buf_append_char(out, ' ');
    mp_style_text(out, style,
                  colour == MP_COLOUR_RED ? MP_COLOUR_RED_BOLD
                                          : MP_COLOUR_YELLOW_BOLD,
                  mp_status_name(result->status));
    mp_buf_append_text(out, "  ");
    mp_style_text(out, style, MP_COLOUR_BOLD, result->name);
    if (*result->combination) {
        mp_buf_append_char(out, ' ');
        mp_style_text(out, style, MP_COLOUR_NONE, result->combination);
    }
    if (result->repetition)
        mp_buf_format(out, " (repetition %lld)", (long long)result->repetition);
    if (result->attempt > 1)
        mp_buf_format(out, " (attempt %lld)", (long long)result->attempt);
    mp_buf_append_text(out, "\n\n");
    print_steps(progress, result);
    mp_failure_describe(out, style, 2, result, progress->base.options->repeat);
    mp_buf_append_char(out, '\n');
    progress->rows.after_blank = true;
}

static void print_retry(struct progress *progress,
                        const struct mp_record *record)
{
    const struct mp_case_result *result =
        mp_results_find(progress->base.results, record->case_number);
    const struct mp_style *style = &progress->base.style;
    struct mp_buf *out = &progress->text;
    if (!result)
        return;
    mp_style_text(out, style, MP_COLOUR_YELLOW, "~ ");
    mp_style_text(out, style, MP_COLOUR_NONE, result->id);
    mp_buf_format(out, ": attempt %lld %s, trying again",
                  (long long)result->attempt, mp_status_name(record->status));
    if (record->text && *record->text) {
        mp_buf_append_text(out, ": ");
        struct gh_arena arena = {0};
        mp_style_text(
            out, style, MP_COLOUR_DIM,
            mp_style_shorten(style, &arena, record->text, RETRY_BYTES));
        gh_arena_finish(&arena);
    }
    mp_buf_append_char(out, '\n');
    progress->rows.after_blank = false;
}

/* ---- slow steps ---- */

static struct slow *get_slow(struct progress *progress,
                             const struct mp_case_result *result)
{
    for (size_t i = 0; i < progress->slow_count; i++) {
        if (progress->slow[i].case_number == result->number)
            return &progress->slow[i];
    }
    if (progress->slow_count == progress->slow_capacity) {
        progress->slow_capacity = progress->slow_capacity * 2 + 8;
        progress->slow = gh_realloc(
            progress->slow, progress->slow_capacity * sizeof(*progress->slow));
    }
    struct slow *slow = &progress->slow[progress->slow_count++];
    memset(slow, 0, sizeof(*slow));
    slow->case_number = result->number;
    return slow;
}

static void forget_slow(struct progress *progress, int64_t case_number)
{
    for (size_t i = 0; i < progress->slow_count; i++) {
        if (progress->slow[i].case_number == case_number) {
            progress->slow[i] = progress->slow[--progress->slow_count];
            return;
        }
    }
}

static void name_slow(struct progress *progress,
                      const struct mp_case_result *result)
{
    if (!result->current_step)
        return;
    const struct mp_result_step *step =
        &result->steps[result->current_step - 1];
    double taken = progress->now_ms - step->start_ms;
    if (taken < MP_SLOW_MS)
        return;
    struct slow *slow = get_slow(progress, result);
    if (slow->step != result->current_step ||
        slow->attempt != result->attempt) {
        slow->step = result->current_step;
        slow->attempt = result->attempt;
        slow->next_ms = MP_SLOW_MS;
    }
    if (taken < slow->next_ms)
        return;
    /* At 10 s, 30 s, then every minute. */
    slow->next_ms = taken < 3 * MP_SLOW_MS ? 3 * MP_SLOW_MS
                    : taken < 60000        ? 60000
                                           : slow->next_ms + 60000;
    char time[MP_STYLE_TIME_SIZE];
    const struct mp_style *style = &progress->base.style;
    struct mp_buf *out = &progress->text;
    mp_style_text(out, style, MP_COLOUR_YELLOW, "slow");
    mp_buf_format(out, " %s  ", mp_style_time(taken, time));
    if (*step->process) {
        mp_actor_append(out, style, result, step->process);
        mp_buf_append_text(out, ": ");
    }
    mp_style_text(out, style, MP_COLOUR_NONE, step->text);
    mp_buf_append_text(out, "\n     ");
    mp_style_text(out, style, MP_COLOUR_DIM, result->id);
    mp_buf_append_char(out, '\n');
    progress->rows.after_blank = false;
}

/* ---- the calls ---- */

/* What a server printed, as it comes (-s). */
static void print_output(struct progress *progress,
                         const struct mp_record *record)
{
    const struct mp_case_result *result =
        mp_results_find(progress->base.results, record->case_number);
    if (!result)
        return;
    mp_actor_output(&progress->text, &progress->base.style, result);
    progress->rows.after_blank = false;
}

static void on_run_started(struct mp_report *report)
{
    struct progress *progress = (struct progress *)report;
    const struct mp_run_result *run = &report->results->run;
    const struct mp_style *style = &report->style;
    struct mp_buf *out = &progress->text;
    progress->rows.after_blank = true; /* of the report's beginning, too */
    if (report->options->quiet)
        return;
    mp_style_text(out, style, MP_COLOUR_BOLD, "mprun");
    if (*run->name) {
        mp_buf_append_char(out, ' ');
        mp_style_text(out, style, MP_COLOUR_NONE, run->name);
    }
    if (run->shards)
        mp_buf_format(out, " %s shard %lld of %lld", mp_style_dot(style),
                      (long long)run->shard, (long long)run->shards);
    mp_buf_format(out, " %s %lld %s", mp_style_dot(style),
                  (long long)run->total, run->total == 1 ? "case" : "cases");
    if (run->shards)
        mp_buf_format(out, " of %lld", (long long)run->planned);
    mp_buf_append_text(out, "\n\n");
    print(progress);
}

static void on_record(struct mp_report *report, const struct mp_record *record)
{
    struct progress *progress = (struct progress *)report;
    if (record->time_ms > progress->now_ms)
        progress->now_ms = record->time_ms;
    if (record->type == MP_RECORD_CASE_PLANNED) {
        mp_rows_plan(&progress->rows, record);
    } else if (record->type == MP_RECORD_CASE_STARTED) {
        mp_rows_begin(&progress->rows, record);
        print_rows(progress, false);
    } else if (record->type == MP_RECORD_CASE_FINISHED && !record->final)
        print_retry(progress, record);
    else if (record->type == MP_RECORD_LOG && report->options->live_output)
        print_output(progress, record);
    else if (record->type == MP_RECORD_RUN_FINISHED && !is_live(progress))
        print_rows(progress, true); /* before what others add at the end */
    print(progress);
    if (progress->now_ms - progress->drawn_ms >= DRAW_MS)
        draw(progress);
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct progress *progress = (struct progress *)report;
    mp_summary_add(&progress->summary, report, result);
    forget_slow(progress, result->number);
    mp_rows_end(&progress->rows, result);
    if (is_told(progress, result))
        print_told(progress, result);
    else if (mp_status_is_failure(result->status, report->options->strict))
        print_failure(progress, result);
    print_rows(progress, false);
    print(progress);
}

static void on_tick(struct mp_report *report, double now_ms)
{
    struct progress *progress = (struct progress *)report;
    if (now_ms > progress->now_ms)
        progress->now_ms = now_ms;
    for (size_t i = 0; i < report->results->open_count; i++)
        name_slow(progress, report->results->open[i]);
    print(progress);
    draw(progress);
}

static bool on_run_finished(struct mp_report *report)
{
    struct progress *progress = (struct progress *)report;
    print_rows(progress, true);
    if (!progress->rows.after_blank)
        mp_buf_append_char(&progress->text, '\n');
    mp_summary_append(&progress->text, &progress->summary, report);
    if (!report->output.path) {
        mp_console_print(report->output.console, progress->text.data,
                         progress->text.len);
        mp_buf_reset(&progress->text);
        return true; /* report.c tells of a broken console */
    }
    mp_output_append(&report->output, progress->text.data, progress->text.len);
    return mp_output_commit(&report->output);
}

static void finish(struct mp_report *report)
{
    struct progress *progress = (struct progress *)report;
    for (size_t i = 0; i < progress->start_count; i++)
        gh_free(progress->starts[i].text);
    gh_free(progress->starts);
    mp_rows_finish(&progress->rows);
    gh_free(progress->slow);
    mp_summary_finish(&progress->summary);
    mp_buf_finish(&progress->text);
}

const struct mp_report_kind mp_progress_kind = {
    .name = "progress",
    .about = "a line for each scenario, failures whole, live on a terminal",
    .size = sizeof(struct progress),
    .on_run_started = on_run_started,
    .on_record = on_record,
    .on_case = on_case,
    .on_tick = on_tick,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
