/*
 * --open: shows the html report of a run in the browser of whoever ran it.
 *
 * check -> (the run, the reports) -> show
 *
 * The program is the desktop's own: `xdg-open`, on macOS `open`. It is started
 * and left alone: mprun does not wait for it, and what it prints is dropped.
 * That it cannot be started is told on standard error and changes no exit
 * status: the report is there.
 */
#ifndef RUNNER_CLI_OPEN_H
#define RUNNER_CLI_OPEN_H

#include "runner/cli/options.h"

/* Does nothing without --open. False: an error was added, there is no report
 * that could be shown. */
bool mp_open_check(const struct mp_options *options, struct mp_errors *errors);
/* Shows the first html report; nothing without --open. */
void mp_open_show(const struct mp_options *options);

#endif
