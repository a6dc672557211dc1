/* From a pickle to a planned scenario, if it is selected. */
#include <string.h>

#include "gherkin/hash.h"
#include "runner/plan/planner.h"

static uint64_t hash_names(const struct gh_pickle *pickle)
{
    uint64_t hash = gh_hash_str(GH_HASH_START, pickle->rule_name);
    hash = gh_hash_byte(hash, 0xff); /* no byte of a text */
    hash = gh_hash_str(hash, pickle->scenario_name);
    return hash ? hash : 1;
}

static struct mp_same_name *find_same(struct mp_same_name *table,
                                      size_t capacity, uint64_t hash)
{
    size_t at = (size_t)hash & (capacity - 1);
    while (table[at].hash && table[at].hash != hash)
        at = (at + 1) & (capacity - 1);
    return &table[at];
}

static void grow_same_names(struct mp_planner *p)
{
    size_t capacity = p->same_capacity ? p->same_capacity * 2 : 64;
    struct mp_same_name *table = gh_alloc(capacity * sizeof(*table));
    for (size_t i = 0; i < p->same_capacity; i++) {
        if (p->same_names[i].hash)
            *find_same(table, capacity, p->same_names[i].hash) =
                p->same_names[i];
    }
    gh_free(p->same_names);
    p->same_names = table;
    p->same_capacity = capacity;
}

static uint32_t equal_ordinal(struct mp_planner *p,
                              const struct gh_pickle *pickle)
{
    if (p->same_count * 2 >= p->same_capacity)
        grow_same_names(p);
    uint64_t hash = hash_names(pickle);
    struct mp_same_name *same =
        find_same(p->same_names, p->same_capacity, hash);
    if (!same->hash)
        p->same_count++;
    if (!same->hash || same->line != pickle->scenario_at.line)
        same->count++;
    same->hash = hash;
    same->line = pickle->scenario_at.line;
    return same->count;
}

/* A text that most scenarios share with the one before is kept once. */
static const char *keep_once(struct mp_planner *p, const char *before,
                             struct gh_str text)
{
    return before && gh_str_equal(gh_str_of(before), text)
               ? before
               : gh_arena_copy(p->arena, text);
}

static void copy_head(struct mp_planner *p, const struct gh_pickle *pickle,
                      struct mp_scenario *scenario)
{
    static const struct mp_scenario none = {0};
    const struct mp_scenario *before =
        p->plan->scenario_count
            ? p->plan->scenarios[p->plan->scenario_count - 1]
            : &none;
    scenario->uri = p->file->path;
    scenario->feature = keep_once(p, before->feature, pickle->feature_name);
    scenario->rule = keep_once(p, before->rule, pickle->rule_name);
    scenario->name = gh_arena_copy(p->arena, pickle->name);
    scenario->scenario_name =
        keep_once(p, scenario->name, pickle->scenario_name);
    scenario->language = keep_once(p, before->language, pickle->language);
    scenario->at = pickle->at;
    scenario->scenario_at = pickle->scenario_at;
    scenario->ordinal = pickle->ordinal;
    scenario->examples_number = pickle->examples_number;
    scenario->row_number = pickle->row_number;
    struct mp_tag *tags =
        gh_arena_array(p->arena, pickle->tag_count, sizeof(*tags));
    for (size_t i = 0; i < pickle->tag_count; i++) {
        tags[i].name = gh_arena_copy(p->arena, pickle->tags[i].name);
        tags[i].level = pickle->tags[i].level;
    }
    scenario->tags = tags;
    scenario->tag_count = pickle->tag_count;
}

static void apply_demands(struct mp_planner *p,
                          const struct mp_tag_demands *demands,
                          struct mp_scenario *scenario)
{
    const struct mp_plan_request *request = p->request;
    scenario->timeout_ms = request->scenario_timeout_ms >= 0
                               ? request->scenario_timeout_ms
                               : p->config->scenario_timeout_ms;
    if (demands->scenario_timeout_ms >= 0)
        scenario->timeout_ms = demands->scenario_timeout_ms;
    if (request->unhurried)
        scenario->timeout_ms = 0;
    scenario->retries =
        demands->retries >= 0 ? demands->retries : request->retries;
    if (request->unhurried)
        scenario->retries = 0;
    scenario->serial = demands->serial;
    scenario->locks = demands->locks;
    scenario->lock_count = demands->lock_count;
    scenario->notes = demands->notes;
    scenario->note_count = demands->note_count;
}

