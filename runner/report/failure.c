#include "runner/report/failure.h"

#include <stdio.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/report/actor.h"
#include "runner/report/diff.h"
#include "runner/report/found.h"
#include "runner/report/steplist.h"

#define LAST_LOGS   10u
#define LAST_STDERR 20u
/* Of a message, stack, diff, ...; of a line of a log; of a summary. */
#define TEXT_BYTES    8192u
#define LINE_BYTES    2048u
#define SUMMARY_BYTES 512u

struct view {
    struct mp_buf *out;
    const struct mp_style *style;
    size_t indent;
    const struct mp_case_result *result;
    const char *shown[16]; /* processes whose logs were shown */
    size_t shown_count;
    struct gh_arena arena; /* of texts that were cut */
};

static bool is_bad(enum mp_status status)
{
    return mp_status_is_failure(status, true);
}

const struct mp_result_step *
mp_failure_step(const struct mp_case_result *result)
{
    int64_t number = result->cause_step;
    if (number >= 1 && (size_t)number <= result->step_count)
        return &result->steps[number - 1];
    /* A cause outside the steps comes before any step's. */
    if (*result->text && (result->causes || *result->known))
        return NULL;
    for (size_t i = 0; i < result->step_count; i++) {
        if (result->steps[i].finished && is_bad(result->steps[i].status))
            return &result->steps[i];
    }
    return NULL;
}

static const struct mp_answer *first_bad(const struct mp_result_step *step)
{
    const struct mp_answer *answer = step ? step->answers : NULL;
    while (answer && !is_bad(answer->status))
        answer = answer->next;
    return answer;
}

const char *mp_failure_message(const struct mp_case_result *result)
{
    const struct mp_result_step *step = mp_failure_step(result);
    const struct mp_answer *answer = first_bad(step);
    if (*result->text)
        return result->text;
    if (answer && *answer->text)
        return answer->text;
    if (step && *step->message)
        return step->message;
    return result->causes ? result->causes->text : "";
}

void mp_failure_summarise(struct mp_buf *out,
                          const struct mp_case_result *result)
{
    const struct mp_result_step *step = mp_failure_step(result);
    const char *message = mp_failure_message(result);
    struct mp_style plain = {0};
    struct gh_arena arena = {0};
    if (step && *step->text) {
        mp_buf_append_text(out, step->text);
        if (*message)
            mp_buf_append_text(out, ": ");
    }
    struct gh_str first = {message, strcspn(message, "\r\n")};
    mp_buf_append_text(out, mp_style_shorten(&plain, &arena,
                                             gh_arena_copy(&arena, first),
                                             SUMMARY_BYTES));
    gh_arena_finish(&arena);
}

static const char *cut(struct view *view, const char *text, size_t most)
{
    return mp_style_shorten(view->style, &view->arena, text, most);
}

static void indent(struct view *view, size_t more)
{
    mp_style_spaces(view->out, view->indent + more);
}

static void label(struct view *view, const char *text)
{
    indent(view, 0);
    mp_style_text(view->out, view->style, MP_COLOUR_DIM, text);
}

static void block(struct view *view, const char *name, const char *text)
{
    label(view, name);
    mp_buf_append_char(view->out, '\n');
    mp_style_block(view->out, view->style, MP_COLOUR_NONE, view->indent + 2,
                   cut(view, text, TEXT_BYTES));
}

/* ---- expected and actual ---- */

static void value_line(struct view *view, const char *name,
                       enum mp_colour colour, const char *value)
{
    size_t length = strlen(value);
    bool quote = !length || value[0] == ' ' || value[length - 1] == ' ';
    value = cut(view, value, TEXT_BYTES);
    label(view, name);
    mp_style_begin(view->out, view->style, colour);
    mp_buf_append_text(view->out, quote ? "\"" : "");
    mp_style_text(view->out, view->style, colour, value);
    mp_style_begin(view->out, view->style, colour);
    mp_buf_append_text(view->out, quote ? "\"" : "");
    mp_style_end(view->out, view->style, colour);
    mp_buf_append_char(view->out, '\n');
}

static void diff_block(struct view *view, const char *diff)
{
    label(view, "diff (- expected, + actual)");
    mp_buf_append_char(view->out, '\n');
    struct mp_buf line = {0};
    diff = cut(view, diff, TEXT_BYTES);
    while (*diff) {
        size_t length = strcspn(diff, "\n");
        mp_buf_reset(&line);
        mp_buf_append(&line, diff, length);
        enum mp_colour colour = *diff == '-'   ? MP_COLOUR_GREEN
                                : *diff == '+' ? MP_COLOUR_RED
                                               : MP_COLOUR_NONE;
        mp_buf_append_char(&line, '\n');
        mp_style_block(view->out, view->style, colour, view->indent + 2,
                       line.data);
        diff += length + (diff[length] == '\n');
    }
    mp_buf_finish(&line);
}

