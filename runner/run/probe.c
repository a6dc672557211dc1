/*
 * A platform's `available` command: run once before the plan, all at the same
 * time, each with a time limit and its output dropped.
 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/interpolate.h"
#include "runner/base/text.h"
#include "runner/proc/child.h"
#include "runner/run/run.h"

struct probing {
    const struct mp_probe *probe;
    struct mp_child *child;
    struct mp_timer timer;
    char **reason;
    bool timed_out, line_over;
    struct mp_buf first_line; /* of stderr */
};

static void set_reason(struct probing *probing, const char *text)
{
    struct mp_buf reason = {0};
    if (*probing->reason)
        return;
    mp_buf_format(&reason, "`%s` %s", probing->probe->argv[0], text);
    if (probing->first_line.len)
        mp_buf_format(&reason, ": %s", probing->first_line.data);
    *probing->reason = mp_buf_take(&reason);
}

static void on_started(void *self)
{
    mp_child_close_input(((struct probing *)self)->child);
}

static void end_probe(struct probing *probing)
{
    mp_child_destroy(probing->child);
    probing->child = NULL;
    uv_close((uv_handle_t *)&probing->timer.uv, NULL);
}

static void on_start_failed(void *self, const char *why)
{
    struct probing *probing = self;
    *probing->reason = mp_text_copy(why);
    end_probe(probing);
}

static void on_output(void *self, enum mp_child_stream stream,
                      const char *bytes, size_t length)
{
    struct probing *probing = self;
    size_t have = probing->first_line.len;
    if (stream != MP_CHILD_STDERR || probing->line_over)
        return;
    size_t part = 0;
    while (part < length && (unsigned char)bytes[part] >= ' ' &&
           have + part < 200)
        part++;
    mp_buf_append(&probing->first_line, bytes, part);
    probing->line_over = part < length;
}

static void on_input_broken(void *self)
{
    (void)self; /* it need not read */
}

static void on_exited(void *self, int exit_code, int number)
{
    struct probing *probing = self;
    struct mp_buf text = {0};
    char duration[MP_DURATION_SIZE];
    if (probing->timed_out)
        mp_buf_format(&text, "did not end within %s",
                      mp_duration_format(probing->probe->timeout_ms, duration));
    else if (number)
        mp_buf_format(&text, "was killed by signal %d", number);
    else if (exit_code)
        mp_buf_format(&text, "exited with code %d", exit_code);
    if (text.len)
        set_reason(probing, text.data);
    mp_buf_finish(&text);
}

static void on_ended(void *self, bool held_open)
{
    (void)held_open;
    end_probe(self);
}

static void on_timer(struct mp_timer *timer)
{
    struct probing *probing = timer->uv.data;
    probing->timed_out = true;
    mp_child_signal(probing->child, SIGKILL);
}

static const char *look_up(void *self, const char *name)
{
    (void)self;
    const char *value = getenv(name); /* names of a case have no value yet */
    return value ? value : "";
}

/* The value as a server would get it, NAME=VALUE. */
static char *expand(const struct mp_variable *variable, struct gh_arena *arena)
{
    struct mp_buf out = {0}, fault = {0};
    bool expanded =
        mp_interpolate(variable->value, false, look_up, NULL, &out, &fault);
    char *entry =
        gh_arena_format(arena, "%s=%s", variable->name,
                        expanded ? mp_buf_text(&out) : variable->value);
    mp_buf_finish(&out);
    mp_buf_finish(&fault);
    return entry;
}

static bool sets(const struct mp_probe *probe, const char *entry)
{
    for (size_t i = 0; i < probe->environment_count; i++) {
        size_t length = strlen(probe->environment[i].name);
        if (!strncmp(entry, probe->environment[i].name, length) &&
            entry[length] == '=')
            return true;
    }
    return false;
}

/* mprun's own, with the platform's on top. */
static char **make_environment(const struct mp_probe *probe,
                               struct gh_arena *arena)
{
    size_t own = 0, count = 0;
    while (environ[own])
        own++;
    char **list = gh_arena_array(arena, own + probe->environment_count + 1,
                                 sizeof(*list));
    for (size_t i = 0; i < own; i++) {
        if (!sets(probe, environ[i]))
            list[count++] = environ[i];
    }
    for (size_t i = 0; i < probe->environment_count; i++)
        list[count++] = expand(&probe->environment[i], arena);
    return list;
}

static void start(struct probing *probing, struct mp_nursery *nursery,
                  struct gh_arena *arena)
{
    struct mp_child_events events = {.self = probing,
                                     .on_started = on_started,
                                     .on_start_failed = on_start_failed,
                                     .on_output = on_output,
                                     .on_input_broken = on_input_broken,
                                     .on_exited = on_exited,
                                     .on_ended = on_ended};
    struct mp_launch launch = {.argv = probing->probe->argv,
                               .cwd = probing->probe->cwd,
                               .environment =
                                   make_environment(probing->probe, arena)};
    mp_timer_init(&probing->timer, nursery->clock);
    probing->timer.uv.data = probing;
    mp_timer_start(&probing->timer, on_timer, probing->probe->timeout_ms);
    probing->child = mp_child_create(nursery, &events);
    if (mp_child_start(probing->child, &launch, probing->reason))
        end_probe(probing);
}

bool mp_run_probes(const char *program, const struct mp_probe *probes,
                   size_t count, char **reasons, struct mp_errors *errors)
{
    uv_loop_t loop;
    struct mp_contain contain;
    struct mp_watchdog watchdog = {.input = -1};
    struct gh_arena arena = {0};
    int status = uv_loop_init(&loop);
    if (status) {
        mp_errors_add(errors, "cannot make an event loop: %s",
                      uv_strerror(status));
        return false;
    }
    mp_contain_init(&contain, MP_TIER_SUBREAPER, NULL);
    struct mp_clock clock;
    mp_clock_open(&clock, &loop);
    mp_clock_begin(&clock);
    struct mp_nursery nursery = {.loop = &loop,
                                 .clock = &clock,
                                 .program = program,
                                 .contain = &contain,
                                 .watchdog = &watchdog,
                                 .read_buffer = gh_alloc(MP_CHILD_READ_BYTES)};
    struct probing *list = gh_alloc(count * sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        list[i].probe = &probes[i];
        list[i].reason = &reasons[i];
        start(&list[i], &nursery, &arena);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    mp_clock_close(&clock);
    uv_run(&loop, UV_RUN_DEFAULT);
    struct mp_buf left = {0};
    mp_contain_sweep(&contain, "MPRUN=1", true, &left);
    mp_buf_finish(&left);
    for (size_t i = 0; i < count; i++)
        mp_buf_finish(&list[i].first_line);
    gh_free(list);
    gh_free(nursery.read_buffer);
    mp_contain_finish(&contain);
    gh_arena_finish(&arena);
    status = uv_loop_close(&loop);
    assert(!status);
    (void)status;
    return true;
}
