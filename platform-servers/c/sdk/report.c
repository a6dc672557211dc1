/* What a step tells: logs, attachments, data, exports. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform-servers/c/sdk/server.h"
#include "platform-servers/c/sdk/step.h"
#include "platform-servers/c/sdk/text.h"

/* cJSON prints 15 digits of a number, though a double holds a few more. */
#define EXACT_MAX 999999999999999

void mprun_sdk_set_text(cJSON *object, const char *name, const char *text)
{
    char *repaired = mprun_sdk_utf8_repair(text);
    char *key = mprun_sdk_utf8_repair(name);
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    cJSON_AddStringToObject(object, key, repaired);
    gh_free(key);
    gh_free(repaired);
}

const char *mprun_sdk_level_name(enum mprun_level level)
{
    static const char *const names[] = {"trace", "debug", "info", "warn",
                                        "error"};
    size_t index = (size_t)level;
    return index < sizeof names / sizeof *names ? names[index] : "info";
}

static cJSON *id_of(const struct mprun_step *step)
{
    return step->id ? cJSON_Duplicate(step->id, 1) : cJSON_CreateNull();
}

static void add_to(cJSON **array, cJSON *item)
{
    if (!*array)
        *array = cJSON_CreateArray();
    cJSON_AddItemToArray(*array, item);
}

/* ---- Logs ---------------------------------------------------------------- */

/* As seed-level runners read it: [INFO] text. */
static cJSON *plain_line(enum mprun_level level, const char *message)
{
    static const char *const marks[] = {"TRACE", "DEBUG", "INFO", "WARN",
                                        "ERROR"};
    struct mprun_sdk_text line = {0};
    size_t index = (size_t)level < 5 ? (size_t)level : MPRUN_INFO;
    mprun_sdk_text_format(&line, "[%s] %s", marks[index], message);
    cJSON *item = cJSON_CreateString(line.bytes);
    mprun_sdk_text_finish(&line);
    return item;
}

static cJSON *log_entry(enum mprun_level level, const char *message)
{
    char time[32];
    cJSON *entry = cJSON_CreateObject();
    mprun_sdk_timestamp(time);
    cJSON_AddStringToObject(entry, "time", time);
    cJSON_AddStringToObject(entry, "level", mprun_sdk_level_name(level));
    cJSON_AddStringToObject(entry, "message", message);
    return entry;
}

static void log_message(struct mprun_step *step, enum mprun_level level,
                        const char *message)
{
    const struct mprun_sdk_host *host = &step->server->host;
    if (!host->greeted) {
        add_to(&step->logs, plain_line(level, message));
        return;
    }
    cJSON *entry = log_entry(level, message);
    if (!host->takes_logs) {
        add_to(&step->logs, entry);
        return;
    }
    cJSON_AddItemToObject(entry, "id", id_of(step));
    mprun_sdk_server_notify(step->server, "log", entry);
}

void mprun_log(struct mprun_step *step, enum mprun_level level,
               const char *format, ...)
{
    struct mprun_sdk_text text = {0};
    va_list args;
    va_start(args, format);
    mprun_sdk_text_vformat(&text, format, args);
    va_end(args);
    /* In the worst case each byte takes six on the wire. */
    size_t most = step->server->host.max_message_bytes / 8;
    if (text.length > most) {
        size_t cut = text.length - most;
        text.length = most;
        mprun_sdk_text_format(&text, " ... %zu bytes dropped", cut);
    }
    char *message = mprun_sdk_utf8_repair(text.bytes);
    log_message(step, level, message);
    gh_free(message);
    mprun_sdk_text_finish(&text);
}

/* ---- Attachments --------------------------------------------------------- */

static bool is_text(const char *media_type, const void *bytes, size_t size)
{
    size_t length = strcspn(media_type, ";");
    bool textual =
        !strncmp(media_type, "text/", 5) ||
        (length >= 4 && !memcmp(media_type + length - 4, "json", 4)) ||
        (length >= 3 && !memcmp(media_type + length - 3, "xml", 3));
    return textual && !memchr(bytes, 0, size) &&
           mprun_sdk_utf8_valid(bytes, size);
}

static cJSON *new_attachment(const char *name, const char *media_type)
{
    cJSON *attachment = cJSON_CreateObject();
    mprun_sdk_set_text(attachment, "name", name);
    mprun_sdk_set_text(attachment, "mediaType", media_type);
    return attachment;
}

static void give_attachment(struct mprun_step *step, cJSON *attachment)
{
    if (!step->server->host.takes_attachments) {
        add_to(&step->attachments, attachment);
        return;
    }
    cJSON_AddItemToObject(attachment, "id", id_of(step));
    mprun_sdk_server_notify(step->server, "attachment", attachment);
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(fd, bytes, size);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        bytes += wrote;
        size -= (size_t)wrote;
    }
    return true;
}

/* Writes a new file into the artifact directory; returns its name there, or
 * NULL with a warning in the log. In the step's arena. */
