/*
 * The keywords of all languages of Gherkin, and finding one at the start of a
 * line.
 *
 * The tables come from the official gherkin-languages.json through
 * tests/tools/gen_dialects.py and are constant. A title ("Scenario") begins a
 * line only with a colon right after it; a step keyword ("Given ") carries
 * its own space where the language has one, and the longest one wins. Where a
 * step and a title both begin a line, the step wins.
 *
 * gh_keyword_index is a small table by first byte, made once for a language
 * and kept by the lexer.
 */
#ifndef GHERKIN_DIALECT_H
#define GHERKIN_DIALECT_H

#include <stdint.h>

#include "gherkin/gherkin.h"

/* What a line is. The bits of a set are 1u << token. */
enum gh_token {
    GH_TOKEN_NONE, /* nothing that may stand here */
    GH_TOKEN_END,
    GH_TOKEN_LANGUAGE,
    GH_TOKEN_TABLE_ROW,
    GH_TOKEN_DOC_STRING,
    GH_TOKEN_STEP,
    GH_TOKEN_TAG_LINE,
    GH_TOKEN_FEATURE,
    GH_TOKEN_BACKGROUND,
    GH_TOKEN_EXAMPLES,
    GH_TOKEN_SCENARIO,
    GH_TOKEN_RULE,
    GH_TOKEN_COMMENT,
    GH_TOKEN_EMPTY,
    GH_TOKEN_OTHER,
};

struct gh_keyword {
    const char *text;
    uint8_t len;
    uint16_t tokens; /* the lines it begins: a set of gh_token */
    uint8_t type;    /* enum gh_keyword_type */
};

struct gh_dialect {
    const char *code;    /* "de" */
    const char *english; /* "German" */
    const char *native;  /* "Deutsch" */
    const struct gh_keyword *keywords;
    uint16_t count;
};

struct gh_keyword_index {
    const struct gh_dialect *dialect;
    uint8_t first[256]; /* 1 + index of the first keyword, 0: none */
};

/* The dialect with that code, or NULL. */
const struct gh_dialect *gh_dialect_find(struct gh_str code);

/* The dialect that somebody who wrote this code most likely meant ("de-DE",
 * "EN", "german", "zh"), or NULL. */
const struct gh_dialect *gh_dialect_guess(struct gh_str code);

/* All dialects, for lists. */
const struct gh_dialect *gh_dialect_all(size_t *count);

void gh_dialect_index(struct gh_keyword_index *index,
                      const struct gh_dialect *dialect);

/* The keyword that the text begins with, of those that may begin a line of
 * the set of tokens, or NULL. len > 0. */
const struct gh_keyword *gh_dialect_match(const struct gh_keyword_index *index,
                                          const char *text, size_t len,
                                          unsigned tokens);

/* The token that the keyword stands for, of the set. */
enum gh_token gh_dialect_token(const struct gh_keyword *keyword,
                               unsigned tokens);

#endif
