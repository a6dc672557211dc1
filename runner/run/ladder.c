/*
 * How a server is brought to its end: (cancel,) shutdown, the end of its
 * stdin, SIGTERM and SIGCONT, SIGKILL; each stage ends at a share of the time.
 */
#include <signal.h>
#include <string.h>

#include "runner/run/session_private.h"

/* Stages end at these shares of the ladder's time. */
#define CANCEL_SHARE   0.40
#define SHUTDOWN_SHARE 0.50
#define CLOSE_SHARE    0.75
#define TERM_SHARE     0.95
/* How long a process of the group may outlive the server, dying, and how often
 * that is looked at. */
#define LINGER_MS      300
#define LINGER_LOOK_MS 10

static void until_share(struct mp_session *session, double share)
{
    double whole = (double)(session->stop_until - session->stop_from);
    uint64_t at = session->stop_from + (uint64_t)(whole * share);
    uint64_t from = mp_session_now(session);
    mp_session_set_timer(session, at > from ? (int64_t)(at - from) : 0);
}

static void force(struct mp_session *session)
{
    session->how.forced = true;
    session->state = MP_SESSION_KILLING;
    mp_timer_stop(&session->timer);
    mp_child_signal(session->child, SIGKILL);
}

static void terminate(struct mp_session *session)
{
    session->how.terminated = true;
    session->state = MP_SESSION_TERMINATING;
    mp_child_close_input(session->child);
    mp_child_signal(session->child, SIGTERM);
    mp_child_signal(session->child, SIGCONT);
    until_share(session, TERM_SHARE);
}

static void close_input(struct mp_session *session)
{
    session->state = MP_SESSION_CLOSING;
    mp_child_close_input(session->child);
    until_share(session, CLOSE_SHARE);
}

/* The next farewell, or the end of its stdin. */
void mp_ladder_shut_down(struct mp_session *session)
{
    const enum mp_method *farewells = mp_session_dialect(session)->farewells;
    if (farewells[session->farewells] == MP_METHOD_CLEANUP &&
        !strcmp(session->stop_reason, "stepRequest"))
        session->farewells++; /* the case goes on */
    if (!farewells[session->farewells] || session->closed_output) {
        close_input(session);
        return;
    }
    session->state = MP_SESSION_SHUTTING_DOWN;
    session->awaited_id = mp_session_next_id(session);
    mp_session_dialect(session)->write(&session->out, session->awaited_id,
                                       farewells[session->farewells], NULL,
                                       session->stop_reason);
    mp_session_send(session);
    until_share(session, SHUTDOWN_SHARE);
}

void mp_ladder_send_cancel(struct mp_session *session, const char *reason)
{
    session->cancelled = true;
    mp_request_cancel(&session->out, session->given_up_id, reason);
    mp_session_send(session);
}

static void cancel(struct mp_session *session, const char *reason)
{
    session->state = MP_SESSION_CANCELLING;
    if (!session->cancelled)
        mp_ladder_send_cancel(session, reason);
    until_share(session, CANCEL_SHARE);
}

enum mp_method mp_ladder_farewell(const struct mp_session *session)
{
    if (session->state == MP_SESSION_RESTING)
        return MP_METHOD_SCENARIO_FINISHED;
    return mp_session_dialect(session)->farewells[session->farewells];
}

void mp_ladder_note_unanswered(struct mp_session *session, const char *verb)
{
    struct mp_buf text = {0};
    mp_buf_format(&text, "%s %s", verb,
                  mp_dialect_method(mp_ladder_farewell(session)));
    mp_session_note(session, "warning", text.data);
    mp_buf_finish(&text);
}

void mp_ladder_next(struct mp_session *session)
{
    switch (session->state) {
    case MP_SESSION_CANCELLING:
        terminate(session);
        break;
    case MP_SESSION_SHUTTING_DOWN:
        mp_ladder_note_unanswered(session, "did not answer");
        close_input(session);
        break;
    case MP_SESSION_CLOSING:
        terminate(session);
        break;
    default:
        force(session);
    }
}

/* It is on its way already: its time may only get less. */
static void shorten(struct mp_session *session, uint64_t until)
{
    bool waits = session->hold == MP_HOLD_ENDING;
    if (session->state == MP_SESSION_KILLING) {
        /* By a signal that it may outlive. */
        mp_session_set_timer(session,
                             (int64_t)(until - mp_session_now(session)));
    } else if (waits || until < session->stop_until) {
        session->hold = MP_HOLD_NONE;
        session->stop_from = mp_session_now(session);
        session->stop_until = until;
        mp_ladder_next(session);
    }
}

void mp_ladder_go_on(struct mp_session *session)
{
    uint64_t whole = session->stop_until - session->stop_from;
    session->hurried = true;
    session->stop_from = mp_session_now(session);
    session->stop_until = session->stop_from + whole;
    mp_ladder_next(session);
}

void mp_ladder_take(struct mp_session *session, const char *reason,
                    int64_t budget_ms)
{
    uint64_t until = mp_session_now(session) + (uint64_t)budget_ms;
    if (mp_session_is_stopping(session)) {
        shorten(session, until);
        return;
    }
    session->hold = MP_HOLD_NONE;
    session->stop_from = mp_session_now(session);
    session->stop_until = until;
    session->stop_reason = reason;
    session->how.asked = true;
    session->respawning = false;
    if (session->paused)
        mp_session_resume(session);
    bool timed_out = session->given_up_id != 0;
    bool open = session->state == MP_SESSION_BUSY ||
                session->state == MP_SESSION_RESTING || timed_out;
    mp_session_give_up(session);
    if (mp_session_is_starting(session) || session->hopeless ||
        (open && !session->can_cancel))
        terminate(session);
    else if (open)
        cancel(session, timed_out ? "timeout" : reason);
    else
        mp_ladder_shut_down(session);
}

/* --- the end --- */

static void tell_end(struct mp_session *session)
{
    mp_child_end_group(session->child);
    session->state = MP_SESSION_ENDED;
    session->events.on_ended(session->events.self);
}

/* Others of its group may have got the same signal and be still dying: only
 * what outlives LINGER_MS was left behind. */
void mp_ladder_linger(struct mp_session *session)
{
    if (!mp_child_group_lives(session->child)) {
        tell_end(session);
    } else if (mp_session_now(session) >= session->linger_until) {
        session->how.survivors = true;
        tell_end(session);
    } else {
        mp_session_set_timer(session, LINGER_LOOK_MS);
    }
}

void mp_ladder_on_child_ended(void *self, bool held_open)
{
    struct mp_session *session = self;
    bool killed = session->state == MP_SESSION_KILLING;
    mp_timer_stop(&session->timer);
    session->how.held_open = held_open && !killed;
    if (session->state == MP_SESSION_SHUTTING_DOWN && !session->how.signalled &&
        !session->how.exit_code)
        mp_ladder_note_unanswered(session, "ended without an answer to");
    if (mp_session_is_starting(session)) {
        mp_greeting_on_end(session);
    } else if (killed) {
        tell_end(session);
    } else {
        session->state = MP_SESSION_LINGERING;
        session->linger_until = mp_session_now(session) + LINGER_MS;
        mp_ladder_linger(session);
    }
}
