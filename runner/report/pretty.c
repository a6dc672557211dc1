#include <string.h>

#include "runner/base/text.h"
#include "runner/report/actor.h"
#include "runner/report/failure.h"
#include "runner/report/kind.h"
#include "runner/report/steplist.h"
#include "runner/report/summary.h"

/* Every case with its steps, whole and one after another: a case that ends
 * while one that started before it still runs waits for its turn, so that
 * the order is that of the plan whatever runs at the same time. */

struct waiting {
    int64_t case_number;
    bool ended;
    struct mp_buf text; /* of a case that ended */
    char *uri, *feature;
};

struct pretty {
    struct mp_report base;
    struct mp_summary summary;
    struct waiting *list; /* by start; owned */
    size_t count, capacity;
    char *uri; /* of the feature printed last */
};

static void print(struct pretty *pretty, const struct mp_buf *text)
{
    struct mp_report *report = &pretty->base;
    if (report->output.path)
        mp_output_append(&report->output, mp_buf_text(text), text->len);
    else
        mp_console_print(report->output.console, mp_buf_text(text), text->len);
}

/* ---- one case ---- */

static void append_head(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_case_result *result)
{
    char time[MP_STYLE_TIME_SIZE];
    enum mp_colour colour =
        mp_style_status_colour(result->status, result->flaky);
    mp_buf_append_text(out, "\n  ");
    mp_style_begin(out, style, colour);
    mp_buf_append_text(out,
                       mp_style_mark(style, result->status, result->flaky));
    mp_style_end(out, style, colour);
    mp_buf_append_char(out, ' ');
    if (*result->rule) {
        mp_style_text(out, style, MP_COLOUR_NONE, result->rule);
        mp_buf_append_text(out, style->ascii ? " > " : " › ");
    }
    mp_style_text(out, style, MP_COLOUR_BOLD, result->name);
    if (*result->combination) {
        mp_buf_append_char(out, ' ');
        mp_style_text(out, style, MP_COLOUR_NONE, result->combination);
    }
    if (result->repetition)
        mp_buf_format(out, " (repetition %lld)", (long long)result->repetition);
    mp_buf_append_text(out, "\n    ");
    mp_style_begin(out, style, MP_COLOUR_DIM);
    mp_style_text(out, &(struct mp_style){0}, MP_COLOUR_NONE, result->uri);
    mp_buf_format(out, ":%lld", (long long)result->line);
    if (result->status != MP_SKIPPED && result->status != MP_NOT_RUN)
        mp_buf_format(out, " %s %s", mp_style_dot(style),
                      mp_style_time(result->duration_ms, time));
    if (result->status != MP_PASSED)
        mp_buf_format(out, " %s %s", mp_style_dot(style),
                      mp_status_name(result->status));
    if (result->flaky)
        mp_buf_format(out, " %s flaky", mp_style_dot(style));
    if (result->attempt > 1)
        mp_buf_format(out, " %s attempt %lld", mp_style_dot(style),
                      (long long)result->attempt);
    mp_style_end(out, style, MP_COLOUR_DIM);
    mp_buf_append_char(out, '\n');
}

static void append_attempts(struct mp_buf *out, const struct mp_style *style,
                            const struct mp_case_result *result)
{
    const struct mp_case_result *attempt = result->earlier;
    struct mp_buf text = {0};
    for (; attempt; attempt = attempt->earlier) {
        mp_buf_reset(&text);
        mp_buf_format(&text, "attempt %lld %s: ", (long long)attempt->attempt,
                      mp_status_name(attempt->status));
        mp_failure_summarise(&text, attempt);
        mp_style_spaces(out, 4);
        mp_style_text(out, style, MP_COLOUR_YELLOW, mp_buf_text(&text));
        mp_buf_append_char(out, '\n');
    }
    mp_buf_finish(&text);
}

static void append_case(struct pretty *pretty, struct mp_buf *out,
                        const struct mp_case_result *result)
{
    const struct mp_style *style = &pretty->base.style;
    struct mp_steplist_layout layout =
        mp_steplist_measure(result, style, 4, false);
    bool failed =
        mp_status_is_failure(result->status, pretty->base.options->strict);
    append_head(out, style, result);
    append_attempts(out, style, result);
    if (!failed && result->status != MP_PASSED && *result->text)
        mp_style_block(out, style,
                       mp_style_status_colour(result->status, false), 4,
                       result->text);
    for (size_t i = 0; i < result->step_count; i++) {
        mp_steplist_append(out, style, &layout, result, i);
        /* That of a failed step stands in its description. */
        if (!failed || &result->steps[i] != mp_failure_step(result))
            mp_steplist_append_argument(out, style, 8, &result->steps[i]);
    }
    if (!failed) {
        mp_failure_remarks(out, style, 4, result,
                           !pretty->base.options->verbose);
        return;
    }
    mp_buf_append_char(out, '\n');
    mp_failure_describe(out, style, 6, result, pretty->base.options->repeat);
}

