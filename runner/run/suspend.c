#include "runner/run/suspend.h"

#include <signal.h>

static void on_gap(void *self, enum mp_gap why, double gap_ms)
{
    static const char *const kinds[] = {[MP_GAP_STOPPED] = "stopped",
                                        [MP_GAP_HELD_UP] = "held-up",
                                        [MP_GAP_ASLEEP] = "asleep"};
    static const char *const texts[] = {
        [MP_GAP_STOPPED] = "mprun was stopped, with its processes",
        [MP_GAP_HELD_UP] = "mprun was held up while its processes went on",
        [MP_GAP_ASLEEP] = "the machine slept"};
    struct mp_record record = {.type = MP_RECORD_RUN_SUSPENDED,
                               .kind = kinds[why],
                               .text = texts[why],
                               .duration_ms = gap_ms};
    mp_emit(self, &record);
}

static void on_stop(uv_signal_t *signal, int number)
{
    struct mp_suspend *suspend = signal->data;
    struct mp_run_context *context = suspend->context;
    mp_child_suspend_all(&context->nursery);
    mp_clock_look(&context->clock);
    uint64_t from = uv_hrtime();
    uv_signal_stop(signal); /* from here it does what it does to anyone */
    raise(number);
    uv_signal_start(signal, on_stop, number);
    mp_child_continue_all(&context->nursery);
    mp_clock_skip(&context->clock, from);
}

void mp_suspend_open(struct mp_suspend *suspend, struct mp_run_context *context)
{
    suspend->context = context;
    context->clock.self = context;
    context->clock.on_gap = on_gap;
    uv_signal_init(context->loop, &suspend->signal);
    suspend->signal.data = suspend;
    if (!mp_contain_ignores(SIGTSTP))
        uv_signal_start(&suspend->signal, on_stop, SIGTSTP);
}

void mp_suspend_close(struct mp_suspend *suspend)
{
    suspend->context->clock.on_gap = NULL;
    uv_close((uv_handle_t *)&suspend->signal, NULL);
}
