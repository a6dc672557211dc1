/*
 * Evidence: what is found out about the processes of a case when one of them
 * hangs or has crashed, before they are gone.
 *
 *   a time limit is over --> look: the state of each process, once in a case
 *
 * Nothing here changes the status of a case.
 */
#ifndef RUNNER_RUN_EVIDENCE_H
#define RUNNER_RUN_EVIDENCE_H

#include <stdbool.h>

struct mp_case_run;

struct mp_evidence {
    bool looked;
};

/* A time limit is over: what all processes of the case are doing is told, the
 * first time. Before any of them is given up. */
void mp_evidence_look(struct mp_case_run *run);

#endif
