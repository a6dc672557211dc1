/*
 * Cucumber Expression, first part: source text to tokens.
 *
 * White space, text, and the five signs ( ) { } / are tokens; a run of white
 * space or of text is one. A backslash before a sign, a white space or a
 * backslash makes it text; the token's text is unescaped, while start and end
 * count the backslashes. An empty token stands at either end of the line.
 *
 * Positions are half-open, in code points of the source, from 0. Everything is
 * allocated in the caller's arena. Time is linear in the source. Used by
 * expression_parser.c only; the names of the tokens are those of the official
 * acceptance data.
 */
#ifndef GHERKIN_EXPRESSION_LEXER_H
#define GHERKIN_EXPRESSION_LEXER_H

#include "gherkin/expression_report.h"
#include "gherkin/memory.h"

enum gh_expression_token_type {
    GH_EXPRESSION_START_OF_LINE,
    GH_EXPRESSION_END_OF_LINE,
    GH_EXPRESSION_WHITE_SPACE,
    GH_EXPRESSION_BEGIN_OPTIONAL,
    GH_EXPRESSION_END_OPTIONAL,
    GH_EXPRESSION_BEGIN_PARAMETER,
    GH_EXPRESSION_END_PARAMETER,
    GH_EXPRESSION_ALTERNATION,
    GH_EXPRESSION_TEXT,
};

struct gh_expression_token {
    enum gh_expression_token_type type;
    struct gh_str text;
    size_t start, end;
};

/* Reads report->source. Returns the tokens, the last of which is the end of
 * line, and their number; NULL after a report when something is escaped that
 * may not be, or when the source is not UTF-8. */
const struct gh_expression_token *
gh_expression_lexer_read(const struct gh_expression_report *report,
                         struct gh_arena *arena, size_t *count);

#endif
