/*
 * The step definitions that servers told of (docs/protocol.md 5.8), and
 * whether any step of a run fits them: what is never used can go.
 *
 *   take with each DEFINITIONS record, play with each case -> list -> finish
 *
 * Which definition a step gets is the server's decision; here it is found out
 * with mprun's own expressions, so what is called unused is a hint. A step
 * that several fit uses them all. A zeroed struct is empty.
 */
#ifndef RUNNER_REPORT_DEFINITIONS_H
#define RUNNER_REPORT_DEFINITIONS_H

#include "runner/base/buf.h"
#include "runner/report/results.h"

struct mp_definition {
    struct mp_definition *next;
    const char *platform, *id, *source, *file; /* in the arena */
    int64_t line;                              /* 0: not known */
    struct gh_expression *expression;          /* owned; NULL: cannot be read */
    bool blank; /* told without a pattern: source is "", and it is not counted
                   and not said to be unused, since nobody can tell */
    bool used;
};

struct mp_definition_types; /* the parameter types of a platform */

struct mp_definitions {
    struct gh_arena arena;
    struct mp_definition_types *types;  /* owned */
    struct mp_definition *first, *last; /* by platform, as they were told */
    size_t count, used_count, blank_count;
    uint64_t *seen; /* hashes of steps, open addressing; owned */
    size_t seen_count, seen_capacity;
};

/* Of two answers of a platform the first one counts. */
void mp_definitions_take(struct mp_definitions *definitions,
                         const struct mp_record *record);
/* All steps of the case, also those that were not run. */
void mp_definitions_play(struct mp_definitions *definitions,
                         const struct mp_case_result *result);
/* The definition of that platform and id; NULL: it has not told of it. */
struct mp_definition *
mp_definitions_find(const struct mp_definitions *definitions,
                    const char *platform, const char *id);
/* Is it a step of this text, as far as mprun can tell? */
bool mp_definitions_fit(const struct mp_definition *definition,
                        const char *text);
/* Some step has it. */
void mp_definitions_use(struct mp_definitions *definitions,
                        struct mp_definition *definition);
/* Appends what is to be done about the blank ones of a platform; nothing if
 * there are none. */
void mp_definitions_blame(const struct mp_definitions *definitions,
                          const char *platform, struct mp_buf *out);
void mp_definitions_finish(struct mp_definitions *definitions);

#endif
