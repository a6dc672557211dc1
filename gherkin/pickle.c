#include "gherkin/document.h"

#include "gherkin/lexer.h"
#include "gherkin/template.h"

/* One step of an outline, ready to be filled. */
struct step_template {
    struct gh_template text;
    const struct gh_table *table; /* as written; NULL: nothing to fill */
    struct gh_template *cells;    /* of that table */
    struct gh_template content;
    struct gh_template media_type;
};

struct gh_pickles {
    const struct gh_document *document;
    uint32_t next; /* the item that comes next */
    uint32_t ordinal;
    uint32_t feature, rule, scenario, examples; /* items */
    bool in_rule;

    /* Inherited ones first; the numbers say how many of each level. */
    struct gh_pickle_tag *tags;
    size_t tag_room, feature_tags, rule_tags, scenario_tags, tag_count;
    struct gh_pickle_step *steps;
    size_t step_room, feature_steps, background_steps, step_count;

    /* The outline at hand. */
    uint32_t examples_number;
    uint32_t row; /* the row that comes next; 0: no Examples at hand */
    uint32_t first_step, steps_end;
    struct gh_template_columns columns;
    struct step_template *templates;
    struct gh_template name;
    struct gh_str *values;

    struct gh_arena backgrounds; /* tables and doc strings of backgrounds */
    struct gh_arena outline;     /* of one Examples */
    struct gh_arena pickle;      /* of one pickle */
};

struct gh_pickles *gh_pickles_create(const struct gh_document *document)
{
    struct gh_pickles *pickles = gh_alloc(sizeof(*pickles));
    pickles->document = document;
    if (document->errors.count)
        pickles->next = document->item_count;
    return pickles;
}

void gh_pickles_destroy(struct gh_pickles *pickles)
{
    if (!pickles)
        return;
    gh_free(pickles->tags);
    gh_free(pickles->steps);
    gh_arena_finish(&pickles->backgrounds);
    gh_arena_finish(&pickles->outline);
    gh_arena_finish(&pickles->pickle);
    gh_free(pickles);
}

static const struct gh_item *item_at(const struct gh_pickles *pickles,
                                     uint32_t index)
{
    return &pickles->document->items[index];
}

static struct gh_str text_of(const struct gh_pickles *pickles, uint32_t index)
{
    const struct gh_item *item = item_at(pickles, index);
    return (struct gh_str){pickles->document->bytes + item->text,
                           item->text_len};
}

/* -- Tags --------------------------------------------------------------- */

static void append_tag(struct gh_pickles *pickles, struct gh_pickle_tag tag)
{
    if (pickles->tag_count == pickles->tag_room) {
        pickles->tag_room = pickles->tag_room ? pickles->tag_room * 2 : 8;
        pickles->tags = gh_realloc(pickles->tags,
                                   pickles->tag_room * sizeof(*pickles->tags));
    }
    pickles->tags[pickles->tag_count++] = tag;
}

/* Appends an item's tags behind the first keep ones. Returns how many there
 * are now. */
static size_t set_tags(struct gh_pickles *pickles, size_t keep, uint32_t index,
                       enum gh_level level)
{
    const struct gh_document *document = pickles->document;
    const struct gh_block *block =
        gh_document_block(document, item_at(pickles, index));
    pickles->tag_count = keep;
    for (uint32_t i = 0; i < block->tag_line_count; i++) {
        const struct gh_span *span = &document->tag_lines[block->tag_lines + i];
        const char *at = document->bytes + span->start, *counted = at;
        const char *end = document->bytes + span->end;
        struct gh_pickle_tag tag = {.at = {span->line, span->column},
                                    .level = level};
        while (gh_lexer_next_tag(&at, end, document->markdown, &tag.name)) {
            tag.at.column += (uint32_t)gh_utf8_count(
                counted, (size_t)(tag.name.ptr - counted));
            counted = tag.name.ptr;
            append_tag(pickles, tag);
        }
    }
    return pickles->tag_count;
}

/* -- Steps as they are written ------------------------------------------ */

