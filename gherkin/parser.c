#include "gherkin/parser.h"

#include "gherkin/expected.h"
#include "gherkin/lexer.h"
#include "gherkin/markdown.h"
#include "gherkin/remedy.h"

enum state {
    STATE_START,
    STATE_LANGUAGE,
    STATE_FEATURE_TAGS,
    STATE_HEADER, /* after a Feature or Rule line */
    STATE_BACKGROUND,
    STATE_SCENARIO,
    STATE_EXAMPLES,
    STATE_STEP,
    STATE_STEP_TABLE,
    STATE_STEP_DOC,
    STATE_STEP_DOC_TABLE,
    STATE_STEP_TABLE_DOC,
    STATE_EXAMPLES_TABLE,
    STATE_SCENARIO_TAGS,
    STATE_EXAMPLES_TAGS,
    STATE_RULE_TAGS,
};

#define T(kind)  GH_TOKENS(kind)
#define SKIPPED  (T(COMMENT) | T(EMPTY))
#define BRANCHES (T(END) | T(TAG_LINE) | T(SCENARIO) | T(RULE) | SKIPPED)
#define BODY     (BRANCHES | T(STEP) | T(EXAMPLES))

static const unsigned state_tokens[] = {
    [STATE_START] = T(END) | T(LANGUAGE) | T(TAG_LINE) | T(FEATURE) | SKIPPED,
    [STATE_LANGUAGE] = T(TAG_LINE) | T(FEATURE) | SKIPPED,
    [STATE_FEATURE_TAGS] = T(TAG_LINE) | T(FEATURE) | SKIPPED,
    [STATE_HEADER] = BRANCHES | T(BACKGROUND) | T(OTHER),
    [STATE_BACKGROUND] = BRANCHES | T(STEP) | T(OTHER),
    [STATE_SCENARIO] = BODY | T(OTHER),
    [STATE_EXAMPLES] = BRANCHES | T(TABLE_ROW) | T(EXAMPLES) | T(OTHER),
    [STATE_STEP] = BODY | T(TABLE_ROW) | T(DOC_STRING),
    [STATE_STEP_TABLE] = BODY | T(TABLE_ROW) | T(DOC_STRING),
    [STATE_STEP_DOC] = BODY | T(TABLE_ROW),
    [STATE_STEP_DOC_TABLE] = BODY | T(TABLE_ROW),
    [STATE_STEP_TABLE_DOC] = BODY,
    [STATE_EXAMPLES_TABLE] = BRANCHES | T(TABLE_ROW) | T(EXAMPLES),
    [STATE_SCENARIO_TAGS] = T(TAG_LINE) | T(SCENARIO) | SKIPPED,
    [STATE_EXAMPLES_TAGS] = T(TAG_LINE) | T(EXAMPLES) | SKIPPED,
    [STATE_RULE_TAGS] = T(TAG_LINE) | T(RULE) | SKIPPED,
};

#define DEEPEST 4
#define CLOSED  UINT32_MAX

struct parser {
    struct gh_document *document;
    struct gh_source source;
    struct gh_lexer lexer;
    struct gh_error_list errors; /* of the grammar; in order */
    enum state state;
    unsigned tokens; /* what may come next */
    bool in_background;
    bool in_description;
    bool has_scenario;
    enum state before_tags; /* where the tags at hand were found */
    bool background_before_tags;
    uint32_t first_cells;   /* of the table at hand */
    uint32_t tag_lines;     /* the first one that waits for its owner */
    uint32_t tag_count;     /* tags that wait */
    uint32_t open[DEEPEST]; /* the item open at each depth */
};

/* -- Growing arrays ----------------------------------------------------- */

static void *grow(void *array, uint32_t *room, size_t size)
{
    *room = *room ? *room * 2 : 16;
    return gh_realloc(array, *room * size);
}

