/*
 * A check, and what its function works with.
 *
 * The tables of checks (transport.c, envelope.c, steps.c, results.c, start.c,
 * life.c) hold for each what users see: title, what is done, how it is mended.
 * The rules are those of docs/protocol.md.
 *
 * A function sends, waits and looks, one thing after the other. The first
 * verdict holds: when one is there, all that is called afterwards does
 * nothing and gives NULL or false, so a function may go on or return, as it
 * likes. A check without a function, and any other besides, is judged by what
 * the judges have noted (runner/conformance/judge.h).
 *
 * Most checks use the common peer, which is greeted, alive and owes nothing;
 * it is replaced when a check leaves it otherwise.
 */
#ifndef RUNNER_CONFORMANCE_CHECK_H
#define RUNNER_CONFORMANCE_CHECK_H

#include <stdbool.h>

#include "runner/conformance/peer.h"

struct cJSON;
struct mp_exam;

#define MP_CHECK_NEEDS 6

struct mp_check {
    int number;
    bool v1;                   /* of level 1 only */
    const char *capability;    /* it is for servers that announce this; NULL */
    int needs[MP_CHECK_NEEDS]; /* numbers, ended by 0 */
    const char *title;
    const char *does;
    const char *hint;
    void (*run)(struct mp_exam *exam); /* NULL: judged by the ledger */
};

/* Ended by number 0. */
extern const struct mp_check mp_transport_checks[];
extern const struct mp_check mp_envelope_checks[];
extern const struct mp_check mp_step_checks[];
extern const struct mp_check mp_result_checks[];
extern const struct mp_check mp_start_checks[];
extern const struct mp_check mp_life_checks[];

const struct mp_check *mp_check_find(int number);
/* "Transport", ...; static. */
const char *mp_check_section(int number);
/* How what was found is mended, in the language of the server if there is a
 * hint for it. */
const char *mp_check_hint(const struct mp_check *check,
                          const struct mp_conformance_result *result);

#define MP_EXAM_PEERS 4

struct mp_exam {
    struct mp_lab *lab;
    const struct mp_check *check;
    struct mp_verdict *verdict;
    struct mp_peer **common; /* of all checks; *common NULL: none is there */
    struct mp_peer *quiet;   /* was asked nothing since the begin */
    struct mp_peer *idle;    /* was asked nothing since its first answers */
    struct mp_peer *own[MP_EXAM_PEERS]; /* retired when it is over */
    struct gh_arena arena;
    const char *unknown; /* how the bare level answers an unknown step */
};

/* --- verdicts --- */

bool mp_exam_is_over(const struct mp_exam *exam);
/* said: what offends, NULL: nothing came. */
void mp_exam_fail(struct mp_exam *exam, const struct mp_said *said,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void mp_exam_warn(struct mp_exam *exam, const struct mp_said *said,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void mp_exam_skip(struct mp_exam *exam, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Says something about a check that passes. */
void mp_exam_remark(struct mp_exam *exam, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- peers --- */

/* The common one; NULL: none could be greeted, which fails the check. */
struct mp_peer *mp_exam_peer(struct mp_exam *exam);
/* One of this check's own, not greeted. */
struct mp_peer *mp_exam_start(struct mp_exam *exam);
/* One of this check's own, greeted. NULL as above. */
struct mp_peer *mp_exam_start_greeted(struct mp_exam *exam);
/* The params of initialize that offer these versions ("[1]"). */
const char *mp_exam_hello(struct mp_exam *exam, const struct mp_peer *peer,
                          const char *versions);
/* Sends initialize at level 1, and waits. False: no answer, no verdict. */
bool mp_exam_greet(struct mp_exam *exam, struct mp_peer *peer);

/* --- asking; NULL or false: that is a failure now, or was --- */

const struct mp_said *mp_exam_answer(struct mp_exam *exam, struct mp_peer *peer,
                                     const struct mp_asked *asked);
/* The result of the answer; an error is a failure. */
const struct cJSON *mp_exam_result(struct mp_exam *exam, struct mp_peer *peer,
                                   const struct mp_asked *asked);
/* The answer that the result belongs to. */
const struct mp_said *mp_exam_said(const struct mp_peer *peer,
                                   const struct cJSON *result);
/* The code of the error of the answer, 0: it is a result, or there is none. */
int mp_exam_code(const struct mp_said *said);
/* It answers health: it can still be used. */
bool mp_exam_is_healthy(struct mp_exam *exam, struct mp_peer *peer,
                        const char *after);

/* --- steps --- */

/* text as JSON, quoted. */
const char *mp_exam_quote(struct mp_exam *exam, const char *text);
/* The text of the fixture, with its places filled in: a {string} is put in
 * quotes and must be escaped as Cucumber Expressions want it. */
const char *mp_exam_text(struct mp_exam *exam, enum mp_fixture fixture,
                         const char *first, const char *second);
/* The params of executeStep at this level; argument: JSON, NULL: none. */
const char *mp_exam_step(struct mp_exam *exam, const struct mp_peer *peer,
                         const char *text, const char *argument);
/* The same in the bare form whatever the level. */
const char *mp_exam_bare_step(struct mp_exam *exam, const char *text,
                              const char *argument);
/* Sends the fixture as it is, known or not, and does not wait. */
const struct mp_asked *mp_exam_begin(struct mp_exam *exam, struct mp_peer *peer,
                                     enum mp_fixture fixture,
                                     const char *first);
/* Executes the fixture and gives its result; one that the server does not
 * have ends the check as not tested. */
const struct cJSON *mp_exam_play(struct mp_exam *exam, struct mp_peer *peer,
                                 enum mp_fixture fixture, const char *first,
                                 const char *second);
const struct cJSON *mp_exam_play_with(struct mp_exam *exam,
                                      struct mp_peer *peer,
                                      enum mp_fixture fixture,
                                      const char *argument);
/* The same, and it must pass. */
bool mp_exam_passes(struct mp_exam *exam, struct mp_peer *peer,
                    enum mp_fixture fixture, const char *first,
                    const char *second);
/* Is the fixture there? Asks the common peer when that is not known. False:
 * the check is over as not tested. */
bool mp_exam_has(struct mp_exam *exam, enum mp_fixture fixture,
                 const char *first, const char *second);

/* --- looking at JSON --- */

const struct cJSON *mp_exam_get(const struct cJSON *object, const char *name);
/* The text of a member; NULL: it is not there, or no text. */
const char *mp_exam_string(const struct cJSON *object, const char *name);
bool mp_exam_succeeded(const struct cJSON *result);
/* Is it somewhere below? Texts and arrays of arrays of texts. */
bool mp_exam_holds(const struct cJSON *tree, const struct cJSON *value);
bool mp_exam_holds_text(const struct cJSON *tree, const char *text);

#endif
