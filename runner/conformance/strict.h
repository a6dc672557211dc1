/*
 * A message held against RFC 8259 and the rules of docs/protocol.md that no
 * parser checks for us: UTF-8, escapes, nesting, member names.
 *
 * The parser used by mprun lets much through and is meant to; this is the
 * judge that does not. All faults of one text are found in one pass.
 */
#ifndef RUNNER_CONFORMANCE_STRICT_H
#define RUNNER_CONFORMANCE_STRICT_H

#include <stdbool.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"

#define MP_STRICT_DEPTH 64

struct cJSON;

/* Appends what is wrong with the text as JSON in UTF-8, in words; nothing if
 * all is well. Nesting and names are judged by the others. */
void mp_strict_text(struct gh_str text, struct mp_buf *why);
/* How deep arrays and objects of the text stand in each other. */
size_t mp_strict_depth(struct gh_str text);
/* The name of a member that an object of the tree has twice; NULL: none.
 * Borrowed from the tree, which is at most as deep as its parser allows. */
const char *mp_strict_duplicate(const struct cJSON *tree);

#endif
