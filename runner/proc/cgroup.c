#include "runner/proc/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "runner/base/fs.h"
#include "runner/proc/clone.h"

#define FILE_MAX (4u << 20)
/* Groups that a server made within its own. */
#define MOST_DEPTH 16
/* A dead process is in its group for a moment longer. */
#define TRIAL_MS 100

/* --- where --- */

/* Of "36 35 98:0 /root /mount\040point rw - cgroup2 ...": the field that
 * begins with the given number of blanks before it; unescaped. */
static char *field_of(const char *line, int number)
{
    struct mp_buf text = {0};
    for (int i = 0; i < number; i++)
        line += strcspn(line, " \n") + (line[strcspn(line, " \n")] == ' ');
    while (*line && *line != ' ' && *line != '\n') {
        int octal = line[0] == '\\' && line[1] >= '0' && line[1] <= '3' &&
                    line[2] >= '0' && line[2] <= '7' && line[3] >= '0' &&
                    line[3] <= '7';
        mp_buf_append_char(&text,
                           octal ? (char)((line[1] - '0') * 64 +
                                          (line[2] - '0') * 8 + line[3] - '0')
                                 : *line);
        line += octal ? 4 : 1;
    }
    return mp_buf_take(&text);
}

/* What is behind the prefix, a folder, in path; NULL: it is elsewhere. */
static const char *below(const char *path, const char *prefix)
{
    size_t length = strcmp(prefix, "/") != 0 ? strlen(prefix) : 0;
    if (strncmp(path, prefix, length) != 0 ||
        (path[length] && path[length] != '/'))
        return NULL;
    return path + length;
}

static const char *next_line(const char *line)
{
    line += strcspn(line, "\n");
    return line + (*line == '\n');
}

static bool is_cgroup2(const char *line)
{
    const char *type = strstr(line, " - ");
    return type && type < line + strcspn(line, "\n") &&
           !strncmp(type, " - cgroup2 ", 11);
}

/* The group's folder, if this mount shows it. */
static char *place_in(const char *line, const char *own)
{
    char *root = field_of(line, 3), *mount = field_of(line, 4);
    const char *rest = below(own, root);
    struct mp_buf path = {0};
    if (rest)
        mp_buf_format(&path, "%s%s", mount, strcmp(rest, "/") ? rest : "");
    gh_free(root);
    gh_free(mount);
    return path.len ? mp_buf_take(&path) : NULL;
}

char *mp_cgroup_find(const char *groups, const char *mounts, struct mp_buf *why)
{
    const char *line = groups;
    char *own = NULL, *path = NULL;
    bool mounted = false;
    while (*line && strncmp(line, "0::/", 4) != 0)
        line = next_line(line);
    if (!*line) {
        mp_buf_append_text(why, "this system has no cgroup v2");
        return NULL;
    }
    own = gh_alloc(strcspn(line, "\n") + 1);
    memcpy(own, line + 3, strcspn(line, "\n") - 3);
    for (line = mounts; *line && !path; line = next_line(line)) {
        mounted = mounted || is_cgroup2(line);
        path = is_cgroup2(line) ? place_in(line, own) : NULL;
    }
    if (!path)
        mp_buf_format(why,
                      mounted ? "mprun's group %s is not below a mount"
                              : "cgroup v2 is not mounted",
                      own);
    gh_free(own);
    return path;
}

char *mp_cgroup_name(const char *name, struct mp_buf *why)
{
    struct mp_buf groups = {0}, mounts = {0}, path = {0};
    mp_fs_read("/proc/self/cgroup", FILE_MAX, &groups);
    mp_fs_read("/proc/self/mountinfo", FILE_MAX, &mounts);
    char *own = mp_cgroup_find(mp_buf_text(&groups), mp_buf_text(&mounts), why);
    if (own)
        mp_buf_format(&path, "%s/%s", own, name);
    gh_free(own);
    mp_buf_finish(&groups);
    mp_buf_finish(&mounts);
    return path.len ? mp_buf_take(&path) : NULL;
}

/* --- making --- */

