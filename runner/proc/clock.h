/*
 * The run's time, and timers that go by it.
 *
 * It stands still while mprun cannot look: stopped by a signal, or held up by
 * the machine. What was to come from a server meanwhile may be there and
 * unread, or was stopped as well; no deadline may be over for that reason.
 * All times that something is judged by are of this clock.
 *
 * A stop from outside (SIGSTOP) is told by nobody. So the clock is looked at
 * each MP_CLOCK_BEAT_MS at least: who looks more than MP_CLOCK_LATE_MS later
 * was held up, and of the gap only one beat counts as time. A stop of our own
 * (SIGTSTP) is measured. A machine that sleeps stops the monotonic clock too;
 * that is only told.
 *
 *   open -> begin -> (look, now, timers)... -> close
 *
 * A timer that fires has its time compared with the clock's and waits for the
 * rest. Timers are embedded in their owners, uv.data is theirs; they are
 * closed as handles are: uv_close(&timer->uv).
 */
#ifndef RUNNER_PROC_CLOCK_H
#define RUNNER_PROC_CLOCK_H

#include <stdint.h>
#include <uv.h>

#define MP_CLOCK_BEAT_MS 100
#define MP_CLOCK_LATE_MS 500

enum mp_gap {
    MP_GAP_STOPPED, /* with its processes: mp_clock_skip */
    MP_GAP_HELD_UP, /* mprun alone: found by a look */
    MP_GAP_ASLEEP,  /* the machine: no time was lost */
};

struct mp_clock {
    uv_loop_t *loop;
    uv_timer_t beat;
    void *self;
    /* Told once for each gap; NULL: to nobody. */
    void (*on_gap)(void *self, enum mp_gap why, double gap_ms);
    uint64_t looked_ns; /* monotonic, of the last look; 0: not begun */
    uint64_t asleep_ns; /* boot time less monotonic, of the last beat */
    uint64_t lost_ns;
};

/* on_gap and self may be set from now on. */
void mp_clock_open(struct mp_clock *clock, uv_loop_t *loop);
/* From now on gaps count; until then time goes by, whoever is at work. */
void mp_clock_begin(struct mp_clock *clock);
/* Finds a gap since the last look; called by now and by each timer. */
void mp_clock_look(struct mp_clock *clock);
/* The same with a monotonic time and a time asleep that the caller says. */
void mp_clock_look_at(struct mp_clock *clock, uint64_t now_ns,
                      uint64_t asleep_ns);
/* mprun was stopped from then (uv_hrtime) until now. */
void mp_clock_skip(struct mp_clock *clock, uint64_t from_ns);
/* Milliseconds since some moment; never less than before. */
uint64_t mp_clock_now(struct mp_clock *clock);
double mp_clock_now_exact(struct mp_clock *clock);
void mp_clock_close(struct mp_clock *clock);

struct mp_timer {
    uv_timer_t uv; /* first */
    struct mp_clock *clock;
    uint64_t due_ms;
    void (*on_due)(struct mp_timer *timer);
};

void mp_timer_init(struct mp_timer *timer, struct mp_clock *clock);
/* on_due follows after so long, once; less than 0 is 0. One that runs already
 * begins anew. */
void mp_timer_start(struct mp_timer *timer,
                    void (*on_due)(struct mp_timer *timer), int64_t ms);
void mp_timer_stop(struct mp_timer *timer);

#endif
