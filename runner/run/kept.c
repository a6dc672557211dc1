#include "runner/run/kept.h"

#include <signal.h>
#include <string.h>

#include "runner/base/errors.h"
#include "runner/base/text.h"
#include "runner/run/context.h"
#include "runner/run/demise.h"
#include "runner/run/server.h"

/* What it may write to stderr between two cases. */
#define HELD_MAX 65536

struct mp_kept {
    struct mp_kept *next;
    struct mp_keeper *keeper;
    struct mp_session *session;
    struct mp_kept_use use;
    bool ending;
    const char *mark;
    char *group; /* owned */
    char **environment;
    struct mp_launch launch;
    struct gh_arena arena; /* of the environment */
    uint64_t started_ns;
    struct mp_metrics before;
    struct mp_buf held; /* its stderr since its last case */
};

void mp_keeper_open(struct mp_keeper *keeper, struct mp_run_context *context,
                    struct mp_errors *errors)
{
    *keeper = (struct mp_keeper){.context = context, .errors = errors};
}

/* --- what it does while nobody has it --- */

static void warn(const struct mp_kept *kept, const char *text)
{
    mp_errors_warn(kept->keeper->errors,
                   "warning: '%s' (%s), kept for another case: %s",
                   kept->use.process, kept->use.platform->name, text);
}

static void forget(struct mp_kept *kept)
{
    struct mp_keeper *keeper = kept->keeper;
    struct mp_kept **at = &keeper->first;
    while (*at != kept)
        at = &(*at)->next;
    *at = kept->next;
    keeper->count--;
    mp_session_destroy(kept->session);
    mp_buf_finish(&kept->held);
    gh_arena_finish(&kept->arena);
    gh_free(kept->group);
    gh_free(kept);
}

/* What it left in its control group. Without one nobody can tell it from what
 * others left that began with the same case: the end of the run finds it. */
static void sweep(struct mp_kept *kept)
{
    struct mp_buf mark = {0}, found = {0}, text = {0};
    mp_buf_format(&mark, "MPRUN_SCENARIO_ID=%s", kept->group);
    mp_contain_sweep(&kept->keeper->context->contain, mark.data, false, &found);
    if (found.len) {
        mp_buf_format(&text, "it left processes behind: %s", found.data);
        warn(kept, text.data);
    }
    mp_buf_finish(&mark);
    mp_buf_finish(&found);
    mp_buf_finish(&text);
}

static void on_ended(void *self)
{
    struct mp_kept *kept = self;
    struct mp_run_context *context = kept->keeper->context;
    const struct mp_session_end *how = mp_session_how(kept->session);
    char end[MP_HOW_SIZE], text[MP_HOW_SIZE + 64];
    bool bad = how->signalled ? !how->terminated : how->exit_code != 0;
    snprintf(text, sizeof(text), "it %s%s", mp_session_end_text(how, end),
             kept->ending ? " after it was asked to stop" : "");
    if (how->forced)
        warn(kept, "it did not end when asked to: only SIGKILL stopped it");
    else if (!kept->ending || (bad && !context->interrupted))
        warn(kept, text);
    if (how->survivors || how->held_open)
        warn(kept, "it left processes behind");
    sweep(kept);
    forget(kept);
    mp_context_wake(context);
}

static void on_stderr(void *self, const char *bytes, size_t length)
{
    struct mp_kept *kept = self;
    size_t room = HELD_MAX - kept->held.len;
    mp_buf_append(&kept->held, bytes, length < room ? length : room);
}

static void on_text(void *self, const char *text)
{
    warn(self, text);
}

static void on_note(void *self, const char *level, const char *text)
{
    if (!strcmp(level, "warning"))
        warn(self, text);
}

static void on_log(void *self, const char *source, const char *level,
                   const char *time, const char *text)
{
    (void)self;
    (void)source;
    (void)level;
    (void)time;
    (void)text;
}

static void on_attachment(void *self, const struct mp_attachment *attachment)
{
    (void)self;
    (void)attachment;
}

static void on_late(void *self, int64_t late_ms)
{
    (void)self;
    (void)late_ms;
}

static void end_one(struct mp_kept *kept, int64_t budget_ms)
{
    kept->ending = true;
    mp_session_stop(kept->session,
                    kept->keeper->context->interrupted ? "runAborted"
                                                       : "scenarioFinished",
                    budget_ms);
}

/* --- from a case, to a case --- */

