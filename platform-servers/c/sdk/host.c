#include "platform-servers/c/sdk/host.h"

#include <stdlib.h>
#include <string.h>

#include "gherkin/memory.h"
#include "platform-servers/c/sdk/text.h"

enum { DEFAULT_INLINE_BYTES = 1024 * 1024 };
enum { DEFAULT_MESSAGE_BYTES = 16 * 1024 * 1024 };

static char *env_text(const char *name)
{
    return mprun_sdk_utf8_repair(getenv(name));
}

static int64_t env_int(const char *name)
{
    int64_t value = 0;
    const char *text = getenv(name);
    return text && mprun_sdk_parse_int(text, &value) ? value : 0;
}

static uint64_t env_seed(void)
{
    const char *text = getenv("MPRUN_SEED");
    return text ? strtoull(text, NULL, 10) : 0;
}

void mprun_sdk_host_init(struct mprun_sdk_host *host)
{
    *host = (struct mprun_sdk_host){
        .process = env_text("MPRUN_PROCESS"),
        .group = env_text("MPRUN_GROUP"),
        .platform = env_text("MPRUN_PLATFORM"),
        .shared_dir = env_text("MPRUN_SHARED_DIR"),
        .artifact_dir = env_text("MPRUN_ARTIFACT_DIR"),
        .ipc_prefix = env_text("MPRUN_IPC_PREFIX"),
        .run_id = env_text("MPRUN_RUN_ID"),
        .seed = env_seed(),
        .incarnation = (int)env_int("MPRUN_INCARNATION"),
        .index = (int)env_int("MPRUN_INDEX"),
        .group_size = (int)env_int("MPRUN_GROUP_SIZE"),
        .max_message_bytes = DEFAULT_MESSAGE_BYTES,
        .max_inline_bytes = DEFAULT_INLINE_BYTES,
    };
}

static void take_text(const cJSON *object, const char *name, char **to)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsString(item))
        return;
    gh_free(*to);
    *to = mprun_sdk_utf8_repair(item->valuestring);
}

static double number_or(const cJSON *object, const char *name, double other)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    bool usable = cJSON_IsNumber(item) && item->valuedouble >= 0 &&
                  item->valuedouble <= 9007199254740992.0;
    return usable ? item->valuedouble : other;
}

static void take_int(const cJSON *object, const char *name, int *to)
{
    double value = number_or(object, name, *to);
    if (value <= 2147483647.0)
        *to = (int)value;
}

static void take_size(const cJSON *object, const char *name, size_t *to)
{
    *to = (size_t)number_or(object, name, (double)*to);
}

void mprun_sdk_host_run(struct mprun_sdk_host *host, const cJSON *run)
{
    const cJSON *seed = cJSON_GetObjectItemCaseSensitive(run, "seed");
    take_text(run, "runId", &host->run_id);
    take_text(run, "sharedDir", &host->shared_dir);
    take_text(run, "artifactDir", &host->artifact_dir);
    take_text(run, "ipcPrefix", &host->ipc_prefix);
    if (cJSON_IsNumber(seed))
        host->seed = (uint64_t)number_or(run, "seed", 0);
    else if (cJSON_IsString(seed))
        host->seed = strtoull(seed->valuestring, NULL, 10);
}

void mprun_sdk_host_greet(struct mprun_sdk_host *host, const cJSON *params)
{
    const cJSON *process = cJSON_GetObjectItemCaseSensitive(params, "process");
    const cJSON *limits = cJSON_GetObjectItemCaseSensitive(params, "limits");
    const cJSON *can = cJSON_GetObjectItemCaseSensitive(params, "capabilities");
    const cJSON *options = cJSON_GetObjectItemCaseSensitive(params, "options");
    take_text(process, "name", &host->process);
    take_text(process, "group", &host->group);
    take_text(process, "platform", &host->platform);
    take_int(process, "incarnation", &host->incarnation);
    take_int(process, "index", &host->index);
    take_int(process, "groupSize", &host->group_size);
    mprun_sdk_host_run(host, cJSON_GetObjectItemCaseSensitive(params, "run"));
    take_size(limits, "maxMessageBytes", &host->max_message_bytes);
    take_size(limits, "maxInlineAttachmentBytes", &host->max_inline_bytes);
    host->takes_logs =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(can, "log"));
    host->takes_attachments =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(can, "attachment"));
    cJSON_Delete(host->options);
    host->options =
        cJSON_IsObject(options) ? cJSON_Duplicate(options, 1) : NULL;
    host->greeted = true;
}

void mprun_sdk_host_finish(struct mprun_sdk_host *host)
{
    gh_free(host->process);
    gh_free(host->group);
    gh_free(host->platform);
    gh_free(host->shared_dir);
    gh_free(host->artifact_dir);
    gh_free(host->ipc_prefix);
    gh_free(host->run_id);
    cJSON_Delete(host->options);
    *host = (struct mprun_sdk_host){0};
}
