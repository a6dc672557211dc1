/*
 * One call of the user's code and everything it said.
 *
 * A step is made for one executeStep or executeHook request (or for the start
 * or finish of a module's state), filled by mprun_sdk_step_take_params (of a
 * hook: mprun_sdk_step_take_context) and mprun_sdk_step_bind, run by
 * mprun_sdk_step_run, turned into JSON by mprun_sdk_step_result and freed by
 * mprun_sdk_step_finish. It borrows the request. Accessors of mprun.h that read
 * arguments are in step.c, those that tell something in report.c, outcomes in
 * outcome.c, waiting in wait.c.
 */
#ifndef MPRUN_SDK_STEP_H
#define MPRUN_SDK_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "gherkin/memory.h"
#include "platform-servers/c/mprun/mprun.h"
#include "platform-servers/c/sdk/registry.h"

struct mprun_sdk_server;
struct mprun_sdk_conversion;
struct mprun_sdk_definition;

enum mprun_sdk_status {
    MPRUN_SDK_PASSED,
    MPRUN_SDK_FAILED,
    MPRUN_SDK_PENDING,
    MPRUN_SDK_SKIPPED,
    MPRUN_SDK_UNDEFINED,
    MPRUN_SDK_AMBIGUOUS,
};

struct mprun_sdk_argument {
    const char *text;  /* as it stands in the step; NULL: took no part */
    const char *value; /* what the step wants; NULL likewise */
    const struct mprun_sdk_conversion *conversion; /* NULL: none */
    void *converted;
};

struct mprun_sdk_row {
    const char **cells;
    size_t count;
};

/* The step definition or hook whose function runs. */
struct mprun_sdk_owner {
    const char *name;
    const char *file; /* NULL: none was found */
    int line;
};

struct mprun_step {
    struct mprun_sdk_server *server;
    struct mprun_module *module; /* NULL: no definition was found */
    struct mprun_sdk_owner owner;
    const cJSON *id; /* of the request; NULL outside one */
    const char *text;
    const char *type;
    const char *hook;          /* what it is called; NULL: this is a step */
    const char *status_so_far; /* of the case, in a hook; else NULL */
    const cJSON *context;      /* NULL: none */
    struct mprun_sdk_row *rows;
    size_t row_count;
    const char *doc_string; /* NULL: none */
    const char *doc_media_type;
    bool doc_string_first;
    struct mprun_sdk_argument *arguments;
    size_t argument_count;
    struct gh_arena arena;

    const char *missed; /* of exports, for a failure; NULL: nothing */
    enum mprun_sdk_status status;
    char *reason;   /* of pending and skipped */
    cJSON *failure; /* of failed */
    cJSON *extra;   /* more members of the result (snippets, matches) */
    cJSON *data;    /* this and the next three: NULL while empty */
    cJSON *exports;
    cJSON *logs;
    cJSON *attachments;

    int64_t started_ms;
    int64_t budget_ms; /* -1: none */
    bool cancelled;
    bool cancel_seen; /* the step was told so */
    char cancel_reason[64];
};

/* A step without a request: id may be NULL. */
void mprun_sdk_step_init(struct mprun_step *step,
                         struct mprun_sdk_server *server, const cJSON *id);
void mprun_sdk_step_finish(struct mprun_step *step);

/* Reads params of executeStep. Returns NULL, or what is wrong with them. */
const char *mprun_sdk_step_take_params(struct mprun_step *step,
                                       const cJSON *params);
/* The same for what params of executeStep and of executeHook share. */
const char *mprun_sdk_step_take_context(struct mprun_step *step,
                                        const cJSON *params);
/* Makes the arguments of the match. */
void mprun_sdk_step_bind(struct mprun_step *step,
                         const struct mprun_sdk_definition *definition,
                         const struct gh_match *match);
/* Starts the module's state where it is not started, converts the arguments,
 * calls the function. */
void mprun_sdk_step_run(struct mprun_step *step, mprun_step_function *function);
/* The result object of the answer; the caller owns it. */
cJSON *mprun_sdk_step_result(struct mprun_step *step);

/* Records a failure of that kind ("assertion", "exception", "timeout"), unless
 * an outcome is recorded already. expected and actual may be NULL, file too. */
struct mprun_sdk_failure {
    const char *kind;
    const char *file;
    int line;
    const char *message;
    const char *expected;
    const char *actual;
};
void mprun_sdk_step_fail(struct mprun_step *step,
                         const struct mprun_sdk_failure *failure);
/* The runner gave the step up. */
void mprun_sdk_step_cancel(struct mprun_step *step, const char *reason);

/* Adds a text to an object, repaired, in place of one of the same name. */
void mprun_sdk_set_text(cJSON *object, const char *name, const char *text);
/* {"file": ..., "line": ...} */
cJSON *mprun_sdk_location(const char *file, int line);
/* [{"language": "c", "code": ...}]: code that would define the step. */
cJSON *mprun_sdk_snippets(const struct mprun_sdk_registry *registry,
                          const char *text, struct gh_arena *arena);
const char *mprun_sdk_level_name(enum mprun_level level);

#endif
