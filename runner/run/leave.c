#include "runner/run/leave.h"

#include "runner/run/case_private.h"
#include "runner/run/demise.h"

static bool is_good(const struct mp_case_run *run)
{
    return run->status <= MP_SKIPPED && !run->options.context->stopping;
}

bool mp_leave_may_keep(const struct mp_case_run *run,
                       const struct mp_server *server)
{
    const struct mp_run_context *context = run->options.context;
    struct mp_kept_use use = {.process = server->member->name,
                              .uri = run->options.source->scenario->uri,
                              .platform = server->platform,
                              .slot = run->options.slot};
    return server->platform->isolation != MP_ISOLATION_SCENARIO &&
           is_good(run) && mp_server_is_alive(server) &&
           mp_server_may_rest(server) &&
           context->is_coming(context->self, &use);
}

void mp_leave_keep(struct mp_case_run *run)
{
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        if (server->standing != MP_SERVER_RESTED)
            continue;
        struct mp_record record =
            mp_server_record(server, MP_RECORD_PROCESS_KEPT);
        record.pid = mp_session_pid(server->session);
        record.metrics = mp_demise_metrics(server);
        record.text = is_good(run) ? "kept for another case"
                                   : "not kept: it is ended after the case";
        mp_emit(run->options.context, &record);
        mp_stderr_log_flush(&server->stderr_log);
        mp_kept_give(server, is_good(run));
    }
}
