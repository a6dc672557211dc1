/*
 * What goes between mprun and one process, written down for people who write
 * a server (--trace-protocol).
 *
 * The file NAME.protocol.log in the folder is made with the first message and
 * goes on over all incarnations. It is a transcript as those of
 * tests/data/servers: `> LINE` came from mprun, `< LINE` from the server,
 * whatever that is, and `# 12 ms` tells when, from the first line on. Bytes
 * of the server without an end of line wait until there is one, or until mprun
 * sends something. Secrets are masked. Lines of more than 1 MiB are cut, a
 * file of more than 64 MiB is not written any more.
 *
 * A zeroed one traces nothing.
 */
#ifndef RUNNER_RUN_TRACE_H
#define RUNNER_RUN_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/base/buf.h"
#include "runner/journal/mask.h"

struct mp_trace {
    const char *folder, *name; /* borrowed; NULL: it traces nothing */
    const struct mp_mask *mask;
    struct mp_buf line; /* of the server, that has no end yet */
    bool open, ended;
    int file;
    size_t file_bytes;
    uint64_t first_ms, told_ms;
};

/* The texts and the mask are borrowed until finish. */
void mp_trace_init(struct mp_trace *trace, const char *folder, const char *name,
                   const struct mp_mask *mask);
/* A message of mprun, without or with its line end. False: it cannot be
 * written (errno); said once, then nothing more is. */
bool mp_trace_sent(struct mp_trace *trace, uint64_t now_ms, const char *bytes,
                   size_t length);
/* Bytes of the server, as they come. False: as above. */
bool mp_trace_received(struct mp_trace *trace, uint64_t now_ms,
                       const char *bytes, size_t length);
void mp_trace_finish(struct mp_trace *trace);

#endif
