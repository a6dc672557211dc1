/*
 * Inside of runner/cli: reading the values of options, wherever they come
 * from. options.c reads the command line, profile.c the profiles; both give
 * each option and its text to mp_values_take.
 */
#ifndef RUNNER_CLI_VALUES_H
#define RUNNER_CLI_VALUES_H

#include "runner/cli/options.h"

/* Rows of the table. */
#define MP_OPTIONS_MOST 128

/* Where an option came from decides how its faults are told. */
struct mp_option_source {
    struct mp_options *options;
    struct mp_errors *errors;
    const struct mp_config *config; /* of a profile, else NULL */
    const struct mp_profile *profile;
    struct mp_place at;
    bool given[MP_OPTIONS_MOST]; /* rows of the table that this source gave */
};

/* Sets what the option stands for; value is "" for switches. */
void mp_values_take(struct mp_option_source *source,
                    const struct mp_option *option, const char *value);

/* May its value be left out? Then it stands after `=` only. */
bool mp_values_is_optional(const struct mp_option *option);

void mp_values_fail(struct mp_option_source *source, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "--jobs takes a whole number, not 'x'". */
void mp_values_wrong(struct mp_option_source *source,
                     const struct mp_option *option, const char *value,
                     const char *wanted);
/* "--timeout" or, in a profile, "timeout". */
const char *mp_values_shown(const struct mp_option_source *source,
                            const struct mp_option *option);
void mp_values_append(struct mp_options *options, struct mp_text_list *list,
                      const char *text);

/* NULL: none. */
const struct mp_option *mp_options_find(struct gh_str name);
/* The nearest long option of these commands, without --; NULL: none. */
const char *mp_options_nearest(unsigned commands, const char *name);

/* Back to what a command line without options means; words stay. */
void mp_options_reset(struct mp_options *options);
/* Reads options->words on top of what is there. */
void mp_options_read_words(struct mp_options *options,
                           struct mp_errors *errors);

#endif
