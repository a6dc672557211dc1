#include "runner/run/workspace.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/base/walk.h"

#define SHARED_MEMORY_DIR "/dev/shm"
#define MOST_NAMED        20

bool mp_workspace_make(struct mp_workspace *workspace, const char *shared_root,
                       const char *run_prefix, const char *artifact_root,
                       const char *scenario_id, size_t case_number, int attempt)
{
    struct mp_buf text = {0};
    mp_buf_format(&text, "%s/%zu", shared_root, case_number);
    if (attempt > 1)
        mp_buf_format(&text, ".%d", attempt);
    workspace->shared_dir = mp_buf_take(&text);
    mp_buf_format(&text, "%s-%zu", run_prefix, case_number);
    if (attempt > 1)
        mp_buf_format(&text, ".%d", attempt);
    workspace->ipc_prefix = mp_buf_take(&text);
    mp_buf_format(&text, "%s/%s", artifact_root, scenario_id);
    if (attempt > 1)
        mp_buf_format(&text, ".%d", attempt);
    workspace->artifact_dir = mp_buf_take(&text);
    return mp_fs_make_dirs(workspace->shared_dir);
}

static void name(struct mp_buf *list, const char *path)
{
    size_t named = 0;
    for (size_t i = 0; i < list->len; i++)
        named += list->data[i] == ',';
    if (named < MOST_NAMED)
        mp_buf_format(list, "%s%s", list->len ? ", " : "", path);
    else if (named == MOST_NAMED)
        mp_buf_append_text(list, ", ...");
}

struct looking {
    struct mp_buf *leaks, *files;
};

static void look_at(void *self, const struct mp_walk_entry *entry)
{
    const struct looking *looking = self;
    if (S_ISSOCK(entry->mode) || S_ISFIFO(entry->mode))
        name(looking->leaks, entry->path);
    else if (!S_ISDIR(entry->mode))
        name(looking->files, entry->path);
}

/* mp7f3a-1 is no prefix of a name that begins with mp7f3a-12. */
static bool is_own_object(const char *object, const char *prefix)
{
    size_t length = strlen(prefix);
    if (!strncmp(object, "sem.", 4) && strncmp(prefix, "sem.", 4))
        object += 4;
    return !strncmp(object, prefix, length) &&
           !isdigit((unsigned char)object[length]);
}

static void clear_shared_memory(const char *prefix, bool keep,
                                struct mp_buf *leaks)
{
    DIR *dir = opendir(SHARED_MEMORY_DIR);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        if (!is_own_object(entry->d_name, prefix))
            continue;
        char *path = mp_fs_join(SHARED_MEMORY_DIR, entry->d_name);
        name(leaks, path);
        if (!keep)
            mp_fs_remove_tree(path, NULL);
        gh_free(path);
    }
    if (dir)
        closedir(dir);
}

void mp_workspace_clear(struct mp_workspace *workspace, bool keep,
                        struct mp_buf *leaks, struct mp_buf *files,
                        struct mp_buf *stuck)
{
    if (!workspace->shared_dir)
        return;
    struct looking looking = {leaks, files};
    /* Most cases leave it empty: then it is gone at once. */
    bool gone = !keep && !rmdir(workspace->shared_dir);
    if (!gone)
        mp_walk(workspace->shared_dir, look_at, &looking);
    clear_shared_memory(workspace->ipc_prefix, keep, leaks);
    if (!gone && !keep && !mp_fs_remove_tree(workspace->shared_dir, stuck))
        mp_buf_format(stuck, ": %s", strerror(errno));
}

void mp_workspace_drop_empty(const struct mp_workspace *workspace,
                             const char *process)
{
    const char *folder = workspace->artifact_dir;
    char *path = process ? mp_fs_join(folder, process) : NULL;
    rmdir(path ? path : folder);
    gh_free(path);
}

void mp_workspace_finish(struct mp_workspace *workspace)
{
    gh_free(workspace->shared_dir);
    gh_free(workspace->ipc_prefix);
    gh_free(workspace->artifact_dir);
    memset(workspace, 0, sizeof(*workspace));
}
