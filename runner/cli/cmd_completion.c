#include <string.h>

#include "runner/base/text.h"
#include "runner/cli/cli.h"
#include "runner/cli/complete.h"
#include "runner/cli/place.h"
#include "runner/cli/template.h"
#include "runner/model/status.h"

/* What the scripts ask for; nothing where there is no good configuration. */
static void append_names(const struct mp_options *options, bool profiles,
                         struct mp_buf *out)
{
    struct mp_config config = {0};
    struct mp_errors unheard = {0};
    char *path =
        options->config ? mp_text_copy(options->config) : mp_config_find(".");
    if (path)
        mp_config_load(path, options->environment, &config, &unheard);
    for (size_t i = 0; profiles && i < config.profile_count; i++)
        mp_buf_format(out, "%s\n", config.profiles[i].name);
    for (size_t i = 0; !profiles && i < config.platform_count; i++)
        mp_buf_format(out, "%s\n", config.platforms[i].name);
    gh_free(path);
    mp_errors_finish(&unheard);
    mp_config_finish(&config);
}

static void append_languages(const struct mp_options *options,
                             struct mp_buf *out)
{
    struct mp_templates templates;
    struct mp_errors unheard = {0};
    struct gh_arena arena = {0};
    mp_templates_find(&templates, mp_place_program(&arena),
                      options->environment, &unheard);
    for (size_t i = 0; i < templates.count; i++)
        mp_buf_format(out, "%s\n", templates.list[i].name);
    mp_templates_finish(&templates);
    mp_errors_finish(&unheard);
    gh_arena_finish(&arena);
}

int mp_cmd_completion(struct mp_options *options, struct mp_errors *errors)
{
    const char *what = options->paths.count ? options->paths.list[0] : "";
    struct mp_buf text = {0};
    int status = MP_EXIT_OK;
    if (!strcmp(what, "bash"))
        mp_complete_bash(&text);
    else if (!strcmp(what, "zsh"))
        mp_complete_zsh(&text);
    else if (!strcmp(what, "fish"))
        mp_complete_fish(&text);
    else if (!strcmp(what, "platforms") || !strcmp(what, "profiles"))
        append_names(options, !strcmp(what, "profiles"), &text);
    else if (!strcmp(what, "languages"))
        append_languages(options, &text);
    else
        status = MP_EXIT_USAGE;
    if (status == MP_EXIT_USAGE)
        mp_errors_add(errors,
                      "mprun: completion takes bash, zsh or fish, not "
                      "'%s'",
                      what);
    else if (!mp_cli_print(&text))
        status = MP_EXIT_REPORT;
    mp_buf_finish(&text);
    return status;
}
