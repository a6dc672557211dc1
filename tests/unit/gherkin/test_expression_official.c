/* The official acceptance data of Cucumber Expressions; skipped where absent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <glob.h>

#include "gherkin/gherkin.h"
#include "gherkin/expression_lexer.h"
#include "gherkin/expression_parser.h"
#include "tests/support/yaml_data.h"

#define DATA MPRUN_SHARED "/conformance/cucumber-expressions/"

static const char *const token_names[] = {
    [GH_EXPRESSION_START_OF_LINE] = "START_OF_LINE",
    [GH_EXPRESSION_END_OF_LINE] = "END_OF_LINE",
    [GH_EXPRESSION_WHITE_SPACE] = "WHITE_SPACE",
    [GH_EXPRESSION_BEGIN_OPTIONAL] = "BEGIN_OPTIONAL",
    [GH_EXPRESSION_END_OPTIONAL] = "END_OPTIONAL",
    [GH_EXPRESSION_BEGIN_PARAMETER] = "BEGIN_PARAMETER",
    [GH_EXPRESSION_END_PARAMETER] = "END_PARAMETER",
    [GH_EXPRESSION_ALTERNATION] = "ALTERNATION",
    [GH_EXPRESSION_TEXT] = "TEXT",
};

static const char *const node_names[] = {
    [GH_EXPRESSION_NODE_EXPRESSION] = "EXPRESSION_NODE",
    [GH_EXPRESSION_NODE_ALTERNATION] = "ALTERNATION_NODE",
    [GH_EXPRESSION_NODE_ALTERNATIVE] = "ALTERNATIVE_NODE",
    [GH_EXPRESSION_NODE_OPTIONAL] = "OPTIONAL_NODE",
    [GH_EXPRESSION_NODE_PARAMETER] = "PARAMETER_NODE",
    [GH_EXPRESSION_NODE_TEXT] = "TEXT_NODE",
};

/* One data file and what the checks need. */
struct fixture {
    yaml_document_t document;
    yaml_node_t *root;
    const char *source;
    struct gh_arena arena;
    struct gh_parameter_types *types;
    char error[1024];
    struct gh_expression_report report;
};

static const char *text_of(struct fixture *f, yaml_node_t *map, const char *key)
{
    return yaml_data_get_text(&f->document, map, key);
}

static size_t number_of(struct fixture *f, yaml_node_t *map, const char *key)
{
    return strtoul(text_of(f, map, key), NULL, 10);
}

/* True when the file wants an error; then error must hold it. */
static bool error_is_wanted(struct fixture *f, const void *result)
{
    const char *wanted = text_of(f, f->root, "exception");
    if (!wanted) {
        if (!result)
            fail_msg("%s: %s", f->source, f->error);
        return false;
    }
    assert_null(result);
    assert_string_equal(f->error, wanted);
    return true;
}

static void check_tokens(struct fixture *f)
{
    size_t count = 0;
    const struct gh_expression_token *tokens =
        gh_expression_lexer_read(&f->report, &f->arena, &count);
    if (error_is_wanted(f, tokens))
        return;
    yaml_node_t *list = yaml_data_get(&f->document, f->root, "expected_tokens");
    assert_int_equal(count, yaml_data_count(list));
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *item = yaml_data_at(&f->document, list, i);
        assert_string_equal(token_names[tokens[i].type],
                            text_of(f, item, "type"));
        assert_int_equal(tokens[i].start, number_of(f, item, "start"));
        assert_int_equal(tokens[i].end, number_of(f, item, "end"));
        assert_true(
            gh_str_equal(tokens[i].text, gh_str_of(text_of(f, item, "text"))));
    }
}

static void check_node(struct fixture *f, const struct gh_expression_node *node,
                       yaml_node_t *wanted)
{
    assert_string_equal(node_names[node->type], text_of(f, wanted, "type"));
    assert_int_equal(node->start, number_of(f, wanted, "start"));
    assert_int_equal(node->end, number_of(f, wanted, "end"));
    const char *text = text_of(f, wanted, "token");
    if (text)
        assert_true(gh_str_equal(node->text, gh_str_of(text)));
    yaml_node_t *list = yaml_data_get(&f->document, wanted, "nodes");
    size_t count = 0;
    for (node = node->first; node; node = node->next)
        check_node(f, node, yaml_data_at(&f->document, list, count++));
    assert_int_equal(count, yaml_data_count(list));
}

static void check_tree(struct fixture *f)
{
    const struct gh_expression_node *root =
        gh_expression_parser_parse(&f->report, &f->arena);
    if (!error_is_wanted(f, root))
        check_node(f, root,
                   yaml_data_get(&f->document, f->root, "expected_ast"));
}

