/*
 * What the platforms know of the steps of a plan, before any of it runs: each
 * platform that has cases is asked once (runner/run/ask.h) which of its
 * definitions fit the steps that would go to it.
 *
 *   make -> faults, or what step_table.h prints -> finish
 *
 * A row is a text that goes to servers (with or without a table, a doc
 * string), in the order of the plan; a cell is what one platform makes of it.
 * Definitions are those of runner/report/definitions.h, as the reports of a
 * run have them. Where a server lists its definitions but cannot match,
 * mprun's own expressions decide, and `advisory` says so.
 *
 * Nothing is left out in silence: a platform that could not be asked has a
 * reason, and its cells are open. Texts live in the arena or are borrowed from
 * the plan, which must outlive the discovery.
 */
#ifndef RUNNER_CLI_DISCOVERY_H
#define RUNNER_CLI_DISCOVERY_H

#include "runner/cli/cli.h"
#include "runner/report/definitions.h"

enum mp_known {
    MP_KNOWN_UNSENT, /* no such step goes to the platform */
    MP_KNOWN_DEFINED,
    MP_KNOWN_OPEN, /* it could not be asked */
    MP_KNOWN_AMBIGUOUS,
    MP_KNOWN_UNDEFINED,
};

struct mp_step_cell {
    enum mp_known known;
    const struct mp_definition **definitions; /* that fit */
    size_t count;
    const char *snippet; /* of an undefined one; NULL: none was offered */
    const struct mp_definition *near; /* most likely meant; NULL: none */
    const char *error;                /* why it is open; NULL: its platform's */
};

struct mp_step_row {
    const struct mp_step *step;         /* the first one */
    const struct mp_scenario *scenario; /* in which it stands */
    size_t scenarios;                   /* that have it */
    const char *expression; /* of a definition that fits; else as mprun would
                               write it */
    size_t first;           /* index of the first row of this expression */
    struct mp_step_cell *cells; /* one for each platform */
};

struct mp_asked_platform {
    const struct mp_platform *platform;
    const char *why;    /* it could not be asked, or not of all; NULL: it was */
    bool unable;        /* for want of a way to ask it: no fault */
    bool advisory;      /* mprun's expressions decide */
    struct mp_buf tail; /* the last lines of its stderr */
    /* private */
    struct mp_discovery *discovery;
    size_t index;
    const struct mp_step **steps;
    size_t *rows; /* of steps */
    size_t step_count, step_capacity, tail_lines;
    bool over;
};

struct mp_discovery {
    struct gh_arena arena;
    struct mp_asked_platform *platforms; /* with cases, as configured */
    size_t platform_count;
    struct mp_step_row *rows;
    size_t row_count, row_capacity;
    struct mp_definitions definitions;
    size_t undefined, ambiguous, open; /* cells; open: by an error of theirs
                                        */
    size_t unable, broken;             /* platforms that could not be asked */
    bool whole;                        /* nothing narrows the plan down: what is
                                          unused is so */
    int signal;                        /* that ended it, 0: none */
};

/* Asks the platforms of setup's plan, which is planned and has cases. False:
 * nothing could be asked, errors were added. finish either way. */
bool mp_discovery_make(struct mp_discovery *discovery, struct mp_setup *setup,
                       const char *program);
void mp_discovery_finish(struct mp_discovery *discovery);

/* "undefined on python: "writes 3"; did you mean ...?", for one row; nothing
 * if nothing is wrong with it. Two texts: a step may be undefined here and
 * ambiguous there. */
void mp_discovery_undefined(const struct mp_discovery *discovery,
                            const struct mp_step_row *row, struct mp_buf *out);
void mp_discovery_ambiguous(const struct mp_discovery *discovery,
                            const struct mp_step_row *row, struct mp_buf *out);
/* What is wrong as faults with their places: undefined and ambiguous steps and
 * platforms that should have answered are errors, those that cannot be asked
 * are warnings. */
void mp_discovery_faults(const struct mp_discovery *discovery,
                         struct mp_errors *errors);
/* The same of a row's cells that could not be matched, and of platforms. */
void mp_discovery_cell_faults(const struct mp_discovery *discovery,
                              const struct mp_step_row *row,
                              struct mp_errors *errors);
void mp_discovery_platform_faults(const struct mp_discovery *discovery,
                                  struct mp_errors *errors);
/* Is anything wrong: a step undefined or ambiguous, or a platform that should
 * have answered? */
bool mp_discovery_is_faulty(const struct mp_discovery *discovery);

#endif