static uint32_t read_cells(const struct gh_document *document,
                           const struct gh_span *span, struct gh_str *cells,
                           uint32_t count, struct gh_arena *arena)
{
    const char *at = document->bytes + span->start;
    const char *end = document->bytes + span->end;
    struct gh_cell_span cell;
    uint32_t i = 0;
    while (i < count && gh_lexer_next_cell(&at, end, &cell))
        cells[i++] = gh_lexer_unescape(&cell, arena);
    return i;
}

static uint32_t count_columns(const struct gh_document *document,
                              const struct gh_span *span)
{
    return gh_lexer_count_cells(document->bytes + span->start,
                                document->bytes + span->end);
}

static const struct gh_table *read_table(const struct gh_document *document,
                                         const struct gh_item *item,
                                         struct gh_arena *arena)
{
    if (!item->row_count)
        return NULL;
    const struct gh_span *rows = &document->rows[item->rows];
    struct gh_table *table = gh_arena_alloc(arena, sizeof(*table));
    table->rows = item->row_count;
    table->columns = count_columns(document, rows);
    struct gh_str *cells = gh_arena_array(
        arena, (size_t)table->rows * table->columns, sizeof(*cells));
    for (uint32_t i = 0; i < table->rows; i++)
        read_cells(document, &rows[i], cells + (size_t)i * table->columns,
                   table->columns, arena);
    table->cells = cells;
    return table;
}

static const struct gh_doc_string *
read_doc_string(const struct gh_document *document, uint32_t index,
                struct gh_arena *arena)
{
    if (!document->items[index].extra)
        return NULL;
    struct gh_doc_node node = gh_document_doc_string(document, index, arena);
    struct gh_doc_string *doc = gh_arena_alloc(arena, sizeof(*doc));
    *doc = (struct gh_doc_string){node.content, node.media_type};
    return doc;
}

static enum gh_step_type step_type(enum gh_keyword_type keyword,
                                   enum gh_step_type last)
{
    switch (keyword) {
    case GH_KEYWORD_CONTEXT:
        return GH_STEP_CONTEXT;
    case GH_KEYWORD_ACTION:
        return GH_STEP_ACTION;
    case GH_KEYWORD_OUTCOME:
        return GH_STEP_OUTCOME;
    case GH_KEYWORD_CONJUNCTION:
        return last;
    default:
        return GH_STEP_UNKNOWN;
    }
}

static struct gh_pickle_step *append_step(struct gh_pickles *pickles)
{
    if (pickles->step_count == pickles->step_room) {
        pickles->step_room = pickles->step_room ? pickles->step_room * 2 : 16;
        pickles->steps = gh_realloc(
            pickles->steps, pickles->step_room * sizeof(*pickles->steps));
    }
    return &pickles->steps[pickles->step_count++];
}

/* Appends the steps first to end of the document behind the first keep ones
 * of the list. */
static void set_steps(struct gh_pickles *pickles, size_t keep, uint32_t first,
                      uint32_t end, struct gh_arena *arena)
{
    const struct gh_document *document = pickles->document;
    pickles->step_count = keep;
    enum gh_step_type last =
        keep ? pickles->steps[keep - 1].type : GH_STEP_UNKNOWN;
    for (uint32_t i = first; i < end; i++) {
        const struct gh_item *item = &document->items[i];
        last = step_type((enum gh_keyword_type)item->keyword_type, last);
        struct gh_pickle_step *step = append_step(pickles);
        *step = (struct gh_pickle_step){
            .text = {document->bytes + item->text, item->text_len},
            .keyword = {document->bytes + item->start, item->keyword_len},
            .type = last,
            .at = {item->line, item->column},
            .background = arena == &pickles->backgrounds,
            .table = read_table(document, item, arena),
            .doc_string = read_doc_string(document, i, arena),
            .doc_string_first = item->doc_string_first,
            .node = i,
        };
    }
}

static uint32_t find_steps_end(const struct gh_pickles *pickles, uint32_t index)
{
    uint32_t end = item_at(pickles, index)->end;
    uint32_t i = index + 1;
    while (i < end && item_at(pickles, i)->kind == GH_NODE_STEP)
        i++;
    return i;
}

static void enter_background(struct gh_pickles *pickles, uint32_t index)
{
    size_t before = pickles->in_rule ? pickles->feature_steps : 0;
    set_steps(pickles, before, index + 1, item_at(pickles, index)->end,
              &pickles->backgrounds);
    pickles->background_steps = pickles->step_count;
    if (!pickles->in_rule)
        pickles->feature_steps = pickles->step_count;
}

