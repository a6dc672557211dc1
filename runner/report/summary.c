#include "runner/report/summary.h"

#include <stdlib.h>

#include "runner/report/failure.h"
#include "runner/report/matrix.h"

#define MOST_FAILURES 200u
#define MOST_REASONS  20u
#define MOST_REMARKS  20u
#define MOST_SLOW     5u
/* A shorter time is not worth a line. */
#define SUSPENDED_MS 1000

struct mp_summary_failure {
    int64_t number;
    enum mp_status status;
    bool flaky;
    int64_t attempts, repetition;
    const char *id, *text;
};

struct mp_summary_reason {
    struct mp_summary_reason *next;
    int64_t first; /* number of the plan's first case that has it */
    enum mp_status status;
    const char *text;
    size_t count;
};

/* Longer texts are cut. */
#define TEXT_BYTES 512u

/* A warning or note, of one process or of the case. */
struct mp_summary_remark {
    struct mp_summary_remark *next;
    const char *level, *process, *platform, *text;
    const char *id;    /* of the first case that has it */
    int64_t last_case; /* a case counts once */
    size_t cases;
};

struct mp_summary_slow {
    double duration_ms;
    const char *text, *process, *id;
};

/* What the processes of a platform came to. */
struct mp_summary_platform {
    struct mp_summary_platform *next;
    const char *name;
    size_t count;
    double cpu_ms;
    int64_t max_rss_kb, max_descriptors, messages, bytes;
};

static const char *keep_short(struct mp_summary *summary, const char *text)
{
    const struct mp_style plain = {0};
    return mp_style_shorten(&plain, &summary->arena, text, TEXT_BYTES);
}

static const char *keep(struct mp_summary *summary, const char *text)
{
    return gh_arena_copy(&summary->arena, gh_str_of(text));
}

static void add_failure(struct mp_summary *summary,
                        const struct mp_case_result *result)
{
    if (summary->failure_count == summary->failure_capacity) {
        summary->failure_capacity = summary->failure_capacity * 2 + 16;
        summary->failures =
            gh_realloc(summary->failures,
                       summary->failure_capacity * sizeof(*summary->failures));
    }
    struct mp_summary_failure *failure =
        &summary->failures[summary->failure_count++];
    struct mp_buf text = {0};
    /* Of a flaky pass, the last failure is what matters. */
    mp_failure_summarise(
        &text, result->flaky && result->earlier ? result->earlier : result);
    failure->number = result->number;
    failure->status = result->status;
    failure->flaky = result->flaky;
    failure->attempts = result->attempt;
    failure->repetition = result->repetition;
    failure->id = keep(summary, result->id);
    failure->text = keep(summary, mp_buf_text(&text));
    mp_buf_finish(&text);
}

/* The plan's order, whichever case was over first. */
static void place_reason(struct mp_summary *summary,
                         struct mp_summary_reason *reason)
{
    struct mp_summary_reason **link = &summary->reasons;
    while (*link && *link != reason)
        link = &(*link)->next;
    if (*link)
        *link = reason->next;
    link = &summary->reasons;
    while (*link && (*link)->first < reason->first)
        link = &(*link)->next;
    reason->next = *link;
    *link = reason;
}

static void add_reason(struct mp_summary *summary,
                       const struct mp_case_result *result)
{
    const char *text = keep_short(summary, mp_failure_message(result));
    /* More are counted together: reasons may hold numbers. */
    if (summary->reason_count > MOST_REASONS)
        text = "other reasons";
    struct mp_summary_reason *reason = summary->reasons;
    while (reason && (reason->status != result->status ||
                      strcmp(reason->text, text) != 0))
        reason = reason->next;
    if (!reason) {
        reason = gh_arena_alloc(&summary->arena, sizeof(*reason));
        summary->reason_count++;
        reason->status = result->status;
        reason->text = keep(summary, text);
    }
    if (!reason->count || result->number < reason->first) {
        reason->first = result->number;
        place_reason(summary, reason);
    }
    reason->count++;
}

static struct mp_summary_remark *find_remark(const struct mp_summary *summary,
                                             const struct mp_note *note,
                                             const char *text,
                                             const char *platform)
{
    struct mp_summary_remark *remark = summary->remarks;
    while (remark && (strcmp(remark->text, text) != 0 ||
                      strcmp(remark->process, note->process) != 0 ||
                      strcmp(remark->platform, platform) != 0 ||
                      strcmp(remark->level, note->level) != 0))
        remark = remark->next;
    return remark;
}

