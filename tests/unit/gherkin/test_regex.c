#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/regex.h"

#define MOST_GROUPS 4

struct match_case {
    const char *pattern, *text;
    int result;                      /* of gh_regex_match */
    const char *groups[MOST_GROUPS]; /* NULL: not taken, or no such group */
};

static const struct match_case match_table[] = {
    {"b+", "abbc", 1, {"bb"}},
    {"^b", "ab", 0, {0}},
    {"", "", 1, {""}},
    {"a(b)?(c)", "ac", 3, {"ac", NULL, "c"}},
    {"(a)|(b)|(c)", "a", 4, {"a", "a"}},
    {"(?<x>.)(?<y>.)", "äß", 3, {"äß", "ä", "ß"}},
    {"^.$", "\xf0\x9f\x98\x80", 1, {"\xf0\x9f\x98\x80"}},
    {"a$", "a\n", 0, {0}},
    {"\\d", "\xd9\xa3", 0, {0}}, /* a digit, but not an ASCII one */
    {"(*UCP)\\d", "\xd9\xa3", 1, {"\xd9\xa3"}},
    {"(?i)GRÜN", "grün", 1, {"grün"}},
    {"(", NULL, 0, {0}},
    {".", "\xff", -1, {0}},
    {".", "\xed\xa0\x80", -1, {0}},
    {"^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", -1, {0}},
    {"^(a|aa)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", -1, {0}},
};

static void check_groups(const struct match_case *c, const struct gh_str *got)
{
    for (int i = 0; i < MOST_GROUPS; i++) {
        if (!c->groups[i])
            assert_null(got[i].ptr);
        else
            assert_true(gh_str_equal(got[i], gh_str_of(c->groups[i])));
    }
}

static void matches(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(match_table) / sizeof(*match_table); i++) {
        const struct match_case *c = &match_table[i];
        struct gh_regex *regex = gh_regex_create(c->pattern, NULL, 0);
        if (!c->text) {
            assert_null(regex);
            continue;
        }
        struct gh_str groups[MOST_GROUPS];
        print_message("/%s/\n", c->pattern);
        assert_non_null(regex);
        assert_int_equal(
            gh_regex_match(regex, gh_str_of(c->text), groups, MOST_GROUPS),
            c->result);
        check_groups(c, groups);
        assert_int_equal(gh_regex_match(regex, gh_str_of(c->text), NULL, 0),
                         c->result);
        gh_regex_destroy(regex);
    }
}

static const struct {
    const char *pattern, *offset;
} bad_table[] = {
    {"a(b", "missing closing parenthesis at offset 3"},
    {"ä[", " at offset 2"},
    {"*", " at offset "},
    {"\\C", " at offset "},
    {"(?<a>)(?<a>)", " at offset "},
    {"x{3,2}", " at offset "},
    {"\\", " at offset "},
    {"ab\xff", " at offset 2"},
};

static void errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_table) / sizeof(*bad_table); i++) {
        char error[200] = "";
        assert_null(
            gh_regex_create(bad_table[i].pattern, error, sizeof(error)));
        print_message("/%s/: %s\n", bad_table[i].pattern, error);
        assert_non_null(strstr(error, bad_table[i].offset));
    }
}

static char *fill(char c, size_t count)
{
    char *text = gh_alloc(count + 1);
    memset(text, c, count);
    return text;
}

static void pattern_limits(void **state)
{
    (void)state;
    char *open = fill('(', 10000), error[100] = "";
    assert_null(gh_regex_create(open, error, sizeof(error)));
    assert_non_null(strstr(error, "nested"));
    char *huge = fill('a', GH_REGEX_MAX_PATTERN_BYTES + 1);
    assert_null(gh_regex_create(huge, error, sizeof(error)));
    assert_non_null(strstr(error, "longer than the limit"));
    gh_free(open);
    gh_free(huge);
}

static void text_limits(void **state)
{
    (void)state;
    size_t most = GH_REGEX_MAX_TEXT_BYTES;
    char *text = fill('a', most + 1);
    struct gh_regex *any = gh_regex_create("^.*$", NULL, 0);
    struct gh_str groups[1];
    assert_int_equal(
        gh_regex_match(any, (struct gh_str){text, most}, groups, 1), 1);
    assert_int_equal(groups[0].len, most);
    assert_int_equal(
        gh_regex_match(any, (struct gh_str){text, most + 1}, groups, 1), -1);
    struct gh_regex *deep = gh_regex_create("^(?:a|b)*$", NULL, 0);
    assert_int_equal(
        gh_regex_match(deep, (struct gh_str){text, most}, groups, 1), -1);
    assert_null(groups[0].ptr);
    struct gh_regex *search = gh_regex_create("a*b|c", NULL, 0);
    most = GH_REGEX_MAX_SEARCH_BYTES;
    assert_int_equal(
        gh_regex_match(search, (struct gh_str){text, most / 8}, groups, 1), 0);
    assert_int_equal(
        gh_regex_match(search, (struct gh_str){text, most + 1}, groups, 1), -1);
    gh_regex_destroy(search);
    gh_regex_destroy(any);
    gh_regex_destroy(deep);
    gh_free(text);
}

static void names(void **state)
{
    (void)state;
    struct gh_regex *regex =
        gh_regex_create("(a)(?<process>b)(?P<other>c)", NULL, 0);
    assert_int_equal(gh_regex_group_number(regex, "process"), 2);
    assert_int_equal(gh_regex_group_number(regex, "other"), 3);
    assert_int_equal(gh_regex_group_number(regex, "none"), -1);
    assert_int_equal(gh_regex_group_number(regex, ""), -1);
    assert_int_equal(gh_regex_group_count(regex), 4);
    gh_regex_destroy(regex);
    gh_regex_destroy(NULL);
}

static void empty_and_nul(void **state)
{
    (void)state;
    struct gh_regex *regex = gh_regex_create("^(.?)$", NULL, 0);
    struct gh_str groups[2];
    assert_int_equal(gh_regex_match(regex, (struct gh_str){NULL, 0}, groups, 2),
                     2);
    assert_int_equal(groups[1].len, 0);
    assert_non_null(groups[1].ptr);
    assert_int_equal(gh_regex_match(regex, (struct gh_str){"\0", 1}, groups, 2),
                     2);
    assert_int_equal(groups[1].len, 1);
    gh_regex_destroy(regex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches),        cmocka_unit_test(errors),
        cmocka_unit_test(pattern_limits), cmocka_unit_test(text_limits),
        cmocka_unit_test(names),          cmocka_unit_test(empty_and_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
