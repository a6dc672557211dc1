#include "runner/plan/combine.h"

#include <stdlib.h>
#include <string.h>

#include "runner/plan/combine_private.h"

/* Does the strategy take the row? */
static bool strategy_takes(const struct mp_maker *m, const int *row)
{
    bool one = true;
    for (size_t p = 1; p < m->width; p++)
        one = one && mp_maker_platform(m, p, row[p]) ==
                         mp_maker_platform(m, 0, row[0]);
    if (m->strategy == MP_STRATEGY_SAME)
        return one;
    return m->strategy != MP_STRATEGY_MIXED || !one;
}

/* Is a rule fulfilled by the first `set` choices, the last of them included? */
static bool breaks_rule(const struct mp_maker *m, const int *row, size_t set)
{
    for (size_t i = 0; i < m->rule_count; i++) {
        const int *rule = m->rules + i * m->width;
        bool matches = rule[set - 1] != MP_MAKER_OPEN || set == m->width;
        for (size_t p = 0; p < m->width && matches; p++)
            matches =
                rule[p] == MP_MAKER_OPEN || (p < set && rule[p] == row[p]);
        if (matches)
            return true;
    }
    return false;
}

void mp_maker_add(struct mp_maker *m, const int *row)
{
    if (m->count == m->capacity) {
        m->capacity = m->capacity ? m->capacity * 2 : 16;
        m->rows =
            gh_realloc(m->rows, m->capacity * m->width * sizeof(*m->rows));
    }
    memcpy(m->rows + m->count++ * m->width, row, m->width * sizeof(*row));
}

/* Goes to the next row in which all that is bound stays; false: there is no
 * more. `at` is the first choice that has to change. */
static bool step_on(const struct mp_maker *m, const int *bound, int *row,
                    size_t *at)
{
    for (size_t p = *at + 1; p-- > 0;) {
        bool open = bound[p] == MP_MAKER_OPEN;
        if (open && (size_t)row[p] + 1 < m->processes[p].platform_count) {
            row[p]++;
            *at = p;
            return true;
        }
        row[p] = open ? 0 : bound[p];
    }
    return false;
}

/* Every row that agrees with bound, the last process fastest. Those that a
 * rule forbids are passed over together where rules is true. on_row returns
 * false to end it; so does walk. */
static bool walk(struct mp_maker *m, const int *bound, bool rules,
                 bool (*on_row)(struct mp_maker *m, const int *row))
{
    int *row = gh_alloc(m->width * sizeof(*row));
    bool ok = true;
    for (size_t p = 0; p < m->width; p++)
        row[p] = bound[p] == MP_MAKER_OPEN ? 0 : bound[p];
    for (size_t from = 0, at;;) {
        bool good = true;
        ok = ++m->steps < MP_MAKER_STEPS_MAX;
        for (at = from; ok && rules && at < m->width; at++) {
            good = !breaks_rule(m, row, at + 1);
            if (!good)
                break;
        }
        if (ok && good)
            ok = on_row(m, row);
        at = good ? m->width - 1 : at;
        for (size_t p = at + 1; p < m->width; p++)
            row[p] = bound[p] == MP_MAKER_OPEN ? 0 : bound[p];
        if (!ok || !step_on(m, bound, row, &at))
            break;
        from = at;
    }
    gh_free(row);
    return ok;
}

static bool take_row(struct mp_maker *m, const int *row)
{
    if (!strategy_takes(m, row))
        return true;
    mp_maker_add(m, row);
    return m->count <= MP_COMBINATIONS_MAX;
}

static int *open_row(const struct mp_maker *m)
{
    int *bound = gh_alloc(m->width * sizeof(*bound));
    for (size_t p = 0; p < m->width; p++)
        bound[p] = MP_MAKER_OPEN;
    return bound;
}

static bool add_product(struct mp_maker *m)
{
    int *bound = open_row(m);
    bool ok = walk(m, bound, true, take_row);
    gh_free(bound);
    return ok;
}

static int platform_index(const struct mp_maker *m, size_t process,
                          const struct mp_platform *platform)
{
    const struct mp_process *of = &m->processes[process];
    for (size_t i = 0; i < of->platform_count; i++) {
        if (of->platforms[i] == platform)
            return (int)i;
    }
    return MP_MAKER_OPEN;
}

