#include "runner/run/session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/run/session_private.h"
#include "runner/run/trace.h"

/* How long a closed stdout or stdin may precede the exit that explains it. */
#define CLOSED_MS     200
#define LOOK_AGAIN_MS 5
/* Until a process that could not be made is tried again. */
#define BACK_OFF_MS 250
/* Notes about what the server does besides answering. */
#define MOST_NOTES 50
/* Some line readers give up at 64 KiB. */
#define LARGE_REQUEST_BYTES 60000

uint64_t mp_session_now(const struct mp_session *session)
{
    return mp_clock_now(session->options.nursery->clock);
}

bool mp_session_is_starting(const struct mp_session *session)
{
    return session->state >= MP_SESSION_SPAWNING &&
           session->state <= MP_SESSION_GREETING;
}

bool mp_session_is_stopping(const struct mp_session *session)
{
    return session->state >= MP_SESSION_CANCELLING &&
           session->state <= MP_SESSION_KILLING;
}

/* A server that loops must not fill the journal. */
void mp_session_note(struct mp_session *session, const char *level,
                     const char *text)
{
    char last[64];
    if (session->notes++ > MOST_NOTES)
        return;
    if (session->notes > MOST_NOTES) {
        snprintf(last, sizeof(last), "more than %d notes: the rest is left out",
                 MOST_NOTES);
        level = "warning";
        text = last;
    }
    session->events.on_note(session->events.self, level, text);
}

void mp_session_set_fault(struct mp_session *session, const char *text)
{
    char *copy = mp_text_copy(text); /* text may be the fault itself */
    gh_free(session->fault);
    session->fault = copy;
}

/* --- sending --- */

const struct mp_dialect *mp_session_dialect(const struct mp_session *session)
{
    return mp_dialect_of(session->level);
}

static void trace(struct mp_session *session, bool sent, const char *bytes,
                  size_t length)
{
    struct mp_buf text = {0};
    struct mp_trace *to = session->options.trace;
    uint64_t now_ms = mp_session_now(session);
    bool good = !to || (sent ? mp_trace_sent(to, now_ms, bytes, length)
                             : mp_trace_received(to, now_ms, bytes, length));
    if (good)
        return;
    mp_buf_format(&text, "the trace of its messages is not whole: %s",
                  strerror(errno));
    mp_session_note(session, "warning", text.data);
    mp_buf_finish(&text);
}

void mp_session_send(struct mp_session *session)
{
    trace(session, true, session->out.data, session->out.len);
    if (session->options.platform->frame == MP_FRAME_CONTENT_LENGTH)
        mp_framing_wrap(&session->out);
    session->early = session->reading;
    session->traffic.messages_out++;
    mp_child_write(session->child, session->out.data, session->out.len);
    mp_buf_reset(&session->out);
}

int64_t mp_session_next_id(struct mp_session *session)
{
    return ++session->last_id;
}

/* --- the clock --- */

static void spawn_again(struct mp_session *session);

/* A stream was closed and the exit that would explain it has not been told.
 * It may be there already, for the loop looks at clocks before it reads; or
 * the process is on its way out, its files closed before it is a zombie. */
static bool may_explain(const struct mp_session *session)
{
    return !session->overdue ||
           mp_contain_is_ending((pid_t)mp_session_pid(session));
}