static void add_remark(struct mp_summary *summary,
                       const struct mp_case_result *result,
                       const struct mp_note *note)
{
    struct mp_buf platform = {0};
    const char *text = keep_short(summary, note->text);
    mp_buf_append_str(&platform, mp_results_platform(result, note->process));
    struct mp_summary_remark *remark =
        find_remark(summary, note, text, mp_buf_text(&platform));
    if (!remark && summary->remark_count == MOST_REMARKS) {
        summary->other_remarks++;
    } else if (!remark) {
        remark = gh_arena_alloc(&summary->arena, sizeof(*remark));
        *remark = (struct mp_summary_remark){
            .level = keep(summary, note->level),
            .process = keep(summary, note->process),
            .platform = keep(summary, mp_buf_text(&platform)),
            .text = keep(summary, text),
            .id = keep(summary, result->id)};
        summary->remark_count++;
        if (summary->last_remark)
            summary->last_remark->next = remark;
        else
            summary->remarks = remark;
        summary->last_remark = remark;
    }
    if (remark && remark->last_case != result->number)
        remark->cases++;
    if (remark)
        remark->last_case = result->number;
    mp_buf_finish(&platform);
}

static void add_slow(struct mp_summary *summary,
                     const struct mp_case_result *result,
                     const struct mp_result_step *step)
{
    if (!summary->slow)
        summary->slow = gh_arena_array(&summary->arena, MOST_SLOW + 1,
                                       sizeof(*summary->slow));
    size_t at = summary->slow_count;
    for (; at && summary->slow[at - 1].duration_ms < step->duration_ms; at--)
        summary->slow[at] = summary->slow[at - 1];
    if (at == MOST_SLOW)
        return;
    summary->slow[at].duration_ms = step->duration_ms;
    summary->slow[at].text = keep(summary, step->text);
    summary->slow[at].process = keep(summary, step->process);
    summary->slow[at].id = keep(summary, result->id);
    if (summary->slow_count < MOST_SLOW)
        summary->slow_count++;
}

static struct mp_summary_platform *get_platform(struct mp_summary *summary,
                                                const char *name)
{
    struct mp_summary_platform **at = &summary->platforms;
    while (*at && strcmp((*at)->name, name) < 0)
        at = &(*at)->next;
    if (!*at || strcmp((*at)->name, name) != 0) {
        struct mp_summary_platform *platform =
            gh_arena_alloc(&summary->arena, sizeof(*platform));
        platform->name = keep(summary, name);
        platform->next = *at;
        *at = platform;
    }
    return *at;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void add_metrics(struct mp_summary *summary,
                        const struct mp_process_result *process)
{
    struct mp_summary_platform *platform =
        get_platform(summary, process->platform);
    for (const struct mp_incarnation *life = process->incarnations; life;
         life = life->next) {
        const struct mp_metrics *used = &life->metrics;
        platform->count += !life->reused;
        platform->cpu_ms += used->cpu_user_ms + used->cpu_system_ms;
        platform->max_rss_kb = greater(platform->max_rss_kb, used->max_rss_kb);
        platform->max_descriptors =
            greater(platform->max_descriptors, used->descriptors);
        platform->messages += used->messages_in + used->messages_out;
        platform->bytes += used->bytes_in + used->bytes_out;
    }
}

void mp_summary_add(struct mp_summary *summary, const struct mp_report *report,
                    const struct mp_case_result *result)
{
    bool strict = report->options->strict;
    mp_grid_add(&summary->grid, result);
    if (result->flaky || mp_status_is_failure(result->status, strict))
        add_failure(summary, result);
    else if (result->status != MP_PASSED)
        add_reason(summary, result);
    const struct mp_note *note = result->notes;
    if (mp_status_is_failure(result->status, strict))
        note = NULL;
    for (; note; note = note->next) {
        if (report->options->verbose || !strcmp(note->level, "warning"))
            add_remark(summary, result, note);
    }
    for (const struct mp_case_result *attempt = result;
         report->options->verbose && attempt; attempt = attempt->earlier) {
        for (const struct mp_process_result *process = attempt->processes;
             process; process = process->next)
            add_metrics(summary, process);
    }
    for (size_t i = 0; i < result->step_count; i++) {
        if (result->steps[i].duration_ms > MP_SLOW_MS)
            add_slow(summary, result, &result->steps[i]);
    }
}

void mp_summary_finish(struct mp_summary *summary)
{
    gh_free(summary->failures);
    mp_grid_finish(&summary->grid);
    gh_arena_finish(&summary->arena);
    memset(summary, 0, sizeof(*summary));
}

void mp_summary_counts(struct mp_buf *out, const struct mp_style *style,
                       const struct mp_tally *tally)
{
    static const enum mp_status order[] = {
        MP_PASSED,         MP_FAILED,       MP_UNDEFINED,   MP_AMBIGUOUS,
        MP_PENDING,        MP_TIMED_OUT,    MP_CRASHED,     MP_LEAKED,
        MP_PROTOCOL_ERROR, MP_START_FAILED, MP_INTERRUPTED, MP_SKIPPED,
        MP_NOT_RUN,
    };
    const char *separator = "";
    for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
        enum mp_colour colour = mp_style_status_colour(order[i], false);
        if (!tally->cases[order[i]])
            continue;
        mp_buf_append_text(out, separator);
        mp_style_begin(out, style, colour);
        mp_buf_format(out, "%zu %s", tally->cases[order[i]],
                      order[i] == MP_NOT_RUN ? "not run"
                                             : mp_status_name(order[i]));
        mp_style_end(out, style, colour);
        if (order[i] == MP_PASSED && tally->flaky) {
            mp_buf_append_text(out, " (");
            mp_style_begin(out, style, MP_COLOUR_YELLOW);
            mp_buf_format(out, "%zu flaky", tally->flaky);
            mp_style_end(out, style, MP_COLOUR_YELLOW);
            mp_buf_append_text(out, ")");
        }
        if (order[i] == MP_SKIPPED && tally->known)
            mp_buf_format(out, " (%zu known to fail)", tally->known);
        separator = ", ";
    }
}

