#include "runner/cli/engines.h"

#include <stdlib.h>
#include <string.h>

#include "runner/plan/shard.h"

#define TOTAL_VARIABLE "MPRUN_SHARD_TOTAL"

struct engine {
    const char *name;
    const char *index; /* variable */
    unsigned base;     /* of the first shard */
    const char *total; /* variable; NULL: it has none, MPRUN_SHARD_TOTAL says */
    const char *needs; /* without this variable it is not meant; NULL */
    const char *least, *most, *step; /* indexes are not from base on; NULL */
    bool alone; /* a total of 0 or 1 may stand without index: no shards */
    const char *feedback; /* variable with a file to be touched; NULL */
    const char *series;   /* variable, the same for all shards that belong
                             together and for no others; NULL */
};

/* clang-format off */
static const struct engine engine_table[] = {
    {.name = "mprun", .index = "MPRUN_SHARD_INDEX", .base = 1,
     .total = TOTAL_VARIABLE},
    {.name = "Bazel", .index = "TEST_SHARD_INDEX", .total = "TEST_TOTAL_SHARDS",
     .alone = true, .feedback = "TEST_SHARD_STATUS_FILE"},
    {.name = "gtest", .index = "GTEST_SHARD_INDEX",
     .total = "GTEST_TOTAL_SHARDS", .alone = true,
     .feedback = "GTEST_SHARD_STATUS_FILE"},
    {.name = "Slurm array", .index = "SLURM_ARRAY_TASK_ID",
     .total = "SLURM_ARRAY_TASK_COUNT", .least = "SLURM_ARRAY_TASK_MIN",
     .most = "SLURM_ARRAY_TASK_MAX", .step = "SLURM_ARRAY_TASK_STEP",
     .series = "SLURM_ARRAY_JOB_ID"},
    {.name = "srun", .index = "SLURM_PROCID", .total = "SLURM_NTASKS",
     .needs = "SLURM_STEP_ID", .series = "SLURM_JOB_ID"},
    {.name = "Kubernetes", .index = "JOB_COMPLETION_INDEX"},
    {.name = "GNU parallel", .index = "PARALLEL_SEQ", .base = 1,
     .series = "PARALLEL_PID"},
    {.name = "GitLab", .index = "CI_NODE_INDEX", .base = 1,
     .total = "CI_NODE_TOTAL", .alone = true, .series = "CI_PIPELINE_ID"},
    {.name = "CircleCI", .index = "CIRCLE_NODE_INDEX",
     .total = "CIRCLE_NODE_TOTAL", .series = "CIRCLE_WORKFLOW_ID"},
    {.name = "Buildkite", .index = "BUILDKITE_PARALLEL_JOB",
     .total = "BUILDKITE_PARALLEL_JOB_COUNT",
     .series = "BUILDKITE_BUILD_ID"},
    {.name = "Azure Pipelines", .index = "SYSTEM_JOBPOSITIONINPHASE", .base = 1,
     .total = "SYSTEM_TOTALJOBSINPHASE", .alone = true,
     .series = "BUILD_BUILDID"},
    {.name = "Bitbucket", .index = "BITBUCKET_PARALLEL_STEP",
     .total = "BITBUCKET_PARALLEL_STEP_COUNT",
     .series = "BITBUCKET_BUILD_NUMBER"},
    {.name = "Semaphore", .index = "SEMAPHORE_JOB_INDEX", .base = 1,
     .total = "SEMAPHORE_JOB_COUNT", .series = "SEMAPHORE_WORKFLOW_ID"},
    {.name = "AWS Batch", .index = "AWS_BATCH_JOB_ARRAY_INDEX",
     .total = "AWS_BATCH_JOB_ARRAY_SIZE"},
    {.name = "Cloud Run", .index = "CLOUD_RUN_TASK_INDEX",
     .total = "CLOUD_RUN_TASK_COUNT", .series = "CLOUD_RUN_EXECUTION"},
};
/* clang-format on */
#define ENGINE_COUNT (sizeof(engine_table) / sizeof(*engine_table))

struct look {
    char *const *environment;
    const struct engine *engine;
    struct mp_errors *errors;
};

/* NULL: not set, or empty. */
static const char *variable(const struct look *look, const char *name)
{
    if (!name)
        return NULL;
    size_t length = strlen(name);
    for (char *const *at = look->environment; at && *at; at++) {
        if (!strncmp(*at, name, length) && (*at)[length] == '=' &&
            (*at)[length + 1])
            return *at + length + 1;
    }
    return NULL;
}

static bool read_digits(const char *text, size_t length, size_t *number)
{
    if (!length || length > 9 || strspn(text, "0123456789") < length)
        return false;
    *number = strtoul(text, NULL, 10);
    return true;
}

