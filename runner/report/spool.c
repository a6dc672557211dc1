#include "runner/report/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define MEMORY_BYTES (1u << 20)

static void open_file(struct mp_spool *spool)
{
    const char *folder = getenv("TMPDIR");
    struct mp_buf path = {0};
    mp_buf_format(&path, "%s/mprun-report-XXXXXX",
                  folder && *folder ? folder : "/tmp");
    spool->fd = mkostemp(path.data, O_CLOEXEC);
    if (spool->fd < 0)
        spool->error = errno;
    else
        unlink(path.data);
    spool->has_file = spool->fd >= 0;
    mp_buf_finish(&path);
}

static void store(struct mp_spool *spool)
{
    if (!spool->has_file && !spool->error)
        open_file(spool);
    const char *bytes = spool->recent.data;
    size_t left = spool->recent.len;
    off_t at = (off_t)spool->stored;
    while (left && !spool->error) {
        ssize_t put = pwrite(spool->fd, bytes, left, at);
        if (put > 0) {
            bytes += put;
            at += put;
            left -= (size_t)put;
        } else if (put == 0 || errno != EINTR) {
            spool->error = put ? errno : EIO;
        }
    }
    spool->stored += spool->recent.len;
    mp_buf_reset(&spool->recent);
}

struct mp_spool_place mp_spool_add(struct mp_spool *spool, struct gh_str text)
{
    struct mp_spool_place place = {spool->stored + spool->recent.len, text.len};
    mp_buf_append_str(&spool->recent, text);
    if (spool->recent.len > MEMORY_BYTES)
        store(spool);
    return place;
}

void mp_spool_read(struct mp_spool *spool, struct mp_spool_place place,
                   struct mp_buf *buf)
{
    mp_buf_reset(buf);
    if (place.offset >= spool->stored) {
        mp_buf_append(
            buf, mp_buf_text(&spool->recent) + (place.offset - spool->stored),
            place.length);
        return;
    }
    char chunk[16384];
    while (buf->len < place.length && !spool->error) {
        size_t want = place.length - buf->len;
        ssize_t got =
            pread(spool->fd, chunk, want < sizeof(chunk) ? want : sizeof(chunk),
                  (off_t)(place.offset + buf->len));
        if (got > 0)
            mp_buf_append(buf, chunk, (size_t)got);
        else if (got == 0 || errno != EINTR)
            spool->error = got ? errno : EIO;
    }
}

void mp_spool_each(struct mp_spool *spool,
                   void (*take)(void *self, const char *bytes, size_t length),
                   void *self)
{
    char chunk[16384];
    uint64_t at = 0;
    while (at < spool->stored && !spool->error) {
        ssize_t got = pread(spool->fd, chunk, sizeof(chunk), (off_t)at);
        if (got > 0) {
            take(self, chunk, (size_t)got);
            at += (uint64_t)got;
        } else if (got == 0 || errno != EINTR) {
            spool->error = got ? errno : EIO;
        }
    }
    take(self, mp_buf_text(&spool->recent), spool->recent.len);
}

void mp_spool_finish(struct mp_spool *spool)
{
    if (spool->has_file)
        close(spool->fd);
    mp_buf_finish(&spool->recent);
    memset(spool, 0, sizeof(*spool));
}