static bool is_multi_line(const char *text)
{
    return strchr(text, '\n') != NULL;
}

static void show_values(struct view *view, const struct mp_answer *answer)
{
    const char *expected = answer->expected, *actual = answer->actual;
    bool long_values = expected && actual &&
                       (is_multi_line(expected) || is_multi_line(actual));
    if (long_values && !*answer->diff) {
        struct mp_buf diff = {0};
        mp_diff_append(&diff, expected, actual);
        diff_block(view, mp_buf_text(&diff));
        mp_buf_finish(&diff);
    } else if (!long_values) {
        if (expected)
            value_line(view, "expected  ", MP_COLOUR_GREEN, expected);
        if (actual)
            value_line(view, "actual    ", MP_COLOUR_RED, actual);
    }
    if (*answer->diff)
        diff_block(view, answer->diff);
}

/* ---- what processes said and how they ended ---- */

static bool is_of(const struct mp_line *line, const char *process, bool err)
{
    return !strcmp(line->process, process) &&
           err == !strcmp(line->source, "stderr");
}

static void show_lines(struct view *view, const char *process, bool err,
                       size_t most)
{
    const struct mp_line *line;
    size_t count = 0;
    for (line = view->result->lines; line; line = line->next)
        count += is_of(line, process, err);
    if (!count)
        return;
    size_t left_out = count > most ? count - most : 0;
    label(view, err ? "stderr of " : "last logs of ");
    mp_actor_append(view->out, view->style, view->result, process);
    if (left_out)
        mp_buf_format(view->out, ", %zu earlier lines left out", left_out);
    mp_buf_append_char(view->out, '\n');
    for (line = view->result->lines; line; line = line->next) {
        if (!is_of(line, process, err))
            continue;
        if (left_out) {
            left_out--;
            continue;
        }
        struct mp_line shown = *line;
        shown.text = cut(view, line->text, LINE_BYTES);
        indent(view, 2);
        mp_actor_line(view->out, view->style, &shown);
        mp_buf_append_char(view->out, '\n');
    }
}

static void show_life(struct view *view,
                      const struct mp_process_result *process,
                      const struct mp_incarnation *life)
{
    indent(view, 0);
    mp_actor_append(view->out, view->style, view->result, process->name);
    if (life->number > 1)
        mp_buf_format(view->out, ", start %lld", (long long)life->number);
    if (life->pid)
        mp_buf_format(view->out, ", pid %lld", (long long)life->pid);
    mp_buf_append_char(view->out, ' ');
    struct mp_buf ending = {0};
    mp_actor_ending(&ending, life);
    mp_style_text(view->out, view->style, MP_COLOUR_NONE, mp_buf_text(&ending));
    mp_buf_append_char(view->out, '\n');
    mp_buf_finish(&ending);
}

static bool was_shown(struct view *view, const char *process)
{
    for (size_t i = 0; i < view->shown_count; i++) {
        if (!strcmp(view->shown[i], process))
            return true;
    }
    if (view->shown_count < sizeof(view->shown) / sizeof(*view->shown))
        view->shown[view->shown_count++] = process;
    return false;
}

static bool is_unclean(const struct mp_incarnation *life)
{
    return life->ended && (life->signal || life->exit_code);
}

static void show_process(struct view *view, const char *name)
{
    const struct mp_process_result *process =
        mp_results_process(view->result, name);
    if (was_shown(view, process ? process->name : name))
        return;
    show_lines(view, name, false, LAST_LOGS);
    show_lines(view, name, true, LAST_STDERR);
    const struct mp_incarnation *life = process ? process->incarnations : NULL;
    for (; life; life = life->next) {
        if (is_unclean(life))
            show_life(view, process, life);
    }
}

/* Each name in "node#1, node#2". */
static void show_processes(struct view *view, const char *names)
{
    while (*names) {
        size_t length = strcspn(names, ",");
        const struct mp_process_result *process = view->result->processes;
        for (; process; process = process->next) {
            if (strlen(process->name) == length &&
                !strncmp(process->name, names, length))
                show_process(view, process->name);
        }
        names += length;
        names += strspn(names, ", ");
    }
}

/* ---- steps ---- */

static void show_place(struct view *view, const struct mp_result_step *step,
                       enum mp_status status, const char *process,
                       double duration_ms)
{
    char time[MP_STYLE_TIME_SIZE];
    indent(view, 0);
    mp_style_text(view->out, view->style, MP_COLOUR_DIM, view->result->uri);
    if (step->line)
        mp_buf_format(view->out, ":%lld", (long long)step->line);
    if (*process) {
        mp_buf_append_text(view->out, ", ");
        mp_actor_append(view->out, view->style, view->result, process);
    }
    mp_buf_append_text(view->out, ", ");
    mp_style_text(view->out, view->style, mp_style_status_colour(status, false),
                  mp_status_name(status));
    mp_buf_format(view->out, " after %s\n", mp_style_time(duration_ms, time));
}

