#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/gherkin.h"
#include "tests/support/cases.h"

#define DATA MPRUN_SOURCE_DIR "/tests/data/gherkin/"

/* A name as "MARKDOWN x" is read as such. */
static struct gh_document *parse(const char *name, const char *input,
                                 size_t len)
{
    bool markdown = !strncmp(name, "MARKDOWN", 8);
    return gh_document_parse(markdown ? "x.feature.md" : "x.feature", input,
                             len);
}

static void print_errors(void *user, const char *name, const char *input,
                         size_t len, FILE *out)
{
    (void)user;
    struct gh_document *document = parse(name, input, len);
    const struct gh_error *errors;
    size_t count = gh_document_errors(document, &errors);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%u:%u: %s\n", errors[i].at.line, errors[i].at.column,
                errors[i].message);
        if (errors[i].remedy)
            fprintf(out, "     -> %s\n", errors[i].remedy);
    }
    gh_document_destroy(document);
}

static void test_errors(void **state)
{
    (void)state;
    assert_true(cases_check(DATA "errors.txt", print_errors, NULL));
}

/* Line feeds are shown, so that each thing stands on a line of its own. */
static void print_text(FILE *out, const char *label, struct gh_str text)
{
    if (!text.len)
        return;
    fprintf(out, " %s=\"", label);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            fputs("\\n", out);
        else
            fputc(text.ptr[i], out);
    }
    fputc('"', out);
}

static void print_tags(const struct gh_document *document, uint32_t index,
                       uint32_t count, FILE *out)
{
    struct gh_arena arena = {0};
    const struct gh_tag *tags = gh_document_tags(document, index, &arena);
    assert_true(!tags == !count);
    for (uint32_t i = 0; i < count; i++)
        fprintf(out, " %.*s(%u:%u)", GH_STR_ARG(tags[i].name), tags[i].at.line,
                tags[i].at.column);
    gh_arena_finish(&arena);
}

static void print_rows(const struct gh_document *document, uint32_t index,
                       uint32_t count, FILE *out)
{
    struct gh_arena arena = {0};
    for (uint32_t i = 0; i < count; i++) {
        struct gh_row row = gh_document_row(document, index, i, &arena);
        fprintf(out, "    %u:%u row", row.at.line, row.at.column);
        for (size_t k = 0; k < row.cell_count; k++) {
            char label[16];
            snprintf(label, sizeof(label), "%u", row.cells[k].at.column);
            print_text(out, label, row.cells[k].value);
        }
        fputc('\n', out);
    }
    gh_arena_finish(&arena);
}

static void print_doc_string(const struct gh_document *document, uint32_t index,
                             FILE *out)
{
    struct gh_arena arena = {0};
    struct gh_doc_node doc = gh_document_doc_string(document, index, &arena);
    fprintf(out, "    %u:%u doc", doc.at.line, doc.at.column);
    print_text(out, "delimiter", doc.delimiter);
    print_text(out, "media", doc.media_type);
    print_text(out, "content", doc.content);
    fputc('\n', out);
    gh_arena_finish(&arena);
}

static void print_node(const struct gh_document *document, uint32_t index,
                       FILE *out)
{
    static const char *const kinds[] = {"feature",  "rule",     "background",
                                        "scenario", "examples", "step"};
    static const char *const types[] = {"",        " unknown", " context",
                                        " action", " outcome", " conjunction"};
    struct gh_node node = gh_document_node(document, index);
    struct gh_arena arena = {0};
    fprintf(out, "%u..%u %u:%u %s%s", index, node.end, node.at.line,
            node.at.column, kinds[node.kind], types[node.keyword_type]);
    print_text(out, "keyword", node.keyword);
    print_text(out, "text", node.text);
    print_tags(document, index, node.tag_count, out);
    struct gh_str description =
        gh_document_description(document, index, &arena);
    assert_true(node.has_description == (description.len > 0));
    print_text(out, "description", description);
    fputc('\n', out);
    if (node.has_doc_string && node.doc_string_first)
        print_doc_string(document, index, out);
    print_rows(document, index, node.row_count, out);
    if (node.has_doc_string && !node.doc_string_first)
        print_doc_string(document, index, out);
    gh_arena_finish(&arena);
}

static void print_document(void *user, const char *name, const char *input,
                           size_t len, FILE *out)
{
    struct gh_document *document = parse(name, input, len);
    const struct gh_error *errors;
    assert_int_equal(gh_document_errors(document, &errors), 0);
    fprintf(out, "language %.*s\n", GH_STR_ARG(gh_document_language(document)));
    for (uint32_t i = 0; i < gh_document_node_count(document); i++)
        print_node(document, i, out);
    for (uint32_t i = 0; i < gh_document_comment_count(document); i++) {
        struct gh_comment comment = gh_document_comment(document, i);
        fprintf(out, "%u:%u comment", comment.at.line, comment.at.column);
        print_text(out, "text", comment.text);
        fputc('\n', out);
    }
    gh_document_destroy(document);
    (void)user;
}

static void test_documents(void **state)
{
    (void)state;
    assert_true(cases_check(DATA "documents.txt", print_document, NULL));
}

static void test_empty_bytes(void **state)
{
    (void)state;
    struct gh_document *document = gh_document_parse("a.feature", NULL, 0);
    const struct gh_error *errors;
    assert_int_equal(gh_document_errors(document, &errors), 0);
    assert_int_equal(gh_document_node_count(document), 0);
    assert_string_equal(gh_document_uri(document), "a.feature");
    gh_document_destroy(document);
    gh_document_destroy(NULL);
}

static void test_byte_order_mark(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf"
                               "Feature: f";
    struct gh_document *document =
        gh_document_parse("a.feature", text, sizeof(text) - 1);
    struct gh_node node = gh_document_node(document, 0);
    assert_int_equal(node.at.column, 1);
    assert_int_equal(gh_document_source(document).len, 10);
    gh_document_destroy(document);
}

/* Cutting a file anywhere must not upset anything. */
static void test_every_prefix(void **state)
{
    (void)state;
    char *text = golden_read(DATA "documents.txt");
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i += 7) {
        char *part = malloc(i ? i : 1);
        memcpy(part, text, i);
        struct gh_document *document = gh_document_parse("a", part, i);
        gh_document_destroy(document);
        free(part);
    }
    free(text);
}

/* A message does not repeat a line of any length. */
static void test_long_line(void **state)
{
    (void)state;
    size_t len = 1000000;
    char *text = malloc(len);
    memset(text, 'x', len);
    struct gh_document *document = gh_document_parse("a.feature", text, len);
    const struct gh_error *errors;
    assert_int_equal(gh_document_errors(document, &errors), 1);
    assert_in_range(strlen(errors[0].message), 1000, 3000);
    gh_document_destroy(document);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_empty_bytes),
        cmocka_unit_test(test_byte_order_mark),
        cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_long_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
