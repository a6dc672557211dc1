#include <string.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/cli/cli.h"
#include "runner/plan/collect.h"
#include "runner/plan/plan.h"
#include "runner/run/run.h"

static void tell_no_config(struct mp_setup *setup)
{
    const struct mp_text_list *paths = &setup->options->paths;
    const char *start = paths->count ? paths->list[0] : ".";
    if (paths->count && mp_fs_exists(start) && !mp_fs_is_dir(start) &&
        !mp_is_feature_name(start)) {
        mp_errors_add(setup->errors,
                      "%s: not a feature file (.feature or .feature.md)",
                      start);
        return;
    }
    if (paths->count && !strpbrk(start, "/.:@[") && !mp_fs_exists(start))
        mp_errors_add(setup->errors,
                      "mprun: '%s' is neither a command nor a path (mprun "
                      "--help)",
                      start);
    mp_errors_add(
        setup->errors,
        "mprun: no mprun.yaml (or mprun.json) from '%s' upwards. A first one "
        "names a platform and how its server is started:\n"
        "\n"
        "  platforms:\n"
        "    python:\n"
        "      command: [python3, server.py, --steps, steps]\n"
        "\n"
        "`mprun init` makes one that runs; docs/tutorial.md goes on from "
        "there; --config FILE names another one.",
        mp_fs_exists(start) ? start : ".");
}

/* The one that is named must be there; without a name `default`, if any. */
static bool apply_profile(struct mp_setup *setup)
{
    const char *name = setup->options->profile;
    const struct mp_profile *profile =
        name ? mp_options_profile(&setup->config, name, setup->errors)
             : mp_options_default_profile(&setup->config);
    if (!profile)
        return !name;
    return mp_options_apply_profile(setup->options, &setup->config, profile,
                                    setup->errors);
}

bool mp_setup_config(struct mp_setup *setup)
{
    const struct mp_options *options = setup->options;
    char *found = NULL;
    const char *path = options->config;
    if (!path) {
        found =
            mp_config_find(options->paths.count ? options->paths.list[0] : ".");
        path = found;
    }
    if (!path) {
        tell_no_config(setup);
        return false;
    }
    size_t before = setup->errors->error_count;
    mp_config_load(path, options->environment, &setup->config, setup->errors);
    mp_options_check_profiles(&setup->config, setup->errors);
    gh_free(found);
    return setup->errors->error_count == before && apply_profile(setup);
}

static bool has_features(const struct mp_setup *setup)
{
    if (setup->options->paths.count || setup->config.feature_count)
        return true;
    mp_errors_add(setup->errors,
                  "mprun: nothing to play: name a PATH, or `features: "
                  "[FOLDER]` in %s (there is no folder 'features' beside it)",
                  setup->config.path);
    return false;
}

bool mp_setup_plan(struct mp_setup *setup)
{
    const struct mp_options *options = setup->options;
    if (!has_features(setup))
        return false;
    if (options->last_failed &&
        !mp_last_failed_read(&setup->failed, options, setup->config.folder,
                             setup->errors))
        return false;
    if (!mp_shards_choose(&setup->shard, options, setup->config.folder,
                          setup->errors))
        return false;
    struct mp_plan_request request = {
        .config = &setup->config,
        .targets = options->paths.list,
        .target_count = options->paths.count,
        .tags = options->tags.list,
        .tag_count = options->tags.count,
        .names = options->names.list,
        .name_count = options->names.count,
        .platforms = options->platforms.list,
        .platform_count = options->platforms.count,
        .processes = options->processes.list,
        .process_count = options->processes.count,
        .has_strategy = options->has_strategy,
        .strategy = options->strategy,
        .step_timeout_ms = options->step_timeout_ms,
        .scenario_timeout_ms = options->scenario_timeout_ms,
        .retries = options->retries,
        .unhurried = options->debug,
        .repeat_each = options->repeat_each,
        .max_processes = options->max_processes,
        .wanted = options->last_failed ? &setup->failed.keys : NULL,
        .shard = setup->shard.shard,
        .lenient = options->lenient};
    if (setup->planned)
        mp_plan_finish(&setup->plan);
    bool right = !setup->errors->error_count;
    bool clean = mp_plan_make(&request, &setup->plan, setup->errors);
    setup->planned = true;
    if (options->last_failed)
        mp_last_failed_check(&setup->failed, options, &setup->plan,
                             setup->errors);
    setup->went_past = right && !clean && options->keep_going;
    return right && (clean || setup->went_past);
}

bool mp_setup_is_whole(const struct mp_options *options)
{
    return !options->paths.count && !options->tags.count &&
           !options->names.count && !options->platforms.count &&
           !options->processes.count && !options->has_strategy &&
           !options->last_failed && !options->shard.total &&
           !options->shard.automatic;
}

static bool is_inside(const char *path, const char *folder)
{
    char *inner = mp_fs_absolute(path), *outer = mp_fs_absolute(folder);
    size_t length = outer ? strlen(outer) : 0;
    bool inside = inner && outer && !strncmp(inner, outer, length) &&
                  (!inner[length] || inner[length] == '/');
    gh_free(inner);
    gh_free(outer);
    return inside;
}

bool mp_setup_is_covered(const struct mp_setup *setup)
{
    const struct mp_config *config = &setup->config;
    struct mp_options rest = *setup->options;
    struct mp_text_list paths = rest.paths;
    bool covered = paths.count == 0 || config->feature_count;
    rest.paths = (struct mp_text_list){0};
    for (size_t i = 0; paths.count && i < config->feature_count; i++) {
        bool found = false;
        for (size_t k = 0; k < paths.count && !found; k++)
            found = is_inside(config->features[i], paths.list[k]);
        covered = covered && found;
    }
    return covered && mp_setup_is_whole(&rest);
}

void mp_setup_finish(struct mp_setup *setup)
{
    if (setup->planned)
        mp_plan_finish(&setup->plan);
    mp_last_failed_finish(&setup->failed);
    mp_shards_finish(&setup->shard);
    mp_config_finish(&setup->config);
}

void mp_setup_command_line(const struct mp_options *options, struct mp_buf *out)
{
    mp_buf_append_text(out, "mprun");
    for (char *const *word = options->words; *word; word++) {
        mp_buf_append_char(out, ' ');
        mp_words_quote(out, *word);
    }
}

void mp_setup_defines(const struct mp_options *options, struct gh_arena *arena,
                      struct mp_run_options *run)
{
    const struct mp_text_list *defines = &options->defines;
    struct mp_variable *list =
        gh_arena_array(arena, defines->count, sizeof(*list));
    for (size_t i = 0; i < defines->count; i++) {
        const char *equals = strchr(defines->list[i], '=');
        struct gh_str name = {defines->list[i],
                              (size_t)(equals - defines->list[i])};
        list[i].name = gh_arena_copy(arena, name);
        list[i].value = equals + 1;
    }
    run->defines = list;
    run->define_count = defines->count;
}
