/*
 * Ends of servers: those that a step asks for, those that it expects, and
 * those that came unasked.
 */
#include <signal.h>
#include <stdio.h>

#include "runner/base/text.h"
#include "runner/run/case_private.h"
#include "runner/run/demise.h"

static bool matches_expectation(const struct mp_step *plan,
                                const struct mp_server *server)
{
    const struct mp_session_end *how = &server->how;
    if (plan->action == MP_ACTION_EXPECT_EXIT)
        return !how->signalled && how->exit_code == plan->exit_code;
    return how->signalled && how->signal == plan->signal;
}

/* Does the step at index (0-based) expect this server's death? */
static bool expects_death(const struct mp_case_run *run, size_t index,
                          const struct mp_server *server)
{
    const struct mp_scenario *scenario = mp_steps_scenario(run);
    if (index >= scenario->step_count)
        return false;
    const struct mp_step *plan = &scenario->steps[index];
    if (plan->action != MP_ACTION_EXPECT_EXIT &&
        plan->action != MP_ACTION_EXPECT_SIGNAL)
        return false;
    for (size_t i = 0; i < plan->target_count; i++) {
        if (&run->servers[plan->targets[i]] == server)
            return matches_expectation(plan, server);
    }
    return false;
}

bool mp_ends_expected_later(const struct mp_case_run *run,
                            const struct mp_server *server)
{
    bool expected = false;
    size_t count = mp_steps_scenario(run)->step_count;
    for (size_t i = run->next_step ? run->next_step - 1 : 0; i < count; i++)
        expected = expected || expects_death(run, i, server);
    return expected;
}

static void died_in_step(struct mp_case_run *run, struct mp_server *server)
{
    char how[MP_HOW_SIZE];
    struct mp_buf text = {0};
    mp_session_end_text(&server->how, how);
    server->awaited = false;
    if (expects_death(run, run->next_step, server)) {
        mp_outcome_tell(run, server, MP_PASSED,
                        "the process ended in this step, as the next step "
                        "expects");
        mp_exchange_count(run, MP_PASSED);
        return;
    }
    mp_buf_format(&text, "'%s' %s during the step%s", server->member->name, how,
                  server->how.cut_off ? ", in the middle of its answer" : "");
    server->unjudged = false;
    mp_outcome_tell(run, server, MP_CRASHED, text.data);
    mp_buf_finish(&text);
    mp_exchange_count(run, MP_CRASHED);
}

static bool all_targets_ended(const struct mp_case_run *run)
{
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        if (mp_server_is_alive(mp_steps_target(run, i)))
            return false;
    }
    return true;
}

static void after_asked_ends(struct mp_case_run *run)
{
    if (run->step.wait != MP_WAIT_ENDS || !all_targets_ended(run))
        return;
    if (run->step.plan->action == MP_ACTION_RESTART)
        mp_steps_start_targets(run);
    else
        mp_steps_finish(run, MP_PASSED, NULL);
}

/* "should exit with code 3", "should be killed by SIGSEGV". */
static void judge_expected_deaths(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    if (run->step.wait != MP_WAIT_DEATHS || !all_targets_ended(run))
        return;
    for (size_t i = 0; i < plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        char how[MP_HOW_SIZE];
        struct mp_buf text = {0};
        server->unjudged = false;
        if (matches_expectation(plan, server)) {
            mp_outcome_tell(run, server, MP_PASSED, NULL);
            continue;
        }
        mp_buf_format(&text, "'%s' %s, not as expected: ", server->member->name,
                      mp_session_end_text(&server->how, how));
        struct mp_session_end wanted = {.signalled = plan->action ==
                                                     MP_ACTION_EXPECT_SIGNAL,
                                        .exit_code = plan->exit_code,
                                        .signal = plan->signal};
        mp_buf_append_text(&text, mp_session_end_text(&wanted, how));
        mp_outcome_tell(run, server, MP_FAILED, text.data);
        mp_buf_finish(&text);
    }
    mp_steps_finish(run, run->step.status, NULL);
}

/* Was it to be there for the step that waits for others to be ready? */
static bool is_ensured(const struct mp_case_run *run,
                       const struct mp_server *server)
{
    const struct mp_step *plan = run->step.plan;
    for (size_t i = 0; i < plan->ensured_count; i++) {
        if (&run->servers[plan->ensured[i]] == server)
            return true;
    }
    return mp_steps_has_target(run, server);
}

/* It was ready, and died while the step waits for the others. */
static void died_before_step(struct mp_case_run *run, struct mp_server *server)
{
    char how[MP_HOW_SIZE];
    struct mp_buf text = {0};
    bool hooks = run->step.wait == MP_WAIT_BEFORE;
    if ((run->step.wait != MP_WAIT_READY && !hooks) || !is_ensured(run, server))
        return;
    mp_buf_format(&text, "'%s' %s while the step waited for %s",
                  server->member->name, mp_session_end_text(&server->how, how),
                  hooks ? "the hooks before it" : "others to be ready");
    server->unjudged = false;
    mp_outcome_tell(run, server, MP_CRASHED, text.data);
    mp_steps_finish(run, MP_CRASHED, text.data);
    mp_buf_finish(&text);
}

