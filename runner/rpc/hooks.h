/*
 * The hooks that a server lists in its answer to listStepDefinitions
 * (docs/protocol.md 5.8, 5.10): what runs around scenarios, around steps and
 * around the run.
 *
 * A list is read whole or not at all. A hook that mprun could not run when it
 * should (of a type that it does not know, or with a tag expression that
 * cannot be read) must not be left out in silence: then the run ends.
 *
 * The list is in the order in which hooks run before: by their order, equal
 * ones as the server lists them. After, it is gone through backwards.
 */
#ifndef RUNNER_RPC_HOOKS_H
#define RUNNER_RPC_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/gherkin.h"
#include "runner/base/buf.h"

enum mp_hook_type {
    MP_HOOK_BEFORE_SCENARIO,
    MP_HOOK_AFTER_SCENARIO,
    MP_HOOK_BEFORE_STEP,
    MP_HOOK_AFTER_STEP,
    MP_HOOK_BEFORE_RUN,
    MP_HOOK_AFTER_RUN,
    MP_HOOK_TYPE_COUNT
};

struct mp_hook {
    enum mp_hook_type type;
    const char *id;       /* the server's */
    const char *name;     /* NULL: it has none */
    const char *location; /* "steps.mjs:31"; "": not told */
    int64_t order;
    struct gh_tagexpr *tags; /* NULL: it runs around all */
};

struct mp_hooks {
    struct gh_arena arena;
    struct mp_hook *list; /* in the arena */
    size_t count;
};

/* "beforeScenario", ...: as on the wire. Static text. */
const char *mp_hook_type_name(enum mp_hook_type type);
/* Fills a zeroed list from the whole answer; an answer without hooks gives an
 * empty one. False: why says all that is wrong. finish
 * either way. */
bool mp_hooks_read(struct mp_hooks *hooks, struct gh_str answer,
                   struct mp_buf *why);
/* Is there one of that type? */
bool mp_hooks_have(const struct mp_hooks *hooks, enum mp_hook_type type);
void mp_hooks_finish(struct mp_hooks *hooks);

#endif
