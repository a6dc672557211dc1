#include "gherkin/lexer.h"

#include "gherkin/markdown.h"

/* The white space that a cell loses at its ends, other than in JavaScript's
 * \s: a line feed (written as \n) stays, and so do the spaces of Unicode but
 * U+0085 and U+00A0. */
static unsigned cell_space_at(const char *p, const char *end)
{
    unsigned char byte = (unsigned char)*p;
    if (byte == ' ' || byte == '\t' || (byte >= 11 && byte <= 13))
        return 1;
    if (byte == 0xC2 && p + 1 < end &&
        ((unsigned char)p[1] == 0x85 || (unsigned char)p[1] == 0xA0))
        return 2;
    return 0;
}

void gh_lexer_trim_cell(struct gh_cell_span *cell)
{
    unsigned size;
    while (cell->start < cell->end &&
           (size = cell_space_at(cell->start, cell->end)))
        cell->start += size;
    for (;;) {
        size_t left = (size_t)(cell->end - cell->start);
        if (left && cell_space_at(cell->end - 1, cell->end) == 1)
            cell->end -= 1;
        else if (left > 1 && cell_space_at(cell->end - 2, cell->end) == 2)
            cell->end -= 2;
        else
            return;
    }
}

struct gh_str gh_lexer_unescape(const struct gh_cell_span *cell,
                                struct gh_arena *arena)
{
    size_t len = (size_t)(cell->end - cell->start);
    if (!cell->escaped)
        return (struct gh_str){cell->start, len};
    char *out = gh_arena_alloc(arena, len + 1);
    size_t size = 0;
    for (const char *p = cell->start; p < cell->end; p++) {
        char next = p + 1 < cell->end ? p[1] : '\0';
        if (*p == '\\' && (next == 'n' || next == '|' || next == '\\')) {
            out[size++] = next == 'n' ? '\n' : next;
            p++;
        } else {
            out[size++] = *p;
        }
    }
    return (struct gh_str){out, size};
}

/* Bars are counted eight bytes at a time up to the first backslash. */
uint32_t gh_lexer_count_cells(const char *text, const char *end)
{
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7fu;
    const uint64_t ones = 0x0101010101010101u;
    uint32_t bars = 0;
    const char *p = text;
    for (; end - p >= 8; p += 8) {
        uint64_t word;
        memcpy(&word, p, sizeof(word));
        uint64_t slash = word ^ ones * '\\';
        uint64_t bar = word ^ ones * '|';
        slash = ~(((slash & low7) + low7) | slash | low7);
        if (slash)
            break;
        bar = ~(((bar & low7) + low7) | bar | low7);
        bars += (uint32_t)__builtin_popcountll(bar);
    }
    for (; p < end; p++) {
        if (*p == '\\')
            p++;
        else if (*p == '|')
            bars++;
    }
    return bars - 1;
}

static unsigned space_at(const char *p, const char *end)
{
    uint32_t code_point;
    unsigned length = gh_utf8_decode(p, (size_t)(end - p), &code_point);
    return length && gh_utf8_is_space(code_point) ? length : 0;
}

const char *gh_lexer_tags_end(const char *text, const char *end)
{
    const char *p = text;
    while (p < end && (p = memchr(p, '#', (size_t)(end - p)))) {
        struct gh_str before = {text, (size_t)(p - text)};
        struct gh_str trimmed = gh_utf8_trim_right(before);
        if (trimmed.len < before.len)
            return trimmed.ptr + trimmed.len;
        p++;
    }
    return end;
}

static bool next_markdown_tag(const char **at, const char *end,
                              struct gh_str *tag)
{
    const char *p = *at;
    while (p < end && (p = memchr(p, '`', (size_t)(end - p)))) {
        p++;
        if (end - p < 3 || *p != '@' || p[1] == '`')
            continue;
        const char *stop = memchr(p, '`', (size_t)(end - p));
        if (!stop)
            return false;
        *tag = (struct gh_str){p, (size_t)(stop - p)};
        *at = stop + 1;
        return true;
    }
    return false;
}

