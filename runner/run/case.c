#include "runner/run/case.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/run/ahead.h"
#include "runner/run/case_private.h"

struct mp_record mp_case_record(const struct mp_case_run *run,
                                enum mp_record_type type)
{
    return (struct mp_record){.type = type,
                              .case_number =
                                  (int64_t)run->options.source->number,
                              .attempt = run->options.attempt};
}

void mp_case_count(struct mp_case_run *run, enum mp_status status,
                   const char *text, size_t step, const char *process)
{
    run->status = mp_status_worse(run->status, status);
    if (status <= MP_PASSED || run->cause)
        return;
    run->cause = mp_text_copy(text ? text : mp_status_name(status));
    run->cause_step = step;
    run->cause_process = process;
}

int64_t mp_case_stop_ms(const struct mp_case_run *run)
{
    return run->options.context->options->stop_timeout_ms;
}

static void on_timer(struct mp_timer *timer);
static void on_begun_timer(struct mp_timer *timer);
static void on_hook_timer(struct mp_timer *timer);

void mp_case_set_timer(struct mp_case_run *run, int64_t ms)
{
    mp_timer_start(&run->timer, on_timer, ms);
}

void mp_case_set_begun_timer(struct mp_case_run *run, int64_t ms)
{
    mp_timer_start(&run->begun_timer, on_begun_timer, ms);
}

void mp_case_set_hook_timer(struct mp_case_run *run, int64_t ms)
{
    mp_timer_start(&run->hook_timer, on_hook_timer, ms);
}

void mp_case_tell(struct mp_run_context *context, const struct mp_case *source,
                  int attempt, enum mp_status status, const char *why)
{
    mp_definition_emit(context, source, attempt, NULL);
    struct mp_record record = {.type = MP_RECORD_CASE_FINISHED,
                               .case_number = (int64_t)source->number,
                               .attempt = attempt,
                               .status = status,
                               .text = why,
                               .final = true};
    mp_emit(context, &record);
}

/* --- the end --- */

const char *mp_case_cause(const struct mp_case_run *run)
{
    return run->cause;
}

bool mp_case_wants_retry(const struct mp_case_run *run)
{
    bool strict = run->options.context->options->strict;
    bool retryable = mp_status_is_failure(run->status, strict) &&
                     run->status != MP_UNDEFINED &&
                     run->status != MP_AMBIGUOUS && run->status != MP_PENDING &&
                     run->status != MP_INTERRUPTED;
    return retryable && !run->options.context->stopping &&
           run->options.attempt <= run->options.source->scenario->retries;
}

void mp_case_count_cause(struct mp_case_run *run, enum mp_status status,
                         const char *text, const char *process)
{
    struct mp_record record = mp_case_record(run, MP_RECORD_CAUSE);
    record.status = status;
    record.text = text;
    record.process = process;
    mp_emit(run->options.context, &record);
    mp_case_count(run, status, text, 0, process);
}

void mp_case_explain_death(const struct mp_server *server, struct mp_buf *text)
{
    char how[MP_HOW_SIZE];
    mp_buf_format(text, "'%s' %s although nothing asked it to",
                  server->member->name, mp_session_end_text(&server->how, how));
}

/* Deaths that nobody asked for and no step expected. */
static void judge_deaths(struct mp_case_run *run)
{
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        struct mp_buf text = {0};
        if (!server->unjudged || server->ahead)
            continue;
        mp_case_explain_death(server, &text);
        mp_case_count_cause(run, MP_CRASHED, text.data, server->member->name);
        mp_buf_finish(&text);
    }
}

/* Nobody wants to look into empty folders. Of a case that did not pass the
 * reports name the folder: it stays. */
static void drop_empty_artifacts(const struct mp_case_run *run)
{
    for (size_t i = 0; i < run->server_count; i++)
        mp_workspace_drop_empty(&run->workspace, run->servers[i].member->name);
    if (run->status == MP_PASSED)
        mp_workspace_drop_empty(&run->workspace, NULL);
}

