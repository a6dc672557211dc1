#include "runner/run/server_private.h"

#include <stdio.h>
#include <string.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/run/ahead.h"
#include "runner/run/attached.h"
#include "runner/run/demise.h"
#include "runner/run/launch.h"

#define LOG_LINES_MAX   10000
#define LOG_BYTES_MAX   (1u << 20)
#define ATTACHMENTS_MAX 64

/* --- what it logs --- */

static void emit_log(struct mp_server *server, const char *source,
                     const char *level, const char *time, const char *text)
{
    server->log_lines++;
    server->log_bytes += strlen(text);
    if (server->log_lines > LOG_LINES_MAX ||
        server->log_bytes > LOG_BYTES_MAX) {
        if (!server->dropping)
            mp_server_note(
                server, "warning",
                "more than 10,000 lines or 1 MiB of logs: the rest is "
                "left out here; stderr is whole in the artifacts");
        server->dropping = true;
        return;
    }
    struct mp_record record = mp_server_placed_record(server, MP_RECORD_LOG);
    record.source = source;
    record.level = level;
    record.sent_time = time;
    record.text = text;
    mp_ahead_emit(server, &record);
}

/* --- a person who debugs --- */

static void on_enter(void *self)
{
    struct mp_server *server = self;
    if (server->session)
        mp_session_go_on(server->session);
}

/* what: what it did that makes the question needless, NULL: nothing. */
void mp_server_withdraw_prompt(struct mp_server *server, const char *what)
{
    struct mp_prompter *prompter = &server->place.context->prompter;
    struct mp_buf text = {0};
    if (!server->prompt.text)
        return;
    if (what)
        mp_buf_format(&text, "'%s' (%s) %s", server->member->name,
                      server->platform->name, what);
    mp_prompter_withdraw(prompter, &server->prompt, what ? text.data : NULL);
    mp_buf_finish(&text);
}

/* Is its start over, and no other protocol tried? */
static bool is_given_up(const struct mp_server *server, enum mp_hold why)
{
    return why == MP_HOLD_SILENT &&
           mp_session_level(server->session) != MP_LEVEL_UNKNOWN;
}

static bool on_session_hold(void *self, enum mp_hold why)
{
    struct mp_server *server = self;
    struct mp_run_context *context = server->place.context;
    struct mp_buf text = {0};
    mp_server_withdraw_prompt(server,
                              "has ended"); /* the probe started another */
    if (!context->options->debug)
        return is_given_up(server, why) &&
               (server->ahead
                    ? mp_ahead_on_silence(server)
                    : server->events.on_silent(server->events.self, server));
    if (context->interrupted ||
        (why == MP_HOLD_STARTED &&
         !mp_launch_is_debugged(context->options->debug, server->member)))
        return false;
    mp_buf_format(&text, "'%s' (%s), pid %lld, ", server->member->name,
                  server->platform->name,
                  (long long)mp_session_pid(server->session));
    if (why == MP_HOLD_STARTED)
        mp_buf_format(&text, "is started in %s: press Enter to let it go on",
                      server->place.source->id);
    else
        mp_buf_format(&text, "%s: press Enter to end the wait",
                      why == MP_HOLD_SILENT
                          ? "is not ready after its start_timeout"
                          : "was asked to end and still runs");
    server->prompt.self = server;
    server->prompt.on_enter = on_enter;
    mp_prompter_ask(&context->prompter, &server->prompt, text.data);
    mp_buf_finish(&text);
    return true;
}

/* --- what the session tells --- */

void mp_server_set_standing(struct mp_server *server, enum mp_standing standing)
{
    if (server->ahead)
        server->ahead_standing = standing;
    else
        server->standing = standing;
}

static void on_session_ready(void *self)
{
    struct mp_server *server = self;
    struct mp_run_context *context = server->place.context;
    struct mp_platform_state *state =
        mp_context_platform(context, server->platform);
    struct mp_record record = mp_server_record(server, MP_RECORD_PROCESS_READY);
    state->level = mp_session_level(server->session);
    state->failed_starts = 0;
    record.protocol = mp_dialect_of(state->level)->name;
    record.server = mp_session_server(server->session);
    record.pid = mp_session_pid(server->session);
    record.duration_ms = mp_context_lived(context) - server->started_ms;
    record.hidden_ms = server->ahead ? record.duration_ms : server->hidden_ms;
    mp_ahead_emit(server, &record);
    mp_server_set_standing(server, MP_SERVER_RUNNING);
    mp_server_withdraw_prompt(server, "is ready now");
    if (!server->ahead)
        server->events.on_ready(server->events.self, server);
    mp_context_wake(context);
}

/* Within its last event, which allows that. */
static void drop_session(struct mp_server *server)
{
    mp_session_destroy(server->session);
    server->session = NULL;
}

