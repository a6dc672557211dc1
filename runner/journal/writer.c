#include "runner/journal/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/journal/codec.h"

#define MOST_BYTES ((size_t)512 << 10)

/* The records of one case that were not yet written. */
struct part {
    int64_t case_number;
    int64_t steps_to_come; /* planned steps before the first write */
    struct gh_jsonw lines;
};

struct mp_writer {
    char *path; /* owned */
    int fd;
    int error;  /* errno of the first failure */
    bool begun; /* the first lines were written */
    bool finished;
    struct part *parts; /* owned, of the cases that run */
    size_t part_count, part_capacity;
    struct gh_jsonw line;    /* of the run's own records */
    int64_t planned_to_come; /* cases of the plan before it is written */
};

/* A full disk is found out before the run, not after it. A device, which takes
 * no trial, is one's own choice. */
static bool has_room(int fd)
{
    struct stat st;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode))
        return true;
    return write(fd, "\n", 1) == 1 && !ftruncate(fd, 0);
}

struct mp_writer *mp_writer_create(const char *path, struct mp_errors *errors)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0 || !has_room(fd)) {
        mp_errors_add(errors, "%s: the journal cannot be written: %s", path,
                      strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    /* Held while the run goes on: whoever reads meanwhile can tell. */
    flock(fd, LOCK_EX | LOCK_NB);
    struct mp_writer *writer = gh_alloc(sizeof(*writer));
    writer->path = mp_text_copy(path);
    writer->fd = fd;
    gh_jsonw_init(&writer->line);
    return writer;
}

/* A line cut off in the middle of the file would spoil what follows: after an
 * error nothing more is written. */
static void write_lines(struct mp_writer *writer, struct gh_jsonw *lines)
{
    struct gh_str text = gh_jsonw_text(lines);
    if (text.len && !writer->error) {
        bool written = mp_fs_write_all(writer->fd, text.ptr, text.len);
        writer->error = written ? 0 : errno;
        writer->begun |= written;
    }
    gh_jsonw_clear(lines);
}

static struct part *find_part(struct mp_writer *writer, int64_t case_number)
{
    for (size_t i = 0; i < writer->part_count; i++) {
        if (writer->parts[i].case_number == case_number)
            return &writer->parts[i];
    }
    return NULL;
}

static struct part *get_part(struct mp_writer *writer, int64_t case_number)
{
    struct part *part = find_part(writer, case_number);
    if (part)
        return part;
    if (writer->part_count == writer->part_capacity) {
        writer->part_capacity = writer->part_capacity * 2 + 4;
        writer->parts = gh_realloc(writer->parts, writer->part_capacity *
                                                      sizeof(*writer->parts));
    }
    part = &writer->parts[writer->part_count++];
    memset(part, 0, sizeof(*part));
    part->case_number = case_number;
    gh_jsonw_init(&part->lines);
    return part;
}

static void drop_part(struct mp_writer *writer, struct part *part)
{
    gh_jsonw_finish(&part->lines);
    *part = writer->parts[--writer->part_count];
}

static void write_parts(struct mp_writer *writer)
{
    while (writer->part_count) {
        write_lines(writer, &writer->parts[0].lines);
        drop_part(writer, &writer->parts[0]);
    }
}

static void take_of_case(struct mp_writer *writer,
                         const struct mp_record *record)
{
    struct part *part = get_part(writer, record->case_number);
    bool is_head = true;
    if (record->type == MP_RECORD_CASE_STARTED)
        part->steps_to_come = record->total;
    else if (record->type == MP_RECORD_STEP_PLANNED)
        part->steps_to_come--;
    else
        is_head = false;
    mp_codec_encode(record, &part->lines);
    bool complete = is_head && part->steps_to_come <= 0;
    bool last = record->type == MP_RECORD_CASE_FINISHED;
    if (complete || last || gh_jsonw_text(&part->lines).len > MOST_BYTES)
        write_lines(writer, &part->lines);
    if (last)
        drop_part(writer, part);
}

/* The head of the run and its plan are one write, so that a journal has both
 * or is empty; only a plan above MOST_BYTES goes out in pieces. */
static void take_head(struct mp_writer *writer, const struct mp_record *record)
{
    if (record->type == MP_RECORD_RUN_STARTED)
        writer->planned_to_come = record->total;
    else
        writer->planned_to_come--;
    mp_codec_encode(record, &writer->line);
    if (writer->planned_to_come <= 0 ||
        gh_jsonw_text(&writer->line).len > MOST_BYTES)
        write_lines(writer, &writer->line);
}

static void take_of_run(struct mp_writer *writer,
                        const struct mp_record *record)
{
    if (record->type == MP_RECORD_RUN_FINISHED)
        write_parts(writer);
    mp_codec_encode(record, &writer->line);
    write_lines(writer, &writer->line);
}

static void on_record(void *self, const struct mp_record *record)
{
    struct mp_writer *writer = self;
    bool is_head = record->type == MP_RECORD_RUN_STARTED ||
                   record->type == MP_RECORD_CASE_PLANNED;
    if (writer->error || writer->finished)
        return;
    if (!is_head && gh_jsonw_text(&writer->line).len)
        write_lines(writer, &writer->line);
    if (is_head)
        take_head(writer, record);
    else if (record->case_number)
        take_of_case(writer, record);
    else
        take_of_run(writer, record);
}

struct mp_listener mp_writer_listener(struct mp_writer *writer)
{
    struct mp_listener listener = {writer, on_record};
    return listener;
}

bool mp_writer_has_begun(const struct mp_writer *writer)
{
    return writer->begun;
}

bool mp_writer_finish(struct mp_writer *writer)
{
    if (writer->finished)
        return !writer->error;
    writer->finished = true;
    write_lines(writer, &writer->line);
    write_parts(writer);
    /* A journal may go to a device, which has nothing to force. */
    if (!writer->error && fsync(writer->fd) && errno != EINVAL &&
        errno != EROFS)
        writer->error = errno;
    if (close(writer->fd) && !writer->error)
        writer->error = errno;
    if (writer->error)
        fprintf(stderr, "mprun: %s: the journal is incomplete: %s\n",
                writer->path, strerror(writer->error));
    return !writer->error;
}

void mp_writer_destroy(struct mp_writer *writer)
{
    if (!writer)
        return;
    if (!writer->finished)
        close(writer->fd);
    while (writer->part_count)
        drop_part(writer, &writer->parts[0]);
    gh_free(writer->parts);
    gh_jsonw_finish(&writer->line);
    gh_free(writer->path);
    gh_free(writer);
}
