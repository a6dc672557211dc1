/*
 * The tags that mprun reads (docs/semantics.md), from a pickle's tags to
 * what they ask. Pure.
 *
 * The nearest level wins for each kind by itself (examples, scenario, rule,
 * feature); what it displaces is told in notes. Labels have kinds, and a
 * binding to a process is a kind of its own, so that a feature's
 * @platform:linux and a scenario's @platform:python both hold.
 */
#ifndef RUNNER_PLAN_TAGS_H
#define RUNNER_PLAN_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "gherkin/gherkin.h"
#include "runner/base/errors.h"
#include "runner/config/config.h"

struct mp_platform_tag {   /* one @platform: tag that holds */
    struct gh_str process; /* len 0: every process */
    const struct gh_str *labels;
    size_t label_count;
    const char *text; /* the tag as written, for reasons */
    struct gh_location at;
};

struct mp_tag_demands {
    const struct mp_platform_tag *platforms;
    size_t platform_count;
    int64_t timeout_ms;          /* -1: none said */
    int64_t scenario_timeout_ms; /* -1: none said */
    bool has_strategy;
    enum mp_strategy strategy;
    bool serial;
    const char *const *locks;
    size_t lock_count;
    int retries;                    /* -1: none said */
    const struct gh_str *effective; /* names for selection: displaced ones
                                       gone, label lists also one by one */
    size_t effective_count;
    const char *const *notes; /* displaced tags, warnings */
    size_t note_count;
};

/* Reads the pickle's tags; texts live in the arena. Faults are added as
 * `uri:line:column: ...`. */
void mp_tags_read(const struct mp_config *config, const char *uri,
                  const struct gh_pickle *pickle, struct gh_arena *arena,
                  struct mp_tag_demands *demands, struct mp_errors *errors);

/* Does the platform carry one of the tag's labels? */
bool mp_tags_allow(const struct mp_platform_tag *tag,
                   const struct mp_platform *platform);

#endif
