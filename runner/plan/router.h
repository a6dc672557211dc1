/*
 * Inside mp_route: what its files share. A pickle is gone through three
 * times: its texts are read (reading.c), its processes and members gathered
 * (members.c), and each step is given its targets in order (targets.c), while
 * begun.c keeps what is known of each member at that point.
 *
 * A router lives for one pickle. Growing arrays are freed by mp_route, all
 * that stays is in the arena. Faults name the place of the step that is being
 * planned (router.step). Nothing here is used outside of runner/plan.
 */
#ifndef RUNNER_PLAN_ROUTER_H
#define RUNNER_PLAN_ROUTER_H

#include "runner/plan/builtin.h"
#include "runner/plan/route.h"
#include "runner/plan/words.h"

#define MP_ROUTER_NONE ((size_t)-1)

/* What a step's text says, before it is known whom that means. */
struct mp_reading {
    struct gh_str text; /* what is read: the step's, or its alias's meaning */
    bool builtin;
    struct mp_builtin words;
    int64_t within_ms; /* "within 5s ..." before a step */
    const char *fault;
};

/* What is known of a member while the steps are gone through in order. */
struct mp_standing {
    bool mentioned;
    bool ended;               /* by a step before */
    unsigned ended_line;      /* of that step */
    struct gh_location begun; /* the open begun step, line 0: none */
    bool begun_ended;         /* its begun step ended with it */
};

struct mp_router {
    const struct mp_route_request *request;
    const struct mp_config *config;
    const struct gh_regex *pattern;
    struct gh_arena *arena;
    struct mp_scenario *scenario;
    struct mp_errors *errors;
    size_t first_error; /* errors before us */
    bool names_bad;     /* some names could not be gathered */

    struct mp_reading *readings; /* one for each step */
    const struct gh_pickle_step *step;
    struct mp_step *out;

    struct mp_process *processes;
    size_t *latest; /* of each: the member that "a new ..." made last */
    size_t process_count;
    struct mp_member *members;
    struct mp_standing *standings;
    size_t member_count, member_capacity;

    const size_t *previous; /* targets of the last step sent to a server */
    size_t previous_count;
};

/* Adds `uri:line:column: ...` at the step that is being planned. */
void mp_router_fault(struct mp_router *router, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds to the scenario's notes. */
void mp_router_note(struct mp_router *router, const char *note);

/* reading.c: what the text says; spans point into it or into the config. */
struct mp_reading mp_reading_make(const struct mp_config *config,
                                  const struct gh_regex *pattern,
                                  struct gh_str text);
/* A step of mprun that starts whom it is said of. */
bool mp_reading_starts(const struct mp_reading *reading);
/* The column of a quote that lacks its other one, in a step's own text that
 * names nobody: "the 'writer process"; 0: there is none. */
uint32_t mp_reading_quote_column(const struct mp_reading *reading,
                                 const struct gh_pickle_step *step);
#define MP_READING_OPEN_QUOTE                                                  \
    "this quote lacks its other one, so the step names no process; write it "  \
    "as in \"the 'writer' process\""

/* members.c: all processes that the pickle names ("main" if none) and their
 * members; those of "a second 'writer' process" come with their step. */
void mp_members_gather(struct mp_router *router);
/* The process of a written name, of a member's too; MP_ROUTER_NONE: none. */
size_t mp_members_process(const struct mp_router *router,
                          struct gh_str written);
/* The members that a written name means in a text of several: appends to
 * list, which has room for all; false after a fault. */
bool mp_members_named(struct mp_router *router, struct gh_str written,
                      size_t *list, size_t *count);
/* The one member that a phrase means; MP_ROUTER_NONE after a fault. */
size_t mp_members_one(struct mp_router *router, struct gh_str written);
size_t mp_members_another(struct mp_router *router, struct gh_str written);
size_t mp_members_later(struct mp_router *router,
                        const struct mp_phrase *phrase);
/* True when the name can stand after all or each; else a fault. */
bool mp_members_plural(struct mp_router *router, struct gh_str written);

/* targets.c: fills targets, ensured and rule of router.out. */
void mp_targets_set(struct mp_router *router, const struct mp_reading *reading);

/* begun.c: which members are first mentioned by a step that starts them;
 * what each step changes for its targets; what is wrong at the end. */
void mp_begun_find_starts(struct mp_router *router);
void mp_begun_note_step(struct mp_router *router);
void mp_begun_check_end(struct mp_router *router);
/* Warns of 'raeder', used once beside 'reader'. */
void mp_begun_warn_near_names(struct mp_router *router);

#endif