static void check_regex(struct fixture *f)
{
    struct gh_expression *expression =
        gh_expression_create(f->source, f->types, f->error, sizeof(f->error));
    assert_non_null(expression);
    assert_string_equal(gh_expression_regex_source(expression),
                        text_of(f, f->root, "expected_regex"));
    gh_expression_destroy(expression);
}

static bool same_value(const struct gh_argument *argument, const char *wanted,
                       struct gh_arena *arena)
{
    const char *type = argument->type_name;
    const char *value = gh_arena_copy(arena, argument->value);
    if (!strcmp(type, "float") || !strcmp(type, "double"))
        return strtod(value, NULL) >= strtod(wanted, NULL) &&
               strtod(value, NULL) <= strtod(wanted, NULL);
    if (!strcmp(type, "int") || !strcmp(type, "byte") ||
        !strcmp(type, "short") || !strcmp(type, "long"))
        return strtoll(value, NULL, 10) == strtoll(wanted, NULL, 10);
    return !strcmp(value, wanted);
}

static void check_arguments(struct fixture *f,
                            const struct gh_expression *expression)
{
    struct gh_str text = gh_str_of(text_of(f, f->root, "text"));
    struct gh_match match;
    int result = gh_expression_match(expression, text, &f->arena, &match);
    yaml_node_t *wanted = yaml_data_get(&f->document, f->root, "expected_args");
    if (wanted->type != YAML_SEQUENCE_NODE) {
        assert_int_equal(result, 0);
        return;
    }
    assert_int_equal(result, 1);
    assert_int_equal(match.count, yaml_data_count(wanted));
    for (size_t i = 0; i < match.count; i++) {
        const char *value =
            yaml_data_text(yaml_data_at(&f->document, wanted, i));
        if (!value)
            assert_null(match.arguments[i].value.ptr);
        else
            assert_true(same_value(&match.arguments[i], value, &f->arena));
    }
}

static void check_match(struct fixture *f)
{
    struct gh_expression *expression =
        gh_expression_create(f->source, f->types, f->error, sizeof(f->error));
    if (!error_is_wanted(f, expression))
        check_arguments(f, expression);
    gh_expression_destroy(expression);
}

static void check_regex_match(struct fixture *f)
{
    struct gh_expression *expression = gh_expression_create_regex(
        f->source, f->types, f->error, sizeof(f->error));
    if (!error_is_wanted(f, expression))
        check_arguments(f, expression);
    gh_expression_destroy(expression);
}

static void check_file(const char *path, void (*check)(struct fixture *f))
{
    struct fixture f = {0};
    assert_true(yaml_data_load(path, &f.document));
    f.root = yaml_document_get_root_node(&f.document);
    f.source = text_of(&f, f.root, "expression");
    f.types = gh_parameter_type_registry_create();
    f.report =
        (struct gh_expression_report){f.source, f.error, sizeof(f.error)};
    check(&f);
    gh_parameter_type_registry_destroy(f.types);
    gh_arena_finish(&f.arena);
    yaml_document_delete(&f.document);
}

static void each(const char *folder, void (*check)(struct fixture *f))
{
    char pattern[4096];
    snprintf(pattern, sizeof(pattern), DATA "%s/*.yaml", folder);
    glob_t files;
    assert_int_equal(glob(pattern, 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *name = strrchr(files.gl_pathv[i], '/') + 1;
        print_message("%s/%s\n", folder, name);
        check_file(files.gl_pathv[i], check);
    }
    globfree(&files);
}

static void tokens(void **state)
{
    (void)state;
    each("cucumber-expression/tokenizer", check_tokens);
}

static void trees(void **state)
{
    (void)state;
    each("cucumber-expression/parser", check_tree);
}

static void regexes(void **state)
{
    (void)state;
    each("cucumber-expression/transformation", check_regex);
}

static void matches(void **state)
{
    (void)state;
    each("cucumber-expression/matching", check_match);
}

static void regular_expressions(void **state)
{
    (void)state;
    each("regular-expression/matching", check_regex_match);
}

int main(void)
{
    glob_t files;
    if (glob(DATA "*/matching/*.yaml", 0, NULL, &files)) {
        puts("skipped: no acceptance data of expressions in " DATA);
        return 77;
    }
    globfree(&files);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens),
        cmocka_unit_test(trees),
        cmocka_unit_test(regexes),
        cmocka_unit_test(matches),
        cmocka_unit_test(regular_expressions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
