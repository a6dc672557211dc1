#include "runner/proc/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_meminfo(void **state)
{
    (void)state;
    assert_int_equal(mp_memory_of_meminfo("MemTotal:       16000 kB\n"
                                          "MemFree:         1000 kB\n"
                                          "MemAvailable:   12345 kB\n"),
                     12345);
    assert_int_equal(mp_memory_of_meminfo("MemTotal: 16000 kB\n"), 0);
    assert_int_equal(mp_memory_of_meminfo(""), 0);
}

static void check_group(const char *text, const char *wanted)
{
    int length = -1;
    const char *path = mp_memory_group_path(text, &length);
    assert_int_equal(length, strlen(wanted));
    assert_memory_equal(path, wanted, strlen(wanted));
}

static void test_group(void **state)
{
    (void)state;
    check_group("0::/user.slice/a b.scope\n", "/user.slice/a b.scope");
    check_group("0::/\n", "/");
    check_group("12:memory:/old\n1:name=systemd:/x\n0::/new\n", "/new");
    check_group("4:memory:/10::/odd\n", "");
    check_group("", "");
}

static void test_this_machine(void **state)
{
    (void)state;
    int64_t free_kb = mp_memory_available_kb();
    assert_true(free_kb >= 0);
    assert_true(free_kb < INT64_C(1) << 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_meminfo),
        cmocka_unit_test(test_group),
        cmocka_unit_test(test_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
