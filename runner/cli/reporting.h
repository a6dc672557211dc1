/*
 * How reports are made for standard output, whether of a run that goes on or
 * of a journal: what the options, the environment and the terminal say.
 */
#ifndef RUNNER_CLI_REPORTING_H
#define RUNNER_CLI_REPORTING_H

#include "runner/cli/cli.h"
#include "runner/report/report.h"

/* Texts are borrowed from the options. */
struct mp_report_options mp_reporting_options(const struct mp_options *options);

/* `--format help`: was it asked for? Then prints the list; *status is the
 * exit status. */
bool mp_reporting_lists(const struct mp_options *options, int *status);

#endif
