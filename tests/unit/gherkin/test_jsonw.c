#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gherkin/jsonw.h"

static void assert_text(struct gh_jsonw *w, const char *wanted)
{
    struct gh_str text = gh_jsonw_text(w);
    if (text.len != strlen(wanted) || memcmp(text.ptr, wanted, text.len) != 0)
        fail_msg("wanted %s, got %.*s", wanted, GH_STR_ARG(text));
    gh_jsonw_clear(w);
}

static void test_structure(void **state)
{
    (void)state;
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    gh_jsonw_object_begin(&w);
    gh_jsonw_key(&w, "a");
    gh_jsonw_array_begin(&w);
    gh_jsonw_int(&w, 1);
    gh_jsonw_array_begin(&w);
    gh_jsonw_array_end(&w);
    gh_jsonw_object_begin(&w);
    gh_jsonw_object_end(&w);
    gh_jsonw_null(&w);
    gh_jsonw_array_end(&w);
    gh_jsonw_key_str(&w, gh_str_of("b\"c"));
    gh_jsonw_bool(&w, true);
    gh_jsonw_key(&w, "d");
    gh_jsonw_bool(&w, false);
    gh_jsonw_key(&w, "e");
    gh_jsonw_raw(&w, gh_str_of("[ 1 ]"));
    gh_jsonw_key(&w, "f");
    gh_jsonw_cstring(&w, NULL);
    gh_jsonw_object_end(&w);
    gh_jsonw_newline(&w);
    gh_jsonw_cstring(&w, "next");
    gh_jsonw_newline(&w);
    assert_text(&w, "{\"a\":[1,[],{},null],\"b\\\"c\":true,\"d\":false,"
                    "\"e\":[ 1 ],\"f\":null}\n\"next\"\n");
    gh_jsonw_finish(&w);
}

static void test_strings(void **state)
{
    (void)state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"", "\"\""},
        {"plain text of some length", "\"plain text of some length\""},
        {"\"", "\"\\\"\""},
        {"a\\b", "\"a\\\\b\""},
        {"1234567\n1234567\t", "\"1234567\\n1234567\\t\""},
        {"\b\f\r\x01\x1f\x7f", "\"\\b\\f\\r\\u0001\\u001f\x7f\""},
        {"ä€𝄞 <&>/", "\"ä€𝄞 <&>/\""},
        {"12345678ä12345678", "\"12345678ä12345678\""},
        {"\xff", "\"\xef\xbf\xbd\""},
        {"a\xc3", "\"a\xef\xbf\xbd\""},
        {"\xe2\x82z", "\"\xef\xbf\xbd\xef\xbf\xbdz\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gh_jsonw_string(&w, gh_str_of(cases[i].text));
        assert_text(&w, cases[i].json);
    }
    gh_jsonw_string(&w, (struct gh_str){"a\0b", 3});
    assert_text(&w, "\"a\\u0000b\"");
    gh_jsonw_string_begin(&w);
    gh_jsonw_string_part(&w, gh_str_of("a\n"));
    gh_jsonw_string_part(&w, gh_str_of(""));
    gh_jsonw_string_part(&w, gh_str_of("b"));
    gh_jsonw_string_end(&w);
    assert_text(&w, "\"a\\nb\"");
    gh_jsonw_finish(&w);
}

static void test_integers(void **state)
{
    (void)state;
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    gh_jsonw_array_begin(&w);
    gh_jsonw_int(&w, 0);
    gh_jsonw_int(&w, -1);
    gh_jsonw_int(&w, INT64_MIN);
    gh_jsonw_int(&w, INT64_MAX);
    gh_jsonw_uint(&w, UINT64_MAX);
    gh_jsonw_uint_string(&w, 120);
    gh_jsonw_array_end(&w);
    assert_text(&w, "[0,-1,-9223372036854775808,9223372036854775807,"
                    "18446744073709551615,\"120\"]");
    gh_jsonw_finish(&w);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *json;
    } cases[] = {
        {0, "0"},
        {1.5, "1.5"},
        {-0.1, "-0.1"},
        {1e300, "1e+300"},
        {1.0 / 3, "0.3333333333333333"},
        {NAN, "null"},
        {INFINITY, "null"},
    };
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gh_jsonw_number(&w, cases[i].value);
        assert_text(&w, cases[i].json);
    }
    gh_jsonw_number(&w, DBL_MAX);
    struct gh_arena arena = {0};
    char *text = gh_arena_copy(&arena, gh_jsonw_text(&w));
    assert_true(strtod(text, NULL) >= DBL_MAX);
    gh_arena_finish(&arena);
    gh_jsonw_finish(&w);
}

