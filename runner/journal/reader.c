#include "runner/journal/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runner/journal/codec.h"

#define CHUNK_BYTES     65536u
#define MOST_LINE_BYTES ((size_t)256 << 20)
#define MOST_ERRORS     20u

struct reader {
    const char *path;
    struct mp_listener listener;
    struct mp_errors *errors;
    struct gh_arena arena; /* of the record at hand */
    struct mp_buf fault;
    size_t line;
    size_t broken;
    bool begun; /* run-started came */
    bool stopped;
};

static void stop(struct reader *reader, const char *text)
{
    mp_errors_add(reader->errors, "%s:%zu: %s", reader->path, reader->line,
                  text);
    reader->stopped = true;
}

static void tell_broken(struct reader *reader)
{
    reader->broken++;
    if (reader->broken <= MOST_ERRORS)
        mp_errors_add(reader->errors, "%s:%zu: %s", reader->path, reader->line,
                      mp_buf_text(&reader->fault));
    else if (reader->broken == MOST_ERRORS + 1)
        mp_errors_add(reader->errors, "%s:%zu: more lines are broken",
                      reader->path, reader->line);
}

/* The first record says whether the rest can be understood. */
static bool check_start(struct reader *reader, const struct mp_record *record)
{
    if (record->type != MP_RECORD_RUN_STARTED) {
        stop(reader, "this is no journal: its first record is not "
                     "run-started");
    } else if (record->version > MP_JOURNAL_VERSION) {
        mp_errors_add(reader->errors,
                      "%s:%zu: the journal has version %lld, this mprun "
                      "reads up to %d; take a newer one",
                      reader->path, reader->line, (long long)record->version,
                      MP_JOURNAL_VERSION);
        reader->stopped = true;
    }
    reader->begun = !reader->stopped;
    return reader->begun;
}

/* whole: the line had its line feed. */
static void take_line(struct reader *reader, const char *line, size_t length,
                      bool whole)
{
    struct mp_record record;
    reader->line++;
    if (!length || (length == 1 && *line == '\r'))
        return;
    gh_arena_reset(&reader->arena);
    mp_buf_reset(&reader->fault);
    enum mp_codec_result result =
        mp_codec_decode(line, length, &record, &reader->arena, &reader->fault);
    if (result == MP_CODEC_BROKEN && !whole && reader->begun)
        mp_errors_warn(reader->errors,
                       "%s:%zu: the last line is cut off and was left out",
                       reader->path, reader->line);
    else if (result == MP_CODEC_BROKEN && !reader->begun)
        stop(reader, mp_buf_text(&reader->fault));
    else if (result == MP_CODEC_BROKEN)
        tell_broken(reader);
    else if (result == MP_CODEC_RECORD &&
             (reader->begun || check_start(reader, &record)))
        reader->listener.on_record(reader->listener.self, &record);
}

/* Takes the whole lines from the front of bytes. */
static void take_lines(struct reader *reader, struct mp_buf *bytes,
                       size_t searched)
{
    size_t start = 0;
    while (!reader->stopped) {
        size_t from = start > searched ? start : searched;
        const char *end = memchr(bytes->data + from, '\n', bytes->len - from);
        if (!end)
            break;
        size_t length = (size_t)(end - bytes->data) - start;
        take_line(reader, bytes->data + start, length, true);
        start += length + 1;
    }
    mp_buf_consume(bytes, start);
}

static void read_file(struct reader *reader, int fd)
{
    struct mp_buf bytes = {0};
    char chunk[CHUNK_BYTES];
    while (!reader->stopped) {
        ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            mp_errors_add(reader->errors, "%s: %s", reader->path,
                          strerror(errno));
            reader->stopped = true;
        }
        if (got <= 0)
            break;
        size_t searched = bytes.len;
        mp_buf_append(&bytes, chunk, (size_t)got);
        take_lines(reader, &bytes, searched);
        if (bytes.len > MOST_LINE_BYTES) {
            reader->line++;
            stop(reader, "the line is too long for a journal");
        }
    }
    if (!reader->stopped && bytes.len)
        take_line(reader, bytes.data, bytes.len, false);
    mp_buf_finish(&bytes);
}

bool mp_reader_read(const char *path, struct mp_listener listener,
                    struct mp_errors *errors)
{
    bool is_stdin = !strcmp(path, "-");
    size_t before = errors->error_count;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        mp_errors_add(errors, "%s: %s", path, strerror(errno));
        return false;
    }
    struct reader reader = {
        .path = is_stdin ? "<stdin>" : path,
        .listener = listener,
        .errors = errors,
    };
    read_file(&reader, fd);
    if (!reader.begun && !reader.stopped)
        mp_errors_add(errors, "%s: the journal is empty", reader.path);
    if (!is_stdin)
        close(fd);
    gh_arena_finish(&reader.arena);
    mp_buf_finish(&reader.fault);
    return errors->error_count == before;
}
