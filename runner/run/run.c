#include "runner/run/run.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/run/ask.h"
#include "runner/run/host.h"
#include "runner/run/run_private.h"

static const int signal_table[MP_SIGNAL_COUNT] = {SIGINT, SIGTERM, SIGHUP,
                                                  SIGQUIT};

/* --- signals and timeouts --- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct mp_pool *pool = handle->data;
    if (pool->signal) {
        mp_schedule_kill_all(pool);
        mp_hosts_kill(&pool->context);
        mp_asks_kill(&pool->context);
        return;
    }
    pool->signal = number;
    pool->context.interrupted = true;
    mp_schedule_stop(pool, "interrupted");
    int64_t budget_ms = MP_INTERRUPT_MS < pool->options->stop_timeout_ms
                            ? MP_INTERRUPT_MS
                            : pool->options->stop_timeout_ms;
    pool->end_by_ms = mp_clock_now(&pool->context.clock) + (uint64_t)budget_ms;
    mp_schedule_end_all(pool, MP_INTERRUPTED, "interrupted", budget_ms);
    mp_hosts_hurry(&pool->context, MP_INTERRUPTED, "interrupted", budget_ms);
    mp_asks_hurry(&pool->context, "interrupted", budget_ms);
    mp_schedule_soon(pool);
}

static void on_deadline(struct mp_timer *timer)
{
    struct mp_pool *pool = timer->uv.data;
    char duration[MP_DURATION_SIZE];
    struct mp_buf text = {0};
    mp_buf_format(&text, "the run's timeout of %s is over",
                  mp_duration_format(pool->options->run_timeout_ms, duration));
    mp_schedule_stop(pool, "the run's timeout is over");
    mp_schedule_end_all(pool, MP_TIMED_OUT, text.data,
                        pool->options->stop_timeout_ms);
    mp_hosts_hurry(&pool->context, MP_TIMED_OUT, text.data,
                   pool->options->stop_timeout_ms);
    mp_asks_hurry(&pool->context, text.data, pool->options->stop_timeout_ms);
    mp_buf_finish(&text);
    mp_schedule_soon(pool);
}

/* One of a case's processes may have left it to us since its case was swept.
 */
static void on_child_ended(uv_signal_t *handle, int number)
{
    struct mp_pool *pool = handle->data;
    (void)number;
    mp_contain_reap(&pool->context.contain);
}

static void on_tick(uv_timer_t *timer)
{
    struct mp_pool *pool = timer->data;
    pool->options->on_tick(pool->options->tick_self,
                           mp_context_time(&pool->context));
}

/* --- the loop --- */

