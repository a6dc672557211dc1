/* What a message is held against: strict JSON, nesting, member names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "runner/conformance/lab.h"
#include "runner/conformance/strict.h"

#define EXPECT(text, words)                                                    \
    {                                                                          \
        (text), sizeof(text) - 1, (words)                                      \
    }

static void judges_texts(void **state)
{
    static const struct {
        const char *text;
        size_t length;
        const char *words; /* in what is said; "": nothing is */
    } table[] = {
        EXPECT("{\"a\":[1,-0.5e3,true,null,\"\\u00e9\"]}", ""),
        EXPECT("{\"a\":\"\xf0\x9f\x9a\x9a \\ud83d\\ude9a\"}", ""),
        EXPECT("{\"a\":NaN}", "no JSON at offset 5"),
        EXPECT("{\"a\":1,}", "no JSON"),
        EXPECT("{\"a\":1} x", "no JSON"),
        EXPECT("{\"a\":", "ends before"),
        EXPECT("{\"a\":\"\xff\"}", "no UTF-8 at offset 6"),
        EXPECT("{\"a\":\"\xed\xa0\x80\"}", "no UTF-8"),
        EXPECT("{\"a\":\"\\ud800\"}", "half of a surrogate pair"),
        EXPECT("{\"a\":\"\\u0000\"}", "\\u0000"),
        EXPECT("{\"a\":\"\\\\u0000\"}", ""),
        EXPECT("{\"a\":\"\t\"}", "raw control character in a string at "
                                 "offset 6"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct mp_buf why = {0};
        mp_strict_text((struct gh_str){table[i].text, table[i].length}, &why);
        if (*table[i].words)
            assert_non_null(strstr(mp_buf_text(&why), table[i].words));
        else
            assert_string_equal(mp_buf_text(&why), "");
        mp_buf_finish(&why);
    }
}

static void measures_depth(void **state)
{
    (void)state;
    assert_int_equal(mp_strict_depth(gh_str_of("{}")), 1);
    assert_int_equal(mp_strict_depth(gh_str_of("{\"a\":[[1],{}]}")), 3);
    assert_int_equal(mp_strict_depth(gh_str_of("{\"[[\\\"[\":1}")), 1);
    assert_int_equal(mp_strict_depth(gh_str_of("]]{")), 1);
}

static void finds_duplicates(void **state)
{
    static const char *const table[][2] = {
        {"{\"a\":1,\"b\":{\"a\":2}}", NULL},
        {"{\"a\":1,\"b\":2,\"a\":3}", "a"},
        {"{\"x\":[{\"c\":1},{\"d\":1,\"d\":2}]}", "d"},
        {"{\"a\":1,\"A\":2}", NULL},
        {"{\"a\":1,\"\\u0061\":2}", "a"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        cJSON *tree = cJSON_Parse(table[i][0]);
        const char *found = mp_strict_duplicate(tree);
        assert_int_equal(!found, !table[i][1]);
        if (found)
            assert_string_equal(found, table[i][1]);
        cJSON_Delete(tree);
    }
}

static void shows_bytes(void **state)
{
    struct mp_buf out = {0};
    (void)state;
    mp_lab_escape(&out, gh_str_of("a\r\n\t\x1b\xff\xc3\xa9\xe2\x80\xa8"), 100);
    assert_string_equal(mp_buf_text(&out),
                        "a\\r\\n\\t\\x1b\\xff\xc3\xa9\\u{2028}");
    mp_buf_reset(&out);
    mp_lab_escape(&out, gh_str_of("0123456789abcdefghij"), 8);
    assert_string_equal(mp_buf_text(&out), "012345 ... 12 bytes ... ij");
    mp_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_texts),
        cmocka_unit_test(measures_depth),
        cmocka_unit_test(finds_duplicates),
        cmocka_unit_test(shows_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
