/* A growing text: NUL-terminated after each change, never NULL to readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "runner/base/buf.h"

static void check(const struct mp_buf *buf, const char *text)
{
    assert_string_equal(mp_buf_text(buf), text);
    assert_int_equal(buf->len, strlen(text));
}

static void starts_empty(void **state)
{
    (void)state;
    struct mp_buf buf = {0};
    check(&buf, "");
    mp_buf_reset(&buf);
    mp_buf_consume(&buf, 5);
    check(&buf, "");
    mp_buf_append(&buf, NULL, 0);
    mp_buf_append_str(&buf, (struct gh_str){NULL, 0});
    check(&buf, "");
    mp_buf_finish(&buf);
    mp_buf_finish(&buf);
}

static void appends(void **state)
{
    (void)state;
    struct mp_buf buf = {0};
    mp_buf_append_text(&buf, "one");
    mp_buf_append_char(&buf, ' ');
    mp_buf_append_str(&buf, (struct gh_str){"two!", 3});
    mp_buf_format(&buf, " %d %s", 3, "%s");
    check(&buf, "one two 3 %s");
    mp_buf_append(&buf, "a\0b", 3);
    assert_int_equal(buf.len, 15);
    assert_memory_equal(buf.data + 12, "a\0b", 4);
    mp_buf_finish(&buf);
}

static void grows(void **state)
{
    (void)state;
    struct mp_buf buf = {0};
    for (size_t i = 0; i < 5000; i++)
        mp_buf_format(&buf, "%04zu", i);
    assert_int_equal(buf.len, 20000);
    assert_memory_equal(buf.data + 4 * 4321, "4321", 4);
    char *large = gh_alloc(300001);
    memset(large, 'x', 300000);
    mp_buf_format(&buf, "%s", large);
    assert_int_equal(buf.len, 320000);
    assert_int_equal(buf.data[320000], '\0');
    gh_free(large);
    mp_buf_finish(&buf);
}

static void consumes(void **state)
{
    (void)state;
    struct mp_buf buf = {0};
    mp_buf_append_text(&buf, "abcdef");
    mp_buf_consume(&buf, 0);
    mp_buf_consume(&buf, 2);
    check(&buf, "cdef");
    mp_buf_consume(&buf, 99);
    check(&buf, "");
    mp_buf_append_text(&buf, "again");
    mp_buf_reset(&buf);
    check(&buf, "");
    mp_buf_finish(&buf);
}

static void is_taken(void **state)
{
    (void)state;
    struct mp_buf buf = {0};
    char *text = mp_buf_take(&buf);
    assert_string_equal(text, "");
    gh_free(text);
    mp_buf_append_text(&buf, "mine");
    text = mp_buf_take(&buf);
    assert_string_equal(text, "mine");
    assert_null(buf.data);
    check(&buf, "");
    gh_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty), cmocka_unit_test(appends),
        cmocka_unit_test(grows),        cmocka_unit_test(consumes),
        cmocka_unit_test(is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
