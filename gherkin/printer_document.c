#include "gherkin/lexer.h"
#include "gherkin/printer.h"

static struct gh_str keyword_of(const struct gh_document *document,
                                const struct gh_item *item)
{
    return (struct gh_str){document->bytes + item->start, item->keyword_len};
}

static struct gh_str text_of(const struct gh_document *document,
                             const struct gh_item *item)
{
    return (struct gh_str){document->bytes + item->text, item->text_len};
}

static void put_cells(struct gh_printer *printer, const struct gh_span *row)
{
    struct gh_jsonw *w = printer->w;
    const char *at = printer->document->bytes + row->start, *counted = at;
    const char *end = printer->document->bytes + row->end;
    uint32_t column = row->column;
    struct gh_cell_span cell;
    gh_jsonw_key(w, "cells");
    gh_jsonw_array_begin(w);
    while (gh_lexer_next_cell(&at, end, &cell)) {
        column +=
            (uint32_t)gh_utf8_count(counted, (size_t)(cell.start - counted));
        counted = cell.start;
        gh_jsonw_object_begin(w);
        gh_printer_put_location(w, row->line, column);
        gh_jsonw_key(w, "value");
        gh_jsonw_string(w, gh_lexer_unescape(&cell, &printer->scratch));
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
    gh_arena_reset(&printer->scratch);
}

static void put_row(struct gh_printer *printer, const struct gh_span *row,
                    uint64_t id)
{
    struct gh_jsonw *w = printer->w;
    gh_jsonw_object_begin(w);
    gh_printer_put_id(w, id);
    gh_printer_put_location(w, row->line, row->column);
    put_cells(printer, row);
    gh_jsonw_object_end(w);
}

static void put_data_table(struct gh_printer *printer, uint32_t index)
{
    struct gh_jsonw *w = printer->w;
    const struct gh_item *item = &printer->document->items[index];
    const struct gh_span *rows = &printer->document->rows[item->rows];
    uint64_t id = gh_printer_first_row_id(printer, index);
    gh_jsonw_key(w, "dataTable");
    gh_jsonw_object_begin(w);
    gh_printer_put_location(w, rows->line, rows->column);
    gh_jsonw_key(w, "rows");
    gh_jsonw_array_begin(w);
    for (uint32_t i = 0; i < item->row_count; i++)
        put_row(printer, &rows[i], id + i);
    gh_jsonw_array_end(w);
    gh_jsonw_object_end(w);
}

static void put_doc_string(struct gh_printer *printer, uint32_t index)
{
    struct gh_jsonw *w = printer->w;
    struct gh_doc_node doc =
        gh_document_doc_string(printer->document, index, &printer->scratch);
    gh_jsonw_key(w, "docString");
    gh_jsonw_object_begin(w);
    gh_printer_put_location(w, doc.at.line, doc.at.column);
    if (doc.media_type.len) {
        gh_jsonw_key(w, "mediaType");
        gh_jsonw_string(w, doc.media_type);
    }
    gh_jsonw_key(w, "content");
    gh_jsonw_string(w, doc.content);
    gh_jsonw_key(w, "delimiter");
    gh_jsonw_string(w, doc.delimiter);
    gh_jsonw_object_end(w);
    gh_arena_reset(&printer->scratch);
}

static void put_step(struct gh_printer *printer, uint32_t index)
{
    static const char *const types[] = {
        [GH_KEYWORD_NONE] = "Unknown",
        [GH_KEYWORD_UNKNOWN] = "Unknown",
        [GH_KEYWORD_CONTEXT] = "Context",
        [GH_KEYWORD_ACTION] = "Action",
        [GH_KEYWORD_OUTCOME] = "Outcome",
        [GH_KEYWORD_CONJUNCTION] = "Conjunction",
    };
    struct gh_jsonw *w = printer->w;
    const struct gh_item *item = &printer->document->items[index];
    gh_jsonw_object_begin(w);
    gh_printer_put_id(w, gh_printer_id_of(printer, index));
    gh_printer_put_location(w, item->line, item->column);
    gh_jsonw_key(w, "keyword");
    gh_jsonw_string(w, keyword_of(printer->document, item));
    gh_jsonw_key(w, "keywordType");
    gh_jsonw_cstring(w, types[item->keyword_type]);
    gh_jsonw_key(w, "text");
    gh_jsonw_string(w, text_of(printer->document, item));
    if (item->row_count)
        put_data_table(printer, index);
    if (item->extra)
        put_doc_string(printer, index);
    gh_jsonw_object_end(w);
}

static void put_tags(struct gh_printer *printer, uint32_t index)
{
    struct gh_jsonw *w = printer->w;
    const struct gh_document *document = printer->document;
    uint32_t count = gh_printer_tag_count(document, &document->items[index]);
    uint64_t id = gh_printer_first_tag_id(printer, index);
    gh_jsonw_key(w, "tags");
    gh_jsonw_array_begin(w);
    const struct gh_tag *tags =
        count ? gh_document_tags(document, index, &printer->scratch) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        gh_jsonw_object_begin(w);
        gh_printer_put_id(w, id + i);
        gh_printer_put_location(w, tags[i].at.line, tags[i].at.column);
        gh_jsonw_key(w, "name");
        gh_jsonw_string(w, tags[i].name);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

/* The members that all titles have. */
static void put_title(struct gh_printer *printer, uint32_t index)
{
    struct gh_jsonw *w = printer->w;
    const struct gh_document *document = printer->document;
    const struct gh_item *item = &document->items[index];
    gh_printer_put_location(w, item->line, item->column);
    if (item->keyword_len) {
        gh_jsonw_key(w, "keyword");
        gh_jsonw_string(w, keyword_of(document, item));
    }
    gh_jsonw_key(w, "name");
    gh_jsonw_string_begin(w);
    gh_jsonw_string_part(w, text_of(document, item));
    if (item->kind == GH_NODE_SCENARIO)
        gh_jsonw_string_part(w, printer->suffix);
    gh_jsonw_string_end(w);
    gh_jsonw_key(w, "description");
    gh_jsonw_string(
        w, gh_document_description(document, index, &printer->scratch));
    if (item->kind != GH_NODE_BACKGROUND && item->kind != GH_NODE_RULE)
        put_tags(printer, index);
    gh_arena_reset(&printer->scratch);
}

static void put_examples(struct gh_printer *printer, uint32_t index)
{
    struct gh_jsonw *w = printer->w;
    const struct gh_item *item = &printer->document->items[index];
    const struct gh_span *rows = printer->document->rows;
    uint64_t id = gh_printer_first_row_id(printer, index);
    gh_jsonw_object_begin(w);
    gh_printer_put_id(w, gh_printer_id_of(printer, index));
    put_title(printer, index);
    if (item->row_count) {
        gh_jsonw_key(w, "tableHeader");
        put_row(printer, &rows[item->rows], id);
    }
    gh_jsonw_key(w, "tableBody");
    gh_jsonw_array_begin(w);
    for (uint32_t i = 1; i < item->row_count; i++)
        put_row(printer, &rows[item->rows + i], id + i);
    gh_jsonw_array_end(w);
    gh_jsonw_object_end(w);
}

/* A background or a scenario with its steps and Examples. */
static void put_body(struct gh_printer *printer, uint32_t index)
{
    struct gh_jsonw *w = printer->w;
    const struct gh_item *items = printer->document->items;
    uint32_t i = index + 1, end = items[index].end;
    bool scenario = items[index].kind == GH_NODE_SCENARIO;
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, scenario ? "scenario" : "background");
    gh_jsonw_object_begin(w);
    gh_printer_put_id(w, gh_printer_id_of(printer, index));
    put_title(printer, index);
    gh_jsonw_key(w, "steps");
    gh_jsonw_array_begin(w);
    for (; i < end && items[i].kind == GH_NODE_STEP; i++)
        put_step(printer, i);
    gh_jsonw_array_end(w);
    if (scenario) {
        gh_jsonw_key(w, "examples");
        gh_jsonw_array_begin(w);
        for (; i < end; i++)
            put_examples(printer, i);
        gh_jsonw_array_end(w);
    }
    gh_jsonw_object_end(w);
    gh_jsonw_object_end(w);
}

uint32_t gh_printer_size(const struct gh_printer *printer, uint32_t scenario)
{
    const struct gh_document *document = printer->document;
    uint32_t size = 0;
    for (uint32_t i = scenario; i < document->items[scenario].end; i++)
        size += 1 + document->items[i].row_count +
                gh_printer_tag_count(document, &document->items[i]);
    return size;
}

/* The last line of it that a pickle may have: of a row, or its own. */
static uint32_t last_line(const struct gh_document *document, uint32_t scenario)
{
    const struct gh_item *item = &document->items[scenario];
    uint32_t line = item->line;
    for (uint32_t i = scenario + 1; i < item->end; i++) {
        const struct gh_item *part = &document->items[i];
        if (part->kind == GH_NODE_EXAMPLES && part->row_count)
            line = document->rows[part->rows + part->row_count - 1].line;
    }
    return line;
}

size_t gh_printer_nodes(const struct gh_printer *printer, uint32_t scenario)
{
    const struct gh_pickle_copies *copies = printer->copies;
    const struct gh_document *document = printer->document;
    if (!copies || document->items[scenario].kind != GH_NODE_SCENARIO)
        return 1;
    size_t count = copies->nodes(copies->user, document->items[scenario].line,
                                 last_line(document, scenario));
    return count ? count : 1;
}

void gh_printer_choose(struct gh_printer *printer, uint32_t scenario,
                       size_t node)
{
    uint32_t size = node ? gh_printer_size(printer, scenario) : 0;
    uint32_t first = printer->ids[scenario] + 1 - size;
    printer->copy_from = scenario;
    printer->copy_to = printer->document->items[scenario].end;
    printer->shift =
        node ? printer->more[scenario] + (node - 1) * (uint64_t)size - first
             : 0;
}

/* A child of a feature or rule, as often as it is to be written. */
static void put_child(struct gh_printer *printer, uint32_t index)
{
    const struct gh_pickle_copies *copies = printer->copies;
    size_t count = gh_printer_nodes(printer, index);
    bool scenario = printer->document->items[index].kind == GH_NODE_SCENARIO;
    for (size_t i = 0; i < count; i++) {
        gh_printer_choose(printer, index, i);
        printer->suffix = copies && scenario ? copies->suffix(copies->user, i)
                                             : (struct gh_str){0};
        put_body(printer, index);
    }
    printer->suffix = (struct gh_str){0};
}

static void put_rule(struct gh_printer *printer, uint32_t index)
{
    struct gh_jsonw *w = printer->w;
    const struct gh_item *items = printer->document->items;
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "rule");
    gh_jsonw_object_begin(w);
    gh_printer_put_id(w, gh_printer_id_of(printer, index));
    put_title(printer, index);
    gh_jsonw_key(w, "children");
    gh_jsonw_array_begin(w);
    for (uint32_t i = index + 1; i < items[index].end; i = items[i].end)
        put_child(printer, i);
    gh_jsonw_array_end(w);
    put_tags(printer, index);
    gh_jsonw_object_end(w);
    gh_jsonw_object_end(w);
}

