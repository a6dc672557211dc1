#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/unit/report/play.h"
#include "tests/support/files.h"

#define MIXED MPRUN_SOURCE_DIR "/tests/data/report/mixed.ndjson"

#define EMPTY  MPRUN_SOURCE_DIR "/tests/data/report/empty.ndjson"
#define WARNED MPRUN_SOURCE_DIR "/tests/data/report/warned.ndjson"

static char folder[64];

static char *in_folder(const char *name)
{
    return mp_fs_join(folder, name);
}

/* Creates reports of these formats ("|" between them); returns the messages,
 * "" if there were none. */
static char *create(const char *formats)
{
    const char *list[8];
    size_t count = 0;
    char *copy = strdup(formats), *rest = copy, *format;
    while ((format = strsep(&rest, "|")))
        list[count++] = format;
    struct mp_report_options options = {
        .formats = list, .format_count = count, .console_fd = 1};
    struct mp_errors errors = {0};
    struct mp_buf messages = {0};
    struct mp_reports *reports = mp_reports_create(&options, &errors);
    for (size_t i = 0; i < errors.count; i++)
        mp_buf_format(&messages, "%s\n", errors.list[i].text);
    assert_int_equal(!reports, errors.error_count > 0);
    mp_reports_destroy(reports);
    mp_errors_finish(&errors);
    free(copy);
    return mp_buf_take(&messages);
}

#define ALL_TYPES                                                              \
    "progress, pretty, html, junit, junit-surefire, "                          \
    "junit-extended, tap, github, markdown, message, json, usage, rerun"

static void test_formats(void **state)
{
    static const char *const table[][2] = {
        {"progress", ""},
        {"junit", ""},
        {"junit:-", ""},
        {"junit:out/a/b.xml|pretty|json:out/c.json", ""},
        {"junti:x.xml", "--format junti:x.xml: no report is called 'junti', "
                        "did you mean 'junit'?\n"},
        {"zzzzzz",
         "--format zzzzzz: no report is called 'zzzzzz'; there are " ALL_TYPES
         "\n"},
        {"", "--format : no report is called ''; there are " ALL_TYPES "\n"},
        {"junit:", "--format junit:: the path is empty; write junit:PATH, or "
                   "junit for standard output\n"},
        {"progress|pretty",
         "--format: progress and pretty would both be written to standard "
         "output; give one of them another path: --format pretty:PATH\n"},
        {"junit:same.xml|json:./same.xml",
         "--format: junit and json would both be written to ./same.xml; give "
         "one of them another path: --format json:PATH\n"},
        {"jsn:x|nope",
         "--format jsn:x: no report is called 'jsn', did you mean 'json'?\n"
         "--format nope: no report is called 'nope'; there are " ALL_TYPES
         "\n"},
        {"junit:out", "out: no report can be written there: Is a directory\n"},
        {"junit:file/x.xml", "file: the folder cannot be made for file/x.xml: "
                             "Not a directory\n"},
    };
    (void)state;
    assert_int_equal(chdir(folder), 0);
    assert_true(save_file("file", "x", 1));
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        char *messages = create(table[i][0]);
        assert_string_equal(messages, table[i][1]);
        gh_free(messages);
    }
    /* Nothing but the folders is left of what was tried. */
    assert_true(mp_fs_is_dir("out/a"));
    assert_false(mp_fs_exists("out/a/b.xml"));
    assert_false(mp_fs_exists("same.xml"));
}

static void test_unwritable_folder(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* root may write anywhere */
    char *path = in_folder("locked");
    assert_int_equal(mkdir(path, 0555), 0);
    struct mp_buf format = {0};
    mp_buf_format(&format, "junit:%s/x.xml", path);
    char *messages = create(format.data);
    assert_non_null(strstr(messages, "Permission denied"));
    gh_free(messages);
    mp_buf_finish(&format);
    gh_free(path);
}

static void play_formats(struct play *play, const char *const *formats,
                         size_t count)
{
    struct mp_errors errors = {0};
    struct mp_listener listener = {play, play_record};
    play->options.formats = formats;
    play->options.format_count = count;
    play_begin(play);
    assert_true(mp_reader_read(MIXED, listener, &errors));
    play_end(play);
}

static void test_files(void **state)
{
    static const char *const formats[] = {"junit:a.xml", "json:b/c.json",
                                          "rerun:r.txt", "pretty:p.txt"};
    struct play play = {.options = {.strict = true}};
    struct mp_buf text = {0};
    (void)state;
    assert_int_equal(chdir(folder), 0);
    assert_true(save_file("a.xml", "old", 3));
    play_formats(&play, formats, 4);
    assert_true(play.ok);
    assert_true(mp_fs_read("a.xml", 1 << 20, &text));
    assert_ptr_equal(strstr(text.data, "<?xml"), text.data);
    assert_true(mp_fs_exists("b/c.json"));
    /* No console report was asked for: progress is there all the same. */
    assert_non_null(strstr(mp_buf_text(&play.console), "21 cases"));
    assert_int_equal(play.tally.cases[MP_PASSED], 9);
    assert_int_equal(play.tally.cases[MP_CRASHED], 1);
    assert_int_equal(play.tally.flaky, 1);
    assert_int_equal(mp_tally_exit(&play.tally), 1);
    mp_buf_finish(&text);
    mp_buf_finish(&play.console);
}

