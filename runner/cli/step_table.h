/*
 * What `mprun steps` prints of a discovery: a table of steps by platforms, what
 * is wrong with its places, snippets for the platforms that miss a step, and
 * definitions that no step has; or the same as JSON (docs/cli.md).
 *
 * Steps of one expression share a line of the table; its mark is the worst of
 * theirs.
 */
#ifndef RUNNER_CLI_STEP_TABLE_H
#define RUNNER_CLI_STEP_TABLE_H

#include "runner/cli/discovery.h"
#include "runner/report/style.h"

void mp_step_table_text(const struct mp_discovery *discovery,
                        const struct mp_style *style, bool verbose,
                        struct mp_buf *out);
void mp_step_table_json(const struct mp_discovery *discovery,
                        struct mp_buf *out);
/* Definitions without a step, as notes with their places; nothing unless the
 * whole suite was asked about. */
void mp_step_table_unused(const struct mp_discovery *discovery,
                          struct mp_buf *out);

#endif
