#include "runner/report/transcript.h"

#include "runner/report/style.h"

/* Of this many bytes of lines, half at each end. */
#define MOST_BYTES (256u << 10)

static const struct mp_style plain;

static bool is_stderr(const struct mp_line *line)
{
    return !strcmp(line->source, "stderr");
}

/* A line is made for each step of each case: formatting would be what it costs
 * most. */
static void append_two(struct mp_buf *out, const char *first,
                       const char *second)
{
    mp_buf_append_text(out, first);
    mp_buf_append_text(out, second);
}

static void append_who(struct mp_buf *out, const struct mp_case_result *result,
                       const char *process)
{
    struct gh_str platform = mp_results_platform(result, process);
    mp_buf_append_text(out, *process ? process : "mprun");
    if (!platform.len)
        return;
    mp_buf_append_char(out, '(');
    mp_buf_append_str(out, platform);
    mp_buf_append_char(out, ')');
}

static void append_line(struct mp_buf *out, const struct mp_case_result *result,
                        const struct mp_line *line)
{
    append_who(out, result, line->process);
    mp_buf_append_text(out, "| ");
    if (*line->sent_time)
        append_two(out, line->sent_time, " ");
    if (*line->level)
        append_two(out, line->level, " ");
    mp_buf_append_text(out, line->text);
    mp_buf_append_char(out, '\n');
}

static void append_step(struct mp_buf *out, const struct mp_case_result *result,
                        const struct mp_result_step *step)
{
    char time[MP_STYLE_TIME_SIZE];
    append_two(out, mp_style_mark(&plain, step->status, false), " ");
    append_two(out, step->keyword, step->text);
    mp_buf_append_text(out, "  [");
    if (*step->process) {
        append_who(out, result, step->process);
        mp_buf_append_text(out, ", ");
    }
    if (!step->finished) {
        mp_buf_append_text(out, "not run]\n");
        return;
    }
    if (step->status != MP_PASSED)
        mp_buf_append_text(out, mp_status_name(step->status));
    if (step->status != MP_PASSED && step->status != MP_NOT_RUN)
        mp_buf_append_text(out, " after ");
    if (step->status != MP_NOT_RUN)
        mp_buf_append_text(out, mp_style_time(step->duration_ms, time));
    mp_buf_append_text(out, "]\n");
}

/* Which lines of one kind to leave out, so that the rest stays readable. */
struct cut {
    size_t total, at;
    size_t left_out;
};

static struct cut measure(const struct mp_case_result *result, bool err)
{
    struct cut cut = {0};
    for (const struct mp_line *line = result->lines; line; line = line->next) {
        if (is_stderr(line) == err)
            cut.total += strlen(line->text) + 1;
    }
    return cut;
}

static bool is_left_out(struct cut *cut, const struct mp_line *line)
{
    size_t start = cut->at;
    cut->at += strlen(line->text) + 1;
    bool out = cut->total > MOST_BYTES && cut->at > MOST_BYTES / 2 &&
               start < cut->total - MOST_BYTES / 2;
    cut->left_out += out;
    return out;
}

static void append_cut(struct mp_buf *out, struct cut *cut)
{
    if (cut->left_out)
        mp_buf_format(out, "... %zu lines left out; the journal has them\n",
                      cut->left_out);
    cut->left_out = 0;
}

/* The steps that began up to a time and were not yet written. */
static size_t append_steps(struct mp_buf *out,
                           const struct mp_case_result *result, size_t next,
                           double until_ms)
{
    while (next < result->step_count && result->steps[next].started &&
           result->steps[next].start_ms <= until_ms)
        append_step(out, result, &result->steps[next++]);
    return next;
}

static void append_sights(struct mp_buf *out,
                          const struct mp_case_result *result)
{
    const struct mp_sight *sight = result->sights;
    for (; sight; sight = sight->next) {
        append_who(out, result, sight->process);
        mp_buf_append_text(out, "| at the timeout: ");
        if (sight->pid)
            mp_buf_format(out, "pid %lld ", (long long)sight->pid);
        mp_buf_format(out, "%s\n", sight->text);
    }
}

/* What on_timeout or on_crash printed, line by line. */
static void append_evidence(struct mp_buf *out,
                            const struct mp_case_result *result,
                            const struct mp_result_attachment *item)
{
    append_who(out, result, item->process);
    mp_buf_format(out, "| %s: %s\n", item->kind, item->command);
    for (const char *line = item->body; *line;) {
        size_t length = strcspn(line, "\n");
        append_who(out, result, item->process);
        mp_buf_append_text(out, "| ");
        mp_buf_append(out, line, length);
        mp_buf_append_char(out, '\n');
        line += length + (line[length] == '\n');
    }
}

void mp_transcript_append(struct mp_buf *out,
                          const struct mp_case_result *result)
{
    struct cut cut = measure(result, false);
    size_t next = 0;
    for (const struct mp_line *line = result->lines; line; line = line->next) {
        if (is_stderr(line))
            continue;
        if (is_left_out(&cut, line))
            continue;
        append_cut(out, &cut);
        next = append_steps(out, result, next, line->time_ms);
        append_line(out, result, line);
    }
    append_cut(out, &cut);
    while (next < result->step_count)
        append_step(out, result, &result->steps[next++]);
    append_sights(out, result);
    const struct mp_result_attachment *item = result->attachments;
    for (; item; item = item->next) {
        if (*item->kind && item->body)
            append_evidence(out, result, item);
    }
    const struct mp_note *note = result->notes;
    for (; note; note = note->next) {
        append_who(out, result, note->process);
        mp_buf_format(out, "| %s: %s\n", note->level, note->text);
    }
}

void mp_transcript_append_stderr(struct mp_buf *out,
                                 const struct mp_case_result *result)
{
    struct cut cut = measure(result, true);
    for (const struct mp_line *line = result->lines; line; line = line->next) {
        if (!is_stderr(line) || is_left_out(&cut, line))
            continue;
        append_cut(out, &cut);
        append_line(out, result, line);
    }
    append_cut(out, &cut);
}
