/*
 * The run: plays the cases of a plan, many at once, on one loop, and tells
 * everything that happens as journal records.
 *
 * mp_run blocks until all cases are over and nothing of them is left: no
 * process, no folder, no handle. It reads no configuration file and knows no
 * report; SIGINT, SIGTERM, SIGHUP and SIGQUIT are its to handle while it
 * runs: the first ends the run in order within MP_INTERRUPT_MS, the second at
 * once.
 */
#ifndef RUNNER_RUN_RUN_H
#define RUNNER_RUN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/base/errors.h"
#include "runner/journal/mask.h"
#include "runner/model/plan.h"
#include "runner/model/record.h"
#include "runner/model/status.h"
#include "runner/proc/contain.h"

#define MP_INTERRUPT_MS 4000

/* A command that stands before those of a process's platforms. */
struct mp_wrap {
    const char *process;      /* a member's name, or that of all its group */
    const char *const *words; /* NULL-terminated; may hold ${case.number} ... */
};

/* --debug: an Enter lets a process go on that has been started, and nothing
 * has a time limit: where one would be over, the user is asked. */
struct mp_debug {
    const char *const *processes; /* as of mp_wrap; none: every process */
    size_t process_count;
    int input_fd; /* each line on it is an Enter */
    void *self;
    void (*tell)(void *self, const char *text); /* shows it to the user */
};

/* A platform that is asked what steps it knows (runner/run/ask.h). Events come
 * from within mp_run; its definitions go to the listeners. */
struct mp_inquiry {
    const struct mp_platform *platform;
    const struct mp_step *const *steps;
    size_t step_count;
    void *self;
    /* It is ready, and cannot be asked; lists: it has told its definitions at
     * least. */
    void (*on_unable)(void *self, bool lists);
    /* The answer to matchSteps for count steps from first on, a whole message.
     * False: it cannot be used, why says so. */
    bool (*on_matches)(void *self, size_t first, size_t count,
                       struct gh_str message, struct mp_buf *why);
    /* Once, the last event. why: not all was asked and answered, NULL: it was.
     */
    void (*on_over)(void *self, const char *why);
};

struct mp_run_options {
    struct mp_plan *plan; /* its sources are forgotten once they are told */
    const size_t *order;  /* indexes of plan->cases in the order of starting;
                             NULL: as planned */
    const struct mp_listener *listeners;
    size_t listener_count;
    const char *program;      /* mprun's executable, for shim and watchdog */
    const char *version;      /* mprun's */
    const char *os;           /* "linux" */
    const char *command_line; /* for the journal, as the five below */
    const char *repeat;       /* begins the command that repeats a case */
    const char *config;       /* JSON, secrets masked */
    const char *libraries;
    const char *machine;
    const char *series; /* of shards, NULL */
    bool went_past;     /* errors in input */
    const char *run_id;
    uint64_t seed;
    const char *work_dir;      /* absolute: of the configuration */
    const char *artifact_root; /* absolute, exists: the run's folder */
    const char *shared_root;   /* absolute; made and removed by the run */
    const char *ipc_prefix;    /* of the run; a case adds "-NUMBER" */
    enum mp_tier best_tier;    /* of containment; what is less is used */
    size_t jobs;               /* cases at once, at least 1 */
    int64_t run_timeout_ms;    /* 0: none */
    int64_t stop_timeout_ms;
    int64_t hook_timeout_ms; /* of a hook of the run; 0: none */
    size_t max_processes;    /* of all cases together; 0: no limit */
    size_t max_failures;     /* no new cases after so many; 0: no limit */
    /* Is that failure expected, and counts for nothing? NULL: none is. */
    void *expects_self;
    bool (*expects)(void *self, const struct mp_case *source,
                    enum mp_status status, const char *cause);
    bool definitions; /* servers are asked what steps they know */
    const struct mp_inquiry *inquiries; /* when all cases are over */
    size_t inquiry_count;
    bool strict; /* pending counts as a failure */
    bool strict_protocol;
    bool trace_protocol;        /* messages are written to the artifacts */
    bool keep;                  /* leave sharedDir and ipcPrefix objects */
    const struct mp_mask *mask; /* secrets, for the files of servers' stderr */
    const struct mp_variable *defines; /* --define */
    size_t define_count;
    const struct mp_wrap *wraps;
    size_t wrap_count;
    const struct mp_debug *debug; /* NULL: nobody is asked */
    /* Called each MP_TICK_MS while the run goes on; may be NULL. */
    void *tick_self;
    void (*on_tick)(void *self, double now_ms);
};

#define MP_TICK_MS 100

struct mp_run_outcome {
    int signal;    /* that ended it early, 0: none */
    int log_error; /* errno: some stderr log or folder of a server could not
                      be written; 0: all could */
};

/* False when the run could not begin (errors has the reason). */
bool mp_run(const struct mp_run_options *options,
            struct mp_run_outcome *outcome, struct mp_errors *errors);

/* Runs `argv` in cwd, at most timeout_ms, output dropped; for a platform's
 * `available` command. Several at the same time: reasons[i] is NULL when it
 * exited with 0, else why not (gh_free). */
struct mp_probe {
    const char *const *argv;
    const char *cwd;
    const struct mp_variable *environment;
    size_t environment_count;
    int64_t timeout_ms;
};

bool mp_run_probes(const char *program, const struct mp_probe *probes,
                   size_t count, char **reasons, struct mp_errors *errors);

#endif
