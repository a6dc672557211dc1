#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "gherkin/utf8.h"
#include "tests/unit/report/play.h"
#include "tests/support/files.h"

/* Whatever bytes a server sends, in whatever field: JUnit stays well-formed
 * (and valid, where xmllint and the schema are at hand), a terminal gets no
 * control character of theirs. */

static const char *const texts[] = {
    "",
    " ",
    "\n",
    "\r\n\r\n",
    "\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f",
    "\x1b[2J\x1b[31m\x1b]0;title\x07",
    "\x7f\xc2\x80\xc2\x9b",
    "]]>",
    "<![CDATA[x]]>",
    "&amp;&#0;&lt;",
    "\"'`$(reboot)\\",
    "\xff\xfe\xfd",
    "\xc0\x80",
    "\xed\xa0\x80\xed\xb0\x80",
    "\xef\xbf\xbe\xef\xbf\xbf\xef\xbb\xbf",
    "\xf4\x90\x80\x80\xf5",
    "\xe2\x80\xae\xe2\x81\xa6txt\xe2\x81\xa9\xe2\x80\xac",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",
    "%s%n%d{}[],=#",
    "[reader=c,writer",
    "\xc3",
};
#define TEXT_COUNT (sizeof(texts) / sizeof(*texts))

static void send(struct play *play, struct mp_record record)
{
    struct mp_listener listener = mp_reports_listener(play->reports);
    listener.on_record(listener.self, &record);
}

/* A case with the text in every field of every record. */
static void send_case(struct play *play, int64_t number, const char *text,
                      enum mp_status status)
{
    const char *tags[] = {text};
    struct mp_record all = {
        .time_ms = (double)number,
        .case_number = number,
        .attempt = 1,
        .step = 1,
        .process = text,
        .platform = text,
        .incarnation = 1,
        .status = status,
        .text = text,
        .level = text,
        .sent_time = text,
        .duration_ms = 1,
        .kind = text,
        .failure_type = text,
        .expected = text,
        .actual = text,
        .diff = text,
        .stack = text,
        .location = text,
        .data = text,
        .id = text,
        .key = text,
        .uri = text,
        .feature = text,
        .rule = text,
        .name = text,
        .scenario = text,
        .scenario_id = text,
        .combination = text,
        .tags = tags,
        .tag_count = 1,
        .keyword = text,
        .line = 1,
        .argument = text,
        .final = true,
        .pid = 1,
        .exited = true,
        .exit_code = 1,
        .protocol = text,
        .server = text,
        .media_type = text,
        .encoding = text,
        .body = text,
        .path = text,
        .total = 1,
    };
    static const char *const sources[] = {"log", "stdout", "stderr", "odd"};
    for (int type = MP_RECORD_CASE_STARTED; type < MP_RECORD_RUN_FINISHED;
         type++) {
        all.type = (enum mp_record_type)type;
        all.source = sources[number % 4];
        send(play, all);
    }
}

static void play_texts(struct play *play, const char *format)
{
    play->options.formats = &format;
    play->options.format_count = 1;
    play_begin(play);
    send(play, (struct mp_record){.type = MP_RECORD_RUN_STARTED,
                                  .id = "\x1b\xff",
                                  .name = "]]>",
                                  .wall_time = "\x01",
                                  .total = 5});
    for (size_t i = 0; i < TEXT_COUNT * MP_STATUS_COUNT; i++)
        send_case(play, (int64_t)i + 1, texts[i % TEXT_COUNT],
                  (enum mp_status)(i % MP_STATUS_COUNT));
    send(play, (struct mp_record){.type = MP_RECORD_RUN_FINISHED});
    play_end(play);
}

/* False: there is no xmllint. */
static bool run_xmllint(const char *xml, const char *schema, int *status)
{
    const char *arguments[] = {"xmllint", "--noout", "--huge", NULL,
                               NULL,      NULL,      NULL};
    size_t count = 3;
    if (schema) {
        arguments[count++] = "--schema";
        arguments[count++] = schema;
    }
    arguments[count] = xml;
    pid_t pid;
    if (posix_spawnp(&pid, "xmllint", NULL, NULL, (char **)arguments, environ))
        return false;
    return waitpid(pid, status, 0) == pid && WEXITSTATUS(*status) != 127;
}

