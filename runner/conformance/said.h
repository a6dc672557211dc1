/*
 * What a server says, line by line: read leniently, judged strictly.
 *
 * Reading puts up with what a single fault would be (a byte-order mark, CR,
 * text in front of a message, a message over several lines, bytes that are no
 * UTF-8, ids of another type), so that such a fault is noted against its own
 * check and all others can still be examined. The judges note every offence
 * in the lab's ledger; nothing that is read goes unjudged.
 *
 * A said is owned by its peer and lives as long.
 */
#ifndef RUNNER_CONFORMANCE_SAID_H
#define RUNNER_CONFORMANCE_SAID_H

#include <stdbool.h>

#include "runner/conformance/lab.h"
#include "runner/rpc/scan.h"

struct cJSON;

enum mp_said_kind {
    MP_SAID_ANSWER,
    MP_SAID_NOTIFICATION,
    MP_SAID_REQUEST, /* a method and an id: servers send none */
    MP_SAID_BROKEN,  /* meant as a message, and cannot be read */
    MP_SAID_STRAY,   /* no message */
};

struct mp_said {
    enum mp_said_kind kind;
    struct gh_str bytes; /* owned; without the line end */
    struct cJSON *root;  /* owned; NULL: BROKEN or STRAY */
    double at_ms;
};

/* Lines that are being put together. Zeroed = at the start of a stream. */
struct mp_saying {
    struct mp_buf line;   /* that has no end yet */
    struct mp_buf joined; /* of a message over several lines */
    struct mp_scan scan;  /* of joined */
};

struct mp_listener_of_said {
    struct mp_lab *lab;
    void *self;
    /* The callee owns said. */
    void (*on_said)(void *self, struct mp_said *said);
};

void mp_saying_feed(struct mp_saying *saying,
                    const struct mp_listener_of_said *to, struct gh_str bytes);
/* The stream is at its end: what has no line end is judged. */
void mp_saying_end(struct mp_saying *saying,
                   const struct mp_listener_of_said *to);
void mp_saying_finish(struct mp_saying *saying);

/* An answer without an id, or with null: to no request. */
bool mp_said_is_to_nothing(const struct mp_said *said);
void mp_said_destroy(struct mp_said *said);

#endif
