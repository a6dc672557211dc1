#include "runner/run/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/fs.h"

#define FILE_BYTES_MAX (64u << 20)
#define LINE_BYTES_MAX (1u << 20)

void mp_trace_init(struct mp_trace *trace, const char *folder, const char *name,
                   const struct mp_mask *mask)
{
    *trace = (struct mp_trace){
        .folder = folder, .name = name, .mask = mask, .file = -1};
}

static void open_file(struct mp_trace *trace)
{
    struct mp_buf path = {0};
    mp_fs_make_dirs(trace->folder);
    mp_buf_format(&path, "%s/%s.protocol.log", trace->folder, trace->name);
    trace->file =
        open(path.data, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    trace->open = true;
    mp_buf_finish(&path);
}

static bool write_file(struct mp_trace *trace, const struct mp_buf *text)
{
    if (!trace->open)
        open_file(trace);
    bool too_long = trace->file_bytes + text->len > FILE_BYTES_MAX;
    if (too_long)
        errno = EFBIG;
    bool good = trace->file != -1 && !too_long &&
                mp_fs_write_all(trace->file, text->data, text->len);
    trace->file_bytes += text->len;
    trace->ended = !good;
    return good;
}

static bool write_line(struct mp_trace *trace, uint64_t now_ms, char mark,
                       const char *bytes, size_t length)
{
    struct mp_buf plain = {0}, out = {0};
    if (!trace->open)
        trace->first_ms = now_ms;
    if (now_ms != trace->told_ms || !trace->open)
        mp_buf_format(&out, "# %llu ms\n",
                      (unsigned long long)(now_ms - trace->first_ms));
    trace->told_ms = now_ms;
    mp_buf_append(&plain, bytes, length);
    for (size_t i = 0; i < plain.len; i++) {
        if (!plain.data[i])
            plain.data[i] = '?';
    }
    mp_buf_format(&out, "%c ", mark);
    if (trace->mask && mp_mask_is_active(trace->mask))
        mp_mask_apply(trace->mask, mp_buf_text(&plain), &out);
    else
        mp_buf_append(&out, bytes, length);
    mp_buf_append_char(&out, '\n');
    bool good = write_file(trace, &out);
    mp_buf_finish(&plain);
    mp_buf_finish(&out);
    return good;
}

static bool is_off(const struct mp_trace *trace)
{
    return !trace->name || trace->ended;
}

/* What the server began to say. */
static bool flush(struct mp_trace *trace, uint64_t now_ms)
{
    bool good =
        !trace->line.len ||
        write_line(trace, now_ms, '<', trace->line.data, trace->line.len);
    mp_buf_reset(&trace->line);
    return good;
}

bool mp_trace_sent(struct mp_trace *trace, uint64_t now_ms, const char *bytes,
                   size_t length)
{
    if (is_off(trace))
        return true;
    while (length && bytes[length - 1] == '\n')
        length--;
    return flush(trace, now_ms) &&
           write_line(trace, now_ms, '>', bytes, length);
}

bool mp_trace_received(struct mp_trace *trace, uint64_t now_ms,
                       const char *bytes, size_t length)
{
    bool good = true;
    while (length && good && !is_off(trace)) {
        const char *newline = memchr(bytes, '\n', length);
        size_t part = newline ? (size_t)(newline - bytes) : length;
        size_t room = LINE_BYTES_MAX - trace->line.len;
        bool ends = newline && part <= room;
        if (part > room)
            part = room;
        mp_buf_append(&trace->line, bytes, part);
        if (ends && !trace->line.len)
            good = write_line(trace, now_ms, '<', "", 0);
        else if (ends || trace->line.len >= LINE_BYTES_MAX)
            good = flush(trace, now_ms);
        part += ends;
        bytes += part;
        length -= part;
    }
    return good;
}

void mp_trace_finish(struct mp_trace *trace)
{
    if (!is_off(trace))
        flush(trace, trace->told_ms);
    if (trace->open && trace->file != -1)
        close(trace->file);
    mp_buf_finish(&trace->line);
    memset(trace, 0, sizeof(*trace));
}
