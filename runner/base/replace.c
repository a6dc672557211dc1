#include "runner/base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"

#define MOST_NAMES 100 /* that were left behind by others with our number */

static bool open_beside(struct mp_replace *replace, mode_t mode)
{
    struct mp_buf name = {0};
    for (int i = 0; replace->fd < 0 && i < MOST_NAMES; i++) {
        mp_buf_reset(&name);
        mp_buf_format(&name, "%s.%ld", replace->path, (long)getpid());
        mp_buf_format(&name, i ? "-%d.tmp" : ".tmp", i);
        replace->fd =
            open(name.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (replace->fd < 0 && errno != EEXIST)
            break;
    }
    int saved = errno;
    if (replace->fd >= 0)
        replace->beside = mp_text_copy(name.data);
    mp_buf_finish(&name);
    errno = saved;
    return replace->fd >= 0;
}

static bool take_over(int fd, const struct stat *old)
{
    /* Only the owner may give it away; else it is the user's file. */
    int given = fchown(fd, old->st_uid, old->st_gid);
    (void)given;
    return !fchmod(fd, old->st_mode & 07777);
}

bool mp_replace_begin(struct mp_replace *replace, const char *path)
{
    struct stat old;
    char *real = mp_fs_place(path);
    *replace = (struct mp_replace){.fd = -1};
    replace->path = real ? real : mp_text_copy(path);
    bool is_there = !stat(replace->path, &old);
    bool ok = open_beside(replace, is_there ? 0600 : 0666) &&
              (!is_there || take_over(replace->fd, &old));
    if (!ok)
        mp_replace_finish(replace);
    return ok;
}

bool mp_replace_commit(struct mp_replace *replace)
{
    bool ok = !close(replace->fd);
    replace->fd = -1;
    ok = ok && !rename(replace->beside, replace->path);
    if (ok) {
        gh_free(replace->beside);
        replace->beside = NULL;
    }
    return ok;
}

void mp_replace_finish(struct mp_replace *replace)
{
    int saved = errno;
    if (replace->beside && replace->fd >= 0)
        close(replace->fd);
    if (replace->beside)
        unlink(replace->beside);
    gh_free(replace->beside);
    gh_free(replace->path);
    *replace = (struct mp_replace){.fd = -1};
    errno = saved;
}
