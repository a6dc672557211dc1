/*
 * Reads a journal back: every record goes to a listener, in the order of the
 * file, as if the run happened now.
 *
 * A journal may be that of a run that was killed: a last line that was cut
 * off is left out with a warning, and whether the run finished is for the
 * listener to see (no run-finished record came). Broken lines elsewhere are
 * errors with file and line; the others are still handed over, so that as
 * much as possible is seen. Memory is that of the longest line.
 */
#ifndef RUNNER_JOURNAL_READER_H
#define RUNNER_JOURNAL_READER_H

#include "runner/base/errors.h"
#include "runner/model/record.h"

/* path "-" is standard input. False: errors were added; nothing was handed
 * over if the file is no journal of this version. */
bool mp_reader_read(const char *path, struct mp_listener listener,
                    struct mp_errors *errors);

#endif
