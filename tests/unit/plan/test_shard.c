/*
 * Shards: together they are the whole plan and none has what another has, for
 * every method and number; who gets what does not depend on the order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gherkin/hash.h"
#include "runner/base/fs.h"
#include "runner/plan/shard.h"

#define CASES  137
#define SHARDS 50

struct deck {
    struct mp_case cases[CASES];
    char keys[CASES][64];
    struct mp_weight weights[CASES];
    size_t shards[CASES];
};

static int weight_by_key(const void *a, const void *b)
{
    const struct mp_weight *x = a, *y = b;
    return strcmp(x->key, y->key);
}

static void make(struct deck *deck)
{
    memset(deck, 0, sizeof(*deck));
    for (size_t i = 0; i < CASES; i++) {
        snprintf(deck->keys[i], sizeof(deck->keys[i]),
                 "features/%zu.feature//a scenario/1.0.0[w=%zu]", i / 5, i % 5);
        deck->cases[i].key = deck->keys[i];
        deck->weights[i] =
            (struct mp_weight){deck->keys[i], (double)(gh_hash_mix(i) % 9999)};
    }
    qsort(deck->weights, CASES, sizeof(*deck->weights), weight_by_key);
}

static void cut(struct deck *deck, enum mp_shard_method method, size_t total,
                const struct mp_weights *weights)
{
    const struct mp_shard shard = {
        .method = method, .index = 1, .total = total, .weights = weights};
    mp_shard_deal(&shard, deck->cases, CASES, deck->shards);
}

static void each_case_is_in_one(void **state)
{
    static struct deck deck;
    (void)state;
    make(&deck);
    const struct mp_weights weights = {deck.weights, CASES};
    for (size_t total = 1; total <= SHARDS; total++) {
        for (int method = MP_SHARD_SLICE; method <= MP_SHARD_BALANCED;
             method++) {
            cut(&deck, (enum mp_shard_method)method, total, &weights);
            for (size_t i = 0; i < CASES; i++)
                assert_in_range(deck.shards[i], 1, total);
        }
    }
}

/* The sizes of slices differ by one at most. */
static void slices_are_even(void **state)
{
    static struct deck deck;
    (void)state;
    make(&deck);
    for (size_t total = 1; total <= SHARDS; total++) {
        size_t counts[SHARDS + 1] = {0};
        cut(&deck, MP_SHARD_SLICE, total, NULL);
        for (size_t i = 0; i < CASES; i++)
            counts[deck.shards[i]]++;
        for (size_t s = 1; s <= total; s++)
            assert_in_range(counts[s], CASES / total,
                            (CASES + total - 1) / total);
    }
}

/* Longest first: no shard is longer than the average and one case more. */
static void balance_is_good(void **state)
{
    static struct deck deck;
    (void)state;
    make(&deck);
    const struct mp_weights weights = {deck.weights, CASES};
    for (size_t total = 1; total <= SHARDS; total++) {
        double loads[SHARDS + 1] = {0}, sum = 0;
        cut(&deck, MP_SHARD_BALANCED, total, &weights);
        for (size_t i = 0; i < CASES; i++) {
            struct mp_weight wanted = {deck.keys[i], 0};
            const struct mp_weight *found = bsearch(
                &wanted, deck.weights, CASES, sizeof(wanted), weight_by_key);
            loads[deck.shards[i]] += found->ms;
            sum += found->ms;
        }
        for (size_t s = 1; s <= total; s++)
            assert_true(loads[s] <= sum / (double)total + 9999);
    }
}

/* What is not known counts as the average; nothing known: by number. */
static void unknown_cases_are_spread(void **state)
{
    static struct deck deck;
    size_t counts[5] = {0};
    (void)state;
    make(&deck);
    const struct mp_weights none = {NULL, 0};
    cut(&deck, MP_SHARD_BALANCED, 4, &none);
    for (size_t i = 0; i < CASES; i++)
        counts[deck.shards[i]]++;
    for (size_t s = 1; s <= 4; s++)
        assert_in_range(counts[s], CASES / 4, CASES / 4 + 1);
}

static void order_does_not_matter(void **state)
{
    static struct deck deck, turned;
    (void)state;
    make(&deck);
    make(&turned);
    const struct mp_weights weights = {deck.weights, CASES};
    for (size_t i = 0; i < CASES; i++)
        turned.cases[i].key = deck.keys[CASES - 1 - i];
    for (int method = MP_SHARD_SLICE; method <= MP_SHARD_BALANCED; method++) {
        cut(&deck, (enum mp_shard_method)method, 7, &weights);
        cut(&turned, (enum mp_shard_method)method, 7, &weights);
        for (size_t i = 0; i < CASES; i++)
            assert_int_equal(deck.shards[i], turned.shards[CASES - 1 - i]);
    }
}

/* By hash a case stays where it is when others come. */
static void hash_is_stable(void **state)
{
    static const size_t totals[] = {2, 7, 100};
    struct mp_buf file = {0};
    size_t lines = 0;
    (void)state;
    assert_true(mp_fs_read(MPRUN_SOURCE_DIR "/tests/data/shard/vectors.txt",
                           1 << 20, &file));
    char *save = NULL;
    for (char *line = strtok_r(file.data, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char *rest = line;
        size_t wanted[3];
        if (*line == '#')
            continue;
        for (int i = 0; i < 3; i++)
            wanted[i] = strtoul(rest, &rest, 10);
        for (int i = 0; i < 3; i++)
            assert_int_equal(mp_shard_by_hash(rest + 1, totals[i]), wanted[i]);
        lines++;
    }
    assert_true(lines >= 6);
    mp_buf_finish(&file);
}

/* --- digests --- */

static uint64_t digest(const char *key, unsigned line, const char *step)
{
    const struct mp_step steps[] = {{.keyword = "Given ", .text = step}};
    const struct mp_scenario scenario = {
        .name = "a", .at = {line, 1}, .steps = steps, .step_count = 1};
    const struct mp_case cases[] = {{.key = key, .scenario = &scenario}};
    return mp_shard_digest(cases, 1);
}

static void digests_tell_plans_apart(void **state)
{
    (void)state;
    assert_true(digest("k", 1, "s") == digest("k", 1, "s"));
    assert_true(digest("k", 1, "s") != digest("l", 1, "s"));
    assert_true(digest("k", 1, "s") != digest("k", 2, "s"));
    assert_true(digest("k", 1, "s") != digest("k", 1, "t"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_is_in_one),
        cmocka_unit_test(slices_are_even),
        cmocka_unit_test(balance_is_good),
        cmocka_unit_test(unknown_cases_are_spread),
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(hash_is_stable),
        cmocka_unit_test(digests_tell_plans_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
