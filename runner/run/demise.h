/*
 * How a server's process ended, and what that says: a crash, a leak, a word in
 * the report, what it used.
 *
 * All of it reads server->how, which is there from the end on; nothing is kept
 * here. What is told goes by run/ahead, which holds it while no step has named
 * the process. Whether an unasked end was expected is the case's to judge
 * (docs/semantics.md, "A death is a crash unless somebody expects it").
 */
#ifndef RUNNER_RUN_DEMISE_H
#define RUNNER_RUN_DEMISE_H

#include "runner/run/server.h"

/* It has ended by a signal that nobody sent on purpose, as far as its end alone
 * tells: a step may have expected that. */
bool mp_demise_is_crash(const struct mp_server *server);
/* Tells what the end says about the server, besides how it ended. */
void mp_demise_judge(struct mp_server *server);
/* What its process used; while the session is there. Messages and bytes are
 * those of this case, the rest is of its whole life and known at its end. */
struct mp_metrics mp_demise_metrics(const struct mp_server *server);
/* The same of all its cases. */
struct mp_metrics mp_demise_whole(const struct mp_server *server);
/* Appends "'writer' is not running: it was killed by step 4; say ..." */
void mp_demise_explain(const struct mp_server *server, struct mp_buf *text);

#endif
