/*
 * The beginnings that `mprun init` makes projects from: a folder `init` in the
 * folder of each SDK, so that a language is added by adding a folder. The SDKs
 * are looked for where MPRUN_SDKS says, then where they are installed
 * (share/mprun/platform-servers beside the program's folder), then in the tree
 * that the program was built in.
 *
 *   init/template       lines: what the language needs, and where that is
 *   init/platform.yaml  the value of the platform in mprun.yaml
 *   init/files/...      files of the project, by their paths in it
 *
 * Lines of `template` (`#` begins a comment):
 *
 *   title TEXT           what the user is shown
 *   program NAME         that must be in PATH
 *   find NAME FILE PLACE...   @NAME@ in files is the first PLACE in which FILE
 *                        is: env:VARIABLE, sdks:PATH, bin:PATH (beside mprun);
 *                        else:TEXT where none is
 *   missing NAME TEXT    what to do where NAME came to its else; with the
 *                        @NAME@ of the lines above
 *   existing             it is for steps that another runner has played: never
 *                        the default, and `--from` adds no files of it
 *
 * @SDKS@ is the folder of the SDKs. Everything lives in the templates' arena.
 */
#ifndef RUNNER_CLI_TEMPLATE_H
#define RUNNER_CLI_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"
#include "runner/base/errors.h"

#define MP_TEMPLATE_VALUES 8

struct mp_template_value {
    const char *name, *text;
    bool found; /* else text is what stands in for it */
};

struct mp_template {
    const char *name;    /* "python": of the SDK's folder */
    const char *folder;  /* .../python/init */
    const char *title;   /* "" : none */
    const char *program; /* NULL: none is needed */
    bool usable;         /* the program is there */
    bool existing;       /* for step code that is there already */
    bool writable;       /* no value has what cannot stand in quotes */
    struct mp_template_value values[MP_TEMPLATE_VALUES];
    size_t value_count;
    const char *advice; /* what is to be done first; NULL: nothing */
};

struct mp_templates {
    struct gh_arena arena;
    const char *sdks;         /* the folder; NULL: there is none */
    struct mp_template *list; /* by name */
    size_t count;
};

/* program: mprun's own path. False: an error was added. finish either way. */
bool mp_templates_find(struct mp_templates *templates, const char *program,
                       char *const *environment, struct mp_errors *errors);
/* NULL: there is none of that name. */
const struct mp_template *mp_templates_get(const struct mp_templates *templates,
                                           const char *name);
/* Adds an error that names those that there are. */
void mp_templates_unknown(const struct mp_templates *templates,
                          const char *name, struct mp_errors *errors);
/* The text of a file below init/, with its @NAME@ filled in. False with errno:
 * it cannot be read. */
bool mp_template_read(const struct mp_template *template, const char *path,
                      struct mp_buf *out);
void mp_templates_finish(struct mp_templates *templates);

#endif
