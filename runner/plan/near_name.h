/*
 * Names of processes that are none by a slip. They stand in other quotes than
 * single ones, or in none: the "writer" process, the ‘writer’ process, the
 * writer process. Or the word after them is not quite what it must be: the
 * 'writer' Process, the 'writer' proces, the 'writer'  process.
 *
 * Pure; a part of near.h, which asks for it where the pattern for names is the
 * usual one.
 */
#ifndef RUNNER_PLAN_NEAR_NAME_H
#define RUNNER_PLAN_NEAR_NAME_H

#include "gherkin/memory.h"

struct mp_near_name {
    struct gh_str name; /* without its quotes */
    const char *meant;  /* the text as it should be, in the arena */
    bool bare;          /* it had none at all: it may be an ordinary word */
    bool noun;          /* it had single ones: the word after it is wrong */
};

/* The first such name before the word "process" or "processes"; letter case
 * does not matter, and after single quotes one letter may be wrong. One without
 * quotes only where it leads the text, after the, all, each and so on. */
bool mp_near_name_find(struct gh_str text, struct gh_arena *arena,
                       struct mp_near_name *found);

#endif
