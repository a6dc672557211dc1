#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/memory.h"
#include "tests/support/golden.h"

/* Each suggestion is an expression that fits the text, with those types. */
static void assert_fits(const struct gh_parameter_types *types,
                        struct gh_str text,
                        const struct gh_suggestion *suggestion)
{
    char error[512];
    struct gh_arena arena = {0};
    struct gh_match match;
    struct gh_expression *expression =
        gh_expression_create(suggestion->source, types, error, sizeof(error));
    assert_non_null(expression);
    assert_int_equal(gh_expression_match(expression, text, &arena, &match), 1);
    assert_int_equal(match.count, suggestion->count);
    for (size_t i = 0; i < match.count; i++)
        assert_ptr_equal(match.arguments[i].type, suggestion->types[i]);
    gh_expression_destroy(expression);
    gh_arena_finish(&arena);
}

static void suggest(const struct gh_parameter_types *types, const char *line,
                    FILE *out)
{
    struct gh_arena arena = {0};
    struct gh_str text = gh_str_of(line);
    const struct gh_suggestion *list;
    size_t count =
        gh_suggestion_make(types, text, GH_SUGGESTIONS_MAX, &arena, &list);
    for (size_t i = 0; i < count; i++) {
        assert_fits(types, text, &list[i]);
        fprintf(out, "%s", list[i].source);
        for (size_t p = 0; p < list[i].count; p++)
            fprintf(out, "%s%s", p ? ", " : "   <- ", list[i].names[p]);
        fprintf(out, "\n");
    }
    gh_arena_finish(&arena);
}

static void add_type(struct gh_parameter_types *types, const char *line)
{
    char name[32] = "", error[256];
    bool preferred = *line == '!';
    const char *regexp = strchr(line, ' ') + 1;
    line += preferred;
    memcpy(name, line, (size_t)(regexp - 1 - line));
    const struct gh_parameter_type type = {.name = name,
                                           .regexps = &regexp,
                                           .regexp_count = 1,
                                           .prefer_for_regexp_match = preferred,
                                           .use_for_snippets = true};
    assert_true(gh_parameter_type_add(types, &type, error, sizeof(error)));
}

static void on_input(void *user, const char *name, const char *value, FILE *out)
{
    struct gh_parameter_types **types = user;
    if (!strcmp(name, "type")) {
        add_type(*types, value);
    } else if (!strcmp(name, "text")) {
        suggest(*types, value, out);
    } else {
        gh_parameter_type_registry_destroy(*types);
        *types = gh_parameter_type_registry_create();
    }
}

static void test_data(void **state)
{
    (void)state;
    struct gh_parameter_types *types = gh_parameter_type_registry_create();
    assert_true(golden_check(MPRUN_SOURCE_DIR "/tests/data/suggestion.txt",
                             on_input, &types));
    gh_parameter_type_registry_destroy(types);
}

/* Where several types share a regular expression, there are combinations; they
 * have an end. */
static void test_limits(void **state)
{
    (void)state;
    struct gh_parameter_types *types = gh_parameter_type_registry_create();
    struct gh_arena arena = {0};
    const struct gh_suggestion *list;
    size_t length = 0;
    add_type(types, "count \\d+");
    char *text = gh_alloc(100001);
    for (; length < 100000; length += 2)
        memcpy(text + length, "7 ", 2);
    struct gh_str few = {text, 2 * 20}, many = {text, length};
    assert_int_equal(gh_suggestion_make(types, few, 1, &arena, &list), 1);
    assert_int_equal(list[0].count, 20);
    assert_int_equal(gh_suggestion_make(types, few, 9999, &arena, &list),
                     GH_SUGGESTIONS_MAX);
    assert_string_equal(list[0].names[19], "int20");
    assert_string_equal(list[1].names[19], "count");
    assert_int_equal(gh_suggestion_make(types, many, 1, &arena, &list), 1);
    assert_int_equal(list[0].count, 0);
    assert_int_equal(strlen(list[0].source), length);
    many.len = 60000;
    assert_int_equal(gh_suggestion_make(types, many, 1, &arena, &list), 1);
    assert_int_equal(list[0].count, 1000);
    gh_free(text);
    gh_arena_finish(&arena);
    gh_parameter_type_registry_destroy(types);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_data),
                                       cmocka_unit_test(test_limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