/* The next element of one of the document's arrays, not zeroed. */
#define APPEND(document, name)                                                 \
    (((document)->name##_count == (document)->name##_room                      \
          ? (void)((document)->name##s =                                       \
                       grow((document)->name##s, &(document)->name##_room,     \
                            sizeof(*(document)->name##s)))                     \
          : (void)0),                                                          \
     &(document)->name##s[(document)->name##_count++])

static uint32_t offset(const struct parser *parser, const char *at)
{
    return (uint32_t)(at - parser->document->bytes);
}

/* -- Errors ------------------------------------------------------------- */

static void add_error(struct parser *parser, uint32_t line, uint32_t column,
                      const char *message, const char *remedy)
{
    struct gh_location at = {line, column};
    gh_error_list_add(&parser->errors, at, message, remedy);
}

static void add_unexpected(struct parser *parser, const struct gh_line *line)
{
    struct gh_arena *arena = &parser->document->arena;
    const struct gh_remedy_place place = {
        .index = &parser->lexer.index,
        .tokens = parser->tokens,
        .has_feature = parser->document->item_count > 0,
        .has_scenario = parser->has_scenario,
        .markdown = parser->document->markdown,
    };
    add_error(parser, line->number, line->indent + 1,
              gh_expected_message(arena, parser->tokens, line),
              gh_remedy_unexpected(arena, &place, line));
}

static void add_unexpected_end(struct parser *parser, unsigned tokens)
{
    add_error(parser, parser->source.line + 1, 0,
              gh_expected_end_message(&parser->document->arena, tokens),
              gh_remedy_end(tokens));
}

/* -- Building ----------------------------------------------------------- */

static void enter(struct parser *parser, enum state state)
{
    parser->state = state;
    parser->tokens = state_tokens[state];
    parser->in_description = false;
    if (parser->in_background)
        parser->tokens &= ~T(EXAMPLES);
}

static unsigned depth_of(enum gh_node_kind kind)
{
    switch (kind) {
    case GH_NODE_FEATURE:
        return 0;
    case GH_NODE_RULE:
        return 1;
    case GH_NODE_BACKGROUND:
    case GH_NODE_SCENARIO:
        return 2;
    default:
        return 3;
    }
}

static void close_from(struct parser *parser, unsigned depth)
{
    struct gh_document *document = parser->document;
    for (unsigned i = depth; i < DEEPEST; i++) {
        if (parser->open[i] != CLOSED)
            document->items[parser->open[i]].end = document->item_count;
        parser->open[i] = CLOSED;
    }
}

static struct gh_item *append_item(struct parser *parser,
                                   enum gh_node_kind kind,
                                   const struct gh_line *line,
                                   const struct gh_line_match *match)
{
    struct gh_item *item = APPEND(parser->document, item);
    item->kind = (uint8_t)kind;
    item->keyword_type =
        match->keyword ? match->keyword->type : (uint8_t)GH_KEYWORD_NONE;
    item->keyword_len = match->keyword ? match->keyword->len : 0;
    item->doc_string_first = false;
    item->line = line->number;
    item->start = offset(parser, match->keyword_start);
    item->column = line->indent + 1;
    if (match->keyword_start != line->text)
        item->column += (uint32_t)gh_utf8_count(
            line->text, (size_t)(match->keyword_start - line->text));
    item->text = offset(parser, match->text.ptr);
    item->text_len = (uint32_t)match->text.len;
    item->end = parser->document->item_count;
    item->extra = 0;
    item->rows = 0;
    item->row_count = 0;
    return item;
}

static void append_title(struct parser *parser, enum gh_node_kind kind,
                         const struct gh_line *line,
                         const struct gh_line_match *match)
{
    struct gh_document *document = parser->document;
    unsigned depth = depth_of(kind);
    close_from(parser, depth);
    parser->open[depth] = document->item_count;
    struct gh_item *item = append_item(parser, kind, line, match);
    struct gh_block *block = APPEND(document, block);
    *block = (struct gh_block){
        .tag_lines = parser->tag_lines,
        .tag_line_count = document->tag_line_count - parser->tag_lines,
        .tag_count = parser->tag_count,
    };
    item->extra = document->block_count - 1;
    parser->tag_lines = document->tag_line_count;
    parser->tag_count = 0;
}

static void accept_title(struct parser *parser, const struct gh_line *line,
                         const struct gh_line_match *match)
{
    static const struct {
        enum gh_node_kind kind;
        enum state state;
    } titles[] = {
        [GH_TOKEN_FEATURE] = {GH_NODE_FEATURE, STATE_HEADER},
        [GH_TOKEN_RULE] = {GH_NODE_RULE, STATE_HEADER},
        [GH_TOKEN_BACKGROUND] = {GH_NODE_BACKGROUND, STATE_BACKGROUND},
        [GH_TOKEN_SCENARIO] = {GH_NODE_SCENARIO, STATE_SCENARIO},
        [GH_TOKEN_EXAMPLES] = {GH_NODE_EXAMPLES, STATE_EXAMPLES},
    };
    append_title(parser, titles[match->token].kind, line, match);
    if (match->token == GH_TOKEN_FEATURE)
        parser->document->dialect = parser->lexer.index.dialect;
    parser->in_background = match->token == GH_TOKEN_BACKGROUND;
    parser->has_scenario |= match->token == GH_TOKEN_SCENARIO ||
                            match->token == GH_TOKEN_BACKGROUND;
    enter(parser, titles[match->token].state);
}

/* Reads ahead over tags, comments and empty lines to the token. */
static bool follows(struct parser *parser, enum gh_token token)
{
    const unsigned skipped = T(TAG_LINE) | SKIPPED;
    struct gh_source ahead = parser->source;
    struct gh_line line;
    struct gh_line_match match;
    while (gh_source_next(&ahead, &line)) {
        gh_lexer_match(&parser->lexer, &line, skipped | 1u << token, &match);
        if (match.token == token)
            return true;
        if (!(skipped & 1u << match.token))
            break;
    }
    return false;
}

/* After an unknown language: with the one that was meant, where the file goes
 * on in it, so that the other errors show. */
static void go_on_as_meant(struct parser *parser,
                           const struct gh_dialect *dialect)
{
    struct gh_keyword_index before = parser->lexer.index;
    if (!dialect)
        return;
    gh_dialect_index(&parser->lexer.index, dialect);
    if (follows(parser, GH_TOKEN_FEATURE))
        enter(parser, STATE_LANGUAGE);
    else
        parser->lexer.index = before;
}

/* A lenient parser takes the language that was meant. */
static const struct gh_dialect *guess_language(struct parser *parser,
                                               const struct gh_line *line,
                                               struct gh_str code)
{
    const struct gh_dialect *dialect = gh_dialect_guess(code);
    const struct gh_location at = {line->number, line->indent + 1};
    struct gh_document *document = parser->document;
    if (dialect)
        gh_error_list_add(&document->warnings, at,
                          gh_arena_format(&document->arena,
                                          "language '%.*s' is read as '%s'",
                                          GH_STR_ARG(code), dialect->code),
                          NULL);
    return dialect;
}

static void accept_language(struct parser *parser, const struct gh_line *line)
{
    struct gh_str code = gh_lexer_language(line);
    const struct gh_dialect *dialect = gh_dialect_find(code);
    if (!dialect && parser->document->lenient)
        dialect = guess_language(parser, line, code);
    if (!dialect) {
        struct gh_arena *arena = &parser->document->arena;
        add_error(parser, line->number, line->indent + 1,
                  gh_arena_format(arena, "Language not supported: %.*s",
                                  GH_STR_ARG(code)),
                  gh_remedy_language(arena, code));
        go_on_as_meant(parser, gh_dialect_guess(code));
        return;
    }
    gh_dialect_index(&parser->lexer.index, dialect);
    enter(parser, STATE_LANGUAGE);
}

/* -- Tags --------------------------------------------------------------- */

/* Whose tags are these? */
static enum state owner_of_tags(struct parser *parser)
{
    if ((parser->tokens & T(EXAMPLES)) && follows(parser, GH_TOKEN_EXAMPLES))
        return STATE_EXAMPLES_TAGS;
    return follows(parser, GH_TOKEN_SCENARIO) ? STATE_SCENARIO_TAGS
                                              : STATE_RULE_TAGS;
}

static bool has_space(struct gh_str tag)
{
    for (size_t at = 0; at < tag.len;) {
        uint32_t code_point;
        unsigned length =
            gh_utf8_decode(tag.ptr + at, tag.len - at, &code_point);
        if (length && gh_utf8_is_space(code_point))
            return true;
        at += length ? length : 1;
    }
    return false;
}

/* Counts the tags of a line that ends there, and lists those that are none. */
static bool check_tags(struct parser *parser, const struct gh_line *line,
                       const char *end, uint32_t *count)
{
    bool markdown = parser->document->markdown, good = true;
    const char *at = line->text, *counted = at;
    uint32_t column = line->indent + 1;
    struct gh_str tag;
    *count = 0;
    while (gh_lexer_next_tag(&at, end, markdown, &tag)) {
        ++*count;
        if (markdown || !has_space(tag))
            continue;
        column += (uint32_t)gh_utf8_count(counted, (size_t)(tag.ptr - counted));
        counted = tag.ptr;
        good = false;
        add_error(parser, line->number, column,
                  "A tag may not contain whitespace",
                  "begin each tag with @, or write a comment as #");
    }
    return good;
}

static void enter_tags(struct parser *parser)
{
    switch (parser->state) {
    case STATE_START:
    case STATE_LANGUAGE:
        enter(parser, STATE_FEATURE_TAGS);
        break;
    case STATE_FEATURE_TAGS:
    case STATE_SCENARIO_TAGS:
    case STATE_EXAMPLES_TAGS:
    case STATE_RULE_TAGS:
        break;
    default: {
        enum state owner = owner_of_tags(parser);
        parser->before_tags = parser->state;
        parser->background_before_tags = parser->in_background;
        parser->in_background = false;
        enter(parser, owner);
    }
    }
}

/* After tags of nothing: goes back to where they stand, without them, so that
 * one wrong line does not make errors of all that follow. */
static bool leave_tags(struct parser *parser)
{
    struct gh_document *document = parser->document;
    if (parser->state < STATE_SCENARIO_TAGS)
        return false;
    parser->tag_count = 0;
    document->tag_line_count = parser->tag_lines;
    parser->in_background = parser->background_before_tags;
    enter(parser, parser->before_tags);
    return true;
}

/* A line with a wrong tag is left out: it may be no tags at all. */
static void accept_tags(struct parser *parser, const struct gh_line *line)
{
    struct gh_document *document = parser->document;
    const char *end = document->markdown
                          ? line->end
                          : gh_lexer_tags_end(line->text, line->end);
    uint32_t count;
    if (!check_tags(parser, line, end, &count))
        return;
    enter_tags(parser);
    parser->tag_count += count;
    struct gh_span *span = APPEND(document, tag_line);
    *span = (struct gh_span){line->number, line->indent + 1,
                             offset(parser, line->text), offset(parser, end)};
}

/* -- Steps and what belongs to them ------------------------------------- */

static void accept_step(struct parser *parser, const struct gh_line *line,
                        const struct gh_line_match *match)
{
    append_item(parser, GH_NODE_STEP, line, match);
    if (parser->state != STATE_STEP)
        enter(parser, STATE_STEP);
}

static void accept_row(struct parser *parser, const struct gh_line *line)
{
    struct gh_document *document = parser->document;
    struct gh_item *owner = &document->items[document->item_count - 1];
    uint32_t cells = gh_lexer_count_cells(line->text, line->end);
    struct gh_span *row = APPEND(document, row);
    *row =
        (struct gh_span){line->number, line->indent + 1,
                         offset(parser, line->text), offset(parser, line->end)};
    if (!owner->row_count++) {
        owner->rows = document->row_count - 1;
        parser->first_cells = cells;
    } else if (cells != parser->first_cells) {
        add_error(
            parser, line->number, line->indent + 1,
            "inconsistent cell count within the table",
            gh_remedy_row(&document->arena, line, cells, parser->first_cells));
    }
    if (parser->state == STATE_STEP)
        enter(parser, STATE_STEP_TABLE);
    else if (parser->state == STATE_STEP_DOC)
        enter(parser, STATE_STEP_DOC_TABLE);
    else if (parser->state == STATE_EXAMPLES)
        enter(parser, STATE_EXAMPLES_TABLE);
}

static bool closes(struct parser *parser, const struct gh_line *line,
                   struct gh_str fence)
{
    if (parser->document->markdown)
        return gh_markdown_fence(&parser->lexer, line, &fence);
    return (size_t)(line->end - line->text) >= fence.len &&
           !memcmp(line->text, fence.ptr, fence.len);
}

/* Reads up to the closing fence. */
static void accept_doc_string(struct parser *parser,
                              const struct gh_line *opening,
                              const struct gh_line_match *match)
{
    struct gh_document *document = parser->document;
    struct gh_item *owner = &document->items[document->item_count - 1];
    bool markdown = document->markdown;
    struct gh_str fence = {opening->text, markdown ? match->text.len : 3};
    struct gh_str media = {opening->text + fence.len,
                           (size_t)(opening->end - opening->text) - fence.len};
    if (!markdown)
        media = gh_source_trim(media.ptr, media.ptr + media.len);
    struct gh_doc_item *doc = APPEND(document, doc);
    *doc = (struct gh_doc_item){
        .line = opening->number,
        .column = opening->indent + 1,
        .start = offset(parser, opening->text),
        .fence_len = (uint32_t)fence.len,
        .media = offset(parser, media.ptr),
        .media_len = (uint32_t)media.len,
        .indent = markdown ? parser->lexer.fence_indent : opening->indent,
    };
    owner->extra = document->doc_count;
    owner->doc_string_first = !owner->row_count;
    const char *start = parser->source.next;
    const char *end = start;
    doc->content = offset(parser, start);
    struct gh_line line;
    while (gh_source_next(&parser->source, &line)) {
        if (closes(parser, &line, fence)) {
            doc->content_end = offset(parser, end);
            enter(parser, parser->state == STATE_STEP_TABLE
                              ? STATE_STEP_TABLE_DOC
                              : STATE_STEP_DOC);
            return;
        }
        end = line.end;
    }
    doc->content_end = offset(parser, end);
    add_unexpected_end(parser, T(DOC_STRING) | T(OTHER));
    parser->tokens = T(END); /* one error is enough */
}

/* -- Comments and descriptions ------------------------------------------ */

static struct gh_block *last_block(struct parser *parser)
{
    struct gh_document *document = parser->document;
    return &document->blocks[document->block_count - 1];
}

static void begin_description(struct parser *parser)
{
    parser->in_description = true;
    parser->tokens &= ~T(EMPTY);
}

static void accept_comment(struct parser *parser, const struct gh_line *line)
{
    struct gh_document *document = parser->document;
    if (parser->tokens & T(OTHER)) {
        struct gh_block *block = last_block(parser);
        begin_description(parser);
        if (block->description)
            block->has_comments = true;
    }
    if (document->markdown)
        return; /* a table's separator row */
    struct gh_comment_item *comment = APPEND(document, comment);
    *comment = (struct gh_comment_item){
        line->number, offset(parser, line->start), offset(parser, line->end)};
}

static void accept_other(struct parser *parser, const struct gh_line *line)
{
    struct gh_block *block = last_block(parser);
    if (!parser->in_description)
        begin_description(parser);
    if (!block->description) {
        block->description = offset(parser, line->start);
        block->description_indent = parser->lexer.fence_indent;
    }
    if (line->text < line->end)
        block->description_end = offset(parser, line->end);
}

/* -- The loop ----------------------------------------------------------- */

static void accept(struct parser *parser, const struct gh_line *line,
                   const struct gh_line_match *match)
{
    switch (match->token) {
    case GH_TOKEN_EMPTY:
        break;
    case GH_TOKEN_STEP:
        accept_step(parser, line, match);
        break;
    case GH_TOKEN_TABLE_ROW:
        accept_row(parser, line);
        break;
    case GH_TOKEN_DOC_STRING:
        accept_doc_string(parser, line, match);
        break;
    case GH_TOKEN_COMMENT:
        accept_comment(parser, line);
        break;
    case GH_TOKEN_TAG_LINE:
        accept_tags(parser, line);
        break;
    case GH_TOKEN_OTHER:
        accept_other(parser, line);
        break;
    case GH_TOKEN_LANGUAGE:
        accept_language(parser, line);
        if (parser->state == STATE_START)
            accept_comment(parser, line);
        break;
    case GH_TOKEN_NONE:
    case GH_TOKEN_END:
        break;
    default:
        accept_title(parser, line, match);
    }
}

static void parse_lines(struct parser *parser)
{
    struct gh_line line;
    struct gh_line_match match;
    while (gh_source_next(&parser->source, &line)) {
        gh_lexer_match(&parser->lexer, &line, parser->tokens, &match);
        if (match.token == GH_TOKEN_NONE) {
            add_unexpected(parser, &line);
            if (!leave_tags(parser))
                continue;
            gh_lexer_match(&parser->lexer, &line, parser->tokens, &match);
        }
        accept(parser, &line, &match);
    }
    if (!(parser->tokens & T(END)))
        add_unexpected_end(parser, parser->tokens);
    close_from(parser, 0);
}

void gh_parser_run(struct gh_document *document)
{
    struct parser parser = {.document = document};
    struct gh_error_list bytes = {0};
    gh_source_init(&parser.source, document->bytes, document->length);
    document->bytes = parser.source.bytes;
    document->length = (size_t)(parser.source.end - parser.source.bytes);
    document->dialect = gh_dialect_find(gh_str_of("en"));
    gh_dialect_index(&parser.lexer.index, document->dialect);
    parser.lexer.markdown = document->markdown;
    if (document->lenient)
        gh_dialect_index(&parser.lexer.english, document->dialect);
    for (unsigned i = 0; i < DEEPEST; i++)
        parser.open[i] = CLOSED;
    if (gh_source_check(&parser.source, &document->arena, &bytes)) {
        document->has_cr =
            memchr(document->bytes, '\r', document->length) != NULL;
        enter(&parser, STATE_START);
        parse_lines(&parser);
    }
    gh_error_list_merge(&document->errors, &bytes, &parser.errors);
    gh_error_list_finish(&bytes);
    gh_error_list_finish(&parser.errors);
}
