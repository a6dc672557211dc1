/*
 * What is to blame in a run (blame.h): fed with every case, it knows at the end
 * for each scenario that fails on some combinations only what they have in
 * common, and shows it in words and as JSON.
 *
 * Expected failures (result->known) count as what they were. Cases that were
 * skipped or not played to their end say nothing.
 */
#ifndef RUNNER_REPORT_BLAMES_H
#define RUNNER_REPORT_BLAMES_H

#include "gherkin/jsonw.h"
#include "runner/report/blame.h"
#include "runner/report/results.h"
#include "runner/report/style.h"

struct mp_blamed { /* a scenario, or a row of an outline */
    const char *uri, *name;
    int64_t line, number; /* number: of its first case */
    struct mp_blame blame;
};

struct mp_blames {
    struct gh_arena arena;
    struct mp_blames_scenario **scenarios; /* owned; a hash table */
    size_t scenario_count, scenario_capacity;
    const char **texts; /* owned; a hash table: each path, combination once */
    size_t text_count, text_capacity;
    struct mp_blamed *list; /* owned; in the plan's order, made by solve */
    size_t count;
    bool solved;
};

/* A zeroed struct is empty. */
void mp_blames_add(struct mp_blames *blames,
                   const struct mp_case_result *result, bool strict);
/* Fills list; again does nothing. */
void mp_blames_solve(struct mp_blames *blames);
/* A section of the console's summary, "" if there is nothing to say. */
void mp_blames_append(struct mp_buf *out, const struct mp_style *style,
                      struct mp_blames *blames);
/* The member "blame" of an object, none if there is nothing to say. */
void mp_blames_json(struct gh_jsonw *out, struct mp_blames *blames);
void mp_blames_finish(struct mp_blames *blames);

#endif