bool gh_lexer_next_tag(const char **at, const char *end, bool markdown,
                       struct gh_str *tag)
{
    if (markdown)
        return next_markdown_tag(at, end, tag);
    const char *p = *at;
    while (p < end && *p == '@') {
        const char *stop = memchr(p + 1, '@', (size_t)(end - p - 1));
        if (!stop)
            stop = end;
        struct gh_str name = {p, (size_t)(stop - p)};
        name = gh_utf8_trim_right(name);
        if (name.len > 1) {
            *tag = name;
            *at = stop;
            return true;
        }
        p = stop;
    }
    return false;
}

static const char *skip_space(const char *p, const char *end)
{
    unsigned size;
    while (p < end && (size = space_at(p, end)))
        p += size;
    return p;
}

static bool is_code_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

struct gh_str gh_lexer_language(const struct gh_line *line)
{
    static const char word[] = "language";
    const size_t word_len = sizeof(word) - 1;
    const struct gh_str none = {NULL, 0};
    const char *p = line->text, *end = line->end;
    if (p == end || *p != '#')
        return none;
    p = skip_space(p + 1, end);
    if ((size_t)(end - p) < word_len || memcmp(p, word, word_len) != 0)
        return none;
    p = skip_space(p + word_len, end);
    if (p == end || *p != ':')
        return none;
    p = skip_space(p + 1, end);
    const char *code = p;
    while (p < end && is_code_char(*p))
        p++;
    struct gh_str found = {code, (size_t)(p - code)};
    return skip_space(p, end) == end ? found : none;
}

bool gh_lexer_is_comment(const char *text, const char *end, bool markdown)
{
    if (text == end)
        return false;
    return markdown ? gh_markdown_is_separator(text, end) : *text == '#';
}

static enum gh_token one_of(enum gh_token token, unsigned tokens)
{
    if (tokens & 1u << token)
        return token;
    return tokens & GH_TOKENS(OTHER) ? GH_TOKEN_OTHER : GH_TOKEN_NONE;
}

static bool is_fence(const struct gh_line *line)
{
    return line->end - line->text >= 3 && line->text[0] == line->text[1] &&
           line->text[1] == line->text[2];
}

static void match_keyword(struct gh_lexer *lexer, const struct gh_line *line,
                          unsigned tokens, struct gh_line_match *match)
{
    size_t len = (size_t)(line->end - line->text);
    const struct gh_keyword *keyword =
        gh_dialect_match(&lexer->index, line->text, len, tokens);
    if (!keyword && lexer->english.dialect)
        keyword = gh_dialect_match(&lexer->english, line->text, len, tokens);
    if (!keyword) {
        match->token =
            tokens & GH_TOKENS(OTHER) ? GH_TOKEN_OTHER : GH_TOKEN_NONE;
        return;
    }
    match->keyword = keyword;
    match->keyword_start = line->text;
    bool title = keyword->type == GH_KEYWORD_NONE;
    match->text =
        gh_source_trim(line->text + keyword->len + (title ? 1 : 0), line->end);
    match->token = gh_dialect_token(keyword, tokens);
}

void gh_lexer_match(struct gh_lexer *lexer, const struct gh_line *line,
                    unsigned tokens, struct gh_line_match *match)
{
    if (lexer->markdown) {
        gh_markdown_match(lexer, line, tokens, match);
        return;
    }
    match->keyword = NULL;
    if (line->text == line->end) {
        match->token = one_of(GH_TOKEN_EMPTY, tokens);
        return;
    }
    switch (*line->text) {
    case '#':
        match->token = GH_TOKEN_COMMENT;
        if ((tokens & GH_TOKENS(LANGUAGE)) && gh_lexer_language(line).len)
            match->token = GH_TOKEN_LANGUAGE;
        return;
    case '@':
        match->token = GH_TOKEN_TAG_LINE;
        return;
    case '|':
        match->token = one_of(GH_TOKEN_TABLE_ROW, tokens);
        return;
    case '"':
    case '`':
        match->token = is_fence(line) ? one_of(GH_TOKEN_DOC_STRING, tokens)
                                      : one_of(GH_TOKEN_NONE, tokens);
        return;
    default:
        match_keyword(lexer, line, tokens, match);
    }
}
