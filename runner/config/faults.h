/*
 * Faults of one file, with their places, handed on sorted.
 *
 * The checks of a configuration go by topic, not by line; whoever reads the
 * messages goes by line. So they are collected here and flushed into an
 * mp_errors in the order of the file, as `mprun.yaml:LINE:COLUMN: text`.
 *
 * A zeroed struct with a path is ready for use. Texts are owned here until
 * flush, which empties it.
 */
#ifndef RUNNER_CONFIG_FAULTS_H
#define RUNNER_CONFIG_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/base/errors.h"

struct mp_located_fault {
    char *text; /* owned */
    int line, column;
    bool warning;
    size_t ordinal; /* of finding, for a stable order */
};

struct mp_faults {
    const char *path; /* borrowed, as shown */
    struct mp_located_fault *list;
    size_t count;
    size_t error_count;
};

void mp_faults_add(struct mp_faults *faults, int line, int column,
                   const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void mp_faults_warn(struct mp_faults *faults, int line, int column,
                    const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Moves all of them to errors, sorted by place. */
void mp_faults_flush(struct mp_faults *faults, struct mp_errors *errors);

#endif
