#include "runner/rpc/repair.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define REPLACEMENT        "\xef\xbf\xbd"
#define REPLACEMENT_ESCAPE "\\ufffd"

/* The bytes from at that need no second look. */
static size_t plain_run(struct gh_str bytes, size_t at, bool json)
{
    size_t end = at;
    while (end < bytes.len) {
        unsigned char c = (unsigned char)bytes.ptr[end];
        if (c >= 0x80 || c == 0 || (json && c == '\\'))
            break;
        end++;
    }
    return end - at;
}

/* The second byte's bounds exclude overlong forms, surrogates and what lies
 * above U+10FFFF. */
static bool second_byte_fits(unsigned char first, unsigned char second)
{
    unsigned char low = 0x80, high = 0xbf;
    if (first == 0xe0)
        low = 0xa0;
    else if (first == 0xed)
        high = 0x9f;
    else if (first == 0xf0)
        low = 0x90;
    else if (first == 0xf4)
        high = 0x8f;
    return second >= low && second <= high;
}

/* The length of the character at bytes.ptr[at]; *valid says whether it is one.
 * Of an invalid one: the longest part that a character could begin with. */
static size_t utf8_length(struct gh_str bytes, size_t at, bool *valid)
{
    const unsigned char *s = (const unsigned char *)bytes.ptr + at;
    size_t left = bytes.len - at;
    size_t wanted = s[0] >= 0xc2 && s[0] <= 0xdf   ? 2
                    : s[0] >= 0xe0 && s[0] <= 0xef ? 3
                    : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                                   : 1;
    *valid = false;
    if (wanted == 1 || left < 2 || !second_byte_fits(s[0], s[1]))
        return 1;
    size_t length = 2;
    while (length < wanted && length < left && s[length] >= 0x80 &&
           s[length] <= 0xbf)
        length++;
    *valid = length == wanted;
    return length;
}

/* The value of \uXXXX at bytes.ptr[at]; -1: that is not what stands there. */
static int32_t unicode_escape(struct gh_str bytes, size_t at)
{
    if (bytes.len < 6 || at > bytes.len - 6 || bytes.ptr[at] != '\\' ||
        bytes.ptr[at + 1] != 'u')
        return -1;
    int32_t value = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        char c = bytes.ptr[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* The length of the escape at the backslash bytes.ptr[at]; *found gets a bit
 * if it must be replaced. */
static size_t escape_length(struct gh_str bytes, size_t at, unsigned *found)
{
    int32_t value = unicode_escape(bytes, at);
    if (value < 0)
        return bytes.len - at < 2 ? 1 : 2;
    if (value == 0)
        *found = MP_REPAIR_NUL;
    else if (value >= 0xdc00 && value <= 0xdfff)
        *found = MP_REPAIR_SURROGATE;
    else if (value >= 0xd800 && value <= 0xdbff) {
        int32_t low = unicode_escape(bytes, at + 6);
        if (low >= 0xdc00 && low <= 0xdfff)
            return 12;
        *found = MP_REPAIR_SURROGATE;
    }
    return 6;
}

/* The length of what stands at bytes.ptr[at], and what is wrong with it. */
static size_t element_length(struct gh_str bytes, size_t at, bool json,
                             unsigned *found)
{
    unsigned char c = (unsigned char)bytes.ptr[at];
    *found = 0;
    if (c == '\\')
        return escape_length(bytes, at, found);
    if (c == 0) {
        // In JSON a NUL byte is the scan's to refuse.
        *found = json ? 0 : MP_REPAIR_NUL;
        return 1;
    }
    bool valid;
    size_t length = utf8_length(bytes, at, &valid);
    *found = valid ? 0 : MP_REPAIR_UTF8;
    return length;
}

static unsigned repair(struct gh_str bytes, bool json, struct mp_buf *out)
{
    unsigned all = 0;
    size_t copied = 0;
    size_t at = plain_run(bytes, 0, json);
    while (at < bytes.len) {
        unsigned found;
        size_t length = element_length(bytes, at, json, &found);
        if (found) {
            bool escape = json && bytes.ptr[at] == '\\';
            mp_buf_append(out, bytes.ptr + copied, at - copied);
            mp_buf_append_text(out, escape ? REPLACEMENT_ESCAPE : REPLACEMENT);
            copied = at + length;
            all |= found;
        }
        at += length;
        at += plain_run(bytes, at, json);
    }
    if (all)
        mp_buf_append(out, bytes.ptr + copied, bytes.len - copied);
    return all;
}

unsigned mp_repair_json(struct gh_str bytes, struct mp_buf *out)
{
    return repair(bytes, true, out);
}

unsigned mp_repair_text(struct gh_str bytes, struct mp_buf *out)
{
    return repair(bytes, false, out);
}

int mp_repair_cut(const char *text, size_t max)
{
    size_t length = strnlen(text, max);
    while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return (int)length;
}
