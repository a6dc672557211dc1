/* Durations, the nearest word, words of a command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "runner/base/text.h"

#define COUNT(list) (sizeof(list) / sizeof(*(list)))
#define DAY_MS      (INT64_C(24) * 3600 * 1000)

static void reads_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool bare_ms;
        int64_t ms; /* -1: no duration */
    } examples[] = {
        {"500ms", false, 500},
        {"5s", false, 5000},
        {"2m", false, 120000},
        {"1h", false, 3600000},
        {"1.5s", false, 1500},
        {"0.25s", false, 250},
        {"0", false, 0},
        {"0s", false, 0},
        {"0.0", false, 0},
        {"5000", true, 5000},
        {"5000", false, -1},
        {"1.2345s", false, 1235},
        {"240h", false, 10 * DAY_MS},
        {"241h", false, -1},
        {"", true, -1},
        {"s", true, -1},
        {".5s", true, -1},
        {"5.s", true, -1},
        {"1.2.3s", true, -1},
        {"5 s", true, -1},
        {"5S", true, -1},
        {"5sec", true, -1},
        {"-5s", true, -1},
        {"+5s", true, -1},
        {"1e3s", true, -1},
        {"5s ", true, -1},
        {"999999999999999999999999", true, -1},
        {"0.99999999999999999999999999s", true, -1},
    };
    for (size_t i = 0; i < COUNT(examples); i++) {
        int64_t ms = -1;
        bool ok = mp_duration_parse(gh_str_of(examples[i].text),
                                    examples[i].bare_ms, &ms);
        if (!ok)
            ms = -1;
        if (ms != examples[i].ms)
            fail_msg("'%s' is %lld ms", examples[i].text, (long long)ms);
    }
}

static void writes_durations(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } examples[] = {{0, "0ms"},
                    {1, "1ms"},
                    {999, "999ms"},
                    {1000, "1s"},
                    {1500, "1.5s"},
                    {1250, "1.25s"},
                    {1005, "1.005s"},
                    {60010, "60.01s"},
                    {59000, "59s"},
                    {60000, "1m"},
                    {90000, "90s"},
                    {3600000, "60m"},
                    {10 * DAY_MS, "14400m"}};
    char text[MP_DURATION_SIZE];
    for (size_t i = 0; i < COUNT(examples); i++)
        assert_string_equal(mp_duration_format(examples[i].ms, text),
                            examples[i].text);
}

/* What is written is read back. */
static void durations_come_back(void **state)
{
    (void)state;
    char text[MP_DURATION_SIZE];
    for (int64_t ms = 1; ms < 10 * DAY_MS; ms = ms * 3 + 7) {
        int64_t back = -1;
        mp_duration_format(ms, text);
        assert_true(mp_duration_parse(gh_str_of(text), false, &back));
        assert_int_equal(back, ms);
    }
}

static void finds_the_nearest(void **state)
{
    (void)state;
    static const char *const words[] = {"command", "cwd", "env", "labels",
                                        "reader"};
    static const char *const examples[][2] = {
        {"comand", "command"}, {"commmand", "command"},
        {"cmd", "cwd"},        {"raeder", "reader"},
        {"readre", "reader"},  {"label", "labels"},
        {"env", "env"},        {"evn", "env"},
        {"xyz", NULL},         {"", NULL},
        {"e", NULL},           {"completely", NULL},
        {"READER", NULL},
    };
    for (size_t i = 0; i < COUNT(examples); i++) {
        const char *near = mp_nearest(examples[i][0], words, COUNT(words));
        const char *wanted = examples[i][1];
        if (wanted ? !near || strcmp(near, wanted) != 0 : near != NULL)
            fail_msg("'%s' is near '%s'", examples[i][0], near ? near : "");
    }
    assert_null(mp_nearest("word", NULL, 0));
}

static void long_words_are_near_nothing(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'a', sizeof(text));
    text[199] = '\0';
    const char *word = text;
    assert_null(mp_nearest(text, &word, 1));
    assert_null(mp_nearest("aaa", &word, 1));
}

static void splits_words(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *words; /* joined by |, NULL: a quote stays open */
    } examples[] = {
        {"", ""},
        {"  a  b\tc\n", "a|b|c"},
        {"'a b' \"c d\"", "a b|c d"},
        {"a'b'c\"d\"", "abcd"},
        {"'' \"\"", "|"},
        {"a\\ b 'a\\b' \"a\\\"b\\n\"", "a b|a\\b|a\"b\\n"},
        {"$HOME *.c a#b", "$HOME|*.c|a#b"},
        {"'a", NULL},
        {"a \"b", NULL},
        {"a\\", "a\\"},
    };
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct gh_arena arena = {0};
        struct mp_buf joined = {0};
        char **words = mp_words_split(examples[i].line, &arena);
        for (char **word = words; word && *word; word++)
            mp_buf_format(&joined, "%s%s", word == words ? "" : "|", *word);
        if (examples[i].words)
            assert_string_equal(mp_buf_text(&joined), examples[i].words);
        else
            assert_null(words);
        mp_buf_finish(&joined);
        gh_arena_finish(&arena);
    }
}

static void quoted_words_come_back(void **state)
{
    (void)state;
    static const char *const words[] = {
        "plain",
        "",
        "two words",
        "it's",
        "\"q\"",
        "a\\b",
        "$HOME",
        "a\nb",
        "*",
        "~",
        "#x",
        "''",
        "features/ipc.feature:12[reader=c,writer=python]"};
    for (size_t i = 0; i < COUNT(words); i++) {
        struct gh_arena arena = {0};
        struct mp_buf quoted = {0};
        mp_words_quote(&quoted, words[i]);
        char **back = mp_words_split(mp_buf_text(&quoted), &arena);
        assert_non_null(back);
        assert_string_equal(back[0], words[i]);
        assert_null(back[1]);
        mp_buf_finish(&quoted);
        gh_arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_durations),
        cmocka_unit_test(writes_durations),
        cmocka_unit_test(durations_come_back),
        cmocka_unit_test(finds_the_nearest),
        cmocka_unit_test(long_words_are_near_nothing),
        cmocka_unit_test(splits_words),
        cmocka_unit_test(quoted_words_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