static void show_step_text(struct view *view, const struct mp_result_step *step)
{
    enum mp_colour colour = mp_style_status_colour(step->status, false);
    struct mp_buf text = {0};
    mp_buf_format(&text, "%s%s", step->keyword, step->text);
    indent(view, 0);
    mp_style_begin(view->out, view->style, colour);
    mp_buf_append_text(view->out,
                       mp_style_mark(view->style, step->status, false));
    mp_style_end(view->out, view->style, colour);
    mp_buf_append_char(view->out, ' ');
    mp_style_text(view->out, view->style, MP_COLOUR_BOLD, mp_buf_text(&text));
    mp_buf_append_char(view->out, '\n');
    mp_buf_finish(&text);
}

static void show_message(struct view *view, enum mp_status status,
                         const char *type, const char *message)
{
    struct mp_buf text = {0};
    if (*type && strncmp(message, type, strlen(type)) != 0)
        mp_buf_format(&text, *message ? "%s: " : "%s", type);
    mp_buf_append_text(&text, cut(view, message, TEXT_BYTES));
    mp_style_block(view->out, view->style,
                   mp_style_status_colour(status, false), view->indent,
                   mp_buf_text(&text));
    mp_buf_finish(&text);
}

static void show_answer(struct view *view, const struct mp_result_step *step,
                        const struct mp_answer *answer)
{
    show_place(view, step, answer->status, answer->process,
               answer->duration_ms > 0 ? answer->duration_ms
                                       : step->duration_ms);
    show_message(view, answer->status, answer->failure_type, answer->text);
    show_values(view, answer);
    if (*answer->location) {
        label(view, "at ");
        mp_style_text(view->out, view->style, MP_COLOUR_NONE, answer->location);
        mp_buf_append_char(view->out, '\n');
    }
    if (*answer->stack)
        block(view, "stack", answer->stack);
    if (*answer->data && strcmp(answer->data, "{}"))
        block(view, "data", answer->data);
    if (*answer->advice)
        block(view,
              answer->status == MP_UNDEFINED ? "it can be defined so"
                                             : "definitions that match",
              answer->advice);
    show_process(view, answer->process);
}

/* Where some of several processes passed. */
static void show_passed(struct view *view, const struct mp_result_step *step)
{
    const char *before = "passed on ";
    const struct mp_answer *answer = step->answers;
    for (; answer; answer = answer->next) {
        if (answer->status != MP_PASSED)
            continue;
        if (before[1] == 'a')
            indent(view, 0);
        mp_style_text(view->out, view->style, MP_COLOUR_DIM, before);
        mp_actor_append(view->out, view->style, view->result, answer->process);
        before = ", ";
    }
    if (before[1] == ' ')
        mp_buf_append_char(view->out, '\n');
}

static bool show_answers(struct view *view, const struct mp_result_step *step)
{
    const struct mp_answer *answer = first_bad(step);
    if (!answer)
        return false;
    bool first = true;
    for (; answer; answer = answer->next) {
        if (!is_bad(answer->status))
            continue;
        if (!first)
            mp_buf_append_char(view->out, '\n');
        show_answer(view, step, answer);
        first = false;
    }
    show_passed(view, step);
    return true;
}

static void show_step(struct view *view, const struct mp_result_step *step)
{
    show_step_text(view, step);
    view->indent += 2;
    mp_steplist_append_argument(view->out, view->style, view->indent, step);
    if (!show_answers(view, step)) {
        show_place(view, step, step->status, step->process, step->duration_ms);
        show_message(view, step->status, "", step->message);
        show_processes(view, step->process);
    }
    view->indent -= 2;
}

static void separate(struct view *view, size_t start)
{
    if (view->out->len > start)
        mp_buf_append_char(view->out, '\n');
}

static void show_steps(struct view *view, size_t start)
{
    const struct mp_case_result *result = view->result;
    const struct mp_result_step *first = mp_failure_step(result);
    if (first)
        show_step(view, first);
    else if (*result->text)
        show_message(view, result->status, "", result->text);
    const struct mp_result_step *step = result->steps;
    for (size_t left = step ? result->step_count : 0; left; left--, step++) {
        if (!step->finished || !is_bad(step->status) || step == first)
            continue;
        separate(view, start);
        show_step(view, step);
    }
    /* The case's own words may say more than its step does. */
    if (first && *result->text && !first_bad(first) &&
        strcmp(result->text, first->message) != 0)
        show_message(view, result->status, "", result->text);
}

