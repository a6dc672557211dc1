#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/memory.h"
#include "tests/support/golden.h"

#define MOST_TAGS 16

static void set_expression(struct gh_tagexpr **expr, const char *text,
                           FILE *out)
{
    char error[256];
    struct gh_arena arena = {0};
    gh_tagexpr_destroy(*expr);
    *expr = gh_tagexpr_parse(text, error, sizeof(error));
    if (!*expr) {
        fprintf(out, "%s\n", error);
        return;
    }
    char *once = gh_tagexpr_to_text(*expr, &arena);
    fprintf(out, "%s\n", once);
    struct gh_tagexpr *again = gh_tagexpr_parse(once, error, sizeof(error));
    assert_non_null(again);
    assert_string_equal(gh_tagexpr_to_text(again, &arena), once);
    gh_tagexpr_destroy(again);
    gh_arena_finish(&arena);
}

static void print_result(const struct gh_tagexpr *expr, const char *line,
                         FILE *out)
{
    struct gh_str tags[MOST_TAGS];
    size_t count = 0;
    while (*line) {
        assert_true(count < MOST_TAGS);
        tags[count] = (struct gh_str){line, strcspn(line, " ")};
        line += tags[count].len;
        line += *line == ' ';
        count++;
    }
    fputs(gh_tagexpr_matches(expr, tags, count) ? "true\n" : "false\n", out);
}

static void on_input(void *user, const char *name, const char *value, FILE *out)
{
    struct gh_tagexpr **expr = user;
    if (!strcmp(name, "expression"))
        set_expression(expr, value, out);
    else if (!strcmp(name, "tags"))
        print_result(*expr, value, out);
    else
        assert_string_equal(name, "");
}

static void data(void **state)
{
    (void)state;
    struct gh_tagexpr *expr = NULL;
    assert_true(golden_check(MPRUN_SOURCE_DIR "/tests/data/tagexpr.txt",
                             on_input, &expr));
    gh_tagexpr_destroy(expr);
}

static void check_text(const char *source, const char *wanted)
{
    struct gh_arena arena = {0};
    struct gh_tagexpr *expr = gh_tagexpr_parse(source, NULL, 0);
    assert_non_null(expr);
    assert_string_equal(gh_tagexpr_to_text(expr, &arena), wanted);
    gh_tagexpr_destroy(expr);
    gh_arena_finish(&arena);
}

static void white_space(void **state)
{
    (void)state;
    struct gh_str tags[] = {gh_str_of("@two words")};
    struct gh_tagexpr *expr = gh_tagexpr_parse("@two\\ words", NULL, 0);
    assert_non_null(expr);
    assert_true(gh_tagexpr_matches(expr, tags, 1));
    gh_tagexpr_destroy(expr);
    check_text(" \t\r\n", "");
    check_text("\n@a\v\f", "@a");
    check_text("@end\\ ", "@end\\ ");
}

/* Nothing behind the end is read. */
static void exact_memory(void **state)
{
    static const char *const table[] = {"\\", "@a\\", "@a or \\", "not", ""};
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        size_t size = strlen(table[i]) + 1;
        char *text = gh_alloc(size), error[200];
        memcpy(text, table[i], size);
        gh_tagexpr_destroy(gh_tagexpr_parse(text, error, sizeof(error)));
        gh_free(text);
    }
}

static char *repeat(const char *text, size_t count)
{
    size_t length = strlen(text);
    char *all = gh_alloc(count * length + 8);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * length, text, length);
    return all;
}

/* text count times, then end: parsed and printed, or refused. */
static void check_long(const char *text, const char *end, bool good)
{
    size_t count = 100000;
    char *all = repeat(text, count), error[200];
    memcpy(all + count * strlen(text), end, strlen(end));
    struct gh_arena arena = {0};
    struct gh_tagexpr *expr = gh_tagexpr_parse(all, error, sizeof(error));
    assert_int_equal(expr != NULL, good);
    if (expr) {
        struct gh_str tag = gh_str_of("@x");
        assert_true(gh_tagexpr_matches(expr, &tag, 1));
        assert_true(strlen(gh_tagexpr_to_text(expr, &arena)) > count);
    } else {
        assert_int_equal(strlen(error), sizeof(error) - 1);
    }
    gh_tagexpr_destroy(expr);
    gh_arena_finish(&arena);
    gh_free(all);
}

static void long_and_deep(void **state)
{
    (void)state;
    check_long("not ", "@x", true);
    check_long("@y or ", "@x", true);
    check_long("@x and ", "@x", true);
    check_long("@x or (@y and ", "@y", false);
    check_long("(", "@x", false);
    check_long("@x ", "", false);
    check_long(")", "", false);
}

static void deep_groups(void **state)
{
    (void)state;
    size_t count = 50000;
    char *open = repeat("(", count), *close = repeat(")", count);
    char *all = gh_alloc(2 * count + 3);
    snprintf(all, 2 * count + 3, "%s@x%s", open, close);
    struct gh_arena arena = {0};
    struct gh_tagexpr *expr = gh_tagexpr_parse(all, NULL, 0);
    assert_non_null(expr);
    assert_string_equal(gh_tagexpr_to_text(expr, &arena), "@x");
    gh_tagexpr_destroy(expr);
    gh_arena_finish(&arena);
    gh_free(open);
    gh_free(close);
    gh_free(all);
}

static void error_without_room(void **state)
{
    (void)state;
    char error[8] = "";
    assert_null(gh_tagexpr_parse("@a @b", NULL, 0));
    assert_null(gh_tagexpr_parse("@a @b", error, sizeof(error)));
    assert_string_equal(error, "Tag exp");
    gh_tagexpr_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data),         cmocka_unit_test(white_space),
        cmocka_unit_test(exact_memory), cmocka_unit_test(long_and_deep),
        cmocka_unit_test(deep_groups),  cmocka_unit_test(error_without_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
