/*
 * A step from its beginning to its end: it begins, waits for events of the
 * servers or the clock, and finishes with a status. What it does in between
 * is in the files that case_private.h names; the life around it is case.c's.
 */
#include <signal.h>

#include "runner/run/ahead.h"
#include "runner/run/case_private.h"
#include "runner/run/demise.h"

struct mp_server *mp_steps_target(const struct mp_case_run *run, size_t i)
{
    return &run->servers[run->step.plan->targets[i]];
}

bool mp_steps_has_target(const struct mp_case_run *run,
                         const struct mp_server *server)
{
    const struct mp_step *plan = run->step.plan;
    for (size_t i = 0; i < plan->target_count; i++) {
        if (mp_steps_target(run, i) == server)
            return true;
    }
    return false;
}

const struct mp_scenario *mp_steps_scenario(const struct mp_case_run *run)
{
    return run->options.source->scenario;
}

/* 'writer' is not running, so the step cannot be done: crashed when it died
 * unasked, else the feature's mistake. */
static void tell_not_running(struct mp_case_run *run,
                             const struct mp_server *server)
{
    struct mp_buf text = {0};
    mp_demise_explain(server, &text);
    mp_outcome_tell(run, server, server->unjudged ? MP_CRASHED : MP_FAILED,
                    text.data);
    mp_buf_finish(&text);
}

/* False: some of the targets are not running; all of them were told of and
 * the step has failed. */
bool mp_steps_targets_run(struct mp_case_run *run)
{
    size_t missing = 0;
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        if (mp_server_is_running(mp_steps_target(run, i)))
            continue;
        tell_not_running(run, mp_steps_target(run, i));
        missing++;
    }
    if (missing)
        mp_steps_finish(run, run->step.status, NULL);
    return !missing;
}

/* --- the end of a step --- */

void mp_steps_finish(struct mp_case_run *run, enum mp_status status,
                     const char *text)
{
    struct mp_step_run *step = &run->step;
    mp_timer_stop(&run->timer);
    mp_outcome_keep(run, status, text);
    step->wait = MP_WAIT_NONE;
    if (step->status > MP_PASSED)
        mp_case_count(run, step->status, step->text, step->number, NULL);
    mp_outcome_tell_finished(run, step->number, step->status, step->text,
                             mp_context_lived(run->options.context) -
                                 step->started_ms);
}

void mp_steps_finish_played(struct mp_case_run *run, enum mp_status status)
{
    mp_steps_finish(run, status, NULL);
    if (run->state == MP_CASE_STEPS && mp_around_after_step(run))
        run->step.wait = MP_WAIT_AFTER;
}

bool mp_steps_is_open(const struct mp_case_run *run)
{
    return run->step.wait != MP_WAIT_NONE && run->step.wait != MP_WAIT_AFTER;
}

/* The step fails before anything was sent: a fault of the feature's words or
 * of a process's state. */
void mp_steps_fail(struct mp_case_run *run, const struct mp_server *server,
                   enum mp_status status, const char *text)
{
    if (server)
        mp_outcome_tell(run, server, status, text);
    mp_steps_finish(run, status, text);
}

void mp_steps_fail_not_running(struct mp_case_run *run,
                               const struct mp_server *server)
{
    tell_not_running(run, server);
    mp_steps_finish(run, run->step.status, NULL);
}

void mp_steps_abandon(struct mp_case_run *run, enum mp_status status,
                      const char *text)
{
    const struct mp_step *plan = run->step.plan;
    if (!mp_steps_is_open(run))
        return;
    for (size_t i = 0; i < plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        if (!server->awaited || server->begun || server->hooking.number)
            continue;
        mp_server_give_up(server);
        if (status > MP_PASSED)
            mp_outcome_tell(run, server, status, text);
    }
    mp_outcome_set_text(&run->step, NULL);
    mp_outcome_set_text(&run->step, text);
    run->step.status = MP_NOT_RUN;
    mp_steps_finish(run, status, NULL);
}

/* --- starting servers --- */

/* It was started ahead of time, and did not live to see the step. */
static void tell_ended_ahead(struct mp_case_run *run, struct mp_server *server)
{
    char how[MP_HOW_SIZE];
    struct mp_buf text = {0};
    mp_evidence_on_end(run, server);
    if (server->start_failure) {
        mp_outcome_tell(run, server, MP_START_FAILED, server->start_failure);
        return;
    }
    mp_buf_format(&text,
                  "'%s' %s before this step named it: it was started ahead "
                  "of time",
                  server->member->name, mp_session_end_text(&server->how, how));
    server->unjudged = false;
    mp_outcome_tell(run, server, MP_CRASHED, text.data);
    mp_buf_finish(&text);
}

