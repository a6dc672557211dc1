#include "runner/proc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/text.h"
#include "runner/proc/shim.h"

/* More than a pipe holds. */
#define DRAIN_MAX (1 << 20)

enum pipe_number { PIPE_IN, PIPE_OUT, PIPE_ERR, PIPE_STATUS, PIPE_COUNT };

struct mp_child {
    struct mp_nursery *nursery;
    struct mp_child_events events;
    struct mp_spawned process;
    uv_pipe_t pipes[PIPE_COUNT];
    struct mp_timer quiet; /* after the exit */
    bool pipe_open[PIPE_COUNT];
    bool timer_open;
    bool overdue; /* the streams were quiet for long enough */
    bool exited, started, ended, destroyed;
    bool dumped_core;
    bool group_over;    /* its number may be another's by now */
    bool suspended;     /* with mprun */
    uint64_t exited_at; /* by the clock */
    int exit_code, exit_signal;
    bool closing_input;
    unsigned handles; /* that the loop still holds */
    pid_t group;
    char *word; /* argv[0], for messages */
    char *cwd;
    char status[64]; /* what the shim told */
    size_t status_length;
    struct mp_usage usage;
    struct mp_child_traffic traffic;
};

struct write_job {
    uv_write_t request;
    struct mp_child *child;
    char bytes[];
};

static void free_if_done(struct mp_child *child)
{
    if (!child->destroyed || child->handles)
        return;
    child->nursery->open_children--;
    gh_free(child->word);
    gh_free(child->cwd);
    gh_free(child);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct mp_child *child = handle->data;
    child->handles--;
    free_if_done(child);
}

static void close_handle(struct mp_child *child, uv_handle_t *handle,
                         bool *open)
{
    if (!*open)
        return;
    *open = false;
    handle->data = child;
    uv_close(handle, on_handle_closed);
}

static void close_pipe(struct mp_child *child, enum pipe_number number)
{
    close_handle(child, (uv_handle_t *)&child->pipes[number],
                 &child->pipe_open[number]);
}

struct mp_child *mp_child_create(struct mp_nursery *nursery,
                                 const struct mp_child_events *events)
{
    struct mp_child *child = gh_alloc(sizeof(*child));
    child->nursery = nursery;
    child->events = *events;
    nursery->open_children++;
    return child;
}

/* --- the end --- */

static void end(struct mp_child *child, bool held_open)
{
    if (child->ended)
        return;
    child->ended = true;
    for (int i = 0; i < PIPE_COUNT; i++)
        close_pipe(child, (enum pipe_number)i);
    close_handle(child, (uv_handle_t *)&child->quiet.uv, &child->timer_open);
    if (!child->destroyed && child->started)
        child->events.on_ended(child->events.self, held_open);
}

void mp_child_end_group(struct mp_child *child)
{
    if (child->group_over || child->group <= 1)
        return;
    if (!child->exited || mp_contain_group_lives(child->group)) {
        kill(-child->group, SIGKILL);
        mp_contain_group_killed(child->nursery->contain, child->group);
    }
    mp_watchdog_remove(child->nursery->watchdog, child->group);
    child->group_over = child->exited;
}

static bool streams_open(const struct mp_child *child)
{
    return child->pipe_open[PIPE_OUT] || child->pipe_open[PIPE_ERR];
}

/* Nobody has the other ends any more: we only have not read that far. Among
 * thousands of streams the loop takes several turns for that. */
static bool is_hung_up(const struct mp_child *child)
{
    for (int i = PIPE_OUT; i <= PIPE_ERR; i++) {
        struct pollfd stream = {.events = POLLIN};
        if (!child->pipe_open[i])
            continue;
        if (uv_fileno((const uv_handle_t *)&child->pipes[i], &stream.fd) ||
            poll(&stream, 1, 0) != 1 || !(stream.revents & POLLHUP))
            return false;
    }
    return true;
}

/* The loop looks at clocks before it reads: if mprun itself was held up, the
 * end of the streams may be there. It is looked for once more. */
static void on_quiet(struct mp_timer *timer)
{
    struct mp_child *child = timer->uv.data;
    if (child->overdue && !is_hung_up(child)) {
        end(child, true);
        return;
    }
    child->overdue = true;
    mp_timer_start(timer, on_quiet, 1);
}

