/*
 * Evidence: what is found out about the processes of a case when one of them
 * hangs or has crashed.
 *
 *   a time limit is over --> look: the state of each process, once in a case
 *     the case winds up --> gather: on_timeout of those that owed an answer;
 *                           only then are the processes ended
 *   no answer to the start --> on_silence: the same, before it is given up
 *   a process has crashed --> on_end: its core file, on_crash; the case goes on
 *                             meanwhile, but is not over before it is done
 *   an interrupt --> cut
 *
 * All commands of a case run within the evidence_timeout of their platforms, a
 * few at a time. Nothing here changes the status of a case. See docs/config.md.
 */
#ifndef RUNNER_RUN_EVIDENCE_H
#define RUNNER_RUN_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mp_case_run;
struct mp_server;
struct mp_examination;

struct mp_evidence {
    bool looked;
    struct mp_examination *list; /* not over yet, oldest first; owned */
    size_t running;
    uint64_t begun_ms; /* when the latest ones were to begin */
};

/* A time limit is over: what all processes of the case are doing is told, the
 * first time, and who owes an answer is kept. Before any is given up. */
void mp_evidence_look(struct mp_case_run *run);
/* True: commands look into processes that must not be ended before
 * mp_case_on_evidence. */
bool mp_evidence_gather(struct mp_case_run *run);
/* Its start is out of time. True: it is not given up before a command has
 * looked into it. */
bool mp_evidence_on_silence(struct mp_case_run *run, struct mp_server *server);
/* The server has ended, and what that means for the case is decided. */
void mp_evidence_on_end(struct mp_case_run *run, struct mp_server *server);
/* Does any command still run, or wait for its turn? */
bool mp_evidence_is_going_on(const struct mp_case_run *run);
/* Ends all that is gathered now. */
void mp_evidence_cut(struct mp_case_run *run);

#endif
