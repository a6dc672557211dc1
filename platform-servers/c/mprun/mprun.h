/*
 * The C platform server: write step definitions in C or C++ and let
 * mprun-server-c, or a program of your own, serve them to mprun.
 *
 *     static void write_frame(struct mprun_step *step)
 *     {
 *         int64_t size = mprun_arg_int(step, 0);
 *         mprun_assert(step, size > 0);
 *         mprun_log(step, MPRUN_INFO, "writing %d bytes", (int)size);
 *     }
 *     MPRUN_STEPS(m) { mprun_when(m, "writes frame with size {int}",
 *                                 write_frame); }
 *
 * A step passes when its function returns and nothing was recorded against
 * it. mprun_fail, mprun_skip and mprun_pending record an outcome and RETURN:
 * nothing jumps over your clean-up code (or a C++ destructor). The first
 * outcome recorded stays, later ones become log lines. mprun_assert... record a
 * failure and then execute `return;`, so they stand in functions that return
 * void; mprun_check... are expressions that say whether it held.
 *
 * One step runs at a time, on the main thread of the process; the SDK starts
 * no thread and installs no signal handler: a crash stays a crash. SIGPIPE is
 * ignored. fd 0 is /dev/null and fd 1 is stderr, so that prints of yours, of a
 * library or of a child cannot hurt the protocol. Functions that take a step
 * are for the thread that runs it. Texts are UTF-8; what they return is
 * borrowed until the step returns. Wire: docs/protocol.md.
 */
#ifndef MPRUN_MPRUN_H
#define MPRUN_MPRUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MPRUN_SDK_VERSION "0.1.0"

#define MPRUN_EXPORT         __attribute__((visibility("default")))
#define MPRUN_PRINTF(at, va) __attribute__((format(printf, at, va)))

/* The step definitions of one shared object or program, and the state that
 * they share in this process. */
struct mprun_module;
/* One call of your code: a step, a hook, or the making or releasing of the
 * state. */
struct mprun_step;

typedef void mprun_step_function(struct mprun_step *step);

/* ---- Registering: before the first step, from MPRUN_STEPS ------------- */

/* Opens the function in which a shared object registers its steps. The server
 * calls it once, after loading. A program with steps of its own hands it (or
 * any function of this shape) to mprun_serve instead. */
#define MPRUN_STEPS(module)                                                    \
    MPRUN_ENTRY_ void mprun_register(MPRUN_MODULE_(module))
#ifdef __cplusplus
#define MPRUN_ENTRY_ extern "C" MPRUN_EXPORT
#else
#define MPRUN_ENTRY_ MPRUN_EXPORT
#endif
#define MPRUN_MODULE_(module) struct mprun_module *module
MPRUN_EXPORT void mprun_register(struct mprun_module *module);

/* Defines a step by a Cucumber Expression: "reads {int} frame(s)". given,
 * when and then say the same to the SDK: the keyword of a step is no part of
 * its match, as in Cucumber. Two definitions that match one step make it
 * ambiguous. A faulty expression is reported with file and line when the
 * server starts, together with all others, and the server does not serve. */
#define mprun_given(module, expression, function)                              \
    mprun_define(module, expression, function)
#define mprun_when(module, expression, function)                               \
    mprun_define(module, expression, function)
#define mprun_then(module, expression, function)                               \
    mprun_define(module, expression, function)
#define mprun_define(module, expression, function)                             \
    mprun_define_at((module), (expression), (function), __FILE__, __LINE__)

/* Defines a step by a regular expression (PCRE2, matched against the whole
 * text only where it has ^ and $). Its groups are the arguments. */
#define mprun_regex(module, pattern, function)                                 \
    mprun_regex_at((module), (pattern), (function), __FILE__, __LINE__)

/* Adds a parameter type: after it, {name} stands in expressions for what
 * regexp matches. convert makes the value of mprun_arg_value from the matched
 * text, or calls mprun_fail and returns NULL; release (NULL: none) frees it
 * after the step. convert NULL: the text is the value. */
