/*
 * A record as one line of a journal: a JSON object whose members are the
 * fields of struct mp_record that are not zero. One table of names, kinds and
 * offsets serves both directions, so that they cannot differ.
 *
 * "type" comes first. Times are milliseconds with at most three decimals, the
 * seed is a string (it may not fit a JSON number), a status is its word. Types
 * and members that this version does not know are skipped; members of a wrong
 * kind are faults, for a journal must not be half understood.
 *
 * JSON that is a member as it stands (config) is not masked: whoever makes it
 * sees to that.
 *
 * cJSON parses; it is seen only here.
 */
#ifndef RUNNER_JOURNAL_CODEC_H
#define RUNNER_JOURNAL_CODEC_H

#include "gherkin/jsonw.h"
#include "runner/base/buf.h"
#include "runner/model/record.h"

enum mp_codec_result {
    MP_CODEC_RECORD,
    MP_CODEC_UNKNOWN, /* a record of a later version: to be skipped */
    MP_CODEC_BROKEN,  /* fault says why */
};

/* Appends the line with its line feed. */
void mp_codec_encode(const struct mp_record *record, struct gh_jsonw *out);
/* Fills record from a line (length bytes, without its line feed). Its texts
 * live in the arena. */
enum mp_codec_result mp_codec_decode(const char *line, size_t length,
                                     struct mp_record *record,
                                     struct gh_arena *arena,
                                     struct mp_buf *fault);

/* "1.7.15": the version of cJSON. */
const char *mp_codec_version(void);

/* Calls visit for every text field of the record (not tags) that is set; what
 * it returns takes its place. */
void mp_codec_each_text(struct mp_record *record,
                        const char *(*visit)(void *self, const char *text),
                        void *self);

#endif
