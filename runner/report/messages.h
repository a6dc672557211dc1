/*
 * What the files of the report `message` share (message.c and those that begin
 * with message_): Cucumber Messages, one JSON object on a line. Nobody else
 * includes it.
 *
 * The stream has the sources and pickles first, then what all test cases are
 * made of, then what happened. Records come in the order in which things
 * happen, so a case's messages are made when it is over and wait in spools;
 * of each case only its ids stay in memory.
 *
 * Each case is a pickle of its own: a scenario that is played on several
 * combinations has as many, and name and tags tell which. Where a journal has
 * no source for a case, its pickle is made of the case's records and refers to
 * no line of a document.
 *
 * Rule: the schema of cucumber/messages, and the compatibility kit.
 */
#ifndef RUNNER_REPORT_MESSAGES_H
#define RUNNER_REPORT_MESSAGES_H

#include "gherkin/messages.h"
#include "runner/report/kind.h"
#include "runner/report/spool.h"

#define MP_MESSAGE_TAGS_MAX 64u /* of a combination, for its processes */

struct mp_message_case {
    int64_t number;
    const char *uri, *combination; /* in the arena */
    int64_t line, repetition;
    bool has_pickle;
    uint64_t pickle, first_step; /* ids; those of the steps follow */
    size_t step_count;
};

/* A hook as a server listed it; texts "" where it has none. */
struct mp_message_listed {
    const char *id, *type, *name, *tags, *file;
    uint32_t line; /* 0: not known */
};

/* What the step definitions of a platform make of a step (message_steps.c). */
struct mp_message_matches {
    bool known; /* the platform told its definitions, and the step needs one */
    size_t count;
    const struct mp_message_platform *platform;
};

struct mp_messages {
    struct mp_report base;
    struct gh_arena arena;
    struct gh_ids ids;
    struct mp_message_case *cases; /* by number: case 1 is [0] */
    size_t case_count, case_capacity;
    struct mp_message_platform *platforms; /* owned; that told what they know */
    struct mp_message_hook *hooks;         /* in the arena */
    struct mp_message_open *open;          /* owned; hooks of the run */
    struct gh_jsonw head; /* goes to the output as it is made */
    struct gh_jsonw line; /* for what is put into a spool */
    struct mp_spool before_run, test_cases, events, after_run;
    uint64_t run_id; /* of testRunStarted */
    uint64_t hook_id;
    bool has_hook, has_run_id, has_meta;
    double started_ms; /* of the run, since 1970 */
};

/* Whose an attachment or a log line is; ids, 0: none. */
struct mp_message_owner {
    uint64_t started, test_step; /* testCaseStarted and the step in it */
    uint64_t run_hook;           /* testRunHookStarted, instead of them */
};

/* The whole case with all its attempts. */
void mp_message_case_write(struct mp_messages *messages,
                           struct mp_message_case *entry,
                           const struct mp_case_result *result);

/* A SOURCE record: source, gherkinDocument and pickles of its cases, to the
 * head (message_pickles.c). */
void mp_message_pickles_take(struct mp_messages *messages,
                             const struct mp_record *record);

/* -- Step definitions (message_steps.c) -- */

/* Takes a DEFINITIONS record and writes it to the head. */
void mp_message_steps_take(struct mp_messages *messages,
                           const struct mp_record *record);
void mp_message_steps_finish(struct mp_messages *messages);

/* -- Which of them fit a step (message_fits.c) -- */

/* Has the platform that gets it told its definitions? */
bool mp_message_steps_known(const struct mp_messages *messages,
                            const struct mp_result_step *step);
/* How many definitions the step has. */
struct mp_message_matches
mp_message_steps_count(const struct mp_messages *messages,
                       const struct mp_result_step *step);
/* stepDefinitionIds and stepMatchArgumentsLists; nothing where they are not
 * known. */
void mp_message_steps_put(struct gh_jsonw *w,
                          const struct mp_messages *messages,
                          const struct mp_result_step *step);
/* suggestion for a step that no server was asked for. */
void mp_message_steps_suggest(struct gh_jsonw *w, struct mp_messages *messages,
                              const struct mp_message_platform *platform,
                              const struct mp_result_step *step,
                              uint64_t pickle_step_id);

/* -- Hooks (message_hooks.c) -- */

/* One of the list in a DEFINITIONS record: written to the head. */
void mp_message_hooks_add(struct mp_messages *messages, const char *platform,
                          const struct mp_message_listed *hook);
/* The id of what the platform listed under that id; where it did not, a hook
 * is written to the head now. */
uint64_t mp_message_hooks_id(struct mp_messages *messages,
                             const struct mp_hook_result *hook);
/* A record of case 0: what the hooks of the run tell. */
void mp_message_hooks_take(struct mp_messages *messages,
                           const struct mp_record *record);
void mp_message_hooks_finish(struct mp_messages *messages);

/* -- Parts of messages (message_parts.c) -- */

void mp_message_put(struct gh_jsonw *w, const char *key, const char *text);
void mp_message_put_id(struct gh_jsonw *w, const char *key, uint64_t id);
/* time_ms is that of the run's clock. */
void mp_message_put_time(struct gh_jsonw *w, const struct mp_messages *messages,
                         double time_ms);
void mp_message_put_duration(struct gh_jsonw *w, double ms);
/* "1767225600123.5" of "2026-01-01T00:00:00.1235Z"; 0 for what is no time. */
double mp_message_read_time(const char *wall_time);
/* sourceReference; file "" and line 0: not known. */
void mp_message_put_reference(struct gh_jsonw *w, const char *file,
                              uint32_t line);
/* PASSED, FAILED, ...: the word for it. */
const char *mp_message_status(enum mp_status status);
/* The attachments and log lines of a step and a hook (0 and 0: of none) in
 * the order of time. */
void mp_message_put_evidence(struct gh_jsonw *w,
                             const struct mp_messages *messages,
                             const struct mp_case_result *attempt, int64_t step,
                             int64_t hook,
                             const struct mp_message_owner *owner);
void mp_message_put_attachment(struct gh_jsonw *w,
                               const struct mp_messages *messages,
                               const struct mp_result_attachment *item,
                               const struct mp_message_owner *owner);
/* who: said it, NULL: that is clear. */
void mp_message_put_line(struct gh_jsonw *w, const struct mp_messages *messages,
                         const char *who, const struct mp_line *line,
                         const struct mp_message_owner *owner);
/* exception of that type and message, with a stack if it is not "". */
void mp_message_put_exception(struct gh_jsonw *w, const char *type,
                              const char *message, const char *stack);
/* The result of a hook, as the member key. */
void mp_message_put_hook_result(struct gh_jsonw *w, const char *key,
                                const struct mp_answer *answer,
                                double duration_ms);
/* testStepResult of a step; known: its definitions are told elsewhere. */
void mp_message_put_result(struct gh_jsonw *w,
                           const struct mp_case_result *attempt,
                           const struct mp_result_step *step, bool known);
void mp_message_put_suggestion(struct gh_jsonw *w, struct gh_ids *ids,
                               uint64_t pickle_step_id, const char *language,
                               const char *code);
/* suggestion for each process that had no definition for the step. */
void mp_message_put_suggestions(struct gh_jsonw *w, struct gh_ids *ids,
                                const struct mp_result_step *step,
                                uint64_t pickle_step_id);

#endif
