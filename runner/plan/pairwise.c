/*
 * Pairwise combinations: each new row begins with a pair that no row has yet,
 * and the other processes choose, one after the other, what brings most new
 * pairs. The best of several beginnings is taken. Nothing is random, and the
 * product of all platforms is never looked through.
 */
#include <stdlib.h>
#include <string.h>

#include "runner/plan/combine_private.h"

#define MOST_SEEDS 48  /* beginnings that are tried for a row */
#define FEW_SEEDS  6   /* of many platforms */
#define MANY       120 /* choices of all processes */
#define ROUNDS     12  /* of which the smallest set is taken */

struct pairwise {
    struct mp_maker *m;
    size_t most;         /* platforms of a process */
    unsigned char *done; /* of each pair: in a row, or out of reach */
    size_t *left;        /* of each choice: its pairs that no row has */
    bool only_available;
    size_t round; /* draws are settled another way in each */
    int *row, *best, *trial;
    bool gave_up;
};

static unsigned char *pair_at(const struct pairwise *w, size_t p, int i,
                              size_t q, int j)
{
    size_t first = p * w->most + (size_t)i, second = q * w->most + (size_t)j;
    return &w->done[p < q ? first * w->m->width * w->most + second
                          : second * w->m->width * w->most + first];
}

static bool may_choose(const struct pairwise *w, size_t p, int i)
{
    return !w->only_available || !mp_maker_platform(w->m, p, i)->unavailable;
}

/* Does a rule match what is chosen so far? */
static bool breaks_rule(const struct mp_maker *m, const int *row)
{
    for (size_t i = 0; i < m->rule_count; i++) {
        const int *rule = m->rules + i * m->width;
        bool matches = true;
        for (size_t p = 0; p < m->width && matches; p++)
            matches = rule[p] == MP_MAKER_OPEN || rule[p] == row[p];
        if (matches)
            return true;
    }
    return false;
}

static size_t next_open(const struct mp_maker *m, const int *row, size_t from)
{
    while (from < m->width && row[from] != MP_MAKER_OPEN)
        from++;
    return from;
}

/* Can the open places of row be filled? Tries in order and goes back. */
static bool completable(struct pairwise *w, const int *row)
{
    struct mp_maker *m = w->m;
    if (!m->rule_count)
        return true;
    memcpy(w->trial, row, m->width * sizeof(*row));
    if (breaks_rule(m, row))
        return false;
    size_t p = next_open(m, w->trial, 0);
    while (p < m->width) {
        int *choice = &w->trial[p];
        do
            ++*choice;
        while ((size_t)*choice < m->processes[p].platform_count &&
               (!may_choose(w, p, *choice) || breaks_rule(m, w->trial)));
        if ((size_t)*choice < m->processes[p].platform_count) {
            p = next_open(m, w->trial, p + 1);
            continue;
        }
        *choice = MP_MAKER_OPEN;
        w->gave_up = w->gave_up || ++m->steps > MP_MAKER_STEPS_MAX;
        if (w->gave_up)
            return false;
        do {
            if (p-- == 0)
                return false;
        } while (row[p] != MP_MAKER_OPEN);
    }
    return true;
}

/* New pairs of platform i for process p: with what is chosen, and, for a
 * draw, with what may still be. */
static size_t worth(const struct pairwise *w, const int *row, size_t p, int i)
{
    size_t sure = 0;
    for (size_t q = 0; q < w->m->width; q++)
        sure +=
            q != p && row[q] != MP_MAKER_OPEN && !*pair_at(w, p, i, q, row[q]);
    return sure * w->m->width * w->most + w->left[p * w->most + (size_t)i];
}

