/*
 * A list of located errors that grows. The messages belong to somebody else
 * (the arena of a document); the list owns only its array.
 *
 * Start zeroed ({0}), free with finish. Whoever adds to one list adds in the
 * order of place; lists of different origin are merged.
 */
#ifndef GHERKIN_ERROR_LIST_H
#define GHERKIN_ERROR_LIST_H

#include "gherkin/memory.h"

struct gh_error_list {
    struct gh_error *items;
    size_t count, room;
};

/* message and remedy (may be NULL) are borrowed. */
void gh_error_list_add(struct gh_error_list *list, struct gh_location at,
                       const char *message, const char *remedy);
/* Adds the errors of two lists, each in order of place, in that order; at the
 * same place those of the first come first. */
void gh_error_list_merge(struct gh_error_list *into,
                         const struct gh_error_list *first,
                         const struct gh_error_list *second);
/* Frees the array; the list may be used again. */
void gh_error_list_finish(struct gh_error_list *list);

#endif