static void on_timer(struct mp_timer *timer)
{
    struct mp_session *session = timer->uv.data;
    if (session->state == MP_SESSION_LINGERING) {
        mp_ladder_linger(session);
    } else if (session->backing_off) {
        spawn_again(session);
    } else if (session->respawning) {
        session->respawning = false;
        mp_greeting_respawn_bare(session);
    } else if (mp_session_is_starting(session) && session->fault) {
        mp_greeting_fail(session, session->fault);
    } else if (session->state == MP_SESSION_BUSY && may_explain(session)) {
        session->overdue = true;
        mp_session_set_timer(session, LOOK_AGAIN_MS);
    } else if (session->state == MP_SESSION_BUSY) {
        struct mp_step_result result = {.status = MP_PROTOCOL_ERROR,
                                        .message = session->fault,
                                        .duration_ms = -1};
        session->state = MP_SESSION_READY;
        session->awaited_id = 0;
        session->events.on_answer(session->events.self, &result);
    } else if (mp_session_is_starting(session)) {
        bool waits = !session->closed_output &&
                     mp_session_wait_for_person(session, MP_HOLD_SILENT);
        if (!waits)
            mp_greeting_timed_out(session);
    } else if (session->state == MP_SESSION_RESTING) {
        mp_ladder_note_unanswered(session, "did not answer");
        mp_rest_give_up(session);
    } else if (mp_session_is_stopping(session)) {
        if (!mp_session_wait_for_person(session, MP_HOLD_ENDING))
            mp_ladder_next(session);
    }
}

void mp_session_set_timer(struct mp_session *session, int64_t ms)
{
    if (session->timer_open)
        mp_timer_start(&session->timer, on_timer, ms);
}

/* --- a person who debugs --- */

bool mp_session_wait_for_person(struct mp_session *session, enum mp_hold why)
{
    bool waits = session->events.on_hold && !session->hurried &&
                 session->events.on_hold(session->events.self, why);
    if (waits)
        mp_timer_stop(&session->timer);
    session->hold = waits ? why : MP_HOLD_NONE;
    return waits;
}

static void greet(struct mp_session *session)
{
    mp_greeting_send(session);
    if (session->closed_output)
        mp_session_set_timer(session, CLOSED_MS);
}

void mp_session_go_on(struct mp_session *session)
{
    enum mp_hold hold = session->hold;
    session->hold = MP_HOLD_NONE;
    if (hold == MP_HOLD_STARTED && session->state == MP_SESSION_SPAWNING) {
        mp_session_set_timer(session,
                             session->options.platform->start_timeout_ms);
        greet(session);
    } else if (hold == MP_HOLD_SILENT && mp_session_is_starting(session)) {
        mp_greeting_timed_out(session);
    } else if (hold == MP_HOLD_ENDING && mp_session_is_stopping(session)) {
        mp_ladder_go_on(session);
    }
}

void mp_session_close_ears(struct mp_session *session)
{
    mp_reader_stop(&session->reader);
}

void mp_session_hold_again(struct mp_session *session)
{
    if (session->hold != MP_HOLD_SILENT)
        return;
    session->hold = MP_HOLD_NONE;
    mp_session_set_timer(session, 0);
}

/* --- events of the child --- */

static void on_child_started(void *self)
{
    struct mp_session *session = self;
    if (session->state == MP_SESSION_SPAWNING && /* not told to stop yet */
        !mp_session_wait_for_person(session, MP_HOLD_STARTED))
        greet(session);
}

static void on_child_start_failed(void *self, const char *why)
{
    mp_greeting_fail(self, why);
}

/* Its stdout is at its end. That explains itself if it exits now; if it goes
 * on living, no answer can come any more. */
static void on_output_closed(struct mp_session *session)
{
    mp_reader_end(&session->reader);
    session->closed_output = true;
    if (session->state == MP_SESSION_BUSY)
        mp_session_set_fault(session, "it closed its stdout without an answer");
    if (session->state == MP_SESSION_BUSY ||
        session->state == MP_SESSION_GREETING)
        mp_session_set_timer(session, CLOSED_MS);
}

static void read_output(struct mp_session *session, const char *bytes,
                        size_t length)
{
    trace(session, false, bytes, length);
    session->reading = true;
    mp_reader_feed(&session->reader, bytes, length);
    session->reading = session->early = false;
}

static void on_child_output(void *self, enum mp_child_stream stream,
                            const char *bytes, size_t length)
{
    struct mp_session *session = self;
    if (stream == MP_CHILD_STDOUT && length)
        read_output(session, bytes, length);
    else if (stream == MP_CHILD_STDOUT)
        on_output_closed(session);
    else if (session->state != MP_SESSION_ENDED)
        session->events.on_stderr(session->events.self, bytes, length);
}

