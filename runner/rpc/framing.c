#include "runner/rpc/framing.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define KEPT_BYTES (256u << 10)

static const char length_name[] = "Content-Length:";
static const char type_name[] = "Content-Type:";

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static struct gh_str from(struct gh_str text, size_t at)
{
    return (struct gh_str){text.ptr + at, text.len - at};
}

static struct gh_str trim(struct gh_str text)
{
    while (text.len && is_space(text.ptr[0]))
        text = from(text, 1);
    while (text.len && is_space(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

bool mp_framing_begins(struct gh_str text, const char *prefix)
{
    size_t length = strlen(prefix);
    return text.len >= length && !strncasecmp(text.ptr, prefix, length);
}

/* False: no number. One that is too large for us stays at the largest. */
static bool read_number(struct gh_str text, size_t *number)
{
    text = trim(text);
    *number = 0;
    for (size_t i = 0; i < text.len; i++) {
        size_t digit = (size_t)(text.ptr[i] - '0');
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        *number =
            *number > (SIZE_MAX - digit) / 10 ? SIZE_MAX : *number * 10 + digit;
    }
    return text.len > 0;
}

/* Where a whole Content-Length header stands at the end of a line behind
 * other text; 0: nowhere. */
static size_t header_behind(struct gh_str line)
{
    size_t number, at = line.len;
    while (at > 1) {
        const char *colon = memrchr(line.ptr, ':', at);
        if (!colon)
            return 0;
        at = (size_t)(colon - line.ptr);
        size_t name = sizeof length_name - 2; /* without the colon */
        if (at > name &&
            mp_framing_begins(from(line, at - name), length_name) &&
            read_number(from(line, at + 1), &number))
            return at - name;
    }
    return 0;
}

static enum mp_framing_kind read_length(struct mp_framing *framing,
                                        struct gh_str line,
                                        struct gh_str *piece)
{
    *piece = line;
    if (!read_number(from(line, sizeof length_name - 1), &framing->length))
        return MP_FRAMING_BAD;
    if (framing->length > framing->max_bytes)
        return MP_FRAMING_LARGE;
    framing->announced = true;
    return MP_FRAMING_MORE;
}

/* MORE: nothing to tell of this line. */
static enum mp_framing_kind read_line(struct mp_framing *framing,
                                      struct gh_str line, struct gh_str *piece)
{
    if (!framing->begun && mp_framing_begins(line, "\xef\xbb\xbf"))
        line = from(line, 3);
    framing->begun = true;
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (mp_framing_begins(line, length_name))
        return read_length(framing, line, piece);
    if (!line.len)
        framing->in_message = framing->announced;
    if (!trim(line).len || mp_framing_begins(line, type_name))
        return MP_FRAMING_MORE;
    size_t at = header_behind(line);
    *piece = line;
    if (!at)
        return MP_FRAMING_STRAY;
    enum mp_framing_kind kind = read_length(framing, from(line, at), piece);
    if (kind == MP_FRAMING_MORE) {
        *piece = (struct gh_str){line.ptr, at};
        kind = MP_FRAMING_STRAY;
    }
    return kind;
}

static struct gh_str part_of(const struct mp_framing *framing)
{
    return (struct gh_str){mp_buf_text(&framing->part), framing->part.len};
}

/* The bytes so far with length more of the input, as one piece. */
static struct gh_str join(struct mp_framing *framing, struct gh_str *bytes,
                          size_t length)
{
    struct gh_str whole = {bytes->ptr, length};
    if (framing->part.len) {
        mp_buf_append(&framing->part, bytes->ptr, length);
        whole = part_of(framing);
    }
    framing->taken = true;
    *bytes = from(*bytes, length);
    return whole;
}

static void keep(struct mp_framing *framing, struct gh_str *bytes)
{
    mp_buf_append_str(&framing->part, *bytes);
    *bytes = from(*bytes, bytes->len);
}

static void release(struct mp_framing *framing)
{
    framing->taken = false;
    mp_buf_reset(&framing->part);
    if (framing->part.capacity > KEPT_BYTES)
        mp_buf_finish(&framing->part);
}

static enum mp_framing_kind next_message(struct mp_framing *framing,
                                         struct gh_str *bytes,
                                         struct gh_str *piece)
{
    size_t missing = framing->length - framing->part.len;
    if (bytes->len < missing) {
        keep(framing, bytes);
        return MP_FRAMING_MORE;
    }
    *piece = join(framing, bytes, missing);
    framing->in_message = framing->announced = false;
    return MP_FRAMING_MESSAGE;
}

static enum mp_framing_kind next_line(struct mp_framing *framing,
                                      struct gh_str *bytes,
                                      struct gh_str *piece)
{
    const char *end = memchr(bytes->ptr, '\n', bytes->len);
    size_t length = end ? (size_t)(end - bytes->ptr) : bytes->len;
    if (length > framing->max_bytes - framing->part.len) {
        *piece = join(framing, bytes, length);
        if (piece->len > framing->max_bytes)
            piece->len = framing->max_bytes;
        return MP_FRAMING_LONG_LINE;
    }
    if (!end) {
        keep(framing, bytes);
        return MP_FRAMING_MORE;
    }
    struct gh_str line = join(framing, bytes, length);
    *bytes = from(*bytes, 1);
    return read_line(framing, line, piece);
}

enum mp_framing_kind mp_framing_next(struct mp_framing *framing,
                                     struct gh_str *bytes, struct gh_str *piece)
{
    enum mp_framing_kind kind = MP_FRAMING_MORE;
    // An empty message is whole without a byte.
    while (kind == MP_FRAMING_MORE &&
           (bytes->len || (framing->in_message && !framing->length))) {
        if (framing->taken)
            release(framing);
        kind = framing->in_message ? next_message(framing, bytes, piece)
                                   : next_line(framing, bytes, piece);
    }
    return kind;
}

bool mp_framing_is_inside(const struct mp_framing *framing)
{
    return framing->announced || mp_framing_rest(framing).len;
}

struct gh_str mp_framing_rest(const struct mp_framing *framing)
{
    return framing->taken ? (struct gh_str){"", 0} : part_of(framing);
}

void mp_framing_finish(struct mp_framing *framing)
{
    mp_buf_finish(&framing->part);
}

void mp_framing_wrap(struct mp_buf *message)
{
    char header[64];
    size_t length = message->len;
    if (length && message->data[length - 1] == '\n')
        length--;
    int size =
        snprintf(header, sizeof(header), "Content-Length: %zu\r\n\r\n", length);
    // Room for the header, then the message moves behind it.
    mp_buf_append(message, header, (size_t)size);
    memmove(message->data + size, message->data, length);
    memcpy(message->data, header, (size_t)size);
    message->len = length + (size_t)size;
    message->data[message->len] = '\0';
}
