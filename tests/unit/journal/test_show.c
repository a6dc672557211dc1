#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runner/journal/show.h"

static const char *const table[][2] = {
    {"{\"dataTable\":{\"rows\":[[\"id\",\"size\"],[\"1\",\"1024\"]]}}",
     "| id | size |\n| 1  | 1024 |\n"},
    {"{\"dataTable\":{\"rows\":[[\"日本\",\"a|b\"],[\"x\",\"c\\nd\\\\\"]]}}",
     "| 日本 | a\\|b   |\n| x    | c\\nd\\\\ |\n"},
    {"{\"docString\":{\"content\":\"a\\n\\n b\",\"mediaType\":\"json\"}}",
     "\"\"\"json\na\n\n b\n\"\"\"\n"},
    {"{\"docString\":{\"content\":\"\"}}", "\"\"\"\n\"\"\"\n"},
    {"{\"docString\":{\"content\":\"x\"},\"dataTable\":{\"rows\":[[\"y\"]]},"
     "\"order\":[\"docString\",\"dataTable\"]}",
     "\"\"\"\nx\n\"\"\"\n| y |\n"},
    {"", ""},
    {"{", ""},
    {"[1,2]", ""},
    {"{\"dataTable\":7,\"docString\":[{}]}", ""},
    {"{\"dataTable\":{\"rows\":[1,{\"a\":[]}]}}", " |\n|  |\n"},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct mp_buf out = {0};
        mp_show_argument(&out, table[i][0]);
        assert_string_equal(mp_buf_text(&out), table[i][1]);
        mp_buf_finish(&out);
    }
}

static void test_long(void **state)
{
    struct mp_buf json = {0}, out = {0};
    (void)state;
    mp_buf_append_text(&json, "{\"dataTable\":{\"rows\":[[\"0\"]");
    for (int i = 1; i < 50; i++)
        mp_buf_format(&json, ",[\"%d\"]", i);
    mp_buf_append_text(&json, "]}}");
    mp_show_argument(&out, json.data);
    assert_non_null(strstr(out.data, "| 19 |\n... 30 more rows\n"));
    mp_buf_finish(&json);
    mp_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
