#include "runner/config/config.h"

#include <errno.h>
#include <string.h>

#include "runner/base/buf.h"
#include "runner/base/fs.h"
#include "runner/config/sections.h"
#include "runner/config/yaml.h"

const char *const mp_strategy_words[] = {
    [MP_STRATEGY_ALL] = "all",     [MP_STRATEGY_SAME] = "same",
    [MP_STRATEGY_MIXED] = "mixed", [MP_STRATEGY_PAIRWISE] = "pairwise",
    [MP_STRATEGIES] = NULL,
};

const char *mp_strategy_name(enum mp_strategy strategy)
{
    return mp_strategy_words[strategy];
}

bool mp_strategy_parse(struct gh_str word, enum mp_strategy *strategy)
{
    for (size_t i = 0; i < MP_STRATEGIES; i++) {
        if (gh_str_equal(word, gh_str_of(mp_strategy_words[i]))) {
            *strategy = (enum mp_strategy)i;
            return true;
        }
    }
    return false;
}

static bool read_version(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    const char *text = NULL;
    (void)target;
    if (!mp_reader_text(reader, node, &text))
        return false;
    if (!strcmp(text, "1"))
        return true;
    mp_reader_fault(reader, node, "version must be 1, not '%s'", text);
    return false;
}

static bool read_features(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    const char *const *names;
    size_t count;
    if (!mp_reader_texts(reader, node, &names, &count))
        return false;
    if (!count) {
        mp_reader_fault(reader, node,
                        "features is empty: name a folder, or leave it out "
                        "and name a PATH for each run");
        return false;
    }
    const char **paths = gh_arena_array(reader->arena, count, sizeof(*paths));
    struct mp_place *places =
        gh_arena_array(reader->arena, count, sizeof(*places));
    const struct mp_yaml_node *item =
        node->kind == MP_YAML_LIST ? node->first : node;
    char *folder = mp_fs_dirname(config->path);
    for (size_t i = 0; i < count; i++, item = item->next) {
        places[i] = (struct mp_place){item->line, item->column};
        char *path = mp_fs_join(folder, names[i]);
        paths[i] = gh_arena_copy(reader->arena, gh_str_of(path));
        gh_free(path);
    }
    gh_free(folder);
    config->features = paths;
    config->feature_places = places;
    config->feature_count = count;
    return true;
}

/* Without the key: the folder that most projects have, if it is there. */
static void default_features(struct mp_config_reader *reader)
{
    char *folder = mp_fs_dirname(reader->config->path);
    char *path = mp_fs_join(folder, "features");
    if (mp_fs_is_dir(path)) {
        const char **paths = gh_arena_array(reader->arena, 1, sizeof(*paths));
        *paths = gh_arena_copy(reader->arena, gh_str_of(path));
        reader->config->features = paths;
        reader->config->feature_count = 1;
    }
    gh_free(path);
    gh_free(folder);
}

/* In this order: who is referred to comes before who refers. */
static const struct mp_key top_keys[] = {
    {"version", read_version, 0},
    {"features", read_features, 0},
    {"platforms", mp_sections_platforms, 0},
    {"processes", mp_sections_processes, 0},
    {"combinations", mp_sections_combinations, 0},
    {"timeouts", mp_sections_timeouts, 0},
    {"routing", mp_sections_routing, 0},
    {"steps", mp_sections_steps, 0},
    {"tag_aliases", mp_sections_tag_aliases, 0},
    {"secrets", mp_sections_secrets, 0},
    {"profiles", mp_sections_profiles, 0},
};

static void read_tree(struct mp_config_reader *reader,
                      const struct mp_yaml_node *root)
{
    size_t count = sizeof(top_keys) / sizeof(*top_keys);
    if (!mp_reader_map(reader, root, top_keys, count, reader->config))
        return;
    if (!mp_yaml_find(root, "features"))
        default_features(reader);
    if (!mp_yaml_find(root, "platforms"))
        mp_reader_fault(reader, root,
                        "platforms is missing: add 'platforms: {NAME: "
                        "{command: [program, ...]}}'");
}

static void set_defaults(struct mp_config *config, const char *path)
{
    memset(config, 0, sizeof(*config));
    config->path = gh_arena_copy(&config->arena, gh_str_of(path));
    config->step_timeout_ms = 30000;
    config->stop_timeout_ms = 5000;
    config->process_pattern = MP_CONFIG_PROCESS_PATTERN;
    config->process_pattern_at = (struct mp_place){1, 1};
    config->builtin_steps = true;
    char *folder = mp_fs_dirname(path);
    char *absolute = mp_fs_absolute(folder);
    config->folder =
        gh_arena_copy(&config->arena, gh_str_of(absolute ? absolute : folder));
    gh_free(absolute);
    gh_free(folder);
}

static bool is_json(const char *path)
{
    size_t length = strlen(path);
    return length >= 5 && !strcmp(path + length - 5, ".json");
}

static const char *read_fault(int error)
{
    switch (error) {
    case ENOENT:
        return "there is no such file";
    case EISDIR:
        return "it is a folder";
    case EINVAL:
        return "it is not a regular file";
    case EFBIG:
        return "it is larger than 1 MiB";
    default:
        return strerror(error);
    }
}

bool mp_config_load(const char *path, char *const *environment,
                    struct mp_config *config, struct mp_errors *errors)
{
    size_t errors_before = errors->error_count;
    struct mp_buf bytes = {0};
    set_defaults(config, path);
    if (!mp_fs_read(path, MP_YAML_MAX_BYTES, &bytes)) {
        mp_errors_add(errors, "%s: cannot be read: %s", path,
                      read_fault(errno));
        mp_buf_finish(&bytes);
        return false;
    }
    struct mp_config_reader reader = {.config = config,
                                      .arena = &config->arena,
                                      .faults = {.path = config->path},
                                      .environment = environment};
    const struct mp_yaml_node *root =
        mp_yaml_parse((struct gh_str){mp_buf_text(&bytes), bytes.len},
                      is_json(path), &config->arena, &reader.faults);
    if (root)
        read_tree(&reader, root);
    mp_faults_flush(&reader.faults, errors);
    mp_buf_finish(&bytes);
    return errors->error_count == errors_before;
}

const struct mp_platform *mp_config_platform(const struct mp_config *config,
                                             struct gh_str name)
{
    for (size_t i = 0; i < config->platform_count; i++) {
        if (gh_str_equal(gh_str_of(config->platforms[i].name), name))
            return &config->platforms[i];
    }
    return NULL;
}

void mp_config_finish(struct mp_config *config)
{
    gh_arena_finish(&config->arena);
    memset(config, 0, sizeof(*config));
}
