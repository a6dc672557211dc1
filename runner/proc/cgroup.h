/*
 * Control groups (cgroup v2) of a run: one for the run below mprun's own, in
 * it one for each case. What is in a group can be named and killed as a whole,
 * whatever it did to its environment, session and parents.
 *
 * No controller is enabled and no limit set, so nothing but a folder that
 * mprun may write to is needed: as root, or below a service or scope that
 * systemd gave to the user. Kernel 5.14 or later.
 *
 * Paths are those of the groups' folders. Processes are put there by mp_spawn;
 * nothing here moves any. Functions that fail say why in words, for people.
 */
#ifndef RUNNER_PROC_CGROUP_H
#define RUNNER_PROC_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

#include "runner/base/buf.h"

/* Where mprun's own group is, by the texts of /proc/self/cgroup and
 * /proc/self/mountinfo. Returns new (gh_free); NULL: why says it. */
char *mp_cgroup_find(const char *groups, const char *mounts,
                     struct mp_buf *why);
/* The folder of a new group below mprun's own. Returns new; NULL: why. */
char *mp_cgroup_name(const char *name, struct mp_buf *why);
/* Makes it and starts a trial process there. False: why; nothing is left. */
bool mp_cgroup_make(const char *path, struct mp_buf *why);
/* A descriptor of the group below path that is called name, which is made if
 * it is not there; -1 with errno. The caller closes it. */
int mp_cgroup_open_child(const char *path, const char *name);

/* Calls visit for each living process in the group and in those below it. */
void mp_cgroup_each(const char *path, void (*visit)(void *self, pid_t pid),
                    void *self);
/* How many processes are in it, those below not counted; -1: there is no such
 * group. */
long mp_cgroup_count(const char *path);
/* Sends SIGKILL to all of them at once. */
void mp_cgroup_kill(const char *path);
/* Waits until nothing lives there, and removes the group with those below.
 * One that is not there is no error. False with errno when the time was over
 * or something else is in the way. */
bool mp_cgroup_remove(const char *path, int timeout_ms);

#endif
