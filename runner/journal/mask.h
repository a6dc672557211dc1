/*
 * Keeps secrets out of journal and reports: a listener in front of the others
 * that replaces each secret value in every text of a record by "***"
 * (docs/config.md, `secrets`).
 *
 * A value is found as it is and as JSON has it in a string (a server's `data`
 * may stay JSON), whatever the writer escapes: some do so with "<" or with all
 * that is not ASCII. One of several lines is found line by line, too, as
 * programs print it; one that is no UTF-8 also as records repair it. In
 * base64, as a hash or cut into pieces it passes. Values and lines shorter than
 * MP_MASK_SHORTEST would blank out ordinary words and are left alone
 * (mp_mask_add says so of a whole value).
 *
 * What holds a number of the case differs from case to case; it is found with
 * any number in that place, so that one case's value is also masked in the
 * output of another and there is one to look for, however many cases run.
 */
#ifndef RUNNER_JOURNAL_MASK_H
#define RUNNER_JOURNAL_MASK_H

#include "runner/base/buf.h"
#include "runner/model/record.h"

#define MP_MASK_SHORTEST 4
#define MP_MASK_NUMBER   "\xff" /* no byte of UTF-8 */

struct mp_mask;

struct mp_mask *mp_mask_create(void);
/* False: too short to be masked. The value is copied. */
bool mp_mask_add(struct mp_mask *mask, const char *value);
/* The same of UTF-8 in which each MP_MASK_NUMBER stands for a decimal number;
 * too short is what remains without them. */
bool mp_mask_add_numbered(struct mp_mask *mask, const char *value);
/* Is there anything to mask? */
bool mp_mask_is_active(const struct mp_mask *mask);
/* Appends the text with its secrets masked. */
void mp_mask_apply(const struct mp_mask *mask, const char *text,
                   struct mp_buf *out);
/* Hands every record on to the listeners, which are borrowed until destroy. */
struct mp_listener mp_mask_listener(struct mp_mask *mask,
                                    const struct mp_listener *listeners,
                                    size_t count);
void mp_mask_destroy(struct mp_mask *mask);

#endif
