#include <ctype.h>
#include <string.h>
#include <sys/utsname.h>

#include "gherkin/utf8.h"
#include "runner/base/fs.h"
#include "runner/config/options_json.h"
#include "runner/config/sections.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(*(a)))

#define DEFAULT_START_MS    10000
#define DEFAULT_EVIDENCE_MS 10000
#define MOST_LABELS         64

/* What a platform's mapping is read into before it becomes an mp_platform. */
struct draft {
    struct mp_platform platform;
    const char *cwd;
    const char *os, *arch;
    const char *const *labels;
    size_t label_count;
    bool framed; /* framing was said */
};

const char *mp_sections_name(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node, const char *what,
                             bool spaces)
{
    const char *fault = mp_reader_name_fault(node->text, spaces);
    if (fault) {
        mp_reader_fault(reader, node, "'%s' cannot name %s: it %s", node->text,
                        what, fault);
        return NULL;
    }
    return gh_arena_copy(reader->arena,
                         gh_utf8_nfc(reader->arena, gh_str_of(node->text)));
}

static bool read_command(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    draft->platform.command_line = node->line;
    draft->platform.command_column = node->column;
    return mp_reader_command(reader, node, MP_NAMES_CASE,
                             &draft->platform.argv);
}

static bool read_available(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    return mp_reader_command(reader, node, MP_NAMES_NONE,
                             &draft->platform.available);
}

static bool read_examiner(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, enum mp_names names,
                          struct mp_examiner *examiner)
{
    if (!mp_reader_command(reader, node, names, &examiner->argv))
        return false;
    examiner->place =
        gh_arena_format(reader->arena, "%s:%d:%d", reader->config->path,
                        node->line, node->column);
    return true;
}

static bool read_on_timeout(struct mp_config_reader *reader,
                            const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    return read_examiner(reader, node, MP_NAMES_PROCESS,
                         &draft->platform.on_timeout);
}

static bool read_on_crash(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    return read_examiner(reader, node, MP_NAMES_DEAD,
                         &draft->platform.on_crash);
}

static bool read_environment(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    const struct mp_pair *pairs;
    size_t count;
    if (!mp_reader_pairs(reader, node, MP_NAMES_CASE, &pairs, &count))
        return false;
    struct mp_variable *list =
        gh_arena_array(reader->arena, count, sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        const char *name = pairs[i].key;
        if (!*name || strchr(name, '='))
            mp_faults_add(&reader->faults, pairs[i].at.line, pairs[i].at.column,
                          "'%s' cannot name an environment variable", name);
        list[i] = (struct mp_variable){name, pairs[i].value};
    }
    draft->platform.environment = list;
    draft->platform.environment_count = count;
    return true;
}

static bool read_label(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, void *target)
{
    const char *text = NULL;
    if (!mp_reader_text(reader, node, &text))
        return false;
    const char *fault = mp_reader_name_fault(text, false);
    if (fault) {
        mp_reader_fault(reader, node, "'%s' cannot be a label: it %s", text,
                        fault);
        return false;
    }
    *(const char **)target = gh_arena_copy(
        reader->arena, gh_utf8_nfc(reader->arena, gh_str_of(text)));
    return true;
}

static bool read_labels(struct mp_config_reader *reader,
                        const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    if (!mp_reader_is_list(reader, node, "a list of labels"))
        return false;
    if (node->count > MOST_LABELS) {
        mp_reader_fault(reader, node, "%s may have %d items at most",
                        mp_reader_path(reader, node), MOST_LABELS);
        return false;
    }
    const char **list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    size_t count = 0;
    for (const struct mp_yaml_node *n = node->first; n; n = n->next)
        count += read_label(reader, n, &list[count]);
    draft->labels = list;
    draft->label_count = count;
    return true;
}

static const char *const protocol_words[] = {
    [MP_PROTOCOL_AUTO] = "auto",
    [MP_PROTOCOL_BARE] = "bare",
    [MP_PROTOCOL_V1] = "1",
    [MP_PROTOCOL_HARMONY] = "harmony",
};

const char *mp_protocol_name(enum mp_protocol protocol)
{
    return protocol_words[protocol];
}

static bool read_protocol(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target)
{
    size_t index;
    if (!mp_reader_word(reader, node, protocol_words, COUNT_OF(protocol_words),
                        &index))
        return false;
    ((struct draft *)target)->platform.protocol = (enum mp_protocol)index;
    return true;
}

