#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/cli/cli.h"
#include "runner/cli/known.h"
#include "runner/cli/merge.h"
#include "runner/cli/open.h"
#include "runner/cli/reporting.h"
#include "runner/cli/runs.h"

/* "shard-2-of-8-attempt-3" in a folder. */
struct attempt {
    size_t index, total;
    size_t attempt; /* 1: it is not named */
    char *name;     /* owned */
};

struct merging {
    struct mp_options *options;
    struct mp_errors *errors;
    struct gh_arena arena;
    struct mp_text_list journals; /* in the arena */
    char *folder;                 /* of all runs, owned */
    const char *origin; /* the folder that all shards lie in; NULL: none */
    struct mp_merge merge;
    struct mp_known_filter known;
};

/* --- which journals --- */

/* Steps over the word and the number behind it. */
static bool read_number(const char **at, const char *word, size_t *number)
{
    size_t length = strlen(word);
    if (strncmp(*at, word, length) != 0)
        return false;
    size_t digits = strspn(*at + length, "0123456789");
    *number = strtoul(*at + length, NULL, 10);
    *at += length + digits;
    return digits && digits < 10;
}

static bool read_name(const char *name, struct attempt *attempt)
{
    attempt->attempt = 1;
    return read_number(&name, "shard-", &attempt->index) &&
           read_number(&name, "-of-", &attempt->total) &&
           (!*name || read_number(&name, "-attempt-", &attempt->attempt)) &&
           !*name;
}

static int by_place(const void *a, const void *b)
{
    const struct attempt *x = a, *y = b;
    if (x->total != y->total)
        return x->total < y->total ? -1 : 1;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

static void add_journal(struct merging *merging, char *journal)
{
    struct mp_text_list *list = &merging->journals;
    if (!journal)
        return;
    const char **grown =
        gh_arena_array(&merging->arena, list->count + 1, sizeof(*grown));
    if (list->count)
        memcpy(grown, list->list, list->count * sizeof(*grown));
    grown[list->count++] = gh_arena_copy(&merging->arena, gh_str_of(journal));
    list->list = grown;
    gh_free(journal);
}

static void add_attempts(struct merging *merging, const char *folder,
                         const struct attempt *attempts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *run = mp_fs_join(folder, attempts[i].name);
        add_journal(merging, mp_runs_find(folder, run, merging->errors));
        gh_free(run);
    }
}

/* The shards in a folder of runs; false: there are none. */
static bool add_folder(struct merging *merging, const char *folder)
{
    DIR *dir = opendir(folder);
    struct attempt *attempts = NULL, one;
    size_t count = 0;
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        if (!read_name(entry->d_name, &one))
            continue;
        one.name = mp_text_copy(entry->d_name);
        attempts = gh_realloc(attempts, (count + 1) * sizeof(*attempts));
        attempts[count++] = one;
    }
    if (dir)
        closedir(dir);
    if (count)
        qsort(attempts, count, sizeof(*attempts), by_place);
    add_attempts(merging, folder, attempts, count);
    for (size_t i = 0; i < count; i++)
        gh_free(attempts[i].name);
    gh_free(attempts);
    return count;
}

static void add_word(struct merging *merging, const char *word)
{
    char *journal = mp_fs_join(word, MP_RUNS_JOURNAL);
    if (mp_fs_is_dir(word) && !mp_fs_exists(journal)) {
        if (!add_folder(merging, word))
            mp_errors_add(merging->errors,
                          "mprun: %s: there is neither a " MP_RUNS_JOURNAL
                          " nor a folder shard-M-of-N in it",
                          word);
    } else {
        add_journal(merging,
                    mp_runs_find(merging->folder, word, merging->errors));
    }
    gh_free(journal);
}

static void find_journals(struct merging *merging)
{
    const struct mp_text_list *words = &merging->options->paths;
    for (size_t i = 0; i < words->count; i++)
        add_word(merging, words->list[i]);
    if (!words->count && !add_folder(merging, merging->folder))
        mp_errors_add(merging->errors,
                      "mprun: there are no shards in %s; name their folders or "
                      "journals, or --artifacts DIR",
                      merging->folder);
}

/* --- the joined run --- */

/* The folder above those of all journals, real; NULL: they have none in
 * common. What cases left lies below it. */
static const char *find_origin(struct merging *merging)
{
    const char *origin = NULL;
    for (size_t i = 0; i < merging->journals.count; i++) {
        char *run = mp_fs_dirname(merging->journals.list[i]);
        char *real = mp_fs_absolute(run);
        char *above = real ? mp_fs_dirname(real) : NULL;
        bool same = above && (!origin || !strcmp(origin, above));
        if (same && !origin)
            origin = gh_arena_copy(&merging->arena, gh_str_of(above));
        gh_free(run);
        gh_free(real);
        gh_free(above);
        if (!same)
            return NULL;
    }
    return origin;
}

struct outlets {
    struct mp_listener reports, journal;
};

