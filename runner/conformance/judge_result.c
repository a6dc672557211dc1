/* What is in the result of a step, and in logs and attachments. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "runner/base/fs.h"
#include "runner/conformance/judge.h"

#define EXPORTS_MAX       64
#define EXPORTS_MAX_BYTES 65536

static const cJSON *get(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNull(item) ? NULL : item;
}

static bool is_text(const cJSON *item)
{
    return cJSON_IsString(item) && *item->valuestring;
}

static bool is_word_of(const cJSON *item, const char *const *words)
{
    for (; cJSON_IsString(item) && *words; words++) {
        if (!strcmp(item->valuestring, *words))
            return true;
    }
    return false;
}

/* --- times and logs --- */

static bool in_range(const char *digits, size_t count, int least, int most)
{
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        number = number * 10 + digits[i] - '0';
    }
    return number >= least && number <= most;
}

/* 2024-01-01T10:00:00.130Z, or +00:00 for the Z. */
static bool is_utc_time(const char *text)
{
    if (strlen(text) < 20 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
        text[16] != ':')
        return false;
    const char *rest = text + 19;
    if (*rest == '.') {
        size_t digits = strspn(rest + 1, "0123456789");
        rest += digits ? digits + 1 : 0;
    }
    return in_range(text, 4, 0, 9999) && in_range(text + 5, 2, 1, 12) &&
           in_range(text + 8, 2, 1, 31) && in_range(text + 11, 2, 0, 23) &&
           in_range(text + 14, 2, 0, 59) && in_range(text + 17, 2, 0, 60) &&
           (!strcmp(rest, "Z") || !strcmp(rest, "z") ||
            !strcmp(rest, "+00:00"));
}

void mp_judge_log(struct mp_peer *peer, const struct mp_said *said,
                  const cJSON *entry)
{
    static const char *const levels[] = {"trace", "debug", "info",
                                         "warn",  "error", NULL};
    struct mp_lab *lab = peer->lab;
    const cJSON *time = get(entry, "time"), *level = get(entry, "level");
    if (!cJSON_IsString(get(entry, "message")))
        mp_lab_note(lab, 32, said->bytes, "a log without a string 'message'");
    if (time && (!cJSON_IsString(time) || !is_utc_time(time->valuestring)))
        mp_lab_note(lab, 40, said->bytes,
                    "a log whose 'time' is no RFC 3339 time in UTC");
    if (level && !is_word_of(level, levels))
        mp_lab_note(lab, 40, said->bytes,
                    "a log whose 'level' is none of trace, debug, info, warn "
                    "and error");
}

static void judge_logs(struct mp_peer *peer, const struct mp_said *said,
                       const cJSON *logs)
{
    const cJSON *entry;
    if (!cJSON_IsArray(logs)) {
        mp_lab_note(peer->lab, 32, said->bytes, "logs is no array");
        return;
    }
    cJSON_ArrayForEach(entry, logs)
    {
        if (cJSON_IsObject(entry) && peer->lab->v1)
            mp_judge_log(peer, said, entry);
        else if (!cJSON_IsString(entry))
            mp_lab_note(peer->lab, 32, said->bytes,
                        "logs has an entry that is no string%s",
                        peer->lab->v1 ? " and no log object" : "");
    }
}

/* --- attachments --- */

/* The decoded length; -1: it is not base64. */
static long base64_length(const char *text)
{
    size_t length = strlen(text);
    size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789+/");
    size_t padding = strspn(text + letters, "=");
    if (length % 4 || letters + padding != length || padding > 2)
        return -1;
    return (long)(length / 4 * 3 - padding);
}

static bool is_inside(const char *folder, const char *path)
{
    char *joined = mp_fs_join(folder, path);
    char *real = mp_fs_absolute(joined), *root = mp_fs_absolute(folder);
    size_t length = root ? strlen(root) : 0;
    bool inside =
        real && root && !strncmp(real, root, length) && real[length] == '/';
    gh_free(joined);
    gh_free(real);
    gh_free(root);
    return inside;
}

static const char *attachment_fault(const struct mp_peer *peer,
                                    const cJSON *attachment)
{
    const cJSON *body = get(attachment, "body"),
                *path = get(attachment, "path");
    const cJSON *encoding = get(attachment, "encoding");
    bool base64 =
        cJSON_IsString(encoding) && !strcmp(encoding->valuestring, "base64");
    if (!cJSON_IsObject(attachment))
        return "an attachment that is no object";
    if (!is_text(get(attachment, "name")))
        return "an attachment without a name";
    if (!is_text(get(attachment, "mediaType")))
        return "an attachment without a mediaType";
    if (!body == !path)
        return body ? "an attachment with both body and path"
                    : "an attachment with neither body nor path";
    if (body && !cJSON_IsString(body))
        return "an attachment whose body is no string";
    if (encoding && !base64 &&
        (!cJSON_IsString(encoding) ||
         strcmp(encoding->valuestring, "identity") != 0))
        return "an attachment whose encoding is neither identity nor base64";
    if (body && base64 && base64_length(body->valuestring) < 0)
        return "an attachment whose body is not base64";
    if (path && (!cJSON_IsString(path) ||
                 !is_inside(peer->artifact_dir, path->valuestring)))
        return "an attachment whose path is no file inside artifactDir";
    return NULL;
}

