/*
 * Where a server is examined: the event loop, the containment of what is
 * started, folders and environment, the time.
 *
 * Checks are written one thing after the other: send, wait, look. Waiting is
 * mp_lab_wait, which turns the loop until a condition holds, the time is over
 * or somebody interrupts; nothing else waits and no callback waits, so there
 * is one loop and it is never entered twice. Each check has a deadline
 * (deadline_ms) that no wait goes beyond, whatever the server does.
 *
 *   open -> peers (runner/conformance/peer.h) -> close
 *
 * The ledger keeps, for each check that judges everything a server writes,
 * the first offence: bytes and words. Offences are noted by the judges while
 * messages arrive and read when all checks have run.
 */
#ifndef RUNNER_CONFORMANCE_LAB_H
#define RUNNER_CONFORMANCE_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "runner/base/errors.h"
#include "runner/conformance/conformance.h"
#include "runner/proc/child.h"

#define MP_LAB_SIGNALS 3

struct mp_offence {
    char *why;   /* owned; NULL: there is none */
    char *bytes; /* owned; as they came, escaped and cut */
    size_t count;
};

/* What the server says of itself, from its first answer to initialize. */
struct mp_introduction {
    bool answered; /* with a result that has an integer protocolVersion */
    bool match_steps, list, scenarios, hooks, cancel, log, attachment;
    const char *language;      /* in the lab's arena; NULL: it does not say */
    int64_t max_message_bytes; /* 0: it does not say */
};

struct mp_lab {
    const struct mp_conformance_options *options;
    uv_loop_t loop;
    struct mp_clock clock;
    struct mp_contain contain;
    struct mp_watchdog watchdog;
    struct mp_nursery nursery;
    uv_signal_t signals[MP_LAB_SIGNALS], child_ended;
    struct mp_timer timer; /* of the wait */
    bool due;
    int signal;            /* that interrupted; 0: none */
    uint64_t deadline_ms;  /* of the check that runs, by the clock; 0: none */
    uint64_t wall_ns;      /* and monotonic, should the server stop mprun */
    int current;           /* number of that check */
    bool v1;               /* the level that is examined */
    bool single;           /* no two servers can live at the same time */
    int64_t answer_ms;     /* time for an answer */
    int64_t runner_pid;    /* mprun's own */
    size_t started;        /* peers so far */
    size_t said;           /* lines of all of them so far */
    struct mp_peer *peers; /* those that were not retired */
    struct mp_introduction introduction;
    struct mp_offence ledger[MP_CHECK_COUNT + 1]; /* by number */
    struct gh_arena arena;                        /* of all that lasts */
};

/* False: an error was added, nothing is open. */
bool mp_lab_open(struct mp_lab *lab,
                 const struct mp_conformance_options *options,
                 struct mp_errors *errors);
/* Ends all peers, clears up and frees. */
void mp_lab_close(struct mp_lab *lab, struct mp_errors *errors);

/* Turns the loop until done(self) holds (true), ms are over, the check's
 * deadline is over or a signal came (false). done NULL: only the time counts,
 * and true says that all of it has passed. */
bool mp_lab_wait(struct mp_lab *lab, bool (*done)(void *self), void *self,
                 int64_t ms);

/* Waits until all that was retired is gone. */
void mp_lab_wait_alone(struct mp_lab *lab);

/* Notes an offence against the check with that number. bytes may be empty. */
void mp_lab_note(struct mp_lab *lab, int number, struct gh_str bytes,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Forgets all of them. */
void mp_lab_clear_notes(struct mp_lab *lab);

/* Appends bytes as they can be shown on one line: quotes are not added,
 * control characters and bytes that are no UTF-8 become \n, \x1b and so on, and
 * what is longer than most is cut in the middle. */
void mp_lab_escape(struct mp_buf *out, struct gh_str bytes, size_t most);

#endif
