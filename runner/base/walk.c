#include "runner/base/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/buf.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* A folder that is being walked. */
struct level {
    struct mp_buf names; /* each with its NUL */
    size_t at;           /* of the next one */
    size_t path_length;  /* of the folder itself */
    dev_t device;
    ino_t inode;
};

struct walk {
    void (*visit)(void *self, const struct mp_walk_entry *entry);
    void *self;
    int fd; /* of the innermost folder */
    struct level *levels;
    size_t depth, capacity;
    struct mp_buf path;
    int error; /* the first */
};

static void fail(struct walk *walk)
{
    if (!walk->error)
        walk->error = errno;
}

static void read_names(int fd, struct mp_buf *names)
{
    int again = dup(fd); /* closedir takes it */
    DIR *dir = again < 0 ? NULL : fdopendir(again);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            mp_buf_append(names, entry->d_name, strlen(entry->d_name) + 1);
    }
    if (dir)
        closedir(dir);
    else if (again >= 0)
        close(again);
}

/* Goes into the folder; fd is the walk's from here on. */
static bool push(struct walk *walk, int fd)
{
    struct stat st;
    if (fd < 0 || fstat(fd, &st)) {
        fail(walk);
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (walk->depth == walk->capacity) {
        walk->capacity = walk->capacity * 2 + 16;
        walk->levels =
            gh_realloc(walk->levels, walk->capacity * sizeof(*walk->levels));
    }
    if (walk->fd >= 0)
        close(walk->fd);
    walk->fd = fd;
    struct level *level = &walk->levels[walk->depth++];
    *level = (struct level){
        .path_length = walk->path.len, .device = st.st_dev, .inode = st.st_ino};
    read_names(fd, &level->names);
    return true;
}

static bool is_level(int fd, const struct level *level)
{
    struct stat st;
    return !fstat(fd, &st) && st.st_dev == level->device &&
           st.st_ino == level->inode;
}

/* Back to the folder around; false: it is not the one that we came from. */
static bool pop(struct walk *walk)
{
    mp_buf_finish(&walk->levels[--walk->depth].names);
    if (!walk->depth)
        return true;
    int fd = openat(walk->fd, "..", FOLDER_FLAGS);
    if (fd >= 0 && is_level(fd, &walk->levels[walk->depth - 1])) {
        close(walk->fd);
        walk->fd = fd;
        return true;
    }
    if (fd >= 0) {
        close(fd);
        errno = ESTALE;
    }
    fail(walk);
    return false;
}

static void cut_path(struct walk *walk, size_t length)
{
    walk->path.len = length;
    if (walk->path.data)
        walk->path.data[length] = '\0';
}

static void set_path(struct walk *walk, const char *name)
{
    const struct level *level = &walk->levels[walk->depth - 1];
    cut_path(walk, level->path_length);
    if (level->path_length)
        mp_buf_append_char(&walk->path, '/');
    mp_buf_append_text(&walk->path, name);
}

static void show(struct walk *walk, const char *name, mode_t mode)
{
    struct mp_walk_entry entry = {.folder = walk->fd,
                                  .name = name,
                                  .path = walk->path.data,
                                  .mode = mode};
    walk->visit(walk->self, &entry);
}

/* The last part of a path that has been walked, and is visited now. */
static void show_folder(struct walk *walk, size_t path_length)
{
    const struct level *level = &walk->levels[walk->depth - 1];
    cut_path(walk, path_length);
    size_t start = level->path_length ? level->path_length + 1 : 0;
    show(walk, walk->path.data + start, S_IFDIR);
}

static void step(struct walk *walk, const char *name)
{
    struct stat st = {0};
    set_path(walk, name);
    if (fstatat(walk->fd, name, &st, AT_SYMLINK_NOFOLLOW)) {
        fail(walk);
        st.st_mode = 0;
    }
    if (!S_ISDIR(st.st_mode) ||
        !push(walk, openat(walk->fd, name, FOLDER_FLAGS)))
        show(walk, name, st.st_mode);
}

static void run(struct walk *walk)
{
    while (walk->depth) {
        struct level *level = &walk->levels[walk->depth - 1];
        if (level->at < level->names.len) {
            const char *name = level->names.data + level->at;
            level->at += strlen(name) + 1;
            step(walk, name);
            continue;
        }
        size_t path_length = level->path_length;
        if (!pop(walk))
            return;
        if (walk->depth)
            show_folder(walk, path_length);
    }
}

bool mp_walk(const char *root,
             void (*visit)(void *self, const struct mp_walk_entry *entry),
             void *self)
{
    struct walk walk = {.visit = visit, .self = self, .fd = -1};
    if (push(&walk, open(root, FOLDER_FLAGS)))
        run(&walk);
    while (walk.depth)
        mp_buf_finish(&walk.levels[--walk.depth].names);
    if (walk.fd >= 0)
        close(walk.fd);
    gh_free(walk.levels);
    mp_buf_finish(&walk.path);
    errno = walk.error;
    return !walk.error;
}