/* -- Outlines ----------------------------------------------------------- */

static void make_step_template(struct gh_pickles *pickles,
                               struct step_template *template,
                               const struct gh_pickle_step *step)
{
    struct gh_arena *arena = &pickles->outline;
    const struct gh_template_columns *columns = &pickles->columns;
    gh_template_init(&template->text, step->text, columns, arena);
    if (step->doc_string) {
        const struct gh_doc_string *doc = step->doc_string;
        gh_template_init(&template->content, doc->content, columns, arena);
        gh_template_init(&template->media_type, doc->media_type, columns,
                         arena);
    }
    if (!step->table)
        return;
    size_t count = (size_t)step->table->rows * step->table->columns;
    struct gh_template *cells = gh_arena_array(arena, count, sizeof(*cells));
    for (size_t i = 0; i < count; i++) {
        gh_template_init(&cells[i], step->table->cells[i], columns, arena);
        if (cells[i].part_count)
            template->table = step->table;
    }
    template->cells = cells;
}

static void begin_examples(struct gh_pickles *pickles, uint32_t index)
{
    const struct gh_document *document = pickles->document;
    const struct gh_item *item = item_at(pickles, index);
    struct gh_arena *arena = &pickles->outline;
    pickles->examples = index;
    pickles->examples_number++;
    pickles->row = 0;
    if (item->row_count < 2)
        return;
    gh_arena_reset(arena);
    const struct gh_span *header = &document->rows[item->rows];
    uint32_t count = count_columns(document, header);
    struct gh_str *names = gh_arena_array(arena, count, sizeof(*names));
    read_cells(document, header, names, count, arena);
    gh_template_columns_init(&pickles->columns, names, count, arena);
    pickles->values = gh_arena_array(arena, count, sizeof(*names));
    gh_template_init(&pickles->name, text_of(pickles, pickles->scenario),
                     &pickles->columns, arena);
    set_steps(pickles, pickles->background_steps, pickles->first_step,
              pickles->steps_end, arena);
    size_t steps = pickles->steps_end - pickles->first_step;
    pickles->templates =
        gh_arena_array(arena, steps, sizeof(*pickles->templates));
    for (size_t i = 0; i < steps; i++)
        make_step_template(pickles, &pickles->templates[i],
                           &pickles->steps[pickles->background_steps + i]);
    set_tags(pickles, pickles->scenario_tags, index, GH_LEVEL_EXAMPLES);
    pickles->row = 1;
}

static struct gh_str fill(struct gh_pickles *pickles,
                          const struct gh_template *template)
{
    return gh_template_fill(template, &pickles->columns, pickles->values,
                            &pickles->pickle);
}

static const struct gh_table *fill_table(struct gh_pickles *pickles,
                                         const struct gh_table *table,
                                         const struct gh_template *cells)
{
    size_t count = (size_t)table->rows * table->columns;
    struct gh_table *filled = gh_arena_alloc(&pickles->pickle, sizeof(*filled));
    struct gh_str *values =
        gh_arena_array(&pickles->pickle, count, sizeof(*values));
    for (size_t i = 0; i < count; i++)
        values[i] = fill(pickles, &cells[i]);
    *filled = (struct gh_table){table->rows, table->columns, values};
    return filled;
}

/* The steps' texts are replaced in place: their templates stay. */
static void fill_step(struct gh_pickles *pickles,
                      const struct step_template *template,
                      struct gh_pickle_step *step)
{
    step->text = fill(pickles, &template->text);
    if (template->table)
        step->table = fill_table(pickles, template->table, template->cells);
    if (template->content.part_count || template->media_type.part_count) {
        struct gh_doc_string *doc =
            gh_arena_alloc(&pickles->pickle, sizeof(*doc));
        doc->content = fill(pickles, &template->content);
        doc->media_type = fill(pickles, &template->media_type);
        step->doc_string = doc;
    }
}

/* -- Pickles ------------------------------------------------------------ */

