/*
 * From records to results: a listener that gathers what a case's records say
 * and hands over one struct when its last record came. Every report is made
 * from these structs, so that all say the same.
 *
 * A result and all texts in it live until the hand-over returns; a report
 * that needs more keeps its own copy. Attempts before the last are kept with
 * it (earlier), oldest last in the chain. Texts are never NULL where the
 * comment does not say so; "" says that there was none.
 *
 * Cases still open at RUN_FINISHED or at mp_results_finish (the end of a
 * journal whose run was killed) are handed over as interrupted: no case that
 * began ever vanishes. Records of cases that never began are ignored.
 *
 * Statuses and words: docs/reports.md.
 */
#ifndef RUNNER_REPORT_RESULTS_H
#define RUNNER_REPORT_RESULTS_H

#include "gherkin/memory.h"
#include "runner/model/record.h"

/* A line that a process wrote, or mprun wrote about it. */
struct mp_line {
    struct mp_line *next;
    double time_ms;
    int64_t step; /* 0: outside any step */
    int64_t hook; /* 0: outside any hook */
    const char *process;
    int64_t incarnation;
    const char *source;    /* log, stdout, stderr or mprun */
    const char *level;     /* trace to error, "" */
    const char *sent_time; /* the server's own, "" */
    const char *text;      /* without the level and time it began with */
    const char *raw;       /* as it came */
};

struct mp_result_attachment {
    struct mp_result_attachment *next;
    double time_ms;
    int64_t step, hook;
    const char *process, *name, *media_type, *encoding;
    const char *body;    /* NULL: in a file */
    const char *path;    /* NULL: in body */
    const char *kind;    /* of what a command found out: on_timeout, on_crash;
                            "": a server's */
    const char *command; /* that found it out, "" */
};

struct mp_result_export {
    struct mp_result_export *next;
    int64_t step;
    const char *process, *name, *value;
};

struct mp_note {
    struct mp_note *next;
    int64_t step;
    const char *level; /* note or warning */
    const char *process, *text;
};

/* What a process was doing when a time limit was over. */
struct mp_sight {
    struct mp_sight *next;
    int64_t step; /* it worked at */
    const char *process;
    int64_t pid;      /* 0: none */
    const char *kind; /* running, waiting, stopped, ended, ... */
    const char *wait; /* the function of the kernel, "" */
    const char *text; /* all that in words */
};

/* What counted against the case outside a step. */
struct mp_cause {
    struct mp_cause *next;
    enum mp_status status;
    int64_t hook; /* that told it, 0: none */
    const char *process, *text;
};

/* What one process answered to a step. */
struct mp_answer {
    struct mp_answer *next;
    const char *process, *platform;
    enum mp_status status;
    const char *text;
    const char *kind, *failure_type;
    const char *expected, *actual; /* NULL: not given, which is not "" */
    const char *diff, *stack, *location, *data;
    const char *advice; /* snippets of an undefined step, the definitions
                           that match an ambiguous one */
    double time_ms;     /* when it came */
    double duration_ms; /* by the server, or from request to answer */
};

/* A hook of a process of the case. */
struct mp_hook_result {
    struct mp_hook_result *next;
    int64_t number; /* in the attempt, 1-based */
    int64_t step;   /* that waited for it, 0: it ran after the steps */
    int64_t incarnation;
    const char *id;              /* the server's, unique on its platform */
    const char *kind;            /* beforeScenario, afterScenario */
    const char *name, *location; /* "" */
    double start_ms;
    bool finished;           /* answer holds */
    struct mp_answer answer; /* with its process and platform; not-run: one
                                before it did not pass */
};

struct mp_result_step {
    const char *keyword, *text;
    const char *sent; /* to the server, "": the text */
    int64_t line;
    const char *process;  /* names, "node#1, node#2" */
    const char *platform; /* "" for a built-in step */
    const char *kind;     /* "send", "kill", ... */
    const char *argument; /* JSON, "" */
    bool started, finished;
    double start_ms;   /* when it was its turn */
    double request_ms; /* later by the starts that it waited for */
    enum mp_status status;
    const char *message;
    double duration_ms;
    struct mp_answer *answers, *last_answer;
};