/* A folder that vanishes during the run: the old file stays or nothing is
 * there, the other reports are written, and the run says so. */
static void test_file_fails_at_the_end(void **state)
{
    static const char *const formats[] = {"junit:gone/a.xml", "json:b.json"};
    struct play play = {0};
    struct mp_errors errors = {0};
    struct mp_listener listener = {&play, play_record};
    (void)state;
    assert_int_equal(chdir(folder), 0);
    play.options.formats = formats;
    play.options.format_count = 2;
    play_begin(&play);
    assert_true(mp_reader_read(MIXED, listener, &errors));
    assert_int_equal(rmdir("gone"), 0);
    play_end(&play);
    assert_false(play.ok);
    assert_true(play.tally.report_failed);
    assert_int_equal(mp_tally_exit(&play.tally), 3);
    assert_true(mp_fs_exists("b.json"));
    mp_buf_finish(&play.console);
}

static void test_device(void **state)
{
    static const char *const formats[] = {"junit:/dev/full"};
    struct play play = {0};
    (void)state;
    if (!mp_fs_exists("/dev/full"))
        skip();
    play_formats(&play, formats, 1);
    assert_false(play.ok);
    assert_true(mp_fs_exists("/dev/full"));
    mp_buf_finish(&play.console);
}

/* The reader of our output goes away, or its disk is full: everything else is
 * done, and the exit status tells. */
static void play_broken_console(int fd, bool terminal)
{
    static const char *const formats[] = {"progress", "junit:broken.xml"};
    struct play play = {
        .options = {.console_fd = fd, .strict = true, .is_terminal = terminal},
        .ticks = terminal};
    assert_int_equal(chdir(folder), 0);
    play_formats(&play, formats, 2);
    assert_false(play.ok);
    assert_int_equal(mp_tally_exit(&play.tally), 3);
    assert_true(mp_fs_exists("broken.xml"));
    unlink("broken.xml");
    mp_buf_finish(&play.console);
}

static void test_broken_console(void **state)
{
    int ends[2];
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    for (int terminal = 0; terminal < 2; terminal++) {
        assert_int_equal(pipe(ends), 0);
        close(ends[0]);
        play_broken_console(ends[1], terminal);
        int full = open("/dev/full", O_WRONLY);
        if (full >= 0)
            play_broken_console(full, terminal);
    }
}

static void test_retries(void **state)
{
    struct play play = {.options = {.strict = true}};
    (void)state;
    play_journal(&play, MIXED, "pretty");
    assert_non_null(strstr(play.console.data, "attempt 1 failed"));
    assert_non_null(strstr(play.console.data, "flaky"));
    mp_buf_finish(&play.console);
}

/* Each option of the look that is not in the golden files. */
static void test_verbose(void **state)
{
    struct play verbose = {.options = {.strict = true, .verbose = true}};
    struct play plain = {.options = {.strict = true}};
    (void)state;
    play_journal(&verbose, MIXED, "progress");
    play_journal(&plain, MIXED, "progress");
    assert_non_null(strstr(verbose.console.data,
                           "\nProcesses\n  c: 20 started, 16ms of CPU, at most "
                           "20.0 MB and 7 descriptors; 9 messages, 1.6 kB\n"));
    assert_null(strstr(plain.console.data, "Processes\n"));
    mp_buf_finish(&verbose.console);
    mp_buf_finish(&plain.console);
}

static void test_quiet_and_ascii(void **state)
{
    struct play quiet = {.options = {.strict = true, .quiet = true}};
    struct play ascii = {.options = {.ascii = true, .is_terminal = true},
                         .ticks = true};
    struct play loud = {.options = {.live_output = true}};
    (void)state;
    play_journal(&quiet, MIXED, "progress");
    assert_null(strstr(quiet.console.data, "Frames of equal size"));
    assert_non_null(strstr(quiet.console.data, "Frames of unequal size"));
    play_journal(&ascii, MIXED, "progress");
    for (size_t i = 0; i < ascii.console.len; i++)
        assert_true((unsigned char)ascii.console.data[i] < 0x80);
    play_journal(&loud, MIXED, "progress");
    assert_non_null(
        strstr(loud.console.data, "reader(c)| debug opening reader.fifo\n"));
    mp_buf_finish(&quiet.console);
    mp_buf_finish(&ascii.console);
    mp_buf_finish(&loud.console);
}

/* -v shows notes too; -q shows neither; each kind of remark once, and only so
 * many kinds. */
