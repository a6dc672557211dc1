/*
 * Walks a tree of files, however deep it is: without recursion, with two
 * descriptors and the names of the folders that are open on the way.
 *
 * Each entry is visited once, what is in a folder before the folder itself, so
 * a visitor may remove what it is shown. Symbolic links are shown, never
 * followed; a folder that is replaced while the walk is inside ends it.
 */
#ifndef RUNNER_BASE_WALK_H
#define RUNNER_BASE_WALK_H

#include <stdbool.h>
#include <sys/stat.h>

/* Borrowed until the visitor returns. */
struct mp_walk_entry {
    int folder;       /* descriptor of the folder that it is in */
    const char *name; /* in that folder */
    const char *path; /* from the root of the walk: "a/b" */
    mode_t mode;      /* 0: it cannot be looked at */
};

/* Visits all that is below root. False, with errno of the first fault: what
 * could not be entered or looked at is shown, and all else is visited; but
 * where a folder was replaced (ESTALE) the walk ended there. */
bool mp_walk(const char *root,
             void (*visit)(void *self, const struct mp_walk_entry *entry),
             void *self);

#endif
