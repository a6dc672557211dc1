#include "runner/cli/runs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"

#define LATEST     "latest"
#define MOST_NAMES 1000 /* that a misspelt id is compared with */

char *mp_runs_folder(const struct mp_options *options,
                     const char *config_folder)
{
    const char *asked = options->artifacts;
    char *here = mp_fs_absolute(".");
    char *folder = asked ? mp_fs_join(here ? here : ".", asked)
                         : mp_fs_join(config_folder, ".mprun/runs");
    gh_free(here);
    return folder;
}

char *mp_runs_find_folder(const struct mp_options *options)
{
    char *config =
        options->config ? mp_text_copy(options->config) : mp_config_find(".");
    char *folder = mp_fs_dirname(config ? config : "./");
    char *real = mp_fs_absolute(folder);
    char *runs = mp_runs_folder(options, real ? real : folder);
    gh_free(config);
    gh_free(folder);
    gh_free(real);
    return runs;
}

uint32_t mp_runs_random(void)
{
    uint32_t number;
    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        number = (uint32_t)uv_hrtime() ^ (uint32_t)getpid() << 16;
    return number;
}

const char *mp_runs_new_id(uint32_t number, struct gh_arena *arena)
{
    char stamp[32];
    struct tm local;
    time_t now = time(NULL);
    localtime_r(&now, &local);
    strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &local);
    return gh_arena_format(arena, "%s-%08x", stamp, number);
}

void mp_runs_point_latest(const char *folder, const char *id)
{
    struct mp_buf link = {0}, beside = {0};
    mp_buf_format(&link, "%s/" LATEST, folder);
    mp_buf_format(&beside, "%s/." LATEST ".%s", folder, id);
    if (!symlink(id, beside.data) && rename(beside.data, link.data))
        unlink(beside.data);
    mp_buf_finish(&link);
    mp_buf_finish(&beside);
}

struct mp_writer *mp_runs_make(const char *folder, const char *id,
                               struct mp_errors *errors)
{
    char *path = mp_fs_join(folder, id);
    char *name = mp_fs_join(path, MP_RUNS_JOURNAL);
    struct mp_writer *journal = NULL;
    bool rooted = mp_fs_make_dirs(folder);
    bool made = rooted && !mkdir(path, 0777);
    if (made)
        journal = mp_writer_create(name, errors);
    else
        mp_errors_add(errors,
                      "%s: the run's folder cannot be made: %s (--artifacts "
                      "names another place)",
                      path,
                      strerror(!rooted && errno == EEXIST ? ENOTDIR : errno));
    if (made && !journal) { /* a run that never was */
        unlink(name);
        rmdir(path);
    }
    gh_free(name);
    gh_free(path);
    return journal;
}

/* The journal in a run's folder. Takes path. */
static char *journal_in(char *path, struct mp_errors *errors)
{
    char *journal = mp_fs_join(path, MP_RUNS_JOURNAL);
    if (!mp_fs_exists(journal)) {
        mp_errors_add(errors,
                      "mprun: %s: there is no " MP_RUNS_JOURNAL " in it", path);
        gh_free(journal);
        journal = NULL;
    }
    gh_free(path);
    return journal;
}

static void tell_unknown(const char *folder, const char *word,
                         struct mp_errors *errors)
{
    DIR *dir = opendir(folder);
    const char *names[MOST_NAMES];
    size_t count = 0;
    struct dirent *entry;
    while (dir && count < MOST_NAMES && (entry = readdir(dir))) {
        if (entry->d_name[0] != '.')
            names[count++] = mp_text_copy(entry->d_name);
    }
    const char *near = mp_nearest(word, names, count);
    mp_errors_add(errors,
                  "mprun: '%s' is neither a journal nor a run's folder nor a "
                  "run in %s%s%s%s",
                  word, folder, near ? ", did you mean '" : "",
                  near ? near : "", near ? "'?" : "");
    for (size_t i = 0; i < count; i++)
        gh_free((char *)names[i]);
    if (dir)
        closedir(dir);
}

char *mp_runs_find(const char *folder, const char *word,
                   struct mp_errors *errors)
{
    if (word && mp_fs_is_dir(word))
        return journal_in(mp_text_copy(word), errors);
    if (word && (!strcmp(word, "-") || mp_fs_exists(word)))
        return mp_text_copy(word);
    char *run = mp_fs_join(folder, word ? word : LATEST);
    if (mp_fs_is_dir(run))
        return journal_in(run, errors);
    gh_free(run);
    if (word)
        tell_unknown(folder, word, errors);
    else
        mp_errors_add(errors,
                      "mprun: there is no last run in %s; --artifacts names "
                      "another folder of runs",
                      folder);
    return NULL;
}
