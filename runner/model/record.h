/*
 * The run's events. Each is a journal record: a flat struct in memory, one
 * JSON object on a line in the journal (runner/journal). Reports are made
 * from records and from nothing else, live or read back from a file.
 *
 * A field that does not apply is zero (NULL, 0, not-run) and is not written.
 * Numbers of cases and steps are 1-based, so 0 says "none". Texts are UTF-8
 * without NUL, borrowed and valid during the call that hands the record over.
 * Records of one case are in order; those of cases that run at the same time
 * may interleave. Unknown types and fields in a journal are skipped by older
 * readers; a field never changes its meaning.
 */
#ifndef RUNNER_MODEL_RECORD_H
#define RUNNER_MODEL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/model/status.h"

#define MP_JOURNAL_VERSION 1

/* The fields named are those that matter besides time_ms, case and attempt. */
enum mp_record_type {
    /* First. version, id (of the run), seed, text (command line), wall_time,
       name (mprun's version), cwd, source (containment tier), kind (why it is
       not cgroup), total (cases),
       path (folder of the run), repeat, config, libraries, machine, lenient,
       went_past, plan, planned; of a shard: shard, shards,
       shard_by, series. */
    MP_RECORD_RUN_STARTED,
    /* One for each case, in the plan's order, before the first starts: what
       CASE_STARTED has, but for path and total. So a journal of a killed run
       names those that never began. */
    MP_RECORD_CASE_PLANNED,
    /* One for each feature file that has cases, after the plan: uri, body (its
       text as it was planned). */
    MP_RECORD_SOURCE,
    /* What a platform's server can do, told once in a run and only if a report
       asks for it: process, platform, body (its whole answer to
       listStepDefinitions). */
    MP_RECORD_DEFINITIONS,
    /* id, key, uri, feature, rule, name, scenario, line, combination, tags,
       repetition, scenario_id, total (steps), path (artifact folder), seed
       (its own). */
    MP_RECORD_CASE_STARTED,
    /* One for each step, right after CASE_STARTED: step, keyword, text, line,
       process ("node#1, node#2"), platform, kind (action), argument, name (what
       goes to the server, where that is not the whole text). */
    MP_RECORD_STEP_PLANNED,
    /* process, platform, incarnation, pid, text (command line). */
    MP_RECORD_PROCESS_STARTED,
    /* process, incarnation, protocol, server, duration_ms (since it was
       started), hidden_ms (how much of that was over when a step named it). */
    MP_RECORD_PROCESS_READY,
    /* step. */
    MP_RECORD_STEP_STARTED,
    /* step, process, incarnation, source (log, stdout, stderr or mprun),
       level (trace to error, may be NULL), sent_time (the server's own, may
       be NULL), text. step 0: outside any step. */
    MP_RECORD_LOG,
    /* step, process, name, media_type, encoding (identity, base64) and body,
       or path; of what a command found out: kind (on_timeout, on_crash), text
       (command line). */
    MP_RECORD_ATTACHMENT,
    /* step, process, name, text (value). */
    MP_RECORD_EXPORT,
    /* One process's part of a step: step, process, platform, status, text
       (message or reason), kind, failure_type, expected, actual, diff, stack,
       location, data, duration_ms. */
    MP_RECORD_STEP_RESULT,
    /* step, status (worst of its results), text, duration_ms. */
    MP_RECORD_STEP_FINISHED,
    /* The turn of a hook has come: hook (its number in the attempt, or in the
       run), id (the server's), kind (beforeScenario, afterScenario, beforeRun,
       afterRun), name, location, process, platform, incarnation, step (that
       waits for it, 0: none). Of a hook of the run, case is 0. */
    MP_RECORD_HOOK,
    /* What came of it: hook, process, status (not-run: one before it did not
       pass), what STEP_RESULT has. */
    MP_RECORD_HOOK_RESULT,
    /* What a process was doing when a time limit was over: step (it worked
       at), process, platform, incarnation, pid (0: none), kind (running,
       waiting, stopped, ended, absent, unknown), name (the function of the
       kernel that it waits in, where that is known), text (in words). */
    MP_RECORD_PROCESS_STATE,
    /* process, incarnation, exit_code or signal, expected_death, text,
       metrics. */
    MP_RECORD_PROCESS_EXITED,
    /* process, incarnation, pid, metrics: it lives on, for another case. */
    MP_RECORD_PROCESS_KEPT,
    /* level (note, warning), process, step, text. */
    MP_RECORD_NOTE,
    /* Something outside a step that counts against the case, or with case 0
       against the run: status, text, process, hook (that told it). */
    MP_RECORD_CAUSE,
    /* status, text (first cause or why it was skipped or not run), step (of
       the first cause, 0: none), process, duration_ms, flaky, final (false: a
       further attempt follows), known (why the baseline expects it to fail:
       status says whether it did). */
    MP_RECORD_CASE_FINISHED,
    /* mprun could not go on for a while; deadlines and durations leave that
       out: kind (stopped, held-up, asleep), text, duration_ms. */
    MP_RECORD_RUN_SUSPENDED,
    /* signal, exit_code, duration_ms. */
    MP_RECORD_RUN_FINISHED,
    MP_RECORD_TYPE_COUNT
};

