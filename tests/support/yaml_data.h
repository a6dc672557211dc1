/*
 * Reading test data written in YAML: a document and ways into its nodes.
 *
 * load returns false when the file cannot be opened and ends the test program
 * when it is not YAML. Nodes belong to the document; NULL stands for a node
 * that is not there, and every function accepts it.
 */
#ifndef TESTS_SUPPORT_YAML_DATA_H
#define TESTS_SUPPORT_YAML_DATA_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

static inline bool yaml_data_load(const char *path, yaml_document_t *document)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    yaml_parser_t parser;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, file);
    if (!yaml_parser_load(&parser, document)) {
        fprintf(stderr, "%s: %s\n", path, parser.problem);
        abort();
    }
    yaml_parser_delete(&parser);
    fclose(file);
    return true;
}

/* The value of a key of a mapping. */
static inline yaml_node_t *yaml_data_get(yaml_document_t *document,
                                         yaml_node_t *map, const char *key)
{
    if (!map || map->type != YAML_MAPPING_NODE)
        return NULL;
    yaml_node_pair_t *pair = map->data.mapping.pairs.start;
    for (; pair < map->data.mapping.pairs.top; pair++) {
        yaml_node_t *node = yaml_document_get_node(document, pair->key);
        if (!strcmp((const char *)node->data.scalar.value, key))
            return yaml_document_get_node(document, pair->value);
    }
    return NULL;
}

/* The length of a sequence. */
static inline size_t yaml_data_count(const yaml_node_t *list)
{
    if (!list || list->type != YAML_SEQUENCE_NODE)
        return 0;
    return (size_t)(list->data.sequence.items.top -
                    list->data.sequence.items.start);
}

/* An item of a sequence, counted from 0. */
static inline yaml_node_t *yaml_data_at(yaml_document_t *document,
                                        yaml_node_t *list, size_t index)
{
    if (index >= yaml_data_count(list))
        return NULL;
    return yaml_document_get_node(document,
                                  list->data.sequence.items.start[index]);
}

/* The text of a scalar; NULL for a plain null or nothing, and for no scalar. */
static inline const char *yaml_data_text(const yaml_node_t *node)
{
    if (!node || node->type != YAML_SCALAR_NODE)
        return NULL;
    const char *text = (const char *)node->data.scalar.value;
    bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return plain && (!*text || !strcmp(text, "null")) ? NULL : text;
}

static inline const char *yaml_data_get_text(yaml_document_t *document,
                                             yaml_node_t *map, const char *key)
{
    return yaml_data_text(yaml_data_get(document, map, key));
}

#endif
