#include "runner/config/baseline.h"

#include <errno.h>
#include <string.h>

#include "runner/base/fs.h"
#include "runner/config/reader.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(*(a)))

/* --- reading --- */

/* A text as it stands: names of scenarios may hold $. */
static bool read_plain(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, void *target)
{
    if (node->kind != MP_YAML_TEXT || mp_yaml_is_null(node) || !*node->text) {
        mp_reader_wrong(reader, node, "a text that is not empty");
        return false;
    }
    *(const char **)target = node->text;
    return true;
}

/* One text, or a list of some. */
static bool read_words(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node,
                       const char *const **words, size_t *count)
{
    bool is_list = node->kind == MP_YAML_LIST;
    size_t most = is_list ? node->count : 1;
    const char **list = gh_arena_array(reader->arena, most, sizeof(*list));
    const struct mp_yaml_node *item = is_list ? node->first : node;
    *count = 0;
    if (is_list && !most) {
        mp_reader_fault(reader, node, "%s is empty",
                        mp_reader_path(reader, node));
        return false;
    }
    for (size_t i = 0; i < most; i++, item = item->next) {
        if (read_plain(reader, item, &list[*count]))
            ++*count;
    }
    *words = list;
    return *count == most;
}

static bool read_combination(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node, void *target)
{
    struct mp_known *known = target;
    if (!mp_reader_is_map(reader, node))
        return false;
    struct mp_known_part *parts = gh_arena_array(
        reader->arena, known->part_count + node->count, sizeof(*parts));
    if (known->part_count)
        memcpy(parts, known->parts, known->part_count * sizeof(*parts));
    for (const struct mp_yaml_node *item = node->first; item;
         item = item->next) {
        struct mp_known_part *part = &parts[known->part_count];
        part->process = item->key->text;
        if (read_words(reader, item, &part->platforms, &part->platform_count))
            known->part_count++;
    }
    known->parts = parts;
    return true;
}

/* platform: python, for whichever process it plays. */
static bool read_platform(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target)
{
    struct mp_known *known = target;
    struct mp_known_part *parts =
        gh_arena_array(reader->arena, known->part_count + 1, sizeof(*parts));
    if (known->part_count)
        memcpy(parts, known->parts, known->part_count * sizeof(*parts));
    struct mp_known_part *part = &parts[known->part_count];
    part->process = "";
    if (!read_words(reader, node, &part->platforms, &part->platform_count))
        return false;
    known->parts = parts;
    known->part_count++;
    return true;
}

static bool read_status(struct mp_config_reader *reader,
                        const struct mp_yaml_node *node, void *target)
{
    struct mp_known *known = target;
    const char *names[MP_STATUS_COUNT];
    const char *const *words;
    size_t count, name_count = 0;
    for (int i = MP_PENDING; i < MP_INTERRUPTED; i++)
        names[name_count++] = mp_status_name((enum mp_status)i);
    if (!read_words(reader, node, &words, &count))
        return false;
    const struct mp_yaml_node *item =
        node->kind == MP_YAML_LIST ? node->first : node;
    for (size_t i = 0; i < count; i++, item = item->next) {
        enum mp_status status = MP_PASSED;
        if (mp_status_from_name(words[i], &status) &&
            mp_status_is_failure(status, true) && status != MP_INTERRUPTED)
            known->status[status] = true;
        else
            mp_reader_unknown(reader, item, "failing status", words[i], names,
                              name_count);
    }
    known->has_status = true;
    return true;
}

static const struct mp_key known_keys[] = {
    {"scenario", read_plain, offsetof(struct mp_known, scenario)},
    {"feature", read_plain, offsetof(struct mp_known, feature)},
    {"combination", read_combination, 0},
    {"platform", read_platform, 0},
    {"status", read_status, 0},
    {"message", read_plain, offsetof(struct mp_known, message)},
    {"reason", read_plain, offsetof(struct mp_known, reason)},
    {"flaky", mp_reader_bool, offsetof(struct mp_known, flaky)},
};

static void read_known(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, struct mp_known *known)
{
    known->at = (struct mp_place){node->line, node->column};
    if (!mp_reader_map(reader, node, known_keys, COUNT_OF(known_keys), known))
        return;
    if (!mp_yaml_find(node, "scenario"))
        mp_reader_fault(reader, node,
                        "a known failure needs its scenario: the name");
    if (!mp_yaml_find(node, "reason"))
        mp_reader_fault(reader, node,
                        "a known failure needs a reason, such as the number "
                        "of an issue");
}

