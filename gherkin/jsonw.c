#include "gherkin/jsonw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gherkin/utf8.h"

#define PIECE_BYTES  ((size_t)64 << 10)
#define STRING_PIECE ((size_t)4096) /* escaped at once */
#define WORST_ESCAPE 6u             /* bytes for one: \u001f */
#define NUMBER_BYTES 32u

void gh_jsonw_init(struct gh_jsonw *w)
{
    *w = (struct gh_jsonw){0};
}

void gh_jsonw_init_stream(struct gh_jsonw *w, gh_jsonw_write *write, void *user)
{
    *w = (struct gh_jsonw){.write = write, .user = user};
}

void gh_jsonw_finish(struct gh_jsonw *w)
{
    gh_free(w->bytes);
    *w = (struct gh_jsonw){0};
}

struct gh_str gh_jsonw_text(const struct gh_jsonw *w)
{
    return (struct gh_str){w->bytes, w->len};
}

void gh_jsonw_clear(struct gh_jsonw *w)
{
    w->len = 0;
    w->comma = false;
}

bool gh_jsonw_flush(struct gh_jsonw *w)
{
    if (w->write && w->len) {
        if (!w->failed)
            w->failed = !w->write(w->user, w->bytes, w->len);
        w->len = 0;
    }
    return !w->failed;
}

char *gh_jsonw_more(struct gh_jsonw *w, size_t len)
{
    if (w->write)
        gh_jsonw_flush(w);
    size_t least = w->len + len;
    if (w->room < least) {
        size_t room = w->room ? w->room * 2 : w->write ? PIECE_BYTES : 256;
        while (room < least)
            room *= 2;
        w->bytes = gh_realloc(w->bytes, room);
        w->room = room;
    }
    return w->bytes + w->len;
}

static void open_with(struct gh_jsonw *w, char bracket)
{
    char *out = gh_jsonw_reserve(w, 2);
    *out = ',';
    out[w->comma] = bracket;
    w->len += 1u + w->comma;
    w->comma = false;
}

static void close_with(struct gh_jsonw *w, char bracket)
{
    *gh_jsonw_reserve(w, 1) = bracket;
    w->len++;
    w->comma = true;
}

void gh_jsonw_object_begin(struct gh_jsonw *w)
{
    open_with(w, '{');
}

void gh_jsonw_object_end(struct gh_jsonw *w)
{
    close_with(w, '}');
}

void gh_jsonw_array_begin(struct gh_jsonw *w)
{
    open_with(w, '[');
}

void gh_jsonw_array_end(struct gh_jsonw *w)
{
    close_with(w, ']');
}

void gh_jsonw_key_str(struct gh_jsonw *w, struct gh_str key)
{
    gh_jsonw_string(w, key);
    close_with(w, ':');
    w->comma = false;
}

/* -- Strings ------------------------------------------------------------ */

static char *escape(char *out, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    *out++ = '\\';
    for (const char *p = named; *p; p += 2) {
        if ((unsigned char)*p == byte) {
            *out++ = p[1];
            return out;
        }
    }
    memcpy(out, "u00", 3);
    out[3] = hex[byte >> 4];
    out[4] = hex[byte & 15];
    return out + 5;
}

/* Whether one of eight bytes is a quote, a backslash, below 32 or above 127.
 * Exact for the first such byte, which is all that is asked. */
static uint64_t special_bytes(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u, high = ones * 0x80;
    uint64_t quote = word ^ ones * '"';
    uint64_t slash = word ^ ones * '\\';
    return ((word - ones * 0x20) | (quote - ones) | (slash - ones) | word) &
           high;
}

/* Copies a piece; room for WORST_ESCAPE times its bytes is there. */
static char *copy_escaped(char *out, const char *p, const char *end)
{
    while (p < end) {
        if (end - p >= 8) {
            uint64_t word;
            memcpy(&word, p, sizeof(word));
            memcpy(out, &word, sizeof(word));
            uint64_t special = special_bytes(word);
            if (!special) {
                p += 8;
                out += 8;
                continue;
            }
        }
        unsigned char byte = (unsigned char)*p;
        if (byte < 0x80) {
            if (byte < 0x20 || byte == '"' || byte == '\\')
                out = escape(out, byte);
            else
                *out++ = *p;
            p++;
            continue;
        }
        uint32_t code_point;
        unsigned length = gh_utf8_decode(p, (size_t)(end - p), &code_point);
        if (length) {
            memcpy(out, p, length);
            out += length;
            p += length;
        } else {
            out += gh_utf8_encode(code_point, out);
            p++;
        }
    }
    return out;
}

void gh_jsonw_string_begin(struct gh_jsonw *w)
{
    open_with(w, '"');
}

