/*
 * The files of a project that `mprun init` makes or adds to: collected first,
 * shown and checked, then written, all of them or, where one cannot be, those
 * before it.
 *
 *   init -> begin or add_platform, add_file ... -> check -> write -> finish
 *
 * No file that is there is overwritten without force; the configuration that a
 * platform is added to is replaced in one step, and all else in it stays as it
 * was, to the letter.
 */
#ifndef RUNNER_CLI_PROJECT_H
#define RUNNER_CLI_PROJECT_H

#include "runner/cli/template.h"

#define MP_PROJECT_CONFIG "mprun.yaml"

struct mp_project_file {
    const char *path; /* in the project */
    struct mp_buf text;
    bool edits; /* it is there, and is meant to be */
};

struct mp_project {
    struct gh_arena arena;
    const char *folder;
    struct mp_project_file *files; /* owned */
    size_t count, capacity;
};

void mp_project_init(struct mp_project *project, const char *folder);
/* The configuration that is there: its path, new (gh_free); NULL: none. */
char *mp_project_config(const struct mp_project *project);
/* A file with that text, which is taken over. */
void mp_project_add_file(struct mp_project *project, const char *path,
                         struct mp_buf *text);
/* The files of a template. False: an error was added. */
bool mp_project_add_template(struct mp_project *project,
                             const struct mp_template *template,
                             struct mp_errors *errors);
/* The feature that each template has the steps of. */
void mp_project_add_feature(struct mp_project *project);
/* Appends the platform as it stands below `platforms:`, indented by indent. */
bool mp_project_platform(const struct mp_template *template, size_t indent,
                         struct mp_buf *out, struct mp_errors *errors);
/* Puts a platform into the text of a configuration; out: the new text. False:
 * why says why it cannot be (flow style, JSON, it is there already). */
bool mp_project_insert(struct gh_str config, const char *name,
                       const struct mp_template *template, struct mp_buf *out,
                       struct mp_errors *errors);
/* Adds an error for each file that is there already. */
bool mp_project_check(const struct mp_project *project, bool force,
                      struct mp_errors *errors);
bool mp_project_write(const struct mp_project *project,
                      struct mp_errors *errors);
void mp_project_finish(struct mp_project *project);

#endif
