/* Faults in the order of finding; warnings count apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "runner/base/errors.h"

static void keeps_the_order(void **state)
{
    (void)state;
    struct mp_errors errors = {0};
    mp_errors_add(&errors, "%s:%d: first", "a", 1);
    mp_errors_warn(&errors, "second %s", "%s");
    mp_errors_add(&errors, "third");
    assert_int_equal(errors.count, 3);
    assert_int_equal(errors.error_count, 2);
    assert_string_equal(errors.list[0].text, "a:1: first");
    assert_string_equal(errors.list[1].text, "second %s");
    assert_string_equal(errors.list[2].text, "third");
    assert_false(errors.list[0].warning);
    assert_true(errors.list[1].warning);
    mp_errors_finish(&errors);
    assert_int_equal(errors.count, 0);
    mp_errors_finish(&errors);
}

static void holds_many(void **state)
{
    (void)state;
    struct mp_errors errors = {0};
    char text[24];
    for (int i = 0; i < 3000; i++)
        mp_errors_add(&errors, "%d", i);
    assert_int_equal(errors.error_count, 3000);
    for (size_t i = 0; i < errors.count; i++) {
        snprintf(text, sizeof(text), "%zu", i);
        assert_string_equal(errors.list[i].text, text);
    }
    mp_errors_finish(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_order),
        cmocka_unit_test(holds_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
