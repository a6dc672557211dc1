#include "runner/plan/collect.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gherkin/hash.h"
#include "runner/base/fs.h"
#include "runner/base/text.h"

#define DEEPEST_FOLDER 64

/* A file or folder, whatever path leads to it. */
struct visited {
    dev_t device;
    ino_t inode;
    size_t mark; /* of a file its index + 1, of a folder the number of the
                    last target that it was searched for; 0: free slot */
};

struct link { /* searched after all that is no link */
    const char *path, *name;
    int depth;
};

struct collector {
    struct gh_arena *arena;
    struct mp_feature_files *files;
    struct mp_errors *errors;
    const struct mp_target *target;
    const char *root;
    size_t file_capacity;
    struct visited *visited; /* a hash table */
    size_t visited_capacity, visited_count;
    struct link *links;
    size_t link_count, link_capacity;
    size_t number; /* of the target, 1-based */
    size_t found;  /* files that it led to */
};

static size_t slot_of(const struct visited *table, size_t capacity,
                      dev_t device, ino_t inode)
{
    uint64_t hash = gh_hash_mix((uint64_t)inode ^ (uint64_t)device << 40);
    size_t at = (size_t)hash & (capacity - 1);
    while (table[at].mark &&
           (table[at].device != device || table[at].inode != inode))
        at = (at + 1) & (capacity - 1);
    return at;
}

static void grow_visited(struct collector *c)
{
    size_t capacity = c->visited_capacity ? c->visited_capacity * 2 : 64;
    struct visited *table = gh_alloc(capacity * sizeof(*table));
    for (size_t i = 0; i < c->visited_capacity; i++) {
        const struct visited *old = &c->visited[i];
        if (old->mark)
            table[slot_of(table, capacity, old->device, old->inode)] = *old;
    }
    gh_free(c->visited);
    c->visited = table;
    c->visited_capacity = capacity;
}

/* The entry of the file or folder; its mark is 0 if it is new. */
static struct visited *visit(struct collector *c, const struct stat *st)
{
    if (c->visited_count * 2 >= c->visited_capacity)
        grow_visited(c);
    struct visited *entry = &c->visited[slot_of(c->visited, c->visited_capacity,
                                                st->st_dev, st->st_ino)];
    entry->device = st->st_dev;
    entry->inode = st->st_ino;
    c->visited_count += !entry->mark;
    return entry;
}

/* A file that is called ".feature" is hidden and no feature. */
static bool ends_with(const char *text, const char *ending)
{
    return gh_str_ends_with(gh_str_of(text), ending) && strcmp(text, ending);
}

bool mp_is_feature_name(const char *path)
{
    return ends_with(path, ".feature") || ends_with(path, ".feature.md");
}

static void add_file(struct collector *c, const char *path,
                     const struct stat *st)
{
    struct mp_feature_files *files = c->files;
    struct visited *entry = visit(c, st);
    c->found++;
    if (!entry->mark) {
        if (files->count == c->file_capacity) {
            c->file_capacity = c->file_capacity ? c->file_capacity * 2 : 16;
            files->list = gh_realloc(files->list,
                                     c->file_capacity * sizeof(*files->list));
        }
        files->list[files->count++] = (struct mp_feature_file){
            .path = gh_arena_copy(c->arena, gh_str_of(path)), .root = c->root};
        entry->mark = files->count;
    }
    struct mp_feature_file *file = &files->list[entry->mark - 1];
    size_t count = file->target_count;
    if (count && file->targets[count - 1] == c->target)
        return;
    if (!(count & (count + 1)))
        file->targets =
            gh_realloc(file->targets, (count + 1) * 2 * sizeof(*file->targets));
    file->targets[file->target_count++] = c->target;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted; NULL with errno when it cannot be read. */
static char **list_folder(const char *path, struct gh_arena *arena,
                          size_t *count)
{
    DIR *dir = opendir(path);
    if (!dir)
        return NULL;
    size_t capacity = 64;
    char **names = gh_alloc(capacity * sizeof(*names));
    struct dirent *entry;
    *count = 0;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        if (*count == capacity) {
            capacity *= 2;
            names = gh_realloc(names, capacity * sizeof(*names));
        }
        names[(*count)++] = gh_arena_copy(arena, gh_str_of(entry->d_name));
    }
    closedir(dir);
    if (*count)
        qsort(names, *count, sizeof(*names), by_text);
    return names;
}

static void search(struct collector *c, const char *folder, int depth);

/* A folder that is named like a feature file and holds none is one that
 * somebody made by mistake. */
static void search_feature_name(struct collector *c, const char *path,
                                int depth)
{
    size_t before = c->found + c->link_count;
    size_t errors_before = c->errors->error_count;
    search(c, path, depth);
    if (c->found + c->link_count == before &&
        c->errors->error_count == errors_before)
        mp_errors_add(c->errors,
                      "%s: cannot be read: it is a folder, and no feature "
                      "file is in there",
                      path);
}