static void check_xml(const struct mp_buf *text)
{
    static const char schema[] =
        MPRUN_SHARED "/conformance/junit-xml/jenkins-junit.xsd";
    char path[] = "/tmp/mprun-junit-XXXXXX";
    int status = 0;
    close(mkstemp(path));
    assert_true(save_file(path, mp_buf_text(text), text->len));
    bool has_schema = mp_fs_exists(schema);
    if (!run_xmllint(path, has_schema ? schema : NULL, &status))
        print_message("xmllint is not here: well-formedness not checked\n");
    else if (!has_schema)
        print_message("%s is not here: validity not checked\n", schema);
    unlink(path);
    assert_int_equal(status, 0);
}

static void test_junit(void **state)
{
    struct play play = {.options = {.strict = true}};
    (void)state;
    play_texts(&play, "junit");
    assert_int_equal(gh_utf8_valid(play.console.data, play.console.len),
                     play.console.len);
    for (size_t i = 0; i < play.console.len; i++) {
        unsigned char byte = (unsigned char)play.console.data[i];
        assert_true(byte >= 0x20 || byte == '\n' || byte == '\t');
    }
    check_xml(&play.console);
    mp_buf_finish(&play.console);
}

static void test_golden_journals(void **state)
{
    static const char *const names[] = {"passed",  "mixed",   "killed",
                                        "hostile", "skipped", "interrupted"};
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char path[512];
        struct play play = {0};
        snprintf(path, sizeof(path),
                 MPRUN_SOURCE_DIR "/tests/data/report/%s.ndjson", names[i]);
        play_journal(&play, path, "junit");
        check_xml(&play.console);
        mp_buf_finish(&play.console);
    }
}

/* The escape sequences that mprun writes itself; their length. */
static size_t own_escape(const char *text)
{
    size_t length = 2;
    if (text[0] != '\033' || text[1] != '[')
        return 0;
    length += strspn(text + length, "0123456789;");
    return text[length] && strchr("mAJ", text[length]) ? length + 1 : 0;
}

static void check_console(const char *format, bool terminal)
{
    struct play play = {.options = {.colour = terminal,
                                    .is_terminal = terminal,
                                    .width = 40,
                                    .strict = true}};
    play_texts(&play, format);
    assert_int_equal(gh_utf8_valid(play.console.data, play.console.len),
                     play.console.len);
    for (size_t i = 0; i < play.console.len;) {
        const char *at = play.console.data + i;
        size_t own = terminal ? own_escape(at) : 0;
        uint32_t c = 0;
        unsigned length = gh_utf8_decode(at, play.console.len - i, &c);
        bool live = terminal && c == '\r';
        assert_true(own || live || c == '\n' ||
                    (c >= 0x20 && (c < 0x7f || c >= 0xa0)));
        assert_true(c < 0x202a || c > 0x202e);
        i += own ? own : length;
    }
    mp_buf_finish(&play.console);
}

static void test_consoles(void **state)
{
    (void)state;
    check_console("progress", false);
    check_console("pretty", false);
    check_console("progress", true);
    check_console("pretty", true);
}

/* A journal may hold what no run writes. */
static void test_odd_records(void **state)
{
    static const char *const formats[] = {"progress", "pretty", "junit", "json",
                                          "rerun"};
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct play play = {.options = {.formats = &formats[i],
                                        .format_count = 1,
                                        .is_terminal = true},
                            .ticks = true};
        play_begin(&play);
        for (int type = 0; type < MP_RECORD_RUN_FINISHED; type++) {
            send(&play, (struct mp_record){.type = (enum mp_record_type)type});
            send(&play, (struct mp_record){.type = (enum mp_record_type)type,
                                           .case_number = type % 3,
                                           .attempt = -1,
                                           .step = type % 2 ? INT64_MAX : -1,
                                           .total = INT64_MAX,
                                           .tag_count = 0,
                                           .final = type % 2});
        }
        mp_reports_tick(play.reports, 1e12);
        play_end(&play);
        mp_buf_finish(&play.console);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_junit),
        cmocka_unit_test(test_golden_journals),
        cmocka_unit_test(test_consoles),
        cmocka_unit_test(test_odd_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