static int open_group(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* "/group/cgroup.kill" */
static int open_file(const char *path, const char *file, int flags)
{
    char *whole = mp_fs_join(path, file);
    int fd = open(whole, flags | O_CLOEXEC);
    int error = errno;
    gh_free(whole);
    errno = error;
    return fd;
}

/* Can processes be started there and killed? 0, or an errno. */
static int try_out(const char *path)
{
    int kill_fd = open_file(path, "cgroup.kill", O_WRONLY);
    int error = kill_fd < 0 ? errno : 0;
    if (kill_fd >= 0)
        close(kill_fd);
    if (error)
        return error;
    struct mp_spawn_options options = {.group = open_group(path)};
    pid_t pid;
    error = options.group < 0 ? errno : mp_clone(&options, &pid);
    if (options.group >= 0)
        close(options.group);
    return error;
}

bool mp_cgroup_make(const char *path, struct mp_buf *why)
{
    if (mkdir(path, 0755)) {
        mp_buf_format(why, "cannot make %s: %s", path, strerror(errno));
        return false;
    }
    int error = try_out(path);
    if (!error)
        return true;
    mp_buf_format(why,
                  error == ENOENT ? "%s has no cgroup.kill: %s"
                                  : "cannot start a process in %s: %s",
                  path, strerror(error));
    mp_cgroup_remove(path, TRIAL_MS);
    return false;
}

int mp_cgroup_open_child(const char *path, const char *name)
{
    char *child = mp_fs_join(path, name);
    int fd = mkdir(child, 0755) && errno != EEXIST ? -1 : open_group(child);
    int error = errno;
    gh_free(child);
    errno = error;
    return fd;
}

/* --- looking --- */

/* Calls visit for each group directly below. */
static void each_below(const char *path,
                       void (*visit)(void *self, const char *path, int depth),
                       void *self, int depth)
{
    DIR *dir = depth < MOST_DEPTH ? opendir(path) : NULL;
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        char *child = mp_fs_join(path, entry->d_name);
        visit(self, child, depth + 1);
        gh_free(child);
    }
    if (dir)
        closedir(dir);
}

struct looking {
    void (*visit)(void *self, pid_t pid);
    void *self;
};

static void look_into(void *self, const char *path, int depth)
{
    const struct looking *looking = self;
    struct mp_buf list = {0};
    char *file = mp_fs_join(path, "cgroup.procs");
    if (mp_fs_read(file, FILE_MAX, &list)) {
        char *end;
        for (char *at = list.data; at && *at; at = end) {
            long pid = strtol(at, &end, 10);
            if (end == at)
                break;
            if (pid > 0) /* 0: of another namespace */
                looking->visit(looking->self, (pid_t)pid);
        }
    }
    gh_free(file);
    mp_buf_finish(&list);
    each_below(path, look_into, self, depth);
}

void mp_cgroup_each(const char *path, void (*visit)(void *self, pid_t pid),
                    void *self)
{
    struct looking looking = {visit, self};
    look_into(&looking, path, 0);
}

long mp_cgroup_count(const char *path)
{
    char bytes[4096];
    long count = 0;
    ssize_t got;
    int fd = open_file(path, "cgroup.procs", O_RDONLY);
    if (fd < 0)
        return -1;
    while ((got = read(fd, bytes, sizeof(bytes))) > 0) {
        for (ssize_t i = 0; i < got; i++)
            count += bytes[i] == '\n';
    }
    close(fd);
    return count;
}

/* --- the end --- */

void mp_cgroup_kill(const char *path)
{
    int fd = open_file(path, "cgroup.kill", O_WRONLY);
    if (fd < 0)
        return;
    ssize_t put = write(fd, "1", 1);
    (void)put; /* what lives on is told by remove */
    close(fd);
}

static bool is_populated(int events)
{
    char text[256];
    ssize_t got = pread(events, text, sizeof(text) - 1, 0);
    if (got <= 0)
        return false;
    text[got] = '\0';
    return strstr(text, "populated 1");
}

/* The kernel tells of each change by an exception on that file. */
static void await_emptiness(const char *path, int timeout_ms)
{
    struct pollfd wanted = {.fd = open_file(path, "cgroup.events", O_RDONLY),
                            .events = POLLPRI};
    uint64_t from = uv_hrtime() / 1000000, now = from;
    if (wanted.fd < 0)
        return;
    while (is_populated(wanted.fd) && now - from < (uint64_t)timeout_ms) {
        poll(&wanted, 1, timeout_ms - (int)(now - from));
        now = uv_hrtime() / 1000000;
    }
    close(wanted.fd);
}

static void remove_one(void *self, const char *path, int depth)
{
    each_below(path, remove_one, self, depth);
    rmdir(path);
}

bool mp_cgroup_remove(const char *path, int timeout_ms)
{
    if (!rmdir(path) || errno == ENOENT)
        return true;
    await_emptiness(path, timeout_ms);
    each_below(path, remove_one, NULL, 0);
    return !rmdir(path) || errno == ENOENT;
}
