/*
 * Sets of combinations, checked against every row of the product: pairwise
 * covers every reachable pair, is small and the same each time; the other
 * strategies are what their definitions say. The expected texts of small sets
 * stand in tests/data/plan/combinations.txt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "runner/plan/combine.h"

#define MOST 24 /* platforms, processes */

struct world {
    struct gh_arena arena;
    struct mp_platform platforms[MOST];
    struct mp_process processes[MOST];
    struct mp_config config;
    size_t width, height;
};

static void make_world(struct world *world, size_t width, size_t height)
{
    gh_arena_finish(&world->arena);
    memset(world, 0, sizeof(*world));
    world->width = width;
    world->height = height;
    const struct mp_platform **list =
        gh_arena_array(&world->arena, height, sizeof(*list));
    for (size_t i = 0; i < height; i++) {
        world->platforms[i].name = gh_arena_format(&world->arena, "f%zu", i);
        list[i] = &world->platforms[i];
    }
    for (size_t p = 0; p < width; p++)
        world->processes[p] = (struct mp_process){
            .name = gh_arena_format(&world->arena, "p%02zu", p),
            .platforms = list,
            .platform_count = height};
}

/* "p00=f1 p01=f2" */
static struct mp_bindings bindings(struct world *world, const char *text)
{
    struct mp_binding *list =
        gh_arena_array(&world->arena, MOST, sizeof(*list));
    size_t count = 0;
    for (char *end; *text; text = end + (*end == ' ')) {
        long process = strtol(text + 1, &end, 10);
        long platform = strtol(end + 2, &end, 10);
        list[count++] = (struct mp_binding){world->processes[process].name,
                                            &world->platforms[platform]};
    }
    return (struct mp_bindings){.list = list, .count = count};
}

static void exclude(struct world *world, const char *const *texts, size_t count)
{
    struct mp_bindings *list =
        gh_arena_array(&world->arena, count, sizeof(*list));
    for (size_t i = 0; i < count; i++)
        list[i] = bindings(world, texts[i]);
    world->config.exclude = list;
    world->config.exclude_count = count;
}

static struct mp_combinations combine(struct world *world,
                                      enum mp_strategy strategy)
{
    struct mp_combinations result;
    mp_combine(&world->config, strategy, world->processes, world->width,
               &world->arena, &result);
    return result;
}

static bool is_excluded(const struct world *world,
                        const struct mp_platform *const *row)
{
    for (size_t i = 0; i < world->config.exclude_count; i++) {
        const struct mp_bindings *exclude = &world->config.exclude[i];
        size_t agree = 0;
        for (size_t b = 0; b < exclude->count; b++) {
            for (size_t p = 0; p < world->width; p++)
                agree += !strcmp(world->processes[p].name,
                                 exclude->list[b].process) &&
                         row[p] == exclude->list[b].platform;
        }
        if (agree == exclude->count)
            return true;
    }
    return false;
}

static size_t index_of(const struct world *world, const struct mp_platform *at)
{
    return (size_t)(at - world->platforms);
}

/* Marks the pairs of the row. */
static void mark(const struct world *world,
                 const struct mp_platform *const *row, unsigned char *pairs)
{
    for (size_t p = 0; p < world->width; p++) {
        for (size_t q = p + 1; q < world->width; q++)
            pairs[((p * MOST + index_of(world, row[p])) * MOST + q) * MOST +
                  index_of(world, row[q])] = 1;
    }
}

static bool next_row(const struct world *world, const struct mp_platform **row)
{
    for (size_t p = world->width; p-- > 0;) {
        size_t i = index_of(world, row[p]) + 1;
        if (i < world->processes[p].platform_count) {
            row[p] = &world->platforms[i];
            return true;
        }
        row[p] = &world->platforms[0];
    }
    return false;
}

/* Every pair of the rows that are allowed occurs in the set, no row twice, no
 * row that is excluded. Returns the size of the set. */
static size_t prove_cover(struct world *world, bool only_available)
{
    size_t size = (size_t)MOST * MOST * MOST * MOST, allowed = 0;
    unsigned char *reachable = gh_alloc(size), *covered = gh_alloc(size);
    struct mp_combinations set = combine(world, MP_STRATEGY_PAIRWISE);
    const struct mp_platform *row[MOST];
    assert_false(set.too_many);
    for (size_t p = 0; p < world->width; p++)
        row[p] = &world->platforms[0];
    do {
        bool plays = true;
        for (size_t p = 0; p < world->width; p++)
            plays = plays && !(only_available && row[p]->unavailable);
        if (plays && !is_excluded(world, row)) {
            mark(world, row, reachable);
            allowed++;
        }
    } while (next_row(world, row));
    for (size_t i = 0; i < set.count; i++) {
        const struct mp_platform *const *at = set.rows + i * world->width;
        bool plays = true;
        for (size_t p = 0; p < world->width; p++)
            plays = plays && !(only_available && at[p]->unavailable);
        assert_false(is_excluded(world, at));
        if (plays)
            mark(world, at, covered);
        for (size_t k = 0; k < i; k++)
            assert_true(memcmp(at, set.rows + k * world->width,
                               world->width * sizeof(*at)) != 0);
    }
    for (size_t i = 0; i < size; i++)
        assert_true(covered[i] || !reachable[i]);
    assert_true(only_available || set.count <= allowed);
    gh_free(reachable);
    gh_free(covered);
    return set.count;
}

