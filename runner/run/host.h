/*
 * The process in which a platform's hooks of the run are executed: those that
 * run before its first step and after all cases. It lives for the run, beside
 * the cases, and counts for none of them.
 *
 *   STARTING -> BEFORE -> IDLE -> AFTER -> ENDING -> OVER
 *
 * There is one where a platform's server has listed such hooks. It is started
 * when the first process of the platform is ready to play; cases wait for it.
 * Records of it have case 0. A failure before breaks the run off; one after
 * makes it fail.
 */
#ifndef RUNNER_RUN_HOST_H
#define RUNNER_RUN_HOST_H

#include "runner/run/context.h"

/* Of its process: exports are found under it. */
#define MP_HOST_NAME "run"

struct mp_host;

enum mp_host_verdict {
    MP_HOST_GOOD,   /* a process of the platform may play */
    MP_HOST_WAIT,   /* not yet: mp_case_on_host tells when */
    MP_HOST_BROKEN, /* not at all */
};

/* A process of the platform is ready. Starts the host if it takes one. */
enum mp_host_verdict mp_host_need(struct mp_run_context *context,
                                  struct mp_platform_state *state);
/* All cases are over: the hooks after the run, then the end of all hosts
 * within budget_ms for the latter. context->wake is called when one is over.
 * Called again: nothing, but a shorter time. True: some are not over. */
bool mp_hosts_end(struct mp_run_context *context, int64_t budget_ms);
/* An interrupt, or the run's timeout: hooks that run are cut off with that
 * status, hosts that are not idle end within budget_ms. */
void mp_hosts_hurry(struct mp_run_context *context, enum mp_status status,
                    const char *text, int64_t budget_ms);
/* At once. */
void mp_hosts_kill(struct mp_run_context *context);
/* When all are over. */
void mp_host_destroy(struct mp_host *host);

#endif
