#include "gherkin/printer.h"

static void put_node_ids(struct gh_printer *printer, uint64_t first,
                         bool has_second, uint64_t second)
{
    struct gh_jsonw *w = printer->w;
    gh_jsonw_key(w, "astNodeIds");
    gh_jsonw_array_begin(w);
    gh_jsonw_uint_string(w, first);
    if (has_second)
        gh_jsonw_uint_string(w, second);
    gh_jsonw_array_end(w);
}

static void put_pickle_table(struct gh_jsonw *w, const struct gh_table *table,
                             unsigned number)
{
    const struct gh_str *cell = table->cells;
    gh_jsonw_key(w, "dataTable");
    gh_jsonw_object_begin(w);
    if (number) {
        gh_jsonw_key(w, "argumentIndex");
        gh_jsonw_uint(w, number);
    }
    gh_jsonw_key(w, "rows");
    gh_jsonw_array_begin(w);
    for (uint32_t row = 0; row < table->rows; row++) {
        gh_jsonw_object_begin(w);
        gh_jsonw_key(w, "cells");
        gh_jsonw_array_begin(w);
        for (uint32_t i = 0; i < table->columns; i++) {
            gh_jsonw_object_begin(w);
            gh_jsonw_key(w, "value");
            gh_jsonw_string(w, *cell++);
            gh_jsonw_object_end(w);
        }
        gh_jsonw_array_end(w);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
    gh_jsonw_object_end(w);
}

static void put_argument(struct gh_jsonw *w, const struct gh_pickle_step *step)
{
    bool both = step->table && step->doc_string;
    gh_jsonw_key(w, "argument");
    gh_jsonw_object_begin(w);
    if (step->doc_string) {
        gh_jsonw_key(w, "docString");
        gh_jsonw_object_begin(w);
        if (both) {
            gh_jsonw_key(w, "argumentIndex");
            gh_jsonw_uint(w, step->doc_string_first ? 1 : 2);
        }
        if (step->doc_string->media_type.len) {
            gh_jsonw_key(w, "mediaType");
            gh_jsonw_string(w, step->doc_string->media_type);
        }
        gh_jsonw_key(w, "content");
        gh_jsonw_string(w, step->doc_string->content);
        gh_jsonw_object_end(w);
    }
    if (step->table)
        put_pickle_table(w, step->table,
                         both ? (step->doc_string_first ? 2 : 1) : 0);
    gh_jsonw_object_end(w);
}

static void put_pickle_step(struct gh_printer *printer,
                            const struct gh_pickle_step *step, uint64_t id,
                            bool has_row, uint64_t row)
{
    static const char *const types[] = {
        [GH_STEP_UNKNOWN] = "Unknown",
        [GH_STEP_CONTEXT] = "Context",
        [GH_STEP_ACTION] = "Action",
        [GH_STEP_OUTCOME] = "Outcome",
    };
    struct gh_jsonw *w = printer->w;
    gh_jsonw_object_begin(w);
    gh_printer_put_id(w, id);
    gh_jsonw_key(w, "text");
    gh_jsonw_string(w, step->text);
    gh_jsonw_key(w, "type");
    gh_jsonw_cstring(w, types[step->type]);
    put_node_ids(printer, gh_printer_id_of(printer, step->node),
                 has_row && !step->background, row);
    if (step->table || step->doc_string)
        put_argument(w, step);
    gh_jsonw_object_end(w);
}

/* Tags of a copy stand in no file: they are taken for the scenario's. */
static void put_more_tags(struct gh_printer *printer,
                          const struct gh_pickle *pickle,
                          const struct gh_pickle_copy *copy)
{
    struct gh_jsonw *w = printer->w;
    for (size_t i = 0; i < copy->tag_count; i++) {
        gh_jsonw_object_begin(w);
        gh_jsonw_key(w, "name");
        gh_jsonw_string(w, copy->tags[i]);
        gh_jsonw_key(w, "astNodeId");
        gh_jsonw_uint_string(w,
                             gh_printer_id_of(printer, pickle->scenario_node));
        gh_jsonw_object_end(w);
    }
}

static void put_pickle_tags(struct gh_printer *printer,
                            const struct gh_pickle *pickle,
                            const struct gh_pickle_copy *copy)
{
    struct gh_jsonw *w = printer->w;
    const uint32_t owners[] = {
        [GH_LEVEL_FEATURE] = 0,
        [GH_LEVEL_RULE] = pickle->rule_node,
        [GH_LEVEL_SCENARIO] = pickle->scenario_node,
        [GH_LEVEL_EXAMPLES] = pickle->examples_node,
    };
    uint64_t id = 0;
    gh_jsonw_key(w, "tags");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < pickle->tag_count; i++) {
        const struct gh_pickle_tag *tag = &pickle->tags[i];
        if (!i || tag[-1].level != tag->level)
            id = gh_printer_first_tag_id(printer, owners[tag->level]);
        gh_jsonw_object_begin(w);
        gh_jsonw_key(w, "name");
        gh_jsonw_string(w, tag->name);
        gh_jsonw_key(w, "astNodeId");
        gh_jsonw_uint_string(w, id++);
        gh_jsonw_object_end(w);
    }
    put_more_tags(printer, pickle, copy);
    gh_jsonw_array_end(w);
}