static void pairwise_covers(void **state)
{
    (void)state;
    for (size_t width = 2; width <= 6; width++) {
        for (size_t height = 1; height <= 6; height++) {
            struct world world = {0};
            make_world(&world, width, height);
            size_t count = prove_cover(&world, false);
            if (width == 4)
                assert_true(2 * count <= 3 * height * height);
            if (width == 2)
                assert_int_equal(count, height * height);
            gh_arena_finish(&world.arena);
        }
    }
}

/* The bar: 36 rows are the least that 4 x 6 can have. */
static void four_by_six_with_excludes(void **state)
{
    (void)state;
    static const char *const texts[] = {"p00=f1 p01=f2", "p02=f3 p03=f3"};
    struct world world = {0};
    make_world(&world, 4, 6);
    exclude(&world, texts, 2);
    size_t count = prove_cover(&world, false);
    print_message("4 x 6 with two excludes: %zu rows\n", count);
    assert_true(count >= 36 && count <= 54);
    struct mp_combinations first = combine(&world, MP_STRATEGY_PAIRWISE);
    struct mp_combinations again = combine(&world, MP_STRATEGY_PAIRWISE);
    assert_int_equal(first.count, again.count);
    assert_memory_equal(first.rows, again.rows,
                        first.count * world.width * sizeof(*first.rows));
    gh_arena_finish(&world.arena);
}

static void tangled_excludes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "p00=f0 p01=f0",        "p00=f1 p02=f1 p03=f1", "p01=f2",
        "p02=f0 p03=f0 p04=f0", "p00=f2 p04=f1",        "p03=f2 p04=f2",
        "p00=f2 p04=f0",        "p00=f2 p04=f2 p01=f1"};
    struct world world = {0};
    make_world(&world, 5, 3);
    for (size_t count = 0; count <= 8; count++) {
        exclude(&world, texts, count);
        prove_cover(&world, false);
    }
    gh_arena_finish(&world.arena);
}

static void what_can_be_played_is_covered(void **state)
{
    (void)state;
    struct world world = {0};
    make_world(&world, 3, 4);
    world.platforms[1].unavailable = "not here";
    prove_cover(&world, true);
    prove_cover(&world, false);
    for (size_t i = 0; i < 4; i++)
        world.platforms[i].unavailable = "not here";
    prove_cover(&world, false);
    gh_arena_finish(&world.arena);
}

/* Nobody looks through 20 to the 20th rows. */
static void large_products(void **state)
{
    (void)state;
    static const char *const texts[] = {"p00=f1 p01=f2", "p18=f0 p19=f0"};
    struct world world = {0};
    make_world(&world, 20, 10);
    exclude(&world, texts, 2);
    struct mp_combinations set = combine(&world, MP_STRATEGY_PAIRWISE);
    assert_false(set.too_many);
    assert_in_range(set.count, 100, 400);
    set = combine(&world, MP_STRATEGY_SAME);
    assert_int_equal(set.count, 9); /* f0 is excluded */
    assert_true(combine(&world, MP_STRATEGY_ALL).too_many);
    assert_true(combine(&world, MP_STRATEGY_MIXED).too_many);
    gh_arena_finish(&world.arena);
}

static void at_the_limit(void **state)
{
    (void)state;
    static const char *const texts[] = {"p00=f0"};
    struct world world = {0};
    make_world(&world, 4, 10);
    assert_int_equal(combine(&world, MP_STRATEGY_ALL).count, 10000);
    assert_int_equal(combine(&world, MP_STRATEGY_MIXED).count, 9990);
    make_world(&world, 2, 1);
    assert_int_equal(combine(&world, MP_STRATEGY_MIXED).count, 0);
    make_world(&world, 4, 11);
    assert_true(combine(&world, MP_STRATEGY_ALL).too_many);
    make_world(&world, 1, 3);
    exclude(&world, texts, 1);
    assert_int_equal(combine(&world, MP_STRATEGY_PAIRWISE).count, 2);
    gh_arena_finish(&world.arena);
}

/* Excludes that leave next to nothing of a large product. */
static void nothing_left(void **state)
{
    (void)state;
    struct world world = {0};
    make_world(&world, 20, 3);
    const char *texts[60];
    for (int i = 0; i < 60; i++)
        texts[i] = gh_arena_format(&world.arena, "p%02d=f%d", i / 3, i % 3);
    exclude(&world, texts, 60);
    assert_int_equal(combine(&world, MP_STRATEGY_ALL).count, 0);
    assert_false(combine(&world, MP_STRATEGY_ALL).too_many);
    assert_int_equal(combine(&world, MP_STRATEGY_PAIRWISE).count, 0);
    gh_arena_finish(&world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairwise_covers),
        cmocka_unit_test(four_by_six_with_excludes),
        cmocka_unit_test(tangled_excludes),
        cmocka_unit_test(what_can_be_played_is_covered),
        cmocka_unit_test(large_products),
        cmocka_unit_test(at_the_limit),
        cmocka_unit_test(nothing_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
