/*
 * Texts on their way in and out of the wire.
 *
 * Everything the server sends is valid UTF-8 and strict JSON, whatever a step
 * hands over; everything it receives is made fit for cJSON first, which would
 * cut a text at \u0000 and refuse a whole message for one unpaired surrogate.
 * Rule: docs/protocol.md, transport and conformance items 9 to 12.
 */
#ifndef MPRUN_SDK_TEXT_H
#define MPRUN_SDK_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing text, NUL-terminated as soon as something was added. Starts
 * zeroed; free with mprun_sdk_text_finish. */
struct mprun_sdk_text {
    char *bytes;
    size_t length;
    size_t capacity;
};

void mprun_sdk_text_add(struct mprun_sdk_text *text, const char *bytes,
                        size_t length);
void mprun_sdk_text_format(struct mprun_sdk_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mprun_sdk_text_vformat(struct mprun_sdk_text *text, const char *format,
                            va_list args) __attribute__((format(printf, 2, 0)));
/* The text, which the caller frees with gh_free; the struct is empty again. */
char *mprun_sdk_text_take(struct mprun_sdk_text *text);
void mprun_sdk_text_finish(struct mprun_sdk_text *text);

/* The length of the valid UTF-8 character at bytes; 0: there is none. */
size_t mprun_sdk_utf8_length(const char *bytes, size_t length);
bool mprun_sdk_utf8_valid(const char *bytes, size_t length);
/* A copy in which every byte that is not part of valid UTF-8 is U+FFFD. NULL
 * gives an empty text. The caller frees it with gh_free. */
char *mprun_sdk_utf8_repair(const char *text);

/* Replaces, in place, the escapes \u0000 and unpaired surrogates of a JSON
 * text by \ufffd. */
void mprun_sdk_json_repair(char *json, size_t length);

/* Finds the value of the member "id" in the beginning of an object that may
 * be cut off: its place, and its length in *value_length. NULL: not there. */
const char *mprun_sdk_json_find_id(const char *json, size_t length,
                                   size_t *value_length);

/* Base64 with padding; the caller frees it with gh_free. */
char *mprun_sdk_base64(const unsigned char *bytes, size_t size);

/* An integer that is the whole text: false where it is none or too large. */
bool mprun_sdk_parse_int(const char *text, int64_t *value);

/* Milliseconds of a clock that only goes forward. */
int64_t mprun_sdk_now_ms(void);
/* The time of day as 2024-01-01T10:00:00.123Z. */
void mprun_sdk_timestamp(char out[32]);

#endif