/* Chooses for every open process, beginning behind the process `from`. */
static void fill(struct pairwise *w, int *row, size_t from)
{
    struct mp_maker *m = w->m;
    for (size_t n = 0; n < m->width && !w->gave_up; n++) {
        size_t p = (from + n) % m->width, most = 0;
        int best = MP_MAKER_OPEN;
        if (row[p] != MP_MAKER_OPEN)
            continue;
        for (size_t i = 0; i < m->processes[p].platform_count; i++) {
            if (!may_choose(w, p, (int)i))
                continue;
            size_t value = worth(w, row, p, (int)i);
            bool draw = value == most && (n + w->round) % 3 != 2;
            if (best != MP_MAKER_OPEN && (value < most || draw))
                continue;
            row[p] = (int)i;
            if (completable(w, row)) {
                best = (int)i;
                most = value;
            }
            row[p] = MP_MAKER_OPEN;
        }
        row[p] = best;
    }
}

static size_t new_pairs(const struct pairwise *w, const int *row, bool mark)
{
    size_t fresh = 0;
    for (size_t p = 0; p < w->m->width; p++) {
        for (size_t q = p + 1; q < w->m->width; q++) {
            unsigned char *done = pair_at(w, p, row[p], q, row[q]);
            fresh += !*done;
            if (!mark || *done)
                continue;
            *done = 1;
            w->left[p * w->most + (size_t)row[p]]--;
            w->left[q * w->most + (size_t)row[q]]--;
        }
    }
    return fresh;
}

/* Begins a row with the pair; keeps it if it is the best so far. */
static size_t try_seed(struct pairwise *w, size_t p, int i, size_t q, int j,
                       size_t gain)
{
    size_t width = w->m->width;
    for (size_t k = 0; k < width; k++)
        w->row[k] = MP_MAKER_OPEN;
    w->row[p] = i;
    w->row[q] = j;
    fill(w, w->row, q + 1 + w->round / 3);
    if (w->gave_up)
        return gain;
    size_t fresh = new_pairs(w, w->row, false);
    if (fresh <= gain)
        return gain;
    memcpy(w->best, w->row, width * sizeof(*w->best));
    return fresh;
}

/* Calls on_pair for each pair that no row has yet, until it returns false. */
static void each_open_pair(struct pairwise *w, size_t *gain, size_t most_seeds,
                           size_t (*on_pair)(struct pairwise *w, size_t p,
                                             int i, size_t q, int j,
                                             size_t gain))
{
    const struct mp_maker *m = w->m;
    size_t seeds = 0;
    for (size_t p = 0; p < m->width; p++) {
        for (size_t q = p + 1; q < m->width; q++) {
            size_t pairs =
                m->processes[p].platform_count * m->processes[q].platform_count;
            for (size_t n = 0; n < pairs && seeds < most_seeds; n++) {
                int i = (int)(n / m->processes[q].platform_count);
                int j = (int)(n % m->processes[q].platform_count);
                if (*pair_at(w, p, i, q, j) || !may_choose(w, p, i) ||
                    !may_choose(w, q, j))
                    continue;
                *gain = on_pair(w, p, i, q, j, *gain);
                seeds++;
            }
        }
    }
}

/* Marks a pair that no row can have as done. */
static size_t check_reach(struct pairwise *w, size_t p, int i, size_t q, int j,
                          size_t gain)
{
    for (size_t k = 0; k < w->m->width; k++)
        w->row[k] = MP_MAKER_OPEN;
    w->row[p] = i;
    w->row[q] = j;
    if (!completable(w, w->row))
        *pair_at(w, p, i, q, j) = 2;
    return gain;
}

/* Pairs that only unavailable platforms can complete wait for the second
 * round. */
static void open_again(struct pairwise *w)
{
    size_t size = w->m->width * w->most;
    for (size_t i = 0; i < size * size; i++) {
        if (w->done[i] == 2)
            w->done[i] = 0;
    }
}

/* Has each process a platform that is available? */
static bool can_play(const struct mp_maker *m)
{
    for (size_t p = 0; p < m->width; p++) {
        bool any = false;
        for (size_t i = 0; i < m->processes[p].platform_count; i++)
            any = any || !m->processes[p].platforms[i]->unavailable;
        if (!any)
            return false;
    }
    return true;
}

