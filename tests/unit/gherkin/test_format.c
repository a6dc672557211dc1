#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/memory.h"
#include "tests/support/cases.h"

#define DATA MPRUN_SOURCE_DIR "/tests/data/gherkin/"

/* The formatted text, which must mean the same and stay as it is when it is
 * formatted again; the caller frees. NULL: the file is not formatted. */
static char *format(const char *input, size_t len)
{
    size_t length, again_length;
    struct gh_document *document = gh_document_parse("x.feature", input, len);
    char *text = gh_format_document(document, &length);
    if (text) {
        assert_int_equal(strlen(text), length);
        assert_true(gh_format_keeps(document, text, length));
        struct gh_document *formatted =
            gh_document_parse("x.feature", text, length);
        char *again = gh_format_document(formatted, &again_length);
        assert_non_null(again);
        assert_string_equal(again, text);
        gh_free(again);
        gh_document_destroy(formatted);
    }
    gh_document_destroy(document);
    return text;
}

/* White space at the ends of lines shows as ~, CR as ^. */
static void print_shown(const char *text, FILE *out)
{
    for (const char *p = text; *p; p++) {
        size_t blanks = strspn(p, " ");
        bool at_end = p[blanks] == '\n' || p[blanks] == '\r';
        if (*p == '\r')
            fputc('^', out);
        else if (*p == ' ' && at_end)
            fputc('~', out);
        else
            fputc(*p, out);
    }
}

static void on_case(void *user, const char *name, const char *input, size_t len,
                    FILE *out)
{
    (void)user;
    (void)name;
    char *text = format(input, len);
    print_shown(text ? text : "not formatted\n", out);
    gh_free(text);
}

static void test_layout(void **state)
{
    (void)state;
    assert_true(cases_check(DATA "format.txt", on_case, NULL));
}

static void test_markdown_is_left(void **state)
{
    (void)state;
    static const char text[] = "# Feature: f\n";
    size_t length = 1;
    struct gh_document *document =
        gh_document_parse("x.feature.md", text, sizeof(text) - 1);
    assert_null(gh_format_document(document, &length));
    assert_int_equal(length, 0);
    gh_document_destroy(document);
}

/* What must not be written over a file. */
static void test_other_meaning_is_seen(void **state)
{
    (void)state;
    static const char file[] = "@t\nFeature: f\n  Scenario: s\n"
                               "    Given x # no comment\n      | a |\n";
    static const char *const others[] = {
        "Feature: f\n  Scenario: s\n    Given x # no comment\n      | a |\n",
        "@t\nFeature: f\n  Scenario: s\n    Given x\n      | a |\n",
        "@t\nFeature: f\n  Scenario: s\n    Given x # no comment\n"
        "      | b |\n",
        "@t\nFeature: f\n  Scenario: s\n    When x # no comment\n"
        "      | a |\n",
        "@t\nFeature: f\n  Scenario: t\n    Given x # no comment\n"
        "      | a |\n",
        "@t\nFeature: f\n  Scenario: s\n    Given x # no comment\n",
        "@t\nFeature: f\n  Scenario: s\n    Given x # no comment\n"
        "      | a |\n      # more\n",
        "@t\nFeature: f\n",
        "nothing\n",
    };
    struct gh_document *document =
        gh_document_parse("x.feature", file, sizeof(file) - 1);
    assert_true(gh_format_keeps(document, file, sizeof(file) - 1));
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        assert_false(gh_format_keeps(document, others[i], strlen(others[i])));
    gh_document_destroy(document);
}

/* A table of one wide cell and many rows would become the product of both. */
static void test_alignment_is_linear(void **state)
{
    (void)state;
    enum { WIDE = 100000, ROWS = 20000 };
    char *file = gh_alloc(WIDE + ROWS * 8 + 200);
    int at = sprintf(file, "Feature: f\n  Scenario: s\n    Given x\n|");
    memset(file + at, 'w', WIDE);
    at += WIDE;
    at += sprintf(file + at, "|\n");
    for (int i = 0; i < ROWS; i++)
        at += sprintf(file + at, "|a|\n");
    char *text = format(file, (size_t)at);
    assert_true(strlen(text) < 4 * (size_t)at);
    gh_free(text);
    gh_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_markdown_is_left),
        cmocka_unit_test(test_other_meaning_is_seen),
        cmocka_unit_test(test_alignment_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
