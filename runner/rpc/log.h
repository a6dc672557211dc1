/*
 * Log lines as servers write them.
 *
 * The seed's logs are plain texts, often with a prefix: "[DEBUG] Creating
 * buffer" or "[2024-01-01 10:00:00.123] Writing frame". mp_log_prefix reads
 * such a level and time (docs: reports); the text itself is never changed, so
 * nothing is lost where a prefix only looks like one. Lines from stderr are
 * read by the same rule.
 *
 * The limits hold for one step: all its lines together, whether they came as
 * notifications or in the result. What goes beyond is counted, and one last
 * line says how many (docs/protocol.md 5.6).
 */
#ifndef RUNNER_RPC_LOG_H
#define RUNNER_RPC_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "gherkin/memory.h"

struct cJSON;

#define MP_LOG_MAX_LINES 10000
#define MP_LOG_MAX_BYTES (1u << 20)

struct mp_log_line {
    const char *time;  /* as the server wrote it; NULL: none */
    const char *level; /* trace, debug, info, warn, error; NULL: none */
    const char *text;  /* whole, prefixes like "[DEBUG] " included */
};

/* The level and time that a line begins with: "[DEBUG] ...", "[2024-01-01
 * 10:00:00.123] ...", "2024-01-01T10:00:00Z WARN ...", "ERROR: ...". level is
 * set to a static text or NULL, time to a span of the line or {0}. */
void mp_log_prefix(struct gh_str line, const char **level, struct gh_str *time);
/* A level's word in one of the five that are ours, whatever its case
 * ("WARNING" is warn, "fatal" is error); NULL: not a level. Static text. */
const char *mp_log_level(struct gh_str word);

/* Reads an array of strings and of {time, level, message} objects into the
 * arena, at most the limits above; past them a last line says "... N lines
 * dropped". False: it is no such array; *count is what came before. */
bool mp_log_parse(const struct cJSON *array, struct gh_arena *arena,
                  const struct mp_log_line **lines, size_t *count);

#endif
