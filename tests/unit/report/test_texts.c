#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runner/report/diff.h"
#include "runner/report/logline.h"
#include "runner/report/steplist.h"
#include "runner/report/style.h"
#include "runner/report/xml.h"

static const struct {
    const char *line, *level, *time, *text;
} loglines[] = {
    {"[DEBUG] temp dir created", "debug", "", "temp dir created"},
    {"[info]x", "info", "", "x"},
    {"[ Warning ] x", "warn", "", "x"},
    {"[FATAL]", "error", "", ""},
    {"[2024-01-01 10:00:00.123] Writing frame size=1024", "",
     "2024-01-01 10:00:00.123", "Writing frame size=1024"},
    {"[2024-01-01T10:00:00Z] [ERROR] bad", "error", "2024-01-01T10:00:00Z",
     "bad"},
    {"[WARN] [10:00:00,5] x", "warn", "10:00:00,5", "x"},
    {"2024-01-01 10:00:00,123 INFO done", "info", "2024-01-01 10:00:00,123",
     "done"},
    {"2024/01/01 10:00:00 listening", "", "2024/01/01 10:00:00", "listening"},
    {"2024-01-01T10:00:00.5+01:00 x", "", "2024-01-01T10:00:00.5+01:00", "x"},
    {"10:00:00 TRACE: x", "trace", "10:00:00", "x"},
    {"WARNING: low", "warn", "", "low"},
    {"ERROR:root:oops", "error", "", "root:oops"},
    {"Error: oops", "", "", "Error: oops"},
    {"Error handling works", "", "", "Error handling works"},
    {"ERRORS: 3", "", "", "ERRORS: 3"},
    {"[reader] opened", "", "", "[reader] opened"},
    {"[INFO", "", "", "[INFO"},
    {"[] x", "", "", "[] x"},
    {"  indented", "", "", "  indented"},
    {"  [INFO] indented", "info", "", "indented"},
    {"10:00:000", "", "", "10:00:000"},
    {"2024-01-01", "", "", "2024-01-01"},
    {"[INFO] [DEBUG] x", "info", "", "[DEBUG] x"},
    {"", "", "", ""},
};

static void test_loglines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(loglines) / sizeof(*loglines); i++) {
        struct mp_logline line = mp_logline_parse(loglines[i].line);
        assert_string_equal(line.level ? line.level : "", loglines[i].level);
        assert_true(gh_str_equal(line.time, gh_str_of(loglines[i].time)));
        assert_string_equal(line.text.ptr, loglines[i].text);
    }
}

static const char *const diffs[][3] = {
    {"a\n", "a\n", "...\n"},
    {"", "", ""},
    {"a", "b", "-a\n+b\n"},
    {"a\nb\nc\n", "a\nc\n", " a\n-b\n c\n"},
    {"a\nc", "a\nb\nc", " a\n+b\n c\n"},
    {"", "x\ny", "+x\n+y\n"},
    {"1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\n7", "...\n 3\n 4\n 5\n-6\n+7\n"},
    {"x\n1\n2\n3\n4", "y\n1\n2\n3\n4", "-x\n+y\n 1\n 2\n 3\n...\n"},
    {"a\nb\nc\nd", "b\na\nd\nc", "-a\n b\n-c\n+a\n d\n+c\n"},
};

static void test_diffs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(diffs) / sizeof(*diffs); i++) {
        struct mp_buf out = {0};
        mp_diff_append(&out, diffs[i][0], diffs[i][1]);
        assert_string_equal(mp_buf_text(&out), diffs[i][2]);
        mp_buf_finish(&out);
    }
}

static void test_long_diff(void **state)
{
    struct mp_buf a = {0}, b = {0}, out = {0};
    (void)state;
    for (int i = 0; i < 3000; i++) {
        mp_buf_format(&a, "a%d\n", i);
        mp_buf_format(&b, "b%d\n", i);
    }
    mp_diff_append(&out, a.data, b.data);
    assert_int_equal(out.len, a.len + b.len + 6000);
    mp_buf_finish(&a);
    mp_buf_finish(&b);
    mp_buf_finish(&out);
}

static const struct {
    const char *text;
    size_t columns;
    bool pad;
    const char *shown;
} fits[] = {
    {"abc", 5, true, "abc  "},
    {"abc", 5, false, "abc"},
    {"abcdef", 5, true, "abcd…"},
    {"abcde", 5, true, "abcde"},
    {"日本語", 6, true, "日本語"},
    {"日本語", 5, true, "日本…"},
    {"日本語", 4, true, "日… "},
    {"e\u0301e\u0301e\u0301", 3, true, "e\u0301e\u0301e\u0301"},
    {"a\x1b[0m", 20, false, "a\\x1b[0m"},
    {"a\x1b[0m", 4, false, "a…"},
    {"a\nb\tc\rd", 0, false, "a b c d"},
    {"\xff\xc3", 0, false, "\ufffd\ufffd"},
    {"\xc2\x85\u202e\x7f\u202c", 0, false, "\\u0085\\u202e\\x7f\\u202c"},
    {"", 3, true, "   "},
};

