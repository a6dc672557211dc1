#include <string.h>

#include "runner/report/failure.h"
#include "runner/report/kind.h"

/* Test Anything Protocol, version 14: a line for each case as it ends, below
 * the line of one that did not pass a YAML block. A case that did not pass in
 * its first attempts, but then, is an ok with such a block. */

#define BLOCK_INDENT 4u

struct tap {
    struct mp_report base;
    struct mp_buf text;
    size_t count; /* of test points */
};

/* Standard output gets each case at once. */
static void print(struct tap *tap)
{
    struct mp_output *output = &tap->base.output;
    const char *text = mp_buf_text(&tap->text);
    if (output->path)
        mp_output_append(output, text, tap->text.len);
    else
        mp_console_print(output->console, text, tap->text.len);
    mp_buf_reset(&tap->text);
}

/* On one line, and with the marks of directives and escapes escaped. */
static void append_description(struct mp_buf *out, const char *text)
{
    static const struct mp_style plain;
    struct mp_buf safe = {0};
    mp_style_text(&safe, &plain, MP_COLOUR_NONE, text);
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.data[i] == '#' || safe.data[i] == '\\')
            mp_buf_append_char(out, '\\');
        mp_buf_append_char(out, safe.data[i]);
    }
    mp_buf_finish(&safe);
}

/* Not ok, and nobody minds: pending steps, and failures that the baseline
 * expects. */
static bool is_todo(const struct mp_case_result *result)
{
    return result->status == MP_PENDING ||
           (result->status == MP_SKIPPED && *result->known);
}

static void append_directive(struct mp_buf *out,
                             const struct mp_case_result *result)
{
    bool never = result->status == MP_NOT_RUN;
    mp_buf_append_text(out, is_todo(result) ? " # TODO "
                            : never         ? " # SKIP not run: "
                                            : " # SKIP ");
    append_description(out, mp_failure_message(result));
}

static void append_point(struct tap *tap, const struct mp_case_result *result)
{
    struct mp_buf *out = &tap->text;
    bool strict = tap->base.options->strict;
    bool failed = mp_status_is_failure(result->status, strict);
    mp_buf_format(out, "%s %zu - ", failed || is_todo(result) ? "not ok" : "ok",
                  ++tap->count);
    append_description(out, result->name);
    if (*result->combination) {
        mp_buf_append_char(out, ' ');
        append_description(out, result->combination);
    }
    if (result->repetition)
        mp_buf_format(out, " (repetition %lld)", (long long)result->repetition);
    if (!failed && result->status != MP_PASSED)
        append_directive(out, result);
    mp_buf_append_char(out, '\n');
}

/* ---- the YAML block ---- */

/* A text of one line in double quotes. */
static void put_line(struct mp_buf *out, const char *key, const char *value)
{
    static const struct mp_style plain;
    struct mp_buf safe = {0};
    mp_style_text(&safe, &plain, MP_COLOUR_NONE, value);
    mp_buf_format(out, "  %s: \"", key);
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.data[i] == '"' || safe.data[i] == '\\')
            mp_buf_append_char(out, '\\');
        mp_buf_append_char(out, safe.data[i]);
    }
    mp_buf_append_text(out, "\"\n");
    mp_buf_finish(&safe);
}

/* A text as it stands. Its first line, a word of ours, says how far it is
 * indented, so the others may begin with blanks. */
static void put_block(struct mp_buf *out, const char *key, const char *first,
                      const char *value)
{
    static const struct mp_style plain;
    mp_buf_format(out, "  %s: |\n", key);
    mp_style_block(out, &plain, MP_COLOUR_NONE, BLOCK_INDENT, first);
    mp_buf_append_char(out, '\n');
    mp_style_block(out, &plain, MP_COLOUR_NONE, BLOCK_INDENT, value);
}

static void append_block(struct tap *tap, const struct mp_case_result *result)
{
    struct mp_style plain = {0};
    struct mp_buf *out = &tap->text;
    struct mp_buf text = {0};
    const struct mp_result_step *step = mp_failure_step(result);
    mp_buf_append_text(out, "  ---\n");
    mp_failure_summarise(&text, result);
    put_line(out, "message", mp_buf_text(&text));
    put_line(out, "status", mp_status_name(result->status));
    mp_buf_format(out, "  duration_ms: %.3f\n", result->duration_ms);
    mp_buf_format(out, "  attempt: %lld\n", (long long)result->attempt);
    put_line(out, "id", result->id);
    mp_buf_reset(&text);
    mp_buf_format(&text, "%s:%lld", result->uri,
                  (long long)(step ? step->line : result->line));
    put_line(out, "at", mp_buf_text(&text));
    mp_buf_reset(&text);
    mp_failure_describe(&text, &plain, 0, result, tap->base.options->repeat);
    put_block(out, "report", mp_status_name(result->status),
              mp_buf_text(&text));
    mp_buf_append_text(out, "  ...\n");
    mp_buf_finish(&text);
}

/* ---- the calls ---- */

static void on_run_started(struct mp_report *report)
{
    struct tap *tap = (struct tap *)report;
    mp_buf_append_text(&tap->text, "TAP version 14\n");
    if (report->results->run.total > 0)
        mp_buf_format(&tap->text, "1..%lld\n",
                      (long long)report->results->run.total);
    print(tap);
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct tap *tap = (struct tap *)report;
    append_point(tap, result);
    if (mp_status_is_failure(result->status, report->options->strict))
        append_block(tap, result);
    else if (result->flaky && result->earlier)
        append_block(tap, result->earlier);
    print(tap);
}

/* The plan has no place for what counts against no case. */
static void append_run_causes(struct mp_buf *out, const struct mp_cause *cause)
{
    for (; cause; cause = cause->next) {
        mp_buf_format(out, "# the run failed: %s, ",
                      mp_status_name(cause->status));
        append_description(out, cause->text);
        mp_buf_append_char(out, '\n');
    }
}

/* A harness must not take a run that was cut short, or that failed outside of
 * its cases, for one that passed. */
static bool on_run_finished(struct mp_report *report)
{
    struct tap *tap = (struct tap *)report;
    const struct mp_run_result *run = &report->results->run;
    if (!run->started)
        mp_buf_append_text(&tap->text, "TAP version 14\n");
    if (run->total <= 0)
        mp_buf_format(&tap->text, "1..%zu\n", tap->count);
    append_run_causes(&tap->text, run->causes);
    if (run->signal)
        mp_buf_format(&tap->text, "Bail out! the run ended by signal %lld\n",
                      (long long)run->signal);
    else if (!run->finished)
        mp_buf_append_text(&tap->text,
                           "Bail out! the journal ends before the run did\n");
    else if (run->causes)
        mp_buf_append_text(&tap->text,
                           "Bail out! the run failed outside of its cases\n");
    print(tap);
    if (!report->output.path)
        return true; /* report.c tells of a broken console */
    return mp_output_commit(&report->output);
}

static void finish(struct mp_report *report)
{
    mp_buf_finish(&((struct tap *)report)->text);
}

const struct mp_report_kind mp_tap_kind = {
    .name = "tap",
    .about = "Test Anything Protocol, version 14: a line for each case",
    .size = sizeof(struct tap),
    .on_run_started = on_run_started,
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