bool mp_engines_read_pair(const char *text, size_t *index, size_t *total)
{
    size_t length = strcspn(text, "/");
    return text[length] && read_digits(text, length, index) &&
           read_digits(text + length + 1, strlen(text + length + 1), total) &&
           *index >= 1 && *index <= *total && *total <= MP_SHARDS_MAX;
}

/* The number in a variable that is set. */
static bool read_variable(const struct look *look, const char *name,
                          size_t *number)
{
    const char *text = variable(look, name);
    if (text && read_digits(text, strlen(text), number))
        return true;
    mp_errors_add(look->errors, "mprun: --shard: %s of %s is '%s', no number",
                  name, look->engine->name, text ? text : "");
    return false;
}

/* What is set of a pair is not all of it. */
static bool tell_half(const struct look *look, const char *set,
                      const char *missing)
{
    const struct engine *engine = look->engine;
    mp_errors_add(look->errors,
                  "mprun: --shard: %s is set and %s is not, so it is not clear "
                  "which part of the cases to play%s%s%s",
                  set, missing, engine->total ? "" : "; ",
                  engine->total ? "" : engine->name,
                  engine->total ? ""
                                : " does not tell how many shards there "
                                  "are");
    return false;
}

/* The indexes are least, least + step, ... most. */
static bool read_ranked(const struct look *look, size_t index, size_t total,
                        struct mp_engine_shard *found)
{
    const struct engine *engine = look->engine;
    size_t least, most, step = 1;
    if (!read_variable(look, engine->least, &least) ||
        !read_variable(look, engine->most, &most) ||
        (variable(look, engine->step) &&
         !read_variable(look, engine->step, &step)))
        return false;
    if (!step || index < least || index > most || (index - least) % step ||
        (most - least) / step + 1 != total) {
        mp_errors_add(look->errors,
                      "mprun: --shard: %s %zu of %zu tasks from %zu to %zu by "
                      "%zu has no clear place among them; number the tasks "
                      "evenly (--array=0-3), or say --shard M/N",
                      engine->index, index, total, least, most, step);
        return false;
    }
    found->index = (index - least) / step + 1;
    found->total = total;
    return true;
}

static bool read_engine(const struct look *look, struct mp_engine_shard *found)
{
    const struct engine *engine = look->engine;
    const char *total_name = engine->total ? engine->total : TOTAL_VARIABLE;
    const char *given = variable(look, engine->index);
    const char *total_given = variable(look, total_name);
    size_t index, total = 0;
    if (total_given && !read_variable(look, total_name, &total))
        return false;
    found->engine = engine->name;
    found->index = found->total = 1;
    if (engine->alone && total_given && (total == 0 || (total == 1 && !given)))
        return true;
    if (!given || !total_given)
        return tell_half(look, given ? engine->index : total_name,
                         given ? total_name : engine->index);
    if (!read_variable(look, engine->index, &index))
        return false;
    found->feedback = variable(look, engine->feedback);
    found->series = variable(look, engine->series);
    if (engine->least)
        return read_ranked(look, index, total, found);
    if (index < engine->base || index - engine->base >= total ||
        total > MP_SHARDS_MAX) {
        mp_errors_add(look->errors,
                      "mprun: --shard: %s is %zu, but %s is %zu and %s counts "
                      "from %u",
                      engine->index, index, total_name, total, engine->name,
                      engine->base);
        return false;
    }
    found->index = index - engine->base + 1;
    found->total = total;
    return true;
}

static bool is_set(const struct look *look)
{
    const struct engine *engine = look->engine;
    if (engine->needs && !variable(look, engine->needs))
        return false;
    return variable(look, engine->index) || variable(look, engine->total);
}

/* MPRUN_SHARD_TOTAL alone completes an engine that tells no total. */
static bool only_completes(struct look look)
{
    if (look.engine != engine_table || variable(&look, look.engine->index))
        return false;
    for (size_t i = 1; i < ENGINE_COUNT; i++) {
        look.engine = &engine_table[i];
        if (is_set(&look))
            return !look.engine->total;
    }
    return false;
}

bool mp_engines_find(char *const *environment, bool every,
                     struct mp_engine_shard *found, struct mp_errors *errors)
{
    struct look look = {.environment = environment, .errors = errors};
    *found = (struct mp_engine_shard){0};
    for (size_t i = 0; i < (every ? ENGINE_COUNT : 1); i++) {
        look.engine = &engine_table[i];
        if (is_set(&look) && !(every && only_completes(look)))
            return read_engine(&look, found);
    }
    return true;
}

void mp_engines_names(struct mp_buf *out)
{
    for (size_t i = 0; i < ENGINE_COUNT; i++)
        mp_buf_format(out, "%s%s", i ? ", " : "", engine_table[i].index);
}
