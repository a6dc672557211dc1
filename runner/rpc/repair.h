/*
 * Bytes of a server made safe to parse and to print.
 *
 * Servers write what their language's JSON library lets through: invalid
 * UTF-8, "\u0000", half of a surrogate pair. The JSON parser would cut such a
 * text short or refuse the whole message, so they become U+FFFD first
 * (docs/protocol.md, obligation R7). Well-formed bytes are the normal case:
 * they are looked at once and not copied.
 *
 * A sequence of invalid bytes becomes one U+FFFD for each longest part that a
 * character could have begun with, as the Unicode standard recommends.
 * Control characters stay as they are: writing them into XML is the report's
 * matter.
 */
#ifndef RUNNER_RPC_REPAIR_H
#define RUNNER_RPC_REPAIR_H

#include "gherkin/memory.h"
#include "runner/base/buf.h"

/* What a repair replaced. */
enum mp_repair {
    MP_REPAIR_UTF8 = 1,      /* bytes that are not UTF-8 */
    MP_REPAIR_NUL = 2,       /* the escape \u0000, or a NUL byte in a text */
    MP_REPAIR_SURROGATE = 4, /* an escape that is half of a pair */
};

/* A JSON text: invalid UTF-8, \u0000 and unpaired surrogate escapes become
 * U+FFFD. Returns the mp_repair bits of what was replaced. 0: nothing was, out
 * is untouched; else the repaired text is appended to out. */
unsigned mp_repair_json(struct gh_str bytes, struct mp_buf *out);
/* As above for a plain text: invalid UTF-8 and NUL bytes are replaced,
 * backslashes mean nothing. */
unsigned mp_repair_text(struct gh_str bytes, struct mp_buf *out);
/* How many bytes of a valid text to show, at most max, without cutting a
 * character: for printf's "%.*s". */
int mp_repair_cut(const char *text, size_t max);

#endif
