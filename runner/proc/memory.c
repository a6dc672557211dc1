#include "runner/proc/memory.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_BYTES 4096

/* The beginning is enough of each. */
static bool read_text(const char *path, char text[TEXT_BYTES])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, text, TEXT_BYTES - 1);
    if (file >= 0)
        close(file);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

int64_t mp_memory_of_meminfo(const char *text)
{
    static const char key[] = "MemAvailable:";
    const char *at = strstr(text, key);
    return at ? strtoll(at + sizeof(key) - 1, NULL, 10) : 0;
}

const char *mp_memory_group_path(const char *text, int *length)
{
    static const char key[] = "0::/";
    const char *at = strncmp(text, key, 4) != 0 ? strstr(text, "\n0::/") : text;
    *length = 0;
    if (!at)
        return "";
    at = strchr(at, '/');
    *length = (int)strcspn(at, "\n");
    return at;
}

/* A file of our control group as a number; -1: none, or "max". */
static int64_t group_value(const char *path, int length, const char *file)
{
    char name[TEXT_BYTES + 64], text[TEXT_BYTES];
    snprintf(name, sizeof(name), "/sys/fs/cgroup%.*s/%s", length, path, file);
    if (!read_text(name, text) || text[0] < '0' || text[0] > '9')
        return -1;
    return strtoll(text, NULL, 10);
}

int64_t mp_memory_available_kb(void)
{
    char text[TEXT_BYTES];
    int length;
    int64_t available_kb =
        read_text("/proc/meminfo", text) ? mp_memory_of_meminfo(text) : 0;
    if (!read_text("/proc/self/cgroup", text))
        return available_kb;
    const char *path = mp_memory_group_path(text, &length);
    int64_t most = length ? group_value(path, length, "memory.max") : -1;
    int64_t used = most >= 0 ? group_value(path, length, "memory.current") : -1;
    if (used < 0)
        return available_kb;
    int64_t left_kb = most > used ? (most - used) / 1024 : 1;
    return !available_kb || left_kb < available_kb ? left_kb : available_kb;
}
