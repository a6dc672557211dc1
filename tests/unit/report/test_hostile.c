#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gherkin/utf8.h"
#include "tests/unit/report/hostile.h"

/* Whatever bytes a server sends, in whatever field: a terminal gets no control
 * character of theirs, and no report more than it can bear. */

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
    hostile_play(&play, format, false);
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
    check_console("tap", false);
    check_console("markdown", false);
    check_console("github", false);
    check_console("github", true);
    check_console("usage", true);
}

/* A journal may hold what no run writes. */
static void test_odd_records(void **state)
{
    static const char *const formats[] = {"progress", "pretty", "junit",
                                          "json",     "rerun",  "tap"};
    (void)state;
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        struct play play = {.options = {.formats = &formats[i],
                                        .format_count = 1,
                                        .is_terminal = true},
                            .ticks = true};
        play_begin(&play);
        for (int type = 0; type < MP_RECORD_RUN_FINISHED; type++) {
            play_send(&play,
                      (struct mp_record){.type = (enum mp_record_type)type});
            play_send(&play,
                      (struct mp_record){.type = (enum mp_record_type)type,
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
        cmocka_unit_test(test_consoles),
        cmocka_unit_test(test_odd_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
