/*
 * What the files of lint share; nobody else includes it. A set of names finds
 * out in constant time whether it has one.
 */
#ifndef GHERKIN_LINT_PRIVATE_H
#define GHERKIN_LINT_PRIVATE_H

#include "gherkin/memory.h"

struct gh_lint_name {
    struct gh_str name; /* ptr NULL: a free slot */
    struct gh_location at;
};

/* Start zeroed. Slots lie in the arena, names are borrowed. */
struct gh_lint_names {
    struct gh_lint_name *slots;
    size_t count, room;
};

/* Adds the name unless it is there; returns the one that is there. *added
 * says which. Valid until the next call. */
const struct gh_lint_name *
gh_lint_names_add(struct gh_lint_names *names, struct gh_arena *arena,
                  struct gh_str name, struct gh_location at, bool *added);
bool gh_lint_names_have(const struct gh_lint_names *names, struct gh_str name);

/* Placeholders and columns of the scenario at that index. scratch is for what
 * need not stay. */
void gh_lint_outline(const struct gh_document *document, uint32_t index,
                     struct gh_findings *findings, struct gh_arena *scratch);

#endif
