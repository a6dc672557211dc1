#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/memory.h"
#include "tests/support/cases.h"

/* A name that begins with "LENIENT" or "MARKDOWN" says how it is read. */
static void on_case(void *user, const char *name, const char *input, size_t len,
                    FILE *out)
{
    (void)user;
    struct gh_findings findings = {0};
    const struct gh_parse_options options = {.lenient =
                                                 !strncmp(name, "LENIENT", 7)};
    bool markdown = !strncmp(name, "MARKDOWN", 8);
    struct gh_document *document = gh_document_parse_with(
        markdown ? "x.feature.md" : "x.feature", input, len, &options);
    gh_lint_document(document, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const struct gh_finding *finding = &findings.list[i];
        fprintf(out, "%u:%u: %s: %s [%s]\n", finding->at.line,
                finding->at.column, gh_lint_severity_name(finding->severity),
                finding->text, finding->rule);
    }
    gh_lint_finish(&findings);
    gh_document_destroy(document);
}

static void test_rules(void **state)
{
    (void)state;
    const char *path = MPRUN_SOURCE_DIR "/tests/data/gherkin/lint.txt";
    assert_true(cases_check(path, on_case, NULL));
}

/* Many names, many columns, many placeholders: no time is lost. */
static void test_large(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    char *file = gh_alloc(MANY * 80 + 100);
    size_t at = (size_t)sprintf(file, "Feature: f\n");
    for (int i = 0; i < MANY; i++)
        at += (size_t)sprintf(file + at, "Scenario: s%d\nGiven <p%d>\n", i, i);
    at += (size_t)sprintf(file + at, "Examples:\n");
    for (int i = 0; i < MANY; i++)
        at += (size_t)sprintf(file + at, "|p%d", i);
    at += (size_t)sprintf(file + at, "|\n");
    struct gh_findings findings = {0};
    struct gh_document *document = gh_document_parse("x.feature", file, at);
    gh_lint_document(document, &findings);
    assert_int_equal(findings.count, 2 * MANY - 1); /* notes, columns, rows */
    gh_lint_finish(&findings);
    gh_document_destroy(document);
    gh_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
