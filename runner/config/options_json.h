/*
 * A platform's `options` as the JSON object that the server gets.
 *
 * Scalars without quotes are read as YAML's core schema reads them: null,
 * true, false, whole and decimal numbers that JSON can write as they stand;
 * everything else, and all that is in quotes, is a string with ${VAR}
 * expanded.
 */
#ifndef RUNNER_CONFIG_OPTIONS_JSON_H
#define RUNNER_CONFIG_OPTIONS_JSON_H

#include "runner/config/reader.h"

/* The text, in the config's arena; faults are reported. */
const char *mp_options_json(struct mp_config_reader *reader,
                            const struct mp_yaml_node *node);

#endif
