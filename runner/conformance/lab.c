#include "runner/conformance/lab.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gherkin/utf8.h"
#include "runner/base/fs.h"
#include "runner/conformance/peer.h"

static const int signal_table[MP_LAB_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

#define OFFENCE_SHOWN 400

static void on_signal(uv_signal_t *handle, int number)
{
    struct mp_lab *lab = handle->data;
    lab->signal = number;
}

static void on_child_ended(uv_signal_t *handle, int number)
{
    struct mp_lab *lab = handle->data;
    (void)number;
    mp_contain_reap(&lab->contain);
}

static void open_handles(struct mp_lab *lab)
{
    for (int i = 0; i < MP_LAB_SIGNALS; i++) {
        uv_signal_init(&lab->loop, &lab->signals[i]);
        lab->signals[i].data = lab;
        if (!mp_contain_ignores(signal_table[i]))
            uv_signal_start(&lab->signals[i], on_signal, signal_table[i]);
    }
    uv_signal_init(&lab->loop, &lab->child_ended);
    lab->child_ended.data = lab;
    uv_signal_start(&lab->child_ended, on_child_ended, SIGCHLD);
    mp_timer_init(&lab->timer, &lab->clock);
    lab->timer.uv.data = lab;
}

static void free_loop(struct mp_lab *lab)
{
    mp_watchdog_stop(&lab->watchdog);
    mp_clock_close(&lab->clock);
    uv_run(&lab->loop, UV_RUN_DEFAULT);
    assert(!lab->nursery.open_children);
    int status = uv_loop_close(&lab->loop);
    assert(!status);
    (void)status;
    mp_contain_finish(&lab->contain);
    gh_free(lab->nursery.read_buffer);
    gh_arena_finish(&lab->arena);
    mp_lab_clear_notes(lab);
}

bool mp_lab_open(struct mp_lab *lab,
                 const struct mp_conformance_options *options,
                 struct mp_errors *errors)
{
    *lab = (struct mp_lab){.options = options,
                           .answer_ms = options->answer_ms,
                           .runner_pid = getpid(),
                           .v1 = options->level == MP_CONFORMANCE_1};
    int status = uv_loop_init(&lab->loop);
    if (status) {
        mp_errors_add(errors, "mprun: cannot make an event loop: %s",
                      uv_strerror(status));
        return false;
    }
    mp_clock_open(&lab->clock, &lab->loop);
    mp_contain_init(&lab->contain, options->best_tier, options->run_id);
    lab->nursery =
        (struct mp_nursery){.loop = &lab->loop,
                            .clock = &lab->clock,
                            .program = options->program,
                            .contain = &lab->contain,
                            .watchdog = &lab->watchdog,
                            .read_buffer = gh_alloc(MP_CHILD_READ_BYTES)};
    if (!mp_watchdog_start(&lab->watchdog, &lab->loop, options->program,
                           options->run_id, options->shared_root,
                           options->ipc_prefix, &lab->contain))
        mp_errors_warn(errors,
                       "mprun: warning: no watchdog (%s): a killed mprun would "
                       "leave processes behind",
                       strerror(errno));
    mp_contain_make(&lab->contain);
    mp_limits_raise_files(lab->nursery.inherited_files);
    if (!mkdir(options->shared_root, 0700)) {
        open_handles(lab);
        mp_clock_begin(&lab->clock);
        return true;
    }
    mp_errors_add(errors, "mprun: cannot make the folder %s: %s",
                  options->shared_root, strerror(errno));
    mp_contain_unmake(&lab->contain);
    free_loop(lab);
    return false;
}

/* --- the end --- */

static bool is_empty(void *self)
{
    const struct mp_lab *lab = self;
    return !lab->nursery.open_children;
}

/* Before the watchdog, which would do it for us, is sent away. */
static void clear_up(struct mp_lab *lab, struct mp_errors *errors)
{
    struct mp_buf mark = {0}, found = {0}, stuck = {0};
    mp_buf_format(&mark, "MPRUN_RUN_ID=%s", lab->options->run_id);
    mp_contain_sweep(&lab->contain, mark.data, true, &found);
    if (!mp_fs_remove_tree(lab->options->shared_root, &stuck))
        mp_errors_warn(errors, "mprun: warning: cannot remove %s: %s",
                       stuck.data, strerror(errno));
    if (!mp_contain_unmake(&lab->contain))
        mp_errors_warn(errors, "mprun: warning: cannot remove %s: %s",
                       lab->contain.cgroup, strerror(errno));
    mp_buf_finish(&mark);
    mp_buf_finish(&found);
    mp_buf_finish(&stuck);
}

void mp_lab_wait_alone(struct mp_lab *lab)
{
    const int64_t kill_ms = 2000;
    mp_lab_wait(lab, is_empty, lab, kill_ms);
}

void mp_lab_close(struct mp_lab *lab, struct mp_errors *errors)
{
    while (lab->peers)
        mp_peer_retire(lab->peers);
    lab->deadline_ms = 0;
    int signal = lab->signal;
    lab->signal = 0;
    mp_lab_wait_alone(lab);
    lab->signal = signal;
    for (int i = 0; i < MP_LAB_SIGNALS; i++)
        uv_close((uv_handle_t *)&lab->signals[i], NULL);
    clear_up(lab, errors);
    uv_close((uv_handle_t *)&lab->child_ended, NULL);
    uv_close((uv_handle_t *)&lab->timer.uv, NULL);
    free_loop(lab);
}

/* --- waiting --- */

static void on_due(struct mp_timer *timer)
{
    struct mp_lab *lab = timer->uv.data;
    lab->due = true;
}

/* The clock stands still while mprun is stopped, which a server may do to it
 * again and again. */
static bool is_overdue(const struct mp_lab *lab)
{
    return lab->deadline_ms && uv_hrtime() > lab->wall_ns;
}

bool mp_lab_wait(struct mp_lab *lab, bool (*done)(void *self), void *self,
                 int64_t ms)
{
    bool cut = false;
    if (lab->deadline_ms) {
        int64_t left =
            (int64_t)lab->deadline_ms - (int64_t)mp_clock_now(&lab->clock);
        cut = left < ms;
        ms = cut ? left : ms;
    }
    lab->due = false;
    mp_timer_start(&lab->timer, on_due, ms);
    bool met = done && done(self);
    while (!met && !lab->due && !lab->signal && !is_overdue(lab)) {
        uv_run(&lab->loop, UV_RUN_ONCE);
        met = done && done(self);
    }
    mp_timer_stop(&lab->timer);
    cut = cut || is_overdue(lab);
    return met || (!done && lab->due && !cut && !lab->signal);
}

/* --- the ledger --- */

static void escape_one(struct mp_buf *out, uint32_t code, const char *bytes,
                       unsigned length)
{
    if (!length)
        mp_buf_format(out, "\\x%02x", (unsigned char)*bytes);
    else if (code == '\n' || code == '\r' || code == '\t')
        mp_buf_format(out, "\\%c",
                      code == '\n'   ? 'n'
                      : code == '\r' ? 'r'
                                     : 't');
    else if (code < 0x20 || code == 0x7f)
        mp_buf_format(out, "\\x%02x", (unsigned)code);
    else if (gh_utf8_width((struct gh_str){bytes, length}))
        mp_buf_append(out, bytes, length);
    else
        mp_buf_format(out, "\\u{%x}", (unsigned)code);
}

static void escape_all(struct mp_buf *out, struct gh_str bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        uint32_t code;
        unsigned length = gh_utf8_decode(bytes.ptr + at, bytes.len - at, &code);
        escape_one(out, code, bytes.ptr + at, length);
        at += length ? length : 1;
    }
}

