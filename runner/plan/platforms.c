/* Which platforms may play a process. */
#include <string.h>

#include "gherkin/utf8.h"
#include "runner/base/text.h"
#include "runner/plan/planner.h"

/* ", did you mean 'c'?" or "" */
static const char *nearest_platform(const struct mp_planner *p,
                                    const char *name)
{
    const char *known[256];
    size_t count = 0;
    for (size_t k = 0; k < p->config->platform_count && k < 256; k++)
        known[count++] = p->config->platforms[k].name;
    const char *near = mp_nearest(name, known, count);
    return near ? gh_arena_format(p->arena, ", did you mean '%s'?", near) : "";
}

static const struct mp_platform *find_platform(struct mp_planner *p,
                                               const char *flag,
                                               const char *value,
                                               struct gh_str name)
{
    const struct mp_platform *platform =
        mp_config_platform(p->config, gh_utf8_nfc(p->arena, name));
    const char *copy = gh_arena_copy(p->arena, name);
    if (!platform)
        mp_errors_add(p->errors, "%s %s: there is no platform '%s' in %s%s",
                      flag, value, copy, p->config->path,
                      nearest_platform(p, copy));
    return platform;
}

static void read_platform_flags(struct mp_planner *p)
{
    const struct mp_plan_request *request = p->request;
    if (!request->platform_count)
        return;
    p->allowed =
        gh_arena_array(p->arena, request->platform_count, sizeof(*p->allowed));
    for (size_t i = 0; i < request->platform_count; i++) {
        const char *name = request->platforms[i];
        const struct mp_platform *platform =
            find_platform(p, "--platform", name, gh_str_of(name));
        if (platform)
            p->allowed[p->allowed_count++] = platform;
    }
}

static void read_process_flag(struct mp_planner *p, const char *flag,
                              struct mp_process_filter *filter)
{
    const char *equals = strchr(flag, '=');
    if (!equals || equals == flag || !equals[1]) {
        mp_errors_add(p->errors,
                      "--process %s: say it as --process writer=python,c",
                      flag);
        return;
    }
    struct gh_str process = {flag, (size_t)(equals - flag)};
    filter->process = gh_utf8_nfc(p->arena, process);
    filter->platforms =
        gh_arena_array(p->arena, strlen(equals), sizeof(*filter->platforms));
    for (const char *at = equals + 1; *at;) {
        struct gh_str name = {at, strcspn(at, ",")};
        const struct mp_platform *platform =
            find_platform(p, "--process", flag, name);
        if (platform)
            filter->platforms[filter->platform_count++] = platform;
        at += name.len + (at[name.len] == ',');
    }
}

void mp_platforms_read_flags(struct mp_planner *p)
{
    const struct mp_plan_request *request = p->request;
    read_platform_flags(p);
    p->process_filters = gh_arena_array(p->arena, request->process_count + 1,
                                        sizeof(*p->process_filters));
    for (size_t i = 0; i < request->process_count; i++)
        read_process_flag(p, request->processes[i], &p->process_filters[i]);
}

static bool is_listed(const struct mp_platform *platform,
                      const struct mp_platform *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == platform)
            return true;
    }
    return false;
}

static bool config_allows(const struct mp_planner *p, const char *process,
                          const struct mp_platform *platform)
{
    for (size_t i = 0; i < p->config->process_count; i++) {
        const struct mp_process_config *config = &p->config->processes[i];
        if (!strcmp(config->name, process) && config->platforms)
            return is_listed(platform, config->platforms,
                             config->platform_count);
    }
    return true;
}

static bool flags_allow(const struct mp_planner *p, const char *process,
                        const struct mp_platform *platform)
{
    if (p->allowed && !is_listed(platform, p->allowed, p->allowed_count))
        return false;
    for (size_t i = 0; i < p->request->process_count; i++) {
        const struct mp_process_filter *filter = &p->process_filters[i];
        if (gh_str_equal(filter->process, gh_str_of(process)) &&
            !is_listed(platform, filter->platforms, filter->platform_count))
            return false;
    }
    return true;
}

/* The first tag that forbids it, NULL: none. */
static const char *tags_forbid(const struct mp_tag_demands *demands,
                               const struct mp_scenario *scenario,
                               size_t process,
                               const struct mp_platform *platform)
{
    for (size_t i = 0; i < demands->platform_count; i++) {
        const struct mp_platform_tag *tag = &demands->platforms[i];
        if (mp_bound_applies(tag, scenario, process) &&
            !mp_tags_allow(tag, platform))
            return tag->text;
    }
    return NULL;
}

/* The process that the config and the flags speak of: "node" of 'node#2'. */
static const char *group_of(const struct mp_scenario *scenario, size_t process)
{
    for (size_t i = 0; i < scenario->member_count; i++) {
        if (scenario->members[i].process == process)
            return scenario->members[i].group;
    }
    return scenario->processes[process].name;
}

