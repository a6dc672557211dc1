#include "runner/run/ask.h"

#include <signal.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/run/beside.h"

#define ASK_NAME "discovery"
/* Of one request; it stays below what any line reader takes. */
#define MOST_STEPS 500
#define MOST_BYTES 24000

enum stage { STARTING, ASKING, ENDING, OVER };

struct mp_ask {
    struct mp_run_context *context;
    const struct mp_inquiry *inquiry;
    enum stage stage;
    size_t asked, batch; /* steps that were answered; that are being asked */
    char *why;           /* owned: why not all was asked, NULL: it was */
    int64_t stop_ms;
    struct mp_beside beside;
    struct mp_timer timer; /* of the batch */
};

/* --- its end --- */

/* The first reason counts. */
static void set_why(struct mp_ask *ask, const char *why)
{
    if (!ask->why)
        ask->why = mp_text_copy(why);
}

static void be_over(struct mp_ask *ask)
{
    const struct mp_inquiry *inquiry = ask->inquiry;
    struct mp_buf found = {0};
    ask->stage = OVER;
    mp_timer_stop(&ask->timer);
    ask->context->processes--;
    mp_beside_sweep(&ask->beside, &found);
    mp_buf_finish(&found);
    inquiry->on_over(inquiry->self, ask->why);
    mp_context_wake(ask->context);
}

static void stop(struct mp_ask *ask, int64_t budget_ms)
{
    ask->stage = ENDING;
    ask->stop_ms = budget_ms;
    mp_timer_stop(&ask->timer);
    mp_server_stop(&ask->beside.server, "stopped: it has been asked",
                   "runFinished", budget_ms);
}

static void end(struct mp_ask *ask)
{
    stop(ask, ask->context->options->stop_timeout_ms);
}

/* --- one batch after the other --- */

static void on_timer(struct mp_timer *timer)
{
    struct mp_ask *ask = timer->uv.data;
    struct mp_server *server = &ask->beside.server;
    struct mp_buf text = {0};
    char duration[MP_DURATION_SIZE];
    if (ask->stage != ASKING)
        return;
    mp_buf_format(
        &text, "no answer to matchSteps in %s",
        mp_duration_format(server->platform->start_timeout_ms, duration));
    if (mp_server_is_alive(server))
        mp_session_explain_silence(server->session, &text);
    set_why(ask, text.data);
    mp_server_give_up(server);
    mp_buf_finish(&text);
    end(ask);
}

static size_t next_batch(const struct mp_ask *ask)
{
    const struct mp_inquiry *inquiry = ask->inquiry;
    size_t count = 0, bytes = 0;
    while (count < MOST_STEPS && ask->asked + count < inquiry->step_count) {
        const struct mp_step *step = inquiry->steps[ask->asked + count];
        bytes += strlen(step->sent ? step->sent : step->text);
        if (count && bytes > MOST_BYTES)
            break;
        count++;
    }
    return count;
}

static void ask_next(struct mp_ask *ask)
{
    ask->batch = next_batch(ask);
    if (!ask->batch) {
        end(ask);
        return;
    }
    mp_timer_start(&ask->timer, on_timer,
                   ask->beside.server.platform->start_timeout_ms);
    mp_server_match(&ask->beside.server, ask->inquiry->steps + ask->asked,
                    ask->batch);
}

/* --- events of the server --- */

static const char *cannot_be_asked(const struct mp_session *session)
{
    if (mp_session_level(session) == MP_LEVEL_BARE)
        return "its server speaks the bare protocol, which has no way to ask "
               "for steps";
    if (mp_session_level(session) == MP_LEVEL_HARMONY)
        return "`protocol: harmony` has no way to ask for steps";
    return "its server has not the capability `matchSteps`";
}

static void on_ready(void *self, struct mp_server *server)
{
    struct mp_ask *ask = self;
    const struct mp_inquiry *inquiry = ask->inquiry;
    if (ask->stage != STARTING) { /* its answer was on its way already */
        stop(ask, ask->stop_ms);
        return;
    }
    ask->stage = ASKING;
    if (mp_session_can_match(server->session)) {
        ask_next(ask);
        return;
    }
    set_why(ask, cannot_be_asked(server->session));
    inquiry->on_unable(inquiry->self, mp_session_can_list(server->session));
    end(ask);
}

