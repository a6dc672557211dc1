/*
 * Hooks of a case: before the first step in each of its processes, after the
 * last in those that are there still, and before and after each step in those
 * that it goes to.
 *
 * A server that has become ready runs its hooks before the step that waits for
 * it goes on; servers do so side by side. What fails before the steps ends the
 * case, and hooks that would follow are not run; those after the steps run
 * whatever happened, within half of the time that the case has for its end.
 *
 * Around a step all servers wait for each other: the step is sent when all are
 * done with the hooks before it, and the next one begins when all are done with
 * those after it. By then the step itself is over and told.
 */
#include "runner/base/text.h"
#include "runner/run/case_private.h"
#include "runner/run/host.h"

static uint64_t clock_now(const struct mp_case_run *run)
{
    return mp_clock_now(&run->options.context->clock);
}

static struct mp_platform_state *state_of(const struct mp_case_run *run,
                                          const struct mp_server *server)
{
    return mp_context_platform(run->options.context, server->platform);
}

bool mp_around_is_busy(const struct mp_server *server)
{
    return server->hooking.number || server->hooking.waits;
}

static void set_timer(struct mp_case_run *run)
{
    uint64_t first = 0, now = clock_now(run);
    for (size_t i = 0; i < run->server_count; i++) {
        const struct mp_hooking *hooking = &run->servers[i].hooking;
        if ((hooking->number || hooking->cancels) && hooking->until &&
            (!first || hooking->until < first))
            first = hooking->until;
    }
    mp_timer_stop(&run->hook_timer);
    if (first)
        mp_case_set_hook_timer(run, first > now ? (int64_t)(first - now) : 0);
}

/* After a step that did not pass the case must come to its end. */
static int64_t time_after_step(const struct mp_case_run *run)
{
    int64_t timeout_ms = run->step.plan->timeout_ms;
    int64_t half_ms = mp_case_stop_ms(run) / 2 + 1;
    bool hurries = run->status > MP_PASSED &&
                   !run->options.context->options->debug &&
                   (!timeout_ms || half_ms < timeout_ms);
    return hurries ? half_ms : timeout_ms;
}

static int64_t time_for(const struct mp_case_run *run, enum mp_hook_type type)
{
    if (type == MP_HOOK_AFTER_STEP)
        return time_after_step(run);
    if (type != MP_HOOK_AFTER_SCENARIO)
        return run->step.plan->timeout_ms;
    if (!run->hooks_until)
        return 0;
    uint64_t now = clock_now(run);
    return run->hooks_until > now ? (int64_t)(run->hooks_until - now) : 1;
}

static bool is_of_step(enum mp_hook_type type)
{
    return type == MP_HOOK_BEFORE_STEP || type == MP_HOOK_AFTER_STEP;
}

static struct mp_hooking_place place_of(const struct mp_case_run *run,
                                        const struct mp_server *server)
{
    enum mp_hook_type type = server->hooking.type;
    return (struct mp_hooking_place){
        .status = type == MP_HOOK_AFTER_STEP ? run->step.status : run->status,
        .scenario = mp_steps_scenario(run),
        .step = is_of_step(type) ? server->hooking.stepped : 0,
        .timeout_ms = time_for(run, type)};
}

/* Sends the next one of the server; false: there is none any more. */
static bool begin_next(struct mp_case_run *run, struct mp_server *server)
{
    const struct mp_hooks *hooks = &state_of(run, server)->hooks;
    enum mp_hook_type type = server->hooking.type;
    bool at_end = type == MP_HOOK_AFTER_SCENARIO;
    bool before = !at_end && type != MP_HOOK_AFTER_STEP;
    const struct mp_scenario *scenario = mp_steps_scenario(run);
    const struct mp_hook *hook = mp_hooking_next(server, hooks, type, scenario);
    for (; hook; hook = mp_hooking_next(server, hooks, type, scenario)) {
        int64_t number = ++run->hook_count;
        mp_hooking_tell(server, hook, number, at_end ? 0 : run->step.number);
        if (before && run->status > MP_PASSED) {
            mp_hooking_leave_out(server, number);
            continue;
        }
        const struct mp_hooking_place place = place_of(run, server);
        mp_hooking_send(server, hook, number, &place);
        return true;
    }
    return false;
}

/* "beforeStep 'look' (steps.py:7) of a.feature:4, When it rains: ". Of a skip,
 * of which reports count those with the same reason, the step is left out. */
