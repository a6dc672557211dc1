/*
 * JSON of the wire as cJSON's trees, read and written more quickly than cJSON
 * does: a request is a tree of some thirty nodes, each of which costs cJSON
 * three calls of malloc and of free, and its answer's numbers are printed and
 * read back.
 *
 * What reading accepts is what cJSON accepts, after the repairs of text.h: a
 * text of bad UTF-8 or with an escape that cJSON could not keep is made good.
 * Only \u without four digits is refused, where cJSON cuts the text. Values
 * deeper than CJSON_NESTING_LIMIT are refused. A tree that was read belongs to
 * its arena and goes with it: it may be looked at and duplicated, never
 * changed, and cJSON_Delete must not see it. Nodes of it must not become
 * members of trees that are deleted.
 *
 * Used by server.c; cJSON stays what the rest of the SDK makes answers with.
 */
#ifndef MPRUN_SDK_JSON_H
#define MPRUN_SDK_JSON_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "gherkin/jsonw.h"
#include "gherkin/memory.h"

/* The value that the whole text is, in the arena; text may go. NULL where it
 * is no JSON. */
const cJSON *mprun_sdk_json_read(const char *text, size_t length,
                                 struct gh_arena *arena);

/* Appends the value, without blanks. Its strings are valid UTF-8. */
void mprun_sdk_json_write(struct gh_jsonw *w, const cJSON *value);

#endif
