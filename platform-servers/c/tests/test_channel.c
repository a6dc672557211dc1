#include "platform-servers/c/tests/talk.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

struct ends {
    struct mprun_sdk_channel channel;
    int feed; /* what is written here, the channel reads */
};

static void open_ends(struct ends *ends, int out_fd)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    mprun_sdk_channel_init(&ends->channel, fds[0], out_fd);
    ends->feed = fds[1];
}

static void feed(struct ends *ends, const char *text)
{
    assert_int_equal(write(ends->feed, text, strlen(text)), strlen(text));
    assert_true(mprun_sdk_channel_readable(&ends->channel));
    assert_true(mprun_sdk_channel_read(&ends->channel));
}

static void close_ends(struct ends *ends)
{
    close(ends->channel.in_fd);
    mprun_sdk_channel_finish(&ends->channel);
}

static void expect_line(struct ends *ends, const char *expected)
{
    char *line = NULL;
    size_t length = 0;
    assert_int_equal(mprun_sdk_channel_line(&ends->channel, &line, &length),
                     MPRUN_SDK_LINE_WHOLE);
    assert_int_equal(length, strlen(expected));
    assert_string_equal(line, expected);
}

static void expect(struct ends *ends, enum mprun_sdk_line kind)
{
    char *line = NULL;
    size_t length = 0;
    assert_int_equal(mprun_sdk_channel_line(&ends->channel, &line, &length),
                     kind);
}

static void takes_lines_apart(void **state)
{
    struct ends ends;
    (void)state;
    open_ends(&ends, -1);
    assert_false(mprun_sdk_channel_readable(&ends.channel));
    feed(&ends, "\xEF\xBB\xBFone\r\ntwo\n\nth");
    expect_line(&ends, "one");
    expect_line(&ends, "two");
    expect_line(&ends, "");
    expect(&ends, MPRUN_SDK_LINE_NONE);
    feed(&ends, "re");
    expect(&ends, MPRUN_SDK_LINE_NONE);
    feed(&ends, "e\n\xEF\xBB\xBFx\nlast");
    expect_line(&ends, "three");
    expect_line(&ends, "\xEF\xBB\xBFx"); /* a mark comes first or not at all */
    close(ends.feed);
    assert_false(mprun_sdk_channel_read(&ends.channel));
    expect_line(&ends, "last");
    expect(&ends, MPRUN_SDK_LINE_NONE);
    close_ends(&ends);
}

static void drops_lines_that_are_too_long(void **state)
{
    struct ends ends;
    (void)state;
    open_ends(&ends, -1);
    ends.channel.max_bytes = 8;
    feed(&ends, "12345678\n123456789\nok\n12345");
    expect_line(&ends, "12345678");
    expect(&ends, MPRUN_SDK_LINE_TOO_LONG);
    expect_line(&ends, "ok");
    expect(&ends, MPRUN_SDK_LINE_NONE);
    feed(&ends, "67890");
    expect(&ends, MPRUN_SDK_LINE_TOO_LONG);
    feed(&ends, "still the same line");
    expect(&ends, MPRUN_SDK_LINE_NONE);
    feed(&ends, "its end\nnext\n");
    expect_line(&ends, "next");
    close(ends.feed);
    close_ends(&ends);
}

static void takes_long_lines_in_pieces(void **state)
{
    enum { PIECES = 40, PIECE = 10000 };
    static char piece[PIECE + 1];
    struct ends ends;
    char *line = NULL;
    size_t length = 0;
    (void)state;
    memset(piece, 'x', PIECE);
    open_ends(&ends, -1);
    for (int i = 0; i < PIECES; i++) {
        feed(&ends, piece);
        expect(&ends, MPRUN_SDK_LINE_NONE);
    }
    feed(&ends, "\n");
    assert_int_equal(mprun_sdk_channel_line(&ends.channel, &line, &length),
                     MPRUN_SDK_LINE_WHOLE);
    assert_int_equal(length, PIECES * PIECE);
    close(ends.feed);
    close_ends(&ends);
}

static void notices_that_nobody_reads(void **state)
{
    int fds[2];
    struct ends ends;
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(fds), 0);
    open_ends(&ends, fds[1]);
    assert_true(mprun_sdk_channel_write(&ends.channel, "a", 1));
    close(fds[0]);
    assert_false(mprun_sdk_channel_write(&ends.channel, "b", 1));
    assert_false(mprun_sdk_channel_write(&ends.channel, "c", 1));
    close(fds[1]);
    close(ends.feed);
    close_ends(&ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_lines_apart),
        cmocka_unit_test(drops_lines_that_are_too_long),
        cmocka_unit_test(takes_long_lines_in_pieces),
        cmocka_unit_test(notices_that_nobody_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
