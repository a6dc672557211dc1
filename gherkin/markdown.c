#include "gherkin/markdown.h"

#define TITLES                                                                 \
    (GH_TOKENS(FEATURE) | GH_TOKENS(BACKGROUND) | GH_TOKENS(SCENARIO) |        \
     GH_TOKENS(EXAMPLES) | GH_TOKENS(RULE))

static bool is_rule_cell(const struct gh_cell_span *cell)
{
    const char *p = cell->start, *end = cell->end;
    if (p < end && *p == ':')
        p++;
    if (p < end && end[-1] == ':')
        end--;
    if (p >= end)
        return false;
    while (p < end && *p == '-')
        p++;
    return p == end;
}

bool gh_markdown_is_separator(const char *text, const char *end)
{
    if (text == end || *text != '|')
        return false;
    struct gh_cell_span cell;
    while (gh_lexer_next_cell(&text, end, &cell)) {
        if (is_rule_cell(&cell))
            return true;
    }
    return false;
}

static bool is_row(const struct gh_line *line)
{
    return line->indent >= 2 && line->indent <= 5 && line->text < line->end &&
           *line->text == '|' &&
           !gh_markdown_is_separator(line->text, line->end);
}

static bool has_tags(const struct gh_line *line)
{
    const char *at = line->text;
    struct gh_str tag;
    return gh_lexer_next_tag(&at, line->end, true, &tag);
}

bool gh_markdown_fence(struct gh_lexer *lexer, const struct gh_line *line,
                       struct gh_str *fence)
{
    struct gh_str text = {line->text, (size_t)(line->end - line->text)};
    if (lexer->fence.len) {
        if (!gh_str_equal(text, lexer->fence))
            return false;
        *fence = text;
        lexer->fence = (struct gh_str){NULL, 0};
        return true;
    }
    size_t len = 0;
    while (len < text.len && text.ptr[len] == '`')
        len++;
    if (len < 3)
        return false;
    *fence = lexer->fence = (struct gh_str){text.ptr, len};
    lexer->fence_indent = line->indent;
    return true;
}

/* Where the title stands after its hashes and one blank; NULL: no header. */
static const char *after_header(const struct gh_line *line)
{
    const char *p = line->text;
    while (p < line->end && *p == '#')
        p++;
    size_t hashes = (size_t)(p - line->text);
    if (hashes < 1 || hashes > 6 || p == line->end)
        return NULL;
    uint32_t code_point;
    unsigned size = gh_utf8_decode(p, (size_t)(line->end - p), &code_point);
    return size && gh_utf8_is_space(code_point) ? p + size : NULL;
}

static const char *after_bullet(const struct gh_line *line)
{
    const char *p = line->text;
    if (p == line->end || (*p != '*' && *p != '+' && *p != '-'))
        return NULL;
    p++;
    return p + gh_utf8_leading_space(p, (size_t)(line->end - p));
}

/* A title ends at a line separator of Unicode (U+2028 or U+2029). */
static const char *first_line_end(const char *at, const char *end)
{
    for (const char *p = at; end - p >= 3; p++) {
        if ((unsigned char)p[0] == 0xE2 && (unsigned char)p[1] == 0x80 &&
            ((unsigned char)p[2] & 0xFE) == 0xA8)
            return p;
    }
    return end;
}

static bool match_at(struct gh_lexer *lexer, const struct gh_line *line,
                     const char *at, unsigned tokens,
                     struct gh_line_match *match)
{
    if (!at || at >= line->end || (*at == '*' && !(tokens & TITLES)))
        return false;
    const struct gh_keyword *keyword =
        gh_dialect_match(&lexer->index, at, (size_t)(line->end - at), tokens);
    if (!keyword)
        return false;
    match->keyword = keyword;
    match->keyword_start = at;
    bool title = keyword->type == GH_KEYWORD_NONE;
    at += keyword->len + (title ? 1 : 0);
    match->text = gh_source_trim(at, first_line_end(at, line->end));
    match->token = gh_dialect_token(keyword, tokens);
    return true;
}

static bool match_title(struct gh_lexer *lexer, const struct gh_line *line,
                        unsigned tokens, struct gh_line_match *match)
{
    return match_at(lexer, line, after_header(line), tokens & TITLES, match);
}

static bool match_step(struct gh_lexer *lexer, const struct gh_line *line,
                       struct gh_line_match *match)
{
    return match_at(lexer, line, after_bullet(line), GH_TOKENS(STEP), match);
}

static void match_feature(struct gh_lexer *lexer, const struct gh_line *line,
                          struct gh_line_match *match)
{
    match->token = GH_TOKEN_FEATURE;
    if (match_title(lexer, line, GH_TOKENS(FEATURE), match))
        return;
    match->keyword_start = line->text;
    match->text = (struct gh_str){line->text, (size_t)(line->end - line->text)};
}

/* Whether it is a line of Gherkin that may not stand here. */
static bool is_out_of_place(struct gh_lexer *lexer, const struct gh_line *line)
{
    struct gh_line_match ignored;
    struct gh_str fence;
    return match_title(lexer, line, TITLES & ~GH_TOKENS(FEATURE), &ignored) ||
           is_row(line) || gh_markdown_fence(lexer, line, &fence) ||
           match_step(lexer, line, &ignored);
}

static enum gh_token match_rest(struct gh_lexer *lexer,
                                const struct gh_line *line, unsigned tokens)
{
    if (gh_markdown_is_separator(line->text, line->end))
        return GH_TOKEN_COMMENT;
    if ((tokens & GH_TOKENS(EMPTY)) && !is_out_of_place(lexer, line))
        return GH_TOKEN_EMPTY;
    return tokens & GH_TOKENS(OTHER) ? GH_TOKEN_OTHER : GH_TOKEN_NONE;
}

void gh_markdown_match(struct gh_lexer *lexer, const struct gh_line *line,
                       unsigned tokens, struct gh_line_match *match)
{
    struct gh_str fence;
    match->keyword = NULL;
    if (tokens & GH_TOKENS(FEATURE)) {
        match->token = GH_TOKEN_TAG_LINE;
        if (!has_tags(line))
            match_feature(lexer, line, match);
    } else if (line->text == line->end) {
        match->token =
            tokens & GH_TOKENS(EMPTY) ? GH_TOKEN_EMPTY : GH_TOKEN_OTHER;
    } else if ((tokens & GH_TOKENS(TABLE_ROW)) && is_row(line)) {
        match->token = GH_TOKEN_TABLE_ROW;
    } else if ((tokens & GH_TOKENS(DOC_STRING)) &&
               gh_markdown_fence(lexer, line, &fence)) {
        match->token = GH_TOKEN_DOC_STRING;
        match->text = fence;
    } else if ((tokens & GH_TOKENS(STEP)) && match_step(lexer, line, match)) {
        match->token = GH_TOKEN_STEP;
    } else if (has_tags(line)) {
        match->token = GH_TOKEN_TAG_LINE;
    } else if (!match_title(lexer, line, tokens, match)) {
        match->token = match_rest(lexer, line, tokens);
    }
}