static void append_failure(struct mp_buf *out, const struct mp_style *style,
                           const struct mp_summary_failure *failure)
{
    enum mp_colour colour =
        mp_style_status_colour(failure->status, failure->flaky);
    mp_style_begin(out, style, colour);
    mp_buf_format(out, "%s %s",
                  mp_style_mark(style, failure->status, failure->flaky),
                  failure->flaky ? "flaky" : mp_status_name(failure->status));
    mp_style_end(out, style, colour);
    mp_buf_append_char(out, ' ');
    mp_style_text(out, style, MP_COLOUR_NONE, failure->id);
    if (failure->repetition)
        mp_buf_format(out, " (repetition %lld)",
                      (long long)failure->repetition);
    if (failure->attempts > 1)
        mp_buf_format(out, " (%lld attempts)", (long long)failure->attempts);
    mp_buf_append_text(out, "\n    ");
    size_t room = style->width > 8 ? (size_t)style->width - 4 : 0;
    mp_style_fit(out, style, MP_COLOUR_DIM, failure->text, room, false);
    mp_buf_append_char(out, '\n');
}

static int by_number(const void *a, const void *b)
{
    const struct mp_summary_failure *first = a, *second = b;
    return (first->number > second->number) - (first->number < second->number);
}

static void append_failures(struct mp_buf *out, const struct mp_style *style,
                            struct mp_summary *summary)
{
    size_t count = summary->failure_count;
    if (!count)
        return;
    qsort(summary->failures, count, sizeof(*summary->failures), by_number);
    for (size_t i = 0; i < count && i < MOST_FAILURES; i++)
        append_failure(out, style, &summary->failures[i]);
    if (count > MOST_FAILURES)
        mp_buf_format(out, "  and %zu more\n", count - MOST_FAILURES);
    mp_buf_append_char(out, '\n');
}

void mp_summary_reasons(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_summary *summary)
{
    const struct mp_summary_reason *reason = summary->reasons;
    for (; reason; reason = reason->next) {
        enum mp_colour colour = mp_style_status_colour(reason->status, false);
        mp_style_begin(out, style, colour);
        mp_buf_format(
            out, "%s %zu %s", mp_style_mark(style, reason->status, false),
            reason->count,
            reason->status == MP_NOT_RUN ? "not run"
                                         : mp_status_name(reason->status));
        mp_style_end(out, style, colour);
        mp_buf_append_text(out, *reason->text ? ": " : "");
        mp_style_text(out, style, MP_COLOUR_NONE, reason->text);
        mp_buf_append_char(out, '\n');
    }
}

