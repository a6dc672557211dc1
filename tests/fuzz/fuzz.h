/*
 * What the fuzz targets share. Each target is one function; with libFuzzer
 * (-DMPRUN_FUZZ=ON) it is fed with what reaches new code, without it replay.c
 * feeds it the files that it is called with: seeds, and inputs that once went
 * wrong.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that must hold whatever the input is. */
#define MUST(condition)                                                        \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__,      \
                    #condition);                                               \
            abort();                                                           \
        }                                                                      \
    } while (0)

#endif
