#include "gherkin/document.h"

#include "gherkin/lexer.h"
#include "gherkin/parser.h"

struct gh_document *
gh_document_parse_with(const char *uri, const char *bytes, size_t length,
                       const struct gh_parse_options *options)
{
    struct gh_document *document = gh_alloc(sizeof(*document));
    size_t uri_len = strlen(uri);
    document->uri = gh_alloc(uri_len + 1);
    memcpy(document->uri, uri, uri_len);
    document->bytes = bytes;
    document->length = length;
    document->markdown = gh_str_ends_with(gh_str_of(uri), ".md");
    document->lenient = options->lenient;
    gh_parser_run(document);
    return document;
}

struct gh_document *gh_document_parse(const char *uri, const char *bytes,
                                      size_t length)
{
    const struct gh_parse_options strict = {false};
    return gh_document_parse_with(uri, bytes, length, &strict);
}

size_t gh_document_warnings(const struct gh_document *document,
                            const struct gh_error **warnings)
{
    *warnings = document->warnings.items;
    return document->warnings.count;
}

size_t gh_document_errors(const struct gh_document *document,
                          const struct gh_error **errors)
{
    *errors = document->errors.items;
    return document->errors.count;
}

void gh_document_destroy(struct gh_document *document)
{
    if (!document)
        return;
    gh_free(document->uri);
    gh_free(document->items);
    gh_free(document->blocks);
    gh_free(document->rows);
    gh_free(document->tag_lines);
    gh_free(document->docs);
    gh_free(document->comments);
    gh_error_list_finish(&document->errors);
    gh_error_list_finish(&document->warnings);
    gh_arena_finish(&document->arena);
    gh_free(document);
}

const char *gh_document_uri(const struct gh_document *document)
{
    return document->uri;
}

struct gh_str gh_document_language(const struct gh_document *document)
{
    return gh_str_of(document->dialect->code);
}

bool gh_document_is_markdown(const struct gh_document *document)
{
    return document->markdown;
}

struct gh_str gh_document_source(const struct gh_document *document)
{
    return (struct gh_str){document->bytes, document->length};
}

uint32_t gh_document_node_count(const struct gh_document *document)
{
    return document->item_count;
}

struct gh_node gh_document_node(const struct gh_document *document,
                                uint32_t index)
{
    const struct gh_item *item = &document->items[index];
    struct gh_node node = {
        .kind = (enum gh_node_kind)item->kind,
        .keyword_type = (enum gh_keyword_type)item->keyword_type,
        .at = {item->line, item->column},
        .keyword = {document->bytes + item->start, item->keyword_len},
        .text = {document->bytes + item->text, item->text_len},
        .end = item->end,
        .row_count = item->row_count,
    };
    if (node.kind == GH_NODE_STEP) {
        node.has_doc_string = item->extra != 0;
        node.doc_string_first = item->doc_string_first;
    } else {
        const struct gh_block *block = gh_document_block(document, item);
        node.tag_count = block->tag_count;
        node.has_description = block->description_end != 0;
    }
    return node;
}

static const char *without_indent(const struct gh_line *line, uint32_t indent)
{
    if (indent > line->indent)
        return line->text;
    struct gh_str text = {line->start, (size_t)(line->end - line->start)};
    if ((size_t)(line->text - line->start) == line->indent)
        return line->start + indent;
    return line->start + gh_utf8_offset(text, indent);
}

struct gh_str gh_document_description(const struct gh_document *document,
                                      uint32_t index, struct gh_arena *arena)
{
    const struct gh_item *item = &document->items[index];
    if (item->kind == GH_NODE_STEP)
        return (struct gh_str){NULL, 0};
    const struct gh_block *block = gh_document_block(document, item);
    if (!block->description_end)
        return (struct gh_str){NULL, 0};
    struct gh_str raw =
        gh_document_span(document, block->description, block->description_end);
    if (!block->has_comments && !document->has_cr && !block->description_indent)
        return raw;
    struct gh_source source = {raw.ptr, raw.ptr + raw.len, raw.ptr, 0};
    struct gh_line line;
    char *out = gh_arena_alloc(arena, raw.len + 1), *end = out;
    while (gh_source_next(&source, &line)) {
        if (gh_lexer_is_comment(line.text, line.end, document->markdown))
            continue;
        const char *start = without_indent(&line, block->description_indent);
        size_t len = (size_t)(line.end - start);
        if (line.number > 1)
            *end++ = '\n';
        memcpy(end, start, len);
        end += len;
    }
    return (struct gh_str){out, (size_t)(end - out)};
}

static const struct gh_span *tag_span(const struct gh_document *document,
                                      const struct gh_block *block, uint32_t i)
{
    return &document->tag_lines[block->tag_lines + i];
}

