/* What servers answer to matchSteps, well and badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/rpc/matches.h"

#define MOST 3

struct row {
    const char *results; /* the member, NULL: there is none */
    size_t count;        /* of steps that were asked about */
    const char *read;    /* "ids language:snippet error|", one after another */
    const char *why;     /* NULL: it is good */
};

static const struct row row_table[] = {
    {"[]", 0, "", NULL},
    {"[{\"matches\":[{\"id\":\"w1\",\"args\":[]}]},"
     "{\"matches\":[],\"snippets\":[{\"language\":\"c\",\"code\":\"x\"},5]},"
     "{\"matches\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"error\":\"slow\"}]",
     3, "w1 : -|c:x -|a b : slow|", NULL},
    {"[{\"matches\":[],\"snippets\":5,\"error\":null}]", 1, ": -|", NULL},
    {"[{\"matches\":[],\"snippets\":[{\"code\":\"y\"}]}]", 1, ":y -|", NULL},
    {NULL, 1, "", "its answer to matchSteps has 0 results for 1 steps"},
    {"{}", 0, "", "its answer to matchSteps has 0 results for 0 steps"},
    {"[{\"matches\":[]}]", 2, "",
     "its answer to matchSteps has 1 results for 2 steps"},
    {"[{\"matches\":{}}]", 1, "",
     "its answer to matchSteps is invalid: results[].matches must be an "
     "array"},
    {"[5]", 1, "",
     "its answer to matchSteps is invalid: results[].matches must be an "
     "array"},
    {"[{\"matches\":[{\"id\":7}]}]", 1, "",
     "its answer to matchSteps is invalid: a match has no id"},
};

static void append_one(struct mp_buf *out, const struct mp_step_matches *one)
{
    for (size_t i = 0; i < one->count; i++)
        mp_buf_format(out, "%s ", one->ids[i]);
    mp_buf_format(out, "%s:%s %s|", one->language,
                  one->snippet ? one->snippet : "",
                  one->error ? one->error : "-");
}

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(row_table) / sizeof(*row_table); i++) {
        const struct row *row = &row_table[i];
        struct mp_step_matches list[MOST];
        struct gh_arena arena = {0};
        struct mp_buf answer = {0}, why = {0}, got = {0};
        mp_buf_format(&answer, "{\"id\":2,\"result\":{%s%s}}",
                      row->results ? "\"results\":" : "",
                      row->results ? row->results : "");
        bool good = mp_matches_read((struct gh_str){answer.data, answer.len},
                                    row->count, &arena, list, &why);
        assert_int_equal(good, !row->why);
        assert_string_equal(mp_buf_text(&why), row->why ? row->why : "");
        for (size_t k = 0; good && k < row->count; k++)
            append_one(&got, &list[k]);
        assert_string_equal(mp_buf_text(&got), row->read);
        gh_arena_finish(&arena);
        mp_buf_finish(&answer);
        mp_buf_finish(&why);
        mp_buf_finish(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