static void start_server(struct mp_case_run *run, struct mp_server *server)
{
    const struct mp_platform_state *state =
        mp_context_platform(run->options.context, server->platform);
    struct mp_buf text = {0};
    if (server->unjudged && !server->ahead) { /* a start must not hide that */
        mp_case_explain_death(server, &text);
        server->unjudged = false;
        mp_outcome_tell(run, server, MP_CRASHED, text.data);
        mp_buf_finish(&text);
        return;
    }
    if (state->failed_starts < MP_FAILED_STARTS_MAX) {
        server->step = run->step.number;
        if (!server->ahead || !mp_ahead_take_over(server))
            mp_server_start(server);
        else if (server->standing == MP_SERVER_ENDED)
            tell_ended_ahead(run, server);
        else if (server->standing == MP_SERVER_RUNNING)
            mp_around_before(run, server);
        return;
    }
    mp_buf_format(&text,
                  "'%s' is not started: %s failed to start %d times in a row "
                  "and is given up for this run; the last time: %s",
                  server->member->name, server->platform->name,
                  MP_FAILED_STARTS_MAX, state->last_failure);
    server->standing = MP_SERVER_ENDED;
    mp_outcome_tell(run, server, MP_START_FAILED, text.data);
    mp_buf_finish(&text);
}

static bool all_running(const struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    for (size_t i = 0; i < plan->ensured_count; i++) {
        const struct mp_server *server = &run->servers[plan->ensured[i]];
        if (server->standing != MP_SERVER_RUNNING || mp_around_is_busy(server))
            return false;
    }
    return true;
}

/* Nothing is in its way any more. */
static void play(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    if (plan->action == MP_ACTION_BEGIN) {
        run->step.started_ms = mp_context_lived(run->options.context);
        mp_background_begin(run);
    } else {
        run->step.wait = MP_WAIT_ANSWERS;
        run->step.started_ms = mp_context_lived(run->options.context);
        if (plan->timeout_ms)
            mp_case_set_timer(run, plan->timeout_ms);
        mp_exchange_send(run);
    }
}

static bool is_sent(const struct mp_step *plan)
{
    return plan->action == MP_ACTION_SEND || plan->action == MP_ACTION_BEGIN;
}

static void go_on_when_ready(struct mp_case_run *run)
{
    if (run->step.wait != MP_WAIT_READY || !all_running(run))
        return;
    if (run->status > MP_PASSED) { /* meanwhile: the case is over */
        mp_steps_finish(run, MP_NOT_RUN, NULL);
    } else if (!is_sent(run->step.plan)) {
        mp_steps_finish(run, MP_PASSED, NULL);
    } else {
        run->step.wait = MP_WAIT_BEFORE;
        if (!mp_around_before_step(run))
            play(run);
    }
}

void mp_steps_on_hooks(struct mp_case_run *run)
{
    if (run->step.wait == MP_WAIT_AFTER)
        run->step.wait = MP_WAIT_NONE;
    if (run->step.wait != MP_WAIT_BEFORE)
        return;
    if (run->status <= MP_PASSED)
        play(run);
    else
        mp_steps_finish_played(run, MP_NOT_RUN);
}

/* Starts those of the step that have to be there; waits until they are. */
static void ensure(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    size_t ended = 0;
    for (size_t i = 0; i < plan->ensured_count; i++) {
        const struct mp_server *server = &run->servers[plan->ensured[i]];
        bool renewed =
            plan->new_incarnation && mp_steps_has_target(run, server);
        if (server->standing != MP_SERVER_ENDED || renewed)
            continue;
        tell_not_running(run, server);
        ended++;
    }
    if (ended) {
        mp_steps_finish(run, run->step.status, NULL);
        return;
    }
    run->step.wait = MP_WAIT_READY;
    for (size_t i = 0; i < plan->ensured_count; i++) {
        struct mp_server *server = &run->servers[plan->ensured[i]];
        if (server->standing == MP_SERVER_NEVER ||
            server->standing == MP_SERVER_ENDED)
            start_server(run, server);
    }
    if (run->step.status > MP_PASSED)
        mp_steps_finish(run, run->step.status, NULL);
    else
        go_on_when_ready(run);
}

void mp_steps_start_targets(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    run->step.wait = MP_WAIT_READY;
    for (size_t i = 0; i < plan->target_count; i++)
        start_server(run, mp_steps_target(run, i));
    if (run->step.status > MP_PASSED)
        mp_steps_finish(run, run->step.status, NULL);
}

