#include "runner/run/evidence.h"

#include <inttypes.h>
#include <time.h>

#include "runner/proc/core.h"
#include "runner/proc/look.h"
#include "runner/run/case_private.h"
#include "runner/run/demise.h"
#include "runner/run/examine.h"

/* Commands of a case at the same time; the others wait. */
#define MOST_AT_ONCE 4
/* What is larger is named, not attached. */
#define CORE_MAX (INT64_C(1) << 30)

/* --- states --- */

/* It has no process that could be looked at. */
static const char *describe_absent(const struct mp_server *server,
                                   struct mp_buf *text)
{
    char how[MP_HOW_SIZE];
    if (server->standing == MP_SERVER_NEVER) {
        mp_buf_append_text(text, "not started yet");
        return "absent";
    }
    if (server->ended_by)
        mp_buf_format(text, "ended: it was %s", server->ended_by);
    else
        mp_buf_format(text, "ended: it %s",
                      mp_session_end_text(&server->how, how));
    return "ended";
}

static void look_at(const struct mp_server *server)
{
    struct mp_record record = mp_server_record(server, MP_RECORD_PROCESS_STATE);
    struct mp_look look = {0};
    struct mp_buf text = {0};
    if (mp_server_is_alive(server) && !server->ahead &&
        mp_session_pid(server->session) > 1) {
        record.pid = mp_session_pid(server->session);
        mp_look_at((pid_t)record.pid, &look);
        mp_look_append(&look, &text);
        record.kind = look.word;
        record.name = *look.wait ? look.wait : NULL;
    } else {
        record.kind = describe_absent(server, &text);
    }
    record.step = (int64_t)server->step;
    record.text = text.data;
    mp_emit(server->place.context, &record);
    mp_buf_finish(&text);
}

static bool owes_an_answer(const struct mp_server *server)
{
    return mp_server_is_running(server) &&
           (server->awaited || server->standing == MP_SERVER_STARTING ||
            (server->begun && !server->begun_answered));
}

void mp_evidence_look(struct mp_case_run *run)
{
    if (run->evidence.looked)
        return;
    run->evidence.looked = true;
    for (size_t i = 0; i < run->server_count; i++) {
        look_at(&run->servers[i]);
        run->servers[i].hangs = owes_an_answer(&run->servers[i]);
    }
}

/* --- commands --- */

static void start_next(struct mp_case_run *run)
{
    struct mp_evidence *evidence = &run->evidence;
    struct mp_examination *at = evidence->list;
    for (; at && evidence->running < MOST_AT_ONCE;
         at = *mp_examination_next(at)) {
        if (mp_examination_is_started(at) || mp_examination_is_due(at))
            continue;
        evidence->running++;
        mp_examination_start(at);
    }
}

/* What the commands left behind, if they were the last. */
static void sweep(struct mp_case_run *run, const struct mp_server *server)
{
    struct mp_run_context *context = run->options.context;
    struct mp_buf mark = {0}, found = {0}, text = {0};
    mp_buf_format(&mark, "MPRUN_SCENARIO_ID=%s" MP_EXAMINE_MARK,
                  run->options.source->scenario_id);
    if (mp_contain_sweep(&context->contain, mark.data, false, &found)) {
        struct mp_record record = mp_server_record(server, MP_RECORD_NOTE);
        mp_buf_format(&text,
                      "on_timeout or on_crash left processes behind, which "
                      "were killed: %s",
                      found.data);
        record.level = "warning";
        record.text = text.data;
        mp_emit(context, &record);
    }
    mp_buf_finish(&mark);
    mp_buf_finish(&found);
    mp_buf_finish(&text);
}

static void on_over(void *self, struct mp_examination *over)
{
    struct mp_case_run *run = self;
    struct mp_evidence *evidence = &run->evidence;
    struct mp_server *server = mp_examination_options(over)->server;
    struct mp_examination **at = &evidence->list;
    bool same = server->incarnation == mp_examination_incarnation(over);
    while (*at != over)
        at = mp_examination_next(*at);
    *at = *mp_examination_next(over);
    evidence->running -= mp_examination_is_started(over);
    mp_examination_destroy(over);
    if (!evidence->list)
        sweep(run, server);
    start_next(run);
    if (server->session && same) /* in case that it is held for this */
        mp_session_go_on(server->session);
    if (!evidence->list)
        mp_case_on_evidence(run);
}

static void examine(struct mp_case_run *run, struct mp_server *server,
                    const char *name, const struct mp_examiner *command,
                    int64_t pid, const char *core)
{
    struct mp_examine_options options = {.server = server,
                                         .command = command,
                                         .name = name,
                                         .pid = pid,
                                         .core = core,
                                         .begun_ms = run->evidence.begun_ms,
                                         .self = run,
                                         .on_over = on_over};
    struct mp_examination **at = &run->evidence.list;
    while (*at)
        at = mp_examination_next(*at);
    *at = mp_examination_create(&options);
    start_next(run);
}

