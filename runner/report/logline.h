/*
 * The level and the time that a log line begins with: "[DEBUG] text",
 * "[2024-01-01 10:00:00.123] text", "10:00:00 INFO: text" and both together in
 * either order. Servers print such lines (seed 004); reports show the level
 * and the time apart from the text.
 *
 * Words are known in any case: trace, debug, info, notice, warn, warning,
 * error, err, fatal, critical; without brackets only in capitals and before a
 * colon or after a time, so that "Error handling works" stays a text.
 */
#ifndef RUNNER_REPORT_LOGLINE_H
#define RUNNER_REPORT_LOGLINE_H

#include "gherkin/memory.h"

struct mp_logline {
    const char *level;  /* "trace", "debug", "info", "warn", "error"; static
                           text, NULL: none */
    struct gh_str time; /* len 0: none */
    struct gh_str text; /* what is left */
};

/* Spans are parts of line. */
struct mp_logline mp_logline_parse(const char *line);

#endif