typedef void *mprun_convert_function(struct mprun_step *step, const char *text);
#define mprun_parameter(module, name, regexp, convert, release)                \
    mprun_parameter_at((module), (name), (regexp), (convert), (release),       \
                       __FILE__, __LINE__)

/* Hooks: functions that run around a scenario, in each of its processes, around
 * each step that goes to a process, and around the whole run, in a process of
 * its own; see the README. A hook has no arguments; all else is as in a step,
 * its outcome too. tags is a tag expression, and the hook runs around
 * scenarios, or around the steps of scenarios, that it holds for; NULL: around
 * all. Hooks run as they were registered, those after something in reverse. A
 * faulty tag expression is reported as a faulty step is. */
#define mprun_before_scenario(module, tags, function)                          \
    mprun_hook(module, MPRUN_BEFORE_SCENARIO, tags, NULL, 0, function)
#define mprun_after_scenario(module, tags, function)                           \
    mprun_hook(module, MPRUN_AFTER_SCENARIO, tags, NULL, 0, function)
#define mprun_before_step(module, tags, function)                              \
    mprun_hook(module, MPRUN_BEFORE_STEP, tags, NULL, 0, function)
#define mprun_after_step(module, tags, function)                               \
    mprun_hook(module, MPRUN_AFTER_STEP, tags, NULL, 0, function)
#define mprun_before_run(module, function)                                     \
    mprun_hook(module, MPRUN_BEFORE_RUN, NULL, NULL, 0, function)
#define mprun_after_run(module, function)                                      \
    mprun_hook(module, MPRUN_AFTER_RUN, NULL, NULL, 0, function)

enum mprun_hook_kind {
    MPRUN_BEFORE_SCENARIO,
    MPRUN_AFTER_SCENARIO,
    MPRUN_BEFORE_RUN,
    MPRUN_AFTER_RUN,
    MPRUN_BEFORE_STEP,
    MPRUN_AFTER_STEP,
};

/* The same with a name for reports (NULL: none) and an order: hooks with a
 * lower one come first before, and last after. Those above have 0. */
#define mprun_hook(module, kind, tags, name, order, function)                  \
    mprun_hook_at((module), (kind), (tags), (name), (order), (function),       \
                  __FILE__, __LINE__)

/* The state of the module in this process: start makes it before the first
 * step or hook that belongs to the module (it may log, fail and skip like a
 * step); finish releases it at the shutdown, at the end of input, or between
 * cases that share the process. A failure in finish is reported as a leak. */
MPRUN_EXPORT void mprun_state_functions(struct mprun_module *module,
                                        void *(*start)(struct mprun_step *step),
                                        void (*finish)(struct mprun_step *step,
                                                       void *state));
/* What start returned; NULL without one. */
MPRUN_EXPORT void *mprun_state(const struct mprun_step *step);

/* ---- The step's arguments ---------------------------------------------- */

/* Arguments count from 0 and come from {...} or from groups. Asking for one
 * that is not there, or as a number where the text is none or too large,
 * fails the step and gives 0 or "". */
MPRUN_EXPORT size_t mprun_arg_count(const struct mprun_step *step);
/* False for a group of a regular expression that took no part. */
MPRUN_EXPORT bool mprun_arg_present(const struct mprun_step *step,
                                    size_t index);
MPRUN_EXPORT int64_t mprun_arg_int(struct mprun_step *step, size_t index);
MPRUN_EXPORT double mprun_arg_double(struct mprun_step *step, size_t index);
/* The value: for {string} without its quotes and escapes. */
MPRUN_EXPORT const char *mprun_arg_string(struct mprun_step *step,
                                          size_t index);
/* The text exactly as it stands in the step. */
MPRUN_EXPORT const char *mprun_arg_text(struct mprun_step *step, size_t index);
/* What convert of the argument's parameter type returned. */
MPRUN_EXPORT void *mprun_arg_value(struct mprun_step *step, size_t index);

/* The data table under the step; row 0 is the first row, most often the
 * header. 0 rows: no table. A cell outside fails the step and gives "". */