/* They cannot be left out in silence, and all cases of the platform need them:
 * the run cannot go on. */
static void tell_bad_hooks(struct mp_server *server, const struct mp_buf *why)
{
    struct mp_run_context *context = server->place.context;
    struct mp_buf text = {0};
    struct mp_record record = {.type = MP_RECORD_CAUSE,
                               .status = MP_FAILED,
                               .platform = server->platform->name};
    mp_buf_format(&text, "the hooks of platform '%s' cannot be read: %s",
                  server->platform->name, why->data);
    record.text = text.data;
    mp_emit(context, &record);
    mp_buf_finish(&text);
    context->break_off(context->self);
}

static void on_session_definitions(void *self, struct gh_str message)
{
    struct mp_server *server = self;
    struct mp_run_context *context = server->place.context;
    struct mp_platform_state *state =
        mp_context_platform(context, server->platform);
    struct mp_buf text = {0}, why = {0};
    if (state->listed)
        return; /* several asked at the same time */
    state->listed = true;
    if (!message.len)
        return;
    mp_buf_append_str(&text, message);
    struct mp_record record = {.type = MP_RECORD_DEFINITIONS,
                               .process = server->member->name,
                               .platform = server->platform->name,
                               .body = mp_buf_text(&text)};
    mp_emit(context, &record);
    state->bad_hooks = !mp_hooks_read(&state->hooks, message, &why);
    if (state->bad_hooks)
        tell_bad_hooks(server, &why);
    mp_buf_finish(&text);
    mp_buf_finish(&why);
}

static void on_session_start_failed(void *self, const char *why)
{
    struct mp_server *server = self;
    struct mp_platform_state *state =
        mp_context_platform(server->place.context, server->platform);
    struct mp_buf text = {0};
    mp_server_withdraw_prompt(server, "has ended");
    mp_stderr_log_flush(&server->stderr_log);
    server->how = *mp_session_how(server->session);
    mp_buf_format(&text, "'%s' could not be started on %s: %s",
                  server->member->name, server->platform->name, why);
    if (server->stderr_seen)
        mp_buf_append_text(&text, "; its stderr has more");
    else if (server->how.pid)
        mp_buf_append_text(&text, "; it wrote nothing to stderr: its command "
                                  "started by hand may tell more");
    server->short_of_means = mp_session_was_short_of_means(server->session);
    if (!mp_session_was_forgone(server->session)) {
        state->failed_starts += !server->short_of_means;
        gh_free(state->last_failure);
        state->last_failure = mp_text_copy(why);
    }
    mp_server_set_standing(server, MP_SERVER_ENDED);
    gh_free(server->ended_by);
    server->ended_by = mp_text_copy("never ready");
    drop_session(server);
    if (server->ahead) {
        server->start_failure = mp_buf_take(&text);
        server->events.on_ended(server->events.self, server);
    } else {
        server->events.on_start_failed(server->events.self, server, text.data);
    }
    mp_buf_finish(&text);
}

static void emit_exports(struct mp_server *server,
                         const struct mp_step_result *result)
{
    for (size_t i = 0; i < result->export_count; i++) {
        struct mp_record record =
            mp_server_placed_record(server, MP_RECORD_EXPORT);
        record.name = result->exports[i].key;
        record.text = result->exports[i].value;
        mp_ahead_emit(server, &record);
        mp_exports_keep(server->place.exports, server->member->name,
                        record.name, record.text);
    }
}

static bool is_attachable(struct mp_server *server,
                          const struct mp_attachment *attachment)
{
    struct mp_buf why = {0}, text = {0};
    if (!attachment->path ||
        mp_attached_check(server->hello.artifact_dir, attachment->path, &why))
        return true;
    mp_buf_format(&text, "attachment '%s' is left out: %s: %s",
                  attachment->name, attachment->path, why.data);
    mp_server_note(server, "warning", text.data);
    mp_buf_finish(&text);
    mp_buf_finish(&why);
    return false;
}

static void on_session_attachment(void *self,
                                  const struct mp_attachment *attachment)
{
    struct mp_server *server = self;
    struct mp_record record =
        mp_server_placed_record(server, MP_RECORD_ATTACHMENT);
    if (++server->attachments == ATTACHMENTS_MAX + 1)
        mp_server_note(server, "warning",
                       "more than 64 attachments of a step: the rest is left "
                       "out");
    if (server->attachments > ATTACHMENTS_MAX ||
        !is_attachable(server, attachment))
        return;
    char *path = attachment->path
                     ? mp_fs_join(server->hello.artifact_dir, attachment->path)
                     : NULL;
    record.name = attachment->name;
    record.media_type = attachment->media_type;
    record.encoding = attachment->encoding;
    record.body = attachment->body;
    record.path = path;
    mp_ahead_emit(server, &record);
    gh_free(path);
}

