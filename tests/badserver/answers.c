/* Answers that are wrong, late, or too many. */
#include "tests/badserver/badserver.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- answers --- */

static void answers_late(void)
{
    pause_ms(number());
    pass();
}

static void answers_twice(void)
{
    pass();
    pass();
}

static void answers_twice_differently(void)
{
    pass();
    answer_with("\"result\":{\"success\":false,\"error\":\"too small\"}");
}

static void answers_wrong_id(void)
{
    bad.id = "4711";
    pass();
    for_ever();
}

static void answers_wrong_then_right(void)
{
    const char *right = bad.id;
    bad.id = "4711";
    pass();
    bad.id = right;
    pass();
}

/* The number is the request's id: the runner's own, or another. */
static void sends_a_request(void)
{
    char line[128];
    int length = snprintf(line, sizeof(line),
                          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":"
                          "\"showMessage\"}\n",
                          *bad.argument ? bad.argument : bad.id);
    put(line, (size_t)length);
    for_ever();
}

static void says_half_a_line(void)
{
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    for_ever();
}

static void ends_in_half_a_line(void)
{
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    exit(0);
}

static void says_garbage(void)
{
    say("Loading...\n\x01\x02 \xff\xfe garbage\n}{\n");
    pass();
}

static void says_only_garbage(void)
{
    say("{\"hello\":true}\nnot at all\n");
    for_ever();
}

static void says_without_newline(void)
{
    say("progress...");
    pass();
}

static void answers_pretty(void)
{
    char text[512];
    snprintf(text, sizeof(text),
             "{\n  \"jsonrpc\": \"2.0\",\n  \"result\": {\n    \"success\": "
             "true,\n    \"logs\": [\n      \"a\",\n      \"b\"\n    ]\n  },\n"
             "  \"id\": %s\n}\n",
             bad.id);
    say(text);
    bad.answered = true;
}

static void answers_in_pieces(void)
{
    char text[256];
    int length = snprintf(text, sizeof(text),
                          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":"
                          "{\"success\":true}}\r\n",
                          bad.id);
    for (int i = 0; i < length; i++)
        put(text + i, 1);
    bad.answered = true;
}

static void answers_raw(void)
{
    answer_with(bad.argument);
}

static void answers_by_name(void)
{
    static const struct {
        const char *name, *rest;
    } answer_table[] = {
        {"an error", "\"error\":{\"code\":-32603,\"message\":\"broken\"}"},
        {"neither", "\"other\":1"},
        {"both",
         "\"result\":{\"success\":true},\"error\":{\"code\":1,\"message\":"
         "\"x\"}"},
        {"no success", "\"result\":{\"logs\":[]}"},
        {"success as text", "\"result\":{\"success\":\"true\"}"},
        {"a contradiction",
         "\"result\":{\"success\":true,\"status\":\"failed\"}"},
        {"null", "\"result\":null"},
        {"a list", "\"result\":[true]"},
        {"logs as a number", "\"result\":{\"success\":true,\"logs\":7}"},
        {"skipped",
         "\"result\":{\"success\":false,\"status\":\"skipped\",\"reason\":"
         "\"no zero-copy here\"}"},
        {"pending",
         "\"result\":{\"success\":false,\"status\":\"pending\",\"reason\":"
         "\"later\"}"},
        {"undefined",
         "\"result\":{\"success\":false,\"status\":\"undefined\"}"},
        {"ambiguous",
         "\"result\":{\"success\":false,\"status\":\"ambiguous\"}"},
        {"hostile text",
         "\"result\":{\"success\":false,\"failure\":{\"message\":\"a\\u0000b"
         "\\ud800c ]]> \xc3( \x1b[31m\"},\"logs\":[\"\\u0001\xff\"]}"},
        {"markup",
         "\"result\":{\"success\":false,\"logs\":[\"]]>\\u0001<b>\",\"[ERR"
         "OR] \\udc00\\ud800\"],\"exports\":{\"a\\\"b\\nc\":\"]]>\\u0007\""
         "},\"attachments\":[{\"name\":\"a \\\"name\\\"\\nin two lines\",\""
         "mediaType\":\"text/<x>\",\"body\":\"\\u0008]]>\"}],\"failure\":{"
         "\"message\":\"\\ud800 says \\\"no\\\"\\r\\n]]> \\u001b[2J\",\"ty"
         "pe\":\"<Bad & Worse>\",\"stackTrace\":\"at ]]>\\u000b\\n\\udfff\""
         ",\"expected\":\"\\u0001\",\"actual\":\"\\u007f\\ufffe\",\"diff\""
         ":\"-]]>\\n+\\u0002\",\"data\":{\"k\\u0003\":\"<![CDATA[\"}}}"},
        {"two ids", "\"id\":4711,\"result\":{\"success\":true}"},
        {"a code that is text",
         "\"error\":{\"code\":\"x\",\"message\":\"broken\"}"},
        {"a huge number",
         "\"result\":{\"success\":true,\"data\":{\"n\":1e400}}"},
        {"two results",
         "\"result\":{\"success\":true},\"result\":{\"success\":false}"},
    };
    for (size_t i = 0; i < sizeof(answer_table) / sizeof(*answer_table); i++) {
        if (!strcmp(answer_table[i].name, bad.argument)) {
            answer_with(answer_table[i].rest);
            return;
        }
    }
    fail("badserver: no such answer");
}

static void answers_a_list(void)
{
    say("[{\"jsonrpc\":\"2.0\",\"id\":");
    say(bad.id);
    say(",\"result\":{\"success\":true}}]\n");
    for_ever();
}

