/*
 * From the spawned program to a server that is ready: the greetings of its
 * dialect, and the probe that finds which dialect it speaks.
 */
#include <string.h>

#include "runner/base/text.h"
#include "runner/run/session_private.h"

/* The one that is sent or is to be sent next; NONE: all were answered. */
static enum mp_method greeting(const struct mp_session *session)
{
    if (session->listing)
        return MP_METHOD_LIST;
    enum mp_method next =
        mp_session_dialect(session)->greetings[session->greetings];
    bool begins = session->options.bounded && !session->bound;
    return next || !begins ? next : MP_METHOD_SCENARIO_STARTED;
}

void mp_greeting_send(struct mp_session *session)
{
    session->state = MP_SESSION_GREETING;
    session->awaited_id = mp_session_next_id(session);
    mp_session_dialect(session)->write(&session->out, session->awaited_id,
                                       greeting(session),
                                       session->options.hello, NULL);
    mp_session_send(session);
}

void mp_greeting_fail(struct mp_session *session, const char *why)
{
    session->state = MP_SESSION_ENDED;
    mp_timer_stop(&session->timer);
    mp_child_destroy(session->child);
    session->child = NULL;
    session->events.on_start_failed(session->events.self, why);
}

static void become_ready(struct mp_session *session)
{
    mp_timer_stop(&session->timer);
    session->hold = MP_HOLD_NONE;
    session->awaited_id = 0;
    session->state = MP_SESSION_READY;
    session->events.on_ready(session->events.self);
}

static bool may_fall_back(const struct mp_session *session)
{
    return session->level == MP_LEVEL_UNKNOWN;
}

/* The loop does it (on_timer). */
void mp_greeting_fail_later(struct mp_session *session, const char *why)
{
    mp_reader_stop(&session->reader);
    mp_session_set_fault(session, why);
    mp_session_set_timer(session, 0);
}

static void respawn_later(struct mp_session *session)
{
    mp_reader_stop(&session->reader);
    session->hold = MP_HOLD_NONE; /* an Enter on its way decides no more */
    session->respawning = true;
    mp_session_set_timer(session, 0);
}

/* The probe found no v1 server: the same program again, at the bare level. */
void mp_greeting_respawn_bare(struct mp_session *session)
{
    if (session->forgone) {
        mp_greeting_fail(session, MP_FORGONE_TEXT);
        return;
    }
    session->level = MP_LEVEL_BARE;
    session->greetings = 0;
    session->hold = MP_HOLD_NONE;
    mp_child_destroy(session->child);
    unsigned warned = session->reader.warned; /* once for both */
    mp_reader_finish(&session->reader);
    session->closed_output = false;
    mp_session_spawn(session);
    session->reader.warned = warned;
}

static void tell_bare(struct mp_session *session)
{
    struct mp_buf text = {0};
    mp_buf_format(&text,
                  "platform '%s' speaks the bare protocol; `protocol: bare` "
                  "in its configuration skips the probe",
                  session->options.platform->name);
    mp_session_note(session, "note", text.data);
    mp_buf_finish(&text);
}

static void keep_server(struct mp_session *session,
                        const struct mp_hello_answer *answer)
{
    session->can_cancel = answer->capabilities.cancel;
    session->can_scenarios = answer->capabilities.scenarios;
    session->can_match = answer->capabilities.match_steps;
    session->can_list = answer->capabilities.list_step_definitions;
    session->max_request_bytes = answer->max_message_bytes;
    session->has_hooks = answer->capabilities.hooks;
    if (answer->description)
        session->server = mp_text_copy(answer->description);
}

bool mp_session_can_match(const struct mp_session *session)
{
    return session->can_match && mp_session_dialect(session)->write_match;
}

bool mp_session_can_list(const struct mp_session *session)
{
    return session->can_list;
}

/* All greetings were answered well. */
static void settle(struct mp_session *session,
                   void (*next)(struct mp_session *session))
{
    bool found = session->options.level == MP_LEVEL_UNKNOWN &&
                 session->options.platform->protocol == MP_PROTOCOL_AUTO;
    session->level = mp_session_dialect(session)->level;
    session->reader.options.bare_lenient = mp_session_dialect(session)->lenient;
    if (found && session->level == MP_LEVEL_BARE)
        tell_bare(session);
    next(session);
}

