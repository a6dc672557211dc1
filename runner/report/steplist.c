#include "runner/report/steplist.h"

#include "gherkin/utf8.h"
#include "runner/journal/show.h"
#include "runner/report/actor.h"

#define TIME_COLUMNS 8u
#define MOST_WHO     28u
#define LEAST_WHO    8u
#define LEAST_TEXT   24u
#define TIGHT_TEXT   10u

static const struct mp_style plain;

static size_t who_width(const struct mp_case_result *result,
                        const struct mp_result_step *step)
{
    struct mp_buf who = {0};
    if (*step->process)
        mp_actor_append(&who, &plain, result, step->process);
    size_t width = mp_style_width(mp_buf_text(&who));
    mp_buf_finish(&who);
    return width;
}

/* In a narrow terminal a name is cut before a text is broken to pieces. */
static void make_narrower(struct mp_steplist_layout *layout, size_t room)
{
    size_t who = room > LEAST_TEXT ? room - LEAST_TEXT : 0;
    if (who < LEAST_WHO)
        who = LEAST_WHO;
    if (layout->who_columns > who)
        layout->who_columns = who;
}

struct mp_steplist_layout
mp_steplist_measure(const struct mp_case_result *result,
                    const struct mp_style *style, size_t indent, bool cut)
{
    struct mp_steplist_layout layout = {.indent = indent, .cut = cut};
    size_t widest = 0;
    for (size_t i = 0; i < result->step_count; i++) {
        const struct mp_result_step *step = &result->steps[i];
        size_t width =
            mp_style_width(step->keyword) + mp_style_width(step->text);
        size_t who = who_width(result, step);
        widest = width > widest ? width : widest;
        layout.who_columns =
            who > layout.who_columns ? who : layout.who_columns;
    }
    if (layout.who_columns > MOST_WHO)
        layout.who_columns = MOST_WHO;
    size_t all = style->width > 0 ? (size_t)style->width : 100;
    size_t rest = indent + 2 + 2 + TIME_COLUMNS + 1;
    make_narrower(&layout, all > rest ? all - rest : 0);
    rest += layout.who_columns;
    size_t room = all > rest + TIGHT_TEXT ? all - rest : TIGHT_TEXT;
    layout.text_columns = widest < room ? widest : room;
    return layout;
}

/* The longest start of text that fits, up to a space; at least a word. */
static size_t find_break(const char *text, size_t columns)
{
    size_t best = 0, width = 0, at = 0;
    while (text[at]) {
        size_t word = at + strspn(text + at, " ");
        word += strcspn(text + word, " ");
        struct gh_str part = {text + at, word - at};
        width += gh_utf8_width(part);
        if (width > columns && best)
            return best;
        best = at = word;
    }
    return best;
}

/* Texts too long go on below themselves; what follows stays in its columns. */
static void append_wrapped(struct mp_buf *out, const struct mp_style *style,
                           const struct mp_steplist_layout *layout,
                           enum mp_colour colour, const char *text)
{
    struct mp_buf part = {0};
    while (*text) {
        size_t length = find_break(text, layout->text_columns);
        mp_buf_reset(&part);
        mp_buf_append(&part, text, length);
        text += length;
        text += strspn(text, " ");
        if (*text) {
            mp_style_text(out, style, colour, part.data);
            mp_buf_append_char(out, '\n');
            mp_style_spaces(out, layout->indent + 2);
        }
    }
    size_t width = mp_style_width(mp_buf_text(&part));
    mp_style_text(out, style, colour, mp_buf_text(&part));
    if (width < layout->text_columns)
        mp_style_spaces(out, layout->text_columns - width);
    mp_buf_finish(&part);
}

static void append_text(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_steplist_layout *layout,
                        const struct mp_result_step *step)
{
    struct mp_buf text = {0};
    mp_buf_format(&text, "%s%s", step->keyword, step->text);
    bool ran = step->finished && step->status != MP_NOT_RUN;
    enum mp_colour colour = !ran ? MP_COLOUR_DIM
                            : mp_status_is_failure(step->status, true)
                                ? MP_COLOUR_BOLD
                                : MP_COLOUR_NONE;
    if (layout->cut)
        mp_style_fit(out, style, colour, mp_buf_text(&text),
                     layout->text_columns, true);
    else
        append_wrapped(out, style, layout, colour, mp_buf_text(&text));
    mp_buf_finish(&text);
}

static void append_who(struct mp_buf *out, const struct mp_style *style,
                       const struct mp_steplist_layout *layout,
                       const struct mp_case_result *result,
                       const struct mp_result_step *step)
{
    size_t width = who_width(result, step);
    if (width > layout->who_columns) {
        mp_style_fit(out, style, MP_COLOUR_NONE, step->process,
                     layout->who_columns, true);
        return;
    }
    if (*step->process)
        mp_actor_append(out, style, result, step->process);
    mp_style_spaces(out, layout->who_columns - width);
}

static void append_time(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_result_step *step)
{
    char time[MP_STYLE_TIME_SIZE];
    const char *text = "not run";
    if (step->finished && step->status != MP_NOT_RUN)
        text = mp_style_time(step->duration_ms, time);
    size_t width = strlen(text);
    mp_style_spaces(out, width < TIME_COLUMNS ? TIME_COLUMNS - width : 0);
    mp_style_text(out, style, MP_COLOUR_DIM, text);
}

void mp_steplist_append(struct mp_buf *out, const struct mp_style *style,
                        const struct mp_steplist_layout *layout,
                        const struct mp_case_result *result, size_t index)
{
    const struct mp_result_step *step = &result->steps[index];
    enum mp_status status = step->finished ? step->status : MP_NOT_RUN;
    mp_style_spaces(out, layout->indent);
    mp_style_begin(out, style, mp_style_status_colour(status, false));
    mp_buf_append_text(out, mp_style_mark(style, status, false));
    mp_style_end(out, style, mp_style_status_colour(status, false));
    mp_buf_append_char(out, ' ');
    append_text(out, style, layout, step);
    mp_buf_append_text(out, "  ");
    if (layout->who_columns)
        append_who(out, style, layout, result, step);
    append_time(out, style, step);
    mp_buf_append_char(out, '\n');
}

void mp_steplist_append_argument(struct mp_buf *out,
                                 const struct mp_style *style, size_t indent,
                                 const struct mp_result_step *step)
{
    struct mp_buf text = {0};
    if (!*step->argument)
        return;
    mp_show_argument(&text, step->argument);
    mp_style_block(out, style, MP_COLOUR_DIM, indent, mp_buf_text(&text));
    mp_buf_finish(&text);
}
