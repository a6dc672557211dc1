#include "gherkin/messages.h"

#include <stdio.h>

#include "gherkin/printer.h"

/* -- Ids ---------------------------------------------------------------- */

/* Gives an item its number. Its rows and then its tags have the numbers in
 * front of it; a feature has none of its own, but its tags have. */
static void number_item(struct gh_printer *printer, uint32_t index,
                        uint32_t *next)
{
    const struct gh_item *item = &printer->document->items[index];
    *next += item->row_count + gh_printer_tag_count(printer->document, item);
    printer->ids[index] = *next;
    if (item->kind != GH_NODE_FEATURE)
        ++*next;
}

/* Numbers all items, each after those inside it. Returns the count. */
static uint32_t number_items(struct gh_printer *printer)
{
    const struct gh_document *document = printer->document;
    uint32_t open[4], depth = 0, next = 0;
    for (uint32_t i = 0; i < document->item_count; i++) {
        while (depth && document->items[open[depth - 1]].end <= i)
            number_item(printer, open[--depth], &next);
        if (document->items[i].end > i + 1)
            open[depth++] = i;
        else
            number_item(printer, i, &next);
    }
    while (depth)
        number_item(printer, open[--depth], &next);
    return next;
}

/* Behind them those of scenarios that are written several times: how many more
 * ids. */
static uint32_t number_copies(struct gh_printer *printer, uint32_t next)
{
    const struct gh_document *document = printer->document;
    uint32_t first = next;
    printer->more = gh_alloc(document->item_count * sizeof(*printer->more));
    for (uint32_t i = 0; i < document->item_count; i++) {
        if (document->items[i].kind != GH_NODE_SCENARIO)
            continue;
        printer->more[i] = next;
        next += (uint32_t)(gh_printer_nodes(printer, i) - 1) *
                gh_printer_size(printer, i);
    }
    return next - first;
}

/* -- Messages ----------------------------------------------------------- */

static void put_source(struct gh_jsonw *w, const char *uri,
                       struct gh_str source)
{
    size_t len = strlen(uri);
    bool markdown = len >= 3 && !memcmp(uri + len - 3, ".md", 3);
    if (source.len >= 3 && !memcmp(source.ptr, "\xef\xbb\xbf", 3)) {
        source.ptr += 3;
        source.len -= 3;
    }
    gh_printer_begin(w, "source");
    gh_jsonw_key(w, "uri");
    gh_jsonw_cstring(w, uri);
    gh_jsonw_key(w, "data");
    gh_jsonw_string(w, source);
    gh_jsonw_key(w, "mediaType");
    gh_jsonw_cstring(w, markdown ? "text/x.cucumber.gherkin+markdown"
                                 : "text/x.cucumber.gherkin+plain");
    gh_printer_end(w);
}

void gh_messages_write_error(struct gh_jsonw *w, const char *uri,
                             const struct gh_error *error)
{
    char place[32];
    snprintf(place, sizeof(place), "(%u:%u): ", error->at.line,
             error->at.column);
    gh_printer_begin(w, "parseError");
    gh_jsonw_key(w, "source");
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "uri");
    gh_jsonw_cstring(w, uri);
    gh_printer_put_location(w, error->at.line, error->at.column);
    gh_jsonw_object_end(w);
    gh_jsonw_key(w, "message");
    gh_jsonw_string_begin(w);
    gh_jsonw_string_part(w, gh_str_of(place));
    gh_jsonw_string_part(w, gh_str_of(error->message));
    gh_jsonw_string_end(w);
    gh_printer_end(w);
}

static void write_parsed(struct gh_jsonw *w, const struct gh_document *document,
                         const struct gh_messages_options *options,
                         const struct gh_pickle_copies *copies,
                         struct gh_ids *ids)
{
    const struct gh_error *errors;
    size_t count = gh_document_errors(document, &errors);
    for (size_t i = 0; i < count; i++)
        gh_messages_write_error(w, document->uri, &errors[i]);
    if (count || (!options->ast && !options->pickles))
        return;
    struct gh_printer printer = {
        .w = w,
        .document = document,
        .uri = gh_str_of(document->uri),
        .first_id = ids->next,
        .copies = copies,
    };
    printer.ids = gh_alloc(document->item_count * sizeof(*printer.ids));
    uint32_t count_ids = number_items(&printer);
    if (copies)
        count_ids += number_copies(&printer, count_ids);
    ids->next += count_ids;
    if (options->ast)
        gh_printer_document(&printer);
    if (options->pickles)
        gh_printer_pickles(&printer, ids);
    gh_free(printer.ids);
    gh_free(printer.more);
    gh_arena_finish(&printer.scratch);
}

void gh_messages_write_document(struct gh_jsonw *w,
                                const struct gh_document *document,
                                const struct gh_messages_options *options,
                                struct gh_ids *ids)
{
    if (options->source)
        put_source(w, document->uri, gh_document_source(document));
    write_parsed(w, document, options, NULL, ids);
}

void gh_messages_write_copies(struct gh_jsonw *w,
                              const struct gh_document *document,
                              const struct gh_pickle_copies *copies,
                              struct gh_ids *ids)
{
    const struct gh_messages_options all = {true, true, true};
    put_source(w, document->uri, gh_document_source(document));
    write_parsed(w, document, &all, copies, ids);
}

bool gh_messages_write(struct gh_jsonw *w, const char *uri, const char *bytes,
                       size_t length, const struct gh_messages_options *options,
                       struct gh_ids *ids)
{
    struct gh_document *document = gh_document_parse(uri, bytes, length);
    gh_messages_write_document(w, document, options, ids);
    bool good = document->errors.count == 0;
    gh_document_destroy(document);
    return good;
}

bool gh_messages_send(const struct gh_document *document,
                      const struct gh_messages_options *options,
                      struct gh_ids *ids, gh_messages_write_bytes *write_bytes,
                      void *user)
{
    struct gh_jsonw w;
    gh_jsonw_init_stream(&w, write_bytes, user);
    gh_messages_write_document(&w, document, options, ids);
    bool sent = gh_jsonw_flush(&w);
    gh_jsonw_finish(&w);
    return sent;
}
