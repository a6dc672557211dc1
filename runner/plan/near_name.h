/*
 * Names of processes that stand in other quotes than single ones, or in none:
 * the "writer" process, the ‘writer’ process, the writer process. Pure; a
 * part of near.h, which asks for it where the pattern for names is the usual
 * one.
 */
#ifndef RUNNER_PLAN_NEAR_NAME_H
#define RUNNER_PLAN_NEAR_NAME_H

#include "gherkin/memory.h"

struct mp_near_name {
    struct gh_str name; /* without its quotes */
    const char *meant;  /* the text with it in single quotes, in the arena */
    bool bare;          /* it had none at all: it may be an ordinary word */
};

/* The first such name before the word "process" or "processes"; one without
 * quotes only where it leads the text, after the, all, each and so on. */
bool mp_near_name_find(struct gh_str text, struct gh_arena *arena,
                       struct mp_near_name *found);

#endif
