/* The hooks that a server lists: their order, and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/rpc/hooks.h"

struct row {
    const char *list; /* the member hooks */
    const char *read; /* "id type order location name", one after the other */
    const char *why;  /* NULL: it is good */
};

static const struct row row_table[] = {
    {"[]", "", NULL},
    {"null", "", NULL},
    {"5", "", "hooks must be an array"},
    {"[{\"id\":\"a\",\"type\":\"beforeScenario\"},"
     "{\"id\":\"b\",\"type\":\"afterScenario\",\"order\":-3,\"name\":\"x\"},"
     "{\"id\":\"c\",\"type\":\"beforeRun\",\"order\":null,"
     "\"location\":{\"file\":\"f.py\",\"line\":7}},"
     "{\"id\":\"d\",\"type\":\"afterRun\",\"order\":-3,"
     "\"location\":{\"file\":\"f.py\"}}]",
     "b afterScenario -3  x|d afterRun -3 f.py -|a beforeScenario 0  -|"
     "c beforeRun 0 f.py:7 -|",
     NULL},
    {"[{\"id\":\"a\",\"type\":\"aroundStep\",\"location\":{\"file\":\"f\","
     "\"line\":1}},{\"id\":\"b\"},{\"type\":\"afterRun\",\"name\":\"n\"},"
     "{\"id\":\"c\",\"type\":\"afterRun\"},5]",
     "c afterRun 0  -|",
     "f:1: a hook of a type that mprun does not know: 'aroundStep'; a hook of "
     "a type that mprun does not know: ''; a hook without an id: 'n'; a hook "
     "without an id: ''"},
    {"[{\"id\":\"a\",\"type\":\"beforeScenario\",\"tagExpression\":\"@a or\"}]",
     "",
     "a hook with a tag expression that cannot be read: '@a or': Tag "
     "expression \"@a or\" could not be parsed because of syntax error: "
     "Expected operand."},
};

static void append_hook(struct mp_buf *out, const struct mp_hook *hook)
{
    mp_buf_format(out, "%s %s %lld %s %s|", hook->id,
                  mp_hook_type_name(hook->type), (long long)hook->order,
                  hook->location, hook->name ? hook->name : "-");
}

static void test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(row_table) / sizeof(*row_table); i++) {
        const struct row *row = &row_table[i];
        struct mp_hooks hooks = {0};
        struct mp_buf answer = {0}, why = {0}, got = {0};
        mp_buf_format(&answer, "{\"id\":2,\"result\":{\"hooks\":%s}}",
                      row->list);
        bool good = mp_hooks_read(
            &hooks, (struct gh_str){answer.data, answer.len}, &why);
        assert_int_equal(good, !row->why);
        assert_string_equal(mp_buf_text(&why), row->why ? row->why : "");
        for (size_t k = 0; k < hooks.count; k++)
            append_hook(&got, &hooks.list[k]);
        assert_string_equal(mp_buf_text(&got), row->read);
        mp_hooks_finish(&hooks);
        mp_buf_finish(&answer);
        mp_buf_finish(&why);
        mp_buf_finish(&got);
    }
}

static void test_tags(void **state)
{
    const char *text = "{\"result\":{\"hooks\":[{\"id\":\"a\",\"type\":"
                       "\"beforeScenario\",\"tagExpression\":\"@a\"},{\"id\":"
                       "\"b\",\"type\":\"beforeScenario\","
                       "\"tagExpression\":\"\"}]}}";
    struct mp_hooks hooks = {0};
    struct mp_buf why = {0};
    const struct gh_str tag = gh_str_of("@a");
    (void)state;
    assert_true(mp_hooks_read(&hooks, gh_str_of(text), &why));
    assert_int_equal(hooks.count, 2);
    assert_true(gh_tagexpr_matches(hooks.list[0].tags, &tag, 1));
    assert_false(gh_tagexpr_matches(hooks.list[0].tags, NULL, 0));
    assert_null(hooks.list[1].tags);
    assert_true(mp_hooks_have(&hooks, MP_HOOK_BEFORE_SCENARIO));
    assert_false(mp_hooks_have(&hooks, MP_HOOK_AFTER_RUN));
    mp_hooks_finish(&hooks);
    mp_buf_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
