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

/* All words of up to four of three letters, against each other. */
static void test_below(void **state)
{
    (void)state;
    static char words[121][5];
    size_t count = 1;
    for (size_t i = 0; count < 121; i++) {
        for (const char *letter = "abc"; *letter; letter++, count++) {
            strcpy(words[count], words[i]);
            words[count][strlen(words[i])] = *letter;
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            size_t edits = between(words[i], words[k]);
            for (size_t most = 0; most < 6; most++)
                assert_int_equal(gh_distance_below(gh_str_of(words[i]),
                                                   gh_str_of(words[k]), most),
                                 edits < most ? edits : most);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_long_words),
        cmocka_unit_test(test_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
