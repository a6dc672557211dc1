#include "runner/run/stderr_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "gherkin/utf8.h"
#include "runner/base/fs.h"

#define FILE_BYTES_MAX (64u << 20)
#define LINE_BYTES_MAX (64u << 10)

static void warn(struct mp_stderr_log *log, const char *text)
{
    log->options.on_warning(log->options.self, text);
}

/* errno says why. */
static void fail(struct mp_stderr_log *log, const char *text)
{
    log->error = errno;
    warn(log, text);
}

static void open_file(struct mp_stderr_log *log)
{
    struct mp_buf path = {0};
    mp_fs_make_dirs(log->options.folder);
    mp_buf_format(&path, "%s/%s.stderr.log", log->options.folder,
                  log->options.name);
    log->file =
        open(path.data, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (log->file == -1)
        fail(log, "its stderr cannot be written to the artifacts");
    mp_buf_finish(&path);
}

/* The rest has no room. */
static void end_file(struct mp_stderr_log *log)
{
    static const char last[] = "\nmprun: more than 64 MiB: the rest is left "
                               "out\n";
    mp_fs_write_all(log->file, last, sizeof(last) - 1);
    close(log->file);
    log->file = -1;
    warn(log, "its stderr is longer than 64 MiB: the rest is not in its file");
}

static void write_file(struct mp_stderr_log *log, const char *bytes,
                       size_t length)
{
    if (log->file == -1 && !log->file_bytes)
        open_file(log);
    size_t room = FILE_BYTES_MAX - log->file_bytes;
    bool too_long = length > room;
    if (too_long)
        length = room;
    log->file_bytes += length;
    if (log->file == -1)
        return;
    bool whole = mp_fs_write_all(log->file, bytes, length);
    if (whole && too_long)
        end_file(log);
    if (whole)
        return;
    fail(log, "its stderr could not be written to the artifacts as a whole");
    close(log->file);
    log->file = -1;
}

static void write_masked(struct mp_stderr_log *log, const char *line)
{
    struct mp_buf out = {0};
    mp_mask_apply(log->options.mask, line, &out);
    mp_buf_append_char(&out, '\n');
    write_file(log, out.data, out.len);
    mp_buf_finish(&out);
}

static void end_line(struct mp_stderr_log *log)
{
    struct mp_buf *line = &log->line;
    struct gh_arena arena = {0};
    for (size_t i = 0; i < line->len; i++) {
        if (!line->data[i])
            line->data[i] = '?';
    }
    struct gh_str text = {mp_buf_text(line), line->len};
    while (text.len && text.ptr[text.len - 1] == '\r')
        text.len--;
    text = gh_utf8_repair(&arena, text);
    const char *shown = gh_arena_copy(&arena, text);
    if (mp_mask_is_active(log->options.mask))
        write_masked(log, shown);
    log->options.on_line(log->options.self, shown);
    gh_arena_finish(&arena);
    mp_buf_reset(line);
}

void mp_stderr_log_take(struct mp_stderr_log *log, const char *bytes,
                        size_t length)
{
    if (length && !mp_mask_is_active(log->options.mask))
        write_file(log, bytes, length);
    while (length) {
        const char *newline = memchr(bytes, '\n', length);
        size_t part = newline ? (size_t)(newline - bytes) : length;
        size_t room = LINE_BYTES_MAX - log->line.len;
        bool ends = newline && part <= room;
        if (part > room)
            part = room;
        mp_buf_append(&log->line, bytes, part);
        part += ends;
        bytes += part;
        length -= part;
        if (ends || log->line.len >= LINE_BYTES_MAX)
            end_line(log);
    }
}

void mp_stderr_log_flush(struct mp_stderr_log *log)
{
    if (log->line.len)
        end_line(log);
}

void mp_stderr_log_init(struct mp_stderr_log *log,
                        const struct mp_stderr_log_options *options)
{
    memset(log, 0, sizeof(*log));
    log->options = *options;
    log->file = -1;
}

void mp_stderr_log_finish(struct mp_stderr_log *log)
{
    if (log->options.name && log->file != -1)
        close(log->file);
    mp_buf_finish(&log->line);
    log->file = -1;
}
