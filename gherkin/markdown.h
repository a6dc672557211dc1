/*
 * Markdown with Gherkin (.feature.md): what one line is.
 *
 * Titles are Markdown headers ("## Scenario: x"), steps are bullets
 * ("* Given x"), tags stand in back quotes, tables are indented by two to
 * five blanks and may have a separator row, doc strings are fenced blocks.
 * Everything else is prose and skipped. The first line that is no line of
 * tags is the feature, header or not. There is no "# language:" here.
 *
 * The rules, surprising ones among them, are those of the reference: a fence
 * among prose counts as opened, until a line that is the same fence.
 */
#ifndef GHERKIN_MARKDOWN_H
#define GHERKIN_MARKDOWN_H

#include "gherkin/lexer.h"

/* As gh_lexer_match, for a lexer of Markdown. */
void gh_markdown_match(struct gh_lexer *lexer, const struct gh_line *line,
                       unsigned tokens, struct gh_line_match *match);

/* Whether the line opens or closes a fenced block, and its fence; the lexer
 * remembers what is open. */
bool gh_markdown_fence(struct gh_lexer *lexer, const struct gh_line *line,
                       struct gh_str *fence);

/* Whether the text is a separator row of a table ("| --- | :-: |"). */
bool gh_markdown_is_separator(const char *text, const char *end);

#endif