static const char *spill(struct mprun_step *step, const char *name,
                         const void *bytes, size_t size)
{
    const char *folder = step->server->host.artifact_dir;
    char *file = gh_arena_format(&step->arena, "%ld-%u-%s", (long)getpid(),
                                 ++step->server->spilled, name);
    for (char *at = file; *at; at++) {
        if (*at == '/' || (unsigned char)*at < 0x20)
            *at = '_';
    }
    const char *path = gh_arena_format(&step->arena, "%s/%s", folder, file);
    int fd = *folder ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)
                     : -1;
    bool written = fd >= 0 && write_all(fd, bytes, size);
    if (fd >= 0)
        close(fd);
    if (written)
        return file;
    mprun_log(step, MPRUN_WARN, "attachment '%s' of %zu bytes is left out: %s",
              name, size,
              *folder ? strerror(errno) : "there is no artifact directory");
    return NULL;
}

void mprun_attach(struct mprun_step *step, const char *name,
                  const char *media_type, const void *bytes, size_t size)
{
    bool is_inline = size <= step->server->host.max_inline_bytes;
    const char *file = is_inline ? NULL : spill(step, name, bytes, size);
    if (!is_inline && !file)
        return;
    cJSON *attachment = new_attachment(name, media_type);
    if (file) {
        mprun_sdk_set_text(attachment, "path", file);
    } else if (is_text(media_type, size ? bytes : "", size)) {
        struct mprun_sdk_text body = {0};
        mprun_sdk_text_add(&body, bytes, size);
        cJSON_AddStringToObject(attachment, "encoding", "identity");
        cJSON_AddStringToObject(attachment, "body", body.bytes);
        mprun_sdk_text_finish(&body);
    } else {
        char *body = mprun_sdk_base64(bytes, size);
        cJSON_AddStringToObject(attachment, "encoding", "base64");
        cJSON_AddStringToObject(attachment, "body", body);
        gh_free(body);
    }
    give_attachment(step, attachment);
}

/* The part of path below the artifact directory; NULL where it lies outside.
 * The caller frees it with gh_free. */
static char *inside_artifacts(const struct mprun_step *step, const char *path)
{
    const char *artifacts = step->server->host.artifact_dir;
    char *folder = *artifacts ? realpath(artifacts, NULL) : NULL;
    char *file = realpath(path, NULL);
    size_t length = folder ? strlen(folder) : 0;
    char *below = NULL;
    if (folder && file && !strncmp(folder, file, length) && file[length] == '/')
        below = mprun_sdk_utf8_repair(file + length + 1);
    free(folder);
    free(file);
    return below;
}

static bool read_file(const char *path, struct mprun_sdk_text *content)
{
    char chunk[16384];
    FILE *file = fopen(path, "rbe");
    if (!file)
        return false;
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        mprun_sdk_text_add(content, chunk, got);
    bool whole = !ferror(file);
    fclose(file);
    return whole;
}

bool mprun_attach_file(struct mprun_step *step, const char *name,
                       const char *media_type, const char *path)
{
    char *below = inside_artifacts(step, path);
    if (below) {
        cJSON *attachment = new_attachment(name, media_type);
        mprun_sdk_set_text(attachment, "path", below);
        give_attachment(step, attachment);
        gh_free(below);
        return true;
    }
    struct mprun_sdk_text content = {0};
    bool readable = read_file(path, &content);
    if (readable)
        mprun_attach(step, name, media_type, content.bytes ? content.bytes : "",
                     content.length);
    else
        mprun_log(step, MPRUN_WARN, "attachment '%s' is left out: %s: %s", name,
                  path, strerror(errno));
    mprun_sdk_text_finish(&content);
    return readable;
}

/* ---- Data and exports ---------------------------------------------------- */

static cJSON *object_of(cJSON **object)
{
    if (!*object)
        *object = cJSON_CreateObject();
    return *object;
}

static void set_data(struct mprun_step *step, const char *key, cJSON *value)
{
    char *name = mprun_sdk_utf8_repair(key);
    cJSON *data = object_of(&step->data);
    cJSON_DeleteItemFromObjectCaseSensitive(data, name);
    cJSON_AddItemToObject(data, name, value);
    gh_free(name);
}

void mprun_data_int(struct mprun_step *step, const char *key, int64_t value)
{
    char text[32];
    bool exact = value >= -EXACT_MAX && value <= EXACT_MAX;
    snprintf(text, sizeof text, "%lld", (long long)value);
    set_data(step, key,
             exact ? cJSON_CreateNumber((double)value)
                   : cJSON_CreateString(text));
}

void mprun_data_double(struct mprun_step *step, const char *key, double value)
{
    set_data(step, key, cJSON_CreateNumber(value));
}

void mprun_data_text(struct mprun_step *step, const char *key,
                     const char *value)
{
    mprun_sdk_set_text(object_of(&step->data), key, value);
}

void mprun_data_json(struct mprun_step *step, const char *key, const char *json)
{
    char *text = mprun_sdk_utf8_repair(json);
    mprun_sdk_json_repair(text, strlen(text));
    cJSON *value = cJSON_ParseWithOpts(text, NULL, 1);
    if (value)
        set_data(step, key, value);
    else
        mprun_error_at(step, NULL, 0, "data '%s' is no JSON: %s", key, text);
    gh_free(text);
}

void mprun_export(struct mprun_step *step, const char *key, const char *format,
                  ...)
{
    struct mprun_sdk_text value = {0};
    va_list args;
    va_start(args, format);
    mprun_sdk_text_vformat(&value, format, args);
    va_end(args);
    mprun_sdk_set_text(object_of(&step->exports), key, value.bytes);
    mprun_sdk_text_finish(&value);
}
