/*
 * Bytes to document, pickles, messages and findings. The first byte says how:
 * bit 0 Markdown, bit 1 lenient. What must hold: errors in order of place, no
 * pickles beside errors, JSON without a raw control character, linear output.
 */
#include "gherkin/gherkin.h"
#include "gherkin/messages.h"
#include "tests/fuzz/fuzz.h"

static void check_errors(const struct gh_document *document)
{
    const struct gh_error *errors;
    size_t count = gh_document_errors(document, &errors);
    for (size_t i = 0; i < count; i++) {
        MUST(errors[i].at.line > 0 && errors[i].message);
        MUST(!i || errors[i - 1].at.line <= errors[i].at.line);
    }
}

static void walk_nodes(const struct gh_document *document)
{
    struct gh_arena arena = {0};
    uint32_t count = gh_document_node_count(document);
    for (uint32_t i = 0; i < count; i++) {
        struct gh_node node = gh_document_node(document, i);
        MUST(node.end > i && node.end <= count);
        gh_document_description(document, i, &arena);
        gh_document_tags(document, i, &arena);
        for (uint32_t row = 0; row < node.row_count; row++)
            gh_document_row(document, i, row, &arena);
        if (node.has_doc_string)
            gh_document_doc_string(document, i, &arena);
        gh_arena_reset(&arena);
    }
    gh_arena_finish(&arena);
}

static void write_messages(const struct gh_document *document)
{
    const struct gh_messages_options all = {true, true, true};
    struct gh_ids ids = {0};
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    gh_messages_write_document(&w, document, &all, &ids);
    struct gh_str text = gh_jsonw_text(&w);
    for (size_t i = 0; i < text.len; i++)
        MUST((unsigned char)text.ptr[i] >= ' ' || text.ptr[i] == '\n');
    gh_jsonw_finish(&w);
}

static void lint(const struct gh_document *document)
{
    struct gh_findings findings = {0};
    gh_lint_document(document, &findings);
    for (size_t i = 1; i < findings.count; i++)
        MUST(findings.list[i - 1].at.line <= findings.list[i].at.line);
    gh_lint_finish(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    const char *uri = data[0] & 1 ? "f.feature.md" : "f.feature";
    const struct gh_parse_options options = {.lenient = data[0] & 2};
    struct gh_document *document =
        gh_document_parse_with(uri, (const char *)data + 1, size - 1, &options);
    check_errors(document);
    walk_nodes(document);
    write_messages(document);
    lint(document);
    gh_document_destroy(document);
    return 0;
}
