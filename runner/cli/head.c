#include "runner/cli/head.h"

#include <string.h>
#include <sys/utsname.h>
#include <uv.h>

#include "gherkin/jsonw.h"
#include "gherkin/regex.h"
#include "gherkin/utf8.h"
#include "runner/config/yaml.h"
#include "runner/journal/codec.h"

const char *mp_head_libraries(struct gh_arena *arena)
{
    char pcre[GH_REGEX_VERSION_SIZE];
    gh_regex_version(pcre);
    pcre[strcspn(pcre, " ")] = '\0'; /* its date */
    return gh_arena_format(
        arena, "libuv %s, PCRE2 %s, utf8proc %s, cJSON %s, libyaml %s",
        uv_version_string(), pcre, gh_utf8_version(), mp_codec_version(),
        mp_yaml_version());
}

const char *mp_head_machine(struct gh_arena *arena)
{
    struct utsname name;
    if (uname(&name))
        return "unknown";
    return gh_arena_format(arena, "%s %s %s", name.sysname, name.release,
                           name.machine);
}

/* --- writing, masked --- */

struct head {
    const struct mp_config *config;
    const struct mp_mask *mask;
    struct gh_jsonw out;
};

static void put_text(struct head *head, const char *text)
{
    struct mp_buf masked = {0};
    mp_mask_apply(head->mask, text, &masked);
    gh_jsonw_cstring(&head->out, mp_buf_text(&masked));
    mp_buf_finish(&masked);
}

static void put(struct head *head, const char *key, const char *text)
{
    if (!text)
        return;
    gh_jsonw_key(&head->out, key);
    put_text(head, text);
}

static void put_number(struct head *head, const char *key, int64_t value)
{
    gh_jsonw_key(&head->out, key);
    gh_jsonw_int(&head->out, value);
}

static void begin(struct head *head, const char *key)
{
    gh_jsonw_key(&head->out, key);
    gh_jsonw_object_begin(&head->out);
}

static void begin_list(struct head *head, const char *key)
{
    gh_jsonw_key(&head->out, key);
    gh_jsonw_array_begin(&head->out);
}

static void end(struct head *head)
{
    gh_jsonw_object_end(&head->out);
}

static void end_list(struct head *head)
{
    gh_jsonw_array_end(&head->out);
}

static void put_list(struct head *head, const char *key,
                     const char *const *list, size_t count)
{
    begin_list(head, key);
    for (size_t i = 0; i < count; i++)
        put_text(head, list[i]);
    end_list(head);
}

static void put_words(struct head *head, const char *key,
                      const char *const *words)
{
    size_t count = 0;
    while (words && words[count])
        count++;
    if (words)
        put_list(head, key, words, count);
}

static bool is_secret(const struct head *head, const char *name)
{
    for (size_t i = 0; i < head->config->secret_count; i++) {
        if (!strcmp(head->config->secrets[i], name))
            return true;
    }
    return false;
}

/* A value that awaits its second expansion is not yet what is masked. */
static void put_variables(struct head *head, const char *key,
                          const struct mp_variable *list, size_t count)
{
    if (!count)
        return;
    begin(head, key);
    for (size_t i = 0; i < count; i++) {
        gh_jsonw_key_str(&head->out, gh_str_of(list[i].name));
        put_text(head, is_secret(head, list[i].name) ? "***" : list[i].value);
    }
    end(head);
}

static void put_pairs(struct head *head, const char *key,
                      const struct mp_pair *pairs, size_t count)
{
    if (!count)
        return;
    begin(head, key);
    for (size_t i = 0; i < count; i++) {
        gh_jsonw_key_str(&head->out, gh_str_of(pairs[i].key));
        put_text(head, pairs[i].value);
    }
    end(head);
}

/* --- the parts --- */

static void put_platform(struct head *head, const struct mp_platform *platform)
{
    gh_jsonw_object_begin(&head->out);
    put(head, "name", platform->name);
    put_words(head, "command", platform->argv);
    put(head, "cwd", platform->cwd);
    put_variables(head, "env", platform->environment,
                  platform->environment_count);
    begin_list(head, "labels");
    for (size_t i = 0; i < platform->label_count; i++)
        put_text(head, platform->labels[i].name);
    end_list(head);
    put_words(head, "available", platform->available);
    put(head, "unavailable", platform->unavailable);
    if (platform->options_json && strcmp(platform->options_json, "{}") != 0)
        put(head, "options", platform->options_json);
    put(head, "protocol", mp_protocol_name(platform->protocol));
    put(head, "framing", mp_frame_name(platform->frame));
    put_number(head, "start_timeout_ms", platform->start_timeout_ms);
    put_words(head, "on_timeout", platform->on_timeout.argv);
    put_words(head, "on_crash", platform->on_crash.argv);
    if (platform->on_timeout.argv || platform->on_crash.argv)
        put_number(head, "evidence_timeout_ms", platform->evidence_timeout_ms);
    put(head, "undefined_when", platform->undefined_when);
    put(head, "isolation", mp_isolation_name(platform->isolation));
    gh_jsonw_key(&head->out, "prestart");
    gh_jsonw_bool(&head->out, platform->prestart);
    end(head);
}

