#include "runner/cli/shards.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/cli/engines.h"
#include "runner/cli/runs.h"
#include "runner/journal/replay.h"
#include "runner/report/results.h"

/* --- weights --- */

/* How long it kept a worker busy, with its attempts. */
static double duration_of(const struct mp_case_result *result)
{
    double ms = 0;
    for (; result; result = result->earlier)
        ms += result->duration_ms;
    return ms;
}

static void on_case(void *self, const struct mp_case_result *result)
{
    struct mp_shard_choice *choice = self;
    struct mp_weights *weights = &choice->weights;
    if (result->status == MP_NOT_RUN || result->status == MP_INTERRUPTED)
        return;
    if (weights->count == choice->capacity) {
        choice->capacity = choice->capacity * 2 + 64;
        weights->list = gh_realloc(weights->list,
                                   choice->capacity * sizeof(*weights->list));
    }
    weights->list[weights->count++] = (struct mp_weight){
        gh_arena_copy(&choice->arena, gh_str_of(result->key)),
        duration_of(result)};
}

static void on_record(void *self, const struct mp_record *record)
{
    mp_results_take(self, record);
}

static int by_key(const void *a, const void *b)
{
    const struct mp_weight *x = a, *y = b;
    return strcmp(x->key, y->key);
}

static bool read_weights(struct mp_shard_choice *choice, const char *journal,
                         struct mp_errors *errors)
{
    struct mp_results results;
    struct mp_listener listener = {&results, on_record};
    mp_results_init(&results, on_case, choice);
    bool ok = mp_reader_read(journal, listener, errors);
    mp_results_end(&results);
    mp_results_finish(&results);
    if (choice->weights.count)
        qsort(choice->weights.list, choice->weights.count,
              sizeof(*choice->weights.list), by_key);
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
    gh_arena_finish(&choice->arena);
    memset(choice, 0, sizeof(*choice));
}
