#include "runner/proc/environ.h"

#include <stdio.h>
#include <string.h>

#include "runner/base/fs.h"

#define BLOCK_MAX (2u << 20)

bool mp_environ_read(pid_t pid, struct mp_buf *block)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%ld/environ", (long)pid);
    return mp_fs_read(path, BLOCK_MAX, block);
}

bool mp_environ_holds(const struct mp_buf *block, const char *text, bool whole)
{
    size_t length = strlen(text) + whole;
    for (size_t at = 0; at < block->len;) {
        const char *entry = block->data + at;
        size_t size = strnlen(entry, block->len - at) + 1;
        if (size >= length && !memcmp(entry, text, length))
            return true;
        at += size;
    }
    return false;
}
