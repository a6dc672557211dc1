/*
 * What a hostile server can say, and a run in which it stands in every field:
 * for the tests of this folder.
 */
#ifndef TESTS_UNIT_REPORT_HOSTILE_H
#define TESTS_UNIT_REPORT_HOSTILE_H

#include "tests/unit/report/play.h"

static const char *const hostile_texts[] = {
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
    "a \"name\" in 'quotes'\nover\r\nlines\t& <more>",
    "::error file=a::100%\n::endgroup::",
    "| cell | <b>`x`</b> \\| # TODO",
};
#define HOSTILE_COUNT (sizeof(hostile_texts) / sizeof(*hostile_texts))

static inline void play_send(struct play *play, struct mp_record record)
{
    struct mp_listener listener = mp_reports_listener(play->reports);
    listener.on_record(listener.self, &record);
}

/* An attempt with the text in every field of every record. */
static inline void hostile_send(struct play *play, int64_t number,
                                int64_t attempt, const char *text,
                                enum mp_status status)
{
    /* No name is as long as a text can be. */
    const char *name = strlen(text) < 4096 ? text : "writer";
    const char *tags[] = {name};
    struct mp_record all = {
        .time_ms = (double)number,
        .case_number = number,
        .attempt = attempt,
        .step = 1,
        .process = name,
        .platform = name,
        .incarnation = 1,
        .status = status,
        .text = text,
        .level = name,
        .sent_time = name,
        .duration_ms = 1,
        .kind = name,
        .failure_type = text,
        .expected = text,
        .actual = text,
        .diff = text,
        .stack = text,
        .location = text,
        .data = text,
        .id = name,
        .key = name,
        .uri = name,
        .feature = name,
        .rule = name,
        .name = text,
        .scenario = name,
        .scenario_id = name,
        .combination = name,
        .tags = tags,
        .tag_count = 1,
        .keyword = name,
        .line = number,
        .argument = text,
        .final = attempt == 2,
        .pid = 1,
        .exited = true,
        .exit_code = 1,
        .protocol = text,
        .server = text,
        .media_type = text,
        .encoding = text,
        .body = text,
        .path = name,
        .total = 1,
    };
    static const char *const sources[] = {"log", "stdout", "stderr", "odd"};
    for (int type = MP_RECORD_CASE_STARTED; type < MP_RECORD_RUN_FINISHED;
         type++) {
        all.type = (enum mp_record_type)type;
        all.source = sources[number % 4];
        play_send(play, all);
    }
}

/* All texts with all statuses, each case with two attempts; one of some
 * megabytes, if long_too. */
static inline void hostile_play(struct play *play, const char *format,
                                bool long_too)
{
    size_t count = HOSTILE_COUNT * MP_STATUS_COUNT;
    struct mp_buf long_text = {0};
    for (size_t i = 0; long_too && i < 50000; i++)
        mp_buf_append_text(&long_text,
                           "]]>\x01\xff<&\"\n\xed\xa0\x80 and so on");
    play->options.formats = &format;
    play->options.format_count = 1;
    play_begin(play);
    play_send(play, (struct mp_record){.type = MP_RECORD_RUN_STARTED,
                                       .id = "\x1b\xff",
                                       .name = "]]>",
                                       .wall_time = "\x01",
                                       .total = (int64_t)count + long_too});
    for (size_t i = 0; i < count + long_too; i++) {
        const char *text = i < count ? hostile_texts[i % HOSTILE_COUNT]
                                     : mp_buf_text(&long_text);
        hostile_send(play, (int64_t)i + 1, 1, text, MP_FAILED);
        hostile_send(play, (int64_t)i + 1, 2, text,
                     (enum mp_status)(i % MP_STATUS_COUNT));
    }
    play_send(play, (struct mp_record){.type = MP_RECORD_RUN_FINISHED});
    play_end(play);
    mp_buf_finish(&long_text);
}

#endif
