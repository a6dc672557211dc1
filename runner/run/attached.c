#include "runner/run/attached.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/fs.h"

static bool is_inside(const char *folder, const char *path)
{
    char *real = mp_fs_absolute(folder);
    size_t length = real ? strlen(real) : 0;
    bool inside = real && !strncmp(real, path, length) && path[length] == '/';
    gh_free(real);
    return inside;
}

static bool check_file(const char *real, struct mp_buf *why)
{
    struct stat st;
    int fd = open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool ok = fd >= 0 && !fstat(fd, &st);
    if (!ok)
        mp_buf_append_text(why, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        mp_buf_append_text(why, S_ISDIR(st.st_mode) ? "it is a folder"
                                                    : "it is no regular file");
    if (fd >= 0)
        close(fd);
    return ok && S_ISREG(st.st_mode);
}

bool mp_attached_check(const char *folder, const char *path, struct mp_buf *why)
{
    char *joined = mp_fs_join(folder, path);
    char *real = mp_fs_absolute(joined);
    bool ok = false;
    if (!real)
        mp_buf_append_text(why, strerror(errno));
    else if (!is_inside(folder, real))
        mp_buf_append_text(why, "a link leads out of artifactDir");
    else
        ok = check_file(real, why);
    gh_free(real);
    gh_free(joined);
    return ok;
}