/* One platform for all: as many rows as the first process has platforms. */
static void add_same(struct mp_maker *m)
{
    int *row = gh_alloc(m->width * sizeof(*row));
    for (size_t i = 0; i < m->processes[0].platform_count; i++) {
        bool all = true, broken = false;
        for (size_t p = 0; p < m->width; p++) {
            row[p] = platform_index(m, p, m->processes[0].platforms[i]);
            all = all && row[p] != MP_MAKER_OPEN;
        }
        for (size_t p = 0; p < m->width && all; p++)
            broken = broken || breaks_rule(m, row, p + 1);
        if (all && !broken)
            mp_maker_add(m, row);
    }
    gh_free(row);
}

/* Bindings as indexes. False: they name a process or a platform that is not
 * there, and so match nothing. */
static bool read_bindings(const struct mp_maker *m,
                          const struct mp_bindings *bindings, int *row)
{
    for (size_t p = 0; p < m->width; p++)
        row[p] = MP_MAKER_OPEN;
    for (size_t b = 0; b < bindings->count; b++) {
        const struct mp_binding *binding = &bindings->list[b];
        bool found = false;
        for (size_t p = 0; p < m->width && !found; p++) {
            if (strcmp(m->processes[p].name, binding->process))
                continue;
            row[p] = platform_index(m, p, binding->platform);
            found = row[p] != MP_MAKER_OPEN;
        }
        if (!found)
            return false;
    }
    return bindings->count > 0;
}

static void read_rules(struct mp_maker *m, const struct mp_config *config)
{
    m->rules =
        gh_alloc((config->exclude_count + 1) * m->width * sizeof(*m->rules));
    for (size_t i = 0; i < config->exclude_count; i++)
        m->rule_count += read_bindings(m, &config->exclude[i],
                                       m->rules + m->rule_count * m->width);
}

static bool agrees(const struct mp_maker *m, const int *bound, const int *row)
{
    for (size_t p = 0; p < m->width; p++) {
        if (bound[p] != MP_MAKER_OPEN && bound[p] != row[p])
            return false;
    }
    return true;
}

/* Is the row in the set without looking through all of it? */
static bool is_there(const struct mp_maker *m, const int *row)
{
    for (size_t i = 0; i < m->include; i++) {
        if (agrees(m, m->includes + i * m->width, row))
            return true;
    }
    if (m->strategy == MP_STRATEGY_PAIRWISE) {
        for (size_t i = 0; i < m->own_count; i++) {
            if (!memcmp(m->rows + i * m->width, row, m->width * sizeof(*row)))
                return true;
        }
        return false;
    }
    bool broken = false;
    for (size_t p = 0; p < m->width; p++)
        broken = broken || breaks_rule(m, row, p + 1);
    return !broken && strategy_takes(m, row);
}

static bool take_included(struct mp_maker *m, const int *row)
{
    if (!is_there(m, row))
        mp_maker_add(m, row);
    return m->count <= MP_COMBINATIONS_MAX;
}

/* Includes add those rows of the product that they match. */
static bool add_includes(struct mp_maker *m, const struct mp_config *config)
{
    bool ok = true;
    m->own_count = m->count;
    m->includes =
        gh_alloc((config->include_count + 1) * m->width * sizeof(*m->includes));
    for (size_t i = 0; i < config->include_count && ok; i++) {
        int *bound = m->includes + m->include * m->width;
        if (!read_bindings(m, &config->include[i], bound))
            continue;
        ok = walk(m, bound, false, take_included);
        m->include++;
    }
    return ok;
}

static void keep_rows(const struct mp_maker *m, struct gh_arena *arena,
                      struct mp_combinations *result)
{
    const struct mp_platform **rows =
        gh_arena_array(arena, m->count * m->width, sizeof(*rows));
    for (size_t i = 0; i < m->count * m->width; i++)
        rows[i] = mp_maker_platform(m, i % m->width, m->rows[i]);
    result->rows = rows;
    result->count = m->count;
}

static bool add_rows(struct mp_maker *m)
{
    if (m->strategy == MP_STRATEGY_PAIRWISE && m->width > 1)
        return mp_pairwise_add(m);
    if (m->strategy != MP_STRATEGY_SAME)
        return add_product(m);
    add_same(m);
    return true;
}

void mp_combine(const struct mp_config *config, enum mp_strategy strategy,
                const struct mp_process *processes, size_t process_count,
                struct gh_arena *arena, struct mp_combinations *result)
{
    struct mp_maker m = {
        .strategy = strategy, .processes = processes, .width = process_count};
    memset(result, 0, sizeof(*result));
    read_rules(&m, config);
    if (add_rows(&m) && add_includes(&m, config))
        keep_rows(&m, arena, result);
    else
        result->too_many = true;
    gh_free(m.rows);
    gh_free(m.rules);
    gh_free(m.includes);
}
