#include "runner/cli/secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/interpolate.h"

struct secrets {
    const struct mp_config *config;
    const char *run_id;
    struct mp_mask *mask;
};

static void tell_short(const struct secrets *secrets, const char *name)
{
    fprintf(stderr,
            "%s: warning: secrets: the value of %s is shorter than %d "
            "characters and is not masked\n",
            secrets->config->path, name, MP_MASK_SHORTEST);
}

static void add(const struct secrets *secrets, const char *name,
                const char *value)
{
    if (value && *value && !mp_mask_add(secrets->mask, value))
        tell_short(secrets, name);
}

/* What only a case knows: a number, but for the run's id. */
static const char *of_any_case(void *self, const char *name)
{
    const struct secrets *secrets = self;
    return strcmp(name, "run.id") ? MP_MASK_NUMBER : secrets->run_id;
}

/* A platform's value still awaits its second expansion. */
static void add_expanded(struct secrets *secrets, const char *name,
                         const char *value)
{
    struct mp_buf out = {0}, fault = {0};
    bool ok = mp_interpolate(value, false, of_any_case, secrets, &out, &fault);
    if (ok && out.len && !mp_mask_add_numbered(secrets->mask, out.data))
        tell_short(secrets, name);
    mp_buf_finish(&out);
    mp_buf_finish(&fault);
}

static void add_of_platforms(struct secrets *secrets, const char *name)
{
    for (size_t p = 0; p < secrets->config->platform_count; p++) {
        const struct mp_platform *platform = &secrets->config->platforms[p];
        for (size_t v = 0; v < platform->environment_count; v++) {
            if (!strcmp(platform->environment[v].name, name))
                add_expanded(secrets, name, platform->environment[v].value);
        }
    }
}

struct mp_mask *mp_secrets_mask(const struct mp_config *config,
                                const struct mp_variable *defines,
                                size_t define_count, const char *run_id)
{
    struct secrets secrets = {
        .config = config, .run_id = run_id, .mask = mp_mask_create()};
    for (size_t i = 0; i < config->secret_count; i++) {
        const char *name = config->secrets[i];
        add(&secrets, name, getenv(name));
        for (size_t d = 0; d < define_count; d++) {
            if (!strcmp(defines[d].name, name))
                add(&secrets, name, defines[d].value);
        }
        add_of_platforms(&secrets, name);
    }
    return secrets.mask;
}
