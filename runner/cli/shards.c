#include "runner/cli/shards.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/cli/engines.h"
#include "runner/cli/runs.h"

/* --- weights --- */

/* What was not played to its end says nothing of how long it takes. */
static bool read_weights(struct mp_shard_choice *choice, const char *journal,
                         struct mp_errors *errors)
{
    struct mp_outcomes *before = &choice->before;
    bool ok = mp_outcomes_read(before, journal, errors);
    mp_outcomes_sort_by_key(before);
    choice->weights.list =
        gh_alloc(before->count * sizeof(*choice->weights.list));
    for (size_t i = 0; i < before->count; i++) {
        const struct mp_outcome *one = &before->list[i];
        if (one->status != MP_NOT_RUN && one->status != MP_INTERRUPTED)
            choice->weights.list[choice->weights.count++] =
                (struct mp_weight){one->key, one->duration_ms};
    }
    return ok;
}

static bool find_weights(struct mp_shard_choice *choice,
                         const struct mp_options *options,
                         const char *config_folder, struct mp_errors *errors)
{
    char *folder = mp_runs_folder(options, config_folder);
    char *journal = mp_runs_find(folder, options->shard_weights, errors);
    bool ok = journal && read_weights(choice, journal, errors);
    gh_free(journal);
    gh_free(folder);
    return ok;
}

/* --- the choice --- */

static bool ask_engine(struct mp_shard_choice *choice, bool every,
                       const struct mp_options *options,
                       struct mp_errors *errors)
{
    struct mp_engine_shard found;
    if (!mp_engines_find(options->environment, every, &found, errors))
        return false;
    if (!found.engine && every) {
        struct mp_buf names = {0};
        mp_engines_names(&names);
        mp_errors_add(errors,
                      "mprun: --shard auto: no engine says which part of the "
                      "cases to play; one of these variables must be set, or "
                      "the option be --shard M/N: %s",
                      mp_buf_text(&names));
        mp_buf_finish(&names);
        return false;
    }
    if (found.engine)
        choice->shard = (struct mp_shard){.method = MP_SHARD_SLICE,
                                          .index = found.index,
                                          .total = found.total};
    choice->feedback = found.feedback;
    choice->series = found.series;
    return true;
}

bool mp_shards_choose(struct mp_shard_choice *choice,
                      const struct mp_options *options,
                      const char *config_folder, struct mp_errors *errors)
{
    const struct mp_shard_option *asked = &options->shard;
    if (choice->made)
        return true;
    choice->made = true;
    if (asked->total)
        choice->shard = (struct mp_shard){.method = asked->method,
                                          .index = asked->index,
                                          .total = asked->total};
    else if (!ask_engine(choice, asked->automatic, options, errors))
        return false;
    if (!options->shard_weights || choice->shard.method == MP_SHARD_WHOLE)
        return true;
    if (asked->named) {
        mp_errors_add(errors,
                      "mprun: --shard-weights balances the shards, which "
                      "'%s:' does not leave it to do: say --shard %zu/%zu",
                      mp_shard_method_name(asked->method), asked->index,
                      asked->total);
        return false;
    }
    choice->shard.method = MP_SHARD_BALANCED;
    choice->shard.weights = &choice->weights;
    return find_weights(choice, options, config_folder, errors);
}

bool mp_shards_tell_engine(const struct mp_shard_choice *choice,
                           struct mp_errors *errors)
{
    if (!choice->feedback)
        return true;
    int fd = open(choice->feedback, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        mp_errors_add(errors,
                      "mprun: --shard auto: %s, by which the engine wants to "
                      "be answered, cannot be made: %s",
                      choice->feedback, strerror(errno));
        return false;
    }
    close(fd);
    return true;
}

const char *mp_shards_name(const struct mp_part *part, const char *folder,
                           struct gh_arena *arena)
{
    const char *name =
        gh_arena_format(arena, "shard-%zu-of-%zu", part->index, part->total);
    const char *plain = name;
    for (int attempt = 2;; attempt++) {
        char *path = mp_fs_join(folder, name);
        bool taken = mp_fs_exists(path);
        gh_free(path);
        if (!taken)
            return name;
        name = gh_arena_format(arena, "%s-attempt-%d", plain, attempt);
    }
}

void mp_shards_finish(struct mp_shard_choice *choice)
{
    gh_free(choice->weights.list);
    mp_outcomes_finish(&choice->before);
    memset(choice, 0, sizeof(*choice));
}
