/*
 * Steps that go to a server although something else was most likely meant: a
 * step of mprun itself that is misspelt, or a process whose name does not
 * stand in single quotes. Pure.
 *
 * A platform server may have a step that sounds alike, and then nothing is
 * wrong. So the two are kept apart: what differs by letter case, punctuation,
 * quotes or a slip of the pen (`slip`) deserves a warning whoever asks; what
 * says in other words what only mprun can do ("is terminated") is for those
 * who look for doubtful steps.
 */
#ifndef RUNNER_PLAN_NEAR_H
#define RUNNER_PLAN_NEAR_H

#include "gherkin/memory.h"
#include "gherkin/regex.h"
#include "runner/config/config.h"
#include "runner/plan/words.h"

struct mp_near_request {
    const struct mp_config *config;
    const struct gh_regex *pattern;
    /* Is a process of that name known otherwise? A name without any quotes
     * counts as one only then, or before a step of mprun. */
    bool (*knows)(void *self, struct gh_str name);
    void *self;
    bool names_only; /* no steps of mprun: the text stands after "within" */
};

struct mp_near {
    const char *meant; /* the step that was meant, in the arena */
    const char *what;  /* static: what is wrong with the text */
    bool slip;         /* no other words, only spelling */
};

/* Is the text, in which mp_words_phrase finds that phrase, near to another
 * one? It must not be a built-in step itself. */
bool mp_near_find(const struct mp_near_request *request, struct gh_str text,
                  const struct mp_phrase *phrase, struct gh_arena *arena,
                  struct mp_near *near);

#endif
