/*
 * Who this process is in the case and what the runner told it: first from the
 * environment (all that a bare runner gives), then from `initialize`, and from
 * `scenarioStarted` where a process is kept for several cases. Texts are never
 * NULL. Rule: docs/protocol.md, initialize and environment.
 */
#ifndef MPRUN_SDK_HOST_H
#define MPRUN_SDK_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

struct mprun_sdk_host {
    char *process;
    char *group; /* that the process is a member of */
    char *platform;
    char *shared_dir;
    char *artifact_dir;
    char *ipc_prefix;
    char *run_id;
    uint64_t seed;
    int incarnation;
    int index;
    int group_size;
    cJSON *options; /* NULL: none */
    size_t max_message_bytes;
    size_t max_inline_bytes; /* of an attachment */
    bool greeted;            /* initialize was answered: level v1 */
    bool takes_logs;         /* as notifications */
    bool takes_attachments;
};

/* Fills from the environment. */
void mprun_sdk_host_init(struct mprun_sdk_host *host);
/* Takes over what params of initialize say; what they leave out stays. */
void mprun_sdk_host_greet(struct mprun_sdk_host *host, const cJSON *params);
/* Takes over the `run` object of a new case in the same process. */
void mprun_sdk_host_run(struct mprun_sdk_host *host, const cJSON *run);
void mprun_sdk_host_finish(struct mprun_sdk_host *host);

#endif
