/*
 * What is wrong or doubtful in a feature file, as far as the file alone tells.
 * What steps mean, and to whom, is not looked at here. Linear in the file.
 */
#include "gherkin/gherkin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "gherkin/document.h"
#include "gherkin/expected.h"
#include "gherkin/lexer.h"
#include "gherkin/lint_private.h"

#define TITLES                                                                 \
    (GH_TOKENS(FEATURE) | GH_TOKENS(BACKGROUND) | GH_TOKENS(SCENARIO) |        \
     GH_TOKENS(EXAMPLES) | GH_TOKENS(RULE))

/* -- Findings ----------------------------------------------------------- */

void gh_lint_add(struct gh_findings *findings, struct gh_location at,
                 enum gh_severity severity, const char *rule,
                 const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text =
        gh_arena_alloc(&findings->arena, len > 0 ? (size_t)len + 1 : 1);
    if (len > 0)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    if (findings->count == findings->room) {
        findings->room = findings->room ? findings->room * 2 : 16;
        findings->list = gh_realloc(findings->list,
                                    findings->room * sizeof(*findings->list));
    }
    findings->list[findings->count++] =
        (struct gh_finding){at, severity, rule, text};
}

static int by_place(const void *a, const void *b)
{
    const struct gh_finding *one = a, *other = b;
    if (one->at.line != other->at.line)
        return one->at.line < other->at.line ? -1 : 1;
    if (one->at.column != other->at.column)
        return one->at.column < other->at.column ? -1 : 1;
    int rule = strcmp(one->rule, other->rule);
    return rule ? rule : strcmp(one->text, other->text);
}

void gh_lint_sort(struct gh_findings *findings)
{
    if (findings->count)
        qsort(findings->list, findings->count, sizeof(*findings->list),
              by_place);
}

const char *gh_lint_severity_name(enum gh_severity severity)
{
    switch (severity) {
    case GH_SEVERITY_ERROR:
        return "error";
    case GH_SEVERITY_WARNING:
        return "warning";
    case GH_SEVERITY_NOTE:
        break;
    }
    return "note";
}

void gh_lint_finish(struct gh_findings *findings)
{
    gh_free(findings->list);
    gh_arena_finish(&findings->arena);
    *findings = (struct gh_findings){0};
}

/* -- Rules -------------------------------------------------------------- */

struct linter {
    const struct gh_document *document;
    struct gh_findings *findings;
    struct gh_arena scratch; /* of one scenario */
    struct gh_arena names;
    struct gh_lint_names scenarios; /* of the feature or rule at hand */
    struct gh_keyword_index own, english;
};

static void warn(struct linter *l, struct gh_location at, const char *rule,
                 const char *text)
{
    gh_lint_add(l->findings, at, GH_SEVERITY_WARNING, rule, "%s", text);
}

static void list_error(struct linter *l, const struct gh_error *list, size_t i)
{
    const char *text = gh_expected_in_words(&l->findings->arena, list, i);
    if (text)
        gh_lint_add(l->findings, list[i].at, GH_SEVERITY_ERROR, "parse", "%s",
                    text);
}

static void list_errors(struct linter *l)
{
    const struct gh_error *list;
    size_t count = gh_document_warnings(l->document, &list);
    for (size_t i = 0; i < count; i++)
        warn(l, list[i].at, "language", list[i].message);
    count = gh_document_errors(l->document, &list);
    for (size_t i = 0; i < count; i++)
        list_error(l, list, i);
}

static bool has_inside(const struct gh_document *document, uint32_t index,
                       enum gh_node_kind kind)
{
    uint32_t end = gh_document_node(document, index).end;
    for (uint32_t i = index + 1; i < end;) {
        struct gh_node node = gh_document_node(document, i);
        if (node.kind == kind)
            return true;
        i = node.kind == GH_NODE_RULE ? i + 1 : node.end;
    }
    return false;
}

static void check_name(struct linter *l, const struct gh_node *node)
{
    bool added;
    if (!node->text.len) {
        gh_lint_add(l->findings, node->at, GH_SEVERITY_NOTE, "unnamed-scenario",
                    "this scenario has no name to find it by");
        return;
    }
    const struct gh_lint_name *first = gh_lint_names_add(
        &l->scenarios, &l->names, node->text, node->at, &added);
    if (!added)
        gh_lint_add(l->findings, node->at, GH_SEVERITY_WARNING,
                    "duplicate-scenario",
                    "line %u has a scenario '%.*s' already", first->at.line,
                    GH_STR_ARG(node->text));
}

static bool is_english_outline(const struct gh_node *node)
{
    return gh_str_equal(node->keyword, gh_str_of("Scenario Outline")) ||
           gh_str_equal(node->keyword, gh_str_of("Scenario Template"));
}

static void check_scenario(struct linter *l, uint32_t index,
                           const struct gh_node *node)
{
    check_name(l, node);
    if (!has_inside(l->document, index, GH_NODE_STEP))
        warn(l, node->at, "empty-scenario", "this scenario has no steps");
    if (is_english_outline(node) &&
        !has_inside(l->document, index, GH_NODE_EXAMPLES))
        warn(l, node->at, "outline-without-examples",
             "this outline has no Examples: it is one scenario, and its "
             "placeholders stay as they are");
    gh_lint_outline(l->document, index, l->findings, &l->scratch);
    gh_arena_reset(&l->scratch);
}

