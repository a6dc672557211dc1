/*
 * The sections of the configuration, one function for each top-level key, in
 * the form that a table of mp_key wants: target is the struct mp_config.
 * `platforms` is read before the sections that name platforms; what cannot be
 * read is reported and left at its default, so that the others are checked
 * too.
 */
#ifndef RUNNER_CONFIG_SECTIONS_H
#define RUNNER_CONFIG_SECTIONS_H

#include "runner/config/reader.h"

/* platforms.c */
bool mp_sections_platforms(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node, void *target);

/* sections.c */
bool mp_sections_processes(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node, void *target);
bool mp_sections_combinations(struct mp_config_reader *reader,
                              const struct mp_yaml_node *node, void *target);
bool mp_sections_timeouts(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target);
bool mp_sections_routing(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target);
bool mp_sections_steps(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, void *target);
bool mp_sections_tag_aliases(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node, void *target);
bool mp_sections_secrets(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target);

/* profiles.c */
bool mp_sections_profiles(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target);

/* The platform that the node names; NULL: none, reported. */
const struct mp_platform *mp_sections_platform(struct mp_config_reader *reader,
                                               const struct mp_yaml_node *node);
/* The node's text in NFC, checked as a name; NULL: reported. what is "a
 * platform", "a process" or "a label". */
const char *mp_sections_name(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node, const char *what,
                             bool spaces);

#endif