static void put_pickle_name(struct gh_jsonw *w, const struct gh_pickle *pickle,
                            const struct gh_pickle_copy *copy)
{
    gh_jsonw_key(w, "name");
    gh_jsonw_string_begin(w);
    gh_jsonw_string_part(w, pickle->name);
    gh_jsonw_string_part(w, copy->suffix);
    gh_jsonw_string_end(w);
}

static void put_pickle(struct gh_printer *printer,
                       const struct gh_pickle *pickle,
                       const struct gh_pickle_copy *copy)
{
    struct gh_jsonw *w = printer->w;
    bool has_row = pickle->row_number != 0;
    uint64_t row =
        has_row ? gh_printer_first_row_id(printer, pickle->examples_node) +
                      pickle->row_number
                : 0;
    gh_printer_begin(w, "pickle");
    gh_printer_put_id(w, copy->id);
    gh_printer_put_uri(printer);
    gh_printer_put_location(w, pickle->at.line, pickle->at.column);
    put_pickle_name(w, pickle, copy);
    gh_jsonw_key(w, "language");
    gh_jsonw_string(w, pickle->language);
    put_node_ids(printer, gh_printer_id_of(printer, pickle->scenario_node),
                 has_row, row);
    put_pickle_tags(printer, pickle, copy);
    gh_jsonw_key(w, "steps");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < pickle->step_count; i++)
        put_pickle_step(printer, &pickle->steps[i], copy->first_step + i,
                        has_row, row);
    gh_jsonw_array_end(w);
    gh_printer_end(w);
}

static bool has_copy(const struct gh_pickle_copies *copies,
                     const struct gh_pickle *pickle, size_t printed,
                     struct gh_pickle_copy *copy)
{
    return copies ? copies->next(copies->user, pickle, copy) : !printed;
}

static void put_copies(struct gh_printer *printer,
                       const struct gh_pickle *pickle, struct gh_ids *ids)
{
    for (size_t printed = 0;; printed++) {
        struct gh_pickle_copy copy = {.id = ids->next + pickle->step_count,
                                      .first_step = ids->next};
        if (!has_copy(printer->copies, pickle, printed, &copy))
            return;
        gh_printer_choose(printer, pickle->scenario_node, copy.node);
        put_pickle(printer, pickle, &copy);
        ids->next = copy.id + 1;
    }
}

void gh_printer_pickles(struct gh_printer *printer, struct gh_ids *ids)
{
    struct gh_pickles *pickles = gh_pickles_create(printer->document);
    struct gh_pickle pickle;
    uint32_t scenario = 0;
    while (gh_pickles_next(pickles, &pickle)) {
        if (pickle.scenario_node != scenario)
            gh_printer_nodes(printer, pickle.scenario_node);
        scenario = pickle.scenario_node;
        put_copies(printer, &pickle, ids);
    }
    gh_pickles_destroy(pickles);
}
