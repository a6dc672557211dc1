/*
 * Writes the journal of a run: a listener that appends each record as a line.
 *
 * Records of a case are gathered and written with one write(2) when the case
 * has begun (case-started with its steps) and one when it ends; those of the
 * run itself at once, run-started with the whole plan. So lines of cases that
 * run at the same time do not interleave within such a part, and a run that is
 * killed leaves a journal that names every case that had begun. A case that
 * says very much is written in between. Data is forced to the disk once, at the
 * end.
 *
 * The first error is kept and ends the writing, never the run: the run's exit
 * status becomes 3 then.
 */
#ifndef RUNNER_JOURNAL_WRITER_H
#define RUNNER_JOURNAL_WRITER_H

#include "runner/base/errors.h"
#include "runner/model/record.h"

struct mp_writer;

/* Makes the file, whose folder exists, and tries whether there is room for it.
 * It is locked (flock) until finish. NULL: an error was added. */
struct mp_writer *mp_writer_create(const char *path, struct mp_errors *errors);
struct mp_listener mp_writer_listener(struct mp_writer *writer);
/* Is run-started in the file? Until then a reader takes it for empty. */
bool mp_writer_has_begun(const struct mp_writer *writer);
/* Writes what is left and closes the file. False: some of it could not be
 * written, told on standard error. Again does nothing. */
bool mp_writer_finish(struct mp_writer *writer);
/* Without finish before it, what is left is dropped. */
void mp_writer_destroy(struct mp_writer *writer);

#endif
