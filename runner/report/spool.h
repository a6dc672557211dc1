/*
 * Texts that a report makes during the run and needs at its end, in another
 * order: kept in memory while they are few, in an unnamed temporary file (in
 * TMPDIR) beyond a mebibyte. Memory stays flat however much servers log.
 *
 * A place is valid as long as the spool. An error of the file is remembered;
 * what is read then is empty, and error says why.
 */
#ifndef RUNNER_REPORT_SPOOL_H
#define RUNNER_REPORT_SPOOL_H

#include <stdint.h>

#include "runner/base/buf.h"

struct mp_spool {
    struct mp_buf recent; /* not yet in the file */
    uint64_t stored;      /* bytes in the file */
    int fd;               /* valid if has_file */
    bool has_file;
    int error; /* errno of the first failure */
};

struct mp_spool_place {
    uint64_t offset;
    size_t length;
};

/* A zeroed spool is empty. */
struct mp_spool_place mp_spool_add(struct mp_spool *spool, struct gh_str text);
/* Replaces what buf holds. */
void mp_spool_read(struct mp_spool *spool, struct mp_spool_place place,
                   struct mp_buf *buf);
/* Everything in its order, in pieces. */
void mp_spool_each(struct mp_spool *spool,
                   void (*take)(void *self, const char *bytes, size_t length),
                   void *self);
void mp_spool_finish(struct mp_spool *spool);

#endif
