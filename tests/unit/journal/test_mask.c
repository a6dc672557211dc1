#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runner/journal/mask.h"

static const struct {
    const char *secret, *text, *shown;
} table[] = {
    {"swordfish", "a swordfish, swordfish", "a ***, ***"},
    {"swordfish", "Swordfish", "Swordfish"},
    /* As JSON writes it. */
    {"a\"b\\c\td", "{\"x\":\"a\\\"b\\\\c\\td\"}", "{\"x\":\"***\"}"},
    {"a\"b\\c\td", "a\"b\\c\td", "***"},
    {"one\ntwo.three", "\"one\\ntwo.three\"", "\"***\""},
    {"größe", "gr\\u00f6\\u00dfe größe gr\\u00F6\\u00DFe", "*** *** ***"},
    {"key\xf0\x9f\x94\x91", "key\\ud83d\\udd11 key\\uD83D\\uDD11", "*** ***"},
    {"\x01\x02\x03\x04", "\"\\u0001\\u0002\\u0003\\u0004\"", "\"***\""},
    {"http://ö/k", "http:\\/\\/ö\\/k http://\\u00f6/k", "*** ***"},
    {"http://ö/k", "\"http:\\/\\/\\u00F6\\/k\"", "\"***\""},
    /* Whatever is escaped. */
    {"<a&b>", "\\u003ca\\u0026b\\u003E \\u003ca&b\\u003e", "*** ***"},
    {"<a&b>", "\\u003ca\\u0026 \\u003ca\\u002",
     "\\u003ca\\u0026 \\u003ca\\u002"},
    {"it's+", "it\\u0027s\\u002B it\\u0027s+", "*** ***"},
    {"abcd", "\\u0061bcd a\\u0062c\\u0064 \\abcd", "*** *** \\***"},
    {"a\\nbc", "a\\nbc a\\\\nbc", "*** ***"},
    {"a\nbc", "a\\nbc a\\u000abc", "*** ***"},
    {"ab\xf0\x9f\x94\x91", "ab\\ud83d ab\\ud83d\\u0041 \\",
     "ab\\ud83d ab\\ud83d\\u0041 \\"},
    {"abcd", "\\u0000abcd a\\u0000bcd", "\\u0000*** a\\u0000bcd"},
    /* Several lines: also each line, if it is long enough. */
    {"-- BEGIN --\r\n  abcdef\n}\nlast", "2024 abcdef }", "2024 *** }"},
    {"-- BEGIN --\r\n  abcdef\n}\nlast", "x -- BEGIN -- last", "x *** ***"},
    {"first line\n", "the first line", "the ***"},
    {"lone\nq", "q lone", "q ***"},
    {"quo\"ted\nnext", "\"quo\\\"ted\"", "\"***\""},
    /* No UTF-8: as it stands, and with U+FFFD as records have it. */
    {"abc\xff", "abc\xff abc\xef\xbf\xbd abc\\ufffd", "*** *** ***"},
    {"\xff\"\xe4q", "\xff\\\"\xe4q", "***"},
    {"first\nab\xe4\xf6", "ab\xe4\xf6", "***"},
};

static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct mp_mask *mask = mp_mask_create();
        struct mp_buf out = {0};
        assert_true(mp_mask_add(mask, table[i].secret));
        mp_mask_apply(mask, table[i].text, &out);
        assert_string_equal(mp_buf_text(&out), table[i].shown);
        mp_buf_finish(&out);
        mp_mask_destroy(mask);
    }
}

#define N MP_MASK_NUMBER

static const struct {
    const char *secret, *text, *shown;
} numbered_table[] = {
    {"pass-" N "-word", "pass-7-word pass-1234567-word", "*** ***"},
    {"pass-" N "-word", "pass--word pass-x-word", "pass--word pass-x-word"},
    {"pass" N, "a pass12, pass", "a ***, pass"},
    {N "word", "a12word, word", "a***, word"},
    {"pa\"ss" N "\n", "pa\\\"ss4\\n pa\"ss4", "*** ***"},
    {"größ" N,
     "gr\\u00f6\\u00df5 größ"
     "5",
     "*** ***"},
    {"first" N "\nlast" N, "first1 last2", "*** ***"},
    /* Digits beside the number, and two numbers side by side. */
    {"key5" N "0" N "1end", "key57011end key5701end", "*** ***"},
    {"plain", "plain 1", "*** 1"},
    {"<ab" N ">", "\\u003cab12\\u003e", "***"},
    {N "word", "1111222233334444555566667777word", "11112222***"},
};

static void test_numbered(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(numbered_table) / sizeof(*numbered_table);
         i++) {
        struct mp_mask *mask = mp_mask_create();
        struct mp_buf out = {0};
        assert_true(mp_mask_add_numbered(mask, numbered_table[i].secret));
        mp_mask_apply(mask, numbered_table[i].text, &out);
        assert_string_equal(mp_buf_text(&out), numbered_table[i].shown);
        mp_buf_finish(&out);
        mp_mask_destroy(mask);
    }
}

static void test_short(void **state)
{
    (void)state;
    struct mp_mask *mask = mp_mask_create();
    assert_false(mp_mask_add(mask, "abc"));
    assert_false(mp_mask_add_numbered(mask, N "a" N "b" N "c" N));
    assert_false(mp_mask_is_active(mask));
    assert_true(mp_mask_add(mask, "abcd"));
    assert_true(mp_mask_is_active(mask));
    mp_mask_destroy(mask);
}

/* The longest of those that begin at one place. */
static void test_longest(void **state)
{
    (void)state;
    struct mp_mask *mask = mp_mask_create();
    struct mp_buf out = {0};
    mp_mask_add(mask, "word");
    mp_mask_add(mask, "wordlist");
    mp_mask_apply(mask, "a wordlist of words", &out);
    assert_string_equal(mp_buf_text(&out), "a *** of ***s");
    mp_buf_finish(&out);
    mp_mask_destroy(mask);
}

/* What a server says is long, and one of two secrets is not there. */
static void test_many(void **state)
{
    (void)state;
    const size_t count = 40000;
    struct mp_mask *mask = mp_mask_create();
    struct mp_buf text = {0}, out = {0};
    mp_mask_add(mask, "word");
    mp_mask_add(mask, "absent");
    mp_mask_add_numbered(mask, N "pass");
    for (size_t i = 0; i < count; i++)
        mp_buf_append_text(&text, i % 2 ? "12\\" : "word");
    mp_mask_apply(mask, mp_buf_text(&text), &out);
    assert_int_equal(out.len, count * 3);
    mp_buf_finish(&text);
    mp_buf_finish(&out);
    mp_mask_destroy(mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms), cmocka_unit_test(test_numbered),
        cmocka_unit_test(test_short), cmocka_unit_test(test_longest),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