static void append_title(struct mp_buf *out, const struct mp_case_run *run,
                         const struct mp_server *server, enum mp_status status)
{
    const struct mp_scenario *scenario = mp_steps_scenario(run);
    const struct mp_hooking *hooking = &server->hooking;
    mp_hooking_append_title(out, hooking->hook);
    if (is_of_step(hooking->type) && status > MP_SKIPPED) {
        const struct mp_step *step = &scenario->steps[hooking->stepped - 1];
        mp_buf_format(out, " of %s:%zu, %s%s", scenario->uri,
                      (size_t)step->at.line, step->keyword, step->text);
    }
    mp_buf_append_text(out, ": ");
}

/* What it came to counts against the case: a skip not after the last step. */
static void count(struct mp_case_run *run, const struct mp_server *server,
                  int64_t number, enum mp_status status, const char *message)
{
    struct mp_record record = mp_case_record(run, MP_RECORD_CAUSE);
    struct mp_buf text = {0};
    const char *process = server->member->name;
    append_title(&text, run, server, status);
    mp_buf_append_text(&text, message ? message : mp_status_name(status));
    if (status > MP_SKIPPED) {
        record.status = status;
        record.text = text.data;
        record.process = process;
        record.hook = number;
        mp_emit(run->options.context, &record);
        mp_case_count(run, status, text.data, 0, process);
    } else if (status == MP_SKIPPED &&
               server->hooking.type != MP_HOOK_AFTER_SCENARIO) {
        mp_case_count(run, status, text.data, 0, process);
    }
    mp_buf_finish(&text);
}

static void finish_hook(struct mp_case_run *run, struct mp_server *server,
                        const struct mp_step_result *result)
{
    int64_t number = server->hooking.number;
    mp_hooking_finish(server, result);
    count(run, server, number, result->status, result->message);
}

/* The same in mprun's own words. */
static void cut(struct mp_case_run *run, struct mp_server *server,
                enum mp_status status, const char *text)
{
    struct mp_step_result result = {
        .status = status, .message = text, .duration_ms = -1};
    finish_hook(run, server, &result);
}

/* All targets of the step have come through their hooks around it. */
static bool are_through(const struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    for (size_t i = 0; i < plan->target_count; i++) {
        if (mp_steps_target(run, i)->hooking.number)
            return false;
    }
    return true;
}

static void go_on(struct mp_case_run *run, struct mp_server *server)
{
    if (begin_next(run, server)) {
        set_timer(run);
        return;
    }
    set_timer(run);
    if (run->state == MP_CASE_STEPS && !is_of_step(server->hooking.type))
        mp_steps_on_ready(run, server);
    else if (run->state == MP_CASE_STEPS && are_through(run))
        mp_steps_on_hooks(run);
    else if (run->state == MP_CASE_HOOKS)
        mp_case_on_hooks(run);
}

/* --- before the steps --- */

void mp_around_before(struct mp_case_run *run, struct mp_server *server)
{
    struct mp_run_context *context = run->options.context;
    struct mp_platform_state *state = state_of(run, server);
    struct mp_hooking *hooking = &server->hooking;
    if (run->state != MP_CASE_STEPS || hooking->begun)
        return;
    enum mp_host_verdict verdict = mp_host_need(context, state);
    hooking->waits = verdict == MP_HOST_WAIT;
    if (verdict == MP_HOST_BROKEN)
        mp_case_break_off(run, "the run was broken off");
    if (verdict != MP_HOST_GOOD)
        return;
    hooking->begun = true;
    hooking->type = MP_HOOK_BEFORE_SCENARIO;
    if (begin_next(run, server))
        set_timer(run);
}

void mp_case_on_host(struct mp_case_run *run)
{
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        if (!server->hooking.waits || run->state != MP_CASE_STEPS)
            continue;
        server->hooking.waits = false;
        mp_around_before(run, server);
        if (!mp_around_is_busy(server) && run->state == MP_CASE_STEPS)
            mp_steps_on_ready(run, server);
    }
    mp_case_go_on(run);
}

/* --- around a step --- */

static bool may_run_after(const struct mp_server *server)
{
    return server->hooking.begun && server->standing == MP_SERVER_RUNNING &&
           !server->ahead && mp_server_is_alive(server) &&
           !mp_session_has_died(server->session);
}

static bool begin_at_step(struct mp_case_run *run, struct mp_server *server,
                          enum mp_hook_type type)
{
    server->hooking.type = type;
    server->hooking.looked = 0;
    return begin_next(run, server);
}

