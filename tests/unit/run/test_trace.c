#include "runner/run/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "gherkin/memory.h"

/* What the file a.protocol.log in the folder holds; both are removed. */
static void take_file(const char *folder, char *text, size_t size)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/a.protocol.log", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    fclose(file);
    unlink(path);
    rmdir(folder);
}

static bool received(struct mp_trace *trace, uint64_t now_ms, const char *text)
{
    return mp_trace_received(trace, now_ms, text, strlen(text));
}

static void test_lines_as_they_come(void **state)
{
    char folder[] = "/tmp/mp-trace-XXXXXX", text[512];
    struct mp_trace trace;
    (void)state;
    assert_non_null(mkdtemp(folder));
    mp_trace_init(&trace, folder, "a", NULL);
    assert_true(mp_trace_sent(&trace, 1000, "{1}\n", 4));
    assert_true(received(&trace, 1000, "noise\n\n{\"a\""));
    assert_true(received(&trace, 1012, ":1}\nhalf"));
    assert_true(mp_trace_sent(&trace, 1020, "{2}", 3));
    assert_true(received(&trace, 1021, "rest"));
    mp_trace_finish(&trace);
    take_file(folder, text, sizeof(text));
    assert_string_equal(text, "# 0 ms\n> {1}\n< noise\n< \n"
                              "# 12 ms\n< {\"a\":1}\n"
                              "# 20 ms\n< half\n> {2}\n< rest\n");
}

static void test_secrets_and_zeros(void **state)
{
    char folder[] = "/tmp/mp-trace-XXXXXX", text[512];
    struct mp_mask *mask = mp_mask_create();
    struct mp_trace trace;
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_true(mp_mask_add(mask, "hunter2"));
    mp_trace_init(&trace, folder, "a", mask);
    assert_true(mp_trace_sent(&trace, 5, "say hunter2", 11));
    assert_true(mp_trace_received(&trace, 5, "hun", 3));
    assert_true(mp_trace_received(&trace, 5, "ter2\0!\n", 7));
    mp_trace_finish(&trace);
    mp_mask_destroy(mask);
    take_file(folder, text, sizeof(text));
    assert_string_equal(text, "# 0 ms\n> say ***\n< ***?!\n");
}

static void test_long_lines_are_cut(void **state)
{
    enum { MIB = 1 << 20 };
    char folder[] = "/tmp/mp-trace-XXXXXX";
    char *bytes = gh_alloc(MIB + 2), *text = gh_alloc(2 * MIB);
    struct mp_trace trace;
    (void)state;
    assert_non_null(mkdtemp(folder));
    memset(bytes, 'x', MIB + 1);
    bytes[MIB + 1] = '\n';
    mp_trace_init(&trace, folder, "a", NULL);
    assert_true(mp_trace_received(&trace, 0, bytes, MIB + 2));
    mp_trace_finish(&trace);
    take_file(folder, text, 2 * MIB);
    assert_string_equal(text + 7 + 2 + MIB, "\n< x\n");
    gh_free(bytes);
    gh_free(text);
}

static void test_what_cannot_be_written_is_said_once(void **state)
{
    struct mp_trace trace;
    (void)state;
    mp_trace_init(&trace, "/dev/null/folder", "a", NULL);
    assert_false(mp_trace_sent(&trace, 0, "{}", 2));
    assert_true(mp_trace_sent(&trace, 0, "{}", 2));
    assert_true(received(&trace, 0, "{}\n"));
    mp_trace_finish(&trace);
}

static void test_a_zeroed_one_does_nothing(void **state)
{
    struct mp_trace trace = {0};
    (void)state;
    assert_true(mp_trace_sent(&trace, 0, "{}", 2));
    assert_true(received(&trace, 0, "{}\n"));
    mp_trace_finish(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_as_they_come),
        cmocka_unit_test(test_secrets_and_zeros),
        cmocka_unit_test(test_long_lines_are_cut),
        cmocka_unit_test(test_what_cannot_be_written_is_said_once),
        cmocka_unit_test(test_a_zeroed_one_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
