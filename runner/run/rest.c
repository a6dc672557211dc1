/*
 * From one case to the next: a server that is kept gives back what the steps
 * of a case held, and is greeted for another.
 */
#include <string.h>

#include "runner/run/session_private.h"

/* Of the time that it has to end; the ladder has the rest. */
#define REST_SHARE 0.5

void mp_session_rest(struct mp_session *session, int64_t budget_ms)
{
    session->rest_until = mp_session_now(session) + (uint64_t)budget_ms;
    session->stop_reason = "scenarioFinished";
    session->state = MP_SESSION_RESTING;
    session->awaited_id = mp_session_next_id(session);
    mp_session_dialect(session)->write(
        &session->out, session->awaited_id, MP_METHOD_SCENARIO_FINISHED,
        session->options.hello, session->stop_reason);
    mp_session_send(session);
    mp_session_set_timer(session, (int64_t)((double)budget_ms * REST_SHARE));
}

size_t mp_rest_offspring(const struct mp_session *session)
{
    return mp_contain_count(session->options.nursery->contain, session->group,
                            (pid_t)mp_session_pid(session));
}

void mp_rest_give_up(struct mp_session *session)
{
    uint64_t now = mp_session_now(session);
    int64_t left =
        now < session->rest_until ? (int64_t)(session->rest_until - now) : 0;
    mp_session_stop(session, session->stop_reason, left);
}

void mp_rest_on_answer(struct mp_session *session,
                       const struct mp_incoming *incoming)
{
    struct mp_step_result result;
    session->awaited_id = 0;
    mp_answers_read(session, incoming, &result);
    bool good = mp_answers_judge_farewell(session, incoming, &result);
    session->state = MP_SESSION_READY;
    mp_timer_stop(&session->timer);
    /* What it still has of the case must end with it, or count against it. */
    if (!good || mp_rest_offspring(session) > session->first_offspring) {
        mp_rest_give_up(session);
        return;
    }
    mp_child_drain(session->child); /* what the case said on stderr is its */
    session->events.on_rested(session->events.self);
}

bool mp_session_is_fit(const struct mp_session *session)
{
    return session->state == MP_SESSION_READY && session->bound &&
           !session->closed_output && !session->paused &&
           !session->fault_told && !session->hopeless && !session->unwanted &&
           !session->given_up_id && !session->faulted_id;
}

void mp_session_hand_over(struct mp_session *session,
                          const struct mp_session_events *events)
{
    session->events = *events;
    session->options.hello = NULL;
    session->options.launch = NULL;
    session->options.trace = NULL;
}

void mp_session_enter(struct mp_session *session,
                      const struct mp_session_events *events,
                      const struct mp_hello *hello, struct mp_trace *trace)
{
    session->events = *events;
    session->options.hello = hello;
    session->options.trace = trace;
    session->bound = false;
    session->hurried = false;
    session->notes = 0;
    mp_session_set_timer(session, session->options.platform->start_timeout_ms);
    mp_greeting_send(session);
}
