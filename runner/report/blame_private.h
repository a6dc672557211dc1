/*
 * Inside of blame: the search for causes (blame_search.c) and what is read
 * before it and told after it (blame.c).
 *
 *   groups, names, bad (blame.c) -> find_conditions -> find_cover -> split
 *   -> best (in the order of list)
 *
 * Sets of combinations are bits, one for each group. Everything is in the
 * search's arena.
 */
#ifndef RUNNER_REPORT_BLAME_PRIVATE_H
#define RUNNER_REPORT_BLAME_PRIVATE_H

#include <stdint.h>

#include "runner/report/blame.h"

#define MP_BLAME_MOST_GROUPS                                                   \
    4096u /* combinations of a scenario that are looked at */
#define MP_BLAME_MOST_PROCESSES  16u
#define MP_BLAME_MOST_PLATFORMS  64u
#define MP_BLAME_MOST_CONDITIONS 600u
#define MP_BLAME_MOST_STEPS      20000u /* of the search */

/* A combination with all times that it was played. */
struct mp_blame_group {
    const char *text;
    uint8_t platforms[MP_BLAME_MOST_PROCESSES];
    size_t plays, failures, flaky;
    const char *message;
    uint64_t failure; /* what it says, 0: nothing or not known */
};

enum mp_blame_shape {
    MP_BLAME_SINGLE,
    MP_BLAME_ANYWHERE,
    MP_BLAME_PAIR,
    MP_BLAME_SAME,
    MP_BLAME_DIFFERENT,
    MP_BLAME_ALL_SAME,
    MP_BLAME_WHOLE
};

struct mp_blame_condition {
    enum mp_blame_shape shape;
    uint8_t process, other; /* MP_BLAME_PAIR: both; MP_BLAME_SAME,
                               MP_BLAME_DIFFERENT: both */
    uint8_t platform, other_platform;
    size_t group;     /* of MP_BLAME_WHOLE */
    size_t covered;   /* failing groups */
    uint64_t *groups; /* a bit for each that it holds for */
};

struct mp_blame_search {
    struct gh_arena arena; /* of the search alone */
    struct mp_blame_group *groups;
    size_t group_count, words;
    struct gh_str processes[MP_BLAME_MOST_PROCESSES],
        platforms[MP_BLAME_MOST_PLATFORMS];
    size_t process_count, platform_count;
    uint64_t *bad;
    struct mp_blame_condition list[MP_BLAME_MOST_CONDITIONS];
    size_t count;
    const struct mp_blame_condition *chosen[MP_BLAME_MOST_CAUSES];
    const struct mp_blame_condition *best[MP_BLAME_MOST_CAUSES];
    size_t best_count;
    unsigned best_cost;
    size_t steps;
};

/* Is the bit set? */
bool mp_blame_has(const uint64_t *bits, size_t at);
/* Did it fail, some time? */
bool mp_blame_is_bad(const struct mp_blame_group *group);
/* Did it fail and pass? */
bool mp_blame_is_mixed(const struct mp_blame_group *group);

/* Fills list with what holds for failures and for nothing that passed, and
 * nothing simpler for as much. */
void mp_blame_find_conditions(struct mp_blame_search *search);
/* Fills best with the fewest that hold for all failures, the simplest of
 * those; none where it would be too many. */
void mp_blame_find_cover(struct mp_blame_search *search);
/* One condition may explain what are several causes: if each kind of failure
 * has a condition of its own, and none is part of another, these are best. */
void mp_blame_split(struct mp_blame_search *search);

#endif