static void on_child_input_broken(void *self)
{
    struct mp_session *session = self;
    if (session->state != MP_SESSION_BUSY)
        return;
    mp_session_set_fault(session,
                         "it closed its stdin; the request was not read");
    mp_session_set_timer(session, CLOSED_MS);
}

static void on_child_exited(void *self, int exit_code, int number)
{
    struct mp_session *session = self;
    session->how.signalled = number != 0;
    session->how.exit_code = exit_code;
    session->how.signal = number;
    session->how.dumped_core = mp_child_dumped_core(session->child);
    session->how.pid = mp_child_pid(session->child);
    /* A closed stream has its explanation; on_ended says the rest. */
    bool pending = session->respawning || session->fault;
    if (session->state == MP_SESSION_BUSY ||
        session->state == MP_SESSION_RESTING ||
        (mp_session_is_starting(session) && !pending))
        mp_timer_stop(&session->timer);
}

/* The system is short of something: others may give it back, so it is asked
 * once more. */
static void on_spawn_failed(struct mp_session *session, int error,
                            const char *why)
{
    bool first = !session->backed_off;
    if (mp_limits_is_shortage(error) && first) {
        session->backed_off = session->backing_off = true;
        mp_child_destroy(session->child);
        session->child = NULL; /* nothing there that could be stopped */
        mp_session_set_timer(session, BACK_OFF_MS);
        return;
    }
    session->short_of_means = mp_limits_is_shortage(error);
    mp_session_set_fault(session, why);
    mp_session_set_timer(session, 0);
}

static void spawn_again(struct mp_session *session)
{
    session->backing_off = false;
    if (session->forgone) {
        mp_greeting_fail(session, MP_FORGONE_TEXT);
        return;
    }
    mp_reader_finish(&session->reader);
    mp_session_spawn(session);
}

void mp_session_spawn(struct mp_session *session)
{
    struct mp_child_events events = {.self = session,
                                     .on_started = on_child_started,
                                     .on_start_failed = on_child_start_failed,
                                     .on_output = on_child_output,
                                     .on_input_broken = on_child_input_broken,
                                     .on_exited = on_child_exited,
                                     .on_ended = mp_ladder_on_child_ended};
    struct mp_reader_options reader = {
        .strict = session->options.strict_protocol,
        .frame = session->options.platform->frame,
        .bare_lenient = session->options.level == MP_LEVEL_UNKNOWN ||
                        mp_session_dialect(session)->lenient,
        .self = session,
        .on_incoming = mp_answers_on_incoming};
    session->state = MP_SESSION_SPAWNING;
    memset(&session->how, 0, sizeof(session->how));
    memset(&session->traffic, 0, sizeof(session->traffic));
    mp_reader_init(&session->reader, &reader);
    session->child = mp_child_create(session->options.nursery, &events);
    mp_session_set_timer(session, session->options.platform->start_timeout_ms);
    char *why = NULL;
    int error = mp_child_start(session->child, session->options.launch, &why);
    if (error)
        on_spawn_failed(session, error, why);
    gh_free(why);
}

/* --- calls --- */

struct mp_session *mp_session_create(const struct mp_session_options *options,
                                     const struct mp_session_events *events)
{
    struct mp_session *session = gh_alloc(sizeof(*session));
    session->options = *options;
    session->events = *events;
    session->group = options->launch->scenario_id;
    session->level = mp_dialect_configured(options->platform->protocol);
    if (!session->level)
        session->level = options->level;
    mp_timer_init(&session->timer, options->nursery->clock);
    session->timer.uv.data = session;
    session->timer_open = true;
    options->nursery->open_children++; /* our timer holds the loop too */
    return session;
}

void mp_session_start(struct mp_session *session)
{
    mp_session_spawn(session);
}