void mp_lab_escape(struct mp_buf *out, struct gh_str bytes, size_t most)
{
    if (bytes.len <= most) {
        escape_all(out, bytes);
        return;
    }
    size_t head = most * 3 / 4, tail = most - head;
    escape_all(out, (struct gh_str){bytes.ptr, head});
    mp_buf_format(out, " ... %zu bytes ... ", bytes.len - most);
    escape_all(out, (struct gh_str){bytes.ptr + bytes.len - tail, tail});
}

void mp_lab_clear_notes(struct mp_lab *lab)
{
    for (int i = 0; i <= MP_CHECK_COUNT; i++) {
        gh_free(lab->ledger[i].why);
        gh_free(lab->ledger[i].bytes);
    }
    memset(lab->ledger, 0, sizeof(lab->ledger));
}

void mp_lab_note(struct mp_lab *lab, int number, struct gh_str bytes,
                 const char *format, ...)
{
    struct mp_offence *offence = &lab->ledger[number];
    if (offence->count++)
        return;
    struct mp_buf text = {0};
    va_list args;
    va_start(args, format);
    mp_buf_vformat(&text, format, args);
    va_end(args);
    offence->why = mp_buf_take(&text);
    if (!bytes.len)
        return;
    mp_lab_escape(&text, bytes, OFFENCE_SHOWN);
    offence->bytes = mp_buf_take(&text);
}
