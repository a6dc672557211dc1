#include "runner/proc/clock.h"

#include <string.h>
#include <time.h>

#define NS_OF_MS UINT64_C(1000000)

static uint64_t read_clock(clockid_t id)
{
    struct timespec at = {0};
    clock_gettime(id, &at);
    return (uint64_t)at.tv_sec * 1000 * NS_OF_MS + (uint64_t)at.tv_nsec;
}

/* How long the machine has slept since it was started; the two clocks cannot
 * be read at once. */
static uint64_t asleep(void)
{
    uint64_t monotonic = read_clock(CLOCK_MONOTONIC);
    uint64_t all = read_clock(CLOCK_BOOTTIME);
    return all > monotonic ? all - monotonic : 0;
}

static void tell(const struct mp_clock *clock, enum mp_gap why, uint64_t ns)
{
    if (clock->on_gap)
        clock->on_gap(clock->self, why, (double)ns / (double)NS_OF_MS);
}

/* --- looking --- */

void mp_clock_look_at(struct mp_clock *clock, uint64_t now_ns,
                      uint64_t asleep_ns)
{
    uint64_t gap = now_ns - clock->looked_ns, slept = 0;
    if (!clock->looked_ns || now_ns < clock->looked_ns)
        return;
    clock->looked_ns = now_ns;
    if (asleep_ns > clock->asleep_ns + MP_CLOCK_LATE_MS * NS_OF_MS)
        slept = asleep_ns - clock->asleep_ns;
    clock->asleep_ns = asleep_ns;
    if (slept)
        tell(clock, MP_GAP_ASLEEP, slept);
    if (gap <= (MP_CLOCK_BEAT_MS + MP_CLOCK_LATE_MS) * NS_OF_MS)
        return;
    gap -= MP_CLOCK_BEAT_MS * NS_OF_MS;
    clock->lost_ns += gap;
    tell(clock, MP_GAP_HELD_UP, gap);
}

/* One reading for both: a stop between two would make time run backwards. */
static uint64_t look(struct mp_clock *clock)
{
    uint64_t now = uv_hrtime();
    mp_clock_look_at(clock, now, clock->asleep_ns);
    return now - clock->lost_ns;
}

void mp_clock_look(struct mp_clock *clock)
{
    look(clock);
}

static void on_beat(uv_timer_t *timer)
{
    mp_clock_look_at(timer->data, uv_hrtime(), asleep());
}

void mp_clock_skip(struct mp_clock *clock, uint64_t from_ns)
{
    uint64_t now = uv_hrtime();
    clock->lost_ns += now - from_ns;
    clock->looked_ns = now;
    clock->asleep_ns = asleep();
    tell(clock, MP_GAP_STOPPED, now - from_ns);
}

uint64_t mp_clock_now(struct mp_clock *clock)
{
    return look(clock) / NS_OF_MS;
}

double mp_clock_now_exact(struct mp_clock *clock)
{
    return (double)look(clock) / (double)NS_OF_MS;
}

/* --- its life --- */

void mp_clock_open(struct mp_clock *clock, uv_loop_t *loop)
{
    memset(clock, 0, sizeof(*clock));
    clock->loop = loop;
    uv_timer_init(loop, &clock->beat);
    clock->beat.data = clock;
}

void mp_clock_begin(struct mp_clock *clock)
{
    clock->asleep_ns = asleep();
    clock->looked_ns = uv_hrtime();
    uv_timer_start(&clock->beat, on_beat, MP_CLOCK_BEAT_MS, MP_CLOCK_BEAT_MS);
    uv_unref((uv_handle_t *)&clock->beat);
}

void mp_clock_close(struct mp_clock *clock)
{
    clock->looked_ns = 0;
    uv_close((uv_handle_t *)&clock->beat, NULL);
}

/* --- timers --- */

static void on_timer(uv_timer_t *uv)
{
    struct mp_timer *timer = (struct mp_timer *)uv;
    uint64_t now = mp_clock_now(timer->clock);
    if (now < timer->due_ms)
        uv_timer_start(uv, on_timer, timer->due_ms - now, 0);
    else
        timer->on_due(timer);
}

void mp_timer_init(struct mp_timer *timer, struct mp_clock *clock)
{
    uv_timer_init(clock->loop, &timer->uv);
    timer->clock = clock;
}

void mp_timer_start(struct mp_timer *timer,
                    void (*on_due)(struct mp_timer *timer), int64_t ms)
{
    uint64_t rest = ms > 0 ? (uint64_t)ms : 0;
    timer->on_due = on_due;
    timer->due_ms = mp_clock_now(timer->clock) + rest;
    uv_timer_start(&timer->uv, on_timer, rest, 0);
}

void mp_timer_stop(struct mp_timer *timer)
{
    uv_timer_stop(&timer->uv);
}
