#include "runner/report/blame.h"

#include <stdlib.h>
#include <string.h>

#include "gherkin/hash.h"
#include "runner/base/buf.h"
#include "runner/report/blame_private.h"

/* --- reading the plays --- */

static size_t find_name(struct gh_str *names, size_t *count, size_t most,
                        struct gh_str name)
{
    size_t at = 0;
    while (at < *count && !gh_str_equal(names[at], name))
        at++;
    if (at == *count && at < most)
        names[(*count)++] = name;
    return at;
}

/* False: it is no such combination, or has too many processes. All of a
 * scenario have the same processes. */
static bool read_combination(struct mp_blame_search *search,
                             struct mp_blame_group *group, bool first)
{
    const char *at = group->text + (group->text[0] == '[');
    size_t count = 0;
    while (*at && *at != ']') {
        struct gh_str process = {at, strcspn(at, "=")};
        at += process.len + (at[process.len] == '=');
        struct gh_str platform = {at, strcspn(at, ",]")};
        at += platform.len + (at[platform.len] == ',');
        size_t name = find_name(
            search->processes, &search->process_count,
            first ? MP_BLAME_MOST_PROCESSES : search->process_count, process);
        size_t number = find_name(search->platforms, &search->platform_count,
                                  MP_BLAME_MOST_PLATFORMS, platform);
        if (name != count || name >= search->process_count ||
            number >= search->platform_count)
            return false;
        group->platforms[count++] = (uint8_t)number;
    }
    return count && count == search->process_count;
}

static int by_combination(const void *a, const void *b)
{
    const struct mp_blame_play *const *x = a, *const *y = b;
    int order = strcmp((*x)->combination, (*y)->combination);
    return order ? order : (*x > *y) - (*x < *y);
}

/* Numbers in a message (a pid, a port) differ from case to case. */
static uint64_t hash_message(const char *message)
{
    uint64_t hash = GH_HASH_START;
    for (const char *c = message ? message : ""; *c; c++) {
        if (*c < '0' || *c > '9')
            hash = gh_hash_byte(hash, (unsigned char)*c);
    }
    return message && *message ? hash : 0;
}

static bool read_groups(struct mp_blame_search *search,
                        const struct mp_blame_play *plays, size_t count)
{
    const struct mp_blame_play **sorted =
        gh_arena_array(&search->arena, count, sizeof(*sorted));
    for (size_t i = 0; i < count; i++)
        sorted[i] = &plays[i];
    if (count)
        qsort(sorted, count, sizeof(*sorted), by_combination);
    search->groups =
        gh_arena_array(&search->arena, count, sizeof(*search->groups));
    for (size_t i = 0; i < count; i++) {
        bool fresh = !i || strcmp(sorted[i]->combination,
                                  sorted[i - 1]->combination) != 0;
        search->group_count += fresh;
        struct mp_blame_group *group = &search->groups[search->group_count - 1];
        if (fresh) {
            group->text = sorted[i]->combination;
            if (!read_combination(search, group, !i))
                return false;
        }
        group->plays++;
        group->failures += sorted[i]->failed;
        group->flaky += sorted[i]->flaky;
        if (sorted[i]->failed && !group->failure) {
            group->failure = hash_message(sorted[i]->message);
            group->message = sorted[i]->message;
        }
    }
    return search->group_count <= MP_BLAME_MOST_GROUPS;
}

bool mp_blame_is_bad(const struct mp_blame_group *group)
{
    return group->failures || group->flaky;
}

bool mp_blame_is_mixed(const struct mp_blame_group *group)
{
    return group->flaky || (group->failures && group->failures < group->plays);
}

/* --- in words --- */

static void put_name(struct mp_buf *out, struct gh_str name)
{
    mp_buf_append_str(out, name);
}

static void put_is(struct mp_buf *out, const struct mp_blame_search *search,
                   uint8_t process, uint8_t platform)
{
    put_name(out, search->processes[process]);
    mp_buf_append_char(out, '=');
    put_name(out, search->platforms[platform]);
}

static const char *describe(const struct mp_blame_search *search,
                            const struct mp_blame_condition *one,
                            struct gh_arena *arena)
{
    struct mp_buf out = {0};
    switch (one->shape) {
    case MP_BLAME_SINGLE:
        put_is(&out, search, one->process, one->platform);
        break;
    case MP_BLAME_ANYWHERE:
        mp_buf_append_text(&out, "any process on ");
        put_name(&out, search->platforms[one->platform]);
        break;
    case MP_BLAME_PAIR:
        put_is(&out, search, one->process, one->platform);
        mp_buf_append_text(&out, " with ");
        put_is(&out, search, one->other, one->other_platform);
        break;
    case MP_BLAME_SAME:
    case MP_BLAME_DIFFERENT:
        put_name(&out, search->processes[one->process]);
        mp_buf_append_text(&out, " and ");
        put_name(&out, search->processes[one->other]);
        mp_buf_append_text(&out, one->shape == MP_BLAME_SAME
                                     ? " on the same platform"
                                     : " on different platforms");
        break;
    case MP_BLAME_ALL_SAME:
        mp_buf_append_text(&out, "all processes on the same platform");
        break;
    case MP_BLAME_WHOLE:
        mp_buf_append_text(&out, search->groups[one->group].text);
        break;
    }
    const char *text = gh_arena_copy(arena, gh_str_of(mp_buf_text(&out)));
    mp_buf_finish(&out);
    return text;
}

