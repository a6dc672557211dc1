/* Steps that became free text because their keyword is misspelt: the parser
 * takes whatever stands between a title and the first step. */
#include "gherkin/document.h"
#include "gherkin/lexer.h"
#include "gherkin/lint_private.h"
#include "gherkin/remedy.h"

/* How English prose begins, near to Given, When or Then. */
static bool is_prose(struct gh_str line)
{
    static const char *const words[] = {"The", "Them",  "They", "These", "Than",
                                        "Hen", "Where", "Give", "Gives"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        struct gh_str word = gh_str_of(words[i]);
        if (line.len > word.len && line.ptr[word.len] == ' ' &&
            !memcmp(line.ptr, word.ptr, word.len))
            return true;
    }
    return false;
}

/* The line of a description that was to be a step: the one right above the
 * first step or, where there are no steps, the first that looks so. */
struct lost {
    struct gh_location at;
    const char *keyword; /* NULL: none */
};

static void look_at(struct gh_findings *findings,
                    const struct gh_dialect *dialect,
                    const struct gh_line *line, struct lost *lost)
{
    struct gh_str text = gh_source_trim(line->text, line->end);
    if (is_prose(text))
        return;
    lost->keyword = gh_remedy_step(&findings->arena, dialect, text);
    lost->at = (struct gh_location){line->number, line->indent + 1};
}

static uint32_t line_of(const struct gh_document *document,
                        const struct gh_item *item, const char *place)
{
    uint32_t number = item->line;
    const char *p = document->bytes + item->start;
    while ((p = memchr(p, '\n', (size_t)(place - p)))) {
        number++;
        p++;
    }
    return number;
}

static void check_item(const struct gh_document *document, uint32_t index,
                       struct gh_findings *findings)
{
    const struct gh_item *item = &document->items[index];
    const struct gh_block *block = gh_document_block(document, item);
    struct gh_str text =
        gh_document_span(document, block->description, block->description_end);
    struct gh_source source = {text.ptr, text.ptr + text.len, text.ptr,
                               line_of(document, item, text.ptr) - 1};
    const struct gh_item *step =
        item->end > index + 1 ? &document->items[index + 1] : NULL;
    if (step && step->kind != GH_NODE_STEP)
        step = NULL;
    struct lost lost = {.keyword = NULL};
    struct gh_line line;
    while ((step || !lost.keyword) && gh_source_next(&source, &line)) {
        lost.keyword = NULL;
        if (line.text != line.end && *line.text != '#')
            look_at(findings, document->dialect, &line, &lost);
    }
    if (lost.keyword && (!step || step->line == lost.at.line + 1))
        gh_lint_add(findings, lost.at, GH_SEVERITY_WARNING, "step-in-text",
                    "this line is free text and no step, did you mean %s?",
                    lost.keyword);
}

void gh_lint_lost_steps(const struct gh_document *document,
                        struct gh_findings *findings)
{
    for (uint32_t i = 0; i < document->item_count; i++) {
        const struct gh_item *item = &document->items[i];
        bool holds_steps =
            item->kind == GH_NODE_SCENARIO || item->kind == GH_NODE_BACKGROUND;
        if (holds_steps && !document->markdown &&
            gh_document_block(document, item)->description_end)
            check_item(document, i, findings);
    }
}
