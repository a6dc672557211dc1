#include "runner/run/host.h"

#include <signal.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/run/beside.h"
#include "runner/run/case_private.h"

enum stage { STARTING, BEFORE, IDLE, AFTER, ENDING, OVER };

struct mp_host {
    struct mp_run_context *context;
    struct mp_platform_state *state;
    enum stage stage;
    bool failed;    /* no step of the platform may be played */
    bool destroyed; /* freed with its timer */
    int64_t stop_ms;
    struct mp_beside beside;
    struct mp_timer timer; /* of the hook that runs */
};

/* --- what counts against the run --- */

static void count(struct mp_host *host, enum mp_status status, const char *text,
                  int64_t hook)
{
    struct mp_record record =
        mp_server_record(&host->beside.server, MP_RECORD_CAUSE);
    record.status = status;
    record.text = text;
    record.hook = hook;
    mp_emit(host->context, &record);
}

/* No step of the platform can be played, or none more. */
static void fail(struct mp_host *host, enum mp_status status, const char *text)
{
    host->failed = true;
    count(host, status, text, 0);
    host->context->break_off(host->context->self);
}

/* --- its end --- */

static void sweep(struct mp_host *host)
{
    struct mp_buf text = {0}, found = {0};
    mp_beside_sweep(&host->beside, &found);
    mp_buf_format(&text, "left behind by the hooks of the run: %s",
                  mp_buf_text(&found));
    if (found.len)
        count(host, MP_LEAKED, text.data, 0);
    mp_buf_finish(&text);
    mp_buf_finish(&found);
}

static void be_over(struct mp_host *host)
{
    struct mp_run_context *context = host->context;
    bool awaited = host->stage == STARTING || host->stage == BEFORE;
    host->stage = OVER;
    mp_timer_stop(&host->timer);
    context->processes--;
    sweep(host);
    if (awaited)
        context->on_host(context->self);
    mp_context_wake(context);
}

static void stop(struct mp_host *host)
{
    host->stage = ENDING;
    mp_server_stop(&host->beside.server, "stopped at the end of the run",
                   "runFinished", host->stop_ms);
}

/* --- one hook after the other --- */

static void on_timer(struct mp_timer *timer);

/* After an interrupt, half of what is left for its end. */
static int64_t time_for(const struct mp_host *host)
{
    int64_t timeout_ms = host->context->options->hook_timeout_ms;
    int64_t half_ms = host->stop_ms / 2 + 1;
    bool shorter = !timeout_ms || half_ms < timeout_ms;
    return host->context->interrupted && shorter ? half_ms : timeout_ms;
}

static bool begin_next(struct mp_host *host)
{
    struct mp_server *server = &host->beside.server;
    int64_t timeout_ms = time_for(host);
    enum mp_hook_type type =
        host->stage == BEFORE ? MP_HOOK_BEFORE_RUN : MP_HOOK_AFTER_RUN;
    const struct mp_hook *hook =
        mp_hooking_next(server, &host->state->hooks, type, NULL);
    mp_timer_stop(&host->timer);
    if (!hook)
        return false;
    int64_t number = ++host->context->hook_count;
    mp_hooking_tell(server, hook, number, 0);
    mp_hooking_send(server, hook, number,
                    &(struct mp_hooking_place){
                        .status = host->failed ? MP_FAILED : MP_PASSED,
                        .timeout_ms = timeout_ms});
    if (timeout_ms)
        mp_timer_start(&host->timer, on_timer, timeout_ms);
    return true;
}

static void go_on(struct mp_host *host)
{
    struct mp_run_context *context = host->context;
    if (begin_next(host))
        return;
    if (host->stage == AFTER) {
        stop(host);
        return;
    }
    host->stage = IDLE;
    if (host->failed)
        context->break_off(context->self);
    context->on_host(context->self);
    mp_context_wake(context);
}

static void finish_hook(struct mp_host *host,
                        const struct mp_step_result *result)
{
    struct mp_server *server = &host->beside.server;
    struct mp_buf text = {0};
    int64_t number = server->hooking.number;
    mp_hooking_finish(server, result);
    if (result->status <= MP_SKIPPED)
        return;
    mp_hooking_append_title(&text, server->hooking.hook);
    mp_buf_append_text(&text, ": ");
    mp_buf_append_text(&text, result->message);
    count(host, result->status, text.data, number);
    host->failed = host->failed || host->stage == BEFORE;
    mp_buf_finish(&text);
}

static void cut(struct mp_host *host, enum mp_status status, const char *text)
{
    struct mp_step_result result = {
        .status = status, .message = text, .duration_ms = -1};
    finish_hook(host, &result);
}

static void on_timer(struct mp_timer *timer)
{
    struct mp_host *host = timer->uv.data;
    char duration[MP_DURATION_SIZE];
    struct mp_buf text = {0};
    if (!host->beside.server.hooking.number)
        return;
    mp_buf_format(
        &text, "no answer in %s",
        mp_duration_format(host->context->options->hook_timeout_ms, duration));
    if (mp_server_is_alive(&host->beside.server))
        mp_session_explain_silence(host->beside.server.session, &text);
    mp_server_give_up(&host->beside.server);
    cut(host, MP_TIMED_OUT, text.data);
    mp_buf_finish(&text);
    /* It is not asked for anything more. */
    if (host->stage == BEFORE)
        host->context->break_off(host->context->self);
    bool awaited = host->stage == BEFORE;
    stop(host);
    if (awaited)
        host->context->on_host(host->context->self);
}