/* Is it one of the cause's combinations, and of no other cause's unless all
 * are? */
static bool speaks_for(const struct mp_blame_search *search,
                       const struct mp_blame_condition *one, size_t group,
                       bool own)
{
    if (!mp_blame_has(one->groups, group))
        return false;
    for (size_t i = 0; own && i < search->best_count; i++) {
        if (search->best[i] != one &&
            mp_blame_has(search->best[i]->groups, group))
            return false;
    }
    return true;
}

/* The commonest failure of the cause's own combinations, or of all. */
static void find_message(const struct mp_blame_search *search,
                         const struct mp_blame_condition *one, bool own,
                         struct mp_blame_cause *cause)
{
    size_t most = 0;
    for (size_t i = 0; i < search->group_count; i++) {
        const struct mp_blame_group *group = &search->groups[i];
        size_t alike = 0;
        bool first = true;
        if (!group->failure || !speaks_for(search, one, i, own))
            continue;
        for (size_t k = 0; k < search->group_count; k++) {
            if (search->groups[k].failure != group->failure ||
                !speaks_for(search, one, k, own))
                continue;
            first = first && k >= i;
            alike++;
        }
        cause->messages += first;
        if (alike > most) {
            most = alike;
            cause->message = group->message;
        }
    }
    if (own && !most)
        find_message(search, one, false, cause);
}

static void fill_cause(const struct mp_blame_search *search,
                       const struct mp_blame_condition *one,
                       struct gh_arena *arena, struct mp_blame_cause *cause)
{
    cause->condition = describe(search, one, arena);
    for (size_t i = 0; i < search->group_count; i++) {
        const struct mp_blame_group *group = &search->groups[i];
        if (!mp_blame_has(one->groups, i))
            continue;
        cause->cases++;
        cause->failed += mp_blame_is_bad(group);
        cause->plays += group->plays;
        cause->failures += group->failures + group->flaky;
        cause->flaky = cause->flaky || mp_blame_is_mixed(group);
    }
    cause->chance = cause->failures == 1;
    find_message(search, one, true, cause);
}

/* Does the cause rest on one combination that nothing says fails always? */
static bool is_alone(const struct mp_blame_search *search,
                     const struct mp_blame_condition *one)
{
    if (one->covered != 1)
        return false;
    size_t at = 0;
    while (!mp_blame_has(one->groups, at))
        at++;
    return search->groups[at].plays == 1 ||
           mp_blame_is_mixed(&search->groups[at]);
}

/* Is each of several causes there for one combination alone? */
static bool is_scattered(const struct mp_blame_search *search)
{
    size_t alone = 0;
    for (size_t i = 0; i < search->best_count; i++)
        alone += is_alone(search, search->best[i]);
    return !search->best_count || (alone > 1 && alone == search->best_count);
}

static void count_groups(struct mp_blame_search *search, struct mp_blame *blame)
{
    search->words = search->group_count / 64 + 1;
    search->bad =
        gh_arena_array(&search->arena, search->words, sizeof(*search->bad));
    blame->cases = search->group_count;
    for (size_t i = 0; i < search->group_count; i++) {
        const struct mp_blame_group *group = &search->groups[i];
        blame->plays += group->plays;
        blame->failures += group->failures + group->flaky;
        blame->flaky = blame->flaky || mp_blame_is_mixed(group);
        if (mp_blame_is_bad(group)) {
            blame->failed++;
            search->bad[i / 64] |= UINT64_C(1) << i % 64;
        }
    }
}

void mp_blame_find(const struct mp_blame_play *plays, size_t count,
                   struct gh_arena *arena, struct mp_blame *blame)
{
    struct mp_blame_search *search = gh_alloc(sizeof(*search));
    memset(blame, 0, sizeof(*blame));
    if (count && read_groups(search, plays, count)) {
        count_groups(search, blame);
        if (blame->failed && blame->failed < blame->cases) {
            mp_blame_find_conditions(search);
            mp_blame_find_cover(search);
            mp_blame_split(search);
            blame->kind =
                is_scattered(search) ? MP_BLAME_SCATTERED : MP_BLAME_CAUSES;
        } else if (blame->flaky && blame->cases > 1) {
            blame->kind = MP_BLAME_SCATTERED;
        }
    }
    for (size_t i = 0; blame->kind == MP_BLAME_CAUSES && i < search->best_count;
         i++)
        fill_cause(search, search->best[i], arena,
                   &blame->causes[blame->cause_count++]);
    gh_arena_finish(&search->arena);
    gh_free(search);
}
