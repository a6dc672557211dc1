#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/journal/writer.h"

static char path[64];

static void send(struct mp_writer *writer, struct mp_record record)
{
    struct mp_listener listener = mp_writer_listener(writer);
    listener.on_record(listener.self, &record);
}

static size_t count_lines(void)
{
    struct mp_buf text = {0};
    size_t lines = 0;
    assert_true(mp_fs_read(path, 1 << 24, &text));
    for (size_t i = 0; i < text.len; i++)
        lines += text.data[i] == '\n';
    assert_true(!text.len || text.data[text.len - 1] == '\n');
    mp_buf_finish(&text);
    return lines;
}

static struct mp_writer *create(void)
{
    struct mp_errors errors = {0};
    struct mp_writer *writer = mp_writer_create(path, &errors);
    assert_non_null(writer);
    assert_int_equal(errors.count, 0);
    return writer;
}

/* A case is in the file once it has begun, with all its steps, and the rest
 * of it when it ends: never half of either. */
static void test_parts(void **state)
{
    struct mp_writer *writer = create();
    (void)state;
    send(writer, (struct mp_record){.type = MP_RECORD_RUN_STARTED});
    assert_int_equal(count_lines(), 1);
    for (int64_t n = 1; n <= 2; n++) {
        send(writer, (struct mp_record){.type = MP_RECORD_CASE_STARTED,
                                        .case_number = n,
                                        .total = 2});
        send(writer, (struct mp_record){.type = MP_RECORD_STEP_PLANNED,
                                        .case_number = n,
                                        .step = 1});
        assert_int_equal(count_lines(), 1 + (n - 1) * 3);
        send(writer, (struct mp_record){.type = MP_RECORD_STEP_PLANNED,
                                        .case_number = n,
                                        .step = 2});
        assert_int_equal(count_lines(), 1 + n * 3);
    }
    for (int64_t n = 1; n <= 2; n++)
        send(writer, (struct mp_record){
                         .type = MP_RECORD_LOG, .case_number = n, .text = "x"});
    assert_int_equal(count_lines(), 7);
    send(writer, (struct mp_record){.type = MP_RECORD_CASE_FINISHED,
                                    .case_number = 2,
                                    .final = true});
    assert_int_equal(count_lines(), 9);
    /* The end of the run writes what is left of the others. */
    send(writer, (struct mp_record){.type = MP_RECORD_RUN_FINISHED});
    assert_int_equal(count_lines(), 11);
    assert_true(mp_writer_finish(writer));
    assert_true(mp_writer_finish(writer));
    mp_writer_destroy(writer);
}

/* The head and the plan come whole. */
static void test_head(void **state)
{
    struct mp_writer *writer = create();
    (void)state;
    send(writer, (struct mp_record){.type = MP_RECORD_RUN_STARTED, .total = 3});
    for (int64_t n = 1; n <= 3; n++) {
        assert_int_equal(count_lines(), 0);
        send(writer, (struct mp_record){.type = MP_RECORD_CASE_PLANNED,
                                        .case_number = n});
    }
    assert_int_equal(count_lines(), 4);
    assert_true(mp_writer_finish(writer));
    mp_writer_destroy(writer);
    /* Fewer than were announced. */
    writer = create();
    send(writer, (struct mp_record){.type = MP_RECORD_RUN_STARTED, .total = 3});
    send(writer,
         (struct mp_record){.type = MP_RECORD_CASE_STARTED, .case_number = 1});
    assert_int_equal(count_lines(), 2);
    mp_writer_destroy(writer);
}

static void test_case_without_steps(void **state)
{
    struct mp_writer *writer = create();
    (void)state;
    send(writer,
         (struct mp_record){.type = MP_RECORD_CASE_STARTED, .case_number = 1});
    assert_int_equal(count_lines(), 1);
    send(writer, (struct mp_record){.type = MP_RECORD_NOTE, .case_number = 1});
    assert_true(mp_writer_finish(writer));
    assert_int_equal(count_lines(), 2);
    mp_writer_destroy(writer);
}

static void test_long_case_is_written_in_between(void **state)
{
    struct mp_writer *writer = create();
    char *text = calloc(1, 300001);
    (void)state;
    memset(text, 'x', 300000);
    send(writer,
         (struct mp_record){.type = MP_RECORD_CASE_STARTED, .case_number = 1});
    for (int i = 0; i < 4; i++)
        send(writer, (struct mp_record){.type = MP_RECORD_LOG,
                                        .case_number = 1,
                                        .text = text});
    assert_int_equal(count_lines(), 5);
    free(text);
    mp_writer_destroy(writer);
}

static void test_full_disk(void **state)
{
    struct mp_errors errors = {0};
    (void)state;
    struct mp_writer *writer = mp_writer_create("/dev/full", &errors);
    if (!writer)
        skip();
    send(writer, (struct mp_record){.type = MP_RECORD_RUN_STARTED});
    send(writer,
         (struct mp_record){.type = MP_RECORD_CASE_STARTED, .case_number = 1});
    assert_false(mp_writer_finish(writer));
    assert_false(mp_writer_finish(writer));
    mp_writer_destroy(writer);
    mp_errors_finish(&errors);
}

static void test_no_folder(void **state)
{
    struct mp_errors errors = {0};
    (void)state;
    assert_null(mp_writer_create("/nonexistent/journal.ndjson", &errors));
    assert_int_equal(errors.error_count, 1);
    assert_string_equal(errors.list[0].text,
                        "/nonexistent/journal.ndjson: the journal cannot be "
                        "written: No such file or directory");
    mp_errors_finish(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_case_without_steps),
        cmocka_unit_test(test_long_case_is_written_in_between),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_no_folder),
    };
    snprintf(path, sizeof(path), "/tmp/mprun-writer-%ld", (long)getpid());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