static void put_process(struct head *head,
                        const struct mp_process_config *process)
{
    gh_jsonw_object_begin(&head->out);
    put(head, "name", process->name);
    put_number(head, "count", process->count);
    if (process->platforms) {
        begin_list(head, "platforms");
        for (size_t i = 0; i < process->platform_count; i++)
            put_text(head, process->platforms[i]->name);
        end_list(head);
    }
    end(head);
}

static void put_bindings(struct head *head, const char *key,
                         const struct mp_bindings *bindings, size_t count)
{
    if (!count)
        return;
    begin_list(head, key);
    for (size_t i = 0; i < count; i++) {
        gh_jsonw_object_begin(&head->out);
        for (size_t b = 0; b < bindings[i].count; b++) {
            const struct mp_binding *binding = &bindings[i].list[b];
            gh_jsonw_key_str(&head->out, gh_str_of(binding->process));
            put_text(head, binding->platform->name);
        }
        end(head);
    }
    end_list(head);
}

static void put_combinations(struct head *head,
                             const struct mp_options *options)
{
    const struct mp_config *config = head->config;
    enum mp_strategy strategy =
        options->has_strategy ? options->strategy : config->strategy;
    begin(head, "combinations");
    put(head, "strategy", mp_strategy_name(strategy));
    put_bindings(head, "exclude", config->exclude, config->exclude_count);
    put_bindings(head, "include", config->include, config->include_count);
    end(head);
}

/* Those that hold, whoever said so. */
static void put_timeouts(struct head *head, const struct mp_options *options,
                         const struct mp_run_options *run)
{
    const struct mp_config *config = head->config;
    begin(head, "timeouts");
    put_number(head, "step_ms",
               options->step_timeout_ms >= 0 ? options->step_timeout_ms
                                             : config->step_timeout_ms);
    put_number(head, "scenario_ms",
               options->scenario_timeout_ms >= 0 ? options->scenario_timeout_ms
                                                 : config->scenario_timeout_ms);
    put_number(head, "run_ms", run->run_timeout_ms);
    put_number(head, "stop_ms", run->stop_timeout_ms);
    begin_list(head, "match");
    for (size_t i = 0; i < config->match_count; i++) {
        gh_jsonw_object_begin(&head->out);
        put(head, "step", config->matches[i].pattern);
        put_number(head, "timeout_ms", config->matches[i].timeout_ms);
        end(head);
    }
    end_list(head);
    end(head);
}

static void put_steps(struct head *head)
{
    const struct mp_config *config = head->config;
    begin(head, "steps");
    gh_jsonw_key(&head->out, "builtin");
    gh_jsonw_bool(&head->out, config->builtin_steps);
    put_list(head, "builtin_off", config->builtin_off,
             config->builtin_off_count);
    put_pairs(head, "aliases", config->aliases, config->alias_count);
    end(head);
}

static void put_options(struct head *head, const struct mp_options *options,
                        const struct mp_run_options *run)
{
    begin(head, "run");
    put(head, "profile", options->profile);
    put_number(head, "jobs", (int64_t)run->jobs);
    put_number(head, "retry", options->retries);
    put_number(head, "max_failures", options->max_failures);
    put_variables(head, "define", run->defines, run->define_count);
    end(head);
}

const char *mp_head_config(const struct mp_setup *setup,
                           const struct mp_run_options *run,
                           const struct mp_mask *mask, struct gh_arena *arena)
{
    const struct mp_config *config = &setup->config;
    struct head head = {.config = config, .mask = mask};
    gh_jsonw_init(&head.out);
    gh_jsonw_object_begin(&head.out);
    put(&head, "path", config->path);
    put(&head, "folder", config->folder);
    put_list(&head, "features", config->features, config->feature_count);
    begin_list(&head, "platforms");
    for (size_t i = 0; i < config->platform_count; i++)
        put_platform(&head, &config->platforms[i]);
    end_list(&head);
    begin_list(&head, "processes");
    for (size_t i = 0; i < config->process_count; i++)
        put_process(&head, &config->processes[i]);
    end_list(&head);
    put_combinations(&head, setup->options);
    put_timeouts(&head, setup->options, run);
    begin(&head, "routing");
    put(&head, "process", config->process_pattern);
    put(&head, "unaddressed",
        config->unaddressed == MP_UNADDRESSED_ERROR ? "error" : "previous");
    end(&head);
    put_steps(&head);
    put_pairs(&head, "tag_aliases", config->tag_aliases,
              config->tag_alias_count);
    put_list(&head, "secrets", config->secrets, config->secret_count);
    put_options(&head, setup->options, run);
    end(&head);
    const char *text = gh_arena_copy(arena, gh_jsonw_text(&head.out));
    gh_jsonw_finish(&head.out);
    return text;
}