/* --combinations comes before a tag, which then is displaced, too. */
static void note_strategy(struct mp_planner *p,
                          const struct mp_tag_demands *demands,
                          struct mp_scenario *scenario)
{
    const struct mp_plan_request *request = p->request;
    if (!request->has_strategy || !demands->has_strategy ||
        request->strategy == demands->strategy)
        return;
    size_t count = demands->note_count;
    const char **notes = gh_arena_array(p->arena, count + 1, sizeof(*notes));
    if (count)
        memcpy(notes, demands->notes, count * sizeof(*notes));
    notes[count] = gh_arena_format(
        p->arena, "@combinations:%s is displaced by --combinations %s",
        mp_strategy_name(demands->strategy),
        mp_strategy_name(request->strategy));
    scenario->notes = notes;
    scenario->note_count = count + 1;
}

static void keep_scenario(struct mp_planner *p,
                          const struct mp_scenario *scenario)
{
    struct mp_plan *plan = p->plan;
    if (plan->scenario_count == p->scenario_capacity) {
        p->scenario_capacity =
            p->scenario_capacity ? p->scenario_capacity * 2 : 64;
        plan->scenarios = gh_realloc(
            plan->scenarios, p->scenario_capacity * sizeof(*plan->scenarios));
    }
    plan->scenarios[plan->scenario_count++] = scenario;
}

static struct mp_route_request route_of(const struct mp_planner *p,
                                        const struct gh_pickle *pickle,
                                        const struct mp_tag_demands *demands)
{
    return (struct mp_route_request){.config = p->config,
                                     .patterns = &p->patterns,
                                     .pickle = pickle,
                                     .tag_timeout_ms = demands->timeout_ms,
                                     .flag_timeout_ms =
                                         p->request->step_timeout_ms,
                                     .unhurried = p->request->unhurried};
}

/* --max-processes: the run plays a case that never fits alone, so it is the
 * plan that keeps the promise. */
static void check_size(struct mp_planner *p, const struct mp_scenario *scenario)
{
    size_t most = (size_t)p->request->max_processes;
    if (most && scenario->member_count > most)
        mp_errors_add(p->errors,
                      "%s:%u:%u: '%s' has %zu processes, --max-processes "
                      "allows %zu",
                      scenario->uri, scenario->at.line, scenario->at.column,
                      scenario->name, scenario->member_count, most);
}

static void plan_selected(struct mp_planner *p, const struct gh_pickle *pickle,
                          const struct mp_tag_demands *demands,
                          uint32_t ordinal)
{
    struct mp_scenario *scenario = gh_arena_alloc(p->arena, sizeof(*scenario));
    struct mp_route_request route = route_of(p, pickle, demands);
    copy_head(p, pickle, scenario);
    scenario->equal_ordinal = ordinal;
    apply_demands(p, demands, scenario);
    note_strategy(p, demands, scenario);
    if (!mp_route(&route, p->arena, scenario, p->errors))
        return;
    mp_bound_note(p, demands, scenario);
    mp_bound_split(p, demands, scenario);
    if (!scenario->step_count)
        mp_errors_warn(p->errors,
                       "%s:%u:%u: warning: '%s' has no steps and passes "
                       "without doing anything",
                       scenario->uri, scenario->at.line, scenario->at.column,
                       scenario->name);
    check_size(p, scenario);
    keep_scenario(p, scenario);
    const char *skip = mp_platforms_find(
        p, demands, scenario, (struct mp_process *)scenario->processes);
    mp_cases_add(p, scenario, demands, skip);
}

void mp_scenario_plan(struct mp_planner *p, const struct gh_pickle *pickle)
{
    struct mp_tag_demands demands;
    uint32_t ordinal = equal_ordinal(p, pickle);
    const char *reason = mp_places_reason(p, pickle);
    if (!reason) {
        mp_tags_read(p->config, p->file->path, pickle, p->arena, &demands,
                     p->errors);
        reason = mp_filter_reason(&p->filter, pickle->name, demands.effective,
                                  demands.effective_count);
    }
    if (reason) {
        const char *id =
            gh_arena_format(p->arena, "%s:%u", p->file->path, pickle->at.line);
        mp_cases_leave_out(p, id, reason);
    } else {
        mp_places_reached(p);
        plan_selected(p, pickle, &demands, ordinal);
    }
}