bool mp_around_before_step(struct mp_case_run *run)
{
    bool any = false;
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        const struct mp_hooks *hooks = &state_of(run, server)->hooks;
        if (!mp_hooks_have(hooks, MP_HOOK_BEFORE_STEP) &&
            !mp_hooks_have(hooks, MP_HOOK_AFTER_STEP))
            continue;
        server->hooking.stepped = run->step.number;
        any = begin_at_step(run, server, MP_HOOK_BEFORE_STEP) || any;
    }
    set_timer(run);
    return any;
}

bool mp_around_after_step(struct mp_case_run *run)
{
    bool any = false;
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        if (!server->hooking.stepped || !may_run_after(server) ||
            !mp_session_is_free(server->session))
            continue;
        any = begin_at_step(run, server, MP_HOOK_AFTER_STEP) || any;
    }
    set_timer(run);
    return any;
}

/* --- events --- */

void mp_around_on_answer(struct mp_case_run *run, struct mp_server *server,
                         const struct mp_step_result *result)
{
    finish_hook(run, server, result);
    go_on(run, server);
}

void mp_around_on_free(struct mp_case_run *run, struct mp_server *server)
{
    if (!server->hooking.cancels)
        return;
    server->hooking.cancels = false;
    go_on(run, server);
}

void mp_around_on_ended(struct mp_case_run *run, struct mp_server *server)
{
    char how[MP_HOW_SIZE];
    struct mp_buf text = {0};
    server->hooking.waits = server->hooking.cancels = false;
    if (!server->hooking.number)
        return;
    mp_buf_format(&text, "'%s' %s during the hook", server->member->name,
                  mp_session_end_text(&server->how, how));
    server->unjudged = false;
    cut(run, server, MP_CRASHED, text.data);
    mp_buf_finish(&text);
    set_timer(run);
    if (run->state != MP_CASE_STEPS)
        return;
    if (run->step.wait == MP_WAIT_READY || run->step.wait == MP_WAIT_BEFORE)
        mp_steps_finish(run, MP_NOT_RUN, NULL);
    else if (are_through(run))
        mp_steps_on_hooks(run);
}

void mp_around_on_timer(struct mp_case_run *run)
{
    uint64_t now = clock_now(run);
    if (run->state == MP_CASE_STEPS)
        mp_evidence_look(run);
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        char duration[MP_DURATION_SIZE];
        struct mp_buf text = {0};
        if (!server->hooking.until || server->hooking.until > now)
            continue;
        server->hooking.cancels = false;
        if (!server->hooking.number)
            continue;
        double lasted =
            mp_context_lived(run->options.context) - server->hooking.started_ms;
        mp_duration_format((int64_t)(lasted + 0.5), duration);
        mp_buf_format(&text, "no answer from '%s' in %s", server->member->name,
                      duration);
        mp_session_explain_silence(server->session, &text);
        mp_server_give_up(server);
        cut(run, server, MP_TIMED_OUT, text.data);
        server->hooking.looked = SIZE_MAX; /* it gets nothing more to do */
        mp_buf_finish(&text);
        go_on(run, server);
    }
    set_timer(run);
}

void mp_around_cut(struct mp_case_run *run, enum mp_status status,
                   const char *text)
{
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        server->hooking.waits = server->hooking.cancels = false;
        if (!server->hooking.number)
            continue;
        mp_server_give_up(server);
        cut(run, server, status, text);
    }
    if (run->step.wait == MP_WAIT_AFTER)
        run->step.wait = MP_WAIT_NONE;
    mp_timer_stop(&run->hook_timer);
}

/* --- after the steps --- */

bool mp_around_is_going_on(const struct mp_case_run *run)
{
    bool any = false;
    for (size_t i = 0; i < run->server_count && !any; i++)
        any = run->servers[i].hooking.number || run->servers[i].hooking.cancels;
    return any;
}

void mp_around_after(struct mp_case_run *run, int64_t budget_ms)
{
    run->hooks_until = budget_ms ? clock_now(run) + (uint64_t)budget_ms : 0;
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        struct mp_hooking *hooking = &server->hooking;
        hooking->waits = false;
        if (!may_run_after(server))
            continue;
        hooking->type = MP_HOOK_AFTER_SCENARIO;
        hooking->looked = 0;
        if (hooking->number) /* one before the steps is still on its way */
            hooking->until = run->hooks_until;
        else if (mp_session_is_free(server->session))
            begin_next(run, server);
        else
            hooking->cancels = mp_session_cancel(server->session);
        if (hooking->cancels)
            hooking->until = run->hooks_until;
    }
    set_timer(run);
}