/* After an interrupt the reports are written whatever else is typed. */
static void close_signals(struct mp_pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    for (int i = 0; i < MP_SIGNAL_COUNT; i++) {
        if (!uv_is_closing((uv_handle_t *)&pool->signals[i]))
            uv_close((uv_handle_t *)&pool->signals[i], NULL);
        if (pool->signal)
            signal(signal_table[i], SIG_IGN);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Each case sweeps up after itself; this finds what none could be blamed for.
 */
static void sweep_rest(struct mp_pool *pool)
{
    struct mp_buf mark = {0}, found = {0};
    mp_buf_format(&mark, "MPRUN_RUN_ID=%s", pool->options->run_id);
    if (mp_contain_sweep(&pool->context.contain, mark.data, true, &found))
        mp_errors_warn(pool->errors,
                       "warning: some case left processes behind: %s",
                       found.data);
    mp_buf_finish(&mark);
    mp_buf_finish(&found);
}

static void drop_group(struct mp_pool *pool)
{
    struct mp_contain *contain = &pool->context.contain;
    if (!mp_contain_unmake(contain))
        mp_errors_warn(pool->errors, "warning: cannot remove %s: %s",
                       contain->cgroup, strerror(errno));
    if (contain->outside)
        mp_errors_warn(pool->errors,
                       "warning: %zu process%s not started in a control "
                       "group: what they left was found without it",
                       contain->outside,
                       contain->outside == 1 ? " was" : "es were");
}

void mp_pool_close(struct mp_pool *pool)
{
    for (size_t i = 0; i < pool->context.platform_count; i++)
        mp_host_destroy(pool->context.platforms[i]->host);
    mp_asks_destroy(&pool->context);
    close_signals(pool);
    mp_suspend_close(&pool->suspend);
    mp_clock_close(&pool->context.clock);
    mp_prompter_close(&pool->context.prompter);
    sweep_rest(pool);
    uv_handle_t *handles[] = {
        (uv_handle_t *)&pool->tick, (uv_handle_t *)&pool->deadline.uv,
        (uv_handle_t *)&pool->starter, (uv_handle_t *)&pool->child_ended};
    for (int i = 0; i < 4; i++) {
        if (!uv_is_closing(handles[i]))
            uv_close(handles[i], NULL);
    }
    /* Before the watchdog, which would do it for us, is sent away. */
    struct mp_buf stuck = {0};
    if (!pool->options->keep &&
        !mp_fs_remove_tree(pool->options->shared_root, &stuck))
        mp_errors_warn(pool->errors, "warning: cannot remove %s: %s",
                       stuck.data, strerror(errno));
    mp_buf_finish(&stuck);
    drop_group(pool);
    mp_watchdog_stop(&pool->context.watchdog);
}

static void open_handles(struct mp_pool *pool)
{
    uv_loop_t *loop = pool->context.loop;
    for (int i = 0; i < MP_SIGNAL_COUNT; i++) {
        uv_signal_init(loop, &pool->signals[i]);
        pool->signals[i].data = pool;
        if (!mp_contain_ignores(signal_table[i]))
            uv_signal_start(&pool->signals[i], on_signal, signal_table[i]);
    }
    uv_signal_init(loop, &pool->child_ended);
    pool->child_ended.data = pool;
    uv_signal_start(&pool->child_ended, on_child_ended, SIGCHLD);
    mp_suspend_open(&pool->suspend, &pool->context);
    mp_prompter_open(&pool->context.prompter, loop, pool->options->debug);
    uv_timer_init(loop, &pool->tick);
    mp_timer_init(&pool->deadline, &pool->context.clock);
    uv_idle_init(loop, &pool->starter);
    pool->tick.data = pool->deadline.uv.data = pool->starter.data = pool;
    if (pool->options->on_tick)
        uv_timer_start(&pool->tick, on_tick, MP_TICK_MS, MP_TICK_MS);
    if (pool->options->run_timeout_ms)
        mp_timer_start(&pool->deadline, on_deadline,
                       pool->options->run_timeout_ms);
}

static void make_turns(struct mp_pool *pool)
{
    const struct mp_plan *plan = pool->options->plan;
    pool->turn_count = plan->case_count;
    pool->turns = gh_alloc(pool->turn_count * sizeof(*pool->turns));
    for (size_t i = 0; i < pool->turn_count; i++) {
        size_t index = pool->options->order ? pool->options->order[i] : i;
        pool->turns[i] =
            (struct mp_turn){.source = &plan->cases[index], .attempt = 1};
    }
}

static void emit_run_started(struct mp_pool *pool)
{
    char wall[40];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t length = strftime(wall, sizeof(wall), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(wall + length, sizeof(wall) - length, ".%03ldZ",
             now.tv_nsec / 1000000);
    const struct mp_part *part = &pool->options->plan->part;
    char digest[24];
    snprintf(digest, sizeof(digest), "%016llx",
             (unsigned long long)part->digest);
    struct mp_record record = {.type = MP_RECORD_RUN_STARTED,
                               .version = MP_JOURNAL_VERSION,
                               .id = pool->options->run_id,
                               .seed = pool->options->seed,
                               .text = pool->options->command_line,
                               .wall_time = wall,
                               .name = pool->options->version,
                               .cwd = pool->options->work_dir,
                               .path = pool->options->artifact_root,
                               .source =
                                   mp_contain_tier(&pool->context.contain),
                               .kind = mp_contain_why(&pool->context.contain),
                               .total = (int64_t)pool->turn_count,
                               .repeat = pool->options->repeat,
                               .config = pool->options->config,
                               .libraries = pool->options->libraries,
                               .machine = pool->options->machine,
                               .lenient = !pool->options->strict,
                               .went_past = pool->options->went_past,
                               .plan = digest,
                               .planned = (int64_t)part->whole_count,
                               .shard = (int64_t)part->index,
                               .shards = (int64_t)part->total,
                               .shard_by = part->method,
                               .series = pool->options->series};
    mp_emit(&pool->context, &record);
    for (size_t i = 0; i < pool->turn_count; i++)
        mp_definition_emit_planned(&pool->context,
                                   &pool->options->plan->cases[i]);
    const struct mp_source *source = pool->options->plan->sources;
    for (; source; source = source->next) {
        struct mp_record text = {
            .type = MP_RECORD_SOURCE, .uri = source->uri, .body = source->text};
        mp_emit(&pool->context, &text);
    }
    mp_plan_forget_sources(pool->options->plan);
}

static void emit_run_finished(struct mp_pool *pool)
{
    struct mp_record record = {.type = MP_RECORD_RUN_FINISHED,
                               .signal = pool->signal,
                               .duration_ms = mp_context_time(&pool->context)};
    mp_emit(&pool->context, &record);
}

static void on_wake(void *self)
{
    mp_schedule_soon(self);
}

static void on_break_off(void *self)
{
    mp_schedule_stop(self, "the run was broken off");
    mp_schedule_soon(self);
}

static void on_host(void *self)
{
    mp_schedule_tell_host(self);
}

static void on_watchdog_lost(void *self)
{
    struct mp_pool *pool = self;
    mp_errors_warn(pool->errors,
                   "warning: something ended mprun's watchdog: had mprun been "
                   "killed after that, its processes would have lived on");
}

static bool begin(struct mp_pool *pool, uv_loop_t *loop,
                  struct mp_errors *errors)
{
    struct mp_run_context *context = &pool->context;
    const struct mp_run_options *options = pool->options;
    context->options = options;
    context->loop = loop;
    context->started_ns = uv_hrtime();
    mp_clock_open(&context->clock, loop);
    context->self = pool;
    context->wake = on_wake;
    context->break_off = on_break_off;
    context->on_host = on_host;
    context->is_coming = mp_schedule_is_coming;
    mp_keeper_open(&context->keeper, context, errors);
    mp_contain_init(&context->contain, options->best_tier, options->run_id);
    context->nursery =
        (struct mp_nursery){.loop = loop,
                            .clock = &context->clock,
                            .program = options->program,
                            .contain = &context->contain,
                            .watchdog = &context->watchdog,
                            .read_buffer = gh_alloc(MP_CHILD_READ_BYTES)};
    if (!mp_watchdog_start(&context->watchdog, loop, options->program,
                           options->run_id, options->shared_root,
                           options->ipc_prefix, &context->contain))
        mp_errors_warn(errors,
                       "warning: no watchdog (%s): a killed mprun would "
                       "leave processes behind",
                       strerror(errno));
    context->watchdog.self = pool;
    context->watchdog.on_lost = on_watchdog_lost;
    mp_contain_make(&context->contain);
    mp_limits_raise_files(context->nursery.inherited_files);
    context->most_processes = mp_limits_processes();
    if (options->max_processes &&
        options->max_processes < context->most_processes)
        context->most_processes = options->max_processes;
    /* After the watchdog, so that somebody always removes it. */
    if (!mkdir(options->shared_root, 0700))
        return true;
    mp_errors_add(errors, "cannot make the folder %s: %s", options->shared_root,
                  strerror(errno));
    mp_contain_unmake(&context->contain);
    mp_watchdog_stop(&context->watchdog);
    mp_clock_close(&context->clock);
    uv_run(loop, UV_RUN_DEFAULT);
    mp_contain_finish(&context->contain);
    gh_free(context->nursery.read_buffer);
    return false;
}

static void finish(struct mp_pool *pool)
{
    struct mp_run_context *context = &pool->context;
    assert(!context->nursery.open_children);
    mp_contain_finish(&context->contain);
    for (size_t i = 0; i < context->platform_count; i++) {
        gh_free(context->platforms[i]->last_failure);
        mp_hooks_finish(&context->platforms[i]->hooks);
        gh_free(context->platforms[i]);
    }
    gh_free(context->platforms);
    mp_exports_finish(&context->exports);
    gh_free(context->nursery.read_buffer);
    gh_free(pool->slots);
    for (size_t i = 0; i < pool->turn_count; i++)
        gh_free(pool->turns[i].cause);
    gh_free(pool->turns);
}

bool mp_run(const struct mp_run_options *options,
            struct mp_run_outcome *outcome, struct mp_errors *errors)
{
    uv_loop_t loop;
    struct mp_pool pool = {.options = options, .errors = errors};
    memset(outcome, 0, sizeof(*outcome));
    int status = uv_loop_init(&loop);
    if (status) {
        mp_errors_add(errors, "cannot make an event loop: %s",
                      uv_strerror(status));
        return false;
    }
    bool begun = begin(&pool, &loop, errors);
    if (begun) {
        pool.slot_count = 2 * options->jobs;
        pool.slots = gh_alloc(pool.slot_count * sizeof(*pool.slots));
        make_turns(&pool);
        open_handles(&pool); /* from the first record on a signal is told */
        emit_run_started(&pool);
        mp_clock_begin(&pool.context.clock);
        mp_schedule_soon(&pool);
        uv_run(&loop, UV_RUN_DEFAULT);
        emit_run_finished(&pool);
        outcome->signal = pool.signal;
        outcome->log_error = pool.context.log_error;
        finish(&pool);
    }
    status = uv_loop_close(&loop);
    assert(!status);
    (void)status;
    return begun;
}
