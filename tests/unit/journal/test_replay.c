#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/journal/replay.h"
#include "runner/journal/writer.h"
#include "tests/support/files.h"

static char path[64];

#define START "{\"type\":\"run-started\",\"version\":1}\n"
#define END   "{\"type\":\"run-finished\"}\n"
#define PLANNED(n)                                                             \
    "{\"type\":\"case-planned\",\"case\":" #n ",\"id\":\"c" #n "\"}\n"
#define STARTED(n) "{\"type\":\"case-started\",\"case\":" #n "}\n"

/* What is handed over after the records of the file: "+id -status". */
static const struct {
    const char *journal;
    const char *more;
} table[] = {
    {START, ""},
    {START PLANNED(1) PLANNED(2) STARTED(1) STARTED(2) END, ""},
    /* Finished: the run itself told of all. */
    {START PLANNED(1) END, ""},
    {START PLANNED(1) PLANNED(2) PLANNED(3) STARTED(2),
     "+c1 -not-run +c3 -not-run "},
    /* Cut off within the plan. */
    {START PLANNED(1) "{\"type\":\"case-pla", "+c1 -not-run "},
    /* Numbers that no run gives out. */
    {START PLANNED(900) STARTED(9007199254740991) STARTED(-5) STARTED(899),
     "+c900 -not-run "},
    {START PLANNED(64) PLANNED(65) PLANNED(1000) STARTED(64) STARTED(1000),
     "+c65 -not-run "},
    {START "oops\n" PLANNED(1), "+c1 -not-run "},
};

struct seen {
    size_t left; /* records of the file itself */
    struct mp_buf more;
};

static void on_record(void *self, const struct mp_record *record)
{
    struct seen *seen = self;
    if (seen->left) {
        seen->left--;
        return;
    }
    if (record->type == MP_RECORD_CASE_STARTED)
        mp_buf_format(&seen->more, "+%s ", record->id);
    if (record->type == MP_RECORD_CASE_FINISHED)
        mp_buf_format(&seen->more, "-%s%s", mp_status_name(record->status),
                      record->final ? " " : "?");
}

static void count(void *self, const struct mp_record *record)
{
    (void)record;
    ++*(size_t *)self;
}

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct mp_errors errors = {0};
        struct seen seen = {0};
        assert_true(
            save_file(path, table[i].journal, strlen(table[i].journal)));
        mp_reader_read(path, (struct mp_listener){&seen.left, count}, &errors);
        size_t told = errors.count;
        mp_errors_finish(&errors);
        errors = (struct mp_errors){0};
        mp_replay(path, (struct mp_listener){&seen, on_record}, &errors);
        assert_int_equal(errors.count, told); /* each fault once */
        assert_string_equal(mp_buf_text(&seen.more), table[i].more);
        mp_buf_finish(&seen.more);
        mp_errors_finish(&errors);
    }
}

static void replay(const char *from, struct seen *seen)
{
    struct mp_errors errors = {0};
    assert_true(
        mp_replay(from, (struct mp_listener){seen, on_record}, &errors));
    mp_errors_finish(&errors);
}

/* Read once, and opened once: nobody writes to it a second time. */
static void test_pipe(void **state)
{
    static const char journal[] = START PLANNED(1) PLANNED(2) STARTED(2);
    struct seen seen = {.left = 4};
    (void)state;
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(mp_replay_is_going_on(path));
    pid_t child = fork();
    if (!child) {
        int fd = open(path, O_WRONLY);
        _exit(write(fd, journal, sizeof(journal) - 1) < 0);
    }
    alarm(20); /* instead of hanging */
    replay(path, &seen);
    alarm(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(seen.left, 0);
    assert_string_equal(mp_buf_text(&seen.more), "");
    mp_buf_finish(&seen.more);
    unlink(path);
}

struct growing {
    struct seen seen;
    FILE *file;
};

static void on_growing(void *self, const struct mp_record *record)
{
    struct growing *growing = self;
    if (record->type == MP_RECORD_CASE_STARTED && growing->file) {
        fputs(PLANNED(3), growing->file);
        fclose(growing->file);
        growing->file = NULL;
    }
    on_record(&growing->seen, record);
}

/* Locked: what has not begun may yet. */
static void test_growing(void **state)
{
    static const char journal[] = START PLANNED(1) PLANNED(2) STARTED(2);
    struct mp_errors errors = {0};
    (void)state;
    assert_true(save_file(path, journal, sizeof(journal) - 1));
    struct growing growing = {.seen.left = 5, .file = fopen(path, "a")};
    assert_int_equal(flock(fileno(growing.file), LOCK_EX), 0);
    mp_replay(path, (struct mp_listener){&growing, on_growing}, &errors);
    assert_int_equal(growing.seen.left, 0);
    assert_string_equal(mp_buf_text(&growing.seen.more), "");
    mp_buf_finish(&growing.seen.more);
    mp_errors_finish(&errors);
    unlink(path);
}

static void test_going_on(void **state)
{
    struct mp_errors errors = {0};
    (void)state;
    struct mp_writer *writer = mp_writer_create(path, &errors);
    assert_true(mp_replay_is_going_on(path));
    assert_true(mp_writer_finish(writer));
    assert_false(mp_replay_is_going_on(path));
    mp_writer_destroy(writer);
    assert_false(mp_replay_is_going_on("/nonexistent/j"));
    assert_false(mp_replay_is_going_on("-"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_going_on),
    };
    snprintf(path, sizeof(path), "/tmp/mprun-replay-%ld", (long)getpid());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
