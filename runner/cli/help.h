/*
 * The help texts, made from the tables of options.h: every option that a
 * command has, and nothing else. Each fits 40 lines of 80 columns.
 */
#ifndef RUNNER_CLI_HELP_H
#define RUNNER_CLI_HELP_H

#include "runner/base/buf.h"
#include "runner/cli/options.h"

/* `mprun --help`: what mprun is, its commands, an example. */
void mp_help_overview(struct mp_buf *out);
/* `mprun COMMAND --help`; that of HELP is the overview. */
void mp_help_command(enum mp_command command, struct mp_buf *out);
/* `mprun help WORD`; man: as a man page. False: no such command, an error names
 * the nearest. */
bool mp_help_topic(const char *word, bool man, struct mp_buf *out,
                   struct mp_errors *errors);

#endif