static void on_session_answer(void *self, const struct mp_step_result *result)
{
    struct mp_server *server = self;
    server->awaited = false;
    for (size_t i = 0; i < result->log_count; i++)
        emit_log(server, "log", result->logs[i].level, result->logs[i].time,
                 result->logs[i].text);
    for (size_t i = 0; i < result->attachment_count; i++)
        on_session_attachment(server, &result->attachments[i]);
    for (size_t i = 0; i < result->note_count; i++)
        mp_server_note(server, "warning", result->notes[i]);
    emit_exports(server, result);
    server->events.on_answer(server->events.self, server, result);
}

static void on_session_matches(void *self, struct gh_str message)
{
    struct mp_server *server = self;
    server->awaited = false;
    server->events.on_matches(server->events.self, server, message);
}

static void on_session_late(void *self, int64_t late_ms)
{
    char text[64];
    snprintf(text, sizeof(text), "answered %lld ms after the timeout",
             (long long)late_ms);
    mp_server_note(self, "note", text);
}

static void on_session_free(void *self)
{
    struct mp_server *server = self;
    server->events.on_free(server->events.self, server);
}

static void on_session_stderr(void *self, const char *bytes, size_t length)
{
    struct mp_server *server = self;
    server->stderr_seen = server->stderr_seen || length;
    if (length)
        mp_stderr_log_take(&server->stderr_log, bytes, length);
    else
        mp_stderr_log_flush(&server->stderr_log);
}

void mp_server_on_stderr_line(void *self, const char *text)
{
    emit_log(self, "stderr", NULL, NULL, text);
}

void mp_server_on_log_error(struct mp_server *server, int error)
{
    struct mp_run_context *context = server->place.context;
    if (!context->log_error)
        context->log_error = error;
}

void mp_server_on_stderr_warning(void *self, const char *text)
{
    struct mp_server *server = self;
    mp_server_on_log_error(server, server->stderr_log.error);
    mp_server_note(server, "warning", text);
}

static void on_session_log(void *self, const char *source, const char *level,
                           const char *time, const char *text)
{
    emit_log(self, source, level, time, text);
}

static void on_session_note(void *self, const char *level, const char *text)
{
    mp_server_note(self, level, text);
}

static void on_session_fault(void *self, const char *text)
{
    mp_ahead_cause(self, MP_PROTOCOL_ERROR, text);
}

static void on_session_leak(void *self, const char *text)
{
    mp_ahead_cause(self, MP_LEAKED, text);
}

static void on_session_rested(void *self)
{
    struct mp_server *server = self;
    server->standing = MP_SERVER_RESTED;
    server->events.on_rested(server->events.self, server);
}

static void note_memory(const struct mp_server *server, int64_t max_rss_kb)
{
    struct mp_platform_state *state =
        mp_context_platform(server->place.context, server->platform);
    if (max_rss_kb > state->max_rss_kb)
        state->max_rss_kb = max_rss_kb;
}

static void on_session_ended(void *self)
{
    struct mp_server *server = self;
    struct mp_record record =
        mp_server_record(server, MP_RECORD_PROCESS_EXITED);
    mp_server_withdraw_prompt(server, "has ended");
    mp_stderr_log_flush(&server->stderr_log);
    server->how = *mp_session_how(server->session);
    mp_server_set_standing(server, MP_SERVER_ENDED);
    server->ended_step = server->step;
    server->unjudged = !server->how.asked;
    char text[MP_HOW_SIZE];
    record.step = (int64_t)server->step;
    record.exited = !server->how.signalled;
    record.exit_code = server->how.exit_code;
    record.signal = server->how.signal;
    record.expected_death = server->how.asked;
    record.text = mp_session_end_text(&server->how, text);
    record.metrics = mp_demise_metrics(server);
    note_memory(server, record.metrics.max_rss_kb);
    mp_ahead_emit(server, &record);
    mp_demise_judge(server);
    drop_session(server);
    server->events.on_ended(server->events.self, server);
}

struct mp_session_events mp_server_events(struct mp_server *server)
{
    return (struct mp_session_events){.self = server,
                                      .on_ready = on_session_ready,
                                      .on_start_failed =
                                          on_session_start_failed,
                                      .on_answer = on_session_answer,
                                      .on_matches = on_session_matches,
                                      .on_late_answer = on_session_late,
                                      .on_free = on_session_free,
                                      .on_definitions = on_session_definitions,
                                      .on_stderr = on_session_stderr,
                                      .on_log = on_session_log,
                                      .on_attachment = on_session_attachment,
                                      .on_note = on_session_note,
                                      .on_fault = on_session_fault,
                                      .on_leak = on_session_leak,
                                      .on_hold = on_session_hold,
                                      .on_rested = on_session_rested,
                                      .on_ended = on_session_ended};
}
