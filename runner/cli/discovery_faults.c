/* What a discovery found wrong, in words. */
#include <string.h>

#include "runner/cli/discovery.h"

static void append_definition(struct mp_buf *out,
                              const struct mp_definition *definition)
{
    if (!definition) {
        mp_buf_append_text(out, "one that it does not list");
        return;
    }
    if (definition->blank)
        mp_buf_format(out, "the one with the id '%s'", definition->id);
    else
        mp_buf_format(out, "\"%s\"", definition->source);
    if (!*definition->file)
        return;
    mp_buf_format(out, " (%s", definition->file);
    if (definition->line)
        mp_buf_format(out, ":%lld", (long long)definition->line);
    mp_buf_append_char(out, ')');
}

/* "python, node"; the number of them. */
static size_t append_platforms(const struct mp_discovery *discovery,
                               const struct mp_step_row *row,
                               enum mp_known known, struct mp_buf *out)
{
    size_t count = 0;
    for (size_t i = 0; i < discovery->platform_count; i++) {
        if (row->cells[i].known == known)
            mp_buf_format(out, "%s%s", count++ ? ", " : "",
                          discovery->platforms[i].platform->name);
    }
    return count;
}

static void append_text(const struct mp_step_row *row, struct mp_buf *out)
{
    const struct mp_step *step = row->step;
    mp_buf_format(out, ": %s", step->sent ? step->sent : step->text);
    if (row->scenarios > 1)
        mp_buf_format(out, " (in %zu scenarios)", row->scenarios);
}

void mp_discovery_undefined(const struct mp_discovery *discovery,
                            const struct mp_step_row *row, struct mp_buf *out)
{
    const struct mp_definition *near = NULL;
    struct mp_buf missing = {0}, known = {0};
    append_platforms(discovery, row, MP_KNOWN_DEFINED, &known);
    if (append_platforms(discovery, row, MP_KNOWN_UNDEFINED, &missing)) {
        mp_buf_format(out, "undefined on %s", missing.data);
        if (known.len)
            mp_buf_format(out, ", known on %s", known.data);
        append_text(row, out);
    }
    for (size_t i = 0; i < discovery->platform_count && !near; i++)
        near = row->cells[i].near;
    if (near) {
        mp_buf_append_text(out, "; did you mean ");
        append_definition(out, near);
        mp_buf_append_char(out, '?');
    }
    mp_buf_finish(&missing);
    mp_buf_finish(&known);
}

void mp_discovery_ambiguous(const struct mp_discovery *discovery,
                            const struct mp_step_row *row, struct mp_buf *out)
{
    bool first = true;
    for (size_t i = 0; i < discovery->platform_count; i++) {
        const struct mp_step_cell *cell = &row->cells[i];
        if (cell->known != MP_KNOWN_AMBIGUOUS)
            continue;
        mp_buf_format(out, "%s on %s", first ? "ambiguous" : "; and",
                      discovery->platforms[i].platform->name);
        if (first)
            append_text(row, out);
        first = false;
        for (size_t k = 0; k < cell->count; k++) {
            mp_buf_append_text(out, k ? ", " : ": fits ");
            append_definition(out, cell->definitions[k]);
        }
    }
}

static void add_row(const struct mp_step_row *row, const struct mp_buf *text,
                    struct mp_errors *errors)
{
    if (text->len)
        mp_errors_add(errors, "%s:%u:%u: %s", row->scenario->uri,
                      row->step->at.line, row->step->at.column, text->data);
}

void mp_discovery_cell_faults(const struct mp_discovery *discovery,
                              const struct mp_step_row *row,
                              struct mp_errors *errors)
{
    for (size_t i = 0; i < discovery->platform_count; i++) {
        struct mp_buf text = {0};
        if (!row->cells[i].error)
            continue;
        mp_buf_format(&text, "%s could not tell whether it knows the step",
                      discovery->platforms[i].platform->name);
        append_text(row, &text);
        mp_buf_format(&text, ": %s", row->cells[i].error);
        add_row(row, &text, errors);
        mp_buf_finish(&text);
    }
}

static void add_blank(const struct mp_discovery *discovery,
                      const char *platform, struct mp_errors *errors)
{
    struct mp_buf text = {0};
    mp_definitions_blame(&discovery->definitions, platform, &text);
    if (text.len)
        mp_errors_warn(errors, "warning: %s", text.data);
    mp_buf_finish(&text);
}

static void add_platform(const struct mp_asked_platform *asked,
                         struct mp_errors *errors)
{
    const char *name = asked->platform->name;
    const struct mp_buf *tail = &asked->tail;
    if (!asked->why)
        return;
    if (asked->advisory)
        mp_errors_warn(errors,
                       "warning: platform '%s' lists its steps, but %s: what "
                       "fits them is mprun's guess",
                       name, asked->why);
    else if (asked->unable)
        mp_errors_warn(errors,
                       "warning: platform '%s' was not asked: %s; its steps "
                       "show when they are played",
                       name, asked->why);
    else
        mp_errors_add(
            errors, "platform '%s' could not be asked for its steps: %s%s%.*s",
            name, asked->why, tail->len ? "; its stderr ends with\n" : "",
            (int)(tail->len ? tail->len - 1 : 0), mp_buf_text(tail));
}

void mp_discovery_platform_faults(const struct mp_discovery *discovery,
                                  struct mp_errors *errors)
{
    for (size_t i = 0; i < discovery->platform_count; i++) {
        add_platform(&discovery->platforms[i], errors);
        add_blank(discovery, discovery->platforms[i].platform->name, errors);
    }
}

void mp_discovery_faults(const struct mp_discovery *discovery,
                         struct mp_errors *errors)
{
    for (size_t i = 0; i < discovery->row_count; i++) {
        const struct mp_step_row *row = &discovery->rows[i];
        struct mp_buf text = {0};
        mp_discovery_undefined(discovery, row, &text);
        add_row(row, &text, errors);
        mp_buf_reset(&text);
        mp_discovery_ambiguous(discovery, row, &text);
        add_row(row, &text, errors);
        mp_buf_finish(&text);
        mp_discovery_cell_faults(discovery, row, errors);
    }
    mp_discovery_platform_faults(discovery, errors);
}
