/*
 * All cases of a run, a few words of each, in the order of the plan: what a
 * report needs that shows scenarios beside combinations (markdown, github, the
 * end of progress).
 *
 *   mp_grid_add with each case -> mp_grid_sort -> rows, cells
 *
 * A row is a scenario or a row of an outline; its cells are its combinations
 * in the plan's order, each with the worst status of its repetitions. Texts
 * are the grid's own and live as long as it does. A zeroed grid is empty.
 */
#ifndef RUNNER_REPORT_GRID_H
#define RUNNER_REPORT_GRID_H

#include "gherkin/memory.h"
#include "runner/report/results.h"

struct mp_grid_cell {
    int64_t number;                                 /* of its first case */
    const char *uri, *feature, *name, *combination; /* never NULL */
    int64_t line;
    double duration_ms; /* together */
    enum mp_status status;
    bool flaky;
    bool is_repetition; /* with --repeat-each */
};

struct mp_grid_row {
    const struct mp_grid_cell *cells;
    size_t count;
};

struct mp_grid {
    struct gh_arena arena;
    struct mp_grid_cell *cells; /* owned */
    size_t cell_count, cell_capacity;
    struct mp_grid_row *rows; /* owned; made by sort */
    size_t row_count;
};

void mp_grid_add(struct mp_grid *grid, const struct mp_case_result *result);
/* Makes the rows; no case is added afterwards. */
void mp_grid_sort(struct mp_grid *grid);
void mp_grid_finish(struct mp_grid *grid);

/* The next "reader=c" of a combination: false at its end. *at is moved, first
 * from the combination's start. */
bool mp_grid_next_choice(const char **at, struct gh_str *process,
                         struct gh_str *platform);
/* Do both rows have the same processes? They then share a table. */
bool mp_grid_has_same_processes(const struct mp_grid_row *a,
                                const struct mp_grid_row *b);

#endif