/* It died unasked, no step is concerned and none will expect it. That counts
 * at the end of the case, but is told when it happens: what the steps that
 * follow say may come of it. */
static void tell_unexpected(struct mp_case_run *run, struct mp_server *server)
{
    char how[MP_HOW_SIZE];
    struct mp_buf text = {0};
    bool judged_soon =
        run->step.wait == MP_WAIT_DEATHS && mp_steps_has_target(run, server);
    if (run->state != MP_CASE_STEPS || !server->unjudged || judged_soon ||
        mp_ends_expected_later(run, server))
        return;
    struct mp_record record = mp_server_record(server, MP_RECORD_NOTE);
    mp_buf_format(&text, "it %s unasked during step %zu",
                  mp_session_end_text(&server->how, how), run->step.number);
    record.step = (int64_t)run->step.number;
    record.level = "warning";
    record.text = text.data;
    mp_emit(run->options.context, &record);
    mp_buf_finish(&text);
}

static void take_end(struct mp_case_run *run, struct mp_server *server)
{
    if (run->state != MP_CASE_STEPS)
        return;
    if (server->begun && server->begun_answered && server->ended_by)
        server->begun = 0; /* it was over before what would have ended it */
    else if (server->begun && !server->begun_answered)
        mp_background_on_death(run, server);
    else if (server->awaited && run->step.wait == MP_WAIT_ANSWERS)
        died_in_step(run, server);
    if (run->state != MP_CASE_STEPS)
        return;
    died_before_step(run, server);
    after_asked_ends(run);
    judge_expected_deaths(run);
    if (run->step.wait == MP_WAIT_SETTLED)
        mp_steps_begin_action(run);
}

void mp_ends_on_ended(struct mp_case_run *run, struct mp_server *server)
{
    take_end(run, server);
    tell_unexpected(run, server);
}

void mp_ends_timed_out(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    char duration[MP_DURATION_SIZE];
    mp_duration_format(plan->timeout_ms, duration);
    for (size_t i = 0; i < plan->target_count; i++) {
        struct mp_buf text = {0};
        if (!mp_server_is_alive(mp_steps_target(run, i)))
            continue;
        mp_buf_format(&text, "'%s' is still running after %s",
                      mp_steps_target(run, i)->member->name, duration);
        mp_outcome_tell(run, mp_steps_target(run, i), MP_FAILED, text.data);
        mp_buf_finish(&text);
    }
    mp_steps_finish(run, MP_FAILED, NULL);
}

/* --- steps --- */

static const char *ended_by(const struct mp_case_run *run, const char *verb,
                            char text[64])
{
    snprintf(text, 64, "%s by step %zu", verb, run->step.number);
    return text;
}

void mp_ends_stop(struct mp_case_run *run, bool restart)
{
    char by[64];
    if (!restart && !mp_steps_targets_run(run))
        return;
    run->step.wait = MP_WAIT_ENDS;
    for (size_t i = 0; i < run->step.plan->target_count; i++)
        mp_server_stop(mp_steps_target(run, i), ended_by(run, "stopped", by),
                       "stepRequest", mp_case_stop_ms(run));
    after_asked_ends(run);
}

void mp_ends_kill(struct mp_case_run *run, int number)
{
    char by[64];
    if (!mp_steps_targets_run(run))
        return;
    run->step.wait = MP_WAIT_ENDS;
    for (size_t i = 0; i < run->step.plan->target_count; i++)
        mp_server_kill(
            mp_steps_target(run, i),
            ended_by(run, number == SIGKILL ? "killed" : "ended with SIGABRT",
                     by),
            number);
    if (!run->options.context->options->debug)
        mp_case_set_timer(run, mp_case_stop_ms(run));
}

void mp_ends_expect_running(struct mp_case_run *run, bool running)
{
    run->step.wait = MP_WAIT_SETTLED;
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        if (mp_server_is_dying(mp_steps_target(run, i)))
            return; /* how, is told soon */
    }
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        struct mp_buf text = {0};
        if (mp_server_is_running(server) == running)
            continue;
        if (running)
            mp_demise_explain(server, &text);
        else
            mp_buf_format(&text, "'%s' is running (pid %lld)",
                          server->member->name,
                          (long long)mp_session_pid(server->session));
        mp_steps_fail(run, server, MP_FAILED, text.data);
        mp_buf_finish(&text);
        return;
    }
    mp_steps_finish(run, MP_PASSED, NULL);
}

void mp_ends_expect_death(struct mp_case_run *run)
{
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        if (mp_steps_target(run, i)->standing == MP_SERVER_NEVER) {
            mp_steps_fail_not_running(run, mp_steps_target(run, i));
            return;
        }
    }
    run->step.wait = MP_WAIT_DEATHS;
    if (run->step.plan->timeout_ms)
        mp_case_set_timer(run, run->step.plan->timeout_ms);
    judge_expected_deaths(run);
}
