#include "runner/conformance/strict.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "gherkin/utf8.h"
#include "runner/rpc/repair.h"
#include "runner/rpc/scan.h"

static size_t count_control_bytes(struct gh_str text)
{
    size_t at = 0;
    while (at < text.len && (unsigned char)text.ptr[at] >= 0x20)
        at++;
    return at;
}

void mp_strict_text(struct gh_str text, struct mp_buf *why)
{
    struct mp_scan scan = {0};
    struct mp_buf repaired = {0};
    size_t valid = gh_utf8_valid(text.ptr, text.len);
    unsigned repairs = mp_repair_json(text, &repaired);
    mp_scan_text(&scan, text);
    if (valid < text.len)
        mp_buf_format(why, "bytes that are no UTF-8 at offset %zu", valid);
    else if (scan.state == MP_SCAN_BAD)
        mp_buf_format(why, "no JSON at offset %zu: %s", scan.offset,
                      scan.error);
    else if (scan.state == MP_SCAN_OPEN)
        mp_buf_append_text(why, "no JSON: it ends before it is closed");
    else if (repairs & MP_REPAIR_NUL)
        mp_buf_append_text(why, "the escape \\u0000, which no C string holds");
    else if (repairs & MP_REPAIR_SURROGATE)
        mp_buf_append_text(why, "an escape that is half of a surrogate pair");
    else if (scan.control_bytes)
        mp_buf_format(why, "a raw control character in a string at offset %zu",
                      count_control_bytes(text));
    mp_buf_finish(&repaired);
}

size_t mp_strict_depth(struct gh_str text)
{
    size_t depth = 0, most = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            most = ++depth > most ? depth : most;
        else if (!in_string && (c == '}' || c == ']') && depth)
            depth--;
    }
    return most;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *duplicate_of(const cJSON *object)
{
    size_t count = 0;
    const cJSON *child;
    cJSON_ArrayForEach(child, object) count++;
    const char **names = gh_alloc((count + 1) * sizeof(*names));
    count = 0;
    cJSON_ArrayForEach(child, object) names[count++] = child->string;
    qsort(names, count, sizeof(*names), compare);
    const char *found = NULL;
    for (size_t i = 1; i < count && !found; i++)
        found = strcmp(names[i - 1], names[i]) ? NULL : names[i];
    gh_free(names);
    return found;
}

/* As deep as the parser goes: 1000 (CJSON_NESTING_LIMIT). */
// NOLINTNEXTLINE(misc-no-recursion): the parser has limited the depth
const char *mp_strict_duplicate(const cJSON *tree)
{
    const char *found = cJSON_IsObject(tree) ? duplicate_of(tree) : NULL;
    const cJSON *child;
    cJSON_ArrayForEach(child, tree)
    {
        if (found)
            break;
        if (cJSON_IsObject(child) || cJSON_IsArray(child))
            found = mp_strict_duplicate(child);
    }
    return found;
}
