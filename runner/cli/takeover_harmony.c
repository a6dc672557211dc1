/* harmony-config.json: its platforms, as they are. */
#include <string.h>
#include <strings.h>

#include "runner/base/text.h"
#include "runner/cli/takeover.h"

/* .NET reads members in any letter case. */
static bool is_named(const struct mp_yaml_node *node, const char *name)
{
    return !strcasecmp(node->key->text, name);
}

static const char *text_of(const struct mp_yaml_node *node)
{
    return node->kind == MP_YAML_TEXT && !mp_yaml_is_null(node) ? node->text
                                                                : NULL;
}

static void read_environment(struct mp_takeover *takeover,
                             const struct mp_yaml_node *map)
{
    const struct mp_yaml_node *node =
        map->kind == MP_YAML_MAP ? map->first : NULL;
    if (node)
        mp_buf_append_text(&takeover->platforms, "    env:\n");
    for (; node; node = node->next) {
        const char *value = text_of(node);
        mp_buf_append_text(&takeover->platforms, "      ");
        mp_takeover_quote(&takeover->platforms, node->key->text);
        mp_buf_append_text(&takeover->platforms, ": ");
        mp_takeover_quote(&takeover->platforms, value ? value : "");
        mp_buf_append_char(&takeover->platforms, '\n');
    }
}

static void append_arguments(struct mp_takeover *takeover,
                             const struct mp_yaml_node *platform,
                             const char *arguments)
{
    char **words = mp_words_split(arguments, &takeover->arena);
    if (!words)
        mp_takeover_leave(takeover, platform->key->text,
                          "its arguments have a quote that is not closed");
    for (; words && *words; words++) {
        mp_buf_append_text(&takeover->platforms, ", ");
        mp_takeover_quote(&takeover->platforms, *words);
    }
}

/* What else it has is told when it has been looked through. */
static void read_platform(struct mp_takeover *takeover,
                          const struct mp_yaml_node *platform)
{
    const struct mp_yaml_node *node = platform->first, *environment = NULL;
    const char *executable = NULL, *arguments = "", *cwd = NULL;
    for (; node; node = node->next) {
        if (is_named(node, "executable"))
            executable = text_of(node);
        else if (is_named(node, "arguments") && text_of(node))
            arguments = text_of(node);
        else if (is_named(node, "workingDirectory"))
            cwd = text_of(node);
        else if (is_named(node, "environmentVariables"))
            environment = node;
        else
            mp_takeover_leave(takeover,
                              gh_arena_format(&takeover->arena, "%s.%s",
                                              platform->key->text,
                                              node->key->text),
                              "it has no counterpart");
    }
    if (!executable || !*executable) {
        mp_takeover_leave(takeover, platform->key->text,
                          "a platform without an executable");
        return;
    }
    struct mp_buf *out = &takeover->platforms;
    mp_buf_append_text(out, "  ");
    mp_takeover_quote(out, platform->key->text);
    mp_buf_append_text(out, ":\n    command: [");
    mp_takeover_quote(out, executable);
    append_arguments(takeover, platform, arguments);
    mp_buf_append_text(out, "]\n    protocol: harmony\n");
    if (strcasestr(platform->key->text, "csharp") ||
        !strcmp(executable, "dotnet"))
        mp_buf_append_text(out, "    step_type: number\n");
    if (cwd && *cwd) {
        mp_buf_append_text(out, "    cwd: ");
        mp_takeover_quote(out, cwd);
        mp_buf_append_char(out, '\n');
    }
    if (environment)
        read_environment(takeover, environment);
    takeover->taken++;
}

static void read_platforms(struct mp_takeover *takeover,
                           const struct mp_yaml_node *platforms)
{
    const struct mp_yaml_node *node =
        platforms->kind == MP_YAML_MAP ? platforms->first : NULL;
    for (; node; node = node->next) {
        if (node->kind == MP_YAML_MAP)
            read_platform(takeover, node);
        else
            mp_takeover_leave(takeover, node->key->text, "it is no object");
    }
}

static void read_timeout(struct mp_takeover *takeover, const char *text)
{
    int64_t ms;
    char duration[MP_DURATION_SIZE];
    if (text && mp_duration_parse(gh_str_of(text), true, &ms))
        mp_buf_format(&takeover->more, "timeouts: {step: %s}\n",
                      mp_duration_format(ms, duration));
    else
        mp_takeover_leave(takeover, "defaultTimeoutMs", "it is no number");
}

bool mp_takeover_harmony(struct mp_takeover *takeover, struct gh_str bytes,
                         struct mp_errors *errors)
{
    struct mp_faults faults = {.path = takeover->path};
    const struct mp_yaml_node *root =
        mp_yaml_parse(bytes, true, &takeover->arena, &faults);
    if (root && root->kind != MP_YAML_MAP)
        mp_faults_add(&faults, root->line, root->column, "it is no object");
    bool good = root && !faults.error_count;
    const struct mp_yaml_node *node = good ? root->first : NULL;
    for (; node; node = node->next) {
        if (is_named(node, "platforms"))
            read_platforms(takeover, node);
        else if (is_named(node, "featuresPath") && text_of(node))
            mp_takeover_feature(takeover, text_of(node));
        else if (is_named(node, "defaultTimeoutMs"))
            read_timeout(takeover, text_of(node));
        else if (is_named(node, "processInitializationDelayMs"))
            mp_takeover_leave(takeover, node->key->text,
                              "not needed: mprun waits for the answer to "
                              "`health`");
        else
            mp_takeover_leave(takeover, node->key->text,
                              "it has no counterpart");
    }
    mp_faults_flush(&faults, errors);
    if (good && !takeover->platforms.len) {
        mp_errors_add(errors, "%s: it has no platform with an executable",
                      takeover->path);
        good = false;
    }
    return good;
}
