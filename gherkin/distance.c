#include "gherkin/distance.h"

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
