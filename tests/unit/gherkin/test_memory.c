#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "gherkin/memory.h"

static void test_zeroed_and_aligned(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *memory = gh_arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xAA, size);
    }
    assert_true(arena.total_bytes >= 600000);
    gh_arena_finish(&arena);
    assert_int_equal(arena.total_bytes, 0);
}

static void test_reset_keeps_a_block(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    gh_arena_reset(&arena);
    for (int i = 0; i < 1000; i++)
        gh_arena_alloc(&arena, 1000);
    gh_arena_reset(&arena);
    size_t kept = arena.total_bytes;
    assert_in_range(kept, 1, 2 << 20);
    char *memory = gh_arena_alloc(&arena, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(memory[i], 0);
    assert_int_equal(arena.total_bytes, kept);
    gh_arena_finish(&arena);
}

static void test_large_object(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    char *memory = gh_arena_alloc(&arena, (size_t)10 << 20);
    memory[(10 << 20) - 1] = 1;
    gh_arena_finish(&arena);
    gh_arena_finish(&arena);
}

static void test_texts(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    struct gh_str part = {"abcdef", 3};
    assert_string_equal(gh_arena_copy(&arena, part), "abc");
    assert_string_equal(gh_arena_copy(&arena, gh_str_of(NULL)), "");
    assert_true(gh_str_equal(gh_arena_str(&arena, part), gh_str_of("abc")));
    assert_false(gh_str_equal(part, gh_str_of("abd")));
    assert_false(gh_str_equal(part, gh_str_of("ab")));
    assert_true(gh_str_equal((struct gh_str){NULL, 0}, gh_str_of("")));
    assert_string_equal(gh_arena_format(&arena, "%d %s", 7, "x"), "7 x");
    assert_string_equal(gh_arena_format(&arena, "%s", ""), "");
    assert_int_equal(strlen(gh_arena_format(&arena, "%9000d", 1)), 9000);
    gh_arena_finish(&arena);
}

static void test_allocator(void **state)
{
    (void)state;
    char *memory = gh_alloc(10);
    assert_int_equal(memory[9], 0);
    memory = gh_realloc(memory, 0);
    assert_non_null(memory);
    gh_free(memory);
    gh_free(gh_alloc(0));
    gh_free(NULL);
}

/* A product that overflows ends the program, with a message. */
static void test_overflow(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    if (!child) {
        struct gh_arena arena = {0};
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        gh_arena_array(&arena, SIZE_MAX / 2, 4);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_and_aligned),
        cmocka_unit_test(test_reset_keeps_a_block),
        cmocka_unit_test(test_large_object),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_allocator),
        cmocka_unit_test(test_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
