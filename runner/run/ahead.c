#include "runner/run/ahead.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/journal/codec.h"
#include "runner/run/launch.h"

/* Of a process of a platform none of which has ended yet. */
#define UNKNOWN_MEMORY_KB 65536

/* --- which --- */

static bool holds(const size_t *members, size_t count, size_t member)
{
    for (size_t i = 0; i < count; i++) {
        if (members[i] == member)
            return true;
    }
    return false;
}

static bool needs_it(const struct mp_step *step)
{
    return step->action == MP_ACTION_SEND || step->action == MP_ACTION_BEGIN ||
           step->action == MP_ACTION_IS_RUNNING ||
           step->action == MP_ACTION_ALL_READY;
}

bool mp_ahead_is_natural(const struct mp_scenario *scenario, size_t member)
{
    if (scenario->members[member].started_by_mention)
        return false;
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct mp_step *step = &scenario->steps[i];
        if (holds(step->ensured, step->ensured_count, member) ||
            holds(step->targets, step->target_count, member))
            return needs_it(step);
    }
    return false;
}

bool mp_ahead_may_start(struct mp_run_context *context,
                        const struct mp_case *source, size_t member)
{
    const struct mp_member *who = &source->scenario->members[member];
    const struct mp_platform *platform = source->platforms[who->process];
    const struct mp_platform_state *state =
        mp_context_platform(context, platform);
    return platform->prestart && platform->isolation == MP_ISOLATION_SCENARIO &&
           state->level != MP_LEVEL_UNKNOWN && !state->failed_starts &&
           !mp_launch_is_wrapped(context->options, who) &&
           mp_ahead_is_natural(source->scenario, member);
}

size_t mp_ahead_count(struct mp_run_context *context,
                      const struct mp_case *source, int64_t *memory_kb)
{
    const struct mp_scenario *scenario = source->scenario;
    size_t count = 0;
    *memory_kb = 0;
    for (size_t i = 0; i < scenario->member_count; i++) {
        if (!mp_ahead_may_start(context, source, i))
            continue;
        const struct mp_platform *platform =
            source->platforms[scenario->members[i].process];
        int64_t most = mp_context_platform(context, platform)->max_rss_kb;
        *memory_kb += most ? most : UNKNOWN_MEMORY_KB;
        count++;
    }
    return count;
}

/* --- what is held --- */

static bool is_dispensable(enum mp_record_type type)
{
    return type == MP_RECORD_LOG || type == MP_RECORD_NOTE ||
           type == MP_RECORD_ATTACHMENT || type == MP_RECORD_EXPORT;
}

static void hold(struct mp_server *server, const struct mp_record *record)
{
    struct gh_jsonw line;
    gh_jsonw_init(&line);
    mp_codec_encode(record, &line);
    size_t length = gh_jsonw_text(&line).len;
    if (is_dispensable(record->type) &&
        server->held.len + length > MP_AHEAD_HELD_MAX)
        server->held_too_much = true;
    else
        mp_buf_append_str(&server->held, gh_jsonw_text(&line));
    gh_jsonw_finish(&line);
}

void mp_ahead_emit(struct mp_server *server, struct mp_record *record)
{
    if (server->ahead)
        hold(server, record);
    else
        mp_emit(server->place.context, record);
}

void mp_ahead_cause(struct mp_server *server, enum mp_status status,
                    const char *text)
{
    struct mp_record record = {
        .type = MP_RECORD_CAUSE, .status = status, .text = text};
    if (server->ahead)
        hold(server, &record);
    else
        server->events.on_cause(server->events.self, server, status, text);
}

static void tell(struct mp_server *server, const char *line, size_t length)
{
    struct mp_record record;
    struct gh_arena arena = {0};
    struct mp_buf fault = {0};
    enum mp_codec_result result =
        mp_codec_decode(line, length, &record, &arena, &fault);
    assert(result == MP_CODEC_RECORD); /* we wrote it */
    (void)result;
    if (record.type == MP_RECORD_CAUSE)
        mp_ahead_cause(server, record.status, record.text);
    else
        mp_emit(server->place.context, &record);
    mp_buf_finish(&fault);
    gh_arena_finish(&arena);
}

static void tell_held(struct mp_server *server)
{
    struct mp_buf held = server->held;
    const char *at = held.data, *end = at ? at + held.len : at;
    memset(&server->held, 0, sizeof(server->held));
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        size_t length = feed ? (size_t)(feed - at) : (size_t)(end - at);
        tell(server, at, length);
        at += length + 1;
    }
    mp_buf_finish(&held);
    if (server->held_too_much)
        mp_server_note(server, "warning",
                       "it said more than 4 MiB before a step named it: the "
                       "rest is left out");
}

/* --- its life --- */

void mp_ahead_start(struct mp_server *server)
{
    server->ahead = true;
    mp_server_start(server);
}

bool mp_ahead_take_over(struct mp_server *server)
{
    server->ahead = false;
    if (server->short_of_means) {
        mp_buf_finish(&server->held);
        gh_free(server->start_failure);
        server->start_failure = NULL;
        server->short_of_means = false;
        server->incarnation = 0;
        return false;
    }
    server->hidden_ms =
        mp_context_lived(server->place.context) - server->started_ms;
    server->standing = server->ahead_standing;
    tell_held(server);
    if (server->session)
        mp_session_hold_again(server->session);
    return true;
}

bool mp_ahead_on_silence(struct mp_server *server)
{
    mp_session_close_ears(server->session);
    return true;
}

void mp_ahead_forget(struct mp_server *server)
{
    struct mp_buf path = {0};
    if (!server->ahead)
        return;
    mp_stderr_log_finish(&server->stderr_log);
    mp_buf_format(&path, "%s/%s.stderr.log",
                  server->place.workspace->artifact_dir, server->member->name);
    unlink(path.data);
    mp_fs_remove_tree(server->hello.artifact_dir, NULL);
    mp_buf_finish(&path);
}
