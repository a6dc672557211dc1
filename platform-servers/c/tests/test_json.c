/* Reading and writing, beside cJSON. */
#include "platform-servers/c/tests/talk.h"

#include <string.h>

#include "gherkin/memory.h"
#include "platform-servers/c/sdk/json.h"
#include "platform-servers/c/sdk/text.h"

static const char *const texts[] = {
    "null",
    " true ",
    "false",
    "0",
    "-0",
    "12",
    "-7",
    "[-0,-7]",
    "01",
    "1.5",
    "-1.25e-3",
    "1E5",
    "1e400",
    "999999999999999",
    "1234567890123456789",
    "-2147483649",
    "1.",
    ".5",
    "+1",
    "-",
    "--1",
    "1-2",
    "\"\"",
    "\"a b\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u0041\\u00e9\\u20ac\\ud83d\\ude9a!\"",
    "\"\\uD83D\"",
    "\"\\u0000\"",
    "\"\\u12\"",
    "\"\\x\"",
    "\"a\tb\"",
    "\"open",
    "\"open\\",
    "\"gr\xC3\xB6\xC3\x9F\"",
    "\"\xFF\"",
    "[]",
    "[ ]",
    "{}",
    "[1,2,[3,{}],\"x\"]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1",
    "{\"a\":1,\"b\":{\"c\":[null,true,false]},\"\":\"\"}",
    "{ \"a\" : 1 , \"a\" : 2 }\r\n",
    "{\"a\\n\\u0042\":1}",
    "{\"a\"}",
    "{\"a\":}",
    "{a:1}",
    "{\"a\":1,}",
    "{\"a\":1}x",
    "\xEF\xBB\xBF[1]",
    "tru",
    "nul",
    "",
    " ",
};

enum { TEXT_COUNT = sizeof texts / sizeof *texts };

/* What cJSON makes of it; the caller frees. NULL: nothing. */
static cJSON *read_by_cjson(const char *text)
{
    char *repaired = mprun_sdk_utf8_repair(text);
    mprun_sdk_json_repair(repaired, strlen(repaired));
    cJSON *value = cJSON_ParseWithOpts(repaired, NULL, 1);
    gh_free(repaired);
    return value;
}

/* Are both the same, as cJSON prints them? NULL is what was refused. */
static bool are_same(const cJSON *one, const cJSON *other)
{
    char *a = one ? cJSON_PrintUnformatted(one) : NULL;
    char *b = other ? cJSON_PrintUnformatted(other) : NULL;
    bool same = a && b ? !strcmp(a, b) : a == b;
    cJSON_free(a);
    cJSON_free(b);
    return same;
}

/* \u without four digits: cJSON makes a NUL of it, which ends the text. */
static bool has_bad_unit(const char *text)
{
    while ((text = strstr(text, "\\u"))) {
        text += 2;
        if (strspn(text, "0123456789abcdefABCDEF") < 4)
            return true;
    }
    return false;
}

static void expect_same(const char *text)
{
    struct gh_arena arena = {0};
    const cJSON *ours = mprun_sdk_json_read(text, strlen(text), &arena);
    cJSON *theirs = read_by_cjson(text);
    cJSON *copy = cJSON_Duplicate(ours, 1);
    if (!are_same(ours, theirs) && (ours || !has_bad_unit(text)))
        fail_msg("%s is %s, but read otherwise", text,
                 theirs ? "JSON" : "no JSON");
    assert_true(are_same(copy, ours));
    cJSON_Delete(copy);
    cJSON_Delete(theirs);
    gh_arena_finish(&arena);
}

static void reads_as_cjson_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXT_COUNT; i++)
        expect_same(texts[i]);
}

/* Each byte of each text becomes each of these, or is left out. */
static void reads_what_is_nearly_json(void **state)
{
    static const char bytes[] = "\"\\{}[]:,0-e.u\n x\xC3\x01";
    char text[128];
    (void)state;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        size_t length = strlen(texts[i]);
        for (size_t at = 0; at < length; at++) {
            memcpy(text, texts[i], length + 1);
            for (const char *byte = bytes; *byte; byte++) {
                text[at] = *byte;
                expect_same(text);
            }
            memmove(text + at, texts[i] + at + 1, length - at);
            expect_same(text);
        }
    }
}

static void reads_the_length_that_it_is_told(void **state)
{
    struct gh_arena arena = {0};
    (void)state;
    assert_int_equal(mprun_sdk_json_read("123", 2, &arena)->valueint, 12);
    assert_null(mprun_sdk_json_read("[1]\0 ", 5, &arena));
    assert_null(mprun_sdk_json_read("", 0, &arena));
    gh_arena_finish(&arena);
}

static void limits_depth(void **state)
{
    enum { TOO_DEEP = CJSON_NESTING_LIMIT + 1 };
    static char text[2 * TOO_DEEP + 1];
    (void)state;
    memset(text, '[', TOO_DEEP);
    memset(text + TOO_DEEP, ']', TOO_DEEP);
    struct gh_arena arena = {0};
    assert_null(mprun_sdk_json_read(text, 2 * TOO_DEEP, &arena));
    expect_same(text);
    text[2 * TOO_DEEP - 1] = '\0';
    assert_non_null(mprun_sdk_json_read(text + 1, 2 * TOO_DEEP - 2, &arena));
    expect_same(text + 1);
    gh_arena_finish(&arena);
}

static void writes_what_it_reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        cJSON *value = read_by_cjson(texts[i]);
        struct gh_jsonw w;
        gh_jsonw_init(&w);
        if (value) {
            mprun_sdk_json_write(&w, value);
            struct gh_str out = gh_jsonw_text(&w);
            cJSON *back = cJSON_ParseWithLength(out.ptr, out.len);
            if (!are_same(value, back))
                fail_msg("%s is written as %.*s", texts[i], GH_STR_ARG(out));
            cJSON_Delete(back);
        }
        gh_jsonw_finish(&w);
        cJSON_Delete(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_as_cjson_does),
        cmocka_unit_test(reads_what_is_nearly_json),
        cmocka_unit_test(reads_the_length_that_it_is_told),
        cmocka_unit_test(limits_depth),
        cmocka_unit_test(writes_what_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
