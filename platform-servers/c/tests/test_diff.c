/* The lines in which expected and actual differ. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gherkin/memory.h"
#include "platform-servers/c/sdk/diff.h"

#define HEAD "--- expected\n+++ actual\n"

static void rows(void **state)
{
    static const struct {
        const char *expected, *actual, *diff;
    } table[] = {
        {"a", "b", NULL},
        {"a\nb", "a\nb", NULL},
        {"", "", NULL},
        {"a\nb", "a\nc", HEAD "@@ -1,2 +1,2 @@\n a\n-b\n+c"},
        {"a", "a\n", HEAD "@@ -1,1 +1,2 @@\n a\n+"},
        {"x\ny", "", HEAD "@@ -1,2 +1,1 @@\n-x\n-y\n+"},
        {"1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\n5\n7\n8\n9",
         HEAD "@@ -3,7 +3,6 @@\n 3\n 4\n 5\n-6\n 7\n 8\n 9"},
        {"a\nk\nb\nz", "c\nk\nd\ne\nz",
         HEAD "@@ -1,4 +1,5 @@\n-a\n+c\n k\n-b\n+d\n+e\n z"},
        {"s\ns", "s\ns\ns", HEAD "@@ -1,2 +1,3 @@\n s\n s\n+s"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char *diff = mprun_sdk_diff(table[i].expected, table[i].actual);
        if (table[i].diff)
            assert_string_equal(diff, table[i].diff);
        else
            assert_null(diff);
        gh_free(diff);
    }
}

/* Too many lines to compare each with each: all of them are told. */
static void large(void **state)
{
    enum { LINES = 3000 };
    static char texts[2][LINES * 8];
    (void)state;
    for (int k = 0; k < 2; k++) {
        size_t length = 0;
        for (int i = 0; i < LINES; i++)
            length +=
                (size_t)snprintf(texts[k] + length, sizeof texts[k] - length,
                                 "%d\n", i * 2 + k * (i % 100 == 0));
    }
    char *diff = mprun_sdk_diff(texts[0], texts[1]);
    assert_memory_equal(diff, HEAD "@@ -1,", sizeof HEAD "@@ -1," - 1);
    assert_non_null(strstr(diff, "\n-0\n-2\n"));
    assert_non_null(strstr(diff, "\n+1\n+2\n"));
    gh_free(diff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
