/* The environment that a server is started in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/proc/variables.h"

static size_t count_of(const struct mp_variables *variables, const char *entry)
{
    size_t count = 0;
    for (size_t i = 0; variables->list[i]; i++)
        count += !strcmp(variables->list[i], entry);
    return count;
}

static void defaults_give_way(void **state)
{
    char own[] = "NO_COLOR=", other[] = "A=1", odd[] = "no equals sign";
    char *environment[] = {own, odd, other, NULL};
    struct gh_arena arena = {0};
    struct mp_variables variables;
    (void)state;
    mp_variables_init(&variables, &arena, environment);
    assert_int_equal(variables.count, 5);
    assert_int_equal(count_of(&variables, "NO_COLOR="), 1);
    assert_int_equal(count_of(&variables, "NO_COLOR=1"), 0);
    assert_int_equal(count_of(&variables, "PYTHONUTF8=1"), 1);
    assert_int_equal(count_of(&variables, "no equals sign"), 0);
    gh_arena_finish(&arena);
}

static void the_last_value_counts(void **state)
{
    char own[] = "A=1", longer[] = "AB=2";
    char *environment[] = {longer, own, NULL};
    struct gh_arena arena = {0};
    struct mp_variables variables;
    (void)state;
    mp_variables_init(&variables, &arena, environment);
    mp_variables_set(&variables, "A", "x=y");
    mp_variables_set_number(&variables, "A", UINT64_MAX);
    assert_int_equal(count_of(&variables, "A=18446744073709551615"), 1);
    assert_int_equal(count_of(&variables, "A=x=y"), 0);
    assert_int_equal(count_of(&variables, "AB=2"), 1);
    gh_arena_finish(&arena);
}

static void there_is_room_for_many(void **state)
{
    char *none[] = {NULL};
    struct gh_arena arena = {0};
    struct mp_variables variables;
    (void)state;
    mp_variables_init(&variables, &arena, none);
    size_t before = variables.count;
    for (uint64_t i = 0; i < 1000; i++)
        mp_variables_set_number(&variables,
                                gh_arena_format(&arena, "N%d", (int)i), i);
    assert_int_equal(variables.count, before + 1000);
    assert_int_equal(count_of(&variables, "N0=0"), 1);
    assert_int_equal(count_of(&variables, "N999=999"), 1);
    assert_null(variables.list[variables.count]);
    gh_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_give_way),
        cmocka_unit_test(the_last_value_counts),
        cmocka_unit_test(there_is_room_for_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
