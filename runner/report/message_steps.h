/*
 * What message_steps.c and message_fits.c share: the step definitions of a
 * platform, and what was found out about a step's text.
 */
#ifndef RUNNER_REPORT_MESSAGE_STEPS_H
#define RUNNER_REPORT_MESSAGE_STEPS_H

#include "runner/report/messages.h"

#define MP_MESSAGE_REMEMBERED 256u /* texts; a power of two */

struct mp_message_definition {
    struct mp_message_definition *next;
    uint64_t id;
    struct gh_expression *expression; /* owned; NULL: it fits nothing */
};

/* A step's text and what fits it; text NULL: nothing is remembered here. */
struct mp_message_fit {
    char *text; /* owned */
    size_t offset, count;
    struct mp_buf ids, lists; /* JSON: stepDefinitionIds, the lists */
};

struct mp_message_platform {
    struct mp_message_platform *next;
    const char *name; /* in the report's arena */
    struct gh_parameter_types *types;
    struct mp_message_definition *first, *last; /* in the report's arena */
    struct mp_message_fit fits[MP_MESSAGE_REMEMBERED];
};

/* NULL: it has not told. */
struct mp_message_platform *
mp_message_steps_find(const struct mp_messages *messages, struct gh_str name);
void mp_message_fits_forget(struct mp_message_platform *platform);

#endif
