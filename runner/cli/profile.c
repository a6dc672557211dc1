/* Profiles, and what an mp_options means to others. */
#include <string.h>

#include "runner/base/text.h"
#include "runner/cli/values.h"

#define MOST_PROFILES 64 /* that a misspelt name is compared with */

/* What a profile may not set: itself, and what is asked for once. */
static bool fits_profile(const struct mp_option *option)
{
    static const char *const words[] = {"profile", "config", "help", "version",
                                        "debug"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (!strcmp(option->name, words[i]))
            return false;
    }
    return option->commands & (MP_COMMAND_RUN | MP_COMMAND_PLAN);
}

static void read_profile_switch(struct mp_option_source *source,
                                const struct mp_option *option,
                                const char *value)
{
    if (!strcmp(value, "true"))
        mp_values_take(source, option, "");
    else if (strcmp(value, "false"))
        mp_values_wrong(source, option, value, "true or false");
}

static void read_profile_option(struct mp_option_source *source,
                                const struct mp_pair *pair)
{
    const struct mp_option *option = mp_options_find(gh_str_of(pair->key));
    source->at = pair->at;
    if (!option || !fits_profile(option)) {
        const char *nearest =
            mp_options_nearest(MP_COMMAND_RUN | MP_COMMAND_PLAN, pair->key);
        bool other = nearest && strcmp(nearest, pair->key);
        mp_values_fail(source, "profile '%s': %s option '%s'%s%s%s",
                       source->profile->name,
                       option ? "it cannot set the" : "unknown", pair->key,
                       other ? ", did you mean '" : "", other ? nearest : "",
                       other ? "'?" : "");
        return;
    }
    if (!(option->commands & source->options->command))
        return;
    if (option->argument)
        mp_values_take(source, option, pair->value);
    else
        read_profile_switch(source, option, pair->value);
}

void mp_options_check_profiles(const struct mp_config *config,
                               struct mp_errors *errors)
{
    static char *const no_words[] = {NULL};
    struct mp_options scratch = {.words = no_words};
    for (size_t i = 0; i < config->profile_count; i++) {
        const struct mp_profile *profile = &config->profiles[i];
        mp_options_reset(&scratch);
        struct mp_option_source source = {.options = &scratch,
                                          .errors = errors,
                                          .config = config,
                                          .profile = profile};
        for (size_t o = 0; o < profile->option_count; o++)
            read_profile_option(&source, &profile->options[o]);
    }
    mp_options_finish(&scratch);
}

bool mp_options_apply_profile(struct mp_options *options,
                              const struct mp_config *config,
                              const struct mp_profile *profile,
                              struct mp_errors *errors)
{
    size_t before = errors->error_count;
    mp_options_reset(options);
    struct mp_option_source source = {.options = options,
                                      .errors = errors,
                                      .config = config,
                                      .profile = profile};
    for (size_t i = 0; i < profile->option_count; i++)
        read_profile_option(&source, &profile->options[i]);
    mp_options_read_words(options, errors);
    return errors->error_count == before;
}

const struct mp_profile *
mp_options_default_profile(const struct mp_config *config)
{
    for (size_t i = 0; i < config->profile_count; i++)
        if (!strcmp(config->profiles[i].name, "default"))
            return &config->profiles[i];
    return NULL;
}

const struct mp_profile *mp_options_profile(const struct mp_config *config,
                                            const char *name,
                                            struct mp_errors *errors)
{
    const char *names[MOST_PROFILES] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < config->profile_count; i++) {
        if (!strcmp(config->profiles[i].name, name))
            return &config->profiles[i];
        if (count < MOST_PROFILES)
            names[count++] = config->profiles[i].name;
    }
    const char *nearest = mp_nearest(name, names, count);
    struct mp_buf known = {0};
    for (size_t i = 0; i < count; i++)
        mp_buf_format(&known, "%s%s", i ? ", " : "", names[i]);
    if (nearest)
        mp_errors_add(errors,
                      "mprun: unknown profile '%s', did you mean '%s'? (%s)",
                      name, nearest, config->path);
    else
        mp_errors_add(errors, "mprun: unknown profile '%s' (%s has %s)", name,
                      config->path, count ? known.data : "none");
    mp_buf_finish(&known);
    return NULL;
}

bool mp_options_color(const struct mp_options *options, bool is_terminal)
{
    if (options->color != MP_COLOR_AUTO)
        return options->color == MP_COLOR_ALWAYS;
    if (options->no_color)
        return false;
    return options->force_color || is_terminal;
}

static void repeat_option(struct mp_buf *out, const char *name,
                          const char *value)
{
    mp_buf_format(out, " %s ", name);
    mp_words_quote(out, value);
}

static void repeat_duration(struct mp_buf *out, const char *name, int64_t ms)
{
    if (ms >= 0)
        mp_buf_format(out, " %s %lld%s", name, (long long)ms, ms ? "ms" : "");
}

void mp_options_repeat(const struct mp_options *options, struct mp_buf *out)
{
    mp_buf_append_text(out, "mprun");
    if (options->config)
        repeat_option(out, "-c", options->config);
    if (options->profile)
        repeat_option(out, "-p", options->profile);
    if (options->profile && (options->shard.total || options->shard.automatic))
        mp_buf_append_text(out, " --shard 1/1"); /* the profile's may not be */
    for (size_t i = 0; i < options->defines.count; i++)
        repeat_option(out, "-D", options->defines.list[i]);
    for (size_t i = 0; i < options->wraps.count; i++)
        repeat_option(out, "--wrap", options->wraps.list[i]);
    if (options->has_seed)
        mp_buf_format(out, " --seed %llu", (unsigned long long)options->seed);
    repeat_duration(out, "--timeout", options->step_timeout_ms);
    repeat_duration(out, "--scenario-timeout", options->scenario_timeout_ms);
    if (options->repeat_each > 1) /* each time has a seed of its own */
        mp_buf_format(out, " --repeat-each %d", options->repeat_each);
    if (options->lenient)
        mp_buf_append_text(out, " --lenient");
    if (options->strict_protocol)
        mp_buf_append_text(out, " --strict-protocol");
}

void mp_options_finish(struct mp_options *options)
{
    gh_arena_finish(&options->arena);
    *options = (struct mp_options){0};
}
