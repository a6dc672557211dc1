/*
 * What the command line selects: which files, lines, combinations, names and
 * tags. Pure, but for the existence of files (mp_target_parse) and reading of
 * @rerun files; docs/cli.md.
 */
#ifndef RUNNER_PLAN_SELECT_H
#define RUNNER_PLAN_SELECT_H

#include <stdbool.h>

#include "gherkin/gherkin.h"
#include "gherkin/regex.h"
#include "runner/base/errors.h"

/* One positional argument, taken apart: PATH, PATH:12:30, or a case's id
 * PATH:12[reader=c,writer=python]. */
struct mp_target {
    const char *path;
    const uint32_t *lines;
    size_t line_count;
    const char *combination; /* NULL: all */
    const char *from; /* what names it, "mprun.yaml:3:12: "; NULL: the caller */
};

struct mp_targets {
    struct mp_target *list; /* owned; texts live in the arena */
    size_t count;
};

/* Appends what the argument means; "@FILE" stands for the lines of FILE. A
 * file that is not there, or a bad line number, is an error that names the
 * nearest. */
void mp_target_parse(const char *argument, struct gh_arena *arena,
                     struct mp_targets *targets, struct mp_errors *errors);

/* --tags and --name, compiled. Several of a kind must all hold for tags, one
 * of them for names. */
struct mp_filter {
    struct gh_tagexpr **tags;
    size_t tag_count;
    struct gh_regex **names;
    size_t name_count;
};

bool mp_filter_init(struct mp_filter *filter, const char *const *tags,
                    size_t tag_count, const char *const *names,
                    size_t name_count, struct mp_errors *errors);
void mp_filter_finish(struct mp_filter *filter);

/* Why the pickle is left out, NULL: it is in. Static text. */
const char *mp_filter_reason(const struct mp_filter *filter, struct gh_str name,
                             const struct gh_str *tags, size_t tag_count);

/* Lines, first and last included, by which a pickle may be asked for. */
struct mp_line_range {
    uint32_t first, last;
};

#define MP_PICKLE_RANGES 4

/* The scenario with all its steps, its own row of an outline, and the lines
 * that begin its Examples and its rule. Returns how many. */
size_t mp_pickle_lines(const struct gh_document *document,
                       const struct gh_pickle *pickle,
                       struct mp_line_range ranges[MP_PICKLE_RANGES]);

#endif
