/*
 * A step that is sent to servers: the request, the answers, and the tries of
 * "within".
 */
#include <string.h>

#include "runner/base/text.h"
#include "runner/run/case_private.h"

#define POLL_MS 100 /* within: from an answer to the next try */

/* What is left for the answer: of the step (or its "within") or of the
 * scenario, whichever is nearer; 0: no limit. */
static int64_t remaining_ms(const struct mp_case_run *run)
{
    double now = mp_context_lived(run->options.context);
    double left = (double)run->step.plan->timeout_ms;
    double whole = (double)mp_steps_scenario(run)->timeout_ms;
    bool step_limited = left > 0, case_limited = whole > 0;
    if (run->step.plan->within_ms)
        left -= now - run->step.started_ms;
    whole -= now - run->started_ms;
    if (case_limited && (!step_limited || whole < left))
        left = whole;
    if (!step_limited && !case_limited)
        return 0;
    return left > 1 ? (int64_t)left : 1;
}

static struct mp_step_call make_call(const struct mp_case_run *run,
                                     const struct mp_server *server,
                                     const struct mp_export *exports,
                                     size_t export_count)
{
    const struct mp_step_run *step = &run->step;
    double elapsed = mp_context_lived(run->options.context) - step->started_ms;
    return (struct mp_step_call){
        .process = server->member->name,
        .platform = server->platform->name,
        .scenario_id = run->options.source->scenario_id,
        .step = step->plan,
        .scenario = mp_steps_scenario(run),
        .step_index = (int64_t)step->number,
        .attempt = run->options.attempt,
        .timeout_ms = remaining_ms(run),
        .poll_try = step->plan->within_ms ? step->tries : 0,
        .poll_elapsed_ms = (int64_t)elapsed,
        .exports = exports,
        .export_count = export_count};
}

void mp_exchange_send(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    size_t count;
    struct mp_export *exports =
        mp_exports_list(&run->exports, &run->options.context->exports, &count);
    run->step.tries++;
    mp_outcome_set_text(&run->step, NULL);
    run->step.try_status = MP_NOT_RUN;
    run->step.try_answers = 0;
    for (size_t i = 0; i < plan->target_count; i++) {
        struct mp_step_call call =
            make_call(run, mp_steps_target(run, i), exports, count);
        mp_try_forget(&mp_steps_target(run, i)->last_try);
        mp_server_execute(mp_steps_target(run, i), run->step.number, &call);
    }
    gh_free(exports);
}

/* A try under "within" that ended with a failure: again in a while. */
static bool may_try_again(const struct mp_case_run *run)
{
    return run->step.plan->within_ms && run->step.try_status == MP_FAILED;
}

static double within_left_ms(const struct mp_case_run *run)
{
    return (double)run->step.plan->within_ms -
           (mp_context_lived(run->options.context) - run->step.started_ms);
}

/* The failures of the last try count now; used_up: because time is. */
static void count_tries(struct mp_case_run *run, bool used_up)
{
    const struct mp_step *plan = run->step.plan;
    char duration[MP_DURATION_SIZE];
    mp_duration_format(plan->within_ms, duration);
    mp_outcome_set_text(&run->step, NULL);
    for (size_t i = 0; i < plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        struct mp_step_result result = server->last_try.result;
        struct mp_buf text = {0};
        if (!server->last_try.failed)
            continue;
        if (used_up)
            mp_buf_format(&text, "not within %s (%lld tries); the last time: ",
                          duration, (long long)run->step.tries);
        mp_buf_append_text(&text, result.message);
        result.message = text.data;
        mp_outcome_tell_answer(run, server, run->step.number, &result);
        mp_case_count(run, result.status, text.data, run->step.number,
                      server->member->name);
        mp_outcome_keep(run, result.status, text.data);
        mp_try_forget(&server->last_try);
        mp_buf_finish(&text);
    }
}

void mp_exchange_count(struct mp_case_run *run, enum mp_status status)
{
    struct mp_step_run *step = &run->step;
    step->try_status = mp_status_worse(step->try_status, status);
    if (++step->try_answers < step->plan->target_count)
        return;
    bool again = may_try_again(run);
    if (again && within_left_ms(run) > POLL_MS) {
        step->wait = MP_WAIT_RETRY;
        mp_case_set_timer(run, POLL_MS);
        return;
    }
    if (step->plan->within_ms)
        count_tries(run, again);
    mp_steps_finish_played(run, step->try_status);
}

void mp_exchange_on_answer(struct mp_case_run *run, struct mp_server *server,
                           const struct mp_step_result *result)
{
    if (server->begun && !server->begun_answered) {
        mp_background_on_answer(run, server, result);
        return;
    }
    if (run->step.wait != MP_WAIT_ANSWERS || !mp_steps_has_target(run, server))
        return;
    if (run->step.plan->within_ms && result->status == MP_FAILED) {
        mp_try_keep(&server->last_try, result);
    } else {
        mp_outcome_tell_answer(run, server, run->step.number, result);
        if (result->status > MP_PASSED)
            mp_case_count(run, result->status, result->message,
                          run->step.number, server->member->name);
        if (result->status > MP_PASSED)
            mp_outcome_set_text(&run->step, result->message);
    }
    mp_exchange_count(run, result->status);
}

void mp_exchange_timed_out(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    char duration[MP_DURATION_SIZE];
    mp_duration_format(plan->timeout_ms, duration);
    mp_evidence_look(run);
    for (size_t i = 0; i < plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        struct mp_buf text = {0};
        if (!server->awaited)
            continue;
        mp_buf_format(&text, "no answer from '%s' in %s", server->member->name,
                      duration);
        if (mp_server_is_alive(server))
            mp_session_explain_silence(server->session, &text);
        mp_server_give_up(server);
        mp_outcome_tell(run, server, MP_TIMED_OUT, text.data);
        mp_buf_finish(&text);
    }
    if (plan->within_ms)
        count_tries(run, false);
    mp_steps_finish_played(run, MP_TIMED_OUT);
}

void mp_exchange_try_again(struct mp_case_run *run)
{
    if (!mp_steps_targets_run(run))
        return;
    run->step.wait = MP_WAIT_ANSWERS;
    if (run->step.plan->timeout_ms)
        mp_case_set_timer(run, (int64_t)within_left_ms(run) + 1);
    mp_exchange_send(run);
}