/* Output puts the end off, but not for ever: a descendant may write on. */
static void wait_for_quiet(struct mp_child *child)
{
    uint64_t over = mp_clock_now(child->nursery->clock) - child->exited_at;
    if (!child->timer_open || over >= MP_CHILD_LOUD_MS)
        return;
    child->overdue = false;
    mp_timer_start(&child->quiet, on_quiet, MP_CHILD_QUIET_MS);
}

static void end_if_over(struct mp_child *child)
{
    if (child->exited && !streams_open(child) && !child->pipe_open[PIPE_STATUS])
        end(child, false);
}

/* The exit is told after the start, whichever the loop saw first. */
static void tell_exit(struct mp_child *child)
{
    if (!child->exited || !child->started || child->destroyed)
        return;
    child->events.on_exited(child->events.self, child->exit_code,
                            child->exit_signal);
    if (child->destroyed)
        return;
    wait_for_quiet(child);
    end_if_over(child);
}

static void on_process_exit(struct mp_spawned *process, int status,
                            const struct rusage *used)
{
    struct mp_child *child = process->owner;
    child->usage = mp_usage_of(used);
    child->exited = true;
    child->exited_at = mp_clock_now(child->nursery->clock);
    child->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    child->dumped_core = WIFSIGNALED(status) && WCOREDUMP(status);
    child->exit_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    mp_contain_remove(child->nursery->contain, process->pid);
    close_pipe(child, PIPE_IN);
    tell_exit(child);
    child->handles--;
    free_if_done(child);
}

/* --- starting --- */

/* The shim's line, or the end of its pipe: exec has succeeded. */
static void judge_start(struct mp_child *child)
{
    const char *space = strchr(child->status, ' ');
    close_pipe(child, PIPE_STATUS);
    if (child->destroyed)
        return;
    if (!space) {
        child->started = true;
        child->events.on_started(child->events.self);
        tell_exit(child);
        return;
    }
    struct mp_buf why = {0};
    int number = (int)strtol(space, NULL, 10);
    bool chdir_failed = !strncmp(child->status, "chdir ", 6);
    mp_buf_format(&why,
                  chdir_failed ? "cannot enter the folder '%s': %s"
                               : "cannot execute '%s': %s",
                  chdir_failed ? child->cwd : child->word, strerror(number));
    if (!chdir_failed && number == ENOENT && !strchr(child->word, '/'))
        mp_buf_append_text(&why, " (searched in PATH)");
    else if (!chdir_failed && number == ENOENT)
        mp_buf_format(&why, " (in %s)", child->cwd);
    child->events.on_start_failed(child->events.self, mp_buf_text(&why));
    mp_buf_finish(&why);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct mp_child *child = handle->data;
    (void)suggested;
    *buf = uv_buf_init(child->nursery->read_buffer, MP_CHILD_READ_BYTES);
}

static void on_status(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct mp_child *child = stream->data;
    if (got == 0)
        return;
    if (got < 0) {
        judge_start(child);
        return;
    }
    for (ssize_t i = 0; i < got; i++) {
        if (child->status_length + 1 < sizeof(child->status))
            child->status[child->status_length++] = buf->base[i];
    }
}

static void on_stream(struct mp_child *child, enum mp_child_stream stream,
                      enum pipe_number pipe, ssize_t got, const uv_buf_t *buf)
{
    if (got == 0 || child->destroyed)
        return;
    if (got < 0)
        close_pipe(child, pipe);
    else if (child->exited)
        wait_for_quiet(child);
    if (got > 0 && stream == MP_CHILD_STDOUT)
        child->traffic.stdout_bytes += got;
    else if (got > 0)
        child->traffic.stderr_bytes += got;
    child->events.on_output(child->events.self, stream, buf->base,
                            got < 0 ? 0 : (size_t)got);
    if (!child->destroyed)
        end_if_over(child);
}

/* The buffer for reading may be in use. Bounded, as it may write on. */
void mp_child_drain(struct mp_child *child)
{
    char bytes[4096];
    int fd;
    if (!child->pipe_open[PIPE_ERR] ||
        uv_fileno((const uv_handle_t *)&child->pipes[PIPE_ERR], &fd))
        return;
    for (int left = DRAIN_MAX / (int)sizeof(bytes); left > 0; left--) {
        ssize_t got = read(fd, bytes, sizeof(bytes));
        if (got <= 0) /* the end is the loop's to find */
            return;
        child->traffic.stderr_bytes += got;
        child->events.on_output(child->events.self, MP_CHILD_STDERR, bytes,
                                (size_t)got);
    }
}

