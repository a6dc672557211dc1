/*
 * Reads the data files of tests/data/rpc, one kind for all tests of runner/rpc.
 *
 *   == name              a case begins
 *   : words              its options
 *   > text               input: the text and a line end
 *   >| text              input: the text without a line end
 *   < text               one expected line; a final ~ stands for any rest
 *   # text               remark
 *
 * In input %XX is the byte of that value and %% a percent sign; in expected
 * lines only bytes from %80 on are so written, as control bytes show as %XX in
 * what a test got. What a test makes of a case is its own matter: it writes
 * what it got into a buffer, one line each, and compares with case_check.
 */
#ifndef TESTS_UNIT_RPC_CASES_H
#define TESTS_UNIT_RPC_CASES_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/buf.h"

struct test_case {
    char name[160];
    char options[160];
    struct mp_buf input;
    struct mp_buf expected; /* lines, unescaped, each with its line end */
};

static inline void case_unescape(struct mp_buf *out, const char *text,
                                 unsigned lowest)
{
    for (; *text; text++) {
        unsigned value;
        if (text[0] == '%' && text[1] == '%') {
            mp_buf_append_char(out, '%');
            text++;
        } else if (text[0] == '%' && sscanf(text + 1, "%2x", &value) == 1 &&
                   value >= lowest) {
            mp_buf_append_char(out, (char)value);
            text += 2;
        } else {
            mp_buf_append_char(out, *text);
        }
    }
}

/* What a test got, made comparable: one line, control bytes as %XX. */
static inline void case_escape(struct mp_buf *out, const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            mp_buf_format(out, "%%%02X", (unsigned)(unsigned char)*text);
        else
            mp_buf_append_char(out, *text);
    }
}

static inline void case_add_line(struct test_case *c, const char *line)
{
    const char *text = strchr(line, ' ');
    text = text ? text + 1 : "";
    if (line[0] == ':') {
        snprintf(c->options, sizeof c->options, "%.150s", text);
    } else if (line[0] == '>') {
        case_unescape(&c->input, text, 0);
        if (line[1] != '|')
            mp_buf_append_char(&c->input, '\n');
    } else if (line[0] == '<') {
        case_unescape(&c->expected, text, 0x80);
        mp_buf_append_char(&c->expected, '\n');
    } else if (line[0] && line[0] != '#') {
        fail_msg("%s: cannot read the line: %s", c->name, line);
    }
}

static inline void case_reset(struct test_case *c, const char *name)
{
    mp_buf_finish(&c->input);
    mp_buf_finish(&c->expected);
    snprintf(c->name, sizeof c->name, "%.150s", name);
    c->options[0] = '\0';
}

/* Calls run for each case of tests/data/rpc/<file>; returns their number. */
static inline int case_for_each(const char *file,
                                void (*run)(const struct test_case *c))
{
    char path[512];
    struct test_case c = {.name = ""};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    int count = 0;
    snprintf(path, sizeof path, "%s/tests/data/rpc/%s", MPRUN_SOURCE_DIR, file);
    FILE *data = fopen(path, "r");
    if (!data)
        fail_msg("cannot read %s", path);
    while ((length = getline(&line, &capacity, data)) >= 0) {
        if (length && line[length - 1] == '\n')
            line[length - 1] = '\0';
        if (strncmp(line, "== ", 3)) {
            case_add_line(&c, line);
            continue;
        }
        if (count++)
            run(&c);
        case_reset(&c, line + 3);
    }
    if (count)
        run(&c);
    case_reset(&c, "");
    free(line);
    fclose(data);
    return count;
}

static inline int case_has(const struct test_case *c, const char *option)
{
    const char *at = strstr(c->options, option);
    return at && (at == c->options || at[-1] == ' ');
}

static inline int case_line_fits(const char *wanted, size_t wanted_length,
                                 const char *got, size_t got_length)
{
    if (wanted_length && wanted[wanted_length - 1] == '~')
        return got_length >= wanted_length - 1 &&
               !memcmp(wanted, got, wanted_length - 1);
    return got_length == wanted_length && !memcmp(wanted, got, got_length);
}

static inline void case_check(const struct test_case *c, const char *how,
                              const struct mp_buf *got)
{
    const char *wanted = mp_buf_text(&c->expected), *line = mp_buf_text(got);
    while (*wanted && *line) {
        size_t wanted_length = strcspn(wanted, "\n");
        size_t length = strcspn(line, "\n");
        if (!case_line_fits(wanted, wanted_length, line, length))
            break;
        wanted += wanted_length + 1;
        line += length + 1;
    }
    if (*wanted || *line)
        fail_msg("case \"%s\" (%s)\nexpected:\n%sgot:\n%s", c->name, how,
                 mp_buf_text(&c->expected), mp_buf_text(got));
}

#endif
