/*
 * Texts that are nearly a built-in step. Pure.
 *
 * Only what differs by letter case, punctuation or a slip of the pen, or says
 * in other words what only mprun can do, counts: a step of a platform server
 * that happens to sound alike is not to be called wrong.
 */
#ifndef RUNNER_PLAN_NEAR_H
#define RUNNER_PLAN_NEAR_H

#include "gherkin/memory.h"
#include "runner/plan/words.h"

/* The step that was most likely meant, in the arena; NULL: none. text is none
 * of mprun's own, phrase is what mp_words_phrase finds in it. */
const char *mp_near_builtin(struct gh_str text, const struct mp_phrase *phrase,
                            struct gh_arena *arena);

#endif
