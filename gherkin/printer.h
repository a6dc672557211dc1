/*
 * What the files that print Cucumber Messages share (messages.c,
 * printer_document.c, printer_pickle.c); nobody else includes it.
 *
 * Each item of a document has a number, given after those of everything
 * inside it; its rows and then its tags have the numbers just in front of its
 * own. An id is that number counted from first_id. A feature has no id, its
 * tags have: they end in front of the number it would have.
 */
#ifndef GHERKIN_PRINTER_H
#define GHERKIN_PRINTER_H

#include "gherkin/document.h"
#include "gherkin/jsonw.h"
#include "gherkin/messages.h"

struct gh_printer {
    struct gh_jsonw *w;
    const struct gh_document *document;
    struct gh_str uri;
    uint64_t first_id; /* of this file */
    uint32_t *ids;     /* of each item, from 0 */
    struct gh_arena scratch;
    const struct gh_pickle_copies *copies; /* NULL: each pickle once */
    uint32_t *more; /* of each scenario that is written several times: the
                       first id of those copies, as in ids; NULL: none is */
    /* The copy that is being written: ids of its items are so much higher. */
    uint32_t copy_from, copy_to;
    uint64_t shift;
    struct gh_str suffix; /* of its name */
};

/* How many ids a scenario and all that is in it have. */
uint32_t gh_printer_size(const struct gh_printer *printer, uint32_t scenario);
/* As how many it is written. */
size_t gh_printer_nodes(const struct gh_printer *printer, uint32_t scenario);
/* From here on ids are those of that copy of it, from 0. */
void gh_printer_choose(struct gh_printer *printer, uint32_t scenario,
                       size_t node);
/* The gherkinDocument message. */
void gh_printer_document(struct gh_printer *printer);
/* A pickle message for each pickle; ids counts on. */
void gh_printer_pickles(struct gh_printer *printer, struct gh_ids *ids);

static inline uint32_t gh_printer_tag_count(const struct gh_document *document,
                                            const struct gh_item *item)
{
    return item->kind == GH_NODE_STEP
               ? 0
               : gh_document_block(document, item)->tag_count;
}

static inline uint64_t gh_printer_id_of(const struct gh_printer *printer,
                                        uint32_t index)
{
    bool inside = index >= printer->copy_from && index < printer->copy_to;
    return printer->first_id + printer->ids[index] +
           (inside ? printer->shift : 0);
}

static inline uint64_t gh_printer_first_tag_id(const struct gh_printer *printer,
                                               uint32_t index)
{
    const struct gh_document *document = printer->document;
    return gh_printer_id_of(printer, index) -
           gh_printer_tag_count(document, &document->items[index]);
}

static inline uint64_t gh_printer_first_row_id(const struct gh_printer *printer,
                                               uint32_t index)
{
    return gh_printer_first_tag_id(printer, index) -
           printer->document->items[index].row_count;
}

static inline void gh_printer_put_id(struct gh_jsonw *w, uint64_t id)
{
    gh_jsonw_key(w, "id");
    gh_jsonw_uint_string(w, id);
}

static inline void gh_printer_put_location(struct gh_jsonw *w, uint32_t line,
                                           uint32_t column)
{
    gh_jsonw_key(w, "location");
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "line");
    gh_jsonw_uint(w, line);
    if (column) {
        gh_jsonw_key(w, "column");
        gh_jsonw_uint(w, column);
    }
    gh_jsonw_object_end(w);
}

static inline void gh_printer_begin(struct gh_jsonw *w, const char *kind)
{
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, kind);
    gh_jsonw_object_begin(w);
}

static inline void gh_printer_end(struct gh_jsonw *w)
{
    gh_jsonw_object_end(w);
    gh_jsonw_object_end(w);
    gh_jsonw_newline(w);
}

static inline void gh_printer_put_uri(struct gh_printer *printer)
{
    gh_jsonw_key(printer->w, "uri");
    gh_jsonw_string(printer->w, printer->uri);
}

#endif
