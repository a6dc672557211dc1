#include "runner/report/found.h"

#include "runner/report/actor.h"

#define MOST_STATES   16u
#define COMMAND_BYTES 2048u

static void label(struct mp_buf *out, const struct mp_style *style,
                  size_t indent, const char *text)
{
    mp_style_spaces(out, indent);
    mp_style_text(out, style, MP_COLOUR_DIM, text);
}

void mp_found_states(struct mp_buf *out, const struct mp_style *style,
                     size_t indent, const struct mp_case_result *result)
{
    const struct mp_sight *sight = result->sights;
    size_t count = 0;
    if (!sight)
        return;
    label(out, style, indent, "processes: ");
    for (; sight; sight = sight->next) {
        if (++count > MOST_STATES)
            continue;
        mp_buf_append_text(out, count > 1 ? "; " : "");
        mp_actor_append(out, style, result, sight->process);
        if (sight->pid)
            mp_buf_format(out, " pid %lld", (long long)sight->pid);
        mp_buf_append_char(out, ' ');
        mp_style_text(out, style, MP_COLOUR_NONE, sight->text);
    }
    if (count > MOST_STATES)
        mp_buf_format(out, "; and %zu more", count - MOST_STATES);
    mp_buf_append_char(out, '\n');
}

void mp_found_evidence(struct mp_buf *out, const struct mp_style *style,
                       size_t indent, const struct mp_case_result *result,
                       size_t most_bytes)
{
    const struct mp_result_attachment *item = result->attachments;
    struct gh_arena arena = {0};
    for (; item; item = item->next) {
        if (!*item->kind || !item->body)
            continue;
        label(out, style, indent, item->kind);
        mp_buf_append_text(out, " of ");
        mp_actor_append(out, style, result, item->process);
        mp_buf_append_text(out, ": ");
        mp_style_text(
            out, style, MP_COLOUR_NONE,
            mp_style_shorten(style, &arena, item->command, COMMAND_BYTES));
        mp_buf_append_char(out, '\n');
        mp_style_block(out, style, MP_COLOUR_NONE, indent + 2,
                       mp_style_shorten(style, &arena, item->body, most_bytes));
    }
    gh_arena_finish(&arena);
}
