/*
 * What the files of server.h share: server.c has the records and the calls,
 * server_events.c what a server's session tells, in records and to the place
 * that the server is in.
 */
#ifndef RUNNER_RUN_SERVER_PRIVATE_H
#define RUNNER_RUN_SERVER_PRIVATE_H

#include "runner/run/server.h"

/* A record of the server's at the step, or the hook, that it works at. */
struct mp_record mp_server_placed_record(const struct mp_server *server,
                                         enum mp_record_type type);

/* Its standing; while it is ahead of its case the one that is kept for then. */
void mp_server_set_standing(struct mp_server *server,
                            enum mp_standing standing);
/* Nobody has to press Enter any more: what says why. */
void mp_server_withdraw_prompt(struct mp_server *server, const char *what);
/* For the session of the server's next life. */
struct mp_session_events mp_server_events(struct mp_server *server);
/* Of its standard error; self is the server. */
void mp_server_on_stderr_line(void *self, const char *text);
void mp_server_on_stderr_warning(void *self, const char *text);
/* errno of what could not be written of it: the run remembers the first. */
void mp_server_on_log_error(struct mp_server *server, int error);

#endif