static bool too_large(struct mp_session *session)
{
    size_t length = session->out.len;
    struct mp_buf text = {0};
    bool over = session->max_request_bytes &&
                length > (size_t)session->max_request_bytes;
    if (over)
        mp_buf_format(&text,
                      "the request has %zu bytes; the server takes %lld "
                      "(limits.maxMessageBytes)",
                      length, (long long)session->max_request_bytes);
    else if (!session->max_request_bytes && length > LARGE_REQUEST_BYTES)
        mp_buf_format(&text,
                      "a request of %zu bytes goes to a server that has not "
                      "said how long a line it can read",
                      length);
    if (over)
        mp_session_set_fault(session, text.data);
    else if (text.len)
        mp_session_note(session, "note", text.data);
    mp_buf_finish(&text);
    return over;
}

/* False: it is gone. */
static bool begin_request(struct mp_session *session)
{
    if (session->state == MP_SESSION_LINGERING)
        return false; /* its end is told soon */
    session->state = MP_SESSION_BUSY;
    session->overdue = false;
    session->unasked_id = 0;
    session->matching = false;
    session->awaited_id = mp_session_next_id(session);
    return true;
}

static void send_request(struct mp_session *session)
{
    if (too_large(session)) {
        mp_buf_reset(&session->out);
        mp_session_set_timer(session, 0);
        return;
    }
    mp_session_send(session);
    if (session->closed_output) {
        mp_session_set_fault(session,
                             "it closed its stdout: no answer can come");
        mp_session_set_timer(session, CLOSED_MS);
    }
}

void mp_session_execute(struct mp_session *session,
                        const struct mp_step_call *call)
{
    if (!begin_request(session))
        return;
    mp_session_dialect(session)->write_step(&session->out, session->awaited_id,
                                            call, session->options.platform);
    send_request(session);
}

void mp_session_execute_hook(struct mp_session *session,
                             const struct mp_hook_call *call)
{
    if (!begin_request(session))
        return;
    mp_session_dialect(session)->write_hook(&session->out, session->awaited_id,
                                            call);
    send_request(session);
}

void mp_session_match(struct mp_session *session,
                      const struct mp_step *const *steps, size_t count)
{
    if (!begin_request(session))
        return;
    session->matching = true;
    mp_session_dialect(session)->write_match(&session->out, session->awaited_id,
                                             steps, count);
    send_request(session);
}

void mp_session_give_up(struct mp_session *session)
{
    if (session->state != MP_SESSION_BUSY &&
        session->state != MP_SESSION_RESTING)
        return;
    mp_timer_stop(&session->timer);
    session->given_up_id = session->awaited_id;
    session->cancelled = false;
    session->given_up_at = mp_session_now(session);
    session->awaited_id = 0;
    session->state = MP_SESSION_READY;
}

bool mp_session_cancel(struct mp_session *session)
{
    if (session->state != MP_SESSION_READY || !session->given_up_id ||
        !session->can_cancel || session->paused || session->closed_output ||
        session->hopeless)
        return false;
    if (!session->cancelled)
        mp_ladder_send_cancel(session, "timeout");
    return true;
}

bool mp_session_forgo(struct mp_session *session)
{
    session->forgone =
        !mp_session_is_alive(session) || mp_session_has_died(session);
    return session->forgone;
}

void mp_session_stop(struct mp_session *session, const char *reason,
                     int64_t budget_ms)
{
    if (mp_session_forgo(session))
        return;
    session->traffic.descriptors =
        mp_usage_descriptors((pid_t)mp_session_pid(session));
    mp_ladder_take(session, reason, budget_ms);
}

void mp_session_kill(struct mp_session *session, int number)
{
    if (mp_session_forgo(session))
        return;
    mp_session_give_up(session);
    session->how.asked = true;
    session->respawning = false;
    session->state = MP_SESSION_KILLING;
    mp_timer_stop(&session->timer);
    mp_child_signal(session->child, number);
    if (number != SIGKILL) /* a stopped process would not notice */
        mp_child_signal(session->child, SIGCONT);
}

