/* Placeholders of an outline and the columns of its Examples. */
#include "gherkin/lexer.h"
#include "gherkin/lint_private.h"

struct outline {
    const struct gh_document *document;
    uint32_t index, end;
    bool has_examples;
    struct gh_findings *findings;
    struct gh_arena *scratch;
    struct gh_lint_names asked; /* placeholders that want a column */
    struct gh_lint_names used;  /* all that may stand for a column */
};

/* The next <name> in the text from *at on; a name has no blank at its ends. */
static bool next_placeholder(struct gh_str text, size_t *at,
                             struct gh_str *name)
{
    const char *open = NULL;
    for (size_t i = *at; i < text.len; i++) {
        if (text.ptr[i] == '<')
            open = text.ptr + i + 1;
        if (text.ptr[i] == '\n')
            open = NULL;
        if (text.ptr[i] != '>' || !open)
            continue;
        *name = (struct gh_str){open, (size_t)(text.ptr + i - open)};
        open = NULL;
        if (name->len && gh_utf8_trim(*name).len == name->len) {
            *at = i + 1;
            return true;
        }
    }
    return false;
}

/* Text that is HTML or XML has other things in angle brackets. */
static bool is_markup(struct gh_str text)
{
    static const char *const signs[] = {"</", "/>", "<!", "<?"};
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        if (memmem(text.ptr, text.len, signs[i], 2))
            return true;
    }
    return false;
}

/* The place of a part of a line that begins at start. */
static struct gh_location place_in(struct gh_location at, const char *start,
                                   const char *part)
{
    at.column += (uint32_t)gh_utf8_count(start, (size_t)(part - start));
    return at;
}

/* start: where the line's text begins in which the text lies; NULL: the text
 * is a copy or has several lines, at is the place of all its placeholders. */
static void take_text(struct outline *o, struct gh_str text,
                      struct gh_location at, const char *start)
{
    size_t from = 0;
    struct gh_str name;
    bool markup = is_markup(text), ignored;
    const char *counted = start;
    while (next_placeholder(text, &from, &name)) {
        if (start) {
            at = place_in(at, counted, name.ptr - 1);
            counted = name.ptr - 1;
        }
        gh_lint_names_add(&o->used, o->scratch, name, at, &ignored);
        if (!markup)
            gh_lint_names_add(&o->asked, o->scratch, name, at, &ignored);
    }
}

static void take_table(struct outline *o, uint32_t index, uint32_t first,
                       const struct gh_node *node)
{
    for (uint32_t i = first; i < node->row_count; i++) {
        struct gh_row row = gh_document_row(o->document, index, i, o->scratch);
        for (size_t c = 0; c < row.cell_count; c++)
            take_text(o, row.cells[c].value, row.cells[c].at, NULL);
    }
}

static void take_step(struct outline *o, uint32_t index)
{
    struct gh_node step = gh_document_node(o->document, index);
    take_text(o, step.text, step.at, step.keyword.ptr);
    take_table(o, index, 0, &step);
    /* Without Examples <...> in a text of several lines is mostly just text. */
    if (!step.has_doc_string || !o->has_examples)
        return;
    struct gh_doc_node doc =
        gh_document_doc_string(o->document, index, o->scratch);
    take_text(o, doc.content, doc.at, NULL);
    take_text(o, doc.media_type, doc.at, NULL);
}

static void take_all(struct outline *o)
{
    struct gh_node scenario = gh_document_node(o->document, o->index);
    take_text(o, scenario.text, scenario.at, scenario.keyword.ptr);
    for (uint32_t i = o->index + 1; i < o->end; i++) {
        struct gh_node node = gh_document_node(o->document, i);
        if (node.kind == GH_NODE_STEP)
            take_step(o, i);
    }
}

