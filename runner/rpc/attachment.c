#include "runner/rpc/attachment.h"

#include <cJSON.h>
#include <string.h>

#include "runner/rpc/repair.h"

#define NAME_SHOWN 100

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool is_base64_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* False: it is not base64. */
static bool base64_size(const char *text, size_t *decoded)
{
    size_t length = strlen(text), digits = 0;
    while (is_base64_digit(text[digits]))
        digits++;
    size_t padding = strspn(text + digits, "=");
    if (digits + padding != length || length % 4 || padding > 2)
        return false;
    *decoded = length / 4 * 3 - padding;
    return true;
}

/* Relative, and no ".." in it. */
static bool stays_inside(const char *path)
{
    if (!*path || *path == '/' || *path == '\\')
        return false;
    // A drive letter makes it absolute where there are drives.
    if (path[1] == ':')
        return false;
    while (*path) {
        size_t length = strcspn(path, "/\\");
        if (length == 2 && path[0] == '.' && path[1] == '.')
            return false;
        path += length;
        path += *path != '\0';
    }
    return true;
}

static bool wrong(struct gh_arena *arena, char **why, const char *name,
                  const char *what)
{
    if (!name)
        name = "(without name)";
    *why = gh_arena_format(arena, "attachment '%.*s': %s",
                           mp_repair_cut(name, NAME_SHOWN), name, what);
    return false;
}

static bool check_body(const char *name, const char *encoding, const char *body,
                       struct gh_arena *arena, char **why)
{
    size_t size = strlen(body);
    if (strcmp(encoding, "identity") && strcmp(encoding, "base64"))
        return wrong(arena, why, name,
                     "encoding is neither identity nor base64");
    if (!strcmp(encoding, "base64") && !base64_size(body, &size))
        return wrong(arena, why, name, "the body is not base64");
    if (size > MP_ATTACHMENT_MAX_BYTES)
        return wrong(arena, why, name,
                     "the body is larger than 1 MiB; write a file into "
                     "artifactDir and give its path");
    return true;
}

bool mp_attachment_read(const struct cJSON *object, struct gh_arena *arena,
                        struct mp_attachment *attachment, char **why)
{
    const char *name = text_of(object, "name");
    const char *media_type = text_of(object, "mediaType");
    const char *encoding = text_of(object, "encoding");
    const char *body = text_of(object, "body");
    const char *path = text_of(object, "path");
    memset(attachment, 0, sizeof(*attachment));
    if (!cJSON_IsObject(object))
        return wrong(arena, why, NULL, "it is not an object");
    if (!name)
        return wrong(arena, why, NULL, "name is missing or not a string");
    if (!media_type)
        return wrong(arena, why, name, "mediaType is missing or not a string");
    if (!body == !path)
        return wrong(arena, why, name, "exactly one of body and path is due");
    if (path && !stays_inside(path))
        return wrong(arena, why, name, "the path leads out of artifactDir");
    if (!encoding)
        encoding = "identity";
    if (body && !check_body(name, encoding, body, arena, why))
        return false;
    attachment->name = gh_arena_copy(arena, gh_str_of(name));
    attachment->media_type = gh_arena_copy(arena, gh_str_of(media_type));
    if (path) {
        attachment->path = gh_arena_copy(arena, gh_str_of(path));
    } else {
        attachment->encoding =
            strcmp(encoding, "base64") ? "identity" : "base64";
        attachment->body = gh_arena_copy(arena, gh_str_of(body));
    }
    return true;
}

bool mp_attachment_parse(const struct mp_incoming *incoming,
                         struct gh_arena *arena,
                         struct mp_attachment *attachment, char **why)
{
    return mp_attachment_read(incoming->value, arena, attachment, why);
}
