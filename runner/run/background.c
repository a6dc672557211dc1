/* Steps that one step begins and a later one completes. */
#include "runner/base/text.h"
#include "runner/run/case_private.h"

static uint64_t clock_now(const struct mp_case_run *run)
{
    return mp_clock_now(&run->options.context->clock);
}

static void set_begun_timer(struct mp_case_run *run)
{
    uint64_t first = 0;
    for (size_t i = 0; i < run->server_count; i++) {
        const struct mp_server *server = &run->servers[i];
        if (server->begun && !server->begun_answered && server->begun_until &&
            (!first || server->begun_until < first))
            first = server->begun_until;
    }
    mp_timer_stop(&run->begun_timer);
    if (first)
        mp_case_set_begun_timer(run, (int64_t)(first - clock_now(run)));
}

void mp_background_begin(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    mp_exchange_send(run);
    for (size_t i = 0; i < plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        server->begun = run->step.number;
        server->begun_answered = false;
        server->begun_status = MP_NOT_RUN;
        server->begun_until =
            plan->timeout_ms ? clock_now(run) + (uint64_t)plan->timeout_ms : 0;
    }
    set_begun_timer(run);
    mp_steps_finish(run, MP_PASSED, NULL);
}

static void keep_begun(struct mp_server *server, enum mp_status status,
                       const char *text)
{
    server->begun_answered = true;
    server->begun_status = status;
    gh_free(server->begun_text);
    server->begun_text = mp_text_copy(text ? text : "");
}

/* The begun step is over and nobody waits for it yet. A failure ends the case
 * at once; the step that runs meanwhile is given up. */
static void begun_failed(struct mp_case_run *run, struct mp_server *server)
{
    size_t step = server->begun;
    if (run->state != MP_CASE_STEPS)
        return;
    mp_case_count(run, server->begun_status, server->begun_text, step,
                  server->member->name);
    mp_outcome_tell_finished(run, step, server->begun_status,
                             server->begun_text, 0);
    server->begun = 0;
    mp_steps_abandon(run, MP_NOT_RUN,
                     "given up: a step that was begun before it failed");
    mp_case_wind_up(run, mp_case_stop_ms(run));
}

/* The same, where the server did not tell it itself. */
static void begun_failed_silently(struct mp_case_run *run,
                                  struct mp_server *server)
{
    struct mp_record record = mp_server_record(server, MP_RECORD_STEP_RESULT);
    record.step = (int64_t)server->begun;
    record.status = server->begun_status;
    record.text = server->begun_text;
    mp_emit(run->options.context, &record);
    begun_failed(run, server);
}

static void complete_if_all_answered(struct mp_case_run *run)
{
    const struct mp_step *plan = run->step.plan;
    if (run->step.wait != MP_WAIT_BEGUN)
        return;
    for (size_t i = 0; i < plan->target_count; i++) {
        if (!mp_steps_target(run, i)->begun_answered)
            return;
    }
    for (size_t i = 0; i < plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        if (server->begun_status > MP_PASSED)
            mp_case_count(run, server->begun_status, server->begun_text,
                          run->step.number, server->member->name);
        mp_outcome_keep(run, server->begun_status, server->begun_text);
        server->begun = 0;
    }
    mp_steps_finish_played(run, run->step.status);
}

static bool completes_now(const struct mp_case_run *run,
                          const struct mp_server *server)
{
    return run->step.wait == MP_WAIT_BEGUN && mp_steps_has_target(run, server);
}

void mp_background_on_answer(struct mp_case_run *run, struct mp_server *server,
                             const struct mp_step_result *result)
{
    bool awaited = completes_now(run, server);
    size_t step = awaited ? run->step.number : server->begun;
    bool passed = result->status == MP_PASSED;
    keep_begun(server, result->status, passed ? NULL : result->message);
    set_begun_timer(run);
    if (awaited || !passed)
        mp_outcome_tell_answer(run, server, step, result);
    if (awaited)
        complete_if_all_answered(run);
    else if (!passed)
        begun_failed(run, server);
}

/* A begun step ends with its process: passed when that was asked for. */
void mp_background_on_death(struct mp_case_run *run, struct mp_server *server)
{
    char how[MP_HOW_SIZE];
    struct mp_buf text = {0};
    bool awaited = completes_now(run, server);
    bool judged =
        run->step.wait == MP_WAIT_DEATHS && mp_steps_has_target(run, server);
    if (server->ended_by || judged ||
        (!awaited && mp_ends_expected_later(run, server))) {
        struct mp_record record = mp_server_record(server, MP_RECORD_NOTE);
        record.step = (int64_t)server->begun;
        record.level = "note";
        record.text = "the begun step ended with its process";
        mp_emit(run->options.context, &record);
        server->begun = 0;
        set_begun_timer(run);
        return;
    }
    mp_buf_format(&text, "'%s' %s during the step that it began (step %zu)",
                  server->member->name, mp_session_end_text(&server->how, how),
                  server->begun);
    server->unjudged = false;
    keep_begun(server, MP_CRASHED, text.data);
    set_begun_timer(run);
    if (awaited) {
        mp_outcome_tell(run, server, MP_CRASHED, text.data);
        complete_if_all_answered(run);
    } else {
        begun_failed_silently(run, server);
    }
    mp_buf_finish(&text);
}

static void begun_timed_out(struct mp_case_run *run, struct mp_server *server,
                            int64_t limit_ms)
{
    char duration[MP_DURATION_SIZE];
    struct mp_buf text = {0};
    mp_buf_format(&text,
                  "no answer from '%s' to the step that it began "
                  "(step %zu)",
                  server->member->name, server->begun);
    bool awaited = completes_now(run, server);
    mp_evidence_look(run);
    mp_buf_format(&text, " in %s", mp_duration_format(limit_ms, duration));
    if (mp_server_is_alive(server))
        mp_session_explain_silence(server->session, &text);
    mp_server_give_up(server);
    keep_begun(server, MP_TIMED_OUT, text.data);
    if (awaited) {
        mp_outcome_tell(run, server, MP_TIMED_OUT, text.data);
    } else {
        begun_failed_silently(run, server);
    }
    mp_buf_finish(&text);
}

void mp_background_completes_timed_out(struct mp_case_run *run)
{
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        if (!mp_steps_target(run, i)->begun_answered)
            begun_timed_out(run, mp_steps_target(run, i),
                            run->step.plan->timeout_ms);
    }
    complete_if_all_answered(run);
}

void mp_background_on_timer(struct mp_case_run *run)
{
    uint64_t now = clock_now(run);
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        if (run->state == MP_CASE_STEPS && server->begun &&
            !server->begun_answered && server->begun_until &&
            server->begun_until <= now)
            begun_timed_out(
                run, server,
                mp_steps_scenario(run)->steps[server->begun - 1].timeout_ms);
    }
    if (run->state != MP_CASE_STEPS)
        return;
    complete_if_all_answered(run);
    set_begun_timer(run);
}

void mp_background_complete(struct mp_case_run *run)
{
    run->step.wait = MP_WAIT_BEGUN;
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        if (!mp_steps_target(run, i)->begun) {
            mp_steps_fail_not_running(run, mp_steps_target(run, i));
            return;
        }
    }
    if (run->step.plan->timeout_ms)
        mp_case_set_timer(run, run->step.plan->timeout_ms);
    for (size_t i = 0; i < run->step.plan->target_count; i++) {
        struct mp_server *server = mp_steps_target(run, i);
        if (server->begun_answered)
            mp_outcome_tell(run, server, server->begun_status,
                            server->begun_text);
    }
    complete_if_all_answered(run);
}