/* ---- their order ---- */

static void finish_waiting(struct waiting *waiting)
{
    mp_buf_finish(&waiting->text);
    gh_free(waiting->uri);
    gh_free(waiting->feature);
}

static void print_case(struct pretty *pretty, const struct waiting *waiting)
{
    struct mp_buf out = {0};
    const struct mp_style *style = &pretty->base.style;
    if (!pretty->uri || strcmp(pretty->uri, waiting->uri) != 0) {
        mp_buf_append_text(&out, pretty->uri ? "\n" : "");
        mp_style_text(&out, style, MP_COLOUR_BOLD, waiting->feature);
        mp_buf_append_text(&out, "  ");
        mp_style_text(&out, style, MP_COLOUR_DIM, waiting->uri);
        mp_buf_append_char(&out, '\n');
        gh_free(pretty->uri);
        pretty->uri = mp_text_copy(waiting->uri);
    }
    mp_buf_append(&out, mp_buf_text(&waiting->text), waiting->text.len);
    print(pretty, &out);
    mp_buf_finish(&out);
}

static void print_ended(struct pretty *pretty)
{
    size_t ended = 0;
    while (ended < pretty->count && pretty->list[ended].ended) {
        print_case(pretty, &pretty->list[ended]);
        finish_waiting(&pretty->list[ended]);
        ended++;
    }
    pretty->count -= ended;
    if (ended)
        memmove(pretty->list, pretty->list + ended,
                pretty->count * sizeof(*pretty->list));
}

static struct waiting *find(struct pretty *pretty, int64_t case_number)
{
    for (size_t i = 0; i < pretty->count; i++) {
        if (pretty->list[i].case_number == case_number)
            return &pretty->list[i];
    }
    return NULL;
}

/* What a server printed, as it comes (-s); not into a file. */
static void print_output(struct pretty *pretty, const struct mp_record *record)
{
    const struct mp_case_result *result =
        mp_results_find(pretty->base.results, record->case_number);
    struct mp_buf out = {0};
    if (result)
        mp_actor_output(&out, &pretty->base.style, result);
    print(pretty, &out);
    mp_buf_finish(&out);
}

static void on_record(struct mp_report *report, const struct mp_record *record)
{
    struct pretty *pretty = (struct pretty *)report;
    if (record->type == MP_RECORD_LOG && report->options->live_output &&
        !report->output.path)
        print_output(pretty, record);
    if (record->type != MP_RECORD_CASE_STARTED ||
        find(pretty, record->case_number))
        return;
    if (pretty->count == pretty->capacity) {
        pretty->capacity = pretty->capacity * 2 + 8;
        pretty->list =
            gh_realloc(pretty->list, pretty->capacity * sizeof(*pretty->list));
    }
    struct waiting fresh = {
        .case_number = record->case_number,
        .uri = mp_text_copy(record->uri ? record->uri : ""),
        .feature = mp_text_copy(record->feature ? record->feature : ""),
    };
    pretty->list[pretty->count++] = fresh;
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct pretty *pretty = (struct pretty *)report;
    struct waiting *waiting = find(pretty, result->number);
    mp_summary_add(&pretty->summary, report, result);
    if (!waiting)
        return;
    append_case(pretty, &waiting->text, result);
    waiting->ended = true;
    print_ended(pretty);
}

static bool on_run_finished(struct mp_report *report)
{
    struct pretty *pretty = (struct pretty *)report;
    struct mp_buf out = {0};
    for (size_t i = 0; i < pretty->count; i++)
        pretty->list[i].ended = true;
    print_ended(pretty);
    mp_buf_append_char(&out, '\n');
    mp_summary_append(&out, &pretty->summary, report);
    print(pretty, &out);
    mp_buf_finish(&out);
    return !report->output.path || mp_output_commit(&report->output);
}

static void finish(struct mp_report *report)
{
    struct pretty *pretty = (struct pretty *)report;
    for (size_t i = 0; i < pretty->count; i++)
        finish_waiting(&pretty->list[i]);
    gh_free(pretty->list);
    gh_free(pretty->uri);
    mp_summary_finish(&pretty->summary);
}

const struct mp_report_kind mp_pretty_kind = {
    .name = "pretty",
    .about = "each case with its steps, processes, platforms and times",
    .size = sizeof(struct pretty),
    .on_record = on_record,
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