static void answers_megabytes(void)
{
    char block[4096];
    memset(block, 'x', sizeof(block));
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    say(bad.id);
    say(",\"result\":{\"success\":true,\"logs\":[\"");
    for (long i = 0; i < number() * 256; i++)
        put(block, sizeof(block));
    say("\"]}}\n");
    bad.answered = true;
}

/* --- floods --- */

static void floods_stderr(void)
{
    char block[65536];
    memset(block, 'e', sizeof(block));
    for (size_t i = 79; i < sizeof(block); i += 80)
        block[i] = '\n';
    for (long i = 0; i < number() * 16; i++) {
        if (write(2, block, sizeof(block)) < 0)
            break;
    }
    pass();
}

static void floods_for_ever(void)
{
    flood(1,
          "{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{\"success\":true}}\n",
          FOR_EVER);
}

static void floods_stray_lines(void)
{
    flood(1, "just a line\n", number());
    pass();
}

static void floods_unknown(void)
{
    flood(1, "{\"jsonrpc\":\"2.0\",\"method\":\"x-tick\"}\n", FOR_EVER);
}

static void floods_attachments(void)
{
    for (long i = 0; i < number(); i++)
        say("{\"jsonrpc\":\"2.0\",\"method\":\"attachment\",\"params\":{"
            "\"name\":\"x\",\"mediaType\":\"text/plain\",\"body\":\"x\"}}\n");
    pass();
}

static void floods_notifications(void)
{
    for (long i = 0; i < number(); i++)
        say("{\"jsonrpc\":\"2.0\",\"method\":\"log\",\"params\":{\"message\":"
            "\"a line\"}}\n");
    pass();
}

static void complains_afterwards(void)
{
    fail("it went wrong");
    pause_ms(30);
    fputs("the reason, told too late\n", stderr);
}

/* A whole gigabyte would do as well: no line end ever comes. */
static void floods_without_line_end(void)
{
    flood(1, "x and so on, ", FOR_EVER);
}

static void floods_stderr_for_ever(void)
{
    flood(2, "and so on, and so on, and so on\n", FOR_EVER);
}

/* More than mprun listens to; then it says so in a file. */
static void floods_when_idle(void)
{
    pass();
    flood(1,
          "{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{\"success\":true}}\n",
          150000);
    close(open(in_shared_dir("flooded"), O_CREAT | O_RDWR, 0600));
}

static void finds_flood_over(void)
{
    if (unlink(in_shared_dir("flooded")))
        fail("not yet");
}

/* In one piece with the next answer, which nobody asked for yet. */
static void answers_ahead(void)
{
    char text[256];
    long here = strtol(bad.id, NULL, 10);
    int length = 0;
    for (long id = here; id <= here + 1; id++)
        length += snprintf(text + length, sizeof(text) - (size_t)length,
                           "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":{"
                           "\"success\":true}}\n",
                           id);
    put(text, (size_t)length);
    bad.answered = true;
}

static void answers_deeply(void)
{
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    say(bad.id);
    say(",\"result\":{\"success\":true,\"data\":");
    for (long i = 0; i < number(); i++)
        say("[");
    for (long i = 0; i < number(); i++)
        say("]");
    say("}}\n");
    bad.answered = true;
}

static void answers_with_nul(void)
{
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    say(bad.id);
    say(",\"result\":{\"success\":true,\"logs\":[\"a");
    put("", 1);
    say("b\"]}}\n");
    bad.answered = true;
}

static void answers_with_text_id(void)
{
    char text[128];
    snprintf(text, sizeof(text), "\"%s\"", bad.id);
    bad.id = text;
    pass();
    bad.id = "1";
}

static void half_a_line_and_closed(void)
{
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    close(1);
    for_ever();
}

/* All that a good answer may have, with a character of several bytes. */
static void talks(void)
{
    send_message("{\"jsonrpc\":\"2.0\",\"method\":\"log\",\"params\":{"
                 "\"level\":\"info\",\"message\":\"zw\xc3\xb6lf\"}}");
    answer_with("\"result\":{\"success\":true,\"data\":{\"n\":12.5},\"logs\":"
                "[\"caf\xc3\xa9\"],\"exports\":{\"key\":\"value\"}}");
}

const struct step answer_steps[] = {
    {"answers late by ", answers_late},
    {"answers twice differently", answers_twice_differently},
    {"answers twice", answers_twice},
    {"answers the wrong id only", answers_wrong_id},
    {"answers the wrong id first", answers_wrong_then_right},
    {"answers over many lines", answers_pretty},
    {"answers byte by byte", answers_in_pieces},
    {"answers in a list", answers_a_list},
    {"answers with megabytes ", answers_megabytes},
    {"answers raw ", answers_raw},
    {"answers ", answers_by_name},
    {"sends a request with id ", sends_a_request},
    {"sends a request", sends_a_request},
    {"says half a line and ends", ends_in_half_a_line},
    {"says half a line", says_half_a_line},
    {"says only garbage", says_only_garbage},
    {"says garbage", says_garbage},
    {"says a word without newline", says_without_newline},
    {"floods its log with ", floods_stderr},
    {"floods with answers", floods_for_ever},
    {"floods with unknown messages", floods_unknown},
    {"floods with attachments ", floods_attachments},
    {"floods with lines ", floods_stray_lines},
    {"floods with logs ", floods_notifications},
    {"complains afterwards", complains_afterwards},
    {"floods without a line end", floods_without_line_end},
    {"floods its log for ever", floods_stderr_for_ever},
    {"floods when it is idle", floods_when_idle},
    {"finds the flood over", finds_flood_over},
    {"answers ahead", answers_ahead},
    {"answers with depth ", answers_deeply},
    {"answers with a NUL", answers_with_nul},
    {"answers with its id as text", answers_with_text_id},
    {"says half a line and closes its output", half_a_line_and_closed},
    {"talks", talks},
    {NULL, NULL},
};
