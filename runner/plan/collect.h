/*
 * From paths to feature files: folders are searched, names sorted bytewise so
 * that the order depends on nothing else. The only part of runner/plan that
 * reads folders.
 */
#ifndef RUNNER_PLAN_COLLECT_H
#define RUNNER_PLAN_COLLECT_H

#include "gherkin/memory.h"
#include "runner/base/errors.h"
#include "runner/plan/select.h"

/* A feature file, with what was asked of it. */
struct mp_feature_file {
    const char *path; /* as reported */
    const char *root; /* the folder that was searched, or the file's own */
    const struct mp_target **targets; /* those that led here */
    size_t target_count;
};

struct mp_feature_files {
    struct mp_feature_file *list; /* owned by finish; texts in the arena */
    size_t count;
};

/* Finds *.feature and *.feature.md under each target (hidden folders and
 * node_modules are passed over), each file once whatever paths lead to it, in
 * the order of the targets and sorted within a folder; what only symbolic
 * links lead to comes last. What is not there, or no feature file, is an
 * error with the nearest name. */
void mp_collect(const struct mp_targets *targets, struct gh_arena *arena,
                struct mp_feature_files *files, struct mp_errors *errors);
void mp_feature_files_finish(struct mp_feature_files *files);

/* Is it named like a feature file? */
bool mp_is_feature_name(const char *path);

#endif
