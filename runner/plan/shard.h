/*
 * Shards: a plan cut into parts that several runs of mprun play, each on a
 * machine of its own, and that `mprun merge` joins (docs/scaling.md).
 *
 * A shard owns whole cases, known by their keys, so it depends neither on
 * order, folder, locale nor on what else runs: every shard makes the whole
 * plan and keeps its part. Cases keep their numbers and seeds in it.
 *
 * slice deals the cases out in turn, sorted by key; hash takes the key alone,
 * so cases stay where they are when others are added, and its values never
 * change (tests/data/shard/vectors.txt); balanced gives the longest case to the
 * shard that has least, then the next one.
 */
#ifndef RUNNER_PLAN_SHARD_H
#define RUNNER_PLAN_SHARD_H

#include <stdint.h>

#include "runner/model/plan.h"

#define MP_SHARDS_MAX 100000

enum mp_shard_method {
    MP_SHARD_WHOLE,
    MP_SHARD_SLICE,
    MP_SHARD_HASH,
    MP_SHARD_BALANCED
};

/* How long a case took, by its key. */
struct mp_weight {
    const char *key;
    double ms;
};

struct mp_weights {
    struct mp_weight *list; /* sorted by key, bytewise; each once */
    size_t count;
};

struct mp_shard {
    enum mp_shard_method method;
    size_t index, total;              /* 1-based */
    const struct mp_weights *weights; /* of BALANCED */
};

/* "slice", "hash", "balanced"; NULL of WHOLE. */
const char *mp_shard_method_name(enum mp_shard_method method);
/* The shard of a key by hash, 1-based. */
size_t mp_shard_by_hash(const char *key, size_t total);
/* The shard of each of count cases, 1-based, into shards. */
void mp_shard_deal(const struct mp_shard *shard, const struct mp_case *cases,
                   size_t count, size_t *shards);
/* What tells plans apart: the keys of the cases, their lines, and the steps
 * with their arguments. Not what is of one machine: folders, platforms that
 * are not available, timeouts. */
uint64_t mp_shard_digest(const struct mp_case *cases, size_t count);

#endif