static void put_feature(struct gh_printer *printer)
{
    struct gh_jsonw *w = printer->w;
    const struct gh_document *document = printer->document;
    const struct gh_item *items = document->items;
    gh_jsonw_key(w, "feature");
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "language");
    gh_jsonw_string(w, gh_document_language(document));
    put_title(printer, 0);
    gh_jsonw_key(w, "children");
    gh_jsonw_array_begin(w);
    for (uint32_t i = 1; i < items[0].end; i = items[i].end) {
        if (items[i].kind == GH_NODE_RULE)
            put_rule(printer, i);
        else
            put_child(printer, i);
    }
    gh_jsonw_array_end(w);
    gh_jsonw_object_end(w);
}

static void put_comments(struct gh_printer *printer)
{
    struct gh_jsonw *w = printer->w;
    const struct gh_document *document = printer->document;
    gh_jsonw_key(w, "comments");
    gh_jsonw_array_begin(w);
    for (uint32_t i = 0; i < document->comment_count; i++) {
        struct gh_comment comment = gh_document_comment(document, i);
        gh_jsonw_object_begin(w);
        gh_printer_put_location(w, comment.at.line, comment.at.column);
        gh_jsonw_key(w, "text");
        gh_jsonw_string(w, comment.text);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

void gh_printer_document(struct gh_printer *printer)
{
    gh_printer_begin(printer->w, "gherkinDocument");
    gh_printer_put_uri(printer);
    if (printer->document->item_count)
        put_feature(printer);
    put_comments(printer);
    gh_printer_end(printer->w);
}
