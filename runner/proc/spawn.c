#include "runner/proc/spawn.h"

#include <assert.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "runner/base/buf.h"
#include "runner/proc/clone.h"

struct mp_reaper {
    uv_signal_t signal;
    struct mp_reaper **place; /* where the loop's owner keeps it */
    struct mp_spawned *living;
};

/* --- the end --- */

static void on_closed(uv_handle_t *handle)
{
    gh_free(handle->data);
}

/* Without children it would only keep the loop alive. */
static void close_if_idle(struct mp_reaper *reaper)
{
    if (reaper->living || !*reaper->place)
        return;
    *reaper->place = NULL;
    uv_close((uv_handle_t *)&reaper->signal, on_closed);
}

static void on_sigchld(uv_signal_t *handle, int number)
{
    struct mp_reaper *reaper = handle->data;
    struct mp_spawned **link = &reaper->living, *exited = NULL;
    (void)number;
    while (*link) {
        struct mp_spawned *spawned = *link;
        if (wait4(spawned->pid, &spawned->status, WNOHANG, &spawned->used) !=
            spawned->pid) {
            link = &spawned->next;
            continue;
        }
        *link = spawned->next;
        spawned->next = exited;
        exited = spawned;
    }
    /* Now, for the callbacks may start others. */
    while (exited) {
        struct mp_spawned *spawned = exited;
        exited = spawned->next;
        spawned->on_exit(spawned, spawned->status, &spawned->used);
    }
    close_if_idle(reaper);
}

static int open_reaper(uv_loop_t *loop, struct mp_reaper **place)
{
    if (*place)
        return 0;
    struct mp_reaper *reaper = gh_alloc(sizeof(*reaper));
    reaper->place = place;
    reaper->signal.data = reaper;
    uv_signal_init(loop, &reaper->signal);
    *place = reaper;
    int status = uv_signal_start(&reaper->signal, on_sigchld, SIGCHLD);
    if (status)
        close_if_idle(reaper);
    return -status;
}

/* --- the start --- */

/* A session of its own; no signal blocked or ignored because it is in mprun. */
static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all, none;
    sigemptyset(&none);
    /* sigfillset leaves out two that the C library keeps for itself; the child
     * would then ignore them. */
    memset(&all, 0xff, sizeof(all));
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    posix_spawnattr_init(attributes);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID |
                                             POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
}

static int spawn(struct mp_spawned *spawned,
                 const struct mp_spawn_options *options)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int error = 0;
    for (int i = 0; i < options->file_count; i++)
        assert(options->files[i] >= options->file_count);
    spawned->in_group = options->group && !mp_clone(options, &spawned->pid);
    if (spawned->in_group)
        return 0;
    set_attributes(&attributes);
    posix_spawn_file_actions_init(&files);
    for (int i = 0; i < options->file_count && !error; i++)
        error = posix_spawn_file_actions_adddup2(&files, options->files[i], i);
    if (!error)
        error = posix_spawnp(&spawned->pid, options->program, &files,
                             &attributes, options->argv, options->environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

int mp_spawn(struct mp_spawned *spawned, uv_loop_t *loop,
             struct mp_reaper **reaper, const struct mp_spawn_options *options)
{
    /* First, so that no end is missed. */
    int error = open_reaper(loop, reaper);
    if (error)
        return error;
    error = spawn(spawned, options);
    if (error) {
        close_if_idle(*reaper);
        return error;
    }
    spawned->next = (*reaper)->living;
    (*reaper)->living = spawned;
    return 0;
}

void mp_spawn_visit(const struct mp_reaper *reaper,
                    void (*visit)(struct mp_spawned *spawned))
{
    for (struct mp_spawned *at = reaper ? reaper->living : NULL; at;
         at = at->next)
        visit(at);
}
