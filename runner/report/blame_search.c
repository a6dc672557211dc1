#include <stdlib.h>
#include <string.h>

#include "runner/report/blame_private.h"

/* What is preferred of conditions that explain the same. */
static const unsigned cost_table[] = {
    [MP_BLAME_SINGLE] = 10, [MP_BLAME_ANYWHERE] = 11, [MP_BLAME_PAIR] = 20,
    [MP_BLAME_SAME] = 21,   [MP_BLAME_ALL_SAME] = 22, [MP_BLAME_DIFFERENT] = 23,
    [MP_BLAME_WHOLE] = 30};

/* --- conditions --- */

bool mp_blame_has(const uint64_t *bits, size_t at)
{
    return bits[at / 64] >> at % 64 & 1;
}

static bool all_same(const struct mp_blame_search *search,
                     const struct mp_blame_group *group)
{
    for (size_t i = 1; i < search->process_count; i++) {
        if (group->platforms[i] != group->platforms[0])
            return false;
    }
    return true;
}

static bool holds(const struct mp_blame_search *search,
                  const struct mp_blame_condition *condition, size_t at)
{
    const struct mp_blame_group *group = &search->groups[at];
    const uint8_t *platforms = group->platforms;
    switch (condition->shape) {
    case MP_BLAME_SINGLE:
        return platforms[condition->process] == condition->platform;
    case MP_BLAME_ANYWHERE:
        return memchr(platforms, condition->platform, search->process_count);
    case MP_BLAME_PAIR:
        return platforms[condition->process] == condition->platform &&
               platforms[condition->other] == condition->other_platform;
    case MP_BLAME_SAME:
        return platforms[condition->process] == platforms[condition->other];
    case MP_BLAME_DIFFERENT:
        return platforms[condition->process] != platforms[condition->other];
    case MP_BLAME_ALL_SAME:
        return all_same(search, group);
    case MP_BLAME_WHOLE:
        return condition->group == at;
    }
    return false;
}

static bool is_same_set(const struct mp_blame_search *search, const uint64_t *a,
                        const uint64_t *b)
{
    return !memcmp(a, b, search->words * sizeof(*a));
}

/* Is all of b in a? */
static bool contains(const struct mp_blame_search *search, const uint64_t *a,
                     const uint64_t *b)
{
    for (size_t i = 0; i < search->words; i++) {
        if (b[i] & ~a[i])
            return false;
    }
    return true;
}

/* Finds out for which combinations it holds. False: for one that passed, or for
 * none. */
static bool measure(struct mp_blame_search *search,
                    struct mp_blame_condition *condition)
{
    condition->groups = gh_arena_array(&search->arena, search->words,
                                       sizeof(*condition->groups));
    condition->covered = 0;
    for (size_t i = 0; i < search->group_count; i++) {
        if (!holds(search, condition, i))
            continue;
        if (!mp_blame_has(search->bad, i))
            return false;
        condition->covered++;
        condition->groups[i / 64] |= UINT64_C(1) << i % 64;
    }
    return condition->covered;
}

/* Keeps it, unless something simpler holds for as much. */
static void keep(struct mp_blame_search *search,
                 const struct mp_blame_condition *condition)
{
    if (search->count == MP_BLAME_MOST_CONDITIONS)
        return;
    for (size_t i = 0; i < search->count; i++) {
        if (cost_table[search->list[i].shape] <= cost_table[condition->shape] &&
            contains(search, search->list[i].groups, condition->groups))
            return;
    }
    search->list[search->count++] = *condition;
}

static void try_condition(struct mp_blame_search *search,
                          struct mp_blame_condition condition)
{
    if (measure(search, &condition))
        keep(search, &condition);
}

/* A platform in one process or in any. Where two processes are on it in the
 * same cases, it cannot be told which of them is to blame: then the platform
 * is. */
static void try_platform(struct mp_blame_search *search, uint8_t platform)
{
    struct mp_blame_condition singles[MP_BLAME_MOST_PROCESSES];
    bool right[MP_BLAME_MOST_PROCESSES] = {false};
    for (size_t p = 0; p < search->process_count; p++) {
        singles[p] = (struct mp_blame_condition){.shape = MP_BLAME_SINGLE,
                                                 .process = (uint8_t)p,
                                                 .platform = platform};
        right[p] = measure(search, &singles[p]);
    }
    for (size_t p = 0; p < search->process_count; p++) {
        for (size_t q = 0; right[p] && q < search->process_count; q++) {
            if (p != q && right[q] &&
                is_same_set(search, singles[p].groups, singles[q].groups))
                singles[p].shape = MP_BLAME_ANYWHERE;
        }
        if (right[p])
            keep(search, &singles[p]);
    }
    if (search->process_count > 1)
        try_condition(search,
                      (struct mp_blame_condition){.shape = MP_BLAME_ANYWHERE,
                                                  .platform = platform});
}

static void try_pairs(struct mp_blame_search *search, size_t p, size_t q)
{
    for (size_t x = 0; x < search->platform_count; x++) {
        for (size_t y = 0; y < search->platform_count; y++)
            try_condition(search, (struct mp_blame_condition){
                                      .shape = MP_BLAME_PAIR,
                                      .process = (uint8_t)p,
                                      .other = (uint8_t)q,
                                      .platform = (uint8_t)x,
                                      .other_platform = (uint8_t)y});
    }
}