static void emit_not_run(struct mp_case_run *run)
{
    const struct mp_scenario *scenario = run->options.source->scenario;
    for (; run->next_step < scenario->step_count; run->next_step++) {
        struct mp_record record = mp_case_record(run, MP_RECORD_STEP_FINISHED);
        record.step = (int64_t)run->next_step + 1;
        record.status = MP_NOT_RUN;
        mp_emit(run->options.context, &record);
    }
}

static void emit_finished(struct mp_case_run *run)
{
    struct mp_record record = mp_case_record(run, MP_RECORD_CASE_FINISHED);
    record.status = run->status;
    record.text = run->cause;
    record.step = (int64_t)run->cause_step;
    record.process = run->cause_process;
    record.duration_ms =
        mp_context_lived(run->options.context) - run->started_ms;
    record.final = !mp_case_wants_retry(run);
    record.flaky = run->status == MP_PASSED && run->options.failed_before;
    mp_emit(run->options.context, &record);
}

/* All its processes have ended. */
static void judge(struct mp_case_run *run)
{
    emit_not_run(run);
    judge_deaths(run);
    mp_sweep_case(run);
    if (run->status == MP_NOT_RUN && !run->broken_off)
        run->status = MP_PASSED; /* a scenario without steps */
    drop_empty_artifacts(run);
    mp_leave_keep(run);
    emit_finished(run);
}

static void finish_if_all_ended(struct mp_case_run *run)
{
    if (run->state != MP_CASE_WINDING_UP || mp_evidence_is_going_on(run))
        return;
    for (size_t i = 0; i < run->server_count; i++) {
        if (mp_server_is_alive(&run->servers[i]) &&
            run->servers[i].standing != MP_SERVER_RESTED)
            return;
    }
    run->state = MP_CASE_OVER;
    mp_timer_stop(&run->timer);
    mp_timer_stop(&run->begun_timer);
    mp_timer_stop(&run->case_timer);
    mp_timer_stop(&run->hook_timer);
    for (size_t i = 0; i < run->server_count; i++)
        mp_ahead_forget(&run->servers[i]);
    if (run->dropped)
        mp_sweep_dropped(run);
    else
        judge(run);
    run->options.on_over(run->options.self, run);
}

/* A step was begun and no "completes" took its answer. */
static void judge_begun(struct mp_case_run *run)
{
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        struct mp_buf text = {0};
        if (!server->begun || run->status > MP_PASSED)
            continue;
        mp_buf_format(&text,
                      "the step that '%s' began (step %zu) was never "
                      "completed; say \"the '%s' process completes\"",
                      server->member->name, server->begun,
                      server->member->name);
        mp_case_count_cause(run, MP_FAILED, text.data, server->member->name);
        mp_buf_finish(&text);
    }
}

/* What the hooks have left of the time for the end. */
static int64_t rest_of_budget(const struct mp_case_run *run)
{
    uint64_t now = mp_clock_now(&run->options.context->clock);
    int64_t used_ms = (int64_t)(now - run->hooks_from);
    return used_ms < run->stop_budget_ms ? run->stop_budget_ms - used_ms : 0;
}

static void stop_servers(struct mp_case_run *run)
{
    enum mp_status status = run->status == MP_NOT_RUN ? MP_PASSED : run->status;
    run->state = MP_CASE_WINDING_UP;
    mp_timer_stop(&run->hook_timer);
    for (size_t i = 0; i < run->server_count; i++) {
        if (mp_leave_may_keep(run, &run->servers[i]))
            mp_server_rest(&run->servers[i], status, rest_of_budget(run));
        else
            mp_server_stop(&run->servers[i], "stopped at the end of the case",
                           run->stop_reason, rest_of_budget(run));
    }
    /* Servers that are ended tell so from the loop; if none is alive we are
     * over, but never within the caller's event. */
    mp_case_set_timer(run, 0);
}

void mp_case_on_hooks(struct mp_case_run *run)
{
    if (run->state == MP_CASE_HOOKS && !mp_around_is_going_on(run))
        stop_servers(run);
}

