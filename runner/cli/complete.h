/*
 * Shell completion, made from the tables of options.h like the help and the
 * man pages: a script for each shell, which `cmake --install` puts where the
 * shell finds it.
 *
 * What the value of an option may be is told by its row: its words, or what
 * its argument is called in the help (FILE, RUN, P[,P] ...). Names that only a
 * project knows (platforms, profiles) the scripts ask mprun for, by
 * `mprun completion WHAT`. Nothing here fails.
 */
#ifndef RUNNER_CLI_COMPLETE_H
#define RUNNER_CLI_COMPLETE_H

#include "runner/cli/options.h"

enum mp_complete_kind {
    MP_COMPLETE_NOTHING, /* a number, an expression: the user's own */
    MP_COMPLETE_FILE,
    MP_COMPLETE_FOLDER,
    MP_COMPLETE_WORDS, /* out has them */
    MP_COMPLETE_RUN,   /* ids below .mprun/runs, and files */
    MP_COMPLETE_ASK,   /* of `mprun completion`; out is WHAT */
};

/* What completes a value of the option; out: as the kind says. */
enum mp_complete_kind mp_complete_value(const struct mp_option *option,
                                        struct mp_buf *out);
/* The same of a word that is no option. */
enum mp_complete_kind mp_complete_word(enum mp_command command,
                                       struct mp_buf *out);
/* The command that has the row to itself, where other commands have another
 * option of its name; NULL: none. */
const char *mp_complete_owner(const struct mp_option *option);
/* Does a value follow in the next word? */
bool mp_complete_takes_word(const struct mp_option *option);

void mp_complete_bash(struct mp_buf *out);
void mp_complete_zsh(struct mp_buf *out);
void mp_complete_fish(struct mp_buf *out);

#endif
