#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runner/proc/clock.h"

#define MS UINT64_C(1000000)

struct test {
    uv_loop_t loop;
    struct mp_clock clock;
    struct mp_timer timer;
    int gaps, fired;
    enum mp_gap why;
    double gap_ms;
};

static void on_gap(void *self, enum mp_gap why, double gap_ms)
{
    struct test *test = self;
    test->gaps++;
    test->why = why;
    test->gap_ms = gap_ms;
}

static void open_clock(struct test *test)
{
    *test = (struct test){0};
    assert_int_equal(uv_loop_init(&test->loop), 0);
    mp_clock_open(&test->clock, &test->loop);
    test->clock.self = test;
    test->clock.on_gap = on_gap;
    mp_clock_begin(&test->clock);
}

static void close_clock(struct test *test)
{
    mp_clock_close(&test->clock);
    uv_run(&test->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&test->loop), 0);
}

/* As if the last look had been so long ago. */
static void look_after(struct test *test, uint64_t ms)
{
    mp_clock_look_at(&test->clock, test->clock.looked_ns + ms * MS,
                     test->clock.asleep_ns);
}

static void short_gaps_are_time(void **state)
{
    (void)state;
    struct test test;
    open_clock(&test);
    for (int i = 0; i < 20; i++)
        look_after(&test, MP_CLOCK_BEAT_MS + MP_CLOCK_LATE_MS);
    assert_int_equal(test.gaps, 0);
    assert_true(test.clock.lost_ns == 0);
    close_clock(&test);
}

static void one_beat_of_a_gap_is_time(void **state)
{
    (void)state;
    struct test test;
    open_clock(&test);
    look_after(&test, 3000);
    assert_int_equal(test.gaps, 1);
    assert_int_equal(test.why, MP_GAP_HELD_UP);
    assert_true(test.gap_ms > 2899 && test.gap_ms < 2901);
    assert_true(test.clock.lost_ns == (3000 - MP_CLOCK_BEAT_MS) * MS);
    look_after(&test, 50);
    assert_int_equal(test.gaps, 1);
    close_clock(&test);
}

/* A wall clock never comes in here; a monotonic one that ran backwards, by a
 * fault of the machine, would change nothing. */
static void backwards_is_no_gap(void **state)
{
    (void)state;
    struct test test;
    open_clock(&test);
    uint64_t before = test.clock.looked_ns;
    mp_clock_look_at(&test.clock, before - 5000 * MS, test.clock.asleep_ns);
    assert_int_equal(test.gaps, 0);
    assert_true(test.clock.looked_ns == before && !test.clock.lost_ns);
    close_clock(&test);
}

static void sleep_is_told_and_costs_nothing(void **state)
{
    (void)state;
    struct test test;
    open_clock(&test);
    mp_clock_look_at(&test.clock, test.clock.looked_ns + 100 * MS,
                     test.clock.asleep_ns + 3600000 * MS);
    assert_int_equal(test.gaps, 1);
    assert_int_equal(test.why, MP_GAP_ASLEEP);
    assert_true(test.gap_ms == 3600000);
    assert_true(test.clock.lost_ns == 0);
    look_after(&test, 100);
    assert_int_equal(test.gaps, 1);
    close_clock(&test);
}

static void before_it_begins_all_is_time(void **state)
{
    (void)state;
    struct test test = {0};
    assert_int_equal(uv_loop_init(&test.loop), 0);
    mp_clock_open(&test.clock, &test.loop);
    test.clock.self = &test;
    test.clock.on_gap = on_gap;
    mp_clock_look_at(&test.clock, uv_hrtime() + 9000 * MS, 0);
    assert_int_equal(test.gaps, 0);
    close_clock(&test);
}

static void time_stands_still_in_a_stop(void **state)
{
    (void)state;
    struct test test;
    open_clock(&test);
    uint64_t before = mp_clock_now(&test.clock);
    mp_clock_skip(&test.clock, uv_hrtime() - 2000 * MS);
    assert_int_equal(test.why, MP_GAP_STOPPED);
    assert_true(test.gap_ms >= 2000 && test.gap_ms < 2500);
    /* A stop that has not been would make it less. */
    assert_true(mp_clock_now(&test.clock) + 2000 <= before + 500);
    close_clock(&test);
}

static void on_due(struct mp_timer *timer)
{
    struct test *test = timer->uv.data;
    test->fired++;
    uv_close((uv_handle_t *)&timer->uv, NULL);
}

/* The loop's timer comes when it was set to; what the clock lost since is
 * waited for. */
static void timers_wait_for_the_clock(void **state)
{
    (void)state;
    struct test test;
    open_clock(&test);
    mp_timer_init(&test.timer, &test.clock);
    test.timer.uv.data = &test;
    mp_timer_start(&test.timer, on_due, 20);
    uint64_t from = uv_hrtime();
    test.clock.lost_ns += 60 * MS;
    uv_run(&test.loop, UV_RUN_DEFAULT);
    assert_int_equal(test.fired, 1);
    assert_true(uv_hrtime() - from >= 79 * MS);
    close_clock(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_gaps_are_time),
        cmocka_unit_test(one_beat_of_a_gap_is_time),
        cmocka_unit_test(backwards_is_no_gap),
        cmocka_unit_test(sleep_is_told_and_costs_nothing),
        cmocka_unit_test(before_it_begins_all_is_time),
        cmocka_unit_test(time_stands_still_in_a_stop),
        cmocka_unit_test(timers_wait_for_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
