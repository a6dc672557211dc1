/*
 * Files and paths. All functions that can fail return false (or NULL) and
 * leave errno set; the caller names the path in its message. Paths returned
 * are owned by the caller (gh_free). Nothing here is called while a loop
 * waits for processes except for small local files.
 */
#ifndef RUNNER_BASE_FS_H
#define RUNNER_BASE_FS_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/base/buf.h"

/* Appends the file's bytes to buf. Only regular files and, for "-", standard
 * input; EISDIR for a folder, EINVAL for a FIFO or device; EFBIG above
 * max_bytes. */
bool mp_fs_read(const char *path, size_t max_bytes, struct mp_buf *buf);
/* Writes all of it to a blocking descriptor, whatever interrupts that. */
bool mp_fs_write_all(int fd, const char *bytes, size_t length);
/* mkdir -p. */
bool mp_fs_make_dirs(const char *path);
/* rm -r; a path that is not there is no error. Symbolic links are removed,
 * not followed. Goes on past what cannot be removed; stuck (may be NULL) gets
 * the first such path, errno is why. */
bool mp_fs_remove_tree(const char *path, struct mp_buf *stuck);
/* base/name, or name alone where it is absolute or base is "" or ".". */
char *mp_fs_join(const char *base, const char *name);
/* The folder part of path: "." where it has none. */
char *mp_fs_dirname(const char *path);
/* Real absolute path, NULL if it does not exist. */
char *mp_fs_absolute(const char *path);
/* The same of a file that is not there yet: where it would be made, through
 * links that lead to nothing. NULL: its folder does not exist, or links lead
 * in a circle. */
char *mp_fs_place(const char *path);
bool mp_fs_is_dir(const char *path);
bool mp_fs_exists(const char *path);

#endif
