#include "runner/cli/available.h"

#include <string.h>

#include "runner/base/text.h"
#include "runner/run/run.h"

void mp_available_require_names(const struct mp_setup *setup)
{
    const struct mp_text_list *required = &setup->options->require_platforms;
    const struct mp_config *config = &setup->config;
    const char **names =
        gh_alloc((config->platform_count + 1) * sizeof(*names));
    for (size_t i = 0; i < config->platform_count; i++)
        names[i] = config->platforms[i].name;
    for (size_t i = 0; i < required->count; i++) {
        const char *name = required->list[i];
        if (mp_config_platform(config, gh_str_of(name)))
            continue;
        const char *near = mp_nearest(name, names, config->platform_count);
        mp_errors_add(setup->errors,
                      "--require-platforms %s: no such platform in %s%s%s%s",
                      name, config->path, near ? ", did you mean '" : "",
                      near ? near : "", near ? "'?" : "");
    }
    gh_free(names);
}

/* For each platform of the configuration: do cases use it? Owned by the
 * caller. */
static bool *find_used(const struct mp_setup *setup)
{
    const struct mp_platform *first = setup->config.platforms;
    const struct mp_plan *plan = &setup->plan;
    bool *used = gh_alloc((setup->config.platform_count + 1) * sizeof(*used));
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct mp_case *source = &plan->cases[i];
        for (size_t p = 0; !source->skip && p < source->scenario->process_count;
             p++)
            used[source->platforms[p] - first] = true;
    }
    return used;
}

static bool is_required(const struct mp_setup *setup, const char *name)
{
    const struct mp_text_list *required = &setup->options->require_platforms;
    for (size_t i = 0; i < required->count; i++) {
        if (!strcmp(required->list[i], name))
            return true;
    }
    return false;
}

static struct mp_probe probe_of(const struct mp_platform *platform)
{
    return (struct mp_probe){.argv = platform->available,
                             .cwd = platform->cwd,
                             .environment = platform->environment,
                             .environment_count = platform->environment_count,
                             .timeout_ms = platform->start_timeout_ms};
}

static void note_missing(struct mp_setup *setup, struct mp_platform *platform,
                         const char *reason, struct gh_arena *arena)
{
    platform->unavailable = gh_arena_copy(arena, gh_str_of(reason));
    if (is_required(setup, platform->name))
        mp_errors_add(setup->errors,
                      "--require-platforms %s: it is not available: %s",
                      platform->name, reason);
}

bool mp_available_probe(struct mp_setup *setup, const char *program,
                        struct gh_arena *arena)
{
    const struct mp_config *config = &setup->config;
    size_t most = config->platform_count, count = 0;
    struct mp_probe *probes = gh_arena_array(arena, most, sizeof(*probes));
    struct mp_platform **probed = gh_arena_array(arena, most, sizeof(*probed));
    char **reasons = gh_arena_array(arena, most, sizeof(*reasons));
    bool *used = find_used(setup), fewer = false;
    for (size_t i = 0; i < most; i++) {
        /* The configuration is ours; the plan sees it as finished. */
        struct mp_platform *platform =
            (struct mp_platform *)&config->platforms[i];
        if (!platform->available ||
            (!used[i] && !is_required(setup, platform->name)))
            continue;
        probed[count] = platform;
        probes[count++] = probe_of(platform);
    }
    if (count && mp_run_probes(program, probes, count, reasons, setup->errors))
        for (size_t i = 0; i < count; i++) {
            if (!reasons[i])
                continue;
            note_missing(setup, probed[i], reasons[i], arena);
            fewer = fewer || used[probed[i] - config->platforms];
            gh_free(reasons[i]);
        }
    gh_free(used);
    return fewer;
}

static void check_commands(const struct mp_setup *setup, bool starts_nothing)
{
    const struct mp_config *config = &setup->config;
    bool *used = find_used(setup);
    for (size_t i = 0; i < config->platform_count; i++) {
        const struct mp_platform *platform = &config->platforms[i];
        bool unknown = starts_nothing && platform->available;
        if (used[i] && !platform->unavailable && !unknown)
            mp_config_check_command(config, platform, starts_nothing,
                                    setup->errors);
    }
    gh_free(used);
}

void mp_available_check_commands(const struct mp_setup *setup)
{
    check_commands(setup, false);
}

void mp_available_warn_of_commands(const struct mp_setup *setup)
{
    check_commands(setup, true);
}

bool mp_available_settle(struct mp_setup *setup, const char *program,
                         struct gh_arena *arena)
{
    struct mp_errors *errors = setup->errors;
    size_t before = errors->error_count;
    if (mp_available_probe(setup, program, arena) &&
        errors->error_count == before) {
        mp_errors_finish(errors); /* found once more */
        if (!mp_setup_plan(setup))
            return false;
        before = errors->error_count;
    }
    mp_available_check_commands(setup);
    return errors->error_count == before;
}