/* What a life of a process came to; 0: unknown. */
struct mp_metrics {
    double cpu_user_ms, cpu_system_ms; /* with the children it waited for */
    int64_t max_rss_kb;
    int64_t descriptors;               /* open when it was asked to end */
    int64_t messages_in, messages_out; /* in: to mprun */
    int64_t bytes_in, bytes_out;       /* its stdout and its stdin */
    int64_t stderr_bytes;
};

struct mp_record {
    enum mp_record_type type;
    double time_ms; /* since the run started, monotonic */
    int64_t case_number;
    int64_t attempt; /* 1-based */
    int64_t step;
    int64_t hook; /* that ran meanwhile, 0: none; then step is 0 */
    const char *process;
    const char *platform;
    int64_t incarnation;
    enum mp_status status;
    const char *text;
    const char *level;
    const char *source;
    const char *sent_time;
    double duration_ms;

    /* failures */
    const char *kind;
    const char *failure_type;
    const char *expected;
    const char *actual;
    const char *diff;
    const char *stack;
    const char *location;
    const char *data; /* JSON as the server sent it */

    /* cases and steps */
    const char *id;
    const char *key;
    const char *uri;
    const char *feature;
    const char *rule;
    const char *name;
    const char *scenario;
    const char *scenario_id;
    const char *combination;
    const char *const *tags; /* tag_count of them */
    size_t tag_count;
    const char *keyword;
    int64_t line;
    const char *argument; /* JSON: {"dataTable":...} as on the wire */
    int64_t repetition;   /* with --repeat-each, 1-based */
    bool final;
    bool flaky;
    const char *known;

    /* processes */
    int64_t pid;
    bool exited; /* exit_code holds */
    int64_t exit_code;
    int64_t signal;
    bool expected_death;
    const char *protocol;
    const char *server;
    double hidden_ms;
    bool reused; /* it was kept from another case */
    struct mp_metrics metrics;

    /* attachments */
    const char *media_type;
    const char *encoding;
    const char *body;
    const char *path;

    /* the run */
    int64_t version;
    uint64_t seed;
    int64_t total;
    const char *wall_time; /* RFC 3339 UTC */
    const char *cwd;
    const char *repeat;    /* "mprun -p ci": begins what repeats a case */
    const char *config;    /* JSON object: as resolved, secrets masked */
    const char *libraries; /* "libuv 1.44.2, ..." */
    const char *machine;   /* "Linux 6.1.0 x86_64" */
    bool lenient;          /* pending does not fail the run */
    bool went_past;        /* errors in input that --keep-going went past */
    const char *plan;      /* digest of the whole plan, hexadecimal */
    int64_t planned;       /* cases of the whole plan */
    int64_t shard, shards; /* 1-based; 0: the run is no shard */
    const char *shard_by;  /* slice, hash, balanced */
    const char *series;    /* of shards that belong together; NULL: not known */
};

/* "run-started", "step-result", ...; static text. */
const char *mp_record_type_name(enum mp_record_type type);

/* Who takes records: the journal's writer, each report. */
struct mp_listener {
    void *self;
    void (*on_record)(void *self, const struct mp_record *record);
};

#endif
