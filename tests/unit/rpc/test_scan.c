#include "tests/unit/rpc/cases.h"

#include <cJSON.h>

#include "runner/rpc/scan.h"

static const struct {
    const char *text;
    enum mp_scan_state state;
} scan_table[] = {
    {"", MP_SCAN_OPEN},
    {"  ", MP_SCAN_OPEN},
    {"{", MP_SCAN_OPEN},
    {"{}", MP_SCAN_COMPLETE},
    {" [ ] \r\n\t", MP_SCAN_COMPLETE},
    {"{}x", MP_SCAN_BAD},
    {"{}{}", MP_SCAN_BAD},
    {"{\"a\":1}", MP_SCAN_COMPLETE},
    {"{\"a\":1", MP_SCAN_OPEN},
    {"{\"a\":", MP_SCAN_OPEN},
    {"{\"a\"", MP_SCAN_OPEN},
    {"{\"a}", MP_SCAN_OPEN},
    {"{\"a\\", MP_SCAN_OPEN},
    {"{\"a\\u00", MP_SCAN_OPEN},
    {"{\"a\":tr", MP_SCAN_OPEN},
    {"{\"a\":-", MP_SCAN_OPEN},
    {"{\"a\":true,\"b\":[false,null,\"\\\"]\"]}", MP_SCAN_COMPLETE},
    {"[1,2,[3,{}],-0.5e-10]", MP_SCAN_COMPLETE},
    {"[\"\\u00e9\\/\\b\\f\\n\\r\\t\\\\\"]", MP_SCAN_COMPLETE},
    {"x", MP_SCAN_BAD},
    {"1", MP_SCAN_BAD},
    {"\"a\"", MP_SCAN_BAD},
    {"}", MP_SCAN_BAD},
    {"[}", MP_SCAN_BAD},
    {"{]", MP_SCAN_BAD},
    {"[1}", MP_SCAN_BAD},
    {"{\"a\":1]", MP_SCAN_BAD},
    {"{\"a\":}", MP_SCAN_BAD},
    {"{\"a\",1}", MP_SCAN_BAD},
    {"{\"a\":1,}", MP_SCAN_BAD},
    {"{,}", MP_SCAN_BAD},
    {"{a:1}", MP_SCAN_BAD},
    {"{1:1}", MP_SCAN_BAD},
    {"[1,]", MP_SCAN_BAD},
    {"[,1]", MP_SCAN_BAD},
    {"[1 2]", MP_SCAN_BAD},
    {"[01]", MP_SCAN_BAD},
    {"[1.]", MP_SCAN_BAD},
    {"[.5]", MP_SCAN_BAD},
    {"[1e]", MP_SCAN_BAD},
    {"[1e+]", MP_SCAN_BAD},
    {"[--1]", MP_SCAN_BAD},
    {"[+1]", MP_SCAN_BAD},
    {"[0x1]", MP_SCAN_BAD},
    {"[truE]", MP_SCAN_BAD},
    {"[nulll]", MP_SCAN_BAD},
    {"[NaN]", MP_SCAN_BAD},
    {"[\"\\a\"]", MP_SCAN_BAD},
    {"[\"\\u00g0\"]", MP_SCAN_BAD},
    {"[\"a\nb\"]", MP_SCAN_BAD},
    {"[\"a\tb\"]", MP_SCAN_COMPLETE},
    {"[1]\f", MP_SCAN_BAD},
    {"[\xc2\xa0]", MP_SCAN_BAD},
    {"[// x\n1]", MP_SCAN_BAD},
};

static void table_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scan_table / sizeof *scan_table; i++) {
        struct mp_scan whole, pieces = {0};
        struct gh_str text = gh_str_of(scan_table[i].text);
        if (mp_scan_text(&whole, text) != scan_table[i].state)
            fail_msg("\"%s\" is %d", text.ptr, whole.state);
        assert_true((whole.error != NULL) == (whole.state == MP_SCAN_BAD));
        for (size_t at = 0; at < text.len; at++)
            mp_scan_feed(&pieces, (struct gh_str){text.ptr + at, 1});
        assert_int_equal(pieces.state, whole.state);
        assert_int_equal(pieces.offset, whole.offset);
    }
}

static void feed_many(struct mp_scan *scan, const char *text, int times)
{
    while (times--)
        mp_scan_feed(scan, gh_str_of(text));
}

