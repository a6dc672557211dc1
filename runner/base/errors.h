/*
 * Faults that the user can mend: a list of messages, each complete and
 * printable as it is ("mprun.yaml:3:5: unknown key 'comand', did you mean
 * 'command'?").
 *
 * Whoever finds a fault adds it and goes on, so that all faults show in one
 * run. Only cli/ prints them and decides the exit status. Warnings are kept
 * in the same order and never make a run fail.
 */
#ifndef RUNNER_BASE_ERRORS_H
#define RUNNER_BASE_ERRORS_H

#include <stdbool.h>
#include <stddef.h>

struct mp_fault {
    char *text; /* owned; without a final newline */
    bool warning;
};

struct mp_errors {
    struct mp_fault *list; /* owned, in the order of finding */
    size_t count;          /* errors and warnings */
    size_t error_count;
};

void mp_errors_add(struct mp_errors *errors, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mp_errors_warn(struct mp_errors *errors, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mp_errors_finish(struct mp_errors *errors);

#endif
