#include "tests/unit/rpc/cases.h"

#include "runner/rpc/repair.h"

#define U "\xef\xbf\xbd"
#define E "\\ufffd"

static const struct {
    const char *in;
    size_t length; /* 0: of the string */
    const char *out;
    unsigned found;
    bool json;
} repair_table[] = {
    {"", 0, "", 0, true},
    {"abc", 0, "abc", 0, true},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 0, NULL, 0, true},
    {"\xef\xbf\xbf\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80", 0, NULL, 0, true},
    {"a\x80z", 0, "a" U "z", MP_REPAIR_UTF8, true},
    {"a\xc3", 0, "a" U, MP_REPAIR_UTF8, true},
    {"a\xe2\x82", 0, "a" U, MP_REPAIR_UTF8, true},
    {"a\xe2\x82z", 0, "a" U "z", MP_REPAIR_UTF8, true},
    {"\xf0\x9f\x98", 0, U, MP_REPAIR_UTF8, true},
    {"\xc0\xaf", 0, U U, MP_REPAIR_UTF8, true},
    {"\xe0\x80\xaf", 0, U U U, MP_REPAIR_UTF8, true},
    {"\xed\xa0\x80", 0, U U U, MP_REPAIR_UTF8, true},
    {"\xf4\x90\x80\x80", 0, U U U U, MP_REPAIR_UTF8, true},
    {"\xf5\xff\xfe", 0, U U U, MP_REPAIR_UTF8, true},
    {"\xf0\x80\x80\x80", 0, U U U U, MP_REPAIR_UTF8, true},
    {"\\u0000", 0, E, MP_REPAIR_NUL, true},
    {"\\\\u0000", 0, NULL, 0, true},
    {"\\\\\\u0000", 0, "\\\\" E, MP_REPAIR_NUL, true},
    {"\\u0001", 0, NULL, 0, true},
    {"\\ud83d\\ude00", 0, NULL, 0, true},
    {"\\uD83D\\uDE00", 0, NULL, 0, true},
    {"\\ud83d", 0, E, MP_REPAIR_SURROGATE, true},
    {"\\ude00\\ud83d", 0, E E, MP_REPAIR_SURROGATE, true},
    {"\\ud83d\\ud83d\\ude00", 0, E "\\ud83d\\ude00", MP_REPAIR_SURROGATE, true},
    {"\\ud83dx", 0, E "x", MP_REPAIR_SURROGATE, true},
    {"\\ud83d\\n", 0, E "\\n", MP_REPAIR_SURROGATE, true},
    {"\\ud83d\\u0000", 0, E E, MP_REPAIR_SURROGATE | MP_REPAIR_NUL, true},
    {"\\ud83d\\ude0", 0, E "\\ude0", MP_REPAIR_SURROGATE, true},
    {"\\u00", 0, NULL, 0, true},
    {"\\", 0, NULL, 0, true},
    {"\\\xff", 0, NULL, 0, true}, /* the scan refuses the escape */
    {"\\u0000 \xff", 0, NULL, MP_REPAIR_UTF8, false},
    {"a\0b", 3, "a" U "b", MP_REPAIR_NUL, false},
    {"\t\x1b[1m", 0, NULL, 0, false},
};

static void repairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof repair_table / sizeof *repair_table; i++) {
        const char *in = repair_table[i].in;
        size_t length =
            repair_table[i].length ? repair_table[i].length : strlen(in);
        char *copy = malloc(length ? length : 1);
        struct mp_buf out = {0};
        assert_non_null(copy);
        memcpy(copy, in, length);
        struct gh_str bytes = {copy, length};
        unsigned found = repair_table[i].json ? mp_repair_json(bytes, &out)
                                              : mp_repair_text(bytes, &out);
        if (found != repair_table[i].found)
            fail_msg("row %zu: found %u", i, found);
        if (!found)
            assert_int_equal(out.len, 0);
        else if (repair_table[i].out)
            assert_string_equal(mp_buf_text(&out), repair_table[i].out);
        mp_buf_finish(&out);
        free(copy);
    }
}

static void repaired_text_is_valid(void **state)
{
    unsigned random = 3;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char bytes[24];
        struct mp_buf once = {0}, twice = {0};
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(rand_r(&random) >> 5 | (i % 3 ? 0x80 : 0));
        struct gh_str in = {bytes, (size_t)rand_r(&random) % sizeof bytes};
        if (mp_repair_text(in, &once)) {
            struct gh_str out = {once.data, once.len};
            assert_int_equal(mp_repair_text(out, &twice), 0);
        }
        mp_buf_finish(&once);
        mp_buf_finish(&twice);
    }
}

static void cutting(void **state)
{
    (void)state;
    assert_int_equal(mp_repair_cut("abc", 10), 3);
    assert_int_equal(mp_repair_cut("abc", 2), 2);
    assert_int_equal(mp_repair_cut("\xc3\xa9x", 1), 0);
    assert_int_equal(mp_repair_cut("\xc3\xa9x", 2), 2);
    assert_int_equal(mp_repair_cut("a\xf0\x9f\x98\x80", 4), 1);
    assert_int_equal(mp_repair_cut("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repairs),
        cmocka_unit_test(repaired_text_is_valid),
        cmocka_unit_test(cutting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