static void take_entry(struct collector *c, const char *path, const char *name,
                       int depth)
{
    struct stat st;
    bool feature = mp_is_feature_name(name);
    if (stat(path, &st)) {
        if (feature)
            mp_errors_add(c->errors, "%s: cannot be read: %s", path,
                          strerror(errno));
    } else if (S_ISDIR(st.st_mode)) {
        if (feature)
            search_feature_name(c, path, depth);
        else if (strcmp(name, "node_modules"))
            search(c, path, depth);
    } else if (feature) {
        add_file(c, path, &st);
    }
}

static void keep_link(struct collector *c, const char *path, const char *name,
                      int depth)
{
    if (c->link_count == c->link_capacity) {
        c->link_capacity = c->link_capacity ? c->link_capacity * 2 : 16;
        c->links = gh_realloc(c->links, c->link_capacity * sizeof(*c->links));
    }
    c->links[c->link_count++] =
        (struct link){gh_arena_copy(c->arena, gh_str_of(path)), name, depth};
}

/* Searches a folder once for each target, so that a loop of links ends. */
static void search(struct collector *c, const char *folder, int depth)
{
    size_t count;
    struct stat st;
    char **names = list_folder(folder, c->arena, &count);
    if (!names || stat(folder, &st)) {
        mp_errors_add(c->errors, "%s: the folder cannot be read: %s", folder,
                      strerror(errno));
        return;
    }
    struct visited *entry = visit(c, &st);
    bool again = entry->mark == c->number;
    entry->mark = c->number;
    if (!again && depth > DEEPEST_FOLDER)
        mp_errors_add(c->errors,
                      "%s: folders are nested too deep (%d is the most)",
                      folder, DEEPEST_FOLDER);
    for (size_t i = 0; i < count && !again && depth <= DEEPEST_FOLDER; i++) {
        char *path = mp_fs_join(folder, names[i]);
        if (!lstat(path, &st) && S_ISLNK(st.st_mode))
            keep_link(c, path, names[i], depth + 1);
        else
            take_entry(c, path, names[i], depth + 1);
        gh_free(path);
    }
    gh_free(names);
}

/* Links may lead to more links. A file that has a path without a link keeps
 * that one. */
static void search_all(struct collector *c, const char *folder)
{
    c->link_count = 0;
    if (mp_is_feature_name(folder))
        search_feature_name(c, folder, 0);
    else
        search(c, folder, 0);
    for (size_t i = 0; i < c->link_count; i++) {
        struct link link = c->links[i];
        take_entry(c, link.path, link.name, link.depth);
    }
}

static const char *origin(const struct collector *c)
{
    return c->target->from ? c->target->from : "";
}

static void report_missing(struct collector *c, const char *path)
{
    const char *why = strerror(errno);
    char *folder = mp_fs_dirname(path);
    const char *slash = strrchr(path, '/');
    size_t count = 0;
    char **names = list_folder(folder, c->arena, &count);
    const char *name = slash ? slash + 1 : path;
    const char *near = mp_nearest(name, (const char *const *)names, count);
    if (near && !strcmp(near, name)) /* a link that leads nowhere */
        near = NULL;
    char *meant = near ? mp_fs_join(folder, near) : NULL;
    mp_errors_add(c->errors, "%s%s: %s%s%s%s", origin(c), path, why,
                  meant ? ", did you mean '" : "", meant ? meant : "",
                  meant ? "'?" : "");
    gh_free(meant);
    gh_free(names);
    gh_free(folder);
}

static void collect_one(struct collector *c)
{
    const char *path = c->target->path;
    struct stat st;
    if (stat(path, &st)) {
        report_missing(c, path);
    } else if (S_ISDIR(st.st_mode)) {
        c->found = 0;
        c->root = path;
        if (c->target->line_count || c->target->combination) {
            mp_errors_add(c->errors,
                          "%s is a folder: a line or a combination needs a "
                          "feature file",
                          path);
            return;
        }
        search_all(c, path);
        if (!c->found && !c->errors->error_count)
            mp_errors_warn(c->errors,
                           "%s: warning: no *.feature or *.feature.md file "
                           "in there",
                           path);
    } else if (!mp_is_feature_name(path)) {
        mp_errors_add(c->errors,
                      "%s%s: not a feature file (.feature or .feature.md)",
                      origin(c), path);
    } else {
        char *folder = mp_fs_dirname(path);
        c->root = gh_arena_copy(c->arena, gh_str_of(folder));
        gh_free(folder);
        add_file(c, path, &st);
    }
}

void mp_collect(const struct mp_targets *targets, struct gh_arena *arena,
                struct mp_feature_files *files, struct mp_errors *errors)
{
    struct collector c = {.arena = arena, .files = files, .errors = errors};
    for (size_t i = 0; i < targets->count; i++) {
        c.target = &targets->list[i];
        c.number = i + 1;
        collect_one(&c);
    }
    gh_free(c.visited);
    gh_free(c.links);
}

void mp_feature_files_finish(struct mp_feature_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        gh_free(files->list[i].targets);
    gh_free(files->list);
    memset(files, 0, sizeof(*files));
}
