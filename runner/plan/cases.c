/* From a scenario to its cases. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/buf.h"
#include "runner/plan/combine.h"
#include "runner/plan/planner.h"

static const char *combination_text(struct mp_planner *p,
                                    const struct mp_scenario *scenario,
                                    const struct mp_platform *const *row)
{
    struct mp_buf text = {0};
    mp_buf_append_char(&text, '[');
    for (size_t i = 0; i < scenario->process_count; i++)
        mp_buf_format(&text, "%s%s=%s", i ? "," : "",
                      scenario->processes[i].name, row ? row[i]->name : "?");
    mp_buf_append_char(&text, ']');
    const char *copy = gh_arena_copy(p->arena, gh_str_of(text.data));
    mp_buf_finish(&text);
    return copy;
}

static void append_encoded(struct mp_buf *buf, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c <= ' ' || strchr("%/#?[]:", c) || c >= 0x7f)
            mp_buf_format(buf, "%%%02X", c);
        else
            mp_buf_append_char(buf, (char)c);
    }
}

/* Path, rule, scenario name, ordinal among equals, Examples and row number,
 * combination: nothing that moves when lines are added. */
static const char *case_key(struct mp_planner *p,
                            const struct mp_scenario *scenario,
                            const char *combination)
{
    struct mp_buf key = {0};
    mp_buf_append_text(&key, p->key);
    mp_buf_append_char(&key, '/');
    append_encoded(&key, scenario->rule);
    mp_buf_append_char(&key, '/');
    append_encoded(&key, scenario->scenario_name);
    mp_buf_format(&key, "/%u.%u.%u%s", scenario->equal_ordinal,
                  scenario->examples_number, scenario->row_number, combination);
    const char *copy = gh_arena_copy(p->arena, gh_str_of(key.data));
    mp_buf_finish(&key);
    return copy;
}

void mp_cases_leave_out(struct mp_planner *p, const char *id,
                        const char *reason)
{
    struct mp_plan *plan = p->plan;
    if (plan->left_out_count == p->left_capacity) {
        p->left_capacity = p->left_capacity ? p->left_capacity * 2 : 16;
        p->left_out =
            gh_realloc(p->left_out, p->left_capacity * sizeof(*p->left_out));
    }
    p->left_out[plan->left_out_count++] =
        (struct mp_left_out){.id = id, .reason = reason};
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_wanted(const struct mp_planner *p, const char *key)
{
    const struct mp_wanted_keys *wanted = p->request->wanted;
    return !wanted ||
           (wanted->count && bsearch(&key, wanted->list, wanted->count,
                                     sizeof(*wanted->list), by_text));
}

static void append_case(struct mp_planner *p, const struct mp_case *source)
{
    struct mp_plan *plan = p->plan;
    if (plan->case_count == p->case_capacity) {
        p->case_capacity = p->case_capacity ? p->case_capacity * 2 : 64;
        p->cases = gh_realloc(p->cases, p->case_capacity * sizeof(*p->cases));
    }
    p->cases[plan->case_count] = *source;
    p->cases[plan->case_count].number = plan->case_count + 1;
    plan->case_count++;
}

/* --repeat-each: the same case, with a key (so a seed) and folders of its own
 * each time. */
static void append_repeated(struct mp_planner *p, const struct mp_case *source)
{
    for (int i = 1; i <= p->request->repeat_each; i++) {
        struct mp_case one = *source;
        one.repetition = i;
        if (i > 1) {
            one.key = gh_arena_format(p->arena, "%s#%d", source->key, i);
            one.scenario_id =
                gh_arena_format(p->arena, "%s-%d", source->scenario_id, i);
        }
        append_case(p, &one);
    }
}

static void add_case(struct mp_planner *p, const struct mp_scenario *scenario,
                     const struct mp_platform *const *row, size_t ordinal,
                     const char *skip)
{
    const char *combination = combination_text(p, scenario, row);
    struct mp_case source = {
        .scenario = scenario,
        .platforms = row,
        .combination = combination,
        .id = gh_arena_format(p->arena, "%s:%u%s", scenario->uri,
                              scenario->at.line, combination),
        .key = case_key(p, scenario, combination),
        .scenario_id = gh_arena_format(p->arena, "%s-%u-%zu", p->stem,
                                       scenario->ordinal, ordinal),
        .skip = skip};
    if (!mp_places_wants(p, combination))
        mp_cases_leave_out(p, source.id, "another combination was asked for");
    else if (!is_wanted(p, source.key))
        mp_cases_leave_out(p, source.id,
                           "--last-failed: it did not fail in the last run");
    else if (p->request->repeat_each > 1 && !skip)
        append_repeated(p, &source);
    else
        append_case(p, &source);
}

static const char *unavailable_reason(struct mp_planner *p,
                                      const struct mp_scenario *scenario,
                                      const struct mp_platform *const *row)
{
    for (size_t i = 0; i < scenario->process_count; i++) {
        if (row[i]->unavailable)
            return gh_arena_format(p->arena,
                                   "platform '%s' is not available: %s",
                                   row[i]->name, row[i]->unavailable);
    }
    return NULL;
}

static enum mp_strategy strategy_of(const struct mp_planner *p,
                                    const struct mp_tag_demands *demands)
{
    if (p->request->has_strategy)
        return p->request->strategy;
    return demands->has_strategy ? demands->strategy : p->config->strategy;
}

static void too_many(struct mp_planner *p, const struct mp_scenario *scenario)
{
    mp_errors_add(p->errors,
                  "%s:%u:%u: '%s' has more than %d combinations; bound its "
                  "processes with @platform: or use @combinations:pairwise",
                  scenario->uri, scenario->scenario_at.line,
                  scenario->scenario_at.column, scenario->name,
                  MP_COMBINATIONS_MAX);
}

static const char *none_reason(enum mp_strategy strategy)
{
    if (strategy == MP_STRATEGY_MIXED)
        return "combinations: mixed needs two processes and two platforms";
    if (strategy == MP_STRATEGY_SAME)
        return "combinations: same, but no platform can play all processes";
    return "combinations.exclude leaves nothing";
}

static size_t count_possible(const struct mp_scenario *scenario)
{
    size_t count = 1;
    for (size_t i = 0; i < scenario->process_count; i++) {
        count *= scenario->processes[i].platform_count;
        if (count > MP_POSSIBLE_MAX)
            return MP_POSSIBLE_MAX;
    }
    return count;
}

void mp_cases_add(struct mp_planner *p, struct mp_scenario *scenario,
                  const struct mp_tag_demands *demands, const char *skip)
{
    struct mp_combinations rows;
    enum mp_strategy strategy = strategy_of(p, demands);
    if (skip) {
        add_case(p, scenario, NULL, 1, skip);
        return;
    }
    mp_combine(p->config, strategy, scenario->processes,
               scenario->process_count, p->arena, &rows);
    scenario->strategy = mp_strategy_name(strategy);
    scenario->combination_count = rows.count;
    scenario->possible_count = count_possible(scenario);
    if (rows.too_many)
        too_many(p, scenario);
    else if (!rows.count)
        add_case(p, scenario, NULL, 1, none_reason(strategy));
    for (size_t i = 0; i < rows.count; i++) {
        const struct mp_platform *const *row =
            rows.rows + i * scenario->process_count;
        add_case(p, scenario, row, i + 1, unavailable_reason(p, scenario, row));
    }
}
