#include "gherkin/distance.h"

#include <stdbool.h>
#include <stdint.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Three rows of the usual table. */
size_t gh_distance(struct gh_str a, struct gh_str b)
{
    size_t rows[3][GH_DISTANCE_LONGEST + 1];
    if (a.len > GH_DISTANCE_LONGEST || b.len > GH_DISTANCE_LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = rows[i % 3];
        const size_t *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            now[j] = least(change, least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
                a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

/* Cells farther from the diagonal than most are no less than that. */
size_t gh_distance_below(struct gh_str a, struct gh_str b, size_t most)
{
    size_t rows[3][GH_DISTANCE_LONGEST + 2] = {{0}};
    size_t nearest[2] = {0, 0}; /* of the last two rows */
    if (a.len > GH_DISTANCE_LONGEST || b.len > GH_DISTANCE_LONGEST ||
        a.len >= b.len + most || b.len >= a.len + most)
        return most;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len && least(nearest[0], nearest[1]) < most;
         i++) {
        size_t *now = rows[i % 3];
        const size_t *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        size_t from = i > most ? i - most : 1, to = least(b.len, i + most);
        size_t row = now[from - 1] = from == 1 ? i : most;
        for (size_t j = from; j <= to; j++) {
            size_t change = last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            now[j] = least(change, least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
                a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
            row = least(row, now[j]);
        }
        now[to + 1] = most;
        nearest[i % 2] = row;
    }
    bool given_up = least(nearest[0], nearest[1]) >= most;
    return given_up ? most : least(rows[a.len % 3][b.len], most);
}