static void fill_pickle(struct gh_pickles *pickles, struct gh_pickle *pickle)
{
    const struct gh_item *item = item_at(pickles, pickles->scenario);
    struct gh_location at = {item->line, item->column};
    bool has_steps = pickles->first_step < pickles->steps_end;
    *pickle = (struct gh_pickle){
        .name = text_of(pickles, pickles->scenario),
        .language = gh_document_language(pickles->document),
        .feature_name = text_of(pickles, pickles->feature),
        .scenario_name = text_of(pickles, pickles->scenario),
        .at = at,
        .scenario_at = at,
        .ordinal = ++pickles->ordinal,
        .tags = pickles->tags,
        .tag_count = pickles->tag_count,
        .steps = pickles->steps,
        .step_count = has_steps ? pickles->step_count : 0,
        .scenario_node = pickles->scenario,
    };
    if (pickles->in_rule) {
        pickle->rule_name = text_of(pickles, pickles->rule);
        pickle->rule_node = pickles->rule;
    }
}

static void fill_row(struct gh_pickles *pickles, struct gh_pickle *pickle)
{
    const struct gh_document *document = pickles->document;
    const struct gh_item *examples = item_at(pickles, pickles->examples);
    uint32_t number = pickles->row++;
    const struct gh_span *row = &document->rows[examples->rows + number];
    gh_arena_reset(&pickles->pickle);
    read_cells(document, row, pickles->values, pickles->columns.count,
               &pickles->pickle);
    size_t steps = pickles->steps_end - pickles->first_step;
    for (size_t i = 0; i < steps; i++)
        fill_step(pickles, &pickles->templates[i],
                  &pickles->steps[pickles->background_steps + i]);
    fill_pickle(pickles, pickle);
    pickle->name = fill(pickles, &pickles->name);
    pickle->at = (struct gh_location){row->line, row->column};
    pickle->examples_number = pickles->examples_number;
    pickle->row_number = number;
    pickle->examples_node = pickles->examples;
    if (pickles->row == examples->row_count)
        pickles->row = 0;
}

static void enter_rule(struct gh_pickles *pickles, uint32_t index)
{
    pickles->rule = index;
    pickles->in_rule = true;
    pickles->rule_tags =
        set_tags(pickles, pickles->feature_tags, index, GH_LEVEL_RULE);
    pickles->background_steps = pickles->feature_steps;
}

/* Returns whether the scenario is a pickle by itself. */
static bool enter_scenario(struct gh_pickles *pickles, uint32_t index)
{
    pickles->scenario = index;
    pickles->examples_number = 0;
    pickles->first_step = index + 1;
    pickles->steps_end = find_steps_end(pickles, index);
    pickles->scenario_tags =
        set_tags(pickles, pickles->rule_tags, index, GH_LEVEL_SCENARIO);
    if (pickles->steps_end < item_at(pickles, index)->end) {
        pickles->next = pickles->steps_end; /* its Examples */
        return false;
    }
    pickles->next = item_at(pickles, index)->end;
    gh_arena_reset(&pickles->pickle);
    set_steps(pickles, pickles->background_steps, pickles->first_step,
              pickles->steps_end, &pickles->pickle);
    return true;
}

bool gh_pickles_next(struct gh_pickles *pickles, struct gh_pickle *pickle)
{
    for (;;) {
        if (pickles->row) {
            fill_row(pickles, pickle);
            return true;
        }
        if (pickles->next == pickles->document->item_count)
            return false;
        uint32_t index = pickles->next++;
        switch ((enum gh_node_kind)item_at(pickles, index)->kind) {
        case GH_NODE_FEATURE:
            pickles->feature = index;
            pickles->feature_tags = pickles->rule_tags =
                set_tags(pickles, 0, index, GH_LEVEL_FEATURE);
            break;
        case GH_NODE_RULE:
            enter_rule(pickles, index);
            break;
        case GH_NODE_BACKGROUND:
            enter_background(pickles, index);
            pickles->next = item_at(pickles, index)->end;
            break;
        case GH_NODE_SCENARIO:
            if (enter_scenario(pickles, index)) {
                fill_pickle(pickles, pickle);
                return true;
            }
            break;
        case GH_NODE_EXAMPLES:
            begin_examples(pickles, index);
            break;
        case GH_NODE_STEP:
            break;
        }
    }
}
