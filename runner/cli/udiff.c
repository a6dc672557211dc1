/* Eugene Myers, "An O(ND) difference algorithm and its variations", 1986: the
 * greedy search for the shortest way through the grid of both texts, each of
 * its rounds kept to walk back. */
#include "runner/cli/udiff.h"

#include <stdint.h>
#include <string.h>

struct lines {
    struct gh_str *list; /* with their line ends */
    size_t count;
};

struct diff {
    struct lines a, b;
    size_t head, tail; /* lines that both begin and end with */
    bool *removed;     /* of a */
    bool *added;       /* of b */
};

static struct lines split(struct gh_arena *arena, struct gh_str text)
{
    struct lines lines = {0};
    const char *at = text.ptr, *end = text.ptr + text.len;
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    lines.list = gh_arena_array(arena, count, sizeof(*lines.list));
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop + 1 : end;
        lines.list[lines.count++] = (struct gh_str){at, (size_t)(stop - at)};
        at = stop;
    }
    return lines;
}

static bool same(const struct diff *d, size_t a, size_t b)
{
    return gh_str_equal(d->a.list[a], d->b.list[b]);
}

static void skip_ends(struct diff *d)
{
    size_t least = d->a.count < d->b.count ? d->a.count : d->b.count;
    while (d->head < least && same(d, d->head, d->head))
        d->head++;
    while (d->head + d->tail < least &&
           same(d, d->a.count - 1 - d->tail, d->b.count - 1 - d->tail))
        d->tail++;
}

/* -- The shortest way --------------------------------------------------- */

/* furthest[k] is the line of a that was reached on the diagonal k = line of a
 * - line of b; rounds keeps what it was before each round, of round r from
 * -r to r. */
struct search {
    const struct diff *diff;
    int32_t rows, columns; /* lines of a and of b between head and tail */
    int32_t *furthest;
    int32_t *rounds;
};

static int32_t *before_round(const struct search *s, int round)
{
    size_t r = (size_t)round;
    return s->rounds + r * r + r;
}

/* Whether the way to diagonal k comes from the one above: a line is added. */
static bool comes_down(const int32_t *furthest, int round, int k)
{
    return k == -round || (k != round && furthest[k - 1] < furthest[k + 1]);
}

static bool play_round(struct search *s, int round)
{
    int32_t *furthest = s->furthest;
    size_t head = s->diff->head;
    memcpy(before_round(s, round) - round, furthest - round,
           (2 * (size_t)round + 1) * sizeof(*furthest));
    for (int k = -round; k <= round; k += 2) {
        int32_t x = comes_down(furthest, round, k) ? furthest[k + 1]
                                                   : furthest[k - 1] + 1;
        int32_t y = x - k;
        while (x < s->rows && y < s->columns &&
               same(s->diff, head + (size_t)x, head + (size_t)y)) {
            x++;
            y++;
        }
        furthest[k] = x;
        if (x >= s->rows && y >= s->columns)
            return true;
    }
    return false;
}

static void walk_back(const struct search *s, struct diff *d, int round)
{
    int32_t x = s->rows, y = s->columns;
    for (; round > 0; round--) {
        const int32_t *before = before_round(s, round);
        int k = x - y;
        bool down = comes_down(before, round, k);
        x = down ? before[k + 1] : before[k - 1];
        y = x - (down ? k + 1 : k - 1);
        if (down)
            d->added[d->head + (size_t)y] = true;
        else
            d->removed[d->head + (size_t)x] = true;
    }
}

static bool search(struct diff *d, struct gh_arena *arena)
{
    const size_t most = MP_UDIFF_CHANGES;
    struct search s = {
        .diff = d,
        .rows = (int32_t)(d->a.count - d->head - d->tail),
        .columns = (int32_t)(d->b.count - d->head - d->tail),
    };
    size_t widest = (size_t)s.rows + (size_t)s.columns;
    if (widest > most)
        widest = most;
    s.furthest = gh_arena_array(arena, 2 * widest + 3, sizeof(*s.furthest));
    s.furthest += widest + 1;
    s.rounds = gh_arena_array(arena, (widest + 1) * (widest + 1) + widest + 2,
                              sizeof(*s.rounds));
    for (int round = 0; (size_t)round <= widest; round++) {
        if (play_round(&s, round)) {
            walk_back(&s, d, round);
            return true;
        }
    }
    return false;
}

