/*
 * Data files of cases, each an input of several lines and what came of it:
 *
 *   remarks, up to the first case
 *   === name of the case
 *   the input, line by line
 *   ---
 *   the expected output, up to the next case
 *
 * In an input, "\r", "\0" and "\xNN" at any place stand for these bytes where
 * the name of the case ends in "(bytes)". cases_check calls on_case for each
 * and compares what it prints. With MPRUN_UPDATE_GOLDEN in the environment the
 * file is written anew instead, so that the difference can be reviewed.
 */
#ifndef TESTS_SUPPORT_CASES_H
#define TESTS_SUPPORT_CASES_H

#include "tests/support/golden.h"

typedef void cases_on_case(void *user, const char *name, const char *input,
                           size_t len, FILE *out);

/* Puts bytes for their escapes, in place. */
static inline size_t cases_unescape(char *text, size_t len)
{
    char *out = text;
    for (size_t i = 0; i < len; i++) {
        char next = i + 1 < len && text[i] == '\\' ? text[i + 1] : ' ';
        if (next == 'r' || next == '0') {
            *out++ = next == 'r' ? '\r' : '\0';
            i++;
        } else if (next == 'x' && i + 3 < len) {
            char hex[3] = {text[i + 2], text[i + 3], '\0'};
            *out++ = (char)strtoul(hex, NULL, 16);
            i += 3;
        } else {
            *out++ = text[i];
        }
    }
    return (size_t)(out - text);
}

/* The start of the next line that begins with mark, or the end. */
static inline char *cases_find(char *text, const char *mark)
{
    while (*text && strncmp(text, mark, strlen(mark)) != 0) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return text;
}

/* Plays the case that text begins with; returns the one after it. */
static inline char *cases_play(char *text, cases_on_case *on_case, void *user,
                               FILE *all)
{
    char *input = text + strcspn(text, "\n");
    char *stop = cases_find(input + (*input == '\n'), "---");
    char *next = cases_find(stop, "===");
    fprintf(all, "%.*s---\n", (int)(stop - text), text);
    char name[128];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(text + 4, "\n"),
             text + 4);
    input += *input == '\n';
    size_t len = (size_t)(stop - input);
    size_t name_len = strlen(name);
    if (name_len > 7 && !strcmp(name + name_len - 7, "(bytes)")) {
        char *copy = malloc(len + 1);
        memcpy(copy, input, len);
        on_case(user, name, copy, cases_unescape(copy, len), all);
        free(copy);
    } else {
        on_case(user, name, input, len, all);
    }
    return next;
}

/* True when all outputs are as the file says, or the file was updated. */
static inline bool cases_check(const char *path, cases_on_case *on_case,
                               void *user)
{
    char *wanted = golden_read(path), *text = golden_read(path), *got;
    size_t size;
    FILE *all = open_memstream(&got, &size);
    char *next = cases_find(text, "===");
    fprintf(all, "%.*s", (int)(next - text), text);
    while (*next)
        next = cases_play(next, on_case, user, all);
    fclose(all);
    bool same = true;
    if (getenv("MPRUN_UPDATE_GOLDEN")) {
        FILE *file = fopen(path, "wb");
        fputs(got, file);
        fclose(file);
    } else {
        same = golden_compare(path, wanted, got);
    }
    free(wanted);
    free(text);
    free(got);
    return same;
}

#endif
