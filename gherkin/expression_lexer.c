#include "gherkin/expression_lexer.h"

#include <stdint.h>

#include "gherkin/utf8.h"

struct lexer {
    const struct gh_expression_report *report;
    const char *next;
    const char *end; /* of the source */
    size_t at;       /* code points before next */
    struct gh_expression_token *tokens;
    size_t count;
    char *text; /* where the unescaped text goes on */
};

/* One code point of the source. */
struct character {
    uint32_t code;
    const char *bytes;
    size_t length;
};

static enum gh_expression_token_type type_of(uint32_t code)
{
    switch (code) {
    case '(':
        return GH_EXPRESSION_BEGIN_OPTIONAL;
    case ')':
        return GH_EXPRESSION_END_OPTIONAL;
    case '{':
        return GH_EXPRESSION_BEGIN_PARAMETER;
    case '}':
        return GH_EXPRESSION_END_PARAMETER;
    case '/':
        return GH_EXPRESSION_ALTERNATION;
    default:
        return gh_utf8_is_space(code) ? GH_EXPRESSION_WHITE_SPACE
                                      : GH_EXPRESSION_TEXT;
    }
}

static bool read_character(struct lexer *lexer, struct character *c)
{
    c->bytes = lexer->next;
    c->length = gh_utf8_decode(lexer->next, (size_t)(lexer->end - lexer->next),
                               &c->code);
    if (!c->length)
        return gh_expression_report_text(
            lexer->report,
            "This Cucumber Expression is not UTF-8: bad byte at offset %zu.",
            (size_t)(lexer->next - lexer->report->source));
    lexer->next += c->length;
    lexer->at++;
    return true;
}

/* Reads what follows a backslash. */
static bool read_escaped(struct lexer *lexer, struct character *c)
{
    if (!*lexer->next)
        return gh_expression_report_problem(
            lexer->report, lexer->at - 1, lexer->at,
            "The end of line can not be escaped",
            "You can use '\\\\' to escape the '\\'");
    if (!read_character(lexer, c))
        return false;
    if (c->code == '\\' || type_of(c->code) != GH_EXPRESSION_TEXT)
        return true;
    return gh_expression_report_problem(
        lexer->report, lexer->at - 1, lexer->at,
        "Only the characters '{', '}', '(', ')', '\\', '/' and whitespace can "
        "be escaped",
        "If you did mean to use an '\\' you can use '\\\\' to escape it");
}

static void begin_token(struct lexer *lexer, enum gh_expression_token_type type,
                        size_t start)
{
    struct gh_expression_token *token = &lexer->tokens[lexer->count++];
    token->type = type;
    token->text.ptr = lexer->text;
    token->start = token->end = start;
}

/* White space and text go on in the token before. */
static bool goes_on(const struct lexer *lexer,
                    enum gh_expression_token_type type)
{
    return lexer->tokens[lexer->count - 1].type == type &&
           (type == GH_EXPRESSION_WHITE_SPACE || type == GH_EXPRESSION_TEXT);
}

static bool read_all(struct lexer *lexer)
{
    while (*lexer->next) {
        struct character c;
        size_t start = lexer->at;
        if (!read_character(lexer, &c))
            return false;
        enum gh_expression_token_type type = type_of(c.code);
        if (c.code == '\\') {
            if (!read_escaped(lexer, &c))
                return false;
            type = GH_EXPRESSION_TEXT;
        }
        if (!goes_on(lexer, type))
            begin_token(lexer, type, start);
        struct gh_expression_token *token = &lexer->tokens[lexer->count - 1];
        memcpy(lexer->text, c.bytes, c.length);
        lexer->text += c.length;
        token->text.len += c.length;
        token->end = lexer->at;
    }
    return true;
}

const struct gh_expression_token *
gh_expression_lexer_read(const struct gh_expression_report *report,
                         struct gh_arena *arena, size_t *count)
{
    size_t length = strlen(report->source);
    struct lexer lexer = {
        .report = report,
        .next = report->source,
        .end = report->source + length,
        .tokens = gh_arena_array(arena, length + 2, sizeof(*lexer.tokens)),
        .text = gh_arena_alloc(arena, length + 1),
    };
    begin_token(&lexer, GH_EXPRESSION_START_OF_LINE, 0);
    if (!read_all(&lexer))
        return NULL;
    begin_token(&lexer, GH_EXPRESSION_END_OF_LINE, lexer.at);
    *count = lexer.count;
    return lexer.tokens;
}