static void test_remarks(void **state)
{
    const char *note = "note: writer (c): it ended only when sent SIGTERM\n";
    struct play verbose = {.options = {.verbose = true}};
    struct play pretty = {.options = {.verbose = true}};
    struct play quiet = {.options = {.quiet = true}};
    (void)state;
    play_journal(&verbose, WARNED, "progress");
    assert_non_null(strstr(verbose.console.data, note));
    assert_non_null(strstr(verbose.console.data,
                           "note: left files in sharedDir: /plain.txt\n"));
    play_journal(&pretty, WARNED, "pretty");
    assert_non_null(strstr(pretty.console.data, "    note: writer (c): it"));
    play_journal(&quiet, WARNED, "progress");
    assert_null(strstr(quiet.console.data, "    features/end.feature:3"));
    mp_buf_finish(&verbose.console);
    mp_buf_finish(&pretty.console);
    mp_buf_finish(&quiet.console);
}

static void test_many_remarks(void **state)
{
    struct play play = {.options = {.strict = true}};
    char text[32];
    const char *format = "progress";
    (void)state;
    play.options.formats = &format;
    play.options.format_count = 1;
    play_begin(&play);
    struct mp_record started = {.type = MP_RECORD_CASE_STARTED,
                                .case_number = 1,
                                .attempt = 1,
                                .id = "f:1"};
    play_record(&play, &started);
    for (int i = 0; i < 30; i++) {
        struct mp_record note = {.type = MP_RECORD_NOTE,
                                 .case_number = 1,
                                 .attempt = 1,
                                 .level = "warning",
                                 .text = text};
        snprintf(text, sizeof(text), "number %d", i);
        play_record(&play, &note);
    }
    struct mp_record finished = {.type = MP_RECORD_CASE_FINISHED,
                                 .case_number = 1,
                                 .attempt = 1,
                                 .status = MP_PASSED,
                                 .final = true};
    play_record(&play, &finished);
    play_end(&play);
    assert_non_null(strstr(play.console.data, "warning: number 19\n"));
    assert_null(strstr(play.console.data, "warning: number 20\n"));
    assert_non_null(strstr(play.console.data, "and 10 more: the journal"));
    mp_buf_finish(&play.console);
}

/* Two megabytes of message, stack and log are not for a console, and a
 * character is not cut through. */
static void test_long_texts(void **state)
{
    static const char *const formats[] = {"progress", "pretty"};
    struct mp_buf text = {0};
    (void)state;
    mp_buf_append_char(&text, 'x');
    while (text.len < 2u << 20)
        mp_buf_append_text(&text, "\u00e4");
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        struct play play = {.options = {.strict = true}};
        play.options.formats = &formats[i];
        play.options.format_count = 1;
        play_begin(&play);
        struct mp_record record = {.type = MP_RECORD_CASE_STARTED,
                                   .case_number = 1,
                                   .attempt = 1,
                                   .id = "f:1",
                                   .total = 1};
        play_record(&play, &record);
        record.type = MP_RECORD_STEP_PLANNED;
        record.step = 1;
        record.process = "a";
        play_record(&play, &record);
        record.type = MP_RECORD_LOG;
        record.source = "log";
        record.text = text.data;
        play_record(&play, &record);
        record.type = MP_RECORD_STEP_RESULT;
        record.status = MP_FAILED;
        record.stack = record.expected = record.actual = text.data;
        play_record(&play, &record);
        record.type = MP_RECORD_STEP_FINISHED;
        play_record(&play, &record);
        record.type = MP_RECORD_CASE_FINISHED;
        record.final = true;
        play_record(&play, &record);
        play_end(&play);
        assert_true(play.console.len < 60000);
        /* 8191: one byte, then whole characters of two. */
        assert_non_null(strstr(play.console.data,
                               "\u00e4 \u2026 2088962 bytes more in the "
                               "journal\n"));
        mp_buf_finish(&play.console);
    }
    mp_buf_finish(&text);
}

static void test_list(void **state)
{
    struct mp_buf out = {0};
    (void)state;
    mp_reports_list(&out);
    assert_non_null(strstr(out.data, "junit           JUnit XML"));
    mp_buf_finish(&out);
}

/* A run that was interrupted before its first case, in each report. */
static void test_no_case(void **state)
{
    static const char *const formats[] = {"junit",  "json",     "html",
                                          "pretty", "progress", "rerun"};
    (void)state;
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        struct play play = {.options = {.strict = true}};
        play_journal(&play, EMPTY, formats[i]);
        assert_true(play.ok);
        mp_buf_finish(&play.console);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_unwritable_folder),
        cmocka_unit_test(test_no_case),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_file_fails_at_the_end),
        cmocka_unit_test(test_device),
        cmocka_unit_test(test_broken_console),
        cmocka_unit_test(test_retries),
        cmocka_unit_test(test_verbose),
        cmocka_unit_test(test_quiet_and_ascii),
        cmocka_unit_test(test_remarks),
        cmocka_unit_test(test_many_remarks),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_list),
    };
    snprintf(folder, sizeof(folder), "/tmp/mprun-report-%ld", (long)getpid());
    mkdir(folder, 0777);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mp_fs_remove_tree(folder, NULL);
    return failed;
}
