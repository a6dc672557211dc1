#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/utf8.h"

static void assert_str(struct gh_str got, const char *wanted)
{
    if (!gh_str_equal(got, gh_str_of(wanted)))
        fail_msg("wanted '%s', got '%.*s'", wanted, GH_STR_ARG(got));
}

static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char bytes[4];
        uint32_t back;
        if (c >= 0xD800 && c < 0xE000)
            continue;
        unsigned len = gh_utf8_encode(c, bytes);
        assert_int_equal(gh_utf8_decode(bytes, len, &back), len);
        assert_int_equal(back, c);
        assert_int_equal(gh_utf8_valid(bytes, len), len);
        if (len > 1)
            assert_int_equal(gh_utf8_decode(bytes, len - 1, &back), 0);
    }
}

static void test_invalid(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "\x80",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xc3",
        "\xe2\x82",
        "\xf0\x9d\x84",
        "\xe2\x28\xa1",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t c;
        char text[64];
        size_t len = strlen(cases[i]);
        assert_int_equal(gh_utf8_decode(cases[i], len, &c), 0);
        assert_int_equal(c, 0xFFFD);
        /* at each place of a text */
        for (size_t at = 0; at < 40; at++) {
            memset(text, 'a', sizeof(text));
            memcpy(text + at, cases[i], len);
            assert_int_equal(gh_utf8_valid(text, sizeof(text)), at);
        }
    }
}

static void test_repair(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    struct gh_str good = gh_str_of("gut ä");
    assert_ptr_equal(gh_utf8_repair(&arena, good).ptr, good.ptr);
    assert_str(gh_utf8_repair(&arena, gh_str_of("a\xff"
                                                "b\xc3")),
               "a\xef\xbf\xbd"
               "b\xef\xbf\xbd");
    gh_arena_finish(&arena);
}

static void test_count(void **state)
{
    (void)state;
    struct gh_str text = gh_str_of("aä€𝄞z");
    assert_int_equal(gh_utf8_count(text.ptr, text.len), 5);
    assert_int_equal(gh_utf8_offset(text, 0), 0);
    assert_int_equal(gh_utf8_offset(text, 2), 3);
    assert_int_equal(gh_utf8_offset(text, 4), 10);
    assert_int_equal(gh_utf8_offset(text, 9), 11);
}

static void test_trim(void **state)
{
    (void)state;
    static const char *const spaces[] = {
        " ", "\t", "\n", "\v", "\f", "\r", " ",  " ",
        " ", " ",  " ",  " ",  " ",  " ",  "　", "\xef\xbb\xbf",
    };
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        char text[64];
        snprintf(text, sizeof(text), "%s%s a b%s", spaces[i], spaces[i],
                 spaces[i]);
        assert_str(gh_utf8_trim(gh_str_of(text)), "a b");
        assert_str(gh_utf8_trim(gh_str_of(spaces[i])), "");
    }
    assert_str(gh_utf8_trim(gh_str_of("")), "");
    assert_str(gh_utf8_trim(gh_str_of("\xff \xa0")), "\xff \xa0");
    assert_str(gh_utf8_trim_left(gh_str_of(" ä ")), "ä ");
    assert_str(gh_utf8_trim_right(gh_str_of(" ä ")), " ä");
    assert_int_equal(gh_utf8_leading_space(" \t x", 4), 3);
    /* not white space: next line, zero width space */
    assert_str(gh_utf8_trim(gh_str_of("\xc2\x85")), "\xc2\x85");
    assert_str(gh_utf8_trim(gh_str_of("\xe2\x80\x8b")), "\xe2\x80\x8b");
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(gh_utf8_width(gh_str_of("")), 0);
    assert_int_equal(gh_utf8_width(gh_str_of("abc")), 3);
    assert_int_equal(gh_utf8_width(gh_str_of("äöü")), 3);
    assert_int_equal(gh_utf8_width(gh_str_of("a\xcc\x88")), 1);
    assert_int_equal(gh_utf8_width(gh_str_of("日本")), 4);
    assert_int_equal(gh_utf8_width(gh_str_of("\xff")), 1);
}

static void test_letters(void **state)
{
    (void)state;
    static const uint32_t letters[] = {'a',   'Z',    '0',   0xE4,
                                       0x416, 0x65E5, 0x0301};
    static const uint32_t others[] = {' ',    '_',    '-',    '.',
                                      0x20AC, 0x3002, 0x1F600};
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        assert_true(gh_utf8_is_letter_or_digit(letters[i]));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(gh_utf8_is_letter_or_digit(others[i]));
}

static void test_normal_forms(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    struct gh_str plain = gh_str_of("plain");
    assert_ptr_equal(gh_utf8_nfc(&arena, plain).ptr, plain.ptr);
    assert_str(gh_utf8_nfc(&arena, gh_str_of("a\xcc\x88")), "ä");
    assert_str(gh_utf8_nfc(&arena, gh_str_of("\xff\xc3\xa4")), "\xff\xc3\xa4");
    assert_str(gh_utf8_fold(&arena, gh_str_of("ÄSSß Σ")), "ässss σ");
    assert_str(gh_utf8_fold(&arena, gh_str_of("")), "");
    gh_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_normal_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
