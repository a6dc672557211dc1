/*
 * Plays a journal into reports and returns what they wrote: for the tests of
 * this folder.
 */
#ifndef TESTS_UNIT_REPORT_PLAY_H
#define TESTS_UNIT_REPORT_PLAY_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/journal/reader.h"
#include "runner/report/report.h"

struct play {
    struct mp_report_options options;
    bool ticks; /* a tick each 100 ms of the journal's time */
    struct mp_reports *reports;
    double now_ms;
    struct mp_buf console; /* what went to standard output */
    bool ok;               /* mp_reports_finish */
    struct mp_tally tally;
};

static inline int play_open_console(void)
{
    char path[] = "/tmp/mprun-console-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        abort();
    unlink(path);
    return fd;
}

static inline void play_record(void *self, const struct mp_record *record)
{
    struct play *play = self;
    struct mp_listener listener = mp_reports_listener(play->reports);
    while (play->ticks && play->now_ms + 100 < record->time_ms) {
        play->now_ms += 100;
        mp_reports_tick(play->reports, play->now_ms);
    }
    listener.on_record(listener.self, record);
}

static inline void play_begin(struct play *play)
{
    struct mp_errors errors = {0};
    if (!play->options.console_fd)
        play->options.console_fd = play_open_console();
    play->reports = mp_reports_create(&play->options, &errors);
    if (!play->reports)
        abort();
    mp_errors_finish(&errors);
}

static inline void play_end(struct play *play)
{
    char chunk[4096];
    ssize_t got;
    play->ok = mp_reports_finish(play->reports);
    play->tally = *mp_reports_tally(play->reports);
    mp_reports_destroy(play->reports);
    int fd = play->options.console_fd;
    lseek(fd, 0, SEEK_SET);
    while ((got = read(fd, chunk, sizeof(chunk))) > 0)
        mp_buf_append(&play->console, chunk, (size_t)got);
    close(fd);
}

/* Plays the journal into one report on standard output; the caller frees
 * play->console. */
static inline void play_journal(struct play *play, const char *path,
                                const char *format)
{
    struct mp_errors errors = {0};
    struct mp_listener listener = {play, play_record};
    play->options.formats = &format;
    play->options.format_count = 1;
    play_begin(play);
    mp_reader_read(path, listener, &errors);
    play_end(play);
    mp_errors_finish(&errors);
}

#endif