void mp_judge_attachment(struct mp_peer *peer, const struct mp_said *said,
                         const cJSON *attachment)
{
    const char *fault = attachment_fault(peer, attachment);
    if (fault)
        mp_lab_note(peer->lab, 41, said->bytes, "%s", fault);
}

/* --- results --- */

static void judge_exports(struct mp_lab *lab, const struct mp_said *said,
                          const cJSON *exports)
{
    size_t count = 0, bytes = 0;
    const cJSON *entry;
    if (!cJSON_IsObject(exports)) {
        mp_lab_note(lab, 42, said->bytes, "exports is no object");
        return;
    }
    cJSON_ArrayForEach(entry, exports)
    {
        if (!cJSON_IsString(entry)) {
            mp_lab_note(lab, 42, said->bytes, "the export '%s' is no string",
                        entry->string);
            continue;
        }
        count++;
        bytes += strlen(entry->string) + strlen(entry->valuestring);
    }
    if (count > EXPORTS_MAX || bytes > EXPORTS_MAX_BYTES)
        mp_lab_note(lab, 42, said->bytes,
                    "%zu exports with %zu bytes: %d and %d are allowed", count,
                    bytes, EXPORTS_MAX, EXPORTS_MAX_BYTES);
}

static void judge_status(struct mp_lab *lab, const struct mp_said *said,
                         const cJSON *result)
{
    static const char *const words[] = {"passed",  "failed",    "pending",
                                        "skipped", "undefined", "ambiguous",
                                        NULL};
    const cJSON *status = get(result, "status");
    bool success = cJSON_IsTrue(get(result, "success"));
    if (!status)
        return;
    if (!is_word_of(status, words))
        mp_lab_note(lab, 35, said->bytes, "status is none of the six");
    else if (success != !strcmp(status->valuestring, "passed"))
        mp_lab_note(lab, 35, said->bytes, "status '%s' contradicts success: %s",
                    status->valuestring, success ? "true" : "false");
}

static void judge_failure(struct mp_lab *lab, const struct mp_said *said,
                          const cJSON *result)
{
    const cJSON *status = get(result, "status");
    const cJSON *failure = get(result, "failure");
    bool failed = status ? cJSON_IsString(status) &&
                               !strcmp(status->valuestring, "failed")
                         : cJSON_IsFalse(get(result, "success"));
    if (failed && !is_text(get(failure, "message")))
        mp_lab_note(lab, 34, said->bytes,
                    "a failed result without the text failure.message");
}

static void judge_v1(struct mp_peer *peer, const struct mp_said *said,
                     const cJSON *result)
{
    const cJSON *duration = get(result, "durationMs");
    const cJSON *attachments = get(result, "attachments"), *entry;
    const cJSON *exports = get(result, "exports");
    judge_status(peer->lab, said, result);
    judge_failure(peer->lab, said, result);
    if (duration && (!cJSON_IsNumber(duration) || duration->valuedouble < 0))
        mp_lab_note(peer->lab, 40, said->bytes,
                    "durationMs is no number from 0 on");
    if (attachments && !cJSON_IsArray(attachments))
        mp_lab_note(peer->lab, 41, said->bytes, "attachments is no array");
    cJSON_ArrayForEach(entry, attachments)
        mp_judge_attachment(peer, said, entry);
    if (exports)
        judge_exports(peer->lab, said, exports);
}

void mp_judge_result(struct mp_peer *peer, const struct mp_said *said,
                     const cJSON *result)
{
    struct mp_lab *lab = peer->lab;
    const cJSON *data = get(result, "data"), *logs = get(result, "logs");
    if (!cJSON_IsObject(result))
        mp_lab_note(lab, 32, said->bytes, "result is no object");
    else if (!cJSON_IsBool(get(result, "success")))
        mp_lab_note(lab, 32, said->bytes, "success is no boolean");
    else if (data && !cJSON_IsObject(data))
        mp_lab_note(lab, 32, said->bytes, "data is neither object nor null");
    if (logs)
        judge_logs(peer, said, logs);
    if (lab->v1)
        judge_v1(peer, said, result);
}
