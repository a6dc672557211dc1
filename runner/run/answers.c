/* What a server says on its stdout, and what that does to its session. */
#include <stdio.h>

#include "runner/rpc/repair.h"
#include "runner/run/session_private.h"

/* Above the first a warning, above the second nothing more is read. */
#define MANY_UNWANTED 1000
#define MOST_UNWANTED 100000

static void tell_fault(struct mp_session *session, const char *text)
{
    if (session->fault_told)
        return;
    session->fault_told = true;
    session->events.on_fault(session->events.self, text);
}

/* --- answers --- */

static void answer_fault(struct mp_session *session, const char *text)
{
    struct mp_step_result result = {
        .status = MP_PROTOCOL_ERROR, .message = text, .duration_ms = -1};
    mp_timer_stop(&session->timer);
    session->state = MP_SESSION_READY;
    session->faulted_id = session->awaited_id;
    session->awaited_id = 0;
    session->events.on_answer(session->events.self, &result);
}

/* It broke the protocol: the step is over if one is open, else the case. */
static void end_by_fault(struct mp_session *session, const char *text)
{
    if (session->state == MP_SESSION_BUSY)
        answer_fault(session, text);
    else
        tell_fault(session, text);
}

/* One more of what nobody asked for; a server that sends nothing else is not
 * listened to for ever. */
static void count_unwanted(struct mp_session *session)
{
    char text[160];
    bool starting = mp_session_is_starting(session);
    session->unwanted++;
    if (session->unwanted == MANY_UNWANTED)
        mp_session_note(session, "warning",
                        "more than 1,000 lines or messages on its stdout that "
                        "nobody asked for");
    if (session->unwanted <= MOST_UNWANTED || session->hopeless)
        return;
    snprintf(text, sizeof(text),
             "%ssent more than %d lines or messages that nobody asked for: %s",
             starting ? "it " : "", MOST_UNWANTED,
             starting ? "is its command that of a platform server?"
                      : "nothing more is read from it");
    session->hopeless = true;
    mp_reader_stop(&session->reader);
    if (starting)
        mp_greeting_fail_later(session, text);
    else
        end_by_fault(session, text);
}

static void read_step(struct mp_session *session,
                      const struct mp_incoming *incoming,
                      struct mp_step_result *result)
{
    char *why = NULL;
    mp_session_dialect(session)->read_step(incoming, session->options.platform,
                                           &session->arena, result, &why);
}

static void on_step_answer(struct mp_session *session,
                           const struct mp_incoming *incoming)
{
    struct mp_step_result result;
    mp_timer_stop(&session->timer);
    if (session->matching && incoming->kind == MP_INCOMING_RESULT) {
        session->state = MP_SESSION_READY;
        session->awaited_id = 0;
        session->events.on_matches(session->events.self, incoming->raw);
        return;
    }
    read_step(session, incoming, &result);
    session->state = MP_SESSION_READY;
    session->answered_id = session->awaited_id;
    session->answered = result.status;
    session->awaited_id = 0;
    session->events.on_answer(session->events.self, &result);
}

/* An error for an answer: a server of version 1 has to know shutdown, those
 * of other dialects may not know every farewell. */
static void tell_refusal(struct mp_session *session,
                         const struct mp_incoming *incoming)
{
    const struct mp_dialect *dialect = mp_session_dialect(session);
    struct mp_buf text = {0};
    mp_buf_format(&text, "answered %s with the error %lld (%.*s)",
                  mp_dialect_method(mp_ladder_farewell(session)),
                  (long long)incoming->code, mp_repair_cut(incoming->text, 200),
                  incoming->text);
    if (dialect->lenient)
        mp_session_note(session, "warning", text.data);
    else
        tell_fault(session, text.data);
    mp_buf_finish(&text);
}

/* What is wrong with the answer to a farewell, on the wire or in its result. */
static void tell_bad_farewell(struct mp_session *session, const char *why)
{
    struct mp_buf text = {0};
    mp_buf_format(&text, "its answer to %s is invalid: %s",
                  mp_dialect_method(mp_ladder_farewell(session)), why);
    tell_fault(session, text.data);
    mp_buf_finish(&text);
}

bool mp_answers_judge_farewell(struct mp_session *session,
                               const struct mp_incoming *incoming,
                               const struct mp_step_result *result)
{
    if (incoming->kind == MP_INCOMING_ERROR)
        tell_refusal(session, incoming);
    else if (result->status != MP_PROTOCOL_ERROR && result->status > MP_PASSED)
        session->events.on_leak(session->events.self, result->message);
    else if (result->status == MP_PROTOCOL_ERROR &&
             !mp_session_dialect(session)->lenient)
        tell_bad_farewell(session, result->message);
    return incoming->kind != MP_INCOMING_ERROR && result->status <= MP_PASSED;
}

void mp_answers_read(struct mp_session *session,
                     const struct mp_incoming *incoming,
                     struct mp_step_result *result)
{
    read_step(session, incoming, result);
    for (size_t i = 0; i < result->log_count; i++)
        session->events.on_log(session->events.self, "log",
                               result->logs[i].level, result->logs[i].time,
                               result->logs[i].text);
}

static void on_farewell_answer(struct mp_session *session,
                               const struct mp_incoming *incoming)
{
    struct mp_step_result result;
    session->awaited_id = 0;
    mp_answers_read(session, incoming, &result);
    mp_answers_judge_farewell(session, incoming, &result);
    session->farewells++;
    mp_ladder_shut_down(session);
}

