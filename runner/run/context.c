#include "runner/run/context.h"

double mp_context_time(const struct mp_run_context *context)
{
    return (double)(uv_hrtime() - context->started_ns) / 1e6;
}

double mp_context_lived(struct mp_run_context *context)
{
    return mp_clock_now_exact(&context->clock);
}

struct mp_platform_state *
mp_context_platform(struct mp_run_context *context,
                    const struct mp_platform *platform)
{
    for (size_t i = 0; i < context->platform_count; i++) {
        if (context->platforms[i]->platform == platform)
            return context->platforms[i];
    }
    context->platforms =
        gh_realloc(context->platforms,
                   (context->platform_count + 1) * sizeof(*context->platforms));
    struct mp_platform_state *state = gh_alloc(sizeof(*state));
    state->platform = platform;
    context->platforms[context->platform_count++] = state;
    return state;
}

void mp_context_wake(struct mp_run_context *context)
{
    context->wake(context->self);
}

/* To the microseconds that the journal keeps: a report made while the run goes
 * on and one made later round the same number. */
static double kept(double ms)
{
    return ms > 0 ? (double)(int64_t)(ms * 1000 + 0.5) / 1000 : ms;
}

void mp_emit(struct mp_run_context *context, struct mp_record *record)
{
    record->time_ms = kept(mp_context_time(context));
    record->duration_ms = kept(record->duration_ms);
    record->hidden_ms = kept(record->hidden_ms);
    for (size_t i = 0; i < context->options->listener_count; i++) {
        const struct mp_listener *listener = &context->options->listeners[i];
        listener->on_record(listener->self, record);
    }
}