const struct gh_tag *gh_document_tags(const struct gh_document *document,
                                      uint32_t index, struct gh_arena *arena)
{
    const struct gh_item *item = &document->items[index];
    if (item->kind == GH_NODE_STEP)
        return NULL;
    const struct gh_block *block = gh_document_block(document, item);
    if (!block->tag_count)
        return NULL;
    struct gh_tag *tags =
        gh_arena_array(arena, block->tag_count, sizeof(*tags));
    uint32_t count = 0;
    for (uint32_t i = 0; i < block->tag_line_count; i++) {
        const struct gh_span *span = tag_span(document, block, i);
        const char *at = document->bytes + span->start, *counted = at;
        const char *end = document->bytes + span->end;
        uint32_t column = span->column;
        struct gh_str name;
        while (gh_lexer_next_tag(&at, end, document->markdown, &name)) {
            column +=
                (uint32_t)gh_utf8_count(counted, (size_t)(name.ptr - counted));
            counted = name.ptr;
            tags[count++] = (struct gh_tag){name, {span->line, column}};
        }
    }
    return tags;
}

struct gh_row gh_document_row(const struct gh_document *document,
                              uint32_t index, uint32_t number,
                              struct gh_arena *arena)
{
    const struct gh_span *span =
        &document->rows[document->items[index].rows + number];
    const char *at = document->bytes + span->start, *counted = at;
    const char *end = document->bytes + span->end;
    uint32_t count = gh_lexer_count_cells(at, end);
    uint32_t column = span->column;
    struct gh_cell *cells = gh_arena_array(arena, count, sizeof(*cells));
    struct gh_cell_span cell;
    for (uint32_t i = 0; i < count; i++) {
        if (!gh_lexer_next_cell(&at, end, &cell))
            break;
        column +=
            (uint32_t)gh_utf8_count(counted, (size_t)(cell.start - counted));
        counted = cell.start;
        cells[i] = (struct gh_cell){gh_lexer_unescape(&cell, arena),
                                    {span->line, column}};
    }
    return (struct gh_row){{span->line, span->column}, cells, count};
}

/* Replaces the first escaped fence of a line, as the reference does. */
static size_t copy_unescaped(char *out, const char *start, size_t len,
                             char quote)
{
    const char escaped[6] = {'\\', quote, '\\', quote, '\\', quote};
    const char *found = memmem(start, len, escaped, sizeof(escaped));
    if (!found) {
        memcpy(out, start, len);
        return len;
    }
    size_t before = (size_t)(found - start);
    memcpy(out, start, before);
    memset(out + before, quote, 3);
    size_t after = len - before - sizeof(escaped);
    memcpy(out + before + 3, found + sizeof(escaped), after);
    return before + 3 + after;
}

static struct gh_str doc_content(const struct gh_document *document,
                                 const struct gh_doc_item *doc,
                                 struct gh_arena *arena)
{
    struct gh_str raw =
        gh_document_span(document, doc->content, doc->content_end);
    char quote = document->bytes[doc->start];
    bool escapes = !document->markdown && memchr(raw.ptr, '\\', raw.len);
    if (!doc->indent && !document->has_cr && !escapes)
        return raw;
    char *out = gh_arena_alloc(arena, raw.len + 1), *end = out;
    const char *next = raw.ptr, *stop = raw.ptr + raw.len;
    while (next <= stop) {
        struct gh_line line = {.start = next};
        line.end = memchr(next, '\n', (size_t)(stop - next));
        line.end = line.end ? line.end : stop;
        next = line.end + 1;
        if (next <= stop && line.end > line.start && line.end[-1] == '\r')
            line.end--;
        gh_source_trim_left(&line);
        const char *start = without_indent(&line, doc->indent);
        size_t len = (size_t)(line.end - start);
        if (line.start > raw.ptr)
            *end++ = '\n';
        if (escapes)
            len = copy_unescaped(end, start, len, quote);
        else
            memcpy(end, start, len);
        end += len;
    }
    return (struct gh_str){out, (size_t)(end - out)};
}

struct gh_doc_node gh_document_doc_string(const struct gh_document *document,
                                          uint32_t index,
                                          struct gh_arena *arena)
{
    const struct gh_item *item = &document->items[index];
    const struct gh_doc_item *doc = &document->docs[item->extra - 1];
    return (struct gh_doc_node){
        .at = {doc->line, doc->column},
        .delimiter = {document->bytes + doc->start, doc->fence_len},
        .media_type = {document->bytes + doc->media, doc->media_len},
        .content = doc_content(document, doc, arena),
    };
}

uint32_t gh_document_comment_count(const struct gh_document *document)
{
    return document->comment_count;
}

struct gh_comment gh_document_comment(const struct gh_document *document,
                                      uint32_t index)
{
    const struct gh_comment_item *item = &document->comments[index];
    return (struct gh_comment){
        gh_document_span(document, item->start, item->end), {item->line, 1}};
}
