/*
 * Joining shards: the journals of several runs, each of a part of one plan,
 * become the records of one run, in the plan's order.
 *
 *   read (each journal) -> check (all faults at once) -> play -> finish
 *
 * What a case's records say is kept in a spool meanwhile, so memory does not
 * grow with what servers log. Times are put on one clock by the runs' wall
 * times: the first shard that began is at 0. The joined run is finished if all
 * shards are. Of a shard that was played again the last attempt counts; cases
 * that failed in one before it are earlier attempts at these cases.
 */
#ifndef RUNNER_CLI_MERGE_H
#define RUNNER_CLI_MERGE_H

#include "runner/base/errors.h"
#include "runner/model/record.h"
#include "runner/report/spool.h"

/* Where a shard's journal is. */
struct mp_merge_source {
    const char *path;
    size_t attempt; /* at the shard, 1-based */
    bool replaced;  /* a later attempt counts, and this one adds its failures */
};

/* A shard, out of the first record of its journal and those of its plan. */
struct mp_merge_part {
    const char *path; /* as messages name it */
    struct mp_record head;
    size_t attempt; /* at the shard, 1-based */
    bool replaced;  /* by a later attempt */
    size_t case_count;
    bool begun, finished, whole; /* whole: the journal could be read */
    int64_t signal;
    double shift_ms;      /* of its clock against that of the joined run */
    double end_ms;        /* of its last record, by its own clock */
    int64_t hooks;        /* of the run: the highest number */
    int64_t hooks_before; /* of the parts before it: hooks get other numbers */
};

struct mp_merge {
    struct gh_arena arena;
    struct mp_merge_part *parts; /* owned */
    size_t part_count;
    struct mp_merge_piece *pieces; /* owned: records of a case, in order */
    size_t piece_count, piece_capacity;
    struct mp_merge_case *cases; /* owned: those that were planned */
    size_t case_count, case_capacity;
    struct mp_spool spool;
    size_t missing; /* shards, found by check */
};

/* A zeroed merge is empty. False: the journal cannot be read, or not all of
 * it; an error was added. */
bool mp_merge_read(struct mp_merge *merge, const struct mp_merge_source *source,
                   struct mp_errors *errors);
/* Do the parts make one plan: one digest, no shard missing (but with partial),
 * double or foreign, each case once? False: errors name what is wrong. */
bool mp_merge_check(struct mp_merge *merge, bool partial,
                    struct mp_errors *errors);
/* Hands over the records. head is that of the joined run but for what the
 * shards say of it. False: the spool's
 * file failed, told on standard error. */
bool mp_merge_play(struct mp_merge *merge, const struct mp_record *head,
                   struct mp_listener listener);
void mp_merge_finish(struct mp_merge *merge);

#endif
