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
    struct mp_replace trial;
    if (!mp_replace_begin(&trial, path))
        return false;
    bool ok = mp_fs_write_all(trial.fd, "\n", 1);
    mp_replace_finish(&trial);
    return ok;
}

/* "/dev/stdout", or the file that the shell opened: what is written there by
 * its path would mix with the console, or be lost with it. */
static bool is_console(const char *path, int fd)
{
    struct stat named, shown;
    return !stat(path, &named) && !fstat(fd, &shown) &&
           named.st_dev == shown.st_dev && named.st_ino == shown.st_ino &&
           (!S_ISCHR(named.st_mode) || isatty(fd));
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
    if (!path || !strcmp(path, "-") || is_console(path, console->fd))
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

/* A FIFO that nobody reads is an error, where open would wait for ever. */
static int open_in_place(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;
}

static void begin(struct mp_output *output)
{
    if (output->fd >= 0 || output->error)
        return;
    if (!is_replaceable(output->path))
        output->fd = open_in_place(output->path);
    else if (mp_replace_begin(&output->replace, output->path))
        output->fd = output->replace.fd;
    if (output->fd < 0)
        output->error = errno;
}

static void flush(struct mp_output *output)
{
    const char *bytes = mp_buf_text(&output->pending);
    size_t length = output->pending.len;
    if (!output->path) {
        mp_console_print(output->console, bytes, length);
        output->error = output->console->error;
    } else {
        begin(output);
        if (!output->error && !mp_fs_write_all(output->fd, bytes, length))
            output->error = errno;
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

static void put_in_place(struct mp_output *output)
{
    if (output->replace.beside) {
        if (!output->error && !mp_replace_commit(&output->replace))
            output->error = errno;
        mp_replace_finish(&output->replace);
    } else if (output->fd >= 0 && close(output->fd) && !output->error) {
        output->error = errno;
    }
    output->fd = -1;
}

bool mp_output_commit(struct mp_output *output)
{
    flush(output);
    put_in_place(output);
    /* The console tells its own failure, once for all. */
    if (output->error && output->path)
        fprintf(stderr, "mprun: %s: the report was not written: %s\n",
                output->path,
                output->error == ENXIO ? "nobody reads from it"
                                       : strerror(output->error));
    return !output->error;
}

void mp_output_finish(struct mp_output *output)
{
    if (output->fd >= 0 && output->path && !output->replace.beside)
        close(output->fd);
    mp_replace_finish(&output->replace);
    gh_free(output->path);
    mp_buf_finish(&output->pending);
    memset(output, 0, sizeof(*output));
    output->fd = -1;
}