static void test_thousandths(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *json;
    } cases[] = {
        {0, "0"},           {-3, "0"},          {NAN, "0"},
        {0.0004, "0"},      {0.0005, "0.001"},  {0.05, "0.05"},
        {12.05, "12.05"},   {12.5, "12.5"},     {7, "7"},
        {999.9996, "1000"}, {100.1, "100.1"},   {1e15, "1000000000000000"},
        {1e300, "1e+300"},  {INFINITY, "null"},
    };
    struct gh_jsonw w, other;
    gh_jsonw_init(&w);
    gh_jsonw_init(&other);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gh_jsonw_thousandths(&w, cases[i].value);
        assert_text(&w, cases[i].json);
    }
    /* As the slow way has it. */
    for (int64_t n = 1; n < 4000000; n += n % 7 + n / 50 + 1) {
        gh_jsonw_thousandths(&w, (double)n / 1000);
        gh_jsonw_number(&other, (double)n / 1000);
        struct gh_str text = gh_jsonw_text(&other), mine = gh_jsonw_text(&w);
        assert_true(gh_str_equal(mine, text));
        gh_jsonw_clear(&w);
        gh_jsonw_clear(&other);
    }
    gh_jsonw_finish(&w);
    gh_jsonw_finish(&other);
}

struct sink {
    char *bytes;
    size_t len, pieces;
    size_t fails_after; /* pieces; 0: never */
};

static bool take(void *user, const char *bytes, size_t len)
{
    struct sink *sink = user;
    if (sink->fails_after && sink->pieces == sink->fails_after)
        return false;
    sink->pieces++;
    sink->bytes = gh_realloc(sink->bytes, sink->len + len);
    memcpy(sink->bytes + sink->len, bytes, len);
    sink->len += len;
    return true;
}

static void write_much(struct gh_jsonw *w)
{
    for (int i = 0; i < 20000; i++) {
        gh_jsonw_object_begin(w);
        gh_jsonw_key(w, "text");
        gh_jsonw_string(w, gh_str_of("a \"quoted\" text with ä"));
        gh_jsonw_object_end(w);
        gh_jsonw_newline(w);
    }
}

static void test_stream(void **state)
{
    (void)state;
    struct sink sink = {0};
    struct gh_jsonw stream, whole;
    gh_jsonw_init_stream(&stream, take, &sink);
    gh_jsonw_init(&whole);
    write_much(&stream);
    write_much(&whole);
    assert_true(gh_jsonw_flush(&stream));
    assert_true(sink.pieces > 5);
    assert_true(stream.room <= 128 << 10);
    struct gh_str text = gh_jsonw_text(&whole);
    assert_int_equal(text.len, sink.len);
    assert_memory_equal(text.ptr, sink.bytes, text.len);
    gh_jsonw_finish(&stream);
    gh_jsonw_finish(&whole);
    gh_free(sink.bytes);
}

/* Pieces of a long string are cut between characters. */
static void test_long_string(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct sink sink = {0};
        struct gh_jsonw w;
        size_t len = 300000;
        char *text = gh_alloc(len + 4);
        memset(text, 'x', shift);
        for (size_t i = shift; i < len; i += 3)
            memcpy(text + i, "€", 3);
        len -= (len - shift) % 3;
        gh_jsonw_init_stream(&w, take, &sink);
        gh_jsonw_string(&w, (struct gh_str){text, len});
        gh_jsonw_flush(&w);
        assert_int_equal(sink.len, len + 2);
        assert_memory_equal(sink.bytes + 1, text, len);
        assert_true(w.room <= 128 << 10);
        gh_jsonw_finish(&w);
        gh_free(sink.bytes);
        gh_free(text);
    }
}

static void test_failing_stream(void **state)
{
    (void)state;
    struct sink sink = {.fails_after = 2};
    struct gh_jsonw w;
    gh_jsonw_init_stream(&w, take, &sink);
    write_much(&w);
    assert_false(gh_jsonw_flush(&w));
    assert_true(w.failed);
    assert_int_equal(sink.pieces, 2);
    gh_jsonw_finish(&w);
    gh_free(sink.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_thousandths),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_long_string),
        cmocka_unit_test(test_failing_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
