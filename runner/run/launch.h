/*
 * What an incarnation of a server is started with: the command line and the
 * environment with the case's names filled in, and what it is told when it is
 * greeted (docs/protocol.md 6.5).
 *
 * All of it lies in the server's arena and lasts as long as the incarnation.
 * A name that is not known is a warning of the server's; the text then stays
 * as it was written. Nothing is started here.
 */
#ifndef RUNNER_RUN_LAUNCH_H
#define RUNNER_RUN_LAUNCH_H

#include "runner/run/server.h"

/* Does --debug wait for this member? */
bool mp_launch_is_debugged(const struct mp_debug *debug,
                           const struct mp_member *member);
/* Does --wrap put a command before this member's? */
bool mp_launch_is_wrapped(const struct mp_run_options *options,
                          const struct mp_member *member);
/* Fills server->hello alone, for a process that was kept. */
void mp_launch_greet(struct mp_server *server);
/* Fills server->launch and server->hello for its present incarnation. */
void mp_launch_prepare(struct mp_server *server);

/* The command that looks into the server's process pid, in the arena, with the
 * environment of its last start. False: a name in it has no value, or there is
 * no core file that it names; fault says so. */
bool mp_launch_examine(const struct mp_server *server,
                       const struct mp_examiner *command, int64_t pid,
                       const char *core, struct gh_arena *arena,
                       struct mp_launch *launch, struct mp_buf *fault);

#endif
