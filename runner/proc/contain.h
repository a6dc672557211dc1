/*
 * Nothing that a case started survives it.
 *
 * mprun makes itself a subreaper: a process whose parent ends becomes mprun's
 * child instead of init's, also one that left its group and session. The
 * sweep finds such children, tells by their environment which case they
 * belong to, kills and reaps them. Where /proc or subreapers are missing, the
 * process group is all there is.
 *
 * Where mprun may make control groups (runner/proc/cgroup.h), each case has
 * one besides: then nothing needs to be told by its environment, and a case is
 * killed at once. mp_contain_tier says which of the three there is.
 *
 * The sweep never touches a pid that libuv watches: mprun's own children are
 * registered here, and those that it had before its first call.
 */
#ifndef RUNNER_PROC_CONTAIN_H
#define RUNNER_PROC_CONTAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "runner/base/buf.h"

/* From the best to the least. */
enum mp_tier { MP_TIER_CGROUP, MP_TIER_SUBREAPER, MP_TIER_GROUP };

struct mp_contain {
    pid_t *children; /* watched by libuv, or not of this run; owned */
    size_t child_count;
    pid_t *killed; /* swept, not yet reaped; owned */
    size_t killed_count;
    pid_t *groups; /* killed as a whole, and told of by their owner; owned */
    size_t group_count;
    bool subreaper;
    int list;      /* the kernel's list of our children; -1: it has none */
    bool restless; /* one of them began or ended since a sweep found nothing */
    char *cgroup;  /* folder of the run's control group, owned; NULL:
                      there is none */
    struct mp_buf no_cgroup; /* why not */
    size_t outside;          /* processes that could not be started in one */
};

/* Before anything is started. No better means than best are used. With run_id
 * the run's control group has its name, mp_contain_make makes it: after the
 * watchdog was told, so that somebody always removes it. */
void mp_contain_init(struct mp_contain *contain, enum mp_tier best,
                     const char *run_id);
void mp_contain_make(struct mp_contain *contain);
/* Removes the run's control group; false: something lives there still. */
bool mp_contain_unmake(struct mp_contain *contain);
void mp_contain_finish(struct mp_contain *contain);
/* "cgroup", "subreaper" or "group"; static text. */
const char *mp_contain_tier(const struct mp_contain *contain);
/* Why it is no cgroup; NULL: it is one. Borrowed. */
const char *mp_contain_why(const struct mp_contain *contain);
bool mp_tier_parse(const char *name, enum mp_tier *tier);
/* A descriptor of the control group for the case with that id (its
 * MPRUN_SCENARIO_ID); the caller closes it. 0: there is none. */
int mp_contain_open(struct mp_contain *contain, const char *scenario_id);

/* What a process has started and still has: all else in its control group of
 * that name, or else its children. */
size_t mp_contain_count(const struct mp_contain *contain,
                        const char *scenario_id, pid_t pid);

void mp_contain_add(struct mp_contain *contain, pid_t pid);
void mp_contain_remove(struct mp_contain *contain, pid_t pid);

/* Kills every adopted child whose environment holds variable (NAME=VALUE);
 * with unmarked, also those that carry no MPRUN_SCENARIO_ID at all; and all in
 * the control group of that MPRUN_SCENARIO_ID, or else of the run. Appends
 * one line for each to found ("4711 sleep"). Returns how many. Waits until
 * they are gone, milliseconds as a rule and 300 at most. */
size_t mp_contain_sweep(struct mp_contain *contain, const char *variable,
                        bool unmarked, struct mp_buf *found);
/* The same for adopted children alone, where no control group has that name. */
size_t mp_contain_sweep_adopted(struct mp_contain *contain,
                                const char *variable, bool unmarked,
                                struct mp_buf *found);
/* Reaps adopted children that have ended; called when a child ended. */
void mp_contain_reap(struct mp_contain *contain);

/* The group was killed by its owner, who told of it: the sweep removes what is
 * still dying of it without a word. */
void mp_contain_group_killed(struct mp_contain *contain, pid_t group);
/* Is any process left in the group? A zombie does not count. */
bool mp_contain_group_lives(pid_t group);
/* The letter of its state; 'X': it is gone, '?': that cannot be told; 'E',
 * which is none of the kernel's: it is on its way out and has no memory, or
 * soon none, although it may still look as if it ran. */
char mp_contain_state(pid_t pid);
/* Is it exiting, or a zombie, or gone? */
bool mp_contain_is_ending(pid_t pid);
/* By SIGSTOP or a debugger; false where that cannot be told. */
bool mp_contain_is_stopped(pid_t pid);

/* Does mprun ignore the signal, as under nohup or in the background of a
 * script? It stays so then. */
bool mp_contain_ignores(int number);

/* Once, before anything else: no signal blocked (who starts us may have, by
 * mistake, and the end of no process would be told), standard descriptors open,
 * SIGPIPE ignored, inherited descriptors not handed on. */
void mp_contain_prepare_process(void);

#endif
