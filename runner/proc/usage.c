#include "runner/proc/usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t microseconds(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

struct mp_usage mp_usage_of(const struct rusage *used)
{
    return (struct mp_usage){.known = true,
                             .user_us = microseconds(used->ru_utime),
                             .system_us = microseconds(used->ru_stime),
                             .max_rss_kb = used->ru_maxrss};
}

int64_t mp_usage_descriptors(pid_t pid)
{
    char path[64];
    struct stat st;
    int64_t count = 0;
    snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
    if (!stat(path, &st) && st.st_size > 0)
        return st.st_size; /* Linux 6.2 and later count them there */
    DIR *dir = opendir(path);
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count > 2 ? count - 2 : 0; /* "." and ".." */
}

/* A list of pids, each with a blank behind it. */
static size_t count_in(int tasks, const char *task)
{
    char path[280], bytes[4096];
    size_t count = 0;
    ssize_t got;
    snprintf(path, sizeof(path), "%s/children", task);
    int fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && (got = read(fd, bytes, sizeof(bytes))) > 0) {
        for (ssize_t i = 0; i < got; i++)
            count += bytes[i] == ' ';
    }
    if (fd >= 0)
        close(fd);
    return count;
}

size_t mp_usage_children(pid_t pid)
{
    char path[64];
    size_t count = 0;
    struct dirent *entry;
    snprintf(path, sizeof(path), "/proc/%ld/task", (long)pid);
    DIR *tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        if (entry->d_name[0] != '.')
            count += count_in(dirfd(tasks), entry->d_name);
    }
    if (tasks)
        closedir(tasks);
    return count;
}
