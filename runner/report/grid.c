#include "runner/report/grid.h"

#include <stdlib.h>
#include <string.h>

/* Cases of a scenario come together: most texts are those of the case before.
 */
static const char *keep(struct mp_grid *grid, const char *before,
                        const char *text)
{
    if (before && !strcmp(before, text))
        return before;
    return gh_arena_copy(&grid->arena, gh_str_of(text));
}

void mp_grid_add(struct mp_grid *grid, const struct mp_case_result *result)
{
    if (grid->cell_count == grid->cell_capacity) {
        grid->cell_capacity = grid->cell_capacity * 2 + 64;
        grid->cells =
            gh_realloc(grid->cells, grid->cell_capacity * sizeof(*grid->cells));
    }
    struct mp_grid_cell none = {0};
    size_t count = grid->cell_count++;
    const struct mp_grid_cell *last = count ? &grid->cells[count - 1] : &none;
    grid->cells[count] = (struct mp_grid_cell){
        .number = result->number,
        .uri = keep(grid, last->uri, result->uri),
        .feature = keep(grid, last->feature, result->feature),
        .name = keep(grid, last->name, result->name),
        .combination = keep(grid, last->combination, result->combination),
        .line = result->line,
        .duration_ms = result->duration_ms,
        .status = result->status,
        .flaky = result->flaky,
        .is_repetition = result->repetition > 1,
    };
}

static int by_number(const void *a, const void *b)
{
    const struct mp_grid_cell *first = a, *second = b;
    return (first->number > second->number) - (first->number < second->number);
}

static bool is_same_scenario(const struct mp_grid_cell *a,
                             const struct mp_grid_cell *b)
{
    return a->line == b->line && !strcmp(a->uri, b->uri);
}

/* The cell that the repetition belongs to, among those kept so far. */
static struct mp_grid_cell *find_first(struct mp_grid *grid, size_t kept,
                                       const struct mp_grid_cell *cell)
{
    while (kept-- > 0 && is_same_scenario(&grid->cells[kept], cell)) {
        if (!strcmp(grid->cells[kept].combination, cell->combination))
            return &grid->cells[kept];
    }
    return NULL;
}

static void merge_repetitions(struct mp_grid *grid)
{
    size_t kept = 0;
    for (size_t i = 0; i < grid->cell_count; i++) {
        const struct mp_grid_cell *cell = &grid->cells[i];
        struct mp_grid_cell *first =
            cell->is_repetition ? find_first(grid, kept, cell) : NULL;
        if (!first) {
            grid->cells[kept++] = *cell;
            continue;
        }
        first->status = mp_status_worse(first->status, cell->status);
        first->flaky = first->flaky || cell->flaky;
        first->duration_ms += cell->duration_ms;
    }
    grid->cell_count = kept;
}

void mp_grid_sort(struct mp_grid *grid)
{
    if (!grid->cell_count)
        return;
    qsort(grid->cells, grid->cell_count, sizeof(*grid->cells), by_number);
    merge_repetitions(grid);
    grid->rows = gh_realloc(grid->rows, grid->cell_count * sizeof(*grid->rows));
    grid->row_count = 0;
    for (size_t i = 0; i < grid->cell_count; i++) {
        const struct mp_grid_cell *cell = &grid->cells[i];
        if (!i || !is_same_scenario(cell - 1, cell))
            grid->rows[grid->row_count++] = (struct mp_grid_row){cell, 0};
        grid->rows[grid->row_count - 1].count++;
    }
}

void mp_grid_finish(struct mp_grid *grid)
{
    gh_free(grid->cells);
    gh_free(grid->rows);
    gh_arena_finish(&grid->arena);
    memset(grid, 0, sizeof(*grid));
}

bool mp_grid_next_choice(const char **at, struct gh_str *process,
                         struct gh_str *platform)
{
    *at += strspn(*at, "[,");
    if (!**at || **at == ']')
        return false;
    *process = (struct gh_str){*at, strcspn(*at, "=,]")};
    *at += process->len;
    *at += **at == '=';
    *platform = (struct gh_str){*at, strcspn(*at, ",]")};
    *at += platform->len;
    return true;
}

bool mp_grid_has_same_processes(const struct mp_grid_row *a,
                                const struct mp_grid_row *b)
{
    const char *first = a->cells[0].combination;
    const char *second = b->cells[0].combination;
    struct gh_str x, y, platform;
    bool more, same = true;
    do {
        more = mp_grid_next_choice(&first, &x, &platform);
        same = mp_grid_next_choice(&second, &y, &platform) == more &&
               (!more || gh_str_equal(x, y));
    } while (more && same);
    return same;
}