static void try_likeness(struct mp_blame_search *search)
{
    for (size_t p = 0; p < search->process_count; p++) {
        for (size_t q = p + 1; q < search->process_count; q++) {
            struct mp_blame_condition one = {.shape = MP_BLAME_SAME,
                                             .process = (uint8_t)p,
                                             .other = (uint8_t)q};
            try_condition(search, one);
            one.shape = MP_BLAME_DIFFERENT;
            try_condition(search, one);
        }
    }
    if (search->process_count > 2)
        try_condition(search,
                      (struct mp_blame_condition){.shape = MP_BLAME_ALL_SAME});
}

static int by_cost(const void *a, const void *b)
{
    const struct mp_blame_condition *x = a, *y = b;
    unsigned first = cost_table[x->shape], second = cost_table[y->shape];
    if (x->covered != y->covered)
        return x->covered > y->covered ? -1 : 1;
    if (first != second)
        return first < second ? -1 : 1;
    if (x->process != y->process)
        return x->process < y->process ? -1 : 1;
    return (x->platform > y->platform) - (x->platform < y->platform);
}

void mp_blame_find_conditions(struct mp_blame_search *search)
{
    for (size_t x = 0; x < search->platform_count; x++)
        try_platform(search, (uint8_t)x);
    try_likeness(search);
    for (size_t p = 0; p < search->process_count; p++) {
        for (size_t q = p + 1; q < search->process_count; q++)
            try_pairs(search, p, q);
    }
    for (size_t i = 0; i < search->group_count; i++) {
        if (mp_blame_has(search->bad, i))
            try_condition(search, (struct mp_blame_condition){
                                      .shape = MP_BLAME_WHOLE, .group = i});
    }
    if (search->count)
        qsort(search->list, search->count, sizeof(*search->list), by_cost);
}

/* --- the fewest that cover all --- */

/* The first failing combination that the chosen ones do not hold for; how many
 * there are. */
static size_t find_open(const struct mp_blame_search *search, size_t depth,
                        size_t *open)
{
    size_t count = 0;
    for (size_t w = 0; w < search->words; w++) {
        uint64_t left = search->bad[w];
        for (size_t i = 0; i < depth; i++)
            left &= ~search->chosen[i]->groups[w];
        if (left && !count)
            *open = w * 64 + (size_t)__builtin_ctzll(left);
        count += (size_t)__builtin_popcountll(left);
    }
    return count;
}

/* Depth is at most MP_BLAME_MOST_CAUSES. */
static void cover(struct mp_blame_search *search, size_t depth, size_t limit,
                  unsigned cost)
{
    size_t open = 0;
    if (search->steps++ > MP_BLAME_MOST_STEPS ||
        (search->best_count && cost >= search->best_cost))
        return;
    size_t left = find_open(search, depth, &open);
    /* The first of the list holds for the most. */
    if (left > (limit - depth) * (search->count ? search->list[0].covered : 0))
        return;
    if (!left) {
        memcpy(search->best, search->chosen, sizeof(search->best));
        search->best_count = depth;
        search->best_cost = cost;
        return;
    }
    for (size_t i = 0; depth < limit && i < search->count; i++) {
        if (!mp_blame_has(search->list[i].groups, open))
            continue;
        search->chosen[depth] = &search->list[i];
        cover(search, depth + 1, limit,
              cost + cost_table[search->list[i].shape]);
    }
}

void mp_blame_find_cover(struct mp_blame_search *search)
{
    for (size_t limit = 1; limit <= MP_BLAME_MOST_CAUSES; limit++) {
        cover(search, 0, limit, 0);
        if (search->best_count)
            break;
    }
}

/* --- by what the failures say --- */

/* The simplest condition that holds wherever the scenario fails so. */
static const struct mp_blame_condition *
find_for(const struct mp_blame_search *search, uint64_t failure)
{
    const struct mp_blame_condition *best = NULL;
    for (size_t i = 0; i < search->count; i++) {
        const struct mp_blame_condition *one = &search->list[i];
        bool all = true;
        for (size_t g = 0; all && g < search->group_count; g++)
            all = search->groups[g].failure != failure ||
                  mp_blame_has(one->groups, g);
        if (all && (!best || cost_table[one->shape] < cost_table[best->shape]))
            best = one;
    }
    return best;
}

static void split(struct mp_blame_search *search)
{
    const struct mp_blame_condition *found[MP_BLAME_MOST_CAUSES];
    uint64_t failures[MP_BLAME_MOST_CAUSES];
    size_t count = 0;
    for (size_t g = 0; g < search->group_count; g++) {
        const struct mp_blame_group *group = &search->groups[g];
        size_t at = 0;
        while (at < count && failures[at] != group->failure)
            at++;
        if (!mp_blame_has(search->bad, g) || at < count)
            continue;
        if (!group->failure || count == MP_BLAME_MOST_CAUSES)
            return;
        failures[count] = group->failure;
        found[count] = find_for(search, group->failure);
        if (!found[count++])
            return;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (i != k && contains(search, found[i]->groups, found[k]->groups))
                return;
        }
    }
    if (count < 2 || count < search->best_count)
        return;
    memcpy(search->best, found, count * sizeof(*found));
    search->best_count = count;
}

static int by_place(const void *a, const void *b)
{
    const struct mp_blame_condition *const *x = a, *const *y = b;
    return (*x > *y) - (*x < *y);
}

static void sort_best(struct mp_blame_search *search)
{
    if (search->best_count)
        qsort(search->best, search->best_count, sizeof(*search->best),
              by_place);
}

void mp_blame_split(struct mp_blame_search *search)
{
    split(search);
    sort_best(search);
}
