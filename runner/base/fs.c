#include "runner/base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/text.h"
#include "runner/base/walk.h"

#define MOST_LINKS 40 /* one after the other, as many as the kernel follows */

static bool read_all(int fd, size_t max_bytes, struct mp_buf *buf)
{
    char chunk[65536];
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got == 0)
            return true;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if ((size_t)got > max_bytes || buf->len > max_bytes - (size_t)got) {
            errno = EFBIG;
            return false;
        }
        mp_buf_append(buf, chunk, (size_t)got);
    }
}

bool mp_fs_read(const char *path, size_t max_bytes, struct mp_buf *buf)
{
    if (!strcmp(path, "-"))
        return read_all(STDIN_FILENO, max_bytes, buf);
    /* O_NONBLOCK: opening a FIFO must not wait for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    struct stat st;
    bool ok = !fstat(fd, &st);
    if (ok && !S_ISREG(st.st_mode)) {
        errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
        ok = false;
    }
    ok = ok && read_all(fd, max_bytes, buf);
    int saved = errno;
    close(fd);
    errno = saved;
    return ok;
}

bool mp_fs_write_all(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t put = write(fd, bytes, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put == 0)
            errno = EIO;
        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

/* errno says why not. */
static bool make_dir(const char *path)
{
    if (!mkdir(path, 0777))
        return true;
    int why = errno;
    bool there = why != ENOENT && mp_fs_is_dir(path);
    errno = why;
    return there;
}

/* Where the last component of path, which has that length, is cut off; 0: it
 * has one only. */
static size_t cut(const char *path, size_t length)
{
    while (length && path[length - 1] == '/')
        length--;
    while (length && path[length - 1] != '/')
        length--;
    while (length && path[length - 1] == '/')
        length--;
    return length;
}

bool mp_fs_make_dirs(const char *path)
{
    struct mp_buf text = {0};
    mp_buf_append_text(&text, path);
    size_t whole = text.len, end = whole;
    bool ok = make_dir(path);
    /* Most often only the last ones are missing. */
    while (!ok && errno == ENOENT && (end = cut(text.data, end))) {
        text.data[end] = '\0';
        ok = make_dir(text.data);
    }
    while (ok && end < whole) {
        text.data[end] = '/';
        end += strlen(text.data + end);
        ok = make_dir(text.data);
    }
    mp_buf_finish(&text);
    return ok;
}

struct removal {
    const char *root;
    struct mp_buf *stuck;
    int error; /* the first */
};

/* errno says why. */
static void keep_stuck(struct removal *removal, const char *path)
{
    if (removal->error)
        return;
    removal->error = errno;
    if (removal->stuck)
        mp_buf_format(removal->stuck, *path ? "%s/%s" : "%s", removal->root,
                      path);
}

static void remove_one(void *self, const struct mp_walk_entry *entry)
{
    int flags = S_ISDIR(entry->mode) ? AT_REMOVEDIR : 0;
    if (!unlinkat(entry->folder, entry->name, flags) || errno == ENOENT)
        return;
    /* Its folder may have been left without leave to write. */
    if (errno == EACCES && !fchmod(entry->folder, 0700) &&
        !unlinkat(entry->folder, entry->name, flags))
        return;
    keep_stuck(self, entry->path);
}

bool mp_fs_remove_tree(const char *path, struct mp_buf *stuck)
{
    struct removal removal = {.root = path, .stuck = stuck};
    if (!unlink(path) || errno == ENOENT)
        return true;
    if (errno == EISDIR || errno == EPERM) {
        mp_walk(path, remove_one, &removal);
        if (!rmdir(path) || errno == ENOENT)
            return true;
    }
    keep_stuck(&removal, "");
    errno = removal.error;
    return false;
}

char *mp_fs_join(const char *base, const char *name)
{
    struct mp_buf path = {0};
    if (name[0] != '/' && *base && strcmp(base, ".")) {
        mp_buf_append_text(&path, base);
        if (path.data[path.len - 1] != '/')
            mp_buf_append_char(&path, '/');
    }
    mp_buf_append_text(&path, name);
    return mp_buf_take(&path);
}

char *mp_fs_dirname(const char *path)
{
    struct mp_buf folder = {0};
    const char *slash = strrchr(path, '/');
    if (!slash)
        mp_buf_append_text(&folder, ".");
    else
        mp_buf_append(&folder, path, slash == path ? 1 : slash - path);
    return mp_buf_take(&folder);
}

char *mp_fs_absolute(const char *path)
{
    char real[PATH_MAX];
    return realpath(path, real) ? mp_text_copy(real) : NULL;
}

/* What the link at path names, seen from here; NULL: it is no link. */
static char *follow_link(const char *path)
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof(target) - 1);
    if (length < 0)
        return NULL;
    target[length] = '\0';
    char *folder = mp_fs_dirname(path);
    char *next = mp_fs_join(folder, target);
    gh_free(folder);
    return next;
}

static char *place_in_folder(const char *path)
{
    char *folder = mp_fs_dirname(path);
    char *real = mp_fs_absolute(folder);
    const char *slash = strrchr(path, '/');
    char *place = real ? mp_fs_join(real, slash ? slash + 1 : path) : NULL;
    gh_free(folder);
    gh_free(real);
    return place;
}

char *mp_fs_place(const char *path)
{
    char *place = mp_fs_absolute(path);
    char *at = mp_text_copy(path);
    for (int i = 0; !place && i < MOST_LINKS; i++) {
        char *next = follow_link(at);
        if (!next) {
            place = place_in_folder(at);
            break;
        }
        gh_free(at);
        at = next;
    }
    gh_free(at);
    return place;
}

bool mp_fs_is_dir(const char *path)
{
    struct stat st;
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool mp_fs_exists(const char *path)
{
    struct stat st;
    return !stat(path, &st);
}