static void on_stdout(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    on_stream(stream->data, MP_CHILD_STDOUT, PIPE_OUT, got, buf);
}

static void on_stderr(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    on_stream(stream->data, MP_CHILD_STDERR, PIPE_ERR, got, buf);
}

/* Makes the pipes: ours become handles, the child's ends are returned. */
static bool open_pipes(struct mp_child *child, int theirs[PIPE_COUNT])
{
    for (int i = 0; i < PIPE_COUNT; i++)
        theirs[i] = -1;
    for (int i = 0; i < PIPE_COUNT; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC))
            return false;
        int ours = i == PIPE_IN ? ends[1] : ends[0];
        theirs[i] = i == PIPE_IN ? ends[0] : ends[1];
        uv_pipe_init(child->nursery->loop, &child->pipes[i], 0);
        child->pipes[i].data = child;
        child->pipe_open[i] = true;
        child->handles++;
        fcntl(ours, F_SETFL, O_NONBLOCK);
        int status = uv_pipe_open(&child->pipes[i], ours);
        if (status) {
            close(ours);
            errno = -status;
            return false;
        }
    }
    return true;
}

static int spawn(struct mp_child *child, const struct mp_launch *launch,
                 const int theirs[PIPE_COUNT])
{
    struct mp_nursery *nursery = child->nursery;
    size_t count = 0;
    while (launch->argv[count])
        count++;
    char parent[32];
    snprintf(parent, sizeof(parent), "%ld", (long)getpid());
    char **argv = gh_alloc((count + 6) * sizeof(*argv));
    const char *word =
        launch->traceable ? MP_SHIM_TRACEABLE_WORD : MP_SHIM_WORD;
    const char *head[] = {nursery->program, word, parent,
                          nursery->inherited_files, launch->cwd};
    memcpy(argv, head, sizeof(head));
    memcpy(argv + 5, launch->argv, count * sizeof(*argv));
    struct mp_spawn_options options = {
        .program = nursery->program,
        .argv = argv,
        .environment = launch->environment,
        .files = theirs,
        .file_count = PIPE_COUNT,
        .group = mp_contain_open(nursery->contain, launch->scenario_id)};
    child->process.owner = child;
    child->process.on_exit = on_process_exit;
    int error =
        mp_spawn(&child->process, nursery->loop, &nursery->reaper, &options);
    child->handles += !error;
    nursery->contain->outside +=
        !error && options.group && !child->process.in_group;
    if (options.group)
        close(options.group);
    gh_free(argv);
    return -error;
}

int mp_child_start(struct mp_child *child, const struct mp_launch *launch,
                   char **why)
{
    struct mp_nursery *nursery = child->nursery;
    int theirs[PIPE_COUNT];
    child->word = mp_text_copy(launch->argv[0]);
    child->cwd = mp_text_copy(launch->cwd);
    int status = 0;
    if (!open_pipes(child, theirs))
        status = -errno;
    else
        status = spawn(child, launch, theirs);
    for (int i = 0; i < PIPE_COUNT; i++) {
        if (theirs[i] >= 0)
            close(theirs[i]);
    }
    if (status) {
        struct mp_buf text = {0};
        mp_buf_format(&text, "cannot start a process: %s", strerror(-status));
        mp_limits_explain(-status, &text);
        *why = mp_buf_take(&text);
        end(child, false);
        return -status;
    }
    child->group = child->process.pid;
    mp_contain_add(nursery->contain, child->group);
    mp_watchdog_add(nursery->watchdog, child->group);
    mp_timer_init(&child->quiet, nursery->clock);
    child->quiet.uv.data = child;
    child->timer_open = true;
    child->handles++;
    uv_read_start((uv_stream_t *)&child->pipes[PIPE_OUT], on_alloc, on_stdout);
    uv_read_start((uv_stream_t *)&child->pipes[PIPE_ERR], on_alloc, on_stderr);
    uv_read_start((uv_stream_t *)&child->pipes[PIPE_STATUS], on_alloc,
                  on_status);
    return 0;
}

