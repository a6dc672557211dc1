/*
 * Data files that hold inputs and what came of them, one below the other:
 *
 *   # remarks and blank lines stay as they are
 *   expression: @a and @b
 *   | ( @a and @b )
 *
 * check calls on_input for each "name: value" line (and with an empty name for
 * a blank line); what on_input prints to out is compared with the lines behind
 * "| " that follow it in the file. With MPRUN_UPDATE_GOLDEN in the environment
 * the file is written anew instead, so that the difference can be reviewed.
 */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void golden_on_input(void *user, const char *name, const char *value,
                             FILE *out);

/* The whole file, NUL-terminated; the caller frees. */
static inline char *golden_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        abort();
    }
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = calloc(1, size + 1);
    size = fread(text, 1, size, file);
    fclose(file);
    return text;
}

static inline void golden_print_result(const char *result, FILE *all)
{
    while (*result) {
        size_t length = strcspn(result, "\n");
        fprintf(all, "|%s%.*s\n", length ? " " : "", (int)length, result);
        result += length + (result[length] == '\n');
    }
}

static inline void golden_play_line(const char *line, golden_on_input *on_input,
                                    void *user, FILE *all)
{
    if (*line == '|')
        return;
    fprintf(all, "%s\n", line);
    const char *colon = strchr(line, ':');
    if (*line == '#' || (*line && !colon))
        return;
    char name[32] = "", *result;
    size_t size;
    if (colon)
        snprintf(name, sizeof(name), "%.*s", (int)(colon - line), line);
    const char *value = !colon ? "" : colon[1] == ' ' ? colon + 2 : colon + 1;
    FILE *out = open_memstream(&result, &size);
    on_input(user, name, value, out);
    fclose(out);
    golden_print_result(result, all);
    free(result);
}

/* Prints the first line that differs. */
static inline bool golden_compare(const char *path, const char *wanted,
                                  const char *got)
{
    for (int line = 1; *wanted || *got; line++) {
        size_t w = strcspn(wanted, "\n"), g = strcspn(got, "\n");
        if (w != g || memcmp(wanted, got, w) != 0) {
            fprintf(stderr, "%s:%d: wanted: %.*s\n%s:%d: got:    %.*s\n", path,
                    line, (int)w, wanted, path, line, (int)g, got);
            return false;
        }
        wanted += w + (wanted[w] == '\n');
        got += g + (got[g] == '\n');
    }
    return true;
}

/* True when all results are as the file says, or the file was updated. */
static inline bool golden_check(const char *path, golden_on_input *on_input,
                                void *user)
{
    char *wanted = golden_read(path), *got;
    char *lines = golden_read(path);
    size_t size;
    FILE *all = open_memstream(&got, &size);
    for (char *line = lines, *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        golden_play_line(line, on_input, user, all);
    }
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
    free(lines);
    free(got);
    return same;
}

#endif
