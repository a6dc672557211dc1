#include "runner/run/server_private.h"

#include <errno.h>
#include <string.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/run/ahead.h"
#include "runner/run/kept.h"
#include "runner/run/launch.h"

/* --- records --- */

struct mp_record mp_server_record(const struct mp_server *server,
                                  enum mp_record_type type)
{
    return (struct mp_record){.type = type,
                              .case_number =
                                  (int64_t)server->place.source->number,
                              .attempt = server->place.attempt,
                              .process = server->member->name,
                              .platform = server->platform->name,
                              .incarnation = server->incarnation};
}

/* The same at the step, or the hook, that it works at. */
struct mp_record mp_server_placed_record(const struct mp_server *server,
                                         enum mp_record_type type)
{
    struct mp_record record = mp_server_record(server, type);
    record.hook = server->hooking.number;
    record.step = record.hook ? 0 : (int64_t)server->step;
    return record;
}

void mp_server_note(struct mp_server *server, const char *level,
                    const char *text)
{
    struct mp_record record = mp_server_placed_record(server, MP_RECORD_NOTE);
    record.level = level;
    record.text = text;
    mp_ahead_emit(server, &record);
}

/* --- calls --- */

void mp_server_init(struct mp_server *server,
                    const struct mp_server_place *place,
                    const struct mp_member *member,
                    const struct mp_platform *platform,
                    const struct mp_server_events *events)
{
    memset(server, 0, sizeof(*server));
    server->place = *place;
    server->member = member;
    server->platform = platform;
    server->events = *events;
    struct mp_stderr_log_options log = {
        .folder = place->workspace->artifact_dir,
        .name = member->name,
        .mask = place->context->options->mask,
        .self = server,
        .on_line = mp_server_on_stderr_line,
        .on_warning = mp_server_on_stderr_warning};
    mp_stderr_log_init(&server->stderr_log, &log);
    if (place->context->options->trace_protocol)
        mp_trace_init(&server->trace, log.folder, log.name, log.mask);
}

static void emit_started(struct mp_server *server)
{
    struct mp_buf command = {0};
    struct mp_record record =
        mp_server_record(server, MP_RECORD_PROCESS_STARTED);
    for (size_t i = 0; server->launch.argv[i]; i++)
        mp_buf_format(&command, "%s%s", i ? " " : "", server->launch.argv[i]);
    record.pid = mp_session_pid(server->session);
    record.text = mp_buf_text(&command);
    record.reused = server->reused;
    mp_ahead_emit(server, &record);
    mp_buf_finish(&command);
}

/* The next incarnation has nothing of the one before. */
static void begin_life(struct mp_server *server)
{
    gh_arena_reset(&server->arena);
    server->incarnation++;
    server->reused = server->paused = false;
    memset(&server->before, 0, sizeof(server->before));
    server->unjudged = false;
    server->killed = false;
    gh_free(server->ended_by);
    server->ended_by = NULL;
    memset(&server->how, 0, sizeof(server->how));
    memset(&server->hooking, 0, sizeof(server->hooking));
    server->log_lines = server->log_bytes = 0;
    server->dropping = false;
    server->stderr_seen = false;
    server->started_ns = uv_hrtime();
    server->hidden_ms = 0;
    server->short_of_means = false;
    server->started_ms = mp_context_lived(server->place.context);
    mp_server_set_standing(server, MP_SERVER_STARTING);
}

static void make_folder(struct mp_server *server)
{
    if (!mp_fs_make_dirs(server->hello.artifact_dir)) {
        mp_server_on_log_error(server, errno);
        mp_server_note(server, "warning",
                       "its folder for attachments cannot be made");
    }
}

void mp_server_start(struct mp_server *server)
{
    struct mp_run_context *context = server->place.context;
    struct mp_session_events events = mp_server_events(server);
    bool of_case = server->place.source->number; /* else of the run */
    begin_life(server);
    if (of_case && server->incarnation == 1 && mp_kept_take(server))
        return;
    mp_launch_prepare(server);
    make_folder(server);
    struct mp_platform_state *state =
        mp_context_platform(context, server->platform);
    struct mp_session_options options = {
        .nursery = &context->nursery,
        .platform = server->platform,
        .level = state->level,
        .list_definitions = context->options->definitions && !state->listed,
        .list_hooks = !state->listed,
        .launch = &server->launch,
        .hello = &server->hello,
        .trace = &server->trace,
        .strict_protocol = context->options->strict_protocol,
        .bounded =
            of_case && server->platform->isolation != MP_ISOLATION_SCENARIO};
    server->session = mp_session_create(&options, &events);
    mp_session_start(server->session);
    emit_started(server);
}

