#include "runner/proc/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *pattern, bool uses_pid, const char *wanted)
{
    struct mp_buf glob = {0};
    mp_core_glob(pattern, uses_pid, 4711, 11, &glob);
    assert_string_equal(mp_buf_text(&glob), wanted);
    mp_buf_finish(&glob);
}

static void knows_the_pid_and_the_signal(void **state)
{
    (void)state;
    check("core", false, "core");
    check("core.%p", false, "core.4711");
    check("/var/crash/%s/core.%p", false, "/var/crash/11/core.4711");
}

static void takes_what_it_cannot_know_for_anything(void **state)
{
    (void)state;
    check("%e-%t.%h", false, "*-*.*");
    check("core.%P.%E", false, "core.*.*");
}

static void adds_the_pid_where_the_kernel_does(void **state)
{
    (void)state;
    check("core", true, "core.4711");
    check("core.%p", true, "core.4711");
    check("core.%e", true, "core.*.4711");
}

static void means_each_letter(void **state)
{
    (void)state;
    check("co[r]e*?", false, "co\\[r\\]e\\*\\?");
    check("100%%", false, "100%");
    check("core%", false, "core");
    check("", false, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_pid_and_the_signal),
        cmocka_unit_test(takes_what_it_cannot_know_for_anything),
        cmocka_unit_test(adds_the_pid_where_the_kernel_does),
        cmocka_unit_test(means_each_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
