/*
 * How a fault is mended in the server's language, and which language that is:
 * what --language says, what the server says of itself in initialize, or the
 * interpreter in its command.
 */
#ifndef RUNNER_CONFORMANCE_HINTS_H
#define RUNNER_CONFORMANCE_HINTS_H

#include "runner/conformance/conformance.h"

/* The languages there are hints for, NULL-terminated. */
extern const char *const mp_hints_languages[];

/* said: by the server, NULL: it does not. Static text, NULL: not known. */
const char *mp_hints_language(const struct mp_conformance_options *options,
                              const char *said);
/* NULL: there is none for this language. */
const char *mp_hints_find(int number, const char *language);

#endif
