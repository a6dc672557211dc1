/* Checks 40 to 42 and 57: what results and notifications carry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "runner/base/fs.h"
#include "runner/conformance/check.h"

#define ATTACHED "300"

static void logs_well(struct mp_exam *exam)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    struct mp_peer *peer = mp_exam_peer(exam);
    for (int i = 0; i < 4 && !mp_exam_is_over(exam); i++)
        mp_exam_play(exam, peer, MP_FIXTURE_LOG, "conformance", levels[i]);
}

/* --- attachments --- */

static size_t decoded_length(const char *base64)
{
    size_t length = strlen(base64), padding = 0;
    while (padding < 2 && length > padding &&
           base64[length - padding - 1] == '=')
        padding++;
    return length / 4 * 3 - padding;
}

static size_t attached_length(const struct mp_peer *peer,
                              const cJSON *attachment)
{
    const char *body = mp_exam_string(attachment, "body");
    const char *path = mp_exam_string(attachment, "path");
    const char *encoding = mp_exam_string(attachment, "encoding");
    struct stat status = {0};
    if (body)
        return encoding && !strcmp(encoding, "base64") ? decoded_length(body)
                                                       : strlen(body);
    char *joined = path ? mp_fs_join(peer->artifact_dir, path) : NULL;
    if (joined && stat(joined, &status))
        status.st_size = 0;
    gh_free(joined);
    return (size_t)status.st_size;
}

/* The first attachment that came with the result or before it. */
static const cJSON *find_attachment(const struct mp_peer *peer, size_t since,
                                    const cJSON *result)
{
    const cJSON *list = mp_exam_get(result, "attachments");
    if (cJSON_GetArraySize(list))
        return cJSON_GetArrayItem(list, 0);
    for (size_t i = since; i < peer->said_count; i++) {
        const char *method = peer->said[i]->root
                                 ? mp_exam_string(peer->said[i]->root, "method")
                                 : NULL;
        if (method && !strcmp(method, "attachment"))
            return mp_exam_get(peer->said[i]->root, "params");
    }
    return NULL;
}

static void attaches_well(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    size_t since = peer->said_count;
    const cJSON *result =
        mp_exam_play(exam, peer, MP_FIXTURE_ATTACH, ATTACHED, NULL);
    if (!result)
        return;
    const cJSON *attachment = find_attachment(peer, since, result);
    size_t length = attachment ? attached_length(peer, attachment) : 0;
    if (!attachment)
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a step that attaches has no attachment");
    else if (length != (size_t)strtoul(ATTACHED, NULL, 10))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "an attachment of " ATTACHED " bytes has %zu", length);
}

static void exports_well(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    const cJSON *result =
        mp_exam_play(exam, peer, MP_FIXTURE_EXPORT, "some value", "key");
    const cJSON *exports = mp_exam_get(result, "exports");
    const char *value = mp_exam_string(exports, "key");
    if (result && (!value || strcmp(value, "some value") != 0))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a step that exports does not have it in 'exports'");
}

/* --- notifications --- */

#define LOGGED "conformance: logged once"

/* In how many entries of logs the text is. */
static int count_in(const cJSON *logs)
{
    int count = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, logs)
    {
        const char *text = cJSON_IsString(entry)
                               ? entry->valuestring
                               : mp_exam_string(entry, "message");
        count += text && strstr(text, LOGGED);
    }
    return count;
}

static void notifies_well(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    size_t since = peer->said_count;
    int notified = 0;
    mp_exam_play(exam, peer, MP_FIXTURE_PASS, NULL, NULL);
    const cJSON *result =
        mp_exam_play(exam, peer, MP_FIXTURE_LOG, LOGGED, "info");
    if (!result)
        return;
    for (size_t i = since; i < peer->said_count; i++) {
        const cJSON *params = peer->said[i]->kind == MP_SAID_NOTIFICATION
                                  ? mp_exam_get(peer->said[i]->root, "params")
                                  : NULL;
        const char *text = mp_exam_string(params, "message");
        notified += text && strstr(text, LOGGED);
    }
    int repeated = count_in(mp_exam_get(result, "logs"));
    if (notified + repeated > 1)
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a line that is logged once comes %d times",
                     notified + repeated);
    mp_exam_is_healthy(exam, peer, "after a step that logs");
}

/* clang-format off */
const struct mp_check mp_result_checks[] = {
    {40, true, NULL, {31},
     "times and levels of logs are of the right form",
     "has steps log; looks at all logs and at durationMs",
     "time as 2024-01-01T10:00:00.130Z, level one of trace, debug, info, warn "
     "and error", logs_well},
    {41, true, NULL, {31},
     "attachments are whole",
     "has a step attach 300 bytes; looks at all attachments",
     "name, mediaType, and either body (base64 for what is no text) or path "
     "inside artifactDir", attaches_well},
    {42, true, NULL, {31},
     "exports are texts, within the limits",
     "has a step export; looks at all results",
     "\"exports\":{\"port\":\"40123\"}: a flat object of strings",
     exports_well},
    {57, true, "log or attachment", {31},
     "notifications come once, before the answer, with its id",
     "has a step log; looks at all notifications",
     "write the notification before the answer, with the id of the request, and "
     "leave the line out of logs", notifies_well},
    {0, false, NULL, {0}, NULL, NULL, NULL, NULL},
};
/* clang-format on */