void gh_jsonw_string_part(struct gh_jsonw *w, struct gh_str text)
{
    while (text.len) {
        size_t len = text.len;
        if (len > STRING_PIECE) {
            len = STRING_PIECE; /* not in the middle of a character */
            while (len > STRING_PIECE - 4 && (text.ptr[len] & 0xC0) == 0x80)
                len--;
        }
        char *out = gh_jsonw_reserve(w, len * WORST_ESCAPE + 8);
        out = copy_escaped(out, text.ptr, text.ptr + len);
        w->len = (size_t)(out - w->bytes);
        text.ptr += len;
        text.len -= len;
    }
}

void gh_jsonw_string_end(struct gh_jsonw *w)
{
    close_with(w, '"');
}

void gh_jsonw_string(struct gh_jsonw *w, struct gh_str text)
{
    if (text.len > STRING_PIECE) {
        gh_jsonw_string_begin(w);
        gh_jsonw_string_part(w, text);
        gh_jsonw_string_end(w);
        return;
    }
    char *out = gh_jsonw_reserve(w, text.len * WORST_ESCAPE + 8 + 3);
    *out = ',';
    out += w->comma;
    *out++ = '"';
    if (text.len)
        out = copy_escaped(out, text.ptr, text.ptr + text.len);
    *out++ = '"';
    w->len = (size_t)(out - w->bytes);
    w->comma = true;
}

void gh_jsonw_cstring(struct gh_jsonw *w, const char *text)
{
    if (text)
        gh_jsonw_string(w, gh_str_of(text));
    else
        gh_jsonw_null(w);
}

/* -- Numbers and the rest ----------------------------------------------- */

static char *put_digits(char *out, uint64_t value)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233"
        "34353637383940414243444546474849505152535455565758596061626364656667"
        "6869707172737475767778798081828384858687888990919293949596979899";
    char digits[20];
    size_t at = sizeof(digits);
    for (; value >= 100; value /= 100) {
        at -= 2;
        memcpy(digits + at, pairs + value % 100 * 2, 2);
    }
    if (value >= 10) {
        at -= 2;
        memcpy(digits + at, pairs + value * 2, 2);
    } else {
        digits[--at] = (char)('0' + value);
    }
    memcpy(out, digits + at, sizeof(digits) - at);
    return out + sizeof(digits) - at;
}

static char *begin_value(struct gh_jsonw *w, size_t len)
{
    char *out = gh_jsonw_reserve(w, len + 1);
    *out = ',';
    out += w->comma;
    w->comma = true;
    return out;
}

static void end_value(struct gh_jsonw *w, const char *end)
{
    w->len = (size_t)(end - w->bytes);
}

void gh_jsonw_uint(struct gh_jsonw *w, uint64_t value)
{
    end_value(w, put_digits(begin_value(w, NUMBER_BYTES), value));
}

void gh_jsonw_uint_string(struct gh_jsonw *w, uint64_t value)
{
    char *out = begin_value(w, NUMBER_BYTES);
    *out++ = '"';
    out = put_digits(out, value);
    *out++ = '"';
    end_value(w, out);
}

void gh_jsonw_int(struct gh_jsonw *w, int64_t value)
{
    char *out = begin_value(w, NUMBER_BYTES);
    uint64_t size = (uint64_t)value;
    if (value < 0) {
        *out++ = '-';
        size = 0 - size;
    }
    end_value(w, put_digits(out, size));
}

void gh_jsonw_raw(struct gh_jsonw *w, struct gh_str json)
{
    char *out = begin_value(w, json.len);
    memcpy(out, json.ptr, json.len);
    end_value(w, out + json.len);
}

/* The shortest form that reads back as the same number. */
void gh_jsonw_number(struct gh_jsonw *w, double value)
{
    if (!isfinite(value)) {
        gh_jsonw_null(w);
        return;
    }
    char text[NUMBER_BYTES];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        double back = strtod(text, NULL);
        if (!(back < value) && !(back > value))
            break;
    }
    gh_jsonw_raw(w, gh_str_of(text));
}

void gh_jsonw_thousandths(struct gh_jsonw *w, double value)
{
    if (value > 1e15) {
        gh_jsonw_number(w, value);
        return;
    }
    uint64_t all = value > 0 ? (uint64_t)(value * 1000 + 0.5) : 0;
    unsigned part = (unsigned)(all % 1000);
    char *out = put_digits(begin_value(w, NUMBER_BYTES), all / 1000);
    if (part)
        *out++ = '.';
    for (unsigned unit = 100; part; unit /= 10) {
        *out++ = (char)('0' + part / unit);
        part %= unit;
    }
    end_value(w, out);
}

void gh_jsonw_bool(struct gh_jsonw *w, bool value)
{
    gh_jsonw_raw(w, gh_str_of(value ? "true" : "false"));
}

void gh_jsonw_null(struct gh_jsonw *w)
{
    gh_jsonw_raw(w, gh_str_of("null"));
}

void gh_jsonw_newline(struct gh_jsonw *w)
{
    close_with(w, '\n');
    w->comma = false;
}
