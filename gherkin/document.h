/*
 * How a document is kept: what parser.c fills and document.c, pickle.c and
 * messages.c read. Everybody else uses gherkin.h.
 *
 * All places are offsets of 32 bits into the bytes after a byte-order mark.
 * Nothing is unescaped, joined or split into cells here; that is done when
 * somebody asks. Each kind of thing has its own array, filled in the order of
 * the file; nodes refer to a first index and a count.
 *
 * Sizes matter: a file of 50 MB shall take less than six bytes of memory for
 * each of its own, itself included.
 */
#ifndef GHERKIN_DOCUMENT_H
#define GHERKIN_DOCUMENT_H

#include "gherkin/dialect.h"
#include "gherkin/gherkin.h"
#include "gherkin/source.h"

/* A title line or a step. */
struct gh_item {
    uint8_t kind;         /* enum gh_node_kind */
    uint8_t keyword_type; /* enum gh_keyword_type */
    uint8_t keyword_len;  /* the keyword begins at start */
    bool doc_string_first;
    uint32_t line;
    uint32_t column;
    uint32_t start;
    uint32_t text;
    uint32_t text_len;
    uint32_t end;   /* index after the last item inside */
    uint32_t extra; /* step: 1 + index of its doc string; else of its block */
    uint32_t rows;  /* the first one */
    uint32_t row_count;
};

/* What a title line has besides. */
struct gh_block {
    uint32_t tag_lines; /* the first one */
    uint32_t tag_line_count;
    uint32_t tag_count;
    uint32_t description; /* from here */
    uint32_t description_end;
    uint32_t description_indent; /* Markdown: to take away from each line */
    bool has_comments;           /* lines to leave out of the description */
};

/* A table row, or a line of tags (to its comment). */
struct gh_span {
    uint32_t line;
    uint32_t column;
    uint32_t start;
    uint32_t end;
};

struct gh_doc_item {
    uint32_t line;
    uint32_t column;
    uint32_t start;
    uint32_t fence_len;
    uint32_t media;
    uint32_t media_len;
    uint32_t content;
    uint32_t content_end; /* == content: empty */
    uint32_t indent;      /* to take away from each line */
};

struct gh_comment_item {
    uint32_t line;
    uint32_t start;
    uint32_t end;
};

struct gh_document {
    char *uri;
    const char *bytes; /* borrowed, after a byte-order mark */
    size_t length;
    const struct gh_dialect *dialect;
    bool markdown;
    bool has_cr;
    bool lenient;
    struct gh_item *items;
    struct gh_block *blocks;
    struct gh_span *rows;
    struct gh_span *tag_lines;
    struct gh_doc_item *docs;
    struct gh_comment_item *comments;
    uint32_t item_count, block_count, row_count, tag_line_count, doc_count,
        comment_count;
    uint32_t item_room, block_room, row_room, tag_line_room, doc_room,
        comment_room;
    struct gh_error_list errors, warnings;
    struct gh_arena arena; /* of the errors' texts */
};

static inline struct gh_str gh_document_span(const struct gh_document *document,
                                             uint32_t start, uint32_t end)
{
    struct gh_str text = {document->bytes + start, end - start};
    return text;
}

/* The block of an item that is no step. */
static inline const struct gh_block *
gh_document_block(const struct gh_document *document,
                  const struct gh_item *item)
{
    return &document->blocks[item->extra];
}

#endif