static const char *const frame_words[] = {
    [MP_FRAME_LINE] = "ndjson",
    [MP_FRAME_CONTENT_LENGTH] = "content-length",
};

const char *mp_frame_name(enum mp_frame frame)
{
    return frame_words[frame];
}

static bool read_framing(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    size_t index;
    if (!mp_reader_word(reader, node, frame_words, COUNT_OF(frame_words),
                        &index))
        return false;
    draft->platform.frame = (enum mp_frame)index;
    draft->framed = true;
    return true;
}

static bool read_step_type(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node, void *target)
{
    static const char *const words[] = {"keyword", "number"};
    size_t index;
    if (!mp_reader_word(reader, node, words, 2, &index))
        return false;
    ((struct draft *)target)->platform.step_type_number = index == 1;
    return true;
}

static const char *const isolation_words[] = {"scenario", "feature", "run"};

const char *mp_isolation_name(enum mp_isolation isolation)
{
    return isolation_words[isolation];
}

static bool read_isolation(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node, void *target)
{
    size_t index;
    if (!mp_reader_word(reader, node, isolation_words, 3, &index))
        return false;
    ((struct draft *)target)->platform.isolation = (enum mp_isolation)index;
    return true;
}

static bool read_prestart(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    return mp_reader_bool(reader, node, &draft->platform.prestart);
}

static bool read_options(struct mp_config_reader *reader,
                         const struct mp_yaml_node *node, void *target)
{
    struct draft *draft = target;
    if (!mp_reader_is_map(reader, node))
        return false;
    draft->platform.options_json = mp_options_json(reader, node);
    return true;
}

static const struct mp_key platform_keys[] = {
    {"command", read_command, 0},
    {"cwd", mp_reader_text, offsetof(struct draft, cwd)},
    {"env", read_environment, 0},
    {"labels", read_labels, 0},
    {"os", read_label, offsetof(struct draft, os)},
    {"arch", read_label, offsetof(struct draft, arch)},
    {"available", read_available, 0},
    {"start_timeout", mp_reader_time,
     offsetof(struct draft, platform.start_timeout_ms)},
    {"on_timeout", read_on_timeout, 0},
    {"on_crash", read_on_crash, 0},
    {"evidence_timeout", mp_reader_time,
     offsetof(struct draft, platform.evidence_timeout_ms)},
    {"protocol", read_protocol, 0},
    {"framing", read_framing, 0},
    {"undefined_when", mp_reader_regex,
     offsetof(struct draft, platform.undefined_when)},
    {"step_type", read_step_type, 0},
    {"isolation", read_isolation, 0},
    {"prestart", read_prestart, 0},
    {"options", read_options, 0},
};

/* The names that machines and people have for one thing: all of them become
 * labels, so that @platform:amd64 and @platform:x86_64 mean the same. */