static bool is_wanted(const struct mp_case_run *run,
                      const struct mp_examiner *command)
{
    return command->argv && !run->options.context->interrupted;
}

static bool look_into(struct mp_case_run *run, struct mp_server *server)
{
    const struct mp_examiner *command = &server->platform->on_timeout;
    bool hangs = server->hangs;
    server->hangs = false; /* once is enough */
    if (!hangs || !is_wanted(run, command) || !mp_server_is_alive(server) ||
        mp_session_has_died(server->session))
        return false;
    examine(run, server, "on_timeout", command, mp_session_pid(server->session),
            NULL);
    return true;
}

/* What is examined from now on has its time from now on. */
static void begin(struct mp_case_run *run)
{
    run->evidence.begun_ms = mp_clock_now(run->options.context->nursery.clock);
}

bool mp_evidence_gather(struct mp_case_run *run)
{
    begin(run);
    for (size_t i = 0; i < run->server_count; i++)
        look_into(run, &run->servers[i]);
    return run->evidence.list;
}

bool mp_evidence_on_silence(struct mp_case_run *run, struct mp_server *server)
{
    begin(run);
    mp_evidence_look(run);
    return look_into(run, server);
}

bool mp_evidence_is_going_on(const struct mp_case_run *run)
{
    return run->evidence.list;
}

void mp_evidence_cut(struct mp_case_run *run)
{
    struct mp_examination *at = run->evidence.list;
    for (; at; at = *mp_examination_next(at))
        mp_examination_cut(at, "the run was interrupted");
}

/* --- crashes --- */

static int64_t started_wall_ms(const struct mp_server *server)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t age_ms = (uv_hrtime() - server->started_ns) / 1000000;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - (int64_t)age_ms;
}

static void attach_core(const struct mp_server *server, const char *path)
{
    struct mp_record record = mp_server_record(server, MP_RECORD_ATTACHMENT);
    struct mp_buf name = {0};
    mp_buf_format(&name, "core of %s(%s)", server->member->name,
                  server->platform->name);
    record.step = (int64_t)server->step;
    record.name = name.data;
    record.media_type = "application/x-core";
    record.path = path;
    mp_emit(server->place.context, &record);
    mp_buf_finish(&name);
}

/* Once in a run: it holds for all. */
static void tell_program(struct mp_server *server, const char *program)
{
    struct mp_run_context *context = server->place.context;
    struct mp_buf text = {0};
    if (!context->told_core_program)
        mp_buf_format(&text,
                      "the kernel hands core files to a program, which may "
                      "show them (coredumpctl info %" PRId64
                      "): /proc/sys/kernel/core_pattern says %s",
                      server->how.pid, program);
    context->told_core_program = true;
    if (text.len)
        mp_server_note(server, "note", text.data);
    mp_buf_finish(&text);
}

static void tell_file(struct mp_server *server, const char *path, int64_t bytes)
{
    struct mp_buf text = {0};
    if (bytes <= CORE_MAX) {
        attach_core(server, path);
        return;
    }
    mp_buf_format(&text,
                  "its core file is %s (%" PRId64
                  " MiB: too large to be attached)",
                  path, bytes >> 20);
    mp_server_note(server, "note", text.data);
    mp_buf_finish(&text);
}

static void tell_lost(struct mp_server *server, const char *name)
{
    struct mp_buf text = {0};
    mp_buf_format(&text,
                  "a core file was written, but there is no new one by the "
                  "name %s in %s (did it change its folder?)",
                  name, server->platform->cwd);
    mp_server_note(server, "note", text.data);
    mp_buf_finish(&text);
}

/* Its path, to be freed; NULL: it has none that could be found. */
static char *find_core(struct mp_server *server)
{
    const char *folders[] = {server->platform->cwd, server->hello.artifact_dir};
    struct mp_core_search search = {.pid = (pid_t)server->how.pid,
                                    .signal = server->how.signal,
                                    .folders = folders,
                                    .folder_count = 2,
                                    .since_ms = started_wall_ms(server)};
    struct mp_buf where = {0};
    int64_t bytes = 0;
    char *path = NULL;
    if (!server->how.dumped_core)
        return NULL;
    switch (mp_core_find(&search, &where, &bytes)) {
    case MP_CORE_FILE:
        tell_file(server, where.data, bytes);
        path = mp_buf_take(&where);
        break;
    case MP_CORE_PROGRAM:
        tell_program(server, mp_buf_text(&where));
        break;
    case MP_CORE_LOST:
        tell_lost(server, mp_buf_text(&where));
        break;
    }
    mp_buf_finish(&where);
    return path;
}

void mp_evidence_on_end(struct mp_case_run *run, struct mp_server *server)
{
    const struct mp_examiner *command = &server->platform->on_crash;
    bool expected = !server->how.asked && run->status <= MP_PASSED &&
                    mp_ends_expected_later(run, server);
    if (!mp_demise_is_crash(server) || expected)
        return;
    begin(run);
    char *core = find_core(server);
    if (is_wanted(run, command))
        examine(run, server, "on_crash", command, server->how.pid, core);
    gh_free(core);
}
