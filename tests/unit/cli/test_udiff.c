#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "runner/cli/udiff.h"

static void check(const char *before, const char *after, const char *expected)
{
    struct mp_buf out = {0};
    mp_udiff_append(&out, "f", gh_str_of(before), gh_str_of(after));
    assert_string_equal(mp_buf_text(&out), expected);
    mp_buf_finish(&out);
}

static void test_small(void **state)
{
    (void)state;
    check("", "", "");
    check("a\n", "a\n", "");
    check("a\n", "b\n", "--- f\n+++ f\n@@ -1 +1 @@\n-a\n+b\n");
    check("", "a\n", "--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n");
    check("a\nb\n", "", "--- f\n+++ f\n@@ -1,2 +0,0 @@\n-a\n-b\n");
    check("a", "a\n",
          "--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

static void test_context(void **state)
{
    (void)state;
    check("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
          "--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
    /* Six equal lines between two changes are one hunk, seven are two. */
    check("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
          "--- f\n+++ f\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n"
          "-b\n+B\n");
    check("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
          "--- f\n+++ f\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
          "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
}

static void test_name_with_blank(void **state)
{
    (void)state;
    struct mp_buf out = {0};
    mp_udiff_append(&out, "a b", gh_str_of("1\n"), gh_str_of("2\n"));
    assert_string_equal(mp_buf_text(&out),
                        "--- a b\t\n+++ a b\t\n@@ -1 +1 @@\n-1\n+2\n");
    mp_buf_finish(&out);
}

/* Too many changes: all of them as one, and soon. */
static void test_large(void **state)
{
    (void)state;
    struct mp_buf before = {0}, after = {0}, out = {0};
    for (int i = 0; i < 20000; i++) {
        mp_buf_format(&before, "a%d\n", i);
        mp_buf_format(&after, "b%d\n", i);
    }
    mp_udiff_append(&out, "f", gh_str_of(before.data), gh_str_of(after.data));
    assert_non_null(strstr(out.data, "@@ -1,20000 +1,20000 @@\n-a0\n"));
    mp_buf_finish(&before);
    mp_buf_finish(&after);
    mp_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_context),
        cmocka_unit_test(test_name_with_blank),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