/* An answer to a request that was given up. */
static void on_old_answer(struct mp_session *session,
                          const struct mp_incoming *incoming)
{
    struct mp_step_result result;
    mp_answers_read(session, incoming, &result);
    bool cancelled = session->cancelled;
    if (!cancelled || result.status == MP_PASSED)
        session->events.on_late_answer(
            session->events.self,
            (int64_t)(mp_session_now(session) - session->given_up_at));
    session->given_up_id = 0;
    session->cancelled = false;
    if (session->state == MP_SESSION_CANCELLING)
        mp_ladder_shut_down(session);
    else if (cancelled)
        session->events.on_free(session->events.self);
}

/* Of two answers to one step that differ, one is wrong. */
static void tell_difference(struct mp_session *session, int64_t id,
                            const struct mp_incoming *incoming,
                            struct mp_buf *text)
{
    struct mp_step_result second;
    if (!id || id != session->answered_id)
        return;
    read_step(session, incoming, &second);
    const char *message = second.message ? second.message : "";
    if (second.status != session->answered)
        mp_buf_format(text, ": %s then, %s now%s%.*s",
                      mp_status_name(session->answered),
                      mp_status_name(second.status), *message ? ": " : "",
                      mp_repair_cut(message, 200), message);
}

static void on_unasked_answer(struct mp_session *session, int64_t id,
                              const struct mp_incoming *incoming)
{
    struct mp_buf text = {0};
    if (id && id == session->faulted_id) {
        session->faulted_id = 0; /* what came before it was judged */
        return;
    }
    if (session->state == MP_SESSION_BUSY)
        session->unasked_id = id;
    const char *why = "mprun never sent";
    if (id && id == session->awaited_id)
        why = "had not been sent yet";
    else if (id > 0 && id <= session->last_id)
        why = "was answered before";
    mp_buf_format(&text, "answered request %lld, which %s", (long long)id, why);
    tell_difference(session, id, incoming, &text);
    if (session->options.strict_protocol)
        end_by_fault(session, text.data);
    else
        mp_session_note(session, "warning", text.data);
    mp_buf_finish(&text);
    count_unwanted(session);
}

static void on_any_answer(struct mp_session *session,
                          const struct mp_incoming *incoming)
{
    int64_t id = incoming->id ? incoming->id : session->awaited_id;
    if (id && id == session->given_up_id) {
        on_old_answer(session, incoming);
    } else if (!id || id != session->awaited_id || session->early) {
        on_unasked_answer(session, id, incoming);
    } else if (session->state == MP_SESSION_GREETING) {
        mp_greeting_on_answer(session, incoming);
    } else if (session->state == MP_SESSION_BUSY) {
        on_step_answer(session, incoming);
    } else if (session->state == MP_SESSION_SHUTTING_DOWN) {
        on_farewell_answer(session, incoming);
    } else if (session->state == MP_SESSION_RESTING) {
        mp_rest_on_answer(session, incoming);
    }
}

/* --- anything else --- */

static void on_broken_farewell(struct mp_session *session,
                               const struct mp_incoming *incoming)
{
    session->awaited_id = 0;
    tell_bad_farewell(session, incoming->text);
    if (session->state == MP_SESSION_RESTING) {
        mp_rest_give_up(session);
        return;
    }
    session->farewells++;
    mp_ladder_shut_down(session);
}

static void on_protocol_fault(struct mp_session *session,
                              const struct mp_incoming *incoming)
{
    bool mine = !incoming->id || incoming->id == session->awaited_id;
    if (session->state == MP_SESSION_BUSY && mine)
        answer_fault(session, incoming->text);
    else if (session->state == MP_SESSION_GREETING && mine)
        mp_greeting_on_answer(session, incoming);
    else if ((session->state == MP_SESSION_SHUTTING_DOWN ||
              session->state == MP_SESSION_RESTING) &&
             incoming->id && mine)
        on_broken_farewell(session, incoming);
    else if (session->state == MP_SESSION_READY || !incoming->id ||
             incoming->kind == MP_INCOMING_BROKEN)
        tell_fault(session, incoming->text);
    else
        mp_session_note(session, "warning", incoming->text);
}

static void on_stray(struct mp_session *session,
                     const struct mp_incoming *incoming)
{
    session->events.on_log(session->events.self, "stdout", NULL, NULL,
                           incoming->text);
    session->how.cut_off = session->how.cut_off || incoming->cut_off;
    if (session->options.strict_protocol)
        end_by_fault(
            session,
            "wrote a line to stdout that is no message (--strict-protocol)");
    count_unwanted(session);
}

void mp_answers_on_incoming(void *self, const struct mp_incoming *incoming)
{
    struct mp_session *session = self;
    struct mp_attachment attachment;
    char *why;
    session->traffic.messages_in += incoming->kind < MP_INCOMING_STRAY;
    switch (incoming->kind) {
    case MP_INCOMING_RESULT:
    case MP_INCOMING_ERROR:
        on_any_answer(session, incoming);
        break;
    case MP_INCOMING_LOG:
        session->events.on_log(session->events.self, "log", incoming->level,
                               incoming->time, incoming->text);
        break;
    case MP_INCOMING_ATTACHMENT:
        if (mp_attachment_parse(incoming, &session->arena, &attachment, &why))
            session->events.on_attachment(session->events.self, &attachment);
        else
            mp_session_note(session, "warning", why);
        break;
    case MP_INCOMING_STRAY:
        on_stray(session, incoming);
        break;
    case MP_INCOMING_WARNING:
        mp_session_note(session, "warning", incoming->text);
        break;
    case MP_INCOMING_INVALID:
    case MP_INCOMING_BROKEN:
        on_protocol_fault(session, incoming);
        break;
    case MP_INCOMING_OTHER:
        count_unwanted(session);
        break;
    }
    gh_arena_reset(&session->arena);
}