static void begin_hooks(struct mp_case_run *run)
{
    bool debug = run->options.context->options->debug;
    run->hooks_from = mp_clock_now(&run->options.context->clock);
    run->state = MP_CASE_HOOKS;
    mp_around_after(run, debug ? 0 : run->stop_budget_ms / 2 + 1);
    mp_case_on_hooks(run);
}

void mp_case_wind_up(struct mp_case_run *run, int64_t budget_ms)
{
    if (run->state > MP_CASE_STEPS)
        return;
    mp_timer_stop(&run->timer);
    mp_timer_stop(&run->begun_timer);
    mp_timer_stop(&run->case_timer);
    judge_begun(run);
    run->stop_budget_ms = budget_ms;
    run->state = MP_CASE_GATHERING;
    if (!mp_evidence_gather(run))
        begin_hooks(run);
}

void mp_case_on_evidence(struct mp_case_run *run)
{
    if (run->state == MP_CASE_GATHERING)
        begin_hooks(run);
    else
        finish_if_all_ended(run);
}

void mp_case_go_on(struct mp_case_run *run)
{
    const struct mp_scenario *scenario = run->options.source->scenario;
    if (run->working || run->state != MP_CASE_STEPS)
        return;
    run->working = true;
    while (run->state == MP_CASE_STEPS && run->step.wait == MP_WAIT_NONE) {
        if (run->status > MP_PASSED || run->next_step >= scenario->step_count) {
            mp_case_wind_up(run, mp_case_stop_ms(run));
            break;
        }
        run->next_step++;
        mp_steps_begin(run);
    }
    run->working = false;
}

/* --- events --- */

static void on_ready(void *self, struct mp_server *server)
{
    struct mp_case_run *run = self;
    mp_around_before(run, server);
    mp_steps_on_ready(run, server);
    mp_case_go_on(run);
}

static void on_start_failed(void *self, struct mp_server *server,
                            const char *why)
{
    struct mp_case_run *run = self;
    mp_steps_on_start_failed(run, server, why);
    mp_evidence_on_end(run, server);
    mp_case_go_on(run);
    finish_if_all_ended(run);
}

static void on_answer(void *self, struct mp_server *server,
                      const struct mp_step_result *result)
{
    struct mp_case_run *run = self;
    if (server->hooking.number) {
        mp_around_on_answer(run, server, result);
        mp_case_go_on(run);
        return;
    }
    if (run->state != MP_CASE_STEPS)
        return; /* too late, whatever it says */
    mp_exchange_on_answer(run, server, result);
    mp_case_go_on(run);
}

static void on_free(void *self, struct mp_server *server)
{
    mp_around_on_free(self, server);
}

static void on_ended(void *self, struct mp_server *server)
{
    struct mp_case_run *run = self;
    if (!server->ahead) {
        mp_around_on_ended(run, server);
        mp_ends_on_ended(run, server);
        mp_evidence_on_end(run, server);
    }
    mp_case_on_hooks(run);
    mp_case_go_on(run);
    finish_if_all_ended(run);
}

static void on_rested(void *self, struct mp_server *server)
{
    (void)server;
    finish_if_all_ended(self);
}

static bool on_silent(void *self, struct mp_server *server)
{
    return mp_evidence_on_silence(self, server);
}

static void on_cause(void *self, struct mp_server *server,
                     enum mp_status status, const char *text)
{
    mp_case_count_cause(self, status, text, server->member->name);
}

static void on_timer(struct mp_timer *timer)
{
    struct mp_case_run *run = timer->uv.data;
    if (run->state == MP_CASE_WINDING_UP) {
        finish_if_all_ended(run);
        return;
    }
    mp_steps_on_timer(run);
    mp_case_go_on(run);
}

static void on_begun_timer(struct mp_timer *timer)
{
    struct mp_case_run *run = timer->uv.data;
    mp_background_on_timer(run);
    mp_case_go_on(run);
}

static void on_hook_timer(struct mp_timer *timer)
{
    struct mp_case_run *run = timer->uv.data;
    mp_around_on_timer(run);
    mp_case_on_hooks(run);
    mp_case_go_on(run);
}