static void count_left(struct pairwise *w)
{
    const struct mp_maker *m = w->m;
    for (size_t p = 0; p < m->width; p++) {
        size_t others = 0;
        for (size_t q = 0; q < m->width; q++)
            others += q == p ? 0 : m->processes[q].platform_count;
        for (size_t i = 0; i < m->processes[p].platform_count; i++)
            w->left[p * w->most + i] = others;
    }
}

static void cover(struct pairwise *w, bool only_available)
{
    size_t gain = 0, size = w->m->width * w->most;
    size_t seeds = size > MANY ? FEW_SEEDS : MOST_SEEDS;
    w->only_available = only_available;
    each_open_pair(w, &gain, SIZE_MAX, check_reach);
    while (!w->gave_up) {
        gain = 0;
        each_open_pair(w, &gain, seeds, try_seed);
        if (!gain || w->gave_up)
            break;
        new_pairs(w, w->best, true);
        mp_maker_add(w->m, w->best);
        if (w->m->count > MP_COMBINATIONS_MAX)
            w->gave_up = true;
    }
    open_again(w);
}

static bool precedes(const int *a, const int *b, size_t width)
{
    size_t p = 0;
    while (p < width && a[p] == b[p])
        p++;
    return p < width && a[p] < b[p];
}

/* In the order of the product. */
static void sort_rows(struct mp_maker *m, int *held)
{
    size_t width = m->width, bytes = width * sizeof(*held);
    for (size_t i = 1; i < m->count; i++) {
        memcpy(held, m->rows + i * width, bytes);
        size_t k = i;
        for (; k && precedes(held, m->rows + (k - 1) * width, width); k--)
            memcpy(m->rows + k * width, m->rows + (k - 1) * width, bytes);
        memcpy(m->rows + k * width, held, bytes);
    }
}

/* One whole set, added to what is there. */
static void make_set(struct pairwise *w)
{
    size_t size = w->m->width * w->most;
    memset(w->done, 0, size * size);
    count_left(w);
    w->m->count = 0;
    if (can_play(w->m))
        cover(w, true);
    cover(w, false);
}

/* Keeps the set in *kept if it is smaller than that. */
static void keep_smaller(const struct mp_maker *m, int **kept, size_t *count)
{
    size_t bytes = m->count * m->width * sizeof(**kept);
    if (*kept && m->count >= *count)
        return;
    *kept = gh_realloc(*kept, bytes + 1);
    *count = m->count;
    if (bytes)
        memcpy(*kept, m->rows, bytes);
}

bool mp_pairwise_add(struct mp_maker *m)
{
    struct pairwise w = {.m = m, .most = 1};
    int *kept = NULL;
    size_t count = 0;
    for (size_t p = 0; p < m->width; p++) {
        if (m->processes[p].platform_count > w.most)
            w.most = m->processes[p].platform_count;
    }
    size_t size = m->width * w.most;
    w.done = gh_alloc(size * size);
    w.left = gh_alloc(size * sizeof(*w.left));
    w.row = gh_alloc(m->width * sizeof(*w.row));
    w.best = gh_alloc(m->width * sizeof(*w.best));
    w.trial = gh_alloc(m->width * sizeof(*w.trial));
    size_t rounds = size > MANY ? 1 : ROUNDS;
    for (w.round = 0; w.round < rounds && !w.gave_up; w.round++) {
        make_set(&w);
        keep_smaller(m, &kept, &count);
    }
    m->count = 0;
    for (size_t i = 0; i < count; i++)
        mp_maker_add(m, kept + i * m->width);
    sort_rows(m, w.row);
    gh_free(kept);
    gh_free(w.done);
    gh_free(w.left);
    gh_free(w.row);
    gh_free(w.best);
    gh_free(w.trial);
    return !w.gave_up;
}
