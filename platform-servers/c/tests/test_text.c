#include "platform-servers/c/tests/talk.h"

#include <string.h>

#include "gherkin/memory.h"
#include "platform-servers/c/sdk/text.h"

#define FFFD "\xEF\xBF\xBD"

static void repairs_utf8(void **state)
{
    static const struct {
        const char *text;
        const char *repaired;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"gr\xC3\xB6\xC3\x9F"
         "e",
         "gr\xC3\xB6\xC3\x9F"
         "e"},
        {"\xF0\x9F\x9A\x9A", "\xF0\x9F\x9A\x9A"},
        {"a\xFF", "a" FFFD},
        {"\xC3", FFFD},
        {"\xC0\x80", FFFD FFFD},               /* an overlong zero */
        {"\xE0\x80\x80", FFFD FFFD FFFD},      /* the same in three */
        {"\xED\xB2\x80x", FFFD FFFD FFFD "x"}, /* a surrogate */
        {"\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD},
        {"\xE2\x82", FFFD FFFD},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *repaired = mprun_sdk_utf8_repair(cases[i].text);
        assert_string_equal(repaired, cases[i].repaired);
        assert_true(mprun_sdk_utf8_valid(repaired, strlen(repaired)));
        gh_free(repaired);
    }
}

static void repairs_json_escapes(void **state)
{
    static const struct {
        const char *json;
        const char *repaired;
    } cases[] = {
        {"\"\\u0041\"", "\"\\u0041\""},
        {"\"\\u0000\"", "\"\\ufffd\""},
        {"\"\\\\u0000\"", "\"\\\\u0000\""},
        {"\"\\ud83d\\ude9a\"", "\"\\ud83d\\ude9a\""},
        {"\"\\ud83d\"", "\"\\ufffd\""},
        {"\"\\ud83dx\"", "\"\\ufffdx\""},
        {"\"\\ud83d\\u0041\"", "\"\\ufffd\\u0041\""},
        {"\"\\ude9a\"", "\"\\ufffd\""},
        {"\"\\uD83D\\uD83D\\uDE9A\"", "\"\\ufffd\\uD83D\\uDE9A\""},
        {"\"\\u00", "\"\\u00"},
        {"\\", "\\"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[64];
        snprintf(json, sizeof json, "%s", cases[i].json);
        mprun_sdk_json_repair(json, strlen(json));
        assert_string_equal(json, cases[i].repaired);
    }
}

static void encodes_base64(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *encoded = mprun_sdk_base64((const unsigned char *)cases[i][0],
                                         strlen(cases[i][0]));
        assert_string_equal(encoded, cases[i][1]);
        gh_free(encoded);
    }
}

static void parses_integers(void **state)
{
    static const char *const bad[] = {
        "", "-", "x", "1x", " 1", "1 ", "1.5", "9223372036854775808", "--1",
    };
    int64_t value = 0;
    (void)state;
    assert_true(mprun_sdk_parse_int("-9223372036854775808", &value));
    assert_true(value == INT64_MIN);
    assert_true(mprun_sdk_parse_int("9223372036854775807", &value));
    assert_true(value == INT64_MAX);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mprun_sdk_parse_int(bad[i], &value));
}

static void finds_an_id(void **state)
{
    static const struct {
        const char *json;
        const char *id; /* NULL: none */
    } cases[] = {
        {"{\"id\":12,\"x\":\"", "12"},
        {"{ \"id\" : \"a,\\\"b\" , ", "\"a,\\\"b\""},
        {"{\"x\":{\"id\":1},\"y\":[{\"id\":2}],\"id\":3}", "3"},
        {"{\"x\":\"\\\"id\\\":1\",\"id\":4,", "4"},
        {"{\"x\":\"id\",\"y\":1", NULL},
        {"{\"id\":12", NULL},
        {"{\"id\":\"12", NULL},
        {"{\"id\"", NULL},
        {"{\"\\", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = 0;
        const char *id = mprun_sdk_json_find_id(cases[i].json,
                                                strlen(cases[i].json), &length);
        assert_int_equal(id != NULL, cases[i].id != NULL);
        if (id) {
            assert_int_equal(length, strlen(cases[i].id));
            assert_memory_equal(id, cases[i].id, length);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repairs_utf8),
        cmocka_unit_test(repairs_json_escapes),
        cmocka_unit_test(finds_an_id),
        cmocka_unit_test(encodes_base64),
        cmocka_unit_test(parses_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