MPRUN_EXPORT size_t mprun_table_rows(const struct mprun_step *step);
MPRUN_EXPORT size_t mprun_table_columns(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_table_cell(struct mprun_step *step, size_t row,
                                          size_t column);
/* The cell of that row in the column whose cell in row 0 is header. */
MPRUN_EXPORT const char *mprun_table_value(struct mprun_step *step, size_t row,
                                           const char *header);
/* The same as an integer; text that is none fails the step and gives 0. */
MPRUN_EXPORT int64_t mprun_table_int(struct mprun_step *step, size_t row,
                                     const char *header);

/* The doc string's content and media type; NULL: there is none. */
MPRUN_EXPORT const char *mprun_doc_string(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_doc_media_type(const struct mprun_step *step);
/* Where a step has both: whether the doc string stood above the table. */
MPRUN_EXPORT bool mprun_doc_string_first(const struct mprun_step *step);

/* ---- Where the step runs ----------------------------------------------- */

/* From the runner's greeting or, at the bare level, from the environment; ""
 * where neither says. Names of pipes, sockets and shared memory belong below
 * the shared directory or begin with the prefix: all processes of a case get
 * the same ones, no other case does. */
MPRUN_EXPORT const char *mprun_process(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_platform(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_shared_dir(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_artifact_dir(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_ipc_prefix(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_run_id(const struct mprun_step *step);
/* Of the case: the same whatever its order and beside what it runs. */
MPRUN_EXPORT uint64_t mprun_seed(const struct mprun_step *step);
/* 1 when the process first started in the case, 2 after a restart. */
MPRUN_EXPORT int mprun_incarnation(const struct mprun_step *step);
/* The member's place in its group (from 1) and the group's size; 0: none. */
MPRUN_EXPORT int mprun_index(const struct mprun_step *step);
MPRUN_EXPORT int mprun_group_size(const struct mprun_step *step);
/* A scalar of the platform's `options` in mprun.yaml as text; NULL: none. */
MPRUN_EXPORT const char *mprun_option(struct mprun_step *step,
                                      const char *name);

/* Of the step itself. type is "given", "when", "then" or "step". In a hook
 * around a step they are those of that step, in other hooks "". */
MPRUN_EXPORT const char *mprun_step_text(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_step_type(const struct mprun_step *step);
MPRUN_EXPORT const char *mprun_scenario_name(const struct mprun_step *step);
/* In a hook: what the case, or the run, has come to so far, "passed" or
 * "failed" or the like; after a step, what the step has come to. NULL in a
 * step. */
MPRUN_EXPORT const char *mprun_hook_status(const struct mprun_step *step);
MPRUN_EXPORT bool mprun_has_tag(const struct mprun_step *step, const char *tag);
/* 1, 2, ... while mprun repeats a `within` step; 0 elsewhere. */
MPRUN_EXPORT int mprun_poll_try(const struct mprun_step *step);

/* ---- Telling ----------------------------------------------------------- */

enum mprun_level {
    MPRUN_TRACE,
    MPRUN_DEBUG,
    MPRUN_INFO,
    MPRUN_WARN,
    MPRUN_ERROR,
};

/* One log line, sent at once where the runner takes it so. */
MPRUN_EXPORT void mprun_log(struct mprun_step *step, enum mprun_level level,
                            const char *format, ...) MPRUN_PRINTF(3, 4);
/* Attaches bytes (copied) to the step. What is larger than the runner takes
 * inline goes to a file of the artifact directory. */
MPRUN_EXPORT void mprun_attach(struct mprun_step *step, const char *name,
                               const char *media_type, const void *bytes,
                               size_t size);
/* The same with a file's content; a file below the artifact directory stays
 * where it is and is named. Unreadable: a warning in the log, false. */
MPRUN_EXPORT bool mprun_attach_file(struct mprun_step *step, const char *name,
                                    const char *media_type, const char *path);
/* Values for the report. An integer that a JSON number cannot hold exactly
 * (more than 15 digits) goes as a string. The same key again replaces. */
MPRUN_EXPORT void mprun_data_int(struct mprun_step *step, const char *key,
                                 int64_t value);
MPRUN_EXPORT void mprun_data_double(struct mprun_step *step, const char *key,
                                    double value);
MPRUN_EXPORT void mprun_data_text(struct mprun_step *step, const char *key,
                                  const char *value);
/* The same with any JSON value, such as "[1,2]"; faulty JSON fails the step. */
MPRUN_EXPORT void mprun_data_json(struct mprun_step *step, const char *key,
                                  const char *json);
/* Gives a value to the steps of all processes of the case that run later: a
 * port, a pid. */
MPRUN_EXPORT void mprun_export(struct mprun_step *step, const char *key,
                               const char *format, ...) MPRUN_PRINTF(3, 4);
/* What that process exported under key; NULL: nothing so far, and where the
 * step fails, its message says so. State is never shared: what another process
 * knows comes this way or not at all. */
MPRUN_EXPORT const char *mprun_exported(struct mprun_step *step,
                                        const char *process, const char *key);

/* ---- Outcomes: they record and return ---------------------------------- */

/* What the step is to show does not hold. */
#define mprun_fail(step, ...)                                                  \
    mprun_fail_at((step), __FILE__, __LINE__, __VA_ARGS__)
/* The same, with what was expected and what was found as texts. */
#define mprun_fail_values(step, expected, actual, ...)                         \
    mprun_fail_values_at((step), __FILE__, __LINE__, (expected), (actual),     \
                         __VA_ARGS__)
/* Something else went wrong on the way: a call failed, a thing is missing. */
#define mprun_error(step, ...)                                                 \
    mprun_error_at((step), __FILE__, __LINE__, __VA_ARGS__)
/* This platform cannot do it: the case ends as skipped, with the reason. */
MPRUN_EXPORT void mprun_skip(struct mprun_step *step, const char *format, ...)
    MPRUN_PRINTF(2, 3);
/* The step exists but its body is not written. */
MPRUN_EXPORT void mprun_pending(struct mprun_step *step, const char *format,
                                ...) MPRUN_PRINTF(2, 3);
/* True as long as no outcome was recorded. */
MPRUN_EXPORT bool mprun_passing(const struct mprun_step *step);

/* Expressions: true when it holds, else the failure is recorded, with place,
 * expected and actual. Texts may be NULL; then only NULL is equal. */
#define mprun_check(step, condition)                                           \
    mprun_check_at((step), __FILE__, __LINE__, #condition,                     \
                   (condition) ? true : false)
#define mprun_check_int(step, expected, actual)                                \
    mprun_check_int_at((step), __FILE__, __LINE__, #actual, (expected),        \
                       (actual))
#define mprun_check_text(step, expected, actual)                               \
    mprun_check_text_at((step), __FILE__, __LINE__, #actual, (expected),       \
                        (actual))
#define mprun_check_bytes(step, expected, expected_size, actual, actual_size)  \
    mprun_check_bytes_at((step), __FILE__, __LINE__, #actual, (expected),      \
                         (expected_size), (actual), (actual_size))

/* Statements: the same, and the function returns when it does not hold. */
#define mprun_assert(step, condition)                                          \
    MPRUN_RETURN_UNLESS_(mprun_check_at(                                       \
        (step), __FILE__, __LINE__, #condition, (condition) ? true : false))
#define mprun_assert_int(step, expected, actual)                               \
    MPRUN_RETURN_UNLESS_(mprun_check_int_at((step), __FILE__, __LINE__,        \
                                            #actual, (expected), (actual)))
#define mprun_assert_text(step, expected, actual)                              \
    MPRUN_RETURN_UNLESS_(mprun_check_text_at((step), __FILE__, __LINE__,       \
                                             #actual, (expected), (actual)))
#define mprun_assert_bytes(step, expected, expected_size, actual, actual_size) \
    MPRUN_RETURN_UNLESS_(                                                      \
        mprun_check_bytes_at((step), __FILE__, __LINE__, #actual, (expected),  \
                             (expected_size), (actual), (actual_size)))
#define MPRUN_RETURN_UNLESS_(held)                                             \
    do {                                                                       \
        if (!(held))                                                           \
            return;                                                            \
    } while (0)

/* ---- Blocking steps and their end -------------------------------------- */

/* True once the runner gave the step up (its time is over, the run was
 * interrupted) or has gone away. A step that waits asks now and then, cleans
 * up and returns; if it then records nothing, it counts as cancelled. */
MPRUN_EXPORT bool mprun_cancelled(struct mprun_step *step);
/* For poll loops of your own: becomes readable when there may be a cancel;
 * then, and before every wait, ask mprun_cancelled. Do not read it. */
MPRUN_EXPORT int mprun_cancel_fd(struct mprun_step *step);

enum mprun_wait {
    MPRUN_READY,
    MPRUN_TIMEOUT,
    MPRUN_CANCELLED,
};

/* Waits until fd has one of the poll events, or timeout_ms passed, or the step
 * was cancelled (which is recorded: clean up, return), as the runner does when
 * its time is over; at the bare level that time ends the wait itself. fd -1:
 * only for the time. timeout_ms -1: no limit but the cancel. An error of the
 * fd counts as ready: the call after it tells. */
MPRUN_EXPORT enum mprun_wait mprun_wait_fd(struct mprun_step *step, int fd,
                                           short events, int timeout_ms);
/* Milliseconds of the step's budget that are left; -1: none was given. */
MPRUN_EXPORT int64_t mprun_remaining_ms(const struct mprun_step *step);

/* ---- The server -------------------------------------------------------- */

/* Serves fd 0 and 1 until the end of input and returns main's exit status: 0,
 * or 2 when options, a shared object or an expression is faulty. setup may be
 * NULL when --steps names shared objects. Call it first in main. */
MPRUN_EXPORT int mprun_serve(int argc, char **argv,
                             void (*setup)(struct mprun_module *module));

/* ---- Behind the macros: call the macros -------------------------------- */

MPRUN_EXPORT void mprun_define_at(struct mprun_module *module,
                                  const char *expression,
                                  mprun_step_function *function,
                                  const char *file, int line);
MPRUN_EXPORT void mprun_regex_at(struct mprun_module *module,
                                 const char *pattern,
                                 mprun_step_function *function,
                                 const char *file, int line);
MPRUN_EXPORT void mprun_parameter_at(struct mprun_module *module,
                                     const char *name, const char *regexp,
                                     mprun_convert_function *convert,
                                     void (*release)(void *value),
                                     const char *file, int line);
MPRUN_EXPORT void mprun_hook_at(struct mprun_module *module,
                                enum mprun_hook_kind kind, const char *tags,
                                const char *name, int order,
                                mprun_step_function *function, const char *file,
                                int line);
MPRUN_EXPORT void mprun_fail_at(struct mprun_step *step, const char *file,
                                int line, const char *format, ...)
    MPRUN_PRINTF(4, 5);
MPRUN_EXPORT void mprun_fail_values_at(struct mprun_step *step,
                                       const char *file, int line,
                                       const char *expected, const char *actual,
                                       const char *format, ...)
    MPRUN_PRINTF(6, 7);
MPRUN_EXPORT void mprun_error_at(struct mprun_step *step, const char *file,
                                 int line, const char *format, ...)
    MPRUN_PRINTF(4, 5);
MPRUN_EXPORT bool mprun_check_at(struct mprun_step *step, const char *file,
                                 int line, const char *what, bool held);
MPRUN_EXPORT bool mprun_check_int_at(struct mprun_step *step, const char *file,
                                     int line, const char *what,
                                     int64_t expected, int64_t actual);
MPRUN_EXPORT bool mprun_check_text_at(struct mprun_step *step, const char *file,
                                      int line, const char *what,
                                      const char *expected, const char *actual);
MPRUN_EXPORT bool mprun_check_bytes_at(struct mprun_step *step,
                                       const char *file, int line,
                                       const char *what, const void *expected,
                                       size_t expected_size, const void *actual,
                                       size_t actual_size);

#ifdef __cplusplus
}
#endif

#endif