/* "@platform:a and @platform:b", each once. */
static void append_once(struct mp_buf *list, const char *tag)
{
    const char *before = list->len ? strstr(list->data, tag) : NULL;
    size_t length = strlen(tag);
    if (!before || (before[length] && before[length] != ' '))
        mp_buf_format(list, "%s%s", list->len ? " and " : "", tag);
}

struct refusal {
    bool by_config, by_flag;
    struct mp_buf tags;
};

static const char *reason_of(struct mp_planner *p, const char *process,
                             struct refusal *refusal)
{
    const char *reason;
    if (refusal->tags.len)
        reason = gh_arena_format(
            p->arena, "no platform can play '%s': %s %s none of those left",
            process, mp_buf_text(&refusal->tags),
            strstr(refusal->tags.data, " and ") ? "allow" : "allows");
    else
        reason = gh_arena_format(
            p->arena, "no platform can play '%s': %s", process,
            refusal->by_flag     ? "--platform or --process allows none"
            : refusal->by_config ? "\"processes:\" lists none"
                                 : "no platform is configured");
    return reason;
}

/* tag: the one that forbids it, NULL: something else does. */
static const char *why_refused(const struct mp_planner *p, const char *process,
                               const struct mp_platform *platform,
                               const char *tag)
{
    if (tag)
        return tag;
    if (!config_allows(p, process, platform))
        return "\"processes:\" does not list it";
    return p->allowed && !is_listed(platform, p->allowed, p->allowed_count)
               ? "--platform"
               : "--process";
}

/* Fills platforms of the process; a reason if nobody is left. */
static const char *find_for(struct mp_planner *p,
                            const struct mp_tag_demands *demands,
                            const struct mp_scenario *scenario, size_t index,
                            struct mp_process *process)
{
    size_t all = p->config->platform_count;
    const struct mp_platform **list =
        gh_arena_array(p->arena, all, sizeof(*list));
    const char *group = group_of(scenario, index);
    struct refusal refusal = {0};
    struct mp_refused *refused = NULL;
    process->platform_count = process->refused_count = 0;
    for (size_t i = 0; i < all; i++) {
        const struct mp_platform *platform = &p->config->platforms[i];
        const char *tag = NULL;
        if (!config_allows(p, group, platform)) {
            refusal.by_config = true;
        } else if (!flags_allow(p, group, platform)) {
            refusal.by_flag = true;
        } else if ((tag = tags_forbid(demands, scenario, index, platform))) {
            append_once(&refusal.tags, tag);
        } else {
            list[process->platform_count++] = platform;
            continue;
        }
        if (!refused)
            refused = gh_arena_array(p->arena, all - i, sizeof(*refused));
        refused[process->refused_count++] =
            (struct mp_refused){platform, why_refused(p, group, platform, tag)};
    }
    process->platforms = list;
    process->refused = refused;
    const char *reason =
        process->platform_count ? NULL : reason_of(p, process->name, &refusal);
    mp_buf_finish(&refusal.tags);
    return reason;
}

const char *mp_platforms_find(struct mp_planner *p,
                              const struct mp_tag_demands *demands,
                              const struct mp_scenario *scenario,
                              struct mp_process *processes)
{
    const char *first = NULL;
    for (size_t i = 0; i < scenario->process_count; i++) {
        const char *group = group_of(scenario, i);
        for (size_t f = 0; f < p->request->process_count; f++) {
            struct mp_process_filter *filter = &p->process_filters[f];
            filter->used =
                filter->used || gh_str_equal(filter->process, gh_str_of(group));
        }
        const char *reason = find_for(p, demands, scenario, i, &processes[i]);
        first = first ? first : reason;
    }
    return first;
}

static const char *nearest_process(const struct mp_planner *p, const char *name)
{
    const char *best = NULL;
    for (size_t s = 0; s < p->plan->scenario_count && !best; s++) {
        const struct mp_scenario *scenario = p->plan->scenarios[s];
        for (size_t i = 0; i < scenario->process_count && !best; i++)
            best = mp_nearest(name, &scenario->processes[i].name, 1);
    }
    return best ? gh_arena_format(p->arena, ", did you mean '%s'?", best) : "";
}

void mp_platforms_check_flags(struct mp_planner *p)
{
    if (!p->plan->scenario_count)
        return;
    for (size_t i = 0; i < p->request->process_count; i++) {
        const struct mp_process_filter *filter = &p->process_filters[i];
        const char *name = gh_arena_copy(p->arena, filter->process);
        if (filter->process.len && !filter->used)
            mp_errors_add(p->errors,
                          "--process %s: no selected scenario has a process "
                          "'%s'%s",
                          p->request->processes[i], name,
                          nearest_process(p, name));
    }
}
