#include "runner/cli/merge_private.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/buf.h"

#define MOST_NAMED 20 /* missing shards, one by one */

static bool is_same_text(const char *a, const char *b)
{
    return !strcmp(a ? a : "", b ? b : "");
}

/* Are they parts of one plan, cut in the same way? */
static bool is_akin(const struct mp_record *a, const struct mp_record *b)
{
    return (!a->series || !b->series || !strcmp(a->series, b->series)) &&
           is_same_text(a->plan, b->plan) && a->planned == b->planned &&
           a->shards == b->shards && is_same_text(a->shard_by, b->shard_by) &&
           a->seed == b->seed;
}

/* The part that most others are akin to: what differs from it is foreign. */
static size_t find_model(const struct mp_merge *merge)
{
    size_t best = 0, most = 0;
    for (size_t i = 0; i < merge->part_count; i++) {
        size_t akin = 0;
        for (size_t k = 0; k < merge->part_count; k++)
            akin += !merge->parts[i].replaced && !merge->parts[k].replaced &&
                    is_akin(&merge->parts[i].head, &merge->parts[k].head);
        if (akin > most) {
            best = i;
            most = akin;
        }
    }
    return best;
}

static void tell_foreign(const struct mp_merge_part *part,
                         const struct mp_merge_part *model,
                         struct mp_errors *errors)
{
    const struct mp_record *a = &part->head, *b = &model->head;
    const char *others = model->path;
    if (!a->shards)
        mp_errors_add(errors,
                      "%s: foreign: it is a whole run and no shard, as %s is",
                      part->path, others);
    else if (!is_same_text(a->plan, b->plan) || a->planned != b->planned)
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld of another plan, %s "
                      "with %lld cases, not %s with %lld as %s: its features, "
                      "selection or platforms were others",
                      part->path, (long long)a->shard, (long long)a->shards,
                      a->plan, (long long)a->planned, b->plan,
                      (long long)b->planned, others);
    else if (a->shards != b->shards)
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld, not of %lld as %s",
                      part->path, (long long)a->shard, (long long)a->shards,
                      (long long)b->shards, others);
    else if (!is_same_text(a->shard_by, b->shard_by))
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld was cut by %s, not by "
                      "%s as %s",
                      part->path, (long long)a->shard, (long long)a->shards,
                      a->shard_by, b->shard_by, others);
    else if (a->seed == b->seed)
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld is of the series %s, "
                      "not of %s as %s",
                      part->path, (long long)a->shard, (long long)a->shards,
                      a->series, b->series, others);
    else
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld had the seed %llu, not "
                      "%llu as %s; give --seed to all or to none",
                      part->path, (long long)a->shard, (long long)a->shards,
                      (unsigned long long)a->seed, (unsigned long long)b->seed,
                      others);
}

/* The akin parts that are this shard: one is right. */
static size_t count_shard(const struct mp_merge *merge,
                          const struct mp_record *model, int64_t number,
                          struct mp_errors *errors)
{
    const struct mp_merge_part *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < merge->part_count; i++) {
        const struct mp_merge_part *part = &merge->parts[i];
        if (part->replaced || part->head.shard != number ||
            !is_akin(&part->head, model))
            continue;
        if (count++)
            mp_errors_add(errors,
                          "shard %lld of %lld is there twice: %s and %s",
                          (long long)number, (long long)model->shards,
                          first->path, part->path);
        else
            first = part;
    }
    return count;
}

static void check_numbers(struct mp_merge *merge, const struct mp_record *model,
                          bool partial, struct mp_errors *errors)
{
    struct mp_buf text = {0};
    for (int64_t number = 1; number <= model->shards; number++) {
        if (count_shard(merge, model, number, errors))
            continue;
        if (merge->missing++ < MOST_NAMED)
            mp_buf_format(&text, "%s%lld", text.len ? ", " : "",
                          (long long)number);
    }
    mp_buf_format(&text, "%s of %lld %s missing",
                  merge->missing > MOST_NAMED ? " and others" : "",
                  (long long)model->shards, merge->missing > 1 ? "are" : "is");
    const char *plural = merge->missing > 1 ? "s" : "";
    if (merge->missing && partial)
        mp_errors_warn(errors, "mprun: warning: shard%s %s", plural, text.data);
    else if (merge->missing)
        mp_errors_add(errors,
                      "shard%s %s; --partial makes reports without what is "
                      "missing",
                      plural, text.data);
    mp_buf_finish(&text);
}

/* All shards are there: then each case is in one of them, unless they were not
 * cut by the same weights. */
static void check_cases(struct mp_merge *merge, int64_t planned,
                        struct mp_errors *errors)
{
    size_t lost = (size_t)planned, twice = 0;
    const struct mp_merge_case *last = NULL;
    for (size_t i = 0; i < merge->case_count; i++) {
        const struct mp_merge_case *one = &merge->cases[i];
        if (merge->parts[one->part].replaced)
            continue;
        bool again = last && one->number == last->number;
        lost -= !again && lost;
        if (again && !twice++)
            mp_errors_add(errors, "%s is in %s and in %s", one->id,
                          merge->parts[last->part].path,
                          merge->parts[one->part].path);
        last = one;
    }
    if (lost)
        mp_errors_add(errors, "%zu of the plan's %lld cases are in no shard",
                      lost, (long long)planned);
    if (lost || twice)
        mp_errors_add(errors, "the shards were not cut alike: give all of "
                              "them the same --shard-weights");
}

/* An earlier attempt that is no part of this plan adds nothing: it may be of a
 * series before, whose folder was not cleared. */
static void leave_out(struct mp_merge_part *part, struct mp_errors *errors)
{
    mp_errors_warn(errors,
                   "%s: warning: this attempt was replaced by a later one, "
                   "and %s: nothing is told of it",
                   part->path,
                   part->whole ? "was made of another plan or seed"
                               : "cannot be read");
    part->whole = false;
}

bool mp_merge_check(struct mp_merge *merge, bool partial,
                    struct mp_errors *errors)
{
    size_t before = errors->error_count;
    const struct mp_merge_part *model = &merge->parts[find_model(merge)];
    for (size_t i = 0; i < merge->part_count; i++) {
        struct mp_merge_part *part = &merge->parts[i];
        bool akin = part->whole && is_akin(&part->head, &model->head);
        if (part->replaced && !akin)
            leave_out(part, errors);
        else if (!akin)
            tell_foreign(part, model, errors);
    }
    if (!model->head.shards && merge->part_count > 1)
        mp_errors_add(errors, "%s: a whole run, and no shard to be joined",
                      model->path);
    if (model->head.shards)
        check_numbers(merge, &model->head, partial, errors);
    mp_merge_order(merge);
    if (errors->error_count == before && !merge->missing)
        check_cases(merge, model->head.planned, errors);
    return errors->error_count == before;
}