static bool read_list(struct mp_config_reader *reader,
                      const struct mp_yaml_node *node, void *target)
{
    struct mp_baseline *baseline = target;
    if (!mp_reader_is_list(reader, node, "a list of known failures"))
        return false;
    struct mp_known *list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    size_t count = 0;
    for (const struct mp_yaml_node *item = node->first; item; item = item->next)
        read_known(reader, item, &list[count++]);
    baseline->list = list;
    baseline->count = count;
    return true;
}

static bool read_version(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    const char *text = NULL;
    (void)target;
    if (!read_plain(reader, node, &text))
        return false;
    if (strcmp(text, "1") != 0)
        mp_reader_fault(reader, node, "version must be 1, not '%s'", text);
    return true;
}

static const struct mp_key file_keys[] = {
    {"version", read_version, 0},
    {"known", read_list, 0},
};

static bool is_json(const char *path)
{
    size_t length = strlen(path);
    return length >= 5 && !strcmp(path + length - 5, ".json");
}

bool mp_baseline_load(const char *path, struct mp_baseline *baseline,
                      struct mp_errors *errors)
{
    size_t before = errors->error_count;
    struct mp_config none = {.path = path};
    struct mp_buf bytes = {0};
    memset(baseline, 0, sizeof(*baseline));
    baseline->path = gh_arena_copy(&baseline->arena, gh_str_of(path));
    if (!mp_fs_read(path, MP_YAML_MAX_BYTES, &bytes)) {
        mp_errors_add(errors, "%s: the baseline cannot be read: %s", path,
                      strerror(errno));
        mp_buf_finish(&bytes);
        return false;
    }
    struct mp_config_reader reader = {
        .config = &none, .arena = &baseline->arena, .faults = {.path = path}};
    const struct mp_yaml_node *root =
        mp_yaml_parse((struct gh_str){mp_buf_text(&bytes), bytes.len},
                      is_json(path), &baseline->arena, &reader.faults);
    if (root)
        mp_reader_map(&reader, root, file_keys, COUNT_OF(file_keys), baseline);
    mp_faults_flush(&reader.faults, errors);
    mp_buf_finish(&bytes);
    return errors->error_count == before;
}

void mp_baseline_finish(struct mp_baseline *baseline)
{
    gh_arena_finish(&baseline->arena);
    memset(baseline, 0, sizeof(*baseline));
}

/* --- matching --- */

static bool ends_with_path(const char *uri, const char *feature)
{
    size_t length = strlen(uri), tail = strlen(feature);
    return length >= tail && !strcmp(uri + length - tail, feature) &&
           (length == tail || uri[length - tail - 1] == '/');
}

static bool is_one_of(struct gh_str platform, const struct mp_known_part *part)
{
    for (size_t i = 0; i < part->platform_count; i++) {
        if (gh_str_equal(platform, gh_str_of(part->platforms[i])))
            return true;
    }
    return false;
}

static bool holds(const struct mp_known_part *part, const char *combination)
{
    const char *at = combination + (*combination == '[');
    while (*at && *at != ']') {
        struct gh_str process = {at, strcspn(at, "=")};
        at += process.len + (at[process.len] == '=');
        struct gh_str platform = {at, strcspn(at, ",]")};
        at += platform.len + (at[platform.len] == ',');
        if ((!*part->process ||
             gh_str_equal(process, gh_str_of(part->process))) &&
            is_one_of(platform, part))
            return true;
    }
    return false;
}

bool mp_known_is_case(const struct mp_known *known, const char *uri,
                      const char *name, const char *scenario,
                      const char *combination)
{
    if (strcmp(known->scenario, name) != 0 &&
        strcmp(known->scenario, scenario) != 0)
        return false;
    if (known->feature && !ends_with_path(uri, known->feature))
        return false;
    for (size_t i = 0; i < known->part_count; i++) {
        if (!holds(&known->parts[i], combination))
            return false;
    }
    return true;
}

bool mp_known_is_failure(const struct mp_known *known, enum mp_status status,
                         const char *message)
{
    bool usual = mp_status_is_failure(status, true) &&
                 status != MP_INTERRUPTED && status != MP_START_FAILED;
    return (known->has_status ? known->status[status] : usual) &&
           (!known->message || strstr(message, known->message));
}
