#include "runner/report/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"

#define PENDING_BYTES 65536u

static bool is_replaceable(const char *path)
{
    struct stat st;
    return stat(path, &st) || S_ISREG(st.st_mode);
}

static char *beside_path(const char *path)
{
    struct mp_buf beside = {0};
    mp_buf_format(&beside, "%s.%ld.tmp", path, (long)getpid());
    return mp_buf_take(&beside);
}

/* The new file is written beside the old one: a folder that takes no new
 * entry is found out here. */
static bool can_write(const char *path)
{
    if (mp_fs_is_dir(path)) {
        errno = EISDIR;
        return false;
    }
    if (!is_replaceable(path))
        return !access(path, W_OK);
    char *beside = beside_path(path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    bool ok = fd >= 0 && write(fd, "\n", 1) == 1;
    int saved = errno;
    if (fd >= 0) {
        close(fd);
        unlink(beside);
    }
    gh_free(beside);
    errno = saved;
    return ok;
}

static bool make_folder(const char *path, struct mp_errors *errors)
{
    char *folder = mp_fs_dirname(path);
    bool ok = mp_fs_make_dirs(folder);
    if (!ok)
        mp_errors_add(errors, "%s: the folder cannot be made for %s: %s",
                      folder, path,
                      strerror(errno == EEXIST ? ENOTDIR : errno));
    gh_free(folder);
    return ok;
}

bool mp_output_open(struct mp_output *output, const char *path,
                    struct mp_console *console, struct mp_errors *errors)
{
    memset(output, 0, sizeof(*output));
    output->console = console;
    output->fd = -1;
    if (!path || !strcmp(path, "-"))
        return true;
    if (!make_folder(path, errors))
        return false;
    if (!can_write(path)) {
        mp_errors_add(errors, "%s: no report can be written there: %s", path,
                      strerror(errno));
        return false;
    }
    output->path = mp_text_copy(path);
    return true;
}

static void begin(struct mp_output *output)
{
    if (output->fd >= 0 || output->error)
        return;
    if (is_replaceable(output->path)) {
        output->beside = beside_path(output->path);
        output->fd = open(output->beside,
                          O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    } else {
        output->fd = open(output->path, O_WRONLY | O_CLOEXEC);
    }
    if (output->fd < 0)
        output->error = errno;
}

static void flush(struct mp_output *output)
{
    const char *bytes = mp_buf_text(&output->pending);
    size_t left = output->pending.len;
    if (!output->path) {
        mp_console_print(output->console, bytes, left);
        output->error = output->console->error;
        left = 0;
    } else {
        begin(output);
    }
    while (left && !output->error) {
        ssize_t put = write(output->fd, bytes, left);
        if (put > 0) {
            bytes += put;
            left -= (size_t)put;
        } else if (put == 0 || errno != EINTR) {
            output->error = put ? errno : EIO;
        }
    }
    mp_buf_reset(&output->pending);
}

void mp_output_append(struct mp_output *output, const void *bytes,
                      size_t length)
{
    if (output->error)
        return;
    mp_buf_append(&output->pending, bytes, length);
    if (output->pending.len >= PENDING_BYTES)
        flush(output);
}

bool mp_output_commit(struct mp_output *output)
{
    flush(output);
    if (output->fd >= 0 && close(output->fd) && !output->error)
        output->error = errno;
    output->fd = -1;
    if (output->beside) {
        if (!output->error && rename(output->beside, output->path))
            output->error = errno;
        if (output->error)
            unlink(output->beside);
        gh_free(output->beside);
        output->beside = NULL;
    }
    /* The console tells its own failure, once for all. */
    if (output->error && output->path)
        fprintf(stderr, "mprun: %s: the report was not written: %s\n",
                output->path, strerror(output->error));
    return !output->error;
}

void mp_output_finish(struct mp_output *output)
{
    if (output->fd >= 0 && output->path)
        close(output->fd);
    if (output->beside)
        unlink(output->beside);
    gh_free(output->beside);
    gh_free(output->path);
    mp_buf_finish(&output->pending);
    memset(output, 0, sizeof(*output));
    output->fd = -1;
}
