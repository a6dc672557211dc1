/*
 * The plan: what would run, and why. Made whole before anything starts
 * (runner/plan), read by the run and by `mprun plan`, never changed.
 *
 *   pickle --(processes, routes, timeouts)--> scenario
 *   scenario x combination --(selection)--> case
 *
 * Every text and array lives in the plan's arena; platforms are borrowed from
 * the configuration, which outlives the plan. Lines and columns are 1-based,
 * durations are milliseconds (0 = none).
 */
#ifndef RUNNER_MODEL_PLAN_H
#define RUNNER_MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/gherkin.h"
#include "runner/model/platform.h"

/* What a step does. SEND and BEGIN go to a platform server, the others are
 * built-in steps that mprun itself executes (docs/steps.md). */
enum mp_action {
    MP_ACTION_SEND,
    MP_ACTION_BEGIN,    /* send, and go on without the answer */
    MP_ACTION_COMPLETE, /* take the answer of the begun step */
    MP_ACTION_START,
    MP_ACTION_IS_RUNNING,
    MP_ACTION_STOP,
    MP_ACTION_RESTART,
    MP_ACTION_KILL,  /* SIGKILL */
    MP_ACTION_CRASH, /* SIGABRT */
    MP_ACTION_PAUSE,
    MP_ACTION_RESUME,
    MP_ACTION_EXPECT_EXIT,   /* "should exit with code N" */
    MP_ACTION_EXPECT_SIGNAL, /* "should be killed by SIGX" */
    MP_ACTION_EXPECT_RUNNING,
    MP_ACTION_EXPECT_NOT_RUNNING,
    MP_ACTION_ALL_READY,
    MP_ACTION_WAIT,
};

/* "send", "begin", "start", ...: for plan, journal and reports. */
const char *mp_action_name(enum mp_action action);

/* One operating-system process of a case: 'writer', 'writer#2', 'node#3'. */
struct mp_member {
    const char *name;
    const char *group; /* the process it belongs to: "node"; = name if alone */
    size_t process;    /* index into the scenario's processes */
    int index;         /* 1-based in the group */
    int group_size;
    bool started_by_mention; /* its first step is a built-in that starts it,
                                or "a new ...": nothing else starts it */
};

/* Does the name mean this member: its own, or that of all its group? */
bool mp_member_is_named(const struct mp_member *member, const char *name);

/* A platform that may not play a process, and what says so. */
struct mp_refused {
    const struct mp_platform *platform;
    const char *reason; /* "--process", "@platform:linux", ... */
};

/* A named actor of a scenario; a combination gives it a platform. */
struct mp_process {
    const char *name;
    size_t member_count; /* members say which process they belong to */
    const struct mp_platform *const *platforms; /* those that may play it */
    size_t platform_count;
    const struct mp_refused *refused; /* all others */
    size_t refused_count;
};

struct mp_step {         /* a plan holds all steps of a run: kept small */
    const char *keyword; /* as written: "Given " */
    const char *text;    /* whole, after outline substitution */
    const char *type;    /* for the wire: given, when, then or step */
    struct gh_location at;
    const struct gh_table *table;
    const struct gh_doc_string *doc_string;

    const char *sent;      /* the text that goes to the server */
    const size_t *targets; /* members it is for, in order */
    const size_t *ensured; /* members started and ready before it: targets
                              and, for rule 5, the others that it names */
    const char *rule;      /* the rule of docs/semantics.md that sent it
                              there: "built-in", "all", "the", "another",
                              "named", "main", "first", "previous" */
    int64_t timeout_ms;    /* of the answer; of COMPLETE and EXPECT_*: how
                              long to wait */
    int64_t within_ms;     /* repeat until it passes, for so long; 0: once */
    int64_t wait_ms;       /* of WAIT */
    uint32_t target_count, ensured_count;
    enum mp_action action;
    int exit_code; /* of EXPECT_EXIT */
    int signal;    /* of EXPECT_SIGNAL */
    bool background;
    bool doc_string_first;
    bool new_incarnation; /* "a new 'writer' process" after its end */
};

struct mp_tag {
    const char *name; /* with @ */
    enum gh_level level;
};

#define MP_POSSIBLE_MAX 1000000000

struct mp_scenario { /* a pickle, planned */
    const char *uri; /* as reported: relative to the working folder */
    const char *feature;
    const char *rule; /* "" : none */
    const char *name;
    const char *scenario_name; /* as written, placeholders kept */
    const char *language;
    struct gh_location at; /* of the row for an outline's row */
    struct gh_location scenario_at;
    uint32_t ordinal;       /* of the pickle in its file, 1-based */
    uint32_t equal_ordinal; /* among scenarios of the same rule and name */
    uint32_t examples_number, row_number;
    const struct mp_tag *tags;
    size_t tag_count;
    const struct mp_process *processes; /* sorted by name */
    size_t process_count;
    const struct mp_member *members;
    size_t member_count;
    const struct mp_step *steps;
    size_t step_count;
    int64_t timeout_ms; /* of the whole case */
    int retries;
    bool serial;
    const char *const *locks;
    size_t lock_count;
    const char *strategy;     /* "all", "pairwise", ...; NULL: not planned */
    size_t combination_count; /* that it has by strategy and config */
    size_t possible_count;    /* of platforms and processes, without these; at
                                 most MP_POSSIBLE_MAX */
    const char *const *notes; /* displaced tags, near-misses: for the plan */
    size_t note_count;
};

struct mp_case {
    const struct mp_scenario *scenario;
    const struct mp_platform *const *platforms; /* one for each process */
    size_t number; /* 1-based in the whole plan, also in a part of it */
    const char *combination; /* "[reader=c,writer=python]" */
    const char *id;          /* "features/ipc.feature:12[...]" */
    const char *key;         /* stable over edits, for history and shards */
    const char *scenario_id; /* on the wire: "ipc-1-1" */
    int repetition;          /* 1-based with --repeat-each, 0: played once */
    const char *skip;        /* why it cannot be played, NULL: it runs */
};

/* A pickle or case that selection left out, for `mprun plan`. */
struct mp_left_out {
    const char *id;
    const char *reason;
};

/* Which part of the whole plan this one is (runner/plan/shard.h). */
struct mp_part {
    uint64_t digest;     /* of the whole plan */
    size_t whole_count;  /* its cases */
    const char *method;  /* "slice", "hash", "balanced"; NULL: all of it */
    size_t index, total; /* 1-based; 0 of 0: all of it */
};

/* A feature file that has cases, for reports that show it. */
struct mp_source {
    struct mp_source *next;
    const char *uri, *text;
};

struct mp_plan {
    struct gh_arena arena;
    struct mp_source *sources, *last_source; /* in the order of cases */
    struct gh_arena source_arena;            /* holds them */
    const struct mp_scenario **scenarios;
    size_t scenario_count;
    const struct mp_case *cases;
    size_t case_count;
    const struct mp_left_out *left_out;
    size_t left_out_count;
    struct mp_part part;
};

/* The seed of a case: made of the run's and the case's key alone, so that
 * neither order nor jobs nor what else is selected changes it. At least 1, and
 * of 32 bits, for every language's generators take those. */
uint64_t mp_plan_case_seed(uint64_t run_seed, const char *key);

/* Gives back the texts of the features, which nothing needs once the journal
 * has them; there are none then. */
void mp_plan_forget_sources(struct mp_plan *plan);
void mp_plan_finish(struct mp_plan *plan);

#endif
