/*
 * Feature files for commands that look at files and need no configuration
 * (parse, lint, format): PATHs on the command line to bytes, one file at a
 * time, so that memory does not grow with their number.
 */
#ifndef RUNNER_CLI_INPUTS_H
#define RUNNER_CLI_INPUTS_H

#include "gherkin/gherkin.h"
#include "runner/base/errors.h"
#include "runner/cli/options.h"

struct mp_input {
    const char *path; /* as reported; "-" is standard input */
    bool named;       /* on the command line, not found in a folder */
    struct gh_str bytes;
};

/* Takes a file; everything is borrowed until it returns. */
typedef void mp_input_take(void *self, const struct mp_input *input);

/* Reads each file, or the feature files of each folder, and hands it on. What
 * cannot be read is an error with its name; the others go on. */
void mp_inputs_read(const struct mp_text_list *paths, struct mp_errors *errors,
                    mp_input_take *take, void *self);

/* Parses it as the options say; what was let pass is a warning. */
struct gh_document *mp_inputs_parse(const struct mp_input *input,
                                    const struct mp_options *options,
                                    struct mp_errors *errors);

/* Adds the errors of a feature file, each with place and remedy. */
void mp_inputs_add_parse_errors(const struct gh_document *document,
                                struct mp_errors *errors);

#endif