static const char *other_arch(const char *arch)
{
    static const char *const table[][2] = {
        {"x86_64", "amd64"},
        {"aarch64", "arm64"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (!strcmp(arch, table[i][0]))
            return table[i][1];
        if (!strcmp(arch, table[i][1]))
            return table[i][0];
    }
    return NULL;
}

static const char *lower_case(struct gh_arena *arena, const char *text)
{
    char *copy = gh_arena_copy(arena, gh_str_of(text));
    for (char *p = copy; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

static const char *os_name(struct gh_arena *arena, const char *sysname)
{
    const char *name = lower_case(arena, sysname);
    if (!strcmp(name, "darwin"))
        return "macos";
    if (!strncmp(name, "mingw", 5) || !strncmp(name, "msys", 4) ||
        !strncmp(name, "cygwin", 6))
        return "windows";
    return name;
}

static void add_label(struct mp_label *labels, size_t *count, const char *name,
                      enum mp_label_kind kind)
{
    if (!name)
        return;
    for (size_t i = 0; i < *count; i++) {
        if (!strcmp(labels[i].name, name))
            return;
    }
    labels[(*count)++] = (struct mp_label){name, kind};
}

static void set_labels(struct mp_config_reader *reader, struct draft *draft)
{
    struct utsname machine;
    if (uname(&machine))
        memset(&machine, 0, sizeof(machine));
    const char *os = draft->os, *arch = draft->arch;
    if (!os && *machine.sysname)
        os = os_name(reader->arena, machine.sysname);
    if (!arch && *machine.machine)
        arch = lower_case(reader->arena, machine.machine);
    size_t count = 0;
    struct mp_label *labels =
        gh_arena_array(reader->arena, draft->label_count + 4, sizeof(*labels));
    add_label(labels, &count, draft->platform.name, MP_LABEL_NAME);
    add_label(labels, &count, os, MP_LABEL_OS);
    add_label(labels, &count, arch, MP_LABEL_ARCH);
    add_label(labels, &count, arch ? other_arch(arch) : NULL, MP_LABEL_ARCH);
    for (size_t i = 0; i < draft->label_count; i++)
        add_label(labels, &count, draft->labels[i], MP_LABEL_OWN);
    draft->platform.labels = labels;
    draft->platform.label_count = count;
}

static const char *absolute_cwd(struct mp_config_reader *reader,
                                const char *cwd)
{
    const char *folder = reader->config->folder;
    if (!cwd || !strcmp(cwd, "."))
        return folder;
    char *joined = mp_fs_join(folder, cwd);
    char *real = mp_fs_absolute(joined);
    char *path = gh_arena_copy(reader->arena, gh_str_of(real ? real : joined));
    gh_free(real);
    gh_free(joined);
    return path;
}

/* What one protocol alone has a use for is a mistake beside another. */
static void check_protocol(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node, struct draft *draft)
{
    enum mp_protocol protocol = draft->platform.protocol;
    const struct mp_yaml_node *type = mp_yaml_find(node, "step_type");
    const struct mp_yaml_node *undefined = mp_yaml_find(node, "undefined_when");
    if (protocol == MP_PROTOCOL_HARMONY && !draft->framed)
        draft->platform.frame = MP_FRAME_CONTENT_LENGTH;
    if (type && protocol != MP_PROTOCOL_HARMONY)
        mp_reader_fault(reader, type,
                        "%s is for 'protocol: harmony' only: other servers "
                        "get the word",
                        mp_reader_path(reader, type));
    if (undefined && protocol == MP_PROTOCOL_V1)
        mp_reader_fault(reader, undefined,
                        "%s is for servers that cannot say it themselves: "
                        "'protocol: harmony' or bare",
                        mp_reader_path(reader, undefined));
}

static bool read_platform(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node,
                          struct mp_platform *platform)
{
    struct draft draft = {.platform = {
                              .line = node->key->line,
                              .column = node->key->column,
                              .options_json = "{}",
                              .start_timeout_ms = DEFAULT_START_MS,
                              .evidence_timeout_ms = DEFAULT_EVIDENCE_MS,
                              .prestart = true,
                              .command_line = node->key->line,
                              .command_column = node->key->column,
                          }};
    draft.platform.name =
        mp_sections_name(reader, node->key, "a platform", false);
    size_t count = sizeof(platform_keys) / sizeof(*platform_keys);
    if (!mp_reader_map(reader, node, platform_keys, count, &draft))
        return false;
    if (!mp_yaml_find(node, "command"))
        mp_reader_fault(reader, node->key,
                        "%s has no command: add 'command: [program, ...]'",
                        mp_reader_path(reader, node));
    check_protocol(reader, node, &draft);
    draft.platform.cwd = absolute_cwd(reader, draft.cwd);
    set_labels(reader, &draft);
    *platform = draft.platform;
    return platform->name;
}

bool mp_sections_platforms(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node, void *target)
{
    struct mp_config *config = target;
    if (!mp_reader_is_map(reader, node))
        return false;
    struct mp_platform *list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    size_t count = 0;
    for (const struct mp_yaml_node *n = node->first; n; n = n->next)
        count += read_platform(reader, n, &list[count]);
    if (!node->count)
        mp_reader_fault(reader, node,
                        "platforms is empty: at least one is needed");
    config->platforms = list;
    config->platform_count = count;
    return true;
}

const struct mp_platform *mp_sections_platform(struct mp_config_reader *reader,
                                               const struct mp_yaml_node *node)
{
    const struct mp_config *config = reader->config;
    const char *name = NULL;
    if (!mp_reader_text(reader, node, &name))
        return NULL;
    const struct mp_platform *found =
        mp_config_platform(config, gh_str_of(name));
    if (found)
        return found;
    const char **known =
        gh_arena_array(reader->arena, config->platform_count, sizeof(*known));
    for (size_t i = 0; i < config->platform_count; i++)
        known[i] = config->platforms[i].name;
    mp_reader_unknown(reader, node, "platform", name, known,
                      config->platform_count);
    return NULL;
}
