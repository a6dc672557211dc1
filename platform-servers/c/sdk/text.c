#include "platform-servers/c/sdk/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gherkin/memory.h"

static void text_reserve(struct mprun_sdk_text *text, size_t more)
{
    size_t need = text->length + more + 1;
    if (need <= text->capacity)
        return;
    size_t capacity = text->capacity * 2;
    if (capacity < need)
        capacity = need < 64 ? 64 : need;
    text->bytes = gh_realloc(text->bytes, capacity);
    text->capacity = capacity;
}

void mprun_sdk_text_add(struct mprun_sdk_text *text, const char *bytes,
                        size_t length)
{
    text_reserve(text, length);
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void mprun_sdk_text_vformat(struct mprun_sdk_text *text, const char *format,
                            va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length > 0) {
        text_reserve(text, (size_t)length);
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format,
                  again);
        text->length += (size_t)length;
    } else {
        mprun_sdk_text_add(text, "", 0);
    }
    va_end(again);
}

void mprun_sdk_text_format(struct mprun_sdk_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    mprun_sdk_text_vformat(text, format, args);
    va_end(args);
}

char *mprun_sdk_text_take(struct mprun_sdk_text *text)
{
    mprun_sdk_text_add(text, "", 0);
    char *bytes = text->bytes;
    *text = (struct mprun_sdk_text){0};
    return bytes;
}

void mprun_sdk_text_finish(struct mprun_sdk_text *text)
{
    gh_free(text->bytes);
    *text = (struct mprun_sdk_text){0};
}

size_t mprun_sdk_utf8_length(const char *bytes, size_t length)
{
    const unsigned char *b = (const unsigned char *)bytes;
    if (length == 0)
        return 0;
    if (b[0] < 0x80)
        return 1;
    size_t want = b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : 2;
    if (b[0] < 0xC2 || b[0] > 0xF4 || want > length)
        return 0;
    for (size_t i = 1; i < want; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    }
    bool overlong =
        (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xF0 && b[1] < 0x90);
    bool surrogate = b[0] == 0xED && b[1] > 0x9F;
    bool too_large = b[0] == 0xF4 && b[1] > 0x8F;
    return overlong || surrogate || too_large ? 0 : want;
}

bool mprun_sdk_utf8_valid(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t step = mprun_sdk_utf8_length(bytes + at, length - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

char *mprun_sdk_utf8_repair(const char *text)
{
    struct mprun_sdk_text out = {0};
    size_t length = text ? strlen(text) : 0;
    size_t good = 0; /* start of the valid stretch before at */
    for (size_t at = 0; at < length;) {
        size_t step = mprun_sdk_utf8_length(text + at, length - at);
        if (step > 0) {
            at += step;
            continue;
        }
        mprun_sdk_text_add(&out, text + good, at - good);
        mprun_sdk_text_add(&out, "\xEF\xBF\xBD", 3);
        good = ++at;
    }
    mprun_sdk_text_add(&out, text ? text + good : "", length - good);
    return mprun_sdk_text_take(&out);
}

/* The value of \u and four digits at escape, or -1. */
static long escape_value(const char *escape, const char *end)
{
    if (end - escape < 6 || escape[0] != '\\' || escape[1] != 'u')
        return -1;
    long value = 0;
    for (int i = 2; i < 6; i++) {
        char c = escape[i];
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

void mprun_sdk_json_repair(char *json, size_t length)
{
    const char *end = json + length;
    for (char *at = json; (at = memchr(at, '\\', (size_t)(end - at)));) {
        long value = escape_value(at, end);
        if (value < 0) {
            at += end - at < 2 ? 1 : 2;
            continue;
        }
        bool high = value >= 0xD800 && value <= 0xDBFF;
        bool low = value >= 0xDC00 && value <= 0xDFFF;
        long next = high ? escape_value(at + 6, end) : -1;
        if (high && next >= 0xDC00 && next <= 0xDFFF) {
            at += 12;
            continue;
        }
        if (value == 0 || high || low)
            memcpy(at, "\\ufffd", 6);
        at += 6;
    }
}

/* The end of the string that begins at at; end where it is cut off. */
static const char *string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++) {
        if (*at == '\\')
            at++;
    }
    return at < end ? at + 1 : end;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

const char *mprun_sdk_json_find_id(const char *json, size_t length,
                                   size_t *value_length)
{
    const char *end = json + length;
    int depth = 0;
    for (const char *at = json; at < end;) {
        const char *next = *at == '"' ? string_end(at, end) : at + 1;
        const char *colon = skip_blanks(next, end);
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        if (depth == 1 && next - at == 4 && !memcmp(at, "\"id\"", 4) &&
            colon < end && *colon == ':') {
            const char *value = skip_blanks(colon + 1, end);
            const char *stop = value;
            while (stop < end && *stop != '"' && !strchr(",} ", *stop))
                stop++;
            if (stop < end && *stop == '"')
                stop = string_end(stop, end);
            *value_length = (size_t)(stop - value);
            return stop < end ? value : NULL;
        }
        at = next;
    }
    return NULL;
}

char *mprun_sdk_base64(const unsigned char *bytes, size_t size)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = gh_alloc((size + 2) / 3 * 4 + 1);
    char *to = out;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t three = (uint32_t)bytes[i] << 16;
        if (left > 1)
            three |= (uint32_t)bytes[i + 1] << 8;
        if (left > 2)
            three |= bytes[i + 2];
        *to++ = letters[three >> 18];
        *to++ = letters[(three >> 12) & 63];
        *to++ = left > 1 ? letters[(three >> 6) & 63] : '=';
        *to++ = left > 2 ? letters[three & 63] : '=';
    }
    *to = '\0';
    return out;
}

bool mprun_sdk_parse_int(const char *text, int64_t *value)
{
    const char *digits = text;
    if (*digits == '-' || *digits == '+')
        digits++;
    if (*digits < '0' || *digits > '9')
        return false;
    char *end = NULL;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *value = parsed;
    return true;
}

int64_t mprun_sdk_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void mprun_sdk_timestamp(char out[32])
{
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t length = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(out + length, 32 - length, ".%03dZ", (int)(now.tv_nsec / 1000000));
}
