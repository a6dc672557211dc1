/* The words of results, their order, and the exit status of a run: every
 * order of precedence that docs/exit-statuses.md states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "runner/model/plan.h"
#include "runner/model/record.h"
#include "runner/model/status.h"

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static void words_of_statuses(void **state)
{
    (void)state;
    static const char *const words[] = {
        "not-run",    "passed",    "skipped",        "pending",
        "undefined",  "ambiguous", "failed",         "leaked",
        "timed-out",  "crashed",   "protocol-error", "start-failed",
        "interrupted"};
    assert_int_equal(COUNT(words), MP_STATUS_COUNT);
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        enum mp_status back = MP_STATUS_COUNT;
        assert_string_equal(mp_status_name((enum mp_status)i), words[i]);
        assert_true(mp_status_from_name(words[i], &back));
        assert_int_equal(back, i);
    }
    enum mp_status none = MP_PASSED;
    assert_false(mp_status_from_name("timedout", &none));
    assert_false(mp_status_from_name("", &none));
    assert_int_equal(none, MP_PASSED);
}

static void the_worst_counts(void **state)
{
    (void)state;
    static const enum mp_status order[] = {
        MP_INTERRUPTED, MP_START_FAILED, MP_PROTOCOL_ERROR, MP_CRASHED,
        MP_TIMED_OUT,   MP_LEAKED,       MP_FAILED,         MP_AMBIGUOUS,
        MP_UNDEFINED,   MP_PENDING,      MP_SKIPPED,        MP_PASSED};
    for (size_t i = 0; i + 1 < COUNT(order); i++) {
        assert_int_equal(mp_status_worse(order[i], order[i + 1]), order[i]);
        assert_int_equal(mp_status_worse(order[i + 1], order[i]), order[i]);
    }
}

static void what_makes_a_run_fail(void **state)
{
    (void)state;
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        enum mp_status status = (enum mp_status)i;
        bool harmless =
            status == MP_PASSED || status == MP_SKIPPED || status == MP_NOT_RUN;
        assert_int_equal(mp_status_is_failure(status, true), !harmless);
        assert_int_equal(mp_status_is_failure(status, false),
                         !harmless && status != MP_PENDING);
    }
}

static int exit_of(struct mp_tally tally)
{
    return mp_tally_exit(&tally);
}

#define CASES(status) .cases = {[status] = 1}

static void exit_statuses(void **state)
{
    (void)state;
    assert_int_equal(exit_of((struct mp_tally){CASES(MP_PASSED)}), 0);
    assert_int_equal(exit_of((struct mp_tally){CASES(MP_SKIPPED)}), 0);
    assert_int_equal(exit_of((struct mp_tally){CASES(MP_NOT_RUN)}), 0);
    assert_int_equal(exit_of((struct mp_tally){CASES(MP_FAILED)}), 1);
    assert_int_equal(exit_of((struct mp_tally){CASES(MP_LEAKED)}), 1);
    assert_int_equal(exit_of((struct mp_tally){CASES(MP_UNDEFINED)}), 1);
    assert_int_equal(exit_of((struct mp_tally){CASES(MP_PENDING)}), 0);
    assert_int_equal(
        exit_of((struct mp_tally){CASES(MP_PENDING), .strict = true}), 1);
    assert_int_equal(exit_of((struct mp_tally){CASES(MP_START_FAILED)}), 5);
    /* Of a killed run nobody knows what else would have failed. */
    assert_int_equal(
        exit_of((struct mp_tally){CASES(MP_PASSED), .cut_off = true}), 1);
}

/* 128+n, 2, 3, 1, 5, 0: each beats those after it. */
static void precedence_of_exits(void **state)
{
    (void)state;
    struct mp_tally tally = {CASES(MP_PASSED)};
    assert_int_equal(mp_tally_exit(&tally), 0);
    tally.cases[MP_START_FAILED] = 1;
    assert_int_equal(mp_tally_exit(&tally), 5);
    tally.cases[MP_CRASHED] = 1;
    assert_int_equal(mp_tally_exit(&tally), 1);
    tally.report_failed = true;
    assert_int_equal(mp_tally_exit(&tally), 3);
    tally.usage_error = true;
    assert_int_equal(mp_tally_exit(&tally), 2);
    tally.signal = 15;
    assert_int_equal(mp_tally_exit(&tally), 143);
}

static void every_word_is_another(void **state)
{
    (void)state;
    for (int i = 0; i <= MP_ACTION_WAIT; i++) {
        for (int k = 0; k < i; k++)
            assert_string_not_equal(mp_action_name((enum mp_action)i),
                                    mp_action_name((enum mp_action)k));
    }
    for (int i = 0; i < MP_RECORD_TYPE_COUNT; i++) {
        for (int k = 0; k < i; k++)
            assert_string_not_equal(
                mp_record_type_name((enum mp_record_type)i),
                mp_record_type_name((enum mp_record_type)k));
    }
}

static void finishes_an_empty_plan(void **state)
{
    (void)state;
    struct mp_plan plan = {0};
    mp_plan_finish(&plan);
    mp_plan_finish(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_statuses),
        cmocka_unit_test(the_worst_counts),
        cmocka_unit_test(what_makes_a_run_fail),
        cmocka_unit_test(exit_statuses),
        cmocka_unit_test(precedence_of_exits),
        cmocka_unit_test(every_word_is_another),
        cmocka_unit_test(finishes_an_empty_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
