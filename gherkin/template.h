/*
 * Texts of an outline with <placeholders>, made ready once for an Examples
 * table and filled for each of its rows.
 *
 * The reference replaces the columns one after another, from left to right,
 * each in the whole text: a value that brings a placeholder of a later column
 * is filled in its turn. Here all columns are filled in one pass, and the
 * slow way is taken only where it would give something else: where a filled
 * text still holds a placeholder, or a column's name holds < or >. A text
 * that would grow beyond 1 MiB that way is not filled further.
 *
 * Everything lives in the arenas that are passed in; nothing is to be freed.
 */
#ifndef GHERKIN_TEMPLATE_H
#define GHERKIN_TEMPLATE_H

#include <stdint.h>

#include "gherkin/memory.h"

/* The names of the columns, findable. */
struct gh_template_columns {
    const struct gh_str *names;
    uint32_t count;
    uint32_t *sorted; /* indexes by name, equal ones in their order */
    bool has_brackets;
};

struct gh_template_part {
    struct gh_str literal; /* in front of the placeholder */
    uint32_t column;
};

struct gh_template {
    struct gh_str text;
    struct gh_template_part *parts;
    uint32_t part_count; /* 0: the text is the same for each row */
    struct gh_str tail;
};

/* names are borrowed and live as long as the arena. */
void gh_template_columns_init(struct gh_template_columns *columns,
                              const struct gh_str *names, uint32_t count,
                              struct gh_arena *arena);

void gh_template_init(struct gh_template *template, struct gh_str text,
                      const struct gh_template_columns *columns,
                      struct gh_arena *arena);

/* The text for a row; values has one value for each column. */
struct gh_str gh_template_fill(const struct gh_template *template,
                               const struct gh_template_columns *columns,
                               const struct gh_str *values,
                               struct gh_arena *arena);

#endif
