/* A discovery as JSON; docs/cli.md describes the members. */
#include <string.h>

#include "gherkin/jsonw.h"
#include "runner/cli/step_table.h"

static void text_member(struct gh_jsonw *w, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    gh_jsonw_key(w, key);
    gh_jsonw_cstring(w, text);
}

static void int_member(struct gh_jsonw *w, const char *key, int64_t value)
{
    gh_jsonw_key(w, key);
    gh_jsonw_int(w, value);
}

static void write_definition(struct gh_jsonw *w,
                             const struct mp_definition *definition)
{
    text_member(w, "pattern", definition->source);
    text_member(w, "file", definition->file);
    if (definition->line)
        int_member(w, "line", definition->line);
}

static void write_definitions(struct gh_jsonw *w,
                              const struct mp_discovery *discovery,
                              const char *platform)
{
    const struct mp_definition *definition = discovery->definitions.first;
    gh_jsonw_key(w, "definitions");
    gh_jsonw_array_begin(w);
    for (; definition; definition = definition->next) {
        if (strcmp(definition->platform, platform) != 0)
            continue;
        gh_jsonw_object_begin(w);
        write_definition(w, definition);
        gh_jsonw_key(w, "used");
        gh_jsonw_bool(w, definition->used);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

static void write_platform(struct gh_jsonw *w,
                           const struct mp_discovery *discovery,
                           const struct mp_asked_platform *asked)
{
    gh_jsonw_object_begin(w);
    text_member(w, "name", asked->platform->name);
    gh_jsonw_key(w, "asked");
    gh_jsonw_bool(w, !asked->why || asked->advisory);
    text_member(w, "reason", asked->why);
    if (asked->advisory) {
        gh_jsonw_key(w, "advisory");
        gh_jsonw_bool(w, true);
    }
    write_definitions(w, discovery, asked->platform->name);
    gh_jsonw_object_end(w);
}

static const char *known_name(enum mp_known known)
{
    static const char *const names[] = {
        [MP_KNOWN_UNSENT] = "unsent",       [MP_KNOWN_DEFINED] = "defined",
        [MP_KNOWN_OPEN] = "unknown",        [MP_KNOWN_AMBIGUOUS] = "ambiguous",
        [MP_KNOWN_UNDEFINED] = "undefined",
    };
    return names[known];
}

static void write_cell(struct gh_jsonw *w, const char *platform,
                       const struct mp_step_cell *cell)
{
    gh_jsonw_object_begin(w);
    text_member(w, "platform", platform);
    text_member(w, "status", known_name(cell->known));
    if (cell->count) {
        gh_jsonw_key(w, "matches");
        gh_jsonw_array_begin(w);
        for (size_t i = 0; i < cell->count; i++) {
            gh_jsonw_object_begin(w);
            if (cell->definitions[i])
                write_definition(w, cell->definitions[i]);
            gh_jsonw_object_end(w);
        }
        gh_jsonw_array_end(w);
    }
    text_member(w, "error", cell->error);
    if (cell->near) {
        gh_jsonw_key(w, "nearest");
        gh_jsonw_object_begin(w);
        write_definition(w, cell->near);
        gh_jsonw_object_end(w);
    }
    if (cell->known == MP_KNOWN_UNDEFINED)
        text_member(w, "snippet", cell->snippet);
    gh_jsonw_object_end(w);
}

static void write_row(struct gh_jsonw *w, const struct mp_discovery *discovery,
                      const struct mp_step_row *row)
{
    const struct mp_step *step = row->step;
    gh_jsonw_object_begin(w);
    text_member(w, "text", step->sent ? step->sent : step->text);
    text_member(w, "expression", row->expression);
    text_member(w, "argument",
                step->table        ? "dataTable"
                : step->doc_string ? "docString"
                                   : NULL);
    text_member(w, "file", row->scenario->uri);
    int_member(w, "line", step->at.line);
    int_member(w, "scenarios", (int64_t)row->scenarios);
    gh_jsonw_key(w, "platforms");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < discovery->platform_count; i++) {
        if (row->cells[i].known != MP_KNOWN_UNSENT)
            write_cell(w, discovery->platforms[i].platform->name,
                       &row->cells[i]);
    }
    gh_jsonw_array_end(w);
    gh_jsonw_object_end(w);
}

void mp_step_table_json(const struct mp_discovery *discovery,
                        struct mp_buf *out)
{
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    gh_jsonw_object_begin(&w);
    int_member(&w, "version", 1);
    gh_jsonw_key(&w, "whole");
    gh_jsonw_bool(&w, discovery->whole);
    gh_jsonw_key(&w, "platforms");
    gh_jsonw_array_begin(&w);
    for (size_t i = 0; i < discovery->platform_count; i++)
        write_platform(&w, discovery, &discovery->platforms[i]);
    gh_jsonw_array_end(&w);
    gh_jsonw_key(&w, "steps");
    gh_jsonw_array_begin(&w);
    for (size_t i = 0; i < discovery->row_count; i++)
        write_row(&w, discovery, &discovery->rows[i]);
    gh_jsonw_array_end(&w);
    gh_jsonw_object_end(&w);
    gh_jsonw_newline(&w);
    mp_buf_append_str(out, gh_jsonw_text(&w));
    gh_jsonw_finish(&w);
}