void mp_session_pause(struct mp_session *session)
{
    session->paused = true;
    mp_child_signal(session->child, SIGSTOP);
}

void mp_session_resume(struct mp_session *session)
{
    session->paused = false;
    mp_child_signal(session->child, SIGCONT);
}

/* --- questions --- */

bool mp_session_was_short_of_means(const struct mp_session *session)
{
    return session->short_of_means;
}

bool mp_session_was_forgone(const struct mp_session *session)
{
    return session->forgone;
}

bool mp_session_is_alive(const struct mp_session *session)
{
    return session->state != MP_SESSION_NEW &&
           session->state != MP_SESSION_ENDED && session->child;
}

bool mp_session_is_free(const struct mp_session *session)
{
    return session->state == MP_SESSION_READY && !session->given_up_id &&
           !session->paused && !session->closed_output && !session->hopeless;
}

bool mp_session_has_died(const struct mp_session *session)
{
    return session->state == MP_SESSION_LINGERING || !session->child ||
           mp_child_pid(session->child) <= 1 ||
           mp_child_has_died(session->child);
}

int64_t mp_session_pid(const struct mp_session *session)
{
    return session->child ? mp_child_pid(session->child) : 0;
}

enum mp_level mp_session_level(const struct mp_session *session)
{
    return session->level;
}

const char *mp_session_server(const struct mp_session *session)
{
    return session->server;
}

void mp_session_explain_silence(const struct mp_session *session,
                                struct mp_buf *text)
{
    size_t unread = mp_child_unread_bytes(session->child);
    if (unread)
        mp_buf_format(text, "; it has not read %zu bytes of the request",
                      unread);
    if (session->unasked_id)
        mp_buf_format(text, "; it answered request %lld instead",
                      (long long)session->unasked_id);
    if (mp_reader_is_inside(&session->reader))
        mp_buf_append_text(text, "; only a part of a line came");
    if (mp_contain_is_stopped((pid_t)mp_child_pid(session->child)))
        mp_buf_append_text(text, "; it is stopped (state T)");
}

struct mp_session_traffic mp_session_traffic(const struct mp_session *session)
{
    return session->traffic;
}

struct mp_usage mp_session_usage(const struct mp_session *session)
{
    return session->child ? mp_child_usage(session->child)
                          : (struct mp_usage){0};
}

struct mp_child_traffic mp_session_bytes(const struct mp_session *session)
{
    return session->child ? mp_child_traffic(session->child)
                          : (struct mp_child_traffic){0};
}

const struct mp_session_end *mp_session_how(const struct mp_session *session)
{
    return &session->how;
}

const char *mp_session_end_text(const struct mp_session_end *how,
                                char text[MP_HOW_SIZE])
{
    if (how->signalled)
        snprintf(text, MP_HOW_SIZE, "was killed by SIG%s",
                 sigabbrev_np(how->signal) ? sigabbrev_np(how->signal) : "?");
    else
        snprintf(text, MP_HOW_SIZE, "exited with code %d", how->exit_code);
    return text;
}

/* --- destruction --- */

static void on_timer_closed(uv_handle_t *handle)
{
    struct mp_session *session = handle->data;
    session->options.nursery->open_children--;
    gh_free(session->server);
    gh_free(session->fault);
    gh_free(session->refusal);
    gh_free(session);
}

void mp_session_destroy(struct mp_session *session)
{
    if (!session || session->destroyed)
        return;
    session->destroyed = true;
    session->state = MP_SESSION_ENDED;
    mp_child_destroy(session->child);
    session->child = NULL;
    mp_reader_finish(&session->reader);
    mp_buf_finish(&session->out);
    gh_arena_finish(&session->arena);
    session->timer_open = false;
    uv_close((uv_handle_t *)&session->timer.uv, on_timer_closed);
}
