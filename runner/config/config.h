/*
 * mprun.yaml (or .json), read and checked.
 *
 * mp_config_load reads the whole file, expands ${VAR} once, checks every key,
 * type and value, and lists all faults at once, each as
 * `mprun.yaml:LINE:COLUMN: text` with the nearest known key. Nothing is
 * started and no command is looked up here; mp_config_check_command does that
 * for the platforms that selected cases use. Source: docs/config.md.
 *
 * Everything lives in the config's arena until mp_config_finish; the plan
 * borrows platforms from it.
 */
#ifndef RUNNER_CONFIG_CONFIG_H
#define RUNNER_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"
#include "runner/base/errors.h"
#include "runner/model/platform.h"

/* Unless routing.process says otherwise. */
#define MP_CONFIG_PROCESS_PATTERN "'(?<process>[^']+)' process(es)?"

enum mp_strategy {
    MP_STRATEGY_ALL,
    MP_STRATEGY_SAME,
    MP_STRATEGY_MIXED,
    MP_STRATEGY_PAIRWISE,
};

/* The word of each strategy, as config, options and tags say it; NULL ends
 * them. */
#define MP_STRATEGIES 4
extern const char *const mp_strategy_words[MP_STRATEGIES + 1];
const char *mp_strategy_name(enum mp_strategy strategy);
/* False: another word. */
bool mp_strategy_parse(struct gh_str word, enum mp_strategy *strategy);

/* The words of `protocol` and `framing`; static. */
const char *mp_protocol_name(enum mp_protocol protocol);
const char *mp_frame_name(enum mp_frame frame);
const char *mp_isolation_name(enum mp_isolation isolation);

struct mp_place {
    int line, column; /* 1-based, in the config file */
};

struct mp_process_config { /* processes: NAME: */
    const char *name;
    const struct mp_platform **platforms; /* NULL: all */
    size_t platform_count;
    int count; /* members; 1 when not given */
    struct mp_place at;
};

struct mp_binding { /* one `process: platform` of an exclude or include */
    const char *process;
    const struct mp_platform *platform;
};

struct mp_bindings {
    const struct mp_binding *list;
    size_t count;
    struct mp_place at;
};

struct mp_timeout_match {
    const char *pattern; /* PCRE2, searched in the whole step text */
    int64_t timeout_ms;
    struct mp_place at;
};

struct mp_pair { /* a key and a value of a map of strings */
    const char *key;
    const char *value;
    struct mp_place at;
};

struct mp_profile {
    const char *name;
    const struct mp_pair *options; /* key: long flag without --; repeated
                                      for a list; value "true" for a switch */
    size_t option_count;
    struct mp_place at;
};

enum mp_unaddressed { MP_UNADDRESSED_PREVIOUS, MP_UNADDRESSED_ERROR };

struct mp_config {
    struct gh_arena arena;
    const char *path;   /* as shown in messages */
    const char *folder; /* absolute; relative paths in the file start here */
    const char *const *features;           /* absolute or relative to the cwd */
    const struct mp_place *feature_places; /* NULL: nobody wrote them */
    size_t feature_count;
    const struct mp_platform *platforms; /* in config order */
    size_t platform_count;
    const struct mp_process_config *processes;
    size_t process_count;
    bool closed_processes; /* processes: was given: the closed list of names */
    enum mp_strategy strategy;
    const struct mp_bindings *exclude;
    size_t exclude_count;
    const struct mp_bindings *include;
    size_t include_count;
    int64_t step_timeout_ms; /* default 30 s */
    int64_t scenario_timeout_ms;
    int64_t run_timeout_ms;
    int64_t stop_timeout_ms; /* default 5 s */
    const struct mp_timeout_match *matches;
    size_t match_count;
    const char *process_pattern; /* PCRE2 with a group "process" */
    struct mp_place process_pattern_at;
    enum mp_unaddressed unaddressed;
    bool builtin_steps;             /* steps.builtin: false turns all off */
    const char *const *builtin_off; /* names turned off, when a list */
    size_t builtin_off_count;
    const struct mp_pair *aliases; /* steps.aliases: text -> step text */
    size_t alias_count;
    const struct mp_pair *tag_aliases; /* name -> "platform:windows" */
    size_t tag_alias_count;
    const char *const *secrets; /* names of variables whose values are masked */
    size_t secret_count;
    const struct mp_profile *profiles;
    size_t profile_count;
};

/* The config file for these paths: upwards from the first path (or the
 * working folder): mprun.yaml, then mprun.json. Returns new (gh_free), NULL:
 * none. */
char *mp_config_find(const char *first_path);

/* Reads and checks. True when errors gained no error; on false config must
 * still be finished. environment: NAME=VALUE, NULL-terminated. */
bool mp_config_load(const char *path, char *const *environment,
                    struct mp_config *config, struct mp_errors *errors);

/* Is argv[0] there and executable (PATH searched), is cwd a folder? Adds an
 * error with the place in the file for each that is not; starts_nothing: a
 * warning, for the plan may be for another machine. */
bool mp_config_check_command(const struct mp_config *config,
                             const struct mp_platform *platform,
                             bool starts_nothing, struct mp_errors *errors);

/* Appends what is wrong with the program, as this platform's server would be
 * started with it ("is not in PATH", "does not exist in ..."); nothing if it
 * can be run. */
void mp_config_program_fault(const struct mp_platform *platform,
                             const char *program, struct mp_buf *fault);

/* A lookup of mp_interpolate that knows what only a case knows, by name: "" or
 * NULL. */
const char *mp_config_case_name(void *context, const char *name);

/* The platform of that name, NULL: none. */
const struct mp_platform *mp_config_platform(const struct mp_config *config,
                                             struct gh_str name);

void mp_config_finish(struct mp_config *config);

#endif
