/*
 * A whole run out of its journal: what mp_reader_read hands over, and at the
 * end, where the run was killed, a case-started and a case-finished (not-run)
 * for each case that was planned and never began. So a report of a killed run
 * has every case of the plan.
 *
 * The file is then read a second time, so that nothing of it has to be kept.
 * What is no regular file (standard input, a named pipe) gives its bytes only
 * once, and a file that is locked belongs to a run that is going on and may
 * grow between the readings: both are read once, and the report then only
 * counts those cases.
 * Cases that had begun and not ended are left to the listener, which is to
 * see them interrupted (runner/report/results.h).
 */
#ifndef RUNNER_JOURNAL_REPLAY_H
#define RUNNER_JOURNAL_REPLAY_H

#include "runner/journal/reader.h"

/* As mp_reader_read. */
bool mp_replay(const char *path, struct mp_listener listener,
               struct mp_errors *errors);
/* Is the run that writes this journal still going on? Only of a regular file
 * can this be told; anything else is not opened. */
bool mp_replay_is_going_on(const char *path);

#endif