static void check_tags(struct linter *l, uint32_t index,
                       const struct gh_node *node)
{
    const struct gh_tag *tags =
        gh_document_tags(l->document, index, &l->scratch);
    struct gh_lint_names seen = {0};
    bool added;
    for (uint32_t i = 0; i < node->tag_count; i++) {
        gh_lint_names_add(&seen, &l->scratch, tags[i].name, tags[i].at, &added);
        if (!added)
            gh_lint_add(l->findings, tags[i].at, GH_SEVERITY_NOTE,
                        "duplicate-tag", "%.*s stands here twice",
                        GH_STR_ARG(tags[i].name));
    }
    gh_arena_reset(&l->scratch);
}

static bool begins(const struct gh_keyword_index *index,
                   const struct gh_line *line, unsigned tokens)
{
    size_t len = (size_t)(line->end - line->text);
    return gh_dialect_match(index, line->text, len, tokens) != NULL;
}

/* Free text that looks like a title: one that may not stand there, or one in
 * English under another language; and so does a step where steps may stand. */
static void check_description(struct linter *l, const struct gh_item *item)
{
    const struct gh_block *block = gh_document_block(l->document, item);
    if (!block->description_end || l->document->markdown)
        return;
    struct gh_str text = gh_document_span(l->document, block->description,
                                          block->description_end);
    unsigned english = TITLES;
    if (l->own.dialect != l->english.dialect &&
        (item->kind == GH_NODE_SCENARIO || item->kind == GH_NODE_BACKGROUND))
        english |= GH_TOKENS(STEP);
    uint32_t number = item->line;
    const char *p = l->document->bytes + item->start;
    while ((p = memchr(p, '\n', (size_t)(text.ptr - p)))) {
        number++;
        p++;
    }
    struct gh_source source = {text.ptr, text.ptr + text.len, text.ptr,
                               number - 1};
    struct gh_line line;
    while (gh_source_next(&source, &line)) {
        struct gh_location at = {line.number, line.indent + 1};
        if (line.text == line.end)
            continue;
        if (begins(&l->own, &line, TITLES))
            warn(l, at, "title-in-text",
                 "this line is free text: such a title may not stand here");
        else if (begins(&l->english, &line, english))
            gh_lint_add(l->findings, at, GH_SEVERITY_WARNING, "english-keyword",
                        "this line is free text: the file's language is '%s', "
                        "where the keyword is another one",
                        l->document->dialect->code);
    }
}

static void check_rows(struct linter *l, const struct gh_item *item)
{
    for (uint32_t i = 0; i < item->row_count; i++) {
        const struct gh_span *row = &l->document->rows[item->rows + i];
        const char *start = l->document->bytes + row->start, *at = start;
        const char *end = l->document->bytes + row->end;
        struct gh_cell_span cell;
        while (gh_lexer_next_cell(&at, end, &cell))
            ;
        struct gh_str rest = {cell.start, (size_t)(end - cell.start)};
        rest = gh_utf8_trim(rest);
        struct gh_location place = {
            row->line, row->column + (uint32_t)gh_utf8_count(
                                         start, (size_t)(rest.ptr - start))};
        if (rest.len && *rest.ptr == '#')
            gh_lint_add(l->findings, place, GH_SEVERITY_NOTE, "text-after-row",
                        "a comment has a line of its own; this one is passed "
                        "over");
        else if (rest.len)
            warn(l, place, "text-after-row",
                 "what stands behind the last | is no part of the table");
    }
}

static void check_node(struct linter *l, uint32_t index)
{
    struct gh_node node = gh_document_node(l->document, index);
    switch (node.kind) {
    case GH_NODE_FEATURE:
        if (!has_inside(l->document, index, GH_NODE_SCENARIO))
            warn(l, node.at, "empty-feature", "this feature has no scenarios");
        break;
    case GH_NODE_RULE:
        l->scenarios = (struct gh_lint_names){0};
        if (!has_inside(l->document, index, GH_NODE_SCENARIO))
            warn(l, node.at, "empty-rule", "this rule has no scenarios");
        break;
    case GH_NODE_BACKGROUND:
        if (node.end == index + 1)
            warn(l, node.at, "empty-background",
                 "this background has no steps");
        break;
    case GH_NODE_SCENARIO:
        check_scenario(l, index, &node);
        break;
    case GH_NODE_EXAMPLES:
        if (node.row_count < 2)
            warn(l, node.at, "empty-examples",
                 node.row_count ? "these Examples have no rows under their "
                                  "names of columns"
                                : "these Examples have no table");
        break;
    case GH_NODE_STEP:
        break;
    }
    if (node.kind != GH_NODE_STEP) {
        check_tags(l, index, &node);
        check_description(l, &l->document->items[index]);
    }
    check_rows(l, &l->document->items[index]);
}

void gh_lint_document(const struct gh_document *document,
                      struct gh_findings *findings)
{
    struct linter l = {.document = document, .findings = findings};
    const struct gh_location first = {1, 1};
    list_errors(&l);
    gh_dialect_index(&l.own, document->dialect);
    gh_dialect_index(&l.english, gh_dialect_find(gh_str_of("en")));
    if (!document->errors.count) {
        if (!document->item_count)
            warn(&l, first, "empty-file", "this file has no feature");
        for (uint32_t i = 0; i < document->item_count; i++)
            check_node(&l, i);
        gh_lint_lost_steps(document, findings);
    }
    gh_lint_sort(findings);
    gh_arena_finish(&l.scratch);
    gh_arena_finish(&l.names);
}