/* What came of initialize: told if the bare level does no better. */
static void keep_first(struct mp_session *session, const char *why)
{
    gh_free(session->refusal);
    session->refusal = mp_text_copy(why);
}

/* Did both starts end alike, before the one answer and before the other? */
static bool ended_alike(const char *first, const char *second)
{
    const char *end = strstr(first, " before it answered ");
    return end && !strncmp(first, second, (size_t)(end - first)) &&
           strstr(second, " before it answered ") == second + (end - first);
}

/* Both answers of the probe, so that its two starts are not taken for two
 * faults. */
static void fail_probe(struct mp_session *session, const char *why)
{
    struct mp_buf text = {0};
    if (session->refusal && ended_alike(session->refusal, why))
        mp_buf_format(&text,
                      "%s; started again for the bare protocol it did the "
                      "same (`protocol: 1` or `protocol: bare` starts it once)",
                      session->refusal);
    else if (session->refusal)
        mp_buf_format(&text,
                      "%s; asked again in the bare protocol: %s (`protocol: "
                      "1` or `protocol: bare` asks once)",
                      session->refusal, why);
    mp_greeting_fail(session, session->refusal ? text.data : why);
    mp_buf_finish(&text);
}

/* What it said to initialize tells more than its health does. could: it may
 * well be a server of the bare level. */
static void fail_start_refused(struct mp_session *session, const char *why,
                               bool could)
{
    struct mp_buf text = {0};
    if (session->refusal)
        mp_buf_format(&text, "%s; ", session->refusal);
    mp_buf_append_text(&text, why);
    if (could && session->level == MP_LEVEL_V1)
        mp_buf_append_text(&text, "; if it knows the bare protocol only, say "
                                  "`protocol: bare`");
    mp_greeting_fail_later(session, text.data);
    mp_buf_finish(&text);
}

/* What it has before its first step belongs to it. */
static void count_offspring(struct mp_session *session)
{
    if (session->settled)
        return;
    session->settled = true;
    session->first_offspring = mp_rest_offspring(session);
}

/* A case begins in it. */
static void on_scenario_started(struct mp_session *session,
                                const struct mp_incoming *incoming)
{
    struct mp_step_result result;
    struct mp_buf why = {0};
    mp_answers_read(session, incoming, &result);
    session->bound =
        incoming->kind == MP_INCOMING_RESULT && result.status <= MP_PASSED;
    if (session->bound) {
        count_offspring(session);
        become_ready(session);
        return;
    }
    mp_buf_format(&why, "scenarioStarted failed: %s", result.message);
    mp_greeting_fail_later(session, why.data);
    mp_buf_finish(&why);
}

static void fail_unbounded(struct mp_session *session)
{
    const struct mp_platform *platform = session->options.platform;
    struct mp_buf why = {0};
    mp_buf_format(&why,
                  "platform '%s' has `isolation: %s`, for which its server "
                  "needs the capability `scenarios` (docs/protocol.md 5.9); "
                  "`isolation: scenario` starts one for each case",
                  platform->name,
                  platform->isolation == MP_ISOLATION_RUN ? "run" : "feature");
    mp_greeting_fail_later(session, why.data);
    mp_buf_finish(&why);
}

/* The next greeting, or it is ready. */
static void go_on(struct mp_session *session)
{
    if (greeting(session) == MP_METHOD_SCENARIO_STARTED &&
        !session->can_scenarios)
        fail_unbounded(session);
    else if (greeting(session) == MP_METHOD_SCENARIO_STARTED)
        settle(session, mp_greeting_send);
    else if (greeting(session))
        mp_greeting_send(session);
    else
        settle(session, become_ready);
}

/* Once all greetings of its dialect were answered: its level is known. */
static void ask_definitions(struct mp_session *session)
{
    session->level = mp_session_dialect(session)->level;
    session->listing = true;
    mp_greeting_send(session);
}

