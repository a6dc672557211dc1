/*
 * The environment of a server that is to be started: mprun's own, and what is
 * set in it for the server (docs/protocol.md 6.5).
 *
 *   init -> set, for each variable -> list
 *
 * Some variables are set only where the user has not: a server's interpreter
 * then does not keep back what it prints, and writes UTF-8 and no colours.
 * All texts and the list live in the arena, which must outlive the process's
 * start; entries of one's own environment are borrowed. Entries without `=`,
 * which another program may have left, are not handed on.
 */
#ifndef RUNNER_PROC_VARIABLES_H
#define RUNNER_PROC_VARIABLES_H

#include <stddef.h>
#include <stdint.h>

#include "runner/base/buf.h"

struct mp_variables {
    struct gh_arena *arena;
    char **list; /* NAME=VALUE, NULL-terminated */
    size_t count, room;
};

/* own: NAME=VALUE, NULL-terminated. */
void mp_variables_init(struct mp_variables *variables, struct gh_arena *arena,
                       char *const *own);
/* Instead of the value that it has. */
void mp_variables_set(struct mp_variables *variables, const char *name,
                      const char *value);
void mp_variables_set_number(struct mp_variables *variables, const char *name,
                             uint64_t value);

#endif