static void find_changes(struct diff *d, struct gh_arena *arena)
{
    d->removed = gh_arena_array(arena, d->a.count + 1, sizeof(bool));
    d->added = gh_arena_array(arena, d->b.count + 1, sizeof(bool));
    skip_ends(d);
    if (search(d, arena))
        return;
    memset(d->removed + d->head, true, d->a.count - d->head - d->tail);
    memset(d->added + d->head, true, d->b.count - d->head - d->tail);
}

/* -- Printing ----------------------------------------------------------- */

static void put_line(struct mp_buf *out, char mark, struct gh_str line)
{
    mp_buf_append_char(out, mark);
    mp_buf_append_str(out, line);
    if (!line.len || line.ptr[line.len - 1] != '\n')
        mp_buf_append_text(out, "\n\\ No newline at end of file\n");
}

static bool changed(const struct diff *d, size_t a, size_t b)
{
    return (a < d->a.count && d->removed[a]) || (b < d->b.count && d->added[b]);
}

/* The lines of both up to which a hunk goes that has the change at a, b: the
 * next change is further off than what is shown around both. */
static void end_of_hunk(const struct diff *d, size_t *a, size_t *b)
{
    size_t equal = 0;
    while ((*a < d->a.count || *b < d->b.count) &&
           equal <= 2 * MP_UDIFF_CONTEXT) {
        if (changed(d, *a, *b)) {
            equal = 0;
            *a += *a < d->a.count && d->removed[*a] ? 1 : 0;
            if (*b < d->b.count && d->added[*b])
                ++*b;
            continue;
        }
        equal++;
        ++*a;
        ++*b;
    }
    size_t extra = equal > MP_UDIFF_CONTEXT ? equal - MP_UDIFF_CONTEXT : 0;
    *a -= extra;
    *b -= extra;
}

static void put_range(struct mp_buf *out, char mark, size_t start, size_t end)
{
    size_t count = end - start;
    mp_buf_format(out, "%c%zu", mark, count ? start + 1 : start);
    if (count != 1)
        mp_buf_format(out, ",%zu", count);
}

static void put_hunk(struct mp_buf *out, const struct diff *d, size_t *a,
                     size_t *b)
{
    size_t back = *a < *b ? *a : *b;
    back = back < MP_UDIFF_CONTEXT ? back : MP_UDIFF_CONTEXT;
    size_t i = *a - back, j = *b - back;
    end_of_hunk(d, a, b);
    mp_buf_append_text(out, "@@ ");
    put_range(out, '-', i, *a);
    mp_buf_append_char(out, ' ');
    put_range(out, '+', j, *b);
    mp_buf_append_text(out, " @@\n");
    while (i < *a || j < *b) {
        if (i < *a && d->removed[i])
            put_line(out, '-', d->a.list[i++]);
        else if (j < *b && d->added[j])
            put_line(out, '+', d->b.list[j++]);
        else {
            put_line(out, ' ', d->a.list[i++]);
            j++;
        }
    }
}

void mp_udiff_append(struct mp_buf *out, const char *name, struct gh_str before,
                     struct gh_str after)
{
    if (gh_str_equal(before, after))
        return;
    struct gh_arena arena = {0};
    struct diff d = {.a = split(&arena, before), .b = split(&arena, after)};
    find_changes(&d, &arena);
    /* A tab ends a name that has spaces, as patch wants it. */
    const char *tab = strchr(name, ' ') ? "\t" : "";
    mp_buf_format(out, "--- %s%s\n+++ %s%s\n", name, tab, name, tab);
    size_t a = 0, b = 0;
    while (a < d.a.count || b < d.b.count) {
        if (changed(&d, a, b)) {
            put_hunk(out, &d, &a, &b);
        } else {
            a++;
            b++;
        }
    }
    gh_arena_finish(&arena);
}
