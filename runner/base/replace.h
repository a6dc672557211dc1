/*
 * A file that gets its new content in one step: whoever reads meanwhile sees
 * the old one whole or the new one whole, and if anything fails the old one
 * stays.
 *
 * begin makes a file beside the old one, the caller writes to fd, commit puts
 * it in the old one's place; finish, always last, drops what was not
 * committed. Links are followed to the file that they name, there or not. Mode
 * and, where that is allowed, the owner stay; a file that was not there before
 * gets what umask leaves. No file that has the name beside already is touched.
 * For regular files only: a device or FIFO is no file to replace.
 */
#ifndef RUNNER_BASE_REPLACE_H
#define RUNNER_BASE_REPLACE_H

#include <stdbool.h>

struct mp_replace {
    char *path;   /* owned, without links */
    char *beside; /* owned; NULL: nothing is begun */
    int fd;       /* of beside, -1: none */
};

/* Fills replace. False with errno: no file can be made there. */
bool mp_replace_begin(struct mp_replace *replace, const char *path);
/* Closes fd in any case. False with errno: the old file stays. */
bool mp_replace_commit(struct mp_replace *replace);
/* Leaves errno as it is. Again, or of zeroes, does nothing. */
void mp_replace_finish(struct mp_replace *replace);

#endif
