#include "platform-servers/c/sdk/diff.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "gherkin/memory.h"
#include "platform-servers/c/sdk/text.h"

enum { AROUND = 3, MOST_CELLS = 1000000 };

struct lines {
    struct gh_str *line;
    size_t count;
};

static struct lines split(const char *text)
{
    struct lines lines = {.count = 1};
    for (const char *at = text; *at; at++)
        lines.count += *at == '\n';
    lines.line = gh_alloc(lines.count * sizeof *lines.line);
    for (size_t i = 0; i < lines.count; i++) {
        size_t length = strcspn(text, "\n");
        lines.line[i] = (struct gh_str){text, length};
        text += length + 1;
    }
    return lines;
}

static bool are_equal(struct gh_str a, struct gh_str b)
{
    return a.len == b.len && !memcmp(a.ptr, b.ptr, a.len);
}

static void add(struct mprun_sdk_text *out, const char *sign,
                struct gh_str line)
{
    mprun_sdk_text_add(out, "\n", 1);
    mprun_sdk_text_add(out, sign, 1);
    mprun_sdk_text_add(out, line.ptr, line.len);
}

static void add_all(struct mprun_sdk_text *out, const char *sign,
                    const struct gh_str *line, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(out, sign, line[i]);
}

/* At [i * (m + 1) + j]: how many lines a from i on and b from j on share. */
static uint32_t *count_common(const struct gh_str *a, size_t n,
                              const struct gh_str *b, size_t m)
{
    size_t width = m + 1;
    uint32_t *table = gh_alloc((n + 1) * width * sizeof *table);
    for (size_t i = n; i-- > 0;) {
        for (size_t j = m; j-- > 0;) {
            const uint32_t *below = &table[(i + 1) * width + j];
            uint32_t right = table[i * width + j + 1];
            table[i * width + j] = are_equal(a[i], b[j]) ? below[1] + 1
                                   : *below > right      ? *below
                                                         : right;
        }
    }
    return table;
}

/* What lies between the equal beginning and the equal end. */
static void add_changes(struct mprun_sdk_text *out, const struct gh_str *a,
                        size_t n, const struct gh_str *b, size_t m)
{
    size_t i = 0;
    size_t j = 0;
    if (n && m && m + 1 <= MOST_CELLS / (n + 1)) {
        uint32_t *common = count_common(a, n, b, m);
        while (i < n && j < m) {
            if (are_equal(a[i], b[j])) {
                add(out, " ", a[i++]);
                j++;
            } else if (common[(i + 1) * (m + 1) + j] >=
                       common[i * (m + 1) + j + 1]) {
                add(out, "-", a[i++]);
            } else {
                add(out, "+", b[j++]);
            }
        }
        gh_free(common);
    }
    add_all(out, "-", a + i, n - i);
    add_all(out, "+", b + j, m - j);
}

static char *compare(const struct lines *a, const struct lines *b)
{
    size_t shorter = a->count < b->count ? a->count : b->count;
    size_t start = 0;
    size_t tail = 0;
    while (start < shorter && are_equal(a->line[start], b->line[start]))
        start++;
    while (tail < shorter - start && are_equal(a->line[a->count - 1 - tail],
                                               b->line[b->count - 1 - tail]))
        tail++;
    size_t from = start > AROUND ? start - AROUND : 0;
    size_t after = tail < AROUND ? tail : AROUND;
    struct mprun_sdk_text out = {0};
    mprun_sdk_text_format(&out,
                          "--- expected\n+++ actual\n@@ -%zu,%zu +%zu,%zu @@",
                          from + 1, a->count - tail + after - from, from + 1,
                          b->count - tail + after - from);
    add_all(&out, " ", a->line + from, start - from);
    add_changes(&out, a->line + start, a->count - tail - start, b->line + start,
                b->count - tail - start);
    add_all(&out, " ", a->line + a->count - tail, after);
    return mprun_sdk_text_take(&out);
}

char *mprun_sdk_diff(const char *expected, const char *actual)
{
    if (!strcmp(expected, actual) ||
        (!strchr(expected, '\n') && !strchr(actual, '\n')))
        return NULL;
    struct lines a = split(expected);
    struct lines b = split(actual);
    char *diff = compare(&a, &b);
    gh_free(a.line);
    gh_free(b.line);
    return diff;
}