void mp_kept_give(struct mp_server *server, bool keep)
{
    struct mp_keeper *keeper = &server->place.context->keeper;
    struct mp_kept *kept = gh_alloc(sizeof(*kept));
    struct mp_kept **end = &keeper->first;
    struct mp_session_events events = {.self = kept,
                                       .on_late_answer = on_late,
                                       .on_stderr = on_stderr,
                                       .on_log = on_log,
                                       .on_attachment = on_attachment,
                                       .on_note = on_note,
                                       .on_fault = on_text,
                                       .on_leak = on_text,
                                       .on_ended = on_ended};
    *kept = (struct mp_kept){
        .keeper = keeper,
        .session = server->session,
        .use = {.process = server->member->name,
                .uri = server->place.source->scenario->uri,
                .platform = server->platform,
                .slot = server->place.slot},
        .mark = server->first_mark ? server->first_mark
                                   : server->place.source->scenario_id,
        .group = server->group,
        .environment = server->environment,
        .launch = server->launch,
        .arena = server->reused ? server->launch_arena : server->arena,
        .started_ns = server->started_ns,
        .before = mp_demise_whole(server)};
    memset(server->reused ? &server->launch_arena : &server->arena, 0,
           sizeof(struct gh_arena));
    while (*end)
        end = &(*end)->next;
    *end = kept;
    keeper->count++;
    mp_session_hand_over(server->session, &events);
    server->session = NULL;
    server->group = NULL;
    server->standing = MP_SERVER_ENDED;
    if (!keep)
        end_one(kept, keeper->context->options->stop_timeout_ms);
}

static bool same_use(const struct mp_kept_use *use, const char *process,
                     const struct mp_platform *platform, const char *uri)
{
    return use->platform == platform && !strcmp(use->process, process) &&
           (platform->isolation == MP_ISOLATION_RUN || !strcmp(use->uri, uri));
}

/* One that did what it should not while nobody had it is ended. */
static struct mp_kept *find(const struct mp_server *server)
{
    struct mp_kept *kept = server->place.context->keeper.first;
    const char *uri = server->place.source->scenario->uri;
    for (; kept; kept = kept->next) {
        if (kept->ending || kept->use.slot != server->place.slot ||
            !same_use(&kept->use, server->member->name, server->platform, uri))
            continue;
        bool lives = !mp_session_has_died(kept->session);
        if (lives && mp_session_is_fit(kept->session))
            break;
        if (lives)
            end_one(kept, server->place.context->options->stop_timeout_ms);
    }
    return kept;
}

bool mp_kept_take(struct mp_server *server)
{
    struct mp_kept *kept = find(server);
    if (!kept)
        return false;
    struct mp_session *session = kept->session;
    struct mp_buf held = kept->held;
    gh_arena_finish(&server->launch_arena);
    server->launch_arena = kept->arena;
    server->environment = kept->environment;
    server->launch = kept->launch;
    server->first_mark = kept->mark;
    server->started_ns = kept->started_ns;
    server->before = kept->before;
    server->group = kept->group;
    memset(&kept->held, 0, sizeof(kept->held));
    memset(&kept->arena, 0, sizeof(kept->arena));
    kept->session = NULL;
    kept->group = NULL;
    forget(kept);
    mp_server_enter(server, session);
    if (held.len)
        mp_stderr_log_take(&server->stderr_log, held.data, held.len);
    mp_buf_finish(&held);
    return true;
}

/* --- which --- */

bool mp_kept_is_for(const struct mp_kept_use *use, const struct mp_case *source)
{
    const struct mp_scenario *scenario = source->scenario;
    for (size_t i = 0; i < scenario->member_count; i++) {
        const struct mp_member *member = &scenario->members[i];
        if (same_use(use, member->name, source->platforms[member->process],
                     scenario->uri))
            return true;
    }
    return false;
}

size_t mp_keeper_others(const struct mp_keeper *keeper,
                        const struct mp_case *source, size_t slot)
{
    size_t count = 0;
    const struct mp_kept *kept = keeper->first;
    for (; kept; kept = kept->next)
        count += kept->ending || kept->use.slot != slot ||
                 !mp_kept_is_for(&kept->use, source);
    return count;
}

/* --- the end --- */

void mp_keeper_retire(struct mp_keeper *keeper, size_t most,
                      bool (*unwanted)(void *self,
                                       const struct mp_kept_use *use),
                      void *self)
{
    for (struct mp_kept *kept = keeper->first; kept && most;
         kept = kept->next) {
        if (kept->ending || !unwanted(self, &kept->use))
            continue;
        end_one(kept, keeper->context->options->stop_timeout_ms);
        most--;
    }
}

void mp_keeper_end_all(struct mp_keeper *keeper, int64_t budget_ms)
{
    for (struct mp_kept *kept = keeper->first; kept; kept = kept->next)
        end_one(kept, budget_ms);
}

void mp_keeper_kill_all(struct mp_keeper *keeper)
{
    for (struct mp_kept *kept = keeper->first; kept; kept = kept->next) {
        kept->ending = true;
        mp_session_kill(kept->session, SIGKILL);
    }
}
