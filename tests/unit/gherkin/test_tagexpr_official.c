/* The official acceptance data of tag expressions; skipped where absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/gherkin.h"
#include "tests/support/yaml_data.h"

#define DATA      MPRUN_SHARED "/conformance/tag-expressions/"
#define MOST_TAGS 16

static struct gh_tagexpr *parse(const char *text)
{
    char error[512] = "";
    struct gh_tagexpr *expr = gh_tagexpr_parse(text, error, sizeof(error));
    if (!expr)
        fail_msg("%s: %s", text, error);
    return expr;
}

static void each(const char *file,
                 void (*check)(yaml_document_t *document, yaml_node_t *item))
{
    char path[4096];
    snprintf(path, sizeof(path), DATA "%s", file);
    yaml_document_t document;
    assert_true(yaml_data_load(path, &document));
    yaml_node_t *root = yaml_document_get_root_node(&document);
    size_t count = yaml_data_count(root);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        check(&document, yaml_data_at(&document, root, i));
    print_message("%s: %zu cases\n", file, count);
    yaml_document_delete(&document);
}

static const char *expression_of(yaml_document_t *document, yaml_node_t *item)
{
    return yaml_data_get_text(document, item, "expression");
}

static void check_error(yaml_document_t *document, yaml_node_t *item)
{
    char error[512] = "";
    assert_null(
        gh_tagexpr_parse(expression_of(document, item), error, sizeof(error)));
    assert_string_equal(error, yaml_data_get_text(document, item, "error"));
}

static void check_text(yaml_document_t *document, yaml_node_t *item)
{
    struct gh_arena arena = {0};
    struct gh_tagexpr *expr = parse(expression_of(document, item));
    const char *wanted = yaml_data_get_text(document, item, "formatted");
    assert_string_equal(gh_tagexpr_to_text(expr, &arena), wanted);
    gh_tagexpr_destroy(expr);
    gh_arena_finish(&arena);
}

static void check_one_evaluation(yaml_document_t *document, yaml_node_t *test,
                                 const struct gh_tagexpr *expr)
{
    struct gh_str tags[MOST_TAGS];
    yaml_node_t *variables = yaml_data_get(document, test, "variables");
    size_t count = yaml_data_count(variables);
    assert_true(count <= MOST_TAGS);
    for (size_t i = 0; i < count; i++)
        tags[i] =
            gh_str_of(yaml_data_text(yaml_data_at(document, variables, i)));
    const char *wanted = yaml_data_get_text(document, test, "result");
    assert_string_equal(
        gh_tagexpr_matches(expr, tags, count) ? "true" : "false", wanted);
}

static void check_evaluations(yaml_document_t *document, yaml_node_t *item)
{
    struct gh_tagexpr *expr = parse(expression_of(document, item));
    yaml_node_t *tests = yaml_data_get(document, item, "tests");
    assert_true(yaml_data_count(tests) > 0);
    for (size_t i = 0; i < yaml_data_count(tests); i++)
        check_one_evaluation(document, yaml_data_at(document, tests, i), expr);
    gh_tagexpr_destroy(expr);
}

static void errors(void **state)
{
    (void)state;
    each("errors.yml", check_error);
}

static void texts(void **state)
{
    (void)state;
    each("parsing.yml", check_text);
}

static void evaluations(void **state)
{
    (void)state;
    each("evaluations.yml", check_evaluations);
}

int main(void)
{
    FILE *file = fopen(DATA "errors.yml", "rb");
    if (!file) {
        puts("skipped: no acceptance data of tag expressions in " DATA);
        return 77;
    }
    fclose(file);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors),
        cmocka_unit_test(texts),
        cmocka_unit_test(evaluations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
