/*
 * Reading nodes as values: known keys, types, ${VAR}, nearest names.
 *
 * A mapping is described by a table of mp_key: name, function, offset of the
 * member it fills. mp_reader_map goes through the table in its order (so that
 * what others refer to is read first), reports keys that the table does not
 * have, and leaves members alone whose key is absent: defaults are set before.
 *
 * Every function reports wrong values itself, with the dotted name of the key
 * ("timeouts.step must be ..."), and returns whether it wrote the target.
 * Results live in the config's arena.
 */
#ifndef RUNNER_CONFIG_READER_H
#define RUNNER_CONFIG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/config/config.h"
#include "runner/config/faults.h"
#include "runner/config/yaml.h"

/* Whose names may stand in a text besides variables; they stay for the run. */
enum mp_names {
    MP_NAMES_NONE,
    MP_NAMES_CASE,    /* case.number, slot, ... */
    MP_NAMES_PROCESS, /* those, and pid */
    MP_NAMES_DEAD,    /* those, and core */
};

struct mp_config_reader {
    struct mp_config *config;
    struct gh_arena *arena; /* the config's */
    struct mp_faults faults;
    char *const *environment;
};

struct mp_key {
    const char *name;
    bool (*read)(struct mp_config_reader *reader,
                 const struct mp_yaml_node *value, void *target);
    size_t offset; /* of the target in the struct that is filled */
};

/* False: node is no map (reported). */
bool mp_reader_map(struct mp_config_reader *reader,
                   const struct mp_yaml_node *node, const struct mp_key *keys,
                   size_t count, void *target);

/* Reports at the node. */
void mp_reader_fault(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "timeouts.step must be WANTED, not a list". */
void mp_reader_wrong(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, const char *wanted);
/* "WHAT 'word' is not known", with the nearest of the known ones or, if there
 * is none, all of them. */
void mp_reader_unknown(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, const char *what,
                       const char *word, const char *const *known,
                       size_t count);
/* "platforms.python.command", in the arena. */
const char *mp_reader_path(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node);

/* Is node a map (a list)? If not, reports it. */
bool mp_reader_is_map(struct mp_config_reader *reader,
                      const struct mp_yaml_node *node);
bool mp_reader_is_list(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, const char *wanted);

/* The text of a scalar with ${VAR} expanded; NULL: no text, reported.
 * With names, $$ stays too. */
const char *mp_reader_expand(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node,
                             enum mp_names names);

/* For tables; target is named behind each. */
bool mp_reader_text(struct mp_config_reader *reader,
                    const struct mp_yaml_node *node,
                    void *target); /* const char *, not empty */
bool mp_reader_bool(struct mp_config_reader *reader,
                    const struct mp_yaml_node *node, void *target); /* bool */
bool mp_reader_duration(struct mp_config_reader *reader,
                        const struct mp_yaml_node *node,
                        void *target); /* int64_t, 0 allowed */
bool mp_reader_time(struct mp_config_reader *reader,
                    const struct mp_yaml_node *node,
                    void *target); /* int64_t, above 0 */
bool mp_reader_regex(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node,
                     void *target); /* const char *: a pattern that compiles */

/* A list of texts, or one text, as an array with a NULL behind it. */
bool mp_reader_texts(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, const char *const **texts,
                     size_t *count);
/* A command: a list of words or one text split as a shell would. */
bool mp_reader_command(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, enum mp_names names,
                       const char *const **argv);
/* One of the words; its index. */
bool mp_reader_word(struct mp_config_reader *reader,
                    const struct mp_yaml_node *node, const char *const *words,
                    size_t count, size_t *index);
/* A map of texts to texts. */
bool mp_reader_pairs(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, enum mp_names names,
                     const struct mp_pair **pairs, size_t *count);

/* NULL if it can be the name of a process (with spaces) or of a platform or
 * label (without), else why not. */
const char *mp_reader_name_fault(const char *name, bool spaces);

#endif