static void on_joined(void *self, const struct mp_record *record)
{
    const struct outlets *outlets = self;
    outlets->reports.on_record(outlets->reports.self, record);
    outlets->journal.on_record(outlets->journal.self, record);
}

static int play(struct merging *merging, struct mp_reports *reports,
                struct mp_writer *journal, const char *id)
{
    struct mp_buf command = {0};
    mp_setup_command_line(merging->options, &command);
    const char *origin = merging->origin;
    struct mp_record head = {
        .id = id,
        .text = mp_buf_text(&command),
        .path = origin ? origin
                       : gh_arena_format(&merging->arena, "%s/%s",
                                         merging->folder, id)};
    struct outlets outlets = {mp_reports_listener(reports),
                              mp_writer_listener(journal)};
    struct mp_listener first = mp_known_listener(
        &merging->known, (struct mp_listener){&outlets, on_joined});
    bool ok = mp_merge_play(&merging->merge, &head, first);
    if (merging->known.is_loaded)
        mp_known_tell_unmet(&merging->known, merging->errors);
    bool written = mp_reports_finish(reports);
    if (written)
        mp_open_show(merging->options);
    written = mp_writer_finish(journal) && written && ok;
    mp_runs_point_latest(merging->folder, id);
    struct mp_tally tally = *mp_reports_tally(reports);
    tally.report_failed = tally.report_failed || !written;
    mp_buf_finish(&command);
    return mp_tally_exit(&tally);
}

/* Which attempt at which shard a journal is of, by the name of its folder;
 * total 0: it does not say. */
static struct attempt attempt_of(const char *journal)
{
    struct attempt attempt = {.attempt = 1};
    char *run = mp_fs_dirname(journal);
    char *real = mp_fs_absolute(run);
    const char *slash = real ? strrchr(real, '/') : NULL;
    if (slash && !read_name(slash + 1, &attempt))
        attempt = (struct attempt){.attempt = 1};
    gh_free(run);
    gh_free(real);
    return attempt;
}

/* Is there a later attempt at the same shard? */
static bool is_replaced(const struct attempt *attempts, size_t count,
                        const struct attempt *one)
{
    for (size_t i = 0; i < count && one->total; i++) {
        if (attempts[i].total == one->total &&
            attempts[i].index == one->index &&
            attempts[i].attempt > one->attempt)
            return true;
    }
    return false;
}

/* What is wrong with an attempt that was replaced is told by the check. */
static void read_journal(struct merging *merging,
                         const struct mp_merge_source *source)
{
    struct mp_errors aside = {0};
    mp_merge_read(&merging->merge, source,
                  source->replaced ? &aside : merging->errors);
    mp_errors_finish(&aside);
}

static bool read_all(struct merging *merging)
{
    size_t before = merging->errors->error_count;
    size_t count = merging->journals.count;
    struct attempt *attempts =
        gh_arena_array(&merging->arena, count, sizeof(*attempts));
    for (size_t i = 0; i < count; i++)
        attempts[i] = attempt_of(merging->journals.list[i]);
    for (size_t i = 0; i < count; i++)
        read_journal(merging, &(struct mp_merge_source){
                                  .path = merging->journals.list[i],
                                  .attempt = attempts[i].attempt,
                                  .replaced = is_replaced(attempts, count,
                                                          &attempts[i])});
    return merging->errors->error_count == before &&
           mp_merge_check(&merging->merge, merging->options->partial,
                          merging->errors);
}

static int merge(struct merging *merging)
{
    struct mp_report_options how = mp_reporting_options(merging->options);
    find_journals(merging);
    bool found = merging->journals.count && !merging->errors->error_count;
    merging->origin = find_origin(merging);
    how.past = true;
    how.journal_folder = merging->origin;
    how.journals = merging->journals.list;
    how.journal_count = merging->journals.count;
    struct mp_reports *reports =
        mp_open_check(merging->options, merging->errors)
            ? mp_reports_create(&how, merging->errors)
            : NULL;
    const char *id = mp_runs_new_id(mp_runs_random(), &merging->arena);
    struct mp_writer *journal = NULL;
    int status = MP_EXIT_USAGE;
    bool loaded =
        mp_known_load(&merging->known, merging->options, merging->errors);
    if (found && read_all(merging) && reports && loaded)
        journal = mp_runs_make(merging->folder, id, merging->errors);
    mp_cli_print_errors(merging->errors);
    if (journal)
        status = play(merging, reports, journal, id);
    mp_writer_destroy(journal);
    mp_reports_destroy(reports);
    return status;
}

int mp_cmd_merge(struct mp_options *options, struct mp_errors *errors)
{
    struct merging merging = {.options = options, .errors = errors};
    int status;
    if (mp_reporting_lists(options, &status))
        return status;
    merging.folder = mp_runs_find_folder(options);
    status = merge(&merging);
    mp_merge_finish(&merging.merge);
    mp_known_finish(&merging.known);
    gh_free(merging.folder);
    gh_arena_finish(&merging.arena);
    return status;
}
