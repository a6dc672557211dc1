#include "runner/base/buf.h"

#include <stdio.h>
#include <string.h>

static void reserve(struct mp_buf *buf, size_t more)
{
    size_t needed = buf->len + more + 1;
    if (needed <= buf->capacity)
        return;
    size_t capacity = buf->capacity ? buf->capacity * 2 : 128;
    if (capacity < needed)
        capacity = needed;
    buf->data = gh_realloc(buf->data, capacity);
    buf->capacity = capacity;
}

void mp_buf_append(struct mp_buf *buf, const void *bytes, size_t length)
{
    reserve(buf, length);
    if (length)
        memcpy(buf->data + buf->len, bytes, length);
    buf->len += length;
    buf->data[buf->len] = '\0';
}

void mp_buf_append_text(struct mp_buf *buf, const char *text)
{
    mp_buf_append(buf, text, strlen(text));
}

void mp_buf_append_str(struct mp_buf *buf, struct gh_str text)
{
    mp_buf_append(buf, text.ptr, text.len);
}

void mp_buf_append_char(struct mp_buf *buf, char c)
{
    mp_buf_append(buf, &c, 1);
}

void mp_buf_format(struct mp_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    mp_buf_vformat(buf, format, args);
    va_end(args);
}

void mp_buf_vformat(struct mp_buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length >= 0) {
        reserve(buf, (size_t)length);
        vsnprintf(buf->data + buf->len, (size_t)length + 1, format, again);
        buf->len += (size_t)length;
    }
    va_end(again);
}

void mp_buf_consume(struct mp_buf *buf, size_t length)
{
    if (length > buf->len)
        length = buf->len;
    if (!length)
        return;
    memmove(buf->data, buf->data + length, buf->len - length + 1);
    buf->len -= length;
}

void mp_buf_reset(struct mp_buf *buf)
{
    buf->len = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

const char *mp_buf_text(const struct mp_buf *buf)
{
    return buf->data ? buf->data : "";
}

char *mp_buf_take(struct mp_buf *buf)
{
    reserve(buf, 0);
    char *text = buf->data;
    text[buf->len] = '\0';
    memset(buf, 0, sizeof(*buf));
    return text;
}

void mp_buf_finish(struct mp_buf *buf)
{
    gh_free(buf->data);
    memset(buf, 0, sizeof(*buf));
}