static void on_case_timer(struct mp_timer *timer)
{
    struct mp_case_run *run = timer->uv.data;
    char duration[MP_DURATION_SIZE];
    struct mp_buf text = {0};
    mp_buf_format(&text, "the scenario's timeout of %s is over",
                  mp_duration_format(run->options.source->scenario->timeout_ms,
                                     duration));
    mp_case_end(run, MP_TIMED_OUT, text.data, mp_case_stop_ms(run));
    mp_buf_finish(&text);
}

/* --- calls --- */

static void open_timer(struct mp_case_run *run, struct mp_timer *timer)
{
    mp_timer_init(timer, &run->options.context->clock);
    timer->uv.data = run;
    run->open_timers++;
}

struct mp_case_run *mp_case_create(const struct mp_case_options *options)
{
    struct mp_case_run *run = gh_alloc(sizeof(*run));
    run->options = *options;
    run->stop_reason = "scenarioFinished";
    open_timer(run, &run->timer);
    open_timer(run, &run->begun_timer);
    open_timer(run, &run->case_timer);
    open_timer(run, &run->hook_timer);
    return run;
}

static void make_servers(struct mp_case_run *run)
{
    const struct mp_case *source = run->options.source;
    const struct mp_scenario *scenario = source->scenario;
    struct mp_server_events events = {.self = run,
                                      .on_ready = on_ready,
                                      .on_start_failed = on_start_failed,
                                      .on_answer = on_answer,
                                      .on_free = on_free,
                                      .on_ended = on_ended,
                                      .on_silent = on_silent,
                                      .on_rested = on_rested,
                                      .on_cause = on_cause};
    struct mp_server_place place = {.context = run->options.context,
                                    .source = source,
                                    .workspace = &run->workspace,
                                    .exports = &run->exports,
                                    .attempt = run->options.attempt,
                                    .slot = run->options.slot};
    run->server_count = scenario->member_count;
    run->servers = gh_alloc(run->server_count * sizeof(*run->servers));
    for (size_t i = 0; i < run->server_count; i++) {
        const struct mp_member *member = &scenario->members[i];
        mp_server_init(&run->servers[i], &place, member,
                       source->platforms[member->process], &events);
    }
}

static void make_place(struct mp_case_run *run)
{
    const struct mp_run_options *options = run->options.context->options;
    const struct mp_case *source = run->options.source;
    if (!mp_workspace_make(&run->workspace, options->shared_root,
                           options->ipc_prefix, options->artifact_root,
                           source->scenario_id, source->number,
                           run->options.attempt))
        run->unmade = errno;
    make_servers(run);
}

void mp_case_ready(struct mp_case_run *run)
{
    struct mp_run_context *context = run->options.context;
    make_place(run);
    run->state = MP_CASE_AHEAD;
    for (size_t i = 0; i < run->server_count && !run->unmade; i++) {
        if (mp_ahead_may_start(context, run->options.source, i))
            mp_ahead_start(&run->servers[i]);
    }
}

void mp_case_drop(struct mp_case_run *run, int64_t budget_ms)
{
    run->dropped = true;
    run->state = MP_CASE_WINDING_UP;
    for (size_t i = 0; i < run->server_count; i++)
        mp_server_stop(&run->servers[i], "stopped", "runAborted", budget_ms);
    mp_case_set_timer(run, 0);
}

void mp_case_start(struct mp_case_run *run)
{
    const struct mp_case *source = run->options.source;
    if (run->state == MP_CASE_BEGUN)
        make_place(run);
    run->started_ms = mp_context_lived(run->options.context);
    run->overlaps = run->options.context->overlaps;
    mp_definition_emit(run->options.context, source, run->options.attempt,
                       run->workspace.artifact_dir);
    if (source->scenario->timeout_ms)
        mp_timer_start(&run->case_timer, on_case_timer,
                       source->scenario->timeout_ms);
    run->state = MP_CASE_STEPS;
    if (run->unmade) {
        struct mp_buf text = {0};
        mp_buf_format(&text, "cannot make the folder %s: %s",
                      run->workspace.shared_dir, strerror(run->unmade));
        mp_case_count_cause(run, MP_START_FAILED, text.data, NULL);
        mp_buf_finish(&text);
    }
    mp_case_go_on(run);
}

