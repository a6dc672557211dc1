/*
 * The values of the configuration's `secrets`, which the journal and the
 * reports must not show.
 *
 * A secret is a name; its values are those that it has in mprun's own
 * environment, in -D and in the environments of the platforms. All are masked,
 * each as a server gets it: what only a case knows in it is a number, whatever
 * the case, but for the run's id. A value that is too short to be told from
 * ordinary text is not masked, and a warning on standard error says so.
 */
#ifndef RUNNER_CLI_SECRETS_H
#define RUNNER_CLI_SECRETS_H

#include "runner/config/config.h"
#include "runner/journal/mask.h"

/* Returns new, freed with mp_mask_destroy. */
struct mp_mask *mp_secrets_mask(const struct mp_config *config,
                                const struct mp_variable *defines,
                                size_t define_count, const char *run_id);

#endif