static void take_definitions(struct mp_session *session,
                             const struct mp_incoming *incoming)
{
    bool told = incoming->kind == MP_INCOMING_RESULT && incoming->raw.len;
    if (!told && session->has_hooks) {
        mp_greeting_fail_later(session, "it did not list its hooks, although "
                                        "it says that it has some");
        return;
    }
    session->listing = false;
    if (!told)
        mp_session_note(session, "warning",
                        "it did not list its step definitions, although it "
                        "says that it can");
    session->events.on_definitions(session->events.self,
                                   told ? incoming->raw : (struct gh_str){0});
    go_on(session);
}

static bool wants_list(const struct mp_session *session,
                       const struct mp_hello_answer *answer)
{
    const struct mp_session_options *options = &session->options;
    return (options->list_definitions &&
            answer->capabilities.list_step_definitions) ||
           (options->list_hooks && answer->capabilities.hooks);
}

/* It knows what it was asked, and cannot do it: its step files are faulty. */
static bool is_broken(const struct mp_incoming *incoming)
{
    return incoming->kind == MP_INCOMING_ERROR &&
           incoming->code == MP_RPC_INTERNAL_ERROR;
}

void mp_greeting_on_answer(struct mp_session *session,
                           const struct mp_incoming *incoming)
{
    if (session->listing) {
        take_definitions(session, incoming);
        return;
    }
    if (greeting(session) == MP_METHOD_SCENARIO_STARTED) {
        on_scenario_started(session, incoming);
        return;
    }
    struct mp_hello_answer answer;
    char *why = NULL;
    enum mp_greeted verdict = mp_session_dialect(session)->read_greeting(
        greeting(session), incoming, &session->arena, &answer, &why);
    if (verdict == MP_GREETED_WELL) {
        keep_server(session, &answer);
        session->greetings++;
        if (wants_list(session, &answer))
            ask_definitions(session);
        else
            go_on(session);
    } else if (verdict == MP_GREETED_REFUSED || !may_fall_back(session)) {
        fail_start_refused(session, why,
                           verdict == MP_GREETED_BARE && !is_broken(incoming));
    } else if (verdict == MP_GREETED_BARE) {
        session->level = MP_LEVEL_BARE;
        session->greetings = 0;
        keep_first(session, why);
        mp_greeting_send(session); /* it may tell that it is not well */
    } else {
        respawn_later(session);
    }
}

static void silence_text(const struct mp_session *session, struct mp_buf *why)
{
    char duration[MP_DURATION_SIZE];
    mp_duration_format(session->options.platform->start_timeout_ms, duration);
    mp_buf_format(why,
                  session->closed_output
                      ? "it closed its stdout before it answered %s"
                      : "no answer to %s in %s",
                  mp_dialect_method(greeting(session)), duration);
    if (!session->closed_output && mp_reader_is_inside(&session->reader))
        mp_buf_append_text(why, ", only part of a line");
    else if (!session->closed_output && !may_fall_back(session))
        mp_buf_append_text(why, "; does it flush its stdout after each "
                                "answer? (start_timeout sets the time)");
}

/* The start came to nothing: another process at the bare level, or the end. */
static void give_up(struct mp_session *session, const char *why)
{
    if (session->state == MP_SESSION_GREETING && may_fall_back(session) &&
        !session->forgone) {
        keep_first(session, why);
        mp_greeting_respawn_bare(session);
    } else {
        fail_probe(session, why);
    }
}

void mp_greeting_timed_out(struct mp_session *session)
{
    struct mp_buf why = {0};
    silence_text(session, &why);
    give_up(session, why.data);
    mp_buf_finish(&why);
}

void mp_greeting_on_end(struct mp_session *session)
{
    char how[MP_HOW_SIZE];
    struct mp_buf why = {0};
    if (session->fault) { /* what it did is known, and ended its start */
        mp_greeting_fail(session, session->fault);
        return;
    }
    mp_buf_format(&why, "it %s before it answered %s",
                  mp_session_end_text(&session->how, how),
                  mp_dialect_method(greeting(session)));
    give_up(session, why.data);
    mp_buf_finish(&why);
}
