#include "runner/proc/limits.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "runner/base/fs.h"

/* Of a server: three pipes, that of the shim, the file of its stderr. */
#define FILES_EACH 5
/* For reports, folders that are looked through, and what libuv opens for a
 * moment when it starts a process. */
#define FILES_KEPT 24
/* Where the open ones cannot be counted. */
#define FILES_OPEN 16
#define PROC_MAX   65536

void mp_limits_raise_files(char before[MP_LIMITS_TEXT_SIZE])
{
    struct rlimit limit;
    *before = '\0';
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= limit.rlim_max)
        return;
    rlim_t was = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (!setrlimit(RLIMIT_NOFILE, &limit))
        snprintf(before, MP_LIMITS_TEXT_SIZE, "%llu", (unsigned long long)was);
}

void mp_limits_restore_files(const char *before)
{
    struct rlimit limit;
    if (!*before || getrlimit(RLIMIT_NOFILE, &limit))
        return;
    limit.rlim_cur = (rlim_t)strtoull(before, NULL, 10);
    setrlimit(RLIMIT_NOFILE, &limit);
}

static size_t open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;
    if (!dir)
        return FILES_OPEN;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

size_t mp_limits_processes(void)
{
    struct rlimit limit;
    size_t taken = open_files() + FILES_KEPT;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    if (limit.rlim_cur < taken + FILES_EACH)
        return 1;
    return (size_t)((limit.rlim_cur - taken) / FILES_EACH);
}

bool mp_limits_is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == EAGAIN ||
           error == ENOMEM;
}

static void append_limit(struct mp_buf *text, const char *name, rlim_t most)
{
    if (most == RLIM_INFINITY)
        mp_buf_format(text, "%s unlimited", name);
    else
        mp_buf_format(text, "%s %llu", name, (unsigned long long)most);
}

/* "; pids.max 100" of the control group, where there is one. */
static void append_group(struct mp_buf *text)
{
    struct mp_buf group = {0}, path = {0}, most = {0};
    mp_fs_read("/proc/self/cgroup", PROC_MAX, &group);
    const char *at = strstr(mp_buf_text(&group), "0::/");
    if (at) {
        at += strlen("0::");
        mp_buf_format(&path, "/sys/fs/cgroup%.*s/pids.max",
                      (int)strcspn(at, "\n"), at);
        if (mp_fs_read(path.data, PROC_MAX, &most))
            mp_buf_format(text, "; pids.max %.*s",
                          (int)strcspn(mp_buf_text(&most), "\n"),
                          mp_buf_text(&most));
    }
    mp_buf_finish(&group);
    mp_buf_finish(&path);
    mp_buf_finish(&most);
}

void mp_limits_explain(int error, struct mp_buf *text)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    if (!mp_limits_is_shortage(error))
        return;
    mp_buf_append_text(text, " (");
    if (error == EMFILE) {
        getrlimit(RLIMIT_NOFILE, &limit);
        append_limit(text, "RLIMIT_NOFILE", limit.rlim_cur);
    } else if (error == ENFILE) {
        mp_buf_append_text(text, "of the whole system");
    } else {
        getrlimit(RLIMIT_NPROC, &limit);
        append_limit(text, "RLIMIT_NPROC", limit.rlim_cur);
        append_group(text);
    }
    mp_buf_append_char(text, ')');
}
