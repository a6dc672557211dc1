/*
 * The steps that mprun itself executes: recognising them in a text. Pure.
 *
 * A step is built in when its whole text matches one (the keyword does not
 * matter); docs/steps.md has the list. `within 5s` before a step that
 * goes to a server wraps it and is recognised here too.
 */
#ifndef RUNNER_PLAN_BUILTIN_H
#define RUNNER_PLAN_BUILTIN_H

#include <stdint.h>

#include "runner/model/plan.h"
#include "runner/plan/words.h"

struct mp_builtin {
    enum mp_action action;   /* SEND: not built in (a step under within) */
    struct mp_phrase phrase; /* whom it is said of */
    struct gh_str inner;     /* of BEGIN: the step that is sent */
    int64_t within_ms;       /* of EXPECT_*, COMPLETE; 0: not said */
    int64_t wait_ms;
    int exit_code;
    int signal;
};

/* True when text is a built-in step. off lists action names (see
 * mp_action_name) that the config turned off. fault gets a static text when
 * it is one but cannot be read ("SIGFOO is no signal"), else NULL. */
bool mp_builtin_match(const struct gh_regex *pattern, struct gh_str text,
                      struct mp_builtin *builtin, const char **fault);

/* "within 5s the ..." : the time and the text after it; false: no such
 * prefix. */
bool mp_builtin_within(struct gh_str text, int64_t *within_ms,
                       struct gh_str *inner);

/* SIGSEGV -> 11; 0: no such signal. */
int mp_builtin_signal(struct gh_str name);

#endif
