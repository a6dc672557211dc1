#include "runner/cli/merge_private.h"

#include <stdlib.h>

static int compare_places(int64_t number_a, size_t attempt_a, size_t at_a,
                          int64_t number_b, size_t attempt_b, size_t at_b)
{
    if (number_a != number_b)
        return number_a < number_b ? -1 : 1;
    if (attempt_a != attempt_b)
        return attempt_a < attempt_b ? -1 : 1;
    return (at_a > at_b) - (at_a < at_b);
}

static int compare_cases(const void *a, const void *b)
{
    const struct mp_merge_case *x = a, *y = b;
    return compare_places(x->number, x->shard_attempt, x->part, y->number,
                          y->shard_attempt, y->part);
}

static int compare_pieces(const void *a, const void *b)
{
    const struct mp_merge_piece *x = a, *y = b;
    return compare_places(x->number, x->attempt, x->at, y->number, y->attempt,
                          y->at);
}

/* Does it come before another attempt at its shard, as a failure? */
static bool is_earlier_failure(const struct mp_merge *merge,
                               const struct mp_merge_case *one)
{
    const struct mp_merge_part *part = &merge->parts[one->part];
    return part->replaced && part->whole && one->bad;
}

void mp_merge_order(struct mp_merge *merge)
{
    int64_t before = 0;
    if (merge->piece_count)
        qsort(merge->pieces, merge->piece_count, sizeof(*merge->pieces),
              compare_pieces);
    if (merge->case_count)
        qsort(merge->cases, merge->case_count, sizeof(*merge->cases),
              compare_cases);
    for (size_t i = 0; i < merge->case_count; i++) {
        struct mp_merge_case *one = &merge->cases[i];
        if (i && one->number != merge->cases[i - 1].number)
            before = 0;
        one->before = before;
        if (is_earlier_failure(merge, one))
            before += one->attempts;
    }
}

/* There is one for each case that a part planned. */
static const struct mp_merge_case *find_case(const struct mp_merge *merge,
                                             int64_t number, size_t part)
{
    struct mp_merge_case key = {.number = number,
                                .part = part,
                                .shard_attempt = merge->parts[part].attempt};
    return merge->case_count ? bsearch(&key, merge->cases, merge->case_count,
                                       sizeof(key), compare_cases)
                             : NULL;
}

bool mp_merge_is_played(const struct mp_merge *merge,
                        const struct mp_merge_piece *piece)
{
    if (!merge->parts[piece->part].replaced)
        return true;
    const struct mp_merge_case *one =
        find_case(merge, piece->number, piece->part);
    return !piece->plan && one && is_earlier_failure(merge, one);
}

void mp_merge_renumber(const struct mp_merge *merge, size_t part,
                       struct mp_record *record)
{
    const struct mp_merge_case *one =
        find_case(merge, record->case_number, part);
    bool finished = record->type == MP_RECORD_CASE_FINISHED;
    if (one && record->attempt > 0)
        record->attempt += one->before;
    if (finished && merge->parts[part].replaced)
        record->final = false;
    else if (finished && one && one->before && record->status == MP_PASSED)
        record->flaky = true;
}
