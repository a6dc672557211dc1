/*
 * Attachments: files and texts that a step hands to the report.
 *
 * They come in a result or as a notification, with one shape (docs/protocol.md
 * 5.5): a name, a media type and exactly one of body and path. A body is text
 * (identity) or base64, at most 1 MiB decoded; what is larger is a file, named
 * by a path below the process's artifact folder. The path is checked by its
 * words only: whether the file exists, and whether a symbolic link leads out,
 * is for whoever opens it.
 */
#ifndef RUNNER_RPC_ATTACHMENT_H
#define RUNNER_RPC_ATTACHMENT_H

#include <stdbool.h>

#include "gherkin/memory.h"
#include "runner/rpc/reader.h"

#define MP_ATTACHMENT_MAX_BYTES (1u << 20) /* of a body, decoded */

struct mp_attachment {
    const char *name;
    const char *media_type;
    const char *encoding; /* "identity" or "base64"; NULL with a path */
    const char *body;     /* NULL: path */
    const char *path;     /* relative to the artifact folder, inside it */
};

/* Reads an ATTACHMENT notification into the arena. False: it is wrong, *why
 * (in the arena) says how. */
bool mp_attachment_parse(const struct mp_incoming *incoming,
                         struct gh_arena *arena,
                         struct mp_attachment *attachment, char **why);
/* The same for one element of a result's attachments. */
bool mp_attachment_read(const struct cJSON *object, struct gh_arena *arena,
                        struct mp_attachment *attachment, char **why);

#endif
