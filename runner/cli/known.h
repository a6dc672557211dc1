/*
 * --baseline: a listener in front of journal and reports that marks the last
 * record of a case which the baseline knows (record.known): a failure that is
 * expected, or a pass that is not.
 *
 *   load -> listener (the records of one run) -> tell_unmet -> finish
 *
 * Without a baseline the listener is the next one itself.
 */
#ifndef RUNNER_CLI_KNOWN_H
#define RUNNER_CLI_KNOWN_H

#include "runner/cli/options.h"
#include "runner/config/baseline.h"
#include "runner/model/plan.h"
#include "runner/model/record.h"

struct mp_known_case {
    int64_t number;
    const struct mp_known **list; /* owned: entries that speak of it */
    size_t count;
};

struct mp_known_filter {
    struct mp_baseline baseline;
    bool is_loaded;
    bool *met; /* owned: entries that a case of the run has met */
    struct mp_known_case *open; /* owned: cases that run */
    size_t open_count;
    struct mp_listener next;
};

/* --baseline, if it was given. False: errors were added. */
bool mp_known_load(struct mp_known_filter *filter,
                   const struct mp_options *options, struct mp_errors *errors);
/* What hands records on to next; the filter stays where it is. */
struct mp_listener mp_known_listener(struct mp_known_filter *filter,
                                     struct mp_listener next);
/* Is a failure of that case expected? */
bool mp_known_expects(const struct mp_known_filter *filter,
                      const struct mp_case *source, enum mp_status status,
                      const char *message);
/* Warns of entries that no case of the run was. */
void mp_known_tell_unmet(const struct mp_known_filter *filter,
                         struct mp_errors *errors);
void mp_known_finish(struct mp_known_filter *filter);

#endif
