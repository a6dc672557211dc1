/*
 * A JSON text looked at without being parsed.
 *
 * The scan is a strict grammar check that takes a text in any pieces and says
 * when its outermost object or array is closed. It looks at each byte once,
 * tells strings from structure, never recurses and needs no memory, so lines
 * can be joined without being read again (docs/protocol.md, obligation R6a)
 * and nothing deeper or larger than the limits below reaches the parser.
 *
 * It is as strict as JSON but for raw control characters inside strings: they
 * pass and are noted, except NUL and LF, which are errors (a string that is
 * still open at the end of a line never closes).
 *
 * mp_json_compact and mp_json_member work on texts that a scan found
 * complete. They keep the digits of numbers, which a parser would not.
 */
#ifndef RUNNER_RPC_SCAN_H
#define RUNNER_RPC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"

/* Nesting of a message, the envelope included. */
#define MP_SCAN_MAX_DEPTH 64
/* Values in a message: bounds what a parser needs for it. */
#define MP_SCAN_MAX_VALUES 1000000
/* Characters of a number; the parser refuses longer ones. */
#define MP_SCAN_MAX_NUMBER 63

enum mp_scan_state {
    MP_SCAN_OPEN,     /* more is needed */
    MP_SCAN_COMPLETE, /* closed; only white space may follow */
    MP_SCAN_BAD,      /* cannot become JSON any more: see error */
    MP_SCAN_TOO_DEEP, /* deeper than MP_SCAN_MAX_DEPTH */
};

struct mp_scan { /* zeroed = nothing seen yet */
    enum mp_scan_state state;
    const char *error;  /* static text, of BAD and TOO_DEEP */
    size_t offset;      /* bytes taken; at BAD: where it went wrong */
    bool control_bytes; /* a raw control character in a string */
    bool in_key;        /* private, as all below */
    int expect;
    int depth;
    uint64_t objects; /* a bit for each level: an object, not an array */
    uint32_t number_length;
    uint32_t values;
    const char *word; /* rest of true, false or null */
    int hex_digits;   /* still expected of a \u escape */
};

/* Takes the next bytes. Once BAD or TOO_DEEP it takes no more. */
enum mp_scan_state mp_scan_feed(struct mp_scan *scan, struct gh_str bytes);
/* The whole text at once, which must not hold a line end in a string:
 * COMPLETE only if it is one object or array with nothing but white space
 * around it. */
enum mp_scan_state mp_scan_text(struct mp_scan *scan, struct gh_str text);

/* Appends a complete JSON text on one line: white space between tokens left
 * out, raw control characters in strings escaped. Any value will do. */
void mp_json_compact(struct mp_buf *out, struct gh_str json);
/* The text of a member's value, found by its name's bytes (case-sensitive, no
 * escapes in the name); the first if there are several. json must be a
 * complete object. False: there is none. Borrowed from json. */
bool mp_json_member(struct gh_str json, const char *name, struct gh_str *value);

#endif
