/*
 * What another tool's configuration says, as one of mprun's (`mprun init
 * --from`): Harmony's harmony-config.json, behave's behave.ini, cucumber-js's
 * cucumber.js (and cucumber.json, cucumber.yaml).
 *
 *   read -> what the fields say, mp_takeover_config -> finish
 *
 * What has no counterpart, and what cannot be read without running it, is
 * listed in `left`, one line for each: nothing is left out in silence. Which
 * tool's it is, the file's name tells. Everything lives in the arena.
 */
#ifndef RUNNER_CLI_TAKEOVER_H
#define RUNNER_CLI_TAKEOVER_H

#include "runner/base/buf.h"
#include "runner/base/errors.h"
#include "runner/config/yaml.h"

struct mp_taken_option {
    struct mp_taken_option *next;
    const char *profile, *key, *value;
};

struct mp_takeover {
    struct gh_arena arena;
    const char *path;         /* borrowed */
    struct mp_buf features;   /* `"Features", "more"`: quoted, with commas */
    struct mp_buf platforms;  /* below `platforms:`, indented by 2 */
    struct mp_buf more;       /* other members of the configuration */
    const char *templates[2]; /* for platforms: the first that there is; NULL:
                                 none is needed */
    struct mp_taken_option *first, *last;
    size_t taken;
    struct mp_errors left; /* as warnings */
};

/* False: errors were added. finish either way. */
bool mp_takeover_read(struct mp_takeover *takeover, const char *path,
                      struct mp_errors *errors);
/* The configuration; platforms: the text of those of templates, "" : none. */
void mp_takeover_config(const struct mp_takeover *takeover,
                        const char *platforms, struct mp_buf *out);
void mp_takeover_finish(struct mp_takeover *takeover);

/* -- For the readers of the formats -- */

/* A reader fills takeover from the file's bytes. */
bool mp_takeover_harmony(struct mp_takeover *takeover, struct gh_str bytes,
                         struct mp_errors *errors);
bool mp_takeover_behave(struct mp_takeover *takeover, struct gh_str bytes,
                        struct mp_errors *errors);
bool mp_takeover_cucumber(struct mp_takeover *takeover, struct gh_str bytes,
                          struct mp_errors *errors);

/* Appends the text in double quotes, as mprun.yaml reads it back. */
void mp_takeover_quote(struct mp_buf *out, const char *text);
void mp_takeover_feature(struct mp_takeover *takeover, const char *path);
/* An option of a profile, by its long name. */
void mp_takeover_option(struct mp_takeover *takeover, const char *profile,
                        const char *key, const char *value);
/* A report of another tool; file NULL: to standard output. */
void mp_takeover_format(struct mp_takeover *takeover, const char *profile,
                        const char *name, const char *file);
/* A tag expression, if it is one. */
void mp_takeover_tags(struct mp_takeover *takeover, const char *profile,
                      const char *tags);
/* An error at a place in the file's bytes: "FILE:LINE:COLUMN: why". */
void mp_takeover_fault(const struct mp_takeover *takeover, struct gh_str bytes,
                       const char *at, struct mp_errors *errors,
                       const char *why);
/* "FILE: key: why" */
void mp_takeover_leave(struct mp_takeover *takeover, const char *key,
                       const char *why);

#endif
