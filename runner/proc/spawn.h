/*
 * Starting a program, at a price that does not grow with mprun.
 *
 * uv_spawn of libuv 1.44 forks: the page tables of mprun are copied for a
 * process that throws them away at once, some 0.04 ms for each MiB that the
 * plan of a large run has. posix_spawn shares them until the exec.
 *
 * Life: mp_spawn starts the program and tells its end on the loop, once, by
 * on_exit; from then on it is reaped and the memory of struct mp_spawned is
 * the caller's to free. The ends are seen by SIGCHLD: a reaper, one for each
 * loop, has the list of what lives and is there while something does. Others
 * may wait for children of their own (libuv, mp_contain): a reaper asks for
 * its own pids only.
 */
#ifndef RUNNER_PROC_SPAWN_H
#define RUNNER_PROC_SPAWN_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <uv.h>

struct mp_reaper;

/* A living process; embedded in its owner. */
struct mp_spawned {
    pid_t pid;
    void *owner;
    /* What wait4 says of it. */
    void (*on_exit)(struct mp_spawned *spawned, int status,
                    const struct rusage *used);
    bool in_group; /* it began in options->group */
    /* The reaper's. */
    struct mp_spawned *next;
    int status;
    struct rusage used;
};

struct mp_spawn_options {
    const char *program; /* a path, or a word that is searched in PATH */
    char *const *argv;
    char *const *environment;
    const int *files; /* become the descriptors 0, 1, ...; all above those */
    int file_count;
    /* Of a control group's folder: the program begins in it, if that can be;
     * 0: in mprun's own. */
    int group;
};

/* Starts the program in a session of its own, with all signals unblocked and
 * at their defaults; owner and on_exit are set before. *reaper (NULL at first)
 * is made when it is needed and belongs to the loop. Returns 0 or an errno;
 * then nothing was started and on_exit is not called. */
int mp_spawn(struct mp_spawned *spawned, uv_loop_t *loop,
             struct mp_reaper **reaper, const struct mp_spawn_options *options);
/* Calls visit for all that live and are not reaped; nothing may be started in
 * it. reaper may be NULL. */
void mp_spawn_visit(const struct mp_reaper *reaper,
                    void (*visit)(struct mp_spawned *spawned));

#endif