/* --- events of the server --- */

static void on_ready(void *self, struct mp_server *server)
{
    struct mp_host *host = self;
    if (host->stage != STARTING) { /* its answer was on its way already */
        stop(host);
        return;
    }
    server->hooking.begun = true;
    host->stage = BEFORE;
    go_on(host);
}

static void on_start_failed(void *self, struct mp_server *server,
                            const char *why)
{
    struct mp_host *host = self;
    (void)server;
    if (host->stage == STARTING) /* else it was told to end meanwhile */
        fail(host, MP_START_FAILED, why);
    be_over(host);
}

static void on_answer(void *self, struct mp_server *server,
                      const struct mp_step_result *result)
{
    struct mp_host *host = self;
    if (!server->hooking.number)
        return;
    finish_hook(host, result);
    go_on(host);
}

static void on_free(void *self, struct mp_server *server)
{
    (void)self;
    (void)server;
}

static void on_ended(void *self, struct mp_server *server)
{
    struct mp_host *host = self;
    char how[MP_HOW_SIZE];
    struct mp_buf text = {0};
    mp_buf_format(&text, "the process for the hooks of the run %s",
                  mp_session_end_text(&server->how, how));
    bool early = host->stage == BEFORE || host->stage == IDLE;
    if (server->hooking.number)
        cut(host, MP_CRASHED, text.data);
    else if (!server->how.asked)
        fail(host, MP_CRASHED, text.data);
    if (early && !server->how.asked) {
        host->failed = true;
        host->context->break_off(host->context->self);
    }
    mp_buf_finish(&text);
    be_over(host);
}

static bool on_silent(void *self, struct mp_server *server)
{
    (void)self;
    (void)server;
    return false;
}

static void on_cause(void *self, struct mp_server *server,
                     enum mp_status status, const char *text)
{
    (void)server;
    count(self, status, text, 0);
}

/* --- calls --- */

static void on_timer_closed(uv_handle_t *handle)
{
    gh_free(handle->data);
}

static struct mp_host *create(struct mp_run_context *context,
                              struct mp_platform_state *state)
{
    struct mp_host *host = gh_alloc(sizeof(*host));
    struct mp_server_events events = {.self = host,
                                      .on_ready = on_ready,
                                      .on_start_failed = on_start_failed,
                                      .on_answer = on_answer,
                                      .on_free = on_free,
                                      .on_ended = on_ended,
                                      .on_silent = on_silent,
                                      .on_cause = on_cause};
    host->context = context;
    host->state = state;
    mp_timer_init(&host->timer, &context->clock);
    host->timer.uv.data = host;
    mp_beside_init(&host->beside, context, state->platform, MP_HOST_NAME,
                   MP_HOST_NAME, &events);
    return host;
}

static bool takes_host(const struct mp_platform_state *state)
{
    return mp_hooks_have(&state->hooks, MP_HOOK_BEFORE_RUN) ||
           mp_hooks_have(&state->hooks, MP_HOOK_AFTER_RUN);
}

enum mp_host_verdict mp_host_need(struct mp_run_context *context,
                                  struct mp_platform_state *state)
{
    if (state->bad_hooks)
        return MP_HOST_BROKEN;
    if (!takes_host(state))
        return MP_HOST_GOOD;
    if (!state->host) {
        state->host = create(context, state);
        context->processes++;
        mp_server_start(&state->host->beside.server);
    }
    if (state->host->failed)
        return MP_HOST_BROKEN;
    return state->host->stage < IDLE ? MP_HOST_WAIT : MP_HOST_GOOD;
}

static bool end_one(struct mp_host *host, int64_t budget_ms)
{
    if (!host || host->stage == OVER)
        return false;
    host->stop_ms = budget_ms;
    if (host->stage == IDLE) {
        host->stage = AFTER;
        host->beside.server.hooking.looked = 0;
        go_on(host);
    }
    return true;
}

bool mp_hosts_end(struct mp_run_context *context, int64_t budget_ms)
{
    bool left = false;
    for (size_t i = 0; i < context->platform_count; i++)
        left = end_one(context->platforms[i]->host, budget_ms) || left;
    return left;
}

void mp_hosts_hurry(struct mp_run_context *context, enum mp_status status,
                    const char *text, int64_t budget_ms)
{
    for (size_t i = 0; i < context->platform_count; i++) {
        struct mp_host *host = context->platforms[i]->host;
        if (!host || host->stage == OVER)
            continue;
        host->stop_ms = budget_ms;
        if (host->stage == IDLE)
            continue; /* until the cases are over */
        if (host->beside.server.hooking.number) {
            mp_server_give_up(&host->beside.server);
            cut(host, status, text);
        }
        host->failed = host->failed || host->stage < IDLE;
        mp_timer_stop(&host->timer);
        stop(host);
    }
}

void mp_hosts_kill(struct mp_run_context *context)
{
    for (size_t i = 0; i < context->platform_count; i++) {
        struct mp_host *host = context->platforms[i]->host;
        if (host && host->stage != OVER)
            mp_server_kill(&host->beside.server,
                           "killed by the second interrupt", SIGKILL);
    }
}

void mp_host_destroy(struct mp_host *host)
{
    if (!host || host->destroyed)
        return;
    host->destroyed = true;
    mp_beside_finish(&host->beside);
    uv_close((uv_handle_t *)&host->timer.uv, on_timer_closed);
}