static void show_cause(struct view *view, const struct mp_cause *cause)
{
    const char *text = cut(view, cause->text, TEXT_BYTES);
    enum mp_colour colour = mp_style_status_colour(cause->status, false);
    indent(view, 0);
    mp_style_text(view->out, view->style, colour,
                  mp_status_name(cause->status));
    if (*cause->process) {
        mp_buf_append_text(view->out, ", ");
        mp_actor_append(view->out, view->style, view->result, cause->process);
    }
    if (strchr(text, '\n')) {
        mp_buf_append_char(view->out, '\n');
        mp_style_block(view->out, view->style, MP_COLOUR_NONE, view->indent + 2,
                       text);
        return;
    }
    mp_buf_append_text(view->out, *text ? ": " : "");
    mp_style_text(view->out, view->style, MP_COLOUR_NONE, text);
    mp_buf_append_char(view->out, '\n');
}

static void show_causes(struct view *view, size_t start)
{
    const char *told = mp_failure_step(view->result) ? "" : view->result->text;
    bool first = true;
    const struct mp_cause *cause = view->result->causes;
    for (; cause; cause = cause->next) {
        if (strcmp(cause->text, told) != 0) {
            if (first)
                separate(view, start);
            show_cause(view, cause);
            first = false;
        }
        if (*cause->process)
            show_process(view, cause->process);
    }
    if (*view->result->cause_process)
        show_processes(view, view->result->cause_process);
}

static void show_others(struct view *view)
{
    const struct mp_process_result *process = view->result->processes;
    for (; process; process = process->next) {
        const struct mp_incarnation *life = process->incarnations;
        bool remarkable = false;
        for (; life; life = life->next)
            remarkable =
                remarkable || (is_unclean(life) && !life->expected_death);
        if (remarkable)
            show_process(view, process->name);
    }
}

static void show_notes(struct view *view, bool warnings_only)
{
    const struct mp_note *note = view->result->notes;
    for (; note; note = note->next) {
        if (warnings_only && strcmp(note->level, "warning") != 0)
            continue;
        indent(view, 0);
        mp_style_text(view->out, view->style, MP_COLOUR_YELLOW, note->level);
        mp_buf_append_text(view->out, ": ");
        if (*note->process) {
            mp_actor_append(view->out, view->style, view->result,
                            note->process);
            mp_buf_append_text(view->out, ": ");
        }
        mp_style_text(view->out, view->style, MP_COLOUR_NONE,
                      cut(view, note->text, LINE_BYTES));
        mp_buf_append_char(view->out, '\n');
    }
}

static void show_files(struct view *view)
{
    const struct mp_result_attachment *item = view->result->attachments;
    for (; item; item = item->next) {
        if (*item->kind)
            continue;
        label(view, "attachment ");
        mp_style_text(view->out, view->style, MP_COLOUR_NONE,
                      item->path ? item->path : item->name);
        if (*item->media_type) {
            mp_buf_append_text(view->out, ", ");
            mp_style_text(view->out, view->style, MP_COLOUR_NONE,
                          item->media_type);
        }
        mp_buf_append_char(view->out, '\n');
    }
    if (*view->result->artifacts) {
        label(view, "files  ");
        mp_style_text(view->out, view->style, MP_COLOUR_NONE,
                      view->result->artifacts);
        mp_buf_append_char(view->out, '\n');
    }
}

static void show_repeat(struct view *view, const char *repeat)
{
    struct mp_buf command = {0};
    mp_buf_format(&command, "%s ", repeat ? repeat : "mprun");
    mp_words_quote(&command, view->result->id);
    label(view, "repeat ");
    mp_style_text(view->out, view->style, MP_COLOUR_NONE,
                  mp_buf_text(&command));
    mp_buf_append_char(view->out, '\n');
    mp_buf_finish(&command);
}

void mp_failure_describe(struct mp_buf *out, const struct mp_style *style,
                         size_t indent_columns,
                         const struct mp_case_result *result,
                         const char *repeat)
{
    struct view view = {
        .out = out,
        .style = style,
        .indent = indent_columns,
        .result = result,
    };
    size_t start = out->len;
    show_steps(&view, start);
    show_causes(&view, start);
    show_others(&view);
    separate(&view, start);
    mp_found_states(out, style, indent_columns, result);
    mp_found_evidence(out, style, indent_columns, result, TEXT_BYTES);
    show_notes(&view, false);
    show_files(&view);
    show_repeat(&view, repeat);
    gh_arena_finish(&view.arena);
}

void mp_failure_remarks(struct mp_buf *out, const struct mp_style *style,
                        size_t indent_columns,
                        const struct mp_case_result *result, bool warnings_only)
{
    struct view view = {
        .out = out, .style = style, .indent = indent_columns, .result = result};
    show_notes(&view, warnings_only);
    gh_arena_finish(&view.arena);
}