/* One life of a process. */
struct mp_incarnation {
    struct mp_incarnation *next;
    int64_t number;
    int64_t pid;
    const char *command, *protocol, *server;
    double start_ms;
    bool reused; /* kept from another case */
    bool ready;
    double ready_ms;  /* how long it took */
    double hidden_ms; /* of that, before a step named it */
    bool ended;
    double end_ms;
    bool exited; /* exit_code holds */
    int64_t exit_code, signal;
    bool expected_death;
    const char *end_text;
    struct mp_metrics metrics;
};

struct mp_process_result {
    struct mp_process_result *next;
    const char *name, *platform;
    struct mp_incarnation *incarnations, *last_incarnation;
};

struct mp_case_result {
    int64_t number;
    int64_t attempt;
    const char *id, *key, *uri, *feature, *rule, *name, *scenario;
    const char *scenario_id, *combination; /* "[reader=c]" or "" */
    int64_t repetition;                    /* 1-based, 0: played once */
    uint64_t seed;                         /* its own, 0: not known */
    int64_t line;
    const char *const *tags;
    size_t tag_count;
    const char *artifacts; /* folder, "" */

    enum mp_status status;
    const char *text; /* first cause, or why it was skipped or not run */
    int64_t cause_step;
    const char *cause_process;
    double start_ms, duration_ms;
    bool flaky; /* passed after a failed attempt */
    /* Why the baseline expects it to fail, "": it does not. One that did is
     * skipped, one that passed has failed; was is what became of it. */
    const char *known;
    enum mp_status was;

    struct mp_result_step *steps; /* [0] is step 1 */
    size_t step_count;
    size_t step_capacity; /* private */
    int64_t current_step; /* that runs now, 0: none */
    struct mp_process_result *processes, *last_process;
    struct mp_line *lines, *last_line; /* in the order of time */
    struct mp_result_attachment *attachments, *last_attachment;
    struct mp_result_export *exports, *last_export;
    struct mp_note *notes, *last_note;
    struct mp_sight *sights, *last_sight;
    struct mp_cause *causes, *last_cause;
    struct mp_hook_result *hooks, *last_hook;

    struct mp_case_result *earlier; /* the attempt before, NULL: none */
    struct gh_arena arena;          /* owns all of the above */
};

/* What is known of the run as a whole. */
struct mp_run_result {
    const char *id, *name, *command, *cwd, *wall_time;
    const char *containment;    /* cgroup, subreaper, group; "": not known */
    const char *contained_less; /* why not by cgroup; "" */
    uint64_t seed;
    int64_t total;    /* cases planned */
    const char *plan; /* digest of the whole plan, "" */
    int64_t planned;  /* cases of the whole plan */
    int64_t shard, shards;
    const char *shard_by; /* "" of a whole run */
    int64_t begun;        /* cases that came */
    bool started;         /* RUN_STARTED came */
    bool finished;        /* RUN_FINISHED came */
    double duration_ms;   /* up to the last record where it did not */
    double suspended_ms;  /* of them it could not go on */
    int64_t signal;
    struct mp_cause *causes, *last_cause; /* that counted against the run */
    double starting_ms; /* of all processes that became ready, together */
    double hidden_ms;   /* of that, while no step waited for it */
    int64_t spared;     /* starts: a process was kept for that case */
};

struct mp_results {
    struct mp_run_result run;     /* texts in arena */
    struct mp_tally tally;        /* by final status */
    struct mp_case_result **open; /* cases that run, by start; owned */
    size_t open_count, open_capacity;
    void (*on_case)(void *self, const struct mp_case_result *result);
    void *self;
    struct gh_arena arena;
    bool ended;
};

/* on_case is called once for each case, with its last attempt. */
void mp_results_init(struct mp_results *results,
                     void (*on_case)(void *, const struct mp_case_result *),
                     void *self);
void mp_results_take(struct mp_results *results,
                     const struct mp_record *record);
/* The open case of that number; NULL: none. Borrowed until the next record.
 */
const struct mp_case_result *mp_results_find(const struct mp_results *results,
                                             int64_t case_number);
/* Hands over what is still open and counts cases that never began as not-run.
 * Called by RUN_FINISHED too; again does nothing. */
void mp_results_end(struct mp_results *results);
void mp_results_finish(struct mp_results *results);

/* The process of that name in the case; NULL: none. */
const struct mp_process_result *
mp_results_process(const struct mp_case_result *result, const char *name);
/* The platform that plays the process; len 0 if unknown. Borrowed from the
 * result. */
struct gh_str mp_results_platform(const struct mp_case_result *result,
                                  const char *process);

#endif
