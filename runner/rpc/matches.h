/*
 * What an answer to matchSteps says (docs/protocol.md 5.7): for each step that
 * was asked about, the ids of the definitions that fit it, or code that would
 * define it.
 *
 * An answer is read whole or not at all: a list of another length than the
 * question's says nothing about any step. Members that only describe
 * (snippets) are left out when they are wrong. Everything is copied into the
 * caller's arena.
 */
#ifndef RUNNER_RPC_MATCHES_H
#define RUNNER_RPC_MATCHES_H

#include <stdbool.h>
#include <stddef.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"

struct mp_step_matches {
    const char *const *ids; /* of the definitions that fit */
    size_t count;           /* 0: undefined, above 1: ambiguous */
    const char *snippet;    /* code, NULL: none */
    const char *language;   /* of the snippet; "": not told */
    const char *error;      /* it could not be matched; NULL: it could */
};

/* Reads the whole message, which answers a question for count steps, into
 * list. False: why says what is wrong with it. */
bool mp_matches_read(struct gh_str message, size_t count,
                     struct gh_arena *arena, struct mp_step_matches *list,
                     struct mp_buf *why);

#endif