void mp_server_enter(struct mp_server *server, struct mp_session *session)
{
    struct mp_session_events events = mp_server_events(server);
    server->reused = true;
    server->session = session;
    mp_launch_greet(server);
    make_folder(server);
    emit_started(server);
    mp_session_enter(session, &events, &server->hello, &server->trace);
}

bool mp_server_may_rest(const struct mp_server *server)
{
    return server->standing == MP_SERVER_RUNNING && server->incarnation == 1 &&
           !server->paused && !server->begun && !server->awaited &&
           !server->on_request && mp_session_is_fit(server->session);
}

void mp_server_rest(struct mp_server *server, enum mp_status status,
                    int64_t budget_ms)
{
    server->standing = MP_SERVER_RESTING;
    server->hello.status = mp_status_name(status);
    mp_session_rest(server->session, budget_ms);
}

void mp_server_execute(struct mp_server *server, size_t step,
                       const struct mp_step_call *call)
{
    server->step = step;
    server->attachments = 0;
    server->awaited = true;
    mp_session_execute(server->session, call);
}

void mp_server_execute_hook(struct mp_server *server,
                            const struct mp_hook_call *call)
{
    server->attachments = 0;
    server->awaited = true;
    mp_session_execute_hook(server->session, call);
}

void mp_server_match(struct mp_server *server,
                     const struct mp_step *const *steps, size_t count)
{
    server->awaited = true;
    mp_session_match(server->session, steps, count);
}

void mp_server_give_up(struct mp_server *server)
{
    server->awaited = false;
    if (server->session)
        mp_session_give_up(server->session);
}

static void set_ended_by(struct mp_server *server, const char *by)
{
    gh_free(server->ended_by);
    server->ended_by = mp_text_copy(by);
    mp_server_set_standing(server, MP_SERVER_STOPPING);
    server->awaited = false;
}

void mp_server_stop(struct mp_server *server, const char *by,
                    const char *reason, int64_t budget_ms)
{
    if (!server->session || mp_session_forgo(server->session))
        return;
    if (server->standing != MP_SERVER_STOPPING)
        set_ended_by(server, by);
    mp_server_withdraw_prompt(server, NULL);
    mp_session_stop(server->session, reason, budget_ms);
}

void mp_server_kill(struct mp_server *server, const char *by, int number)
{
    if (!server->session || mp_session_forgo(server->session))
        return;
    set_ended_by(server, by);
    server->killed = true;
    server->on_request = true;
    mp_server_withdraw_prompt(server, NULL);
    mp_session_kill(server->session, number);
}

void mp_server_pause(struct mp_server *server)
{
    server->paused = true;
    if (server->session)
        mp_session_pause(server->session);
}

void mp_server_resume(struct mp_server *server)
{
    if (server->session)
        mp_session_resume(server->session);
}

bool mp_server_is_alive(const struct mp_server *server)
{
    return server->session && mp_session_is_alive(server->session);
}

bool mp_server_is_running(const struct mp_server *server)
{
    return mp_server_is_alive(server) && !server->ahead &&
           server->standing != MP_SERVER_STOPPING;
}

bool mp_server_is_dying(const struct mp_server *server)
{
    return mp_server_is_alive(server) && !server->ahead &&
           mp_session_has_died(server->session);
}

void mp_server_finish(struct mp_server *server)
{
    mp_server_withdraw_prompt(server, NULL);
    mp_session_destroy(server->session);
    gh_free(server->ended_by);
    gh_free(server->start_failure);
    mp_buf_finish(&server->held);
    gh_free(server->begun_text);
    mp_try_finish(&server->last_try);
    mp_stderr_log_finish(&server->stderr_log);
    mp_trace_finish(&server->trace);
    gh_arena_finish(&server->arena);
    gh_arena_finish(&server->launch_arena);
    gh_free(server->group);
    memset(server, 0, sizeof(*server));
}