static void on_matches(void *self, struct mp_server *server,
                       struct gh_str message)
{
    struct mp_ask *ask = self;
    const struct mp_inquiry *inquiry = ask->inquiry;
    struct mp_buf why = {0};
    (void)server;
    if (ask->stage != ASKING)
        return;
    if (inquiry->on_matches(inquiry->self, ask->asked, ask->batch, message,
                            &why)) {
        ask->asked += ask->batch;
        ask_next(ask);
    } else {
        set_why(ask, mp_buf_text(&why));
        end(ask);
    }
    mp_buf_finish(&why);
}

/* No matches, but an error or a breach of the protocol. */
static void on_answer(void *self, struct mp_server *server,
                      const struct mp_step_result *result)
{
    struct mp_ask *ask = self;
    struct mp_buf why = {0};
    (void)server;
    if (ask->stage != ASKING)
        return;
    mp_buf_format(&why, "it did not answer matchSteps: %s",
                  result->message ? result->message : "");
    set_why(ask, why.data);
    mp_buf_finish(&why);
    end(ask);
}

static void on_start_failed(void *self, struct mp_server *server,
                            const char *why)
{
    struct mp_ask *ask = self;
    const char *alone =
        mp_context_platform(ask->context, server->platform)->last_failure;
    set_why(ask, alone ? alone : why);
    be_over(ask);
}

static void on_ended(void *self, struct mp_server *server)
{
    struct mp_ask *ask = self;
    char how[MP_HOW_SIZE];
    struct mp_buf text = {0};
    mp_buf_format(&text, "it %s before it had answered",
                  mp_session_end_text(&server->how, how));
    if (ask->stage != ENDING)
        set_why(ask, text.data);
    mp_buf_finish(&text);
    be_over(ask);
}

static void on_free(void *self, struct mp_server *server)
{
    (void)self;
    (void)server;
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
    struct mp_ask *ask = self;
    (void)server;
    (void)status;
    if (ask->stage < ENDING)
        set_why(ask, text);
}

/* --- calls --- */

static struct mp_ask *begin(struct mp_run_context *context,
                            const struct mp_inquiry *inquiry)
{
    struct mp_ask *ask = gh_alloc(sizeof(*ask));
    struct mp_server_events events = {.self = ask,
                                      .on_ready = on_ready,
                                      .on_start_failed = on_start_failed,
                                      .on_answer = on_answer,
                                      .on_matches = on_matches,
                                      .on_free = on_free,
                                      .on_ended = on_ended,
                                      .on_silent = on_silent,
                                      .on_cause = on_cause};
    ask->context = context;
    ask->inquiry = inquiry;
    mp_timer_init(&ask->timer, &context->clock);
    ask->timer.uv.data = ask;
    mp_beside_init(&ask->beside, context, inquiry->platform, ASK_NAME, ASK_NAME,
                   &events);
    context->processes++;
    mp_server_start(&ask->beside.server);
    return ask;
}

bool mp_asks_go_on(struct mp_run_context *context)
{
    const struct mp_run_options *options = context->options;
    bool left = false;
    if (!context->asks && options->inquiry_count && !context->stopping) {
        context->asks =
            gh_alloc(options->inquiry_count * sizeof(*context->asks));
        for (size_t i = 0; i < options->inquiry_count; i++)
            context->asks[i] = begin(context, &options->inquiries[i]);
    }
    for (size_t i = 0; context->asks && i < options->inquiry_count; i++)
        left = left || context->asks[i]->stage != OVER;
    return left;
}

void mp_asks_hurry(struct mp_run_context *context, const char *why,
                   int64_t budget_ms)
{
    for (size_t i = 0; context->asks && i < context->options->inquiry_count;
         i++) {
        struct mp_ask *ask = context->asks[i];
        if (ask->stage == OVER)
            continue;
        if (ask->stage < ENDING)
            set_why(ask, why);
        mp_server_give_up(&ask->beside.server);
        stop(ask, budget_ms);
    }
}

void mp_asks_kill(struct mp_run_context *context)
{
    for (size_t i = 0; context->asks && i < context->options->inquiry_count;
         i++) {
        if (context->asks[i]->stage != OVER)
            mp_server_kill(&context->asks[i]->beside.server,
                           "killed by the second interrupt", SIGKILL);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct mp_ask *ask = handle->data;
    gh_free(ask->why);
    gh_free(ask);
}

void mp_asks_destroy(struct mp_run_context *context)
{
    for (size_t i = 0; context->asks && i < context->options->inquiry_count;
         i++) {
        struct mp_ask *ask = context->asks[i];
        mp_beside_finish(&ask->beside);
        uv_close((uv_handle_t *)&ask->timer.uv, on_timer_closed);
    }
    gh_free(context->asks);
    context->asks = NULL;
}
