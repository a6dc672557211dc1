#include "runner/proc/core.h"

#include <glob.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "runner/base/fs.h"

#define PROC_MAX 4096
/* A file's time may be that much behind the clock's. */
#define COARSE_MS 20

static void read_line(const char *path, struct mp_buf *line)
{
    if (mp_fs_read(path, PROC_MAX, line) && line->data)
        line->data[line->len = strcspn(line->data, "\n")] = '\0';
}

static void append_literal(struct mp_buf *glob, char c)
{
    if (strchr("*?[]\\", c))
        mp_buf_append_char(glob, '\\');
    mp_buf_append_char(glob, c);
}

void mp_core_glob(const char *pattern, bool uses_pid, pid_t pid, int number,
                  struct mp_buf *glob)
{
    bool named = false; /* by its pid */
    for (; *pattern; pattern++) {
        if (*pattern != '%') {
            append_literal(glob, *pattern);
            continue;
        }
        switch (*++pattern) {
        case '%':
            append_literal(glob, '%');
            break;
        case 'p':
            mp_buf_format(glob, "%ld", (long)pid);
            named = true;
            break;
        case 's':
            mp_buf_format(glob, "%d", number);
            break;
        case '\0':
            pattern--; /* the kernel drops a single % at the end */
            break;
        default:
            mp_buf_append_char(glob, '*');
        }
    }
    if (uses_pid && !named)
        mp_buf_format(glob, ".%ld", (long)pid);
}

struct newest {
    const struct mp_core_search *search;
    struct mp_buf *path;
    int64_t ms, bytes;
    bool found;
};

static void consider(struct newest *newest, const char *path)
{
    struct stat st;
    if (stat(path, &st) || !S_ISREG(st.st_mode) || !st.st_size)
        return;
    int64_t ms =
        (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    if (ms < newest->search->since_ms - COARSE_MS ||
        (newest->found && ms <= newest->ms))
        return;
    newest->found = true;
    newest->ms = ms;
    newest->bytes = st.st_size;
    mp_buf_reset(newest->path);
    mp_buf_append_text(newest->path, path);
}

static void consider_all(struct newest *newest, const char *pattern)
{
    glob_t list;
    if (glob(pattern, GLOB_NOSORT, NULL, &list))
        return;
    for (size_t i = 0; i < list.gl_pathc; i++)
        consider(newest, list.gl_pathv[i]);
    globfree(&list);
}

static void look_in_folders(struct newest *newest, const char *name)
{
    const struct mp_core_search *search = newest->search;
    for (size_t i = 0; i < search->folder_count; i++) {
        struct mp_buf pattern = {0};
        for (const char *c = search->folders[i]; *c; c++)
            append_literal(&pattern, *c);
        mp_buf_format(&pattern, "/%s", name);
        consider_all(newest, pattern.data);
        mp_buf_finish(&pattern);
    }
}

enum mp_core_place mp_core_find(const struct mp_core_search *search,
                                struct mp_buf *where, int64_t *bytes)
{
    struct mp_buf pattern = {0}, uses_pid = {0}, name = {0};
    struct newest newest = {.search = search, .path = where};
    enum mp_core_place place = MP_CORE_PROGRAM;
    read_line("/proc/sys/kernel/core_pattern", &pattern);
    read_line("/proc/sys/kernel/core_uses_pid", &uses_pid);
    const char *text = mp_buf_text(&pattern);
    if (*text == '|') {
        mp_buf_append_text(where, text + 1 + strspn(text + 1, " "));
    } else {
        mp_core_glob(text, !strcmp(mp_buf_text(&uses_pid), "1"), search->pid,
                     search->signal, &name);
        if (*text == '/')
            consider_all(&newest, mp_buf_text(&name));
        else
            look_in_folders(&newest, mp_buf_text(&name));
        place = newest.found ? MP_CORE_FILE : MP_CORE_LOST;
        if (!newest.found)
            mp_buf_append_text(where, mp_buf_text(&name));
        *bytes = newest.bytes;
    }
    mp_buf_finish(&pattern);
    mp_buf_finish(&uses_pid);
    mp_buf_finish(&name);
    return place;
}

int64_t mp_core_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) || limit.rlim_cur > INT64_MAX)
        return INT64_MAX;
    return (int64_t)limit.rlim_cur;
}
