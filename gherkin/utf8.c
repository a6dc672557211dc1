#include "gherkin/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFDu

static bool continues(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Table 3-7 of the Unicode standard: the second byte is the narrow one. */
static bool second_fits(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xE0:
        return second >= 0xA0 && second <= 0xBF;
    case 0xED:
        return second >= 0x80 && second <= 0x9F;
    case 0xF0:
        return second >= 0x90 && second <= 0xBF;
    case 0xF4:
        return second >= 0x80 && second <= 0x8F;
    default:
        return continues(second);
    }
}

static unsigned sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

unsigned gh_utf8_decode(const char *ptr, size_t len, uint32_t *code_point)
{
    const unsigned char *p = (const unsigned char *)ptr;
    unsigned length = sequence_length(p[0]);
    if (length == 1) {
        *code_point = p[0];
        return 1;
    }
    *code_point = REPLACEMENT;
    if (!length || length > len || !second_fits(p[0], p[1]))
        return 0;
    uint32_t value = p[0] & (0x7Fu >> length);
    for (unsigned i = 1; i < length; i++) {
        if (!continues(p[i]))
            return 0;
        value = value << 6 | (p[i] & 0x3Fu);
    }
    *code_point = value;
    return length;
}

unsigned gh_utf8_encode(uint32_t code_point, char *out)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

/* The number of ASCII bytes at the start, found 32 at a time. */
static size_t ascii_prefix(const char *ptr, size_t len)
{
    const uint64_t high = 0x8080808080808080u;
    size_t at = 0;
    for (; at + 32 <= len; at += 32) {
        uint64_t word[4];
        memcpy(word, ptr + at, sizeof(word));
        if ((word[0] | word[1] | word[2] | word[3]) & high)
            break;
    }
    while (at < len && (signed char)ptr[at] >= 0)
        at++;
    return at;
}

size_t gh_utf8_valid(const char *ptr, size_t len)
{
    size_t at = 0;
    while (at < len) {
        if ((signed char)ptr[at] >= 0) {
            at += ascii_prefix(ptr + at, len - at);
            continue;
        }
        uint32_t code_point;
        unsigned length = gh_utf8_decode(ptr + at, len - at, &code_point);
        if (!length)
            return at;
        at += length;
    }
    return len;
}

struct gh_str gh_utf8_repair(struct gh_arena *arena, struct gh_str text)
{
    size_t at = gh_utf8_valid(text.ptr, text.len);
    if (at == text.len)
        return text;
    char *out = gh_arena_alloc(arena, text.len * 3 + 1);
    size_t out_len = 0;
    for (at = 0; at < text.len;) {
        size_t good = gh_utf8_valid(text.ptr + at, text.len - at);
        memcpy(out + out_len, text.ptr + at, good);
        out_len += good;
        at += good;
        if (at < text.len) {
            out_len += gh_utf8_encode(REPLACEMENT, out + out_len);
            at++;
        }
    }
    return (struct gh_str){out, out_len};
}

size_t gh_utf8_count(const char *ptr, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += !continues((unsigned char)ptr[i]);
    return count;
}

size_t gh_utf8_offset(struct gh_str text, size_t count)
{
    size_t at = 0;
    while (at < text.len && count) {
        at++;
        while (at < text.len && continues((unsigned char)text.ptr[at]))
            at++;
        count--;
    }
    return at;
}

bool gh_utf8_is_space(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point == ' ' || (code_point >= 9 && code_point <= 13);
    return code_point == 0xA0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200A) ||
           code_point == 0x2028 || code_point == 0x2029 ||
           code_point == 0x202F || code_point == 0x205F ||
           code_point == 0x3000 || code_point == 0xFEFF;
}

bool gh_utf8_is_letter_or_digit(uint32_t code_point)
{
    utf8proc_category_t category =
        utf8proc_category((utf8proc_int32_t)code_point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool gh_utf8_is_separator(uint32_t code_point)
{
    utf8proc_category_t category =
        utf8proc_category((utf8proc_int32_t)code_point);
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_ZP;
}

size_t gh_utf8_leading_space(const char *ptr, size_t len)
{
    size_t at = 0;
    while (at < len) {
        uint32_t code_point;
        unsigned length = gh_utf8_decode(ptr + at, len - at, &code_point);
        if (!length || !gh_utf8_is_space(code_point))
            break;
        at += length;
    }
    return at;
}

struct gh_str gh_utf8_trim_left(struct gh_str text)
{
    size_t skip = text.len ? gh_utf8_leading_space(text.ptr, text.len) : 0;
    return (struct gh_str){text.ptr + skip, text.len - skip};
}

static bool ends_in_space(struct gh_str text, unsigned *length)
{
    unsigned back = 1;
    while (back < 4 && back < text.len &&
           continues((unsigned char)text.ptr[text.len - back]))
        back++;
    uint32_t code_point;
    *length = gh_utf8_decode(text.ptr + text.len - back, back, &code_point);
    return *length == back && gh_utf8_is_space(code_point);
}

struct gh_str gh_utf8_trim_right(struct gh_str text)
{
    unsigned length;
    while (text.len && ends_in_space(text, &length))
        text.len -= length;
    return text;
}

struct gh_str gh_utf8_trim(struct gh_str text)
{
    return gh_utf8_trim_right(gh_utf8_trim_left(text));
}

size_t gh_utf8_width(struct gh_str text)
{
    size_t width = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t code_point;
        unsigned length =
            gh_utf8_decode(text.ptr + at, text.len - at, &code_point);
        int columns = utf8proc_charwidth((utf8proc_int32_t)code_point);
        width += columns > 0 ? (size_t)columns : 0;
        at += length ? length : 1;
    }
    return width;
}

static struct gh_str map(struct gh_arena *arena, struct gh_str text,
                         utf8proc_option_t options)
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text.ptr,
                     (utf8proc_ssize_t)text.len, &mapped, options);
    if (length < 0)
        return text;
    struct gh_str whole = {(const char *)mapped, (size_t)length};
    struct gh_str copy = gh_arena_str(arena, whole);
    gh_free(mapped);
    return copy;
}

struct gh_str gh_utf8_nfc(struct gh_arena *arena, struct gh_str text)
{
    if (!text.len || ascii_prefix(text.ptr, text.len) == text.len)
        return text;
    return map(arena, text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

struct gh_str gh_utf8_fold(struct gh_arena *arena, struct gh_str text)
{
    if (!text.len)
        return text;
    return map(arena, text,
               UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

const char *gh_utf8_version(void)
{
    return utf8proc_version();
}
