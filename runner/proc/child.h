/*
 * One child process with its three pipes, on the loop.
 *
 * Real pipes, not the socket pairs that libuv makes: a server can open
 * /dev/stdout, and a round trip costs about half. The child is started
 * through the shim (runner/proc/shim.h) in a session and group of its own, so
 * its pid is also its group's.
 *
 * Life: create, start, events, destroy. The order of events: started or
 * start_failed; then output in any order; exited; and at last ended, when the
 * process is gone and its pipes are at their end, or were quiet for
 * MP_CHILD_QUIET_MS after the exit although somebody still holds them
 * (held_open: a leaked descendant). Nothing is called after ended. destroy
 * may be called at any time, also from a callback: the process is killed with
 * its group if it lives, and the memory is freed when libuv lets go of it.
 *
 * All calls are made on the loop's thread. No call blocks.
 */
#ifndef RUNNER_PROC_CHILD_H
#define RUNNER_PROC_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "runner/proc/clock.h"
#include "runner/proc/contain.h"
#include "runner/proc/limits.h"
#include "runner/proc/spawn.h"
#include "runner/proc/usage.h"
#include "runner/proc/watchdog.h"

#define MP_CHILD_QUIET_MS 200
/* After so long a time even output does not put the end off any more. */
#define MP_CHILD_LOUD_MS 1000

/* What all children of a run share. Outlives them. */
struct mp_nursery {
    uv_loop_t *loop;
    struct mp_clock *clock; /* of this loop */
    const char *program;    /* mprun's own executable, for the shim */
    struct mp_contain *contain;
    struct mp_watchdog *watchdog;
    char *read_buffer;    /* MP_CHILD_READ_BYTES, used within one callback */
    size_t open_children; /* not yet freed */
    /* What children get back; "": the limit is as it was. */
    char inherited_files[MP_LIMITS_TEXT_SIZE];
    struct mp_reaper *reaper; /* NULL while nothing lives */
};

#define MP_CHILD_READ_BYTES 65536u

struct mp_launch {
    const char *const *argv;  /* NULL-terminated */
    const char *cwd;          /* absolute */
    char *const *environment; /* NAME=VALUE, NULL-terminated */
    bool traceable;           /* any debugger of the user may attach */
    const char *scenario_id;  /* whose control group it is in; NULL: none */
};

enum mp_child_stream { MP_CHILD_STDOUT, MP_CHILD_STDERR };

struct mp_child_events {
    void *self;
    void (*on_started)(void *self);
    /* why is complete: "cannot execute 'x': No such file or directory". The
     * child is over; only destroy may follow. */
    void (*on_start_failed)(void *self, const char *why);
    /* length 0: the stream is at its end. */
    void (*on_output)(void *self, enum mp_child_stream stream,
                      const char *bytes, size_t length);
    /* It closed its stdin: nothing more can be written. */
    void (*on_input_broken)(void *self);
    /* signal 0: it exited with exit_code. */
    void (*on_exited)(void *self, int exit_code, int signal);
    void (*on_ended)(void *self, bool held_open);
};

struct mp_child;

struct mp_child *mp_child_create(struct mp_nursery *nursery,
                                 const struct mp_child_events *events);
/* Starts it. 0, or an errno: it could not be started; why is set (gh_free), no
 * event comes. */
int mp_child_start(struct mp_child *child, const struct mp_launch *launch,
                   char **why);
/* Delivers what of its stderr is there already. */
void mp_child_drain(struct mp_child *child);
/* Queues the bytes (copied) for its stdin. After the stdin was closed or
 * broke they are dropped. */
void mp_child_write(struct mp_child *child, const char *bytes, size_t length);
/* Bytes that it has not read yet, beyond what the pipe holds. */
size_t mp_child_unread_bytes(const struct mp_child *child);
/* Closes its stdin when what is queued is written. */
void mp_child_close_input(struct mp_child *child);
/* Closes our end of its stdout: what it writes from now on breaks. */
void mp_child_close_output(struct mp_child *child);
/* Sends the signal to its whole group. */
void mp_child_signal(struct mp_child *child, int number);
/* mprun is about to be stopped: stops the groups of all children, but for
 * those that are stopped already. */
void mp_child_suspend_all(struct mp_nursery *nursery);
/* And lets those go on that suspend_all stopped. */
void mp_child_continue_all(struct mp_nursery *nursery);
/* Is anything of its group left, itself included? */
bool mp_child_group_lives(const struct mp_child *child);
/* Kills what is left of the group. When the child has exited, the group's
 * number may from then on be that of strangers: it gets no more signals. */
void mp_child_end_group(struct mp_child *child);
/* Has it died already, although the loop may not have told so yet? */
bool mp_child_has_died(const struct mp_child *child);
/* The kernel has written its core somewhere. Known from on_exited on. */
bool mp_child_dumped_core(const struct mp_child *child);
int64_t mp_child_pid(const struct mp_child *child);

struct mp_child_traffic {
    int64_t stdin_bytes, stdout_bytes, stderr_bytes;
};

struct mp_child_traffic mp_child_traffic(const struct mp_child *child);
/* Known from on_exited on. */
struct mp_usage mp_child_usage(const struct mp_child *child);
void mp_child_destroy(struct mp_child *child);

#endif
