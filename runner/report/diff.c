#include "runner/report/diff.h"

#include <stdint.h>

#define MAX_LINES 400u
#define CONTEXT   3u

struct text {
    struct gh_str *lines;
    size_t count;
};

static struct text split(struct gh_arena *arena, const char *whole)
{
    struct text text = {0};
    size_t count = 1;
    for (const char *c = whole; *c; c++)
        count += *c == '\n';
    text.lines = gh_arena_array(arena, count, sizeof(*text.lines));
    while (*whole) {
        size_t length = strcspn(whole, "\n");
        struct gh_str line = {whole, length};
        text.lines[text.count++] = line;
        whole += length + (whole[length] == '\n');
    }
    return text;
}

struct edit {
    char kind; /* ' ', '-' or '+' */
    struct gh_str line;
};

struct edits {
    struct edit *list;
    size_t count;
};

static void add(struct edits *edits, char kind, struct gh_str line)
{
    struct edit edit = {kind, line};
    edits->list[edits->count++] = edit;
}

/* The table of the longest common subsequence, from the ends: cell (i, j) is
 * its length for a from i and b from j. */
static uint16_t *fill_table(struct gh_arena *arena, struct text a,
                            struct text b)
{
    size_t row = b.count + 1;
    uint16_t *table =
        gh_arena_array(arena, (a.count + 1) * row, sizeof(*table));
    for (size_t i = a.count; i-- > 0;) {
        for (size_t j = b.count; j-- > 0;) {
            uint16_t down = table[(i + 1) * row + j];
            uint16_t right = table[i * row + j + 1];
            uint16_t best = down > right ? down : right;
            if (gh_str_equal(a.lines[i], b.lines[j]))
                best = (uint16_t)(table[(i + 1) * row + j + 1] + 1);
            table[i * row + j] = best;
        }
    }
    return table;
}

static void walk(struct edits *edits, struct text a, struct text b,
                 const uint16_t *table)
{
    size_t row = b.count + 1;
    size_t i = 0, j = 0;
    while (i < a.count || j < b.count) {
        if (i < a.count && j < b.count &&
            gh_str_equal(a.lines[i], b.lines[j])) {
            add(edits, ' ', a.lines[i]);
            i++;
            j++;
        } else if (i < a.count &&
                   (j == b.count ||
                    table[(i + 1) * row + j] >= table[i * row + j + 1])) {
            add(edits, '-', a.lines[i++]);
        } else {
            add(edits, '+', b.lines[j++]);
        }
    }
}

static void replace_all(struct edits *edits, struct text a, struct text b)
{
    for (size_t i = 0; i < a.count; i++)
        add(edits, '-', a.lines[i]);
    for (size_t i = 0; i < b.count; i++)
        add(edits, '+', b.lines[i]);
}

static struct text part(struct text text, size_t start, size_t end)
{
    struct text result = {text.lines + start, end - start};
    return result;
}

static struct edits compare(struct gh_arena *arena, struct text a,
                            struct text b)
{
    struct edits edits = {0};
    edits.list =
        gh_arena_array(arena, a.count + b.count + 1, sizeof(*edits.list));
    size_t shorter = a.count < b.count ? a.count : b.count;
    size_t head = 0, tail = 0;
    while (head < shorter && gh_str_equal(a.lines[head], b.lines[head]))
        add(&edits, ' ', a.lines[head++]);
    while (tail < shorter - head && gh_str_equal(a.lines[a.count - 1 - tail],
                                                 b.lines[b.count - 1 - tail]))
        tail++;
    struct text c = part(a, head, a.count - tail);
    struct text d = part(b, head, b.count - tail);
    if (c.count > MAX_LINES || d.count > MAX_LINES)
        replace_all(&edits, c, d);
    else
        walk(&edits, c, d, fill_table(arena, c, d));
    for (size_t i = a.count - tail; i < a.count; i++)
        add(&edits, ' ', a.lines[i]);
    return edits;
}

static bool is_near_change(const struct edits *edits, size_t at)
{
    size_t start = at > CONTEXT ? at - CONTEXT : 0;
    for (size_t i = start; i < edits->count && i <= at + CONTEXT; i++) {
        if (edits->list[i].kind != ' ')
            return true;
    }
    return false;
}

void mp_diff_append(struct mp_buf *out, const char *expected,
                    const char *actual)
{
    struct gh_arena arena = {0};
    struct edits edits =
        compare(&arena, split(&arena, expected), split(&arena, actual));
    bool left_out = false;
    for (size_t i = 0; i < edits.count; i++) {
        if (!is_near_change(&edits, i)) {
            if (!left_out)
                mp_buf_append_text(out, "...\n");
            left_out = true;
            continue;
        }
        left_out = false;
        mp_buf_append_char(out, edits.list[i].kind);
        mp_buf_append_str(out, edits.list[i].line);
        mp_buf_append_char(out, '\n');
    }
    gh_arena_finish(&arena);
}