/* Values may bring placeholders of other columns. */
static void take_values(struct outline *o)
{
    struct gh_lint_names asked = o->asked;
    o->asked = (struct gh_lint_names){0};
    for (uint32_t i = o->index + 1; i < o->end; i++) {
        struct gh_node node = gh_document_node(o->document, i);
        if (node.kind == GH_NODE_EXAMPLES)
            take_table(o, i, 1, &node);
    }
    o->asked = asked;
}

/* A column beside others that are used mostly is there for the reader: what
 * the row is about. */
static enum gh_severity judge_unused(const struct outline *o,
                                     struct gh_row header)
{
    for (size_t c = 0; c < header.cell_count; c++) {
        if (gh_lint_names_have(&o->used, header.cells[c].value))
            return GH_SEVERITY_NOTE;
    }
    return GH_SEVERITY_WARNING;
}

static void check_columns(struct outline *o, struct gh_row header,
                          struct gh_lint_names *columns)
{
    enum gh_severity unused = judge_unused(o, header);
    for (size_t c = 0; c < header.cell_count; c++) {
        struct gh_str name = header.cells[c].value;
        struct gh_location at = header.cells[c].at;
        bool added;
        const struct gh_lint_name *first =
            gh_lint_names_add(columns, o->scratch, name, at, &added);
        if (!added)
            gh_lint_add(o->findings, at, GH_SEVERITY_WARNING,
                        "duplicate-column",
                        "there is a column '%.*s' already, in column %u of "
                        "this line",
                        GH_STR_ARG(name), first->at.column);
        else if (!gh_lint_names_have(&o->used, name))
            gh_lint_add(o->findings, at, unused, "unused-column",
                        "no step has a placeholder <%.*s>", GH_STR_ARG(name));
    }
}

static void check_examples(struct outline *o, uint32_t index)
{
    struct gh_node examples = gh_document_node(o->document, index);
    struct gh_lint_names columns = {0};
    if (!examples.row_count)
        return;
    check_columns(o, gh_document_row(o->document, index, 0, o->scratch),
                  &columns);
    for (size_t i = 0; i < o->asked.room; i++) {
        const struct gh_lint_name *name = &o->asked.slots[i];
        if (name->name.ptr && !gh_lint_names_have(&columns, name->name))
            gh_lint_add(o->findings, name->at, GH_SEVERITY_WARNING,
                        "unknown-placeholder",
                        "the Examples of line %u have no column '%.*s'",
                        examples.at.line, GH_STR_ARG(name->name));
    }
}

static bool has_examples(const struct outline *o)
{
    for (uint32_t i = o->index + 1; i < o->end; i++) {
        if (gh_document_node(o->document, i).kind == GH_NODE_EXAMPLES)
            return true;
    }
    return false;
}

/* A scenario without Examples: its placeholders stay as they are. */
static void note_literal(struct outline *o)
{
    for (size_t i = 0; i < o->asked.room; i++) {
        const struct gh_lint_name *name = &o->asked.slots[i];
        if (name->name.ptr)
            gh_lint_add(o->findings, name->at, GH_SEVERITY_NOTE,
                        "literal-placeholder",
                        "<%.*s> stays as it is: the scenario has no Examples",
                        GH_STR_ARG(name->name));
    }
}

void gh_lint_outline(const struct gh_document *document, uint32_t index,
                     struct gh_findings *findings, struct gh_arena *scratch)
{
    struct outline o = {.document = document,
                        .index = index,
                        .end = gh_document_node(document, index).end,
                        .findings = findings,
                        .scratch = scratch};
    if (index + 1 == o.end ||
        gh_document_node(document, index + 1).kind != GH_NODE_STEP)
        return; /* no steps: that is said elsewhere */
    o.has_examples = has_examples(&o);
    take_all(&o);
    take_values(&o);
    for (uint32_t i = index + 1; i < o.end; i++) {
        if (gh_document_node(document, i).kind == GH_NODE_EXAMPLES)
            check_examples(&o, i);
    }
    if (!o.has_examples)
        note_literal(&o);
}