/* --- talking --- */

static void close_input_if_written(struct mp_child *child)
{
    if (child->closing_input && !mp_child_unread_bytes(child))
        close_pipe(child, PIPE_IN);
}

static void on_written(uv_write_t *request, int status)
{
    struct write_job *job = (struct write_job *)request;
    struct mp_child *child = job->child;
    bool broken = status < 0 && child->pipe_open[PIPE_IN];
    gh_free(job);
    if (!broken) {
        close_input_if_written(child);
        return;
    }
    close_pipe(child, PIPE_IN);
    if (!child->destroyed)
        child->events.on_input_broken(child->events.self);
}

void mp_child_write(struct mp_child *child, const char *bytes, size_t length)
{
    if (!child->pipe_open[PIPE_IN] || child->closing_input)
        return;
    child->traffic.stdin_bytes += (int64_t)length;
    uv_stream_t *stream = (uv_stream_t *)&child->pipes[PIPE_IN];
    if (!mp_child_unread_bytes(child)) {
        uv_buf_t buf = uv_buf_init((char *)bytes, (unsigned)length);
        int put = uv_try_write(stream, &buf, 1);
        if (put > 0) {
            bytes += put;
            length -= (size_t)put;
        }
    }
    if (!length)
        return;
    struct write_job *job = gh_alloc(sizeof(*job) + length);
    job->child = child;
    memcpy(job->bytes, bytes, length);
    uv_buf_t buf = uv_buf_init(job->bytes, (unsigned)length);
    if (uv_write(&job->request, stream, &buf, 1, on_written)) {
        gh_free(job);
        close_pipe(child, PIPE_IN);
    }
}

size_t mp_child_unread_bytes(const struct mp_child *child)
{
    if (!child->pipe_open[PIPE_IN])
        return 0;
    return uv_stream_get_write_queue_size(
        (const uv_stream_t *)&child->pipes[PIPE_IN]);
}

void mp_child_close_input(struct mp_child *child)
{
    child->closing_input = true;
    close_input_if_written(child);
}

void mp_child_close_output(struct mp_child *child)
{
    close_pipe(child, PIPE_OUT);
}

void mp_child_signal(struct mp_child *child, int number)
{
    if (child->exited ? mp_child_group_lives(child) : child->group > 1)
        kill(-child->group, number);
}

/* A process that a step has paused, or that has stopped itself, stays so. */
static void suspend(struct mp_spawned *process)
{
    struct mp_child *child = process->owner;
    if (mp_contain_is_stopped(child->group))
        return;
    child->suspended = true;
    mp_child_signal(child, SIGSTOP);
}

void mp_child_suspend_all(struct mp_nursery *nursery)
{
    mp_spawn_visit(nursery->reaper, suspend);
}

static void go_on(struct mp_spawned *process)
{
    struct mp_child *child = process->owner;
    if (child->suspended)
        mp_child_signal(child, SIGCONT);
    child->suspended = false;
}

void mp_child_continue_all(struct mp_nursery *nursery)
{
    mp_spawn_visit(nursery->reaper, go_on);
}

bool mp_child_group_lives(const struct mp_child *child)
{
    return child->group > 1 && !child->group_over &&
           mp_contain_group_lives(child->group);
}

bool mp_child_has_died(const struct mp_child *child)
{
    siginfo_t info = {0};
    if (child->exited || child->group <= 1)
        return child->exited;
    return !waitid(P_PID, (id_t)child->group, &info,
                   WEXITED | WNOHANG | WNOWAIT) &&
           info.si_pid == child->group;
}

bool mp_child_dumped_core(const struct mp_child *child)
{
    return child->dumped_core;
}

int64_t mp_child_pid(const struct mp_child *child)
{
    return child->group;
}

struct mp_child_traffic mp_child_traffic(const struct mp_child *child)
{
    return child->traffic;
}

struct mp_usage mp_child_usage(const struct mp_child *child)
{
    return child->usage;
}

void mp_child_destroy(struct mp_child *child)
{
    if (!child || child->destroyed)
        return;
    child->destroyed = true;
    mp_child_end_group(child);
    end(child, false);
    free_if_done(child); /* if it lives: when it is reaped */
}
