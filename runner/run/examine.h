/*
 * One command that looks into a process (`on_timeout`, `on_crash`): run once,
 * bounded in time and output; what it prints becomes an attachment.
 *
 * create; start, or not (its time runs from create on, so that a queue of them
 * has one bound); on_over, once, from the loop; destroy. It is a child as a
 * server is one: its own group, the watchdog, the sweep. Its environment says
 * MPRUN_SCENARIO_ID=ID/evidence (MP_EXAMINE_MARK), so that what it leaves
 * behind is told from what the case leaves behind. Whatever goes wrong with
 * it is a warning of the server's, never more.
 */
#ifndef RUNNER_RUN_EXAMINE_H
#define RUNNER_RUN_EXAMINE_H

#include "runner/run/server.h"

#define MP_EXAMINE_MARK "/evidence"

struct mp_examination;

struct mp_examine_options {
    struct mp_server *server; /* borrowed until destroy, as what follows */
    const struct mp_examiner *command;
    const char *name; /* "on_timeout"; static */
    int64_t pid;
    const char *core;  /* NULL: none; copied */
    uint64_t begun_ms; /* of the run's clock: its time counts from then */
    void *self;
    void (*on_over)(void *self, struct mp_examination *examination);
};

struct mp_examination *
mp_examination_create(const struct mp_examine_options *options);
void mp_examination_start(struct mp_examination *examination);
/* Ends it now; on_over still comes. why: for its warning, static. */
void mp_examination_cut(struct mp_examination *examination, const char *why);
const struct mp_examine_options *
mp_examination_options(const struct mp_examination *examination);
/* The life of the server that it is about. */
int mp_examination_incarnation(const struct mp_examination *examination);
bool mp_examination_is_started(const struct mp_examination *examination);
/* Its time is over, and on_over will come. */
bool mp_examination_is_due(const struct mp_examination *examination);
void mp_examination_destroy(struct mp_examination *examination);

/* A list of its owner's. */
struct mp_examination **mp_examination_next(struct mp_examination *examination);

#endif
