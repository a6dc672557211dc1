/*
 * Man pages, made from the tables of options.h like the help: mprun(1) and a
 * page for each command, mprun-run(1) and so on (man(7)). `cmake --install`
 * installs them. Nothing here fails.
 */
#ifndef RUNNER_CLI_MAN_H
#define RUNNER_CLI_MAN_H

#include "runner/cli/options.h"

void mp_man_overview(struct mp_buf *out);
void mp_man_command(const struct mp_command_info *info, struct mp_buf *out);

#endif
