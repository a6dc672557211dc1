/*
 * What the files of merge.h share: merge.c reads and plays, merge_check.c holds
 * the parts against each other, merge_attempts.c knows what becomes of a shard
 * that was played again.
 */
#ifndef RUNNER_CLI_MERGE_PRIVATE_H
#define RUNNER_CLI_MERGE_PRIVATE_H

#include "runner/cli/merge.h"

/* Some records of a case that stood together; number 0: of the run. */
struct mp_merge_piece {
    int64_t number;
    bool plan; /* case-planned, else what happened */
    size_t part;
    size_t attempt; /* at the shard: that of the part */
    size_t at;      /* in the order of reading */
    struct mp_spool_place place;
};

struct mp_merge_case {
    int64_t number;
    size_t part;
    size_t shard_attempt; /* that of the part */
    const char *id;
    int64_t attempts; /* its highest number in this part; 0: never ended */
    bool bad;         /* it ended, and failed */
    int64_t before;   /* attempts at it in other parts that come first */
};

/* Puts pieces and cases into the order of the joined run, and gives the
 * attempts at a case numbers through all parts. */
void mp_merge_order(struct mp_merge *merge);
/* Is it played? Of an attempt at a shard that another one has replaced, only
 * the cases that failed are. */
bool mp_merge_is_played(const struct mp_merge *merge,
                        const struct mp_merge_piece *piece);
/* Makes a record of that part's case what it is in the joined run. */
void mp_merge_renumber(const struct mp_merge *merge, size_t part,
                       struct mp_record *record);

#endif