void mp_steps_on_ready(struct mp_case_run *run, struct mp_server *server)
{
    (void)server;
    if (run->state == MP_CASE_STEPS)
        go_on_when_ready(run);
}

void mp_steps_on_start_failed(struct mp_case_run *run, struct mp_server *server,
                              const char *why)
{
    if (run->state != MP_CASE_STEPS || run->step.wait != MP_WAIT_READY)
        return;
    mp_outcome_tell(run, server, MP_START_FAILED, why);
    mp_steps_finish(run, MP_START_FAILED, why);
}

/* --- the clock --- */

void mp_steps_on_timer(struct mp_case_run *run)
{
    switch (run->step.wait) {
    case MP_WAIT_ANSWERS:
        /* The loop looks at clocks before it reads. If mprun itself was held
         * up, the answer may be there: it is read before time is called. */
        if (run->step.overdue)
            mp_exchange_timed_out(run);
        else
            mp_case_set_timer(run, 1);
        run->step.overdue = true;
        break;
    case MP_WAIT_RETRY:
        mp_exchange_try_again(run);
        break;
    case MP_WAIT_DEATHS:
        mp_ends_timed_out(run);
        break;
    case MP_WAIT_BEGUN:
        mp_background_completes_timed_out(run);
        break;
    case MP_WAIT_TIME:
        mp_steps_finish(run, MP_PASSED, NULL);
        break;
    case MP_WAIT_ENDS: /* a signal that the process outlives */
        for (size_t i = 0; i < run->step.plan->target_count; i++)
            mp_server_kill(mp_steps_target(run, i), "killed", SIGKILL);
        break;
    case MP_WAIT_NONE:
    case MP_WAIT_READY:
    case MP_WAIT_BEFORE:
    case MP_WAIT_AFTER:
    case MP_WAIT_SETTLED:
        break;
    }
}

/* --- beginning a step --- */

static void begin_start(struct mp_case_run *run)
{
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        struct mp_buf text = {0};
        if (!mp_server_is_running(server))
            continue;
        mp_buf_format(&text,
                      "'%s' is running already; say \"restarts\" if "
                      "it shall start afresh",
                      server->member->name);
        mp_steps_fail(run, server, MP_FAILED, text.data);
        mp_buf_finish(&text);
        return;
    }
    mp_steps_start_targets(run);
}

static void begin_pause(struct mp_case_run *run, bool pause)
{
    if (!mp_steps_targets_run(run))
        return;
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        if (pause)
            mp_server_pause(mp_steps_target(run, i));
        else
            mp_server_resume(mp_steps_target(run, i));
    }
    mp_steps_finish(run, MP_PASSED, NULL);
}

void mp_steps_begin_action(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    switch (plan->action) {
    case MP_ACTION_SEND:
    case MP_ACTION_BEGIN:
    case MP_ACTION_IS_RUNNING:
    case MP_ACTION_ALL_READY:
        ensure(run);
        break;
    case MP_ACTION_COMPLETE:
        mp_background_complete(run);
        break;
    case MP_ACTION_START:
        begin_start(run);
        break;
    case MP_ACTION_STOP:
        mp_ends_stop(run, false);
        break;
    case MP_ACTION_RESTART:
        mp_ends_stop(run, true);
        break;
    case MP_ACTION_KILL:
        mp_ends_kill(run, SIGKILL);
        break;
    case MP_ACTION_CRASH:
        mp_ends_kill(run, SIGABRT);
        break;
    case MP_ACTION_PAUSE:
        begin_pause(run, true);
        break;
    case MP_ACTION_RESUME:
        begin_pause(run, false);
        break;
    case MP_ACTION_EXPECT_EXIT:
    case MP_ACTION_EXPECT_SIGNAL:
        mp_ends_expect_death(run);
        break;
    case MP_ACTION_EXPECT_RUNNING:
        mp_ends_expect_running(run, true);
        break;
    case MP_ACTION_EXPECT_NOT_RUNNING:
        mp_ends_expect_running(run, false);
        break;
    case MP_ACTION_WAIT:
        run->step.wait = MP_WAIT_TIME;
        mp_case_set_timer(run, plan->wait_ms);
        break;
    }
}

void mp_steps_begin(struct mp_case_run *run)
{
    struct mp_step_run *step = &run->step;
    gh_free(step->text);
    *step = (struct mp_step_run){
        .plan = &mp_steps_scenario(run)->steps[run->next_step - 1],
        .number = run->next_step,
        .started_ms = mp_context_lived(run->options.context)};
    struct mp_record record = mp_case_record(run, MP_RECORD_STEP_STARTED);
    record.step = (int64_t)step->number;
    mp_emit(run->options.context, &record);
    mp_steps_begin_action(run);
}