static void test_fits(void **state)
{
    struct mp_style plain = {0};
    (void)state;
    for (size_t i = 0; i < sizeof(fits) / sizeof(*fits); i++) {
        struct mp_buf out = {0};
        size_t width = mp_style_fit(&out, &plain, MP_COLOUR_NONE, fits[i].text,
                                    fits[i].columns, fits[i].pad);
        assert_string_equal(mp_buf_text(&out), fits[i].shown);
        assert_int_equal(width, mp_style_width(fits[i].shown));
        mp_buf_finish(&out);
    }
}

static void test_blocks(void **state)
{
    struct mp_style colour = {.colour = true};
    struct mp_buf out = {0};
    (void)state;
    mp_style_block(&out, &colour, MP_COLOUR_RED, 2, "a\r\n\n\tb\x1b\n");
    assert_string_equal(mp_buf_text(&out),
                        "  \033[31ma\033[0m\n\n  \033[31m    b\\x1b\033[0m\n");
    mp_buf_finish(&out);
}

/* Down to 40 columns no line of a case's steps is wider than the terminal. */
static void test_narrow_steps(void **state)
{
    struct mp_result_step step = {.keyword = "When ",
                                  .text = "the 'subscriber#12' process reads "
                                          "all frames of the other side",
                                  .process = "subscriber#12, subscriber#13",
                                  .platform = "",
                                  .kind = "send",
                                  .argument = "",
                                  .finished = true,
                                  .duration_ms = 12345};
    struct mp_case_result result = {
        .steps = &step, .step_count = 1, .combination = ""};
    (void)state;
    for (int width = 40; width <= 120; width += 5) {
        struct mp_style style = {.width = width};
        struct mp_buf out = {0};
        struct mp_steplist_layout layout =
            mp_steplist_measure(&result, &style, 4, width % 10 == 0);
        mp_steplist_append(&out, &style, &layout, &result, 0);
        for (char *line = out.data, *end; *line; line = end + 1) {
            end = strchr(line, '\n');
            *end = '\0';
            assert_true(mp_style_width(line) <= (size_t)width);
        }
        mp_buf_finish(&out);
    }
}

static void test_times(void **state)
{
    static const struct {
        double ms;
        const char *text;
    } table[] = {
        {-1, "0ms"},         {0, "0ms"},
        {0.4, "0ms"},        {12.4, "12ms"},
        {999.4, "999ms"},    {999.6, "1.0s"},
        {1234, "1.2s"},      {59949, "59.9s"},
        {59950, "1m00s"},    {61000, "1m01s"},
        {3599499, "59m59s"}, {3600000, "1h00m"},
        {0.0 / 1.0, "0ms"},  {1e300, "2777777h46m"},
    };
    char text[MP_STYLE_TIME_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        assert_string_equal(mp_style_time(table[i].ms, text), table[i].text);
}

static void test_marks(void **state)
{
    struct mp_style plain = {0}, ascii = {.ascii = true};
    (void)state;
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        enum mp_status status = (enum mp_status)i;
        assert_int_equal(mp_style_width(mp_style_mark(&plain, status, false)),
                         1);
        assert_int_equal(strlen(mp_style_mark(&ascii, status, false)), 1);
    }
}

static void test_xml(void **state)
{
    static const char *const table[][3] = {
        /* text, as text, as attribute */
        {"<a href=\"x\">&amp;</a>", "&lt;a href=\"x\"&gt;&amp;amp;&lt;/a&gt;",
         "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;"},
        {"]]>", "]]&gt;", "]]&gt;"},
        {"a\n\tb\r", "a\n\tb&#13;", "a&#10;&#9;b&#13;"},
        {"\x01\x08\x0b\x0c\x0e\x1f\x7f", "\\x01\\x08\\x0b\\x0c\\x0e\\x1f\\x7f",
         "\\x01\\x08\\x0b\\x0c\\x0e\\x1f\\x7f"},
        {"\xc2\x80\xc2\x9f\xc2\xa0", "\\u0080\\u009f\xc2\xa0",
         "\\u0080\\u009f\xc2\xa0"},
        {"\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf", "\ufffd\\ufffe\\uffff",
         "\ufffd\\ufffe\\uffff"},
        {"\xed\xa0\x80", "\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd"},
        {"\xff\xc0\x80\xf5", "\ufffd\ufffd\ufffd\ufffd",
         "\ufffd\ufffd\ufffd\ufffd"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"'", "'", "'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct mp_buf text = {0}, attribute = {0}, expected = {0};
        mp_xml_text(&text, table[i][0]);
        assert_string_equal(mp_buf_text(&text), table[i][1]);
        mp_xml_attribute(&attribute, "n", table[i][0]);
        mp_buf_format(&expected, " n=\"%s\"", table[i][2]);
        assert_string_equal(attribute.data, expected.data);
        mp_buf_finish(&text);
        mp_buf_finish(&attribute);
        mp_buf_finish(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loglines),  cmocka_unit_test(test_diffs),
        cmocka_unit_test(test_long_diff), cmocka_unit_test(test_fits),
        cmocka_unit_test(test_blocks),    cmocka_unit_test(test_narrow_steps),
        cmocka_unit_test(test_times),     cmocka_unit_test(test_marks),
        cmocka_unit_test(test_xml),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