void mp_case_end(struct mp_case_run *run, enum mp_status status,
                 const char *text, int64_t budget_ms)
{
    if (status == MP_INTERRUPTED)
        run->stop_reason = "runAborted";
    if (status == MP_INTERRUPTED)
        mp_evidence_cut(run);
    if (run->state == MP_CASE_GATHERING || run->state == MP_CASE_HOOKS) {
        if (status != MP_INTERRUPTED)
            return;
        run->stop_budget_ms = budget_ms;
        run->hooks_from = mp_clock_now(&run->options.context->clock);
        mp_around_cut(run, status, text);
        mp_case_on_hooks(run);
        return;
    }
    if (run->state == MP_CASE_WINDING_UP) {
        for (size_t i = 0; i < run->server_count; i++)
            mp_server_stop(&run->servers[i], "stopped", run->stop_reason,
                           budget_ms);
        return;
    }
    if (run->state != MP_CASE_STEPS)
        return;
    bool timed_out = status == MP_TIMED_OUT;
    if (timed_out)
        mp_evidence_look(run);
    mp_around_cut(run, status, text);
    bool in_step = mp_steps_is_open(run);
    struct mp_buf where = {0};
    mp_buf_append_text(&where, text);
    if (in_step && !timed_out)
        mp_buf_format(&where, " in step %zu: %s", run->step.number,
                      run->step.plan->text);
    if (in_step)
        mp_steps_abandon(run, timed_out ? MP_TIMED_OUT : MP_NOT_RUN,
                         where.data);
    if (!timed_out || !in_step)
        mp_case_count_cause(run, status, where.data, NULL);
    mp_buf_finish(&where);
    mp_case_wind_up(run, budget_ms);
}

void mp_case_break_off(struct mp_case_run *run, const char *text)
{
    if (run->state != MP_CASE_STEPS)
        return;
    run->broken_off = run->status == MP_NOT_RUN;
    if (mp_steps_is_open(run))
        mp_steps_finish(run, MP_NOT_RUN, NULL);
    if (!run->broken_off)
        mp_case_count_cause(run, MP_START_FAILED, text, NULL);
    else if (!run->cause)
        run->cause = mp_text_copy(text);
    mp_case_wind_up(run, mp_case_stop_ms(run));
}

void mp_case_kill(struct mp_case_run *run)
{
    mp_case_end(run, MP_INTERRUPTED, "interrupted", 0);
    for (size_t i = 0; i < run->server_count; i++) {
        struct mp_server *server = &run->servers[i];
        if (mp_server_is_alive(server))
            mp_server_kill(server, "killed by the second interrupt", SIGKILL);
    }
}

enum mp_status mp_case_status(const struct mp_case_run *run)
{
    return run->status;
}

const struct mp_case_options *mp_case_options(const struct mp_case_run *run)
{
    return &run->options;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct mp_case_run *run = handle->data;
    if (--run->open_timers)
        return;
    gh_free(run);
}

void mp_case_destroy(struct mp_case_run *run)
{
    if (!run || run->destroyed)
        return;
    run->destroyed = true;
    for (size_t i = 0; i < run->server_count; i++)
        mp_server_finish(&run->servers[i]);
    gh_free(run->servers);
    mp_exports_finish(&run->exports);
    gh_free(run->cause);
    gh_free(run->step.text);
    mp_workspace_finish(&run->workspace);
    uv_close((uv_handle_t *)&run->timer.uv, on_timer_closed);
    uv_close((uv_handle_t *)&run->begun_timer.uv, on_timer_closed);
    uv_close((uv_handle_t *)&run->case_timer.uv, on_timer_closed);
    uv_close((uv_handle_t *)&run->hook_timer.uv, on_timer_closed);
}