static void depth(void **state)
{
    struct mp_scan scan = {0};
    (void)state;
    feed_many(&scan, "[", 64);
    assert_int_equal(scan.state, MP_SCAN_OPEN);
    feed_many(&scan, "]", 64);
    assert_int_equal(scan.state, MP_SCAN_COMPLETE);
    memset(&scan, 0, sizeof scan);
    feed_many(&scan, "{\"a\":[", 32);
    feed_many(&scan, "]}", 32);
    assert_int_equal(scan.state, MP_SCAN_COMPLETE);
    memset(&scan, 0, sizeof scan);
    feed_many(&scan, "[", 65);
    assert_int_equal(scan.state, MP_SCAN_TOO_DEEP);
    assert_non_null(scan.error);
}

static void number_of_values(void **state)
{
    struct mp_scan scan = {0};
    (void)state;
    feed_many(&scan, "[", 1);
    feed_many(&scan, "1,", MP_SCAN_MAX_VALUES - 1);
    assert_int_equal(scan.state, MP_SCAN_OPEN);
    feed_many(&scan, "1", 1);
    assert_int_equal(scan.state, MP_SCAN_BAD);
}

/* What the scan passes, the parser takes. */
static void agrees_with_the_parser(void **state)
{
    static const char *const tokens[] = {
        "{",      "}",    "[",    "]", ",",    ":", "\"a\"", "\"\\u00e9\"", "1",
        "-0.5e3", "true", "null", " ", "\"\\", "0", ".",     "\x01"};
    unsigned random = 11;
    int complete = 0;
    (void)state;
    for (int round = 0; round < 100000; round++) {
        char text[128] = "[";
        size_t length = 1;
        for (int i = rand_r(&random) % 8; i >= 0; i--)
            length +=
                (size_t)snprintf(text + length, sizeof text - length, "%s",
                                 tokens[(size_t)rand_r(&random) %
                                        (sizeof tokens / sizeof *tokens)]);
        text[length++] = ']';
        struct mp_scan scan;
        struct gh_str json = {text, length};
        if (mp_scan_text(&scan, json) != MP_SCAN_COMPLETE)
            continue;
        complete++;
        cJSON *root = cJSON_ParseWithLength(text, length);
        if (!root)
            fail_msg("the parser refuses %.*s", (int)length, text);
        cJSON_Delete(root);
    }
    assert_true(complete > 100);
}

static void compacting(void **state)
{
    static const struct {
        const char *in;
        const char *out;
    } cases[] = {
        {"{ \"a b\" : [ 1 , 2.50 ,\n\t\"x\\\" y\" ] , \"c\" : null }",
         "{\"a b\":[1,2.50,\"x\\\" y\"],\"c\":null}"},
        {"  \"a\tb\x01\"  ", "\"a\\u0009b\\u0001\""},
        {" 9007199254740993 ", "9007199254740993"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mp_buf out = {0};
        mp_json_compact(&out, gh_str_of(cases[i].in));
        assert_string_equal(mp_buf_text(&out), cases[i].out);
        mp_buf_finish(&out);
    }
}

static void members(void **state)
{
    static const char json[] =
        " { \"a\" : { \"data\" : 1 } , \"b}\" : \"{\\\"data\\\":2}\" ,"
        " \"Data\":3, \"data\" : [ {} , \"]\" ] , \"data\" : 5,\"z\":1.50}";
    struct gh_str value;
    (void)state;
    assert_true(mp_json_member(gh_str_of(json), "data", &value));
    assert_true(gh_str_equal(value, gh_str_of("[ {} , \"]\" ]")));
    assert_true(mp_json_member(gh_str_of(json), "a", &value));
    assert_true(gh_str_equal(value, gh_str_of("{ \"data\" : 1 }")));
    assert_true(mp_json_member(gh_str_of(json), "z", &value));
    assert_true(gh_str_equal(value, gh_str_of("1.50")));
    assert_true(mp_json_member(gh_str_of(json), "b}", &value));
    assert_false(mp_json_member(gh_str_of(json), "dat", &value));
    assert_false(mp_json_member(gh_str_of("{}"), "a", &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_cases),
        cmocka_unit_test(depth),
        cmocka_unit_test(number_of_values),
        cmocka_unit_test(agrees_with_the_parser),
        cmocka_unit_test(compacting),
        cmocka_unit_test(members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