static void append_remark(struct mp_buf *out, const struct mp_style *style,
                          const struct mp_summary_remark *remark)
{
    mp_style_text(out, style, MP_COLOUR_YELLOW, remark->level);
    mp_buf_append_text(out, ": ");
    mp_style_text(out, style, MP_COLOUR_NONE, remark->process);
    if (*remark->platform) {
        mp_buf_append_text(out, " (");
        mp_style_text(out, style, MP_COLOUR_NONE, remark->platform);
        mp_buf_append_char(out, ')');
    }
    mp_buf_append_text(out, *remark->process ? ": " : "");
    mp_style_text(out, style, MP_COLOUR_NONE, remark->text);
    mp_buf_append_text(out, "\n    ");
    mp_style_text(out, style, MP_COLOUR_DIM, remark->id);
    if (remark->cases > 1)
        mp_buf_format(out, " and %zu more %s", remark->cases - 1,
                      remark->cases == 2 ? "case" : "cases");
    mp_buf_append_char(out, '\n');
}

static void append_remarks(struct mp_buf *out, const struct mp_style *style,
                           const struct mp_summary *summary)
{
    const struct mp_summary_remark *remark = summary->remarks;
    for (; remark; remark = remark->next)
        append_remark(out, style, remark);
    if (summary->other_remarks)
        mp_buf_format(out, "and %zu more: the journal has them\n",
                      summary->other_remarks);
    if (summary->remarks)
        mp_buf_append_char(out, '\n');
}

static void append_slow(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_summary *summary)
{
    char time[MP_STYLE_TIME_SIZE];
    if (!summary->slow_count)
        return;
    mp_buf_append_text(out, "Slowest steps\n");
    for (size_t i = 0; i < summary->slow_count; i++) {
        const struct mp_summary_slow *slow = &summary->slow[i];
        mp_buf_format(out, "  %7s  ", mp_style_time(slow->duration_ms, time));
        mp_style_text(out, style, MP_COLOUR_NONE, slow->text);
        mp_buf_append_text(out, *slow->process ? ", " : "");
        mp_style_text(out, style, MP_COLOUR_NONE, slow->process);
        mp_buf_append_text(out, "\n           ");
        mp_style_text(out, style, MP_COLOUR_DIM, slow->id);
        mp_buf_append_char(out, '\n');
    }
    mp_buf_append_char(out, '\n');
}

static void append_platforms(struct mp_buf *out, const struct mp_style *style,
                             const struct mp_summary *summary)
{
    char time[MP_STYLE_TIME_SIZE];
    if (!summary->platforms)
        return;
    mp_buf_append_text(out, "Processes\n");
    for (const struct mp_summary_platform *platform = summary->platforms;
         platform; platform = platform->next) {
        mp_buf_append_text(out, "  ");
        mp_style_text(out, style, MP_COLOUR_NONE, platform->name);
        mp_buf_format(out,
                      ": %zu started, %s of CPU, at most %.1f MB and %lld "
                      "descriptors; %lld messages, %.1f kB\n",
                      platform->count, mp_style_time(platform->cpu_ms, time),
                      (double)platform->max_rss_kb / 1024,
                      (long long)platform->max_descriptors,
                      (long long)platform->messages,
                      (double)platform->bytes / 1000);
    }
    mp_buf_append_char(out, '\n');
}

/* What the processes' starts cost, and what of that no step waited for. */
static void append_starting(struct mp_buf *out, const struct mp_style *style,
                            const struct mp_run_result *run)
{
    char whole[MP_STYLE_TIME_SIZE], hidden[MP_STYLE_TIME_SIZE];
    if (!(run->starting_ms > 0))
        return;
    mp_style_text(out, style, MP_COLOUR_DIM, "starting   ");
    mp_buf_format(out, "took %s, %s of it hidden",
                  mp_style_time(run->starting_ms, whole),
                  mp_style_time(run->hidden_ms, hidden));
    if (run->spared)
        mp_buf_format(out, "; %lld %s spared", (long long)run->spared,
                      run->spared == 1 ? "start" : "starts");
    mp_buf_append_char(out, '\n');
}

/* What counted against the run and no case tells. */
static void append_run_causes(struct mp_buf *out, const struct mp_style *style,
                              const struct mp_run_result *run)
{
    const struct mp_cause *cause = run->causes;
    if (!cause)
        return;
    mp_style_text(out, style, MP_COLOUR_RED_BOLD, "The run failed:");
    mp_buf_append_char(out, '\n');
    for (; cause; cause = cause->next) {
        mp_buf_append_text(out, "  ");
        mp_style_text(out, style, MP_COLOUR_RED, mp_status_name(cause->status));
        mp_buf_append_text(out, "  ");
        mp_style_text(out, style, MP_COLOUR_NONE, cause->text);
        mp_buf_append_char(out, '\n');
    }
}

