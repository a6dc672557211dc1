#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/journal/reader.h"
#include "runner/journal/writer.h"
#include "tests/support/files.h"

static char path[64];

struct seen {
    size_t count;
    int64_t last_case;
};

static void on_record(void *self, const struct mp_record *record)
{
    struct seen *seen = self;
    seen->count++;
    seen->last_case = record->case_number;
}

static bool read_text(const char *text, size_t length, struct seen *seen,
                      struct mp_errors *errors)
{
    struct mp_listener listener = {seen, on_record};
    assert_true(save_file(path, text, length));
    return mp_reader_read(path, listener, errors);
}

#define START "{\"type\":\"run-started\",\"version\":1}\n"
#define NOTE  "{\"type\":\"note\",\"case\":7}\n"

/* Messages follow the path. */
static const struct {
    const char *journal;
    size_t records;
    bool ok;
    const char *messages; /* each ends with a line feed */
} table[] = {
    {START, 1, true, ""},
    {START NOTE NOTE, 3, true, ""},
    {START "\n\r\n" NOTE, 2, true, ""},
    {START "{\"type\":\"note\"}\r\n", 2, true, ""},
    {START "{\"type\":\"note\"}", 2, true, ""},
    {START "{\"type\":\"later\"}\n" NOTE, 2, true, ""},
    {START NOTE "{\"type\":\"no", 2, true,
     ":3: the last line is cut off and was left out\n"},
    {START "oops\n" NOTE "{}\n", 2, false,
     ":2: this is no JSON object\n:4: a record has no \"type\"\n"},
    {"", 0, false, ": the journal is empty\n"},
    {"\n\n", 0, false, ": the journal is empty\n"},
    {"Feature: x\n", 0, false, ":1: this is no JSON object\n"},
    {"Feature: x", 0, false, ":1: this is no JSON object\n"},
    {NOTE START, 0, false,
     ":1: this is no journal: its first record is not run-started\n"},
    {"{\"type\":\"run-started\",\"version\":2}\n" NOTE, 0, false,
     ":1: the journal has version 2, this mprun reads up to 1; take a newer "
     "one\n"},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct mp_errors errors = {0};
        struct seen seen = {0};
        struct mp_buf messages = {0}, expected = {0};
        bool ok = read_text(table[i].journal, strlen(table[i].journal), &seen,
                            &errors);
        for (size_t j = 0; j < errors.count; j++)
            mp_buf_format(&messages, "%s\n", errors.list[j].text);
        for (const char *m = table[i].messages; *m;) {
            const char *end = strchr(m, '\n') + 1;
            mp_buf_format(&expected, "%s%.*s", path, (int)(end - m), m);
            m = end;
        }
        assert_string_equal(mp_buf_text(&messages), mp_buf_text(&expected));
        assert_int_equal(seen.count, table[i].records);
        assert_int_equal(ok, table[i].ok);
        mp_buf_finish(&messages);
        mp_buf_finish(&expected);
        mp_errors_finish(&errors);
    }
}

static void test_absent(void **state)
{
    struct mp_errors errors = {0};
    struct seen seen = {0};
    struct mp_listener listener = {&seen, on_record};
    (void)state;
    assert_false(mp_reader_read("/nonexistent/j", listener, &errors));
    assert_string_equal(errors.list[0].text,
                        "/nonexistent/j: No such file or directory");
    mp_errors_finish(&errors);
    errors = (struct mp_errors){0};
    assert_false(mp_reader_read("/", listener, &errors));
    assert_string_equal(errors.list[0].text, "/: Is a directory");
    mp_errors_finish(&errors);
}

static void test_many_broken_lines(void **state)
{
    struct mp_buf text = {0};
    struct mp_errors errors = {0};
    struct seen seen = {0};
    (void)state;
    mp_buf_append_text(&text, START);
    for (int i = 0; i < 1000; i++)
        mp_buf_append_text(&text, "x\n" NOTE);
    assert_false(read_text(text.data, text.len, &seen, &errors));
    assert_int_equal(seen.count, 1001);
    assert_int_equal(errors.count, 21);
    mp_errors_finish(&errors);
    mp_buf_finish(&text);
}

/* Cut at every byte: never an error, never a record that was not whole. */
static void test_cut_anywhere(void **state)
{
    static const char journal[] = START NOTE "{\"type\":\"case-started\","
                                             "\"case\":1,\"id\":\"ü\"}\n";
    (void)state;
    for (size_t length = strlen(START); length < sizeof(journal); length++) {
        struct mp_errors errors = {0};
        struct seen seen = {0};
        assert_true(read_text(journal, length, &seen, &errors));
        assert_in_range(seen.count, 1, 3);
        mp_errors_finish(&errors);
    }
}

/* What the writer writes comes back, also in lines longer than one read. */
static void test_written(void **state)
{
    struct mp_errors errors = {0};
    struct seen seen = {0};
    struct mp_listener listener = {&seen, on_record};
    struct mp_record record = {.type = MP_RECORD_RUN_STARTED, .version = 1};
    char *text = calloc(1, 500001);
    (void)state;
    memset(text, '"', 500000);
    struct mp_writer *writer = mp_writer_create(path, &errors);
    struct mp_listener to_writer = mp_writer_listener(writer);
    to_writer.on_record(to_writer.self, &record);
    for (int64_t i = 1; i <= 3; i++) {
        record = (struct mp_record){
            .type = MP_RECORD_CASE_STARTED, .case_number = i, .id = text};
        to_writer.on_record(to_writer.self, &record);
        record.type = MP_RECORD_CASE_FINISHED;
        to_writer.on_record(to_writer.self, &record);
    }
    assert_true(mp_writer_finish(writer));
    mp_writer_destroy(writer);
    assert_true(mp_reader_read(path, listener, &errors));
    assert_int_equal(seen.count, 7);
    assert_int_equal(seen.last_case, 3);
    free(text);
    mp_errors_finish(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_many_broken_lines),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_written),
    };
    snprintf(path, sizeof(path), "/tmp/mprun-reader-%ld", (long)getpid());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
