#include "runner/journal/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gherkin/memory.h"

/* A damaged journal may name any number. */
#define MOST_CASES INT64_C(100000000)

struct replay {
    struct mp_listener listener;
    unsigned char *begun; /* owned: a bit for each case number */
    int64_t limit;        /* numbers below it have a bit */
    bool is_planned;      /* some case was */
    bool is_finished;     /* run-finished came */
    double time_ms;       /* of the last record */
};

static bool has_begun(const struct replay *replay, int64_t number)
{
    return number > 0 && number < replay->limit &&
           replay->begun[number / 8] >> number % 8 & 1;
}

static void note_begun(struct replay *replay, int64_t number)
{
    if (number < 1 || number > MOST_CASES)
        return;
    if (number >= replay->limit) {
        size_t old = (size_t)replay->limit / 8;
        size_t grown = (size_t)number / 8 * 2 + 64;
        replay->begun = gh_realloc(replay->begun, grown);
        memset(replay->begun + old, 0, grown - old);
        replay->limit = (int64_t)grown * 8;
    }
    replay->begun[number / 8] |= (unsigned char)(1u << number % 8);
}

static void on_record(void *self, const struct mp_record *record)
{
    struct replay *replay = self;
    if (record->type == MP_RECORD_CASE_STARTED)
        note_begun(replay, record->case_number);
    replay->is_planned =
        replay->is_planned || record->type == MP_RECORD_CASE_PLANNED;
    replay->is_finished =
        replay->is_finished || record->type == MP_RECORD_RUN_FINISHED;
    if (record->time_ms > replay->time_ms)
        replay->time_ms = record->time_ms;
    replay->listener.on_record(replay->listener.self, record);
}

static void tell_never_begun(void *self, const struct mp_record *record)
{
    struct replay *replay = self;
    if (record->type != MP_RECORD_CASE_PLANNED ||
        has_begun(replay, record->case_number))
        return;
    struct mp_record started = *record;
    started.type = MP_RECORD_CASE_STARTED;
    started.attempt = 1;
    started.time_ms = replay->time_ms;
    struct mp_record finished = {
        .type = MP_RECORD_CASE_FINISHED,
        .time_ms = replay->time_ms,
        .case_number = record->case_number,
        .attempt = 1,
        .status = MP_NOT_RUN,
        .text = "the run ended before it was its turn",
        .final = true,
    };
    replay->listener.on_record(replay->listener.self, &started);
    replay->listener.on_record(replay->listener.self, &finished);
}

/* What is no file (a pipe, standard input) gives its bytes only once. */
static bool is_file(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && !stat(path, &st) && S_ISREG(st.st_mode);
}

bool mp_replay(const char *path, struct mp_listener listener,
               struct mp_errors *errors)
{
    struct replay replay = {.listener = listener};
    struct mp_listener first = {&replay, on_record};
    struct mp_listener second = {&replay, tell_never_begun};
    /* Asked before the first reading: a file that grew since would tell of
     * cases that this reading has not seen begin. */
    bool stays = is_file(path) && !mp_replay_is_going_on(path);
    bool ok = mp_reader_read(path, first, errors);
    if (stays && replay.is_planned && !replay.is_finished) {
        struct mp_errors known = {0}; /* told by the first reading */
        mp_reader_read(path, second, &known);
        mp_errors_finish(&known);
    }
    gh_free(replay.begun);
    return ok;
}

bool mp_replay_is_going_on(const char *path)
{
    if (!is_file(path)) /* opening a pipe alone would disturb its writer */
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool locked = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
    close(fd);
    return locked;
}
