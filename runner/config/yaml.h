/*
 * YAML or JSON text as a tree of nodes, each with its place.
 *
 * JSON is read by the same parser. What a configuration does not need is
 * refused with a message of its own: anchors and aliases, tags, more than one
 * document, keys that are no texts, duplicate keys, NUL characters, nesting
 * deeper than MP_YAML_MAX_DEPTH, more of anything than the limits below. After
 * a syntax error nothing more can be read; the other faults are all listed.
 *
 * Types are not guessed: a scalar is a text with the note whether it stood in
 * quotes, and the reader of a key says what it wants. Nodes and texts live in
 * the caller's arena. The only file that includes <yaml.h> is yaml.c.
 */
#ifndef RUNNER_CONFIG_YAML_H
#define RUNNER_CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "gherkin/memory.h"
#include "runner/config/faults.h"

#define MP_YAML_MAX_DEPTH    32
#define MP_YAML_MAX_BYTES    (1u << 20)
#define MP_YAML_MAX_CHILDREN 10000 /* of one list or map */

enum mp_yaml_kind {
    MP_YAML_TEXT,
    MP_YAML_LIST,
    MP_YAML_MAP,
};

struct mp_yaml_node {
    enum mp_yaml_kind kind;
    int line, column; /* 1-based */
    const char *text; /* of TEXT; valid UTF-8 */
    bool plain;       /* of TEXT: written without quotes */
    bool refused;     /* reported already: what it holds is of no use */
    size_t count;     /* of LIST and MAP: children */
    struct mp_yaml_node *first, *last; /* children, in order */
    struct mp_yaml_node *next;
    const struct mp_yaml_node *parent;
    const struct mp_yaml_node *key; /* TEXT; of a child of a MAP */
};

/* Parses. NULL after a syntax error or for an empty file; faults then has an
 * error. json: the escapes of JSON that YAML does not know are read too. */
const struct mp_yaml_node *mp_yaml_parse(struct gh_str bytes, bool json,
                                         struct gh_arena *arena,
                                         struct mp_faults *faults);

/* The value of the key, NULL: none. */
const struct mp_yaml_node *mp_yaml_find(const struct mp_yaml_node *map,
                                        const char *key);

/* Nothing, ~ or null without quotes. */
bool mp_yaml_is_null(const struct mp_yaml_node *node);

/* "0.2.5": the version of libyaml. */
const char *mp_yaml_version(void);

#endif
