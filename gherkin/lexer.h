/*
 * What one line is, and what stands in it.
 *
 * The parser says which tokens may come next, as a set; the lexer answers
 * with one of them, or GH_TOKEN_NONE. So a line "Given x" is a step under a
 * scenario and free text under a feature. Cells and tags are walked without
 * memory of their own: the parser counts with them, document.c and pickle.c
 * make texts of them.
 *
 * Rules: the Gherkin reference, with the trimming of its JavaScript
 * implementation, which the expected data were made with.
 */
#ifndef GHERKIN_LEXER_H
#define GHERKIN_LEXER_H

#include "gherkin/dialect.h"
#include "gherkin/source.h"

#define GH_TOKENS(kind) (1u << GH_TOKEN_##kind)

struct gh_lexer {
    struct gh_keyword_index index;
    struct gh_keyword_index english; /* dialect NULL: not understood too */
    bool markdown;
    /* Markdown: the fence that closes the open block, len 0 outside. */
    struct gh_str fence;
    uint32_t fence_indent; /* of the block opened last */
};

struct gh_line_match {
    enum gh_token token;
    const struct gh_keyword *keyword; /* NULL: none */
    const char *keyword_start;
    struct gh_str text; /* the trimmed rest of a title or step; Markdown: the
                         * fence of a doc string */
};

/* What the line is, of the set. */
void gh_lexer_match(struct gh_lexer *lexer, const struct gh_line *line,
                    unsigned tokens, struct gh_line_match *match);

/* The code of a "# language: xx" line; len 0 where it is none. */
struct gh_str gh_lexer_language(const struct gh_line *line);

/* Whether the line is a comment where comments are allowed. */
bool gh_lexer_is_comment(const char *text, const char *end, bool markdown);

/* The number of cells of a row that begins at text. */
uint32_t gh_lexer_count_cells(const char *text, const char *end);

/* One cell: its trimmed text, escapes as written. */
struct gh_cell_span {
    const char *start;
    const char *end;
    bool escaped; /* has a backslash */
};

/* Walks the cells of a row: *at begins at its first | and moves on. False
 * after the last one. */
static inline bool gh_lexer_next_cell(const char **at, const char *end,
                                      struct gh_cell_span *cell);
/* Takes the white space away that a cell does not keep. */
void gh_lexer_trim_cell(struct gh_cell_span *cell);

/* The cell's value; new in the arena where it is escaped. */
struct gh_str gh_lexer_unescape(const struct gh_cell_span *cell,
                                struct gh_arena *arena);

/* Where the tags of a line end: before a comment. */
const char *gh_lexer_tags_end(const char *text, const char *end);

/* Walks the tags of a line up to what gh_lexer_tags_end gave. False after the
 * last one. A tag may hold white space: that is an error of its line. */
bool gh_lexer_next_tag(const char **at, const char *end, bool markdown,
                       struct gh_str *tag);

static inline bool gh_lexer_next_cell(const char **at, const char *end,
                                      struct gh_cell_span *cell)
{
    const char *p = *at + 1;
    cell->start = p;
    cell->escaped = false;
    while (p < end && *p != '|') {
        if (*p == '\\') {
            cell->escaped = true;
            p++;
        }
        p++;
    }
    *at = p;
    if (p >= end)
        return false;
    cell->end = p;
    while (cell->start < p && *cell->start == ' ')
        cell->start++;
    if (cell->start == p)
        return true;
    bool plain = (signed char)*cell->start >= 32;
    while (plain && cell->end[-1] == ' ')
        cell->end--;
    if (!plain || (signed char)cell->end[-1] < 32)
        gh_lexer_trim_cell(cell);
    return true;
}

#endif
