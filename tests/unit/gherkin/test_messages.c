#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <cJSON.h>

#include "gherkin/messages.h"
#include "tests/support/cases.h"

#define DATA MPRUN_SOURCE_DIR "/tests/data/gherkin/"

static const struct gh_messages_options everything = {true, true, true};

static void assert_json_lines(struct gh_str text)
{
    const char *line = text.ptr, *end = text.ptr + text.len;
    while (line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        assert_non_null(stop);
        cJSON *json = cJSON_ParseWithLength(line, (size_t)(stop - line));
        assert_non_null(json);
        cJSON_Delete(json);
        line = stop + 1;
    }
}

static void print_messages(void *user, const char *name, const char *input,
                           size_t len, FILE *out)
{
    struct gh_ids *ids = user;
    struct gh_jsonw w;
    bool markdown = !strncmp(name, "MARKDOWN", 8);
    gh_jsonw_init(&w);
    gh_messages_write(&w, markdown ? "x.md" : "x.feature", input, len,
                      &everything, ids);
    struct gh_str text = gh_jsonw_text(&w);
    assert_json_lines(text);
    fwrite(text.ptr, 1, text.len, out);
    gh_jsonw_finish(&w);
}

static void test_messages(void **state)
{
    (void)state;
    struct gh_ids ids = {0};
    assert_true(cases_check(DATA "messages.txt", print_messages, &ids));
}

static size_t count_lines(struct gh_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

static void test_options(void **state)
{
    (void)state;
    static const char input[] = "Feature: f\n Scenario: s\n  Given x\n";
    for (unsigned i = 0; i < 8; i++) {
        struct gh_messages_options options = {i & 1, i & 2, i & 4};
        struct gh_ids ids = {100};
        struct gh_jsonw w;
        gh_jsonw_init(&w);
        assert_true(gh_messages_write(&w, "x.feature", input, sizeof(input) - 1,
                                      &options, &ids));
        size_t lines = !!(i & 1) + !!(i & 2) + !!(i & 4);
        assert_int_equal(count_lines(gh_jsonw_text(&w)), lines);
        unsigned taken = i & 4 ? 4 : i & 2 ? 2 : 0;
        assert_int_equal(ids.next, 100 + taken);
        gh_jsonw_finish(&w);
    }
}

static void test_bad_file(void **state)
{
    (void)state;
    struct gh_ids ids = {0};
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    assert_false(gh_messages_write(&w, "x.feature", "x", 1, &everything, &ids));
    assert_int_equal(count_lines(gh_jsonw_text(&w)), 2);
    assert_int_equal(ids.next, 0);
    gh_jsonw_finish(&w);
}

struct sent {
    size_t bytes, lines, calls, calls_allowed;
};

static bool take(void *user, const char *bytes, size_t length)
{
    struct sent *sent = user;
    sent->bytes += length;
    sent->lines += count_lines((struct gh_str){bytes, length});
    return ++sent->calls <= sent->calls_allowed;
}

/* Goes out in pieces, and stops where nobody takes them any more. */
static void test_send(void **state)
{
    (void)state;
    enum { SCENARIOS = 20000 };
    char *input;
    size_t len;
    FILE *file = open_memstream(&input, &len);
    fputs("Feature: f\n", file);
    for (int i = 0; i < SCENARIOS; i++)
        fprintf(file, "Scenario: %d\n Given x\n", i);
    fclose(file);
    struct gh_document *document = gh_document_parse("x.feature", input, len);
    struct gh_ids ids = {0};
    struct sent all = {.calls_allowed = SIZE_MAX};
    assert_true(gh_messages_send(document, &everything, &ids, take, &all));
    assert_int_equal(all.lines, 2 + SCENARIOS);
    assert_int_equal(ids.next, 4 * SCENARIOS);
    assert_true(all.calls > 10);
    struct sent two = {.calls_allowed = 1};
    assert_false(gh_messages_send(document, &everything, &ids, take, &two));
    assert_int_equal(two.calls, 2);
    gh_document_destroy(document);
    free(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_bad_file),
        cmocka_unit_test(test_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