static void append_run(struct mp_buf *out, const struct mp_report *report)
{
    const struct mp_run_result *run = &report->results->run;
    const struct mp_style *style = &report->style;
    if (run->started && !run->finished) {
        mp_style_text(out, style, MP_COLOUR_YELLOW,
                      "The journal ends before the run did.");
        mp_buf_append_char(out, '\n');
    }
    append_run_causes(out, style, run);
    if (report->results->tally.cases[MP_UNDEFINED]) {
        mp_style_text(out, style, MP_COLOUR_DIM, "undefined  ");
        mp_buf_append_text(out, "mprun steps names the nearest definitions\n");
    }
    if (report->options->artifacts) {
        mp_style_text(out, style, MP_COLOUR_DIM, "artifacts  ");
        mp_style_text(out, style, MP_COLOUR_NONE, report->options->artifacts);
        mp_buf_append_char(out, '\n');
    }
    if (report->options->page) {
        mp_style_text(out, style, MP_COLOUR_DIM, "page       ");
        mp_style_text(out, style, MP_COLOUR_NONE, report->options->page);
        mp_buf_append_char(out, '\n');
    }
    if (report->options->kept) {
        mp_style_text(out, style, MP_COLOUR_DIM, "kept       ");
        mp_style_text(out, style, MP_COLOUR_NONE, report->options->kept);
        mp_buf_append_char(out, '\n');
    }
    append_starting(out, style, run);
    if (run->suspended_ms >= SUSPENDED_MS) {
        char time[MP_STYLE_TIME_SIZE];
        mp_style_text(out, style, MP_COLOUR_DIM, "suspended  ");
        mp_buf_format(out, "%s, which no timeout counts\n",
                      mp_style_time(run->suspended_ms, time));
    }
    if (report->options->verbose && *run->containment) {
        mp_style_text(out, style, MP_COLOUR_DIM, "contained  ");
        mp_buf_format(out, "by %s%s%s%s\n", run->containment,
                      *run->contained_less ? " (cgroup: " : "",
                      run->contained_less, *run->contained_less ? ")" : "");
    }
    if (run->seed) {
        mp_style_text(out, style, MP_COLOUR_DIM, "seed       ");
        mp_buf_format(out, "%llu\n", (unsigned long long)run->seed);
    }
}

bool mp_summary_nothing_ran(const struct mp_tally *tally)
{
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        if (i != MP_SKIPPED && tally->cases[i])
            return false;
    }
    return tally->cases[MP_SKIPPED] > tally->known;
}

static void append_verdict(struct mp_buf *out, const struct mp_report *report)
{
    const struct mp_tally *tally = &report->results->tally;
    const struct mp_style *style = &report->style;
    char time[MP_STYLE_TIME_SIZE];
    size_t total = 0;
    bool failed = tally->run_failed;
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        total += tally->cases[i];
        failed =
            failed || (tally->cases[i] &&
                       mp_status_is_failure((enum mp_status)i, tally->strict));
    }
    if (mp_summary_nothing_ran(tally)) {
        mp_style_text(out, style, MP_COLOUR_YELLOW_BOLD,
                      "Nothing was tested: all cases were skipped.");
        mp_buf_append_char(out, '\n');
    }
    enum mp_colour colour = failed ? MP_COLOUR_RED_BOLD
                            : mp_summary_nothing_ran(tally)
                                ? MP_COLOUR_YELLOW_BOLD
                                : MP_COLOUR_GREEN_BOLD;
    mp_style_begin(out, style, colour);
    mp_buf_format(out, "%zu %s", total, total == 1 ? "case" : "cases");
    mp_style_end(out, style, colour);
    mp_buf_append_text(out, total ? ": " : "");
    mp_summary_counts(out, style, tally);
    mp_buf_format(out, " in %s\n",
                  mp_style_time(report->results->run.duration_ms, time));
}

void mp_summary_append(struct mp_buf *out, struct mp_summary *summary,
                       const struct mp_report *report)
{
    const struct mp_style *style = &report->style;
    append_failures(out, style, summary);
    if (!report->options->quiet) {
        mp_grid_sort(&summary->grid);
        mp_matrix_append(out, style, &summary->grid, report->options->strict);
        mp_blames_append(out, style, report->blames);
        mp_summary_reasons(out, style, summary);
        if (summary->reasons)
            mp_buf_append_char(out, '\n');
        append_remarks(out, style, summary);
        append_slow(out, style, summary);
        append_platforms(out, style, summary);
    }
    append_run(out, report);
    append_verdict(out, report);
}
