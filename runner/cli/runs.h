/*
 * Where runs are kept: DIR/ID with the journal and what the cases left, and
 * DIR/latest, a link to the last one. DIR is --artifacts, else .mprun/runs
 * beside the configuration.
 *
 * make and, when its journal has begun, point_latest are for a new run, find
 * is for one that was.
 */
#ifndef RUNNER_CLI_RUNS_H
#define RUNNER_CLI_RUNS_H

#include "runner/cli/cli.h"
#include "runner/journal/writer.h"

#define MP_RUNS_JOURNAL "journal.ndjson"

/* The folder of all runs, absolute; config_folder is that of the
 * configuration. Returns new (gh_free). */
char *mp_runs_folder(const struct mp_options *options,
                     const char *config_folder);
/* The same where no configuration was read: one is only looked for. */
char *mp_runs_find_folder(const struct mp_options *options);

uint32_t mp_runs_random(void);
/* The id of a run that begins now, in the arena. */
const char *mp_runs_new_id(uint32_t number, struct gh_arena *arena);

/* Makes the run's folder with an empty journal. NULL: an error was added. */
struct mp_writer *mp_runs_make(const char *folder, const char *id,
                               struct mp_errors *errors);
/* Points `latest` to a run that has begun; a link in its place is replaced in
 * one step. */
void mp_runs_point_latest(const char *folder, const char *id);

/* The journal that word means: a journal, a run's folder, or the id of a run
 * in folder; NULL is the last run. Returns new (gh_free), NULL: an error was
 * added. */
char *mp_runs_find(const char *folder, const char *word,
                   struct mp_errors *errors);

#endif
