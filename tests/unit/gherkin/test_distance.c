#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gherkin/distance.h"

static size_t between(const char *a, const char *b)
{
    return gh_distance(gh_str_of(a), gh_str_of(b));
}

static void test_edits(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t edits;
    } examples[] = {
        {"", "", 0},         {"", "ab", 2},
        {"ab", "ab", 0},     {"ab", "ba", 1},
        {"ab", "acb", 1},    {"ab", "ac", 1},
        {"abcd", "badc", 2}, {"abc", "ca", 3},
        {"abc", "xyz", 3},   {"kitten", "sitting", 3},
    };
    for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
        assert_int_equal(between(examples[i].a, examples[i].b),
                         examples[i].edits);
        assert_int_equal(between(examples[i].b, examples[i].a),
                         examples[i].edits);
    }
}

static void test_long_words(void **state)
{
    (void)state;
    char text[GH_DISTANCE_LONGEST + 2] = "";
    memset(text, 'a', GH_DISTANCE_LONGEST);
    assert_int_equal(between(text, ""), GH_DISTANCE_LONGEST);
    text[GH_DISTANCE_LONGEST] = 'a';
    assert_true(between(text, "a") == SIZE_MAX);
    assert_true(between("a", text) == SIZE_MAX);
    assert_true(between(text, text) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
