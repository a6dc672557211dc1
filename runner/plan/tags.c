#include "runner/plan/tags.h"

#include <string.h>
#include <strings.h>

#include "gherkin/utf8.h"
#include "runner/base/text.h"

#define SHORT_TIMEOUT_MS 50
#define MOST_RETRIES     100

enum tag_kind {
    TAG_ORDINARY,
    TAG_PLATFORM,
    TAG_TIMEOUT,
    TAG_SCENARIO_TIMEOUT,
    TAG_COMBINATIONS,
    TAG_SERIAL,
    TAG_LOCK,
    TAG_RETRY,
};

static const struct {
    const char *word; /* after the @ */
    enum tag_kind kind;
    const char *example; /* NULL: takes no value */
} word_table[] = {
    {"platform", TAG_PLATFORM, "@platform:linux,macos"},
    {"timeout", TAG_TIMEOUT, "@timeout:5s"},
    {"scenario-timeout", TAG_SCENARIO_TIMEOUT, "@scenario-timeout:60s"},
    {"combinations", TAG_COMBINATIONS, "@combinations:pairwise"},
    {"serial", TAG_SERIAL, NULL},
    {"lock", TAG_LOCK, "@lock:database"},
    {"retry", TAG_RETRY, "@retry:2"},
};

/* A pickle's tag, read. */
struct read_tag {
    const struct gh_pickle_tag *source;
    enum tag_kind kind;
    unsigned label_kinds; /* of a platform tag: bits of mp_label_kind */
    struct mp_platform_tag platform;
    int64_t number; /* ms, retries or strategy */
    struct gh_str value;
    bool displaced;
    bool faulty;
};

struct reader {
    const struct mp_config *config;
    const char *uri;
    const struct gh_pickle *pickle;
    struct gh_arena *arena;
    struct mp_tag_demands *demands;
    struct mp_errors *errors;
    struct read_tag *tags;
    size_t count;
    const char **notes;
};

static void fault(struct reader *r, struct read_tag *tag, const char *what)
{
    tag->faulty = true;
    mp_errors_add(r->errors, "%s:%u:%u: %.*s: %s", r->uri, tag->source->at.line,
                  tag->source->at.column, GH_STR_ARG(tag->source->name), what);
}

/* Behind a word of ours: an ordinary tag that only starts alike goes on with a
 * letter, or with - _ or . as in @platform-specific. */
static bool goes_on(struct gh_str rest)
{
    uint32_t c;
    if (!rest.len)
        return false;
    gh_utf8_decode(rest.ptr, rest.len, &c);
    return c == '-' || c == '_' || c == '.' ||
           ((c < '0' || c > '9') && gh_utf8_is_letter_or_digit(c));
}

/* Which word of ours the tag (without its @) is; its value after the colon.
 * @timeout5s and @timeout(5s) are ours too, so that they can be told. */
static enum tag_kind kind_of(struct gh_str name, struct gh_str *value,
                             size_t *row)
{
    for (size_t i = 0; i < sizeof(word_table) / sizeof(*word_table); i++) {
        size_t length = strlen(word_table[i].word);
        if (name.len < length || memcmp(name.ptr, word_table[i].word, length))
            continue;
        struct gh_str rest = {name.ptr + length, name.len - length};
        if (goes_on(rest))
            continue;
        if (rest.len && *rest.ptr == ':')
            *value = (struct gh_str){rest.ptr + 1, rest.len - 1};
        *row = i;
        return word_table[i].kind;
    }
    return TAG_ORDINARY;
}

static const char *const os_table[] = {"linux",   "macos",   "windows",
                                       "freebsd", "openbsd", "netbsd",
                                       "android", "ios",     "solaris"};
static const char *const arch_table[] = {
    "x86_64",  "amd64", "x86",    "i386",    "i686",    "arm64",
    "aarch64", "arm",   "armv7l", "riscv64", "ppc64le", "s390x"};

static bool in_list(struct gh_str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (gh_str_equal(word, gh_str_of(list[i])))
            return true;
    }
    return false;
}

/* The kinds of labels that bear this name, as bits; 0: no platform has it. */
static unsigned label_kinds(const struct mp_config *config, struct gh_str name)
{
    unsigned kinds = 0;
    for (size_t p = 0; p < config->platform_count; p++) {
        const struct mp_platform *platform = &config->platforms[p];
        for (size_t i = 0; i < platform->label_count; i++) {
            if (gh_str_equal(name, gh_str_of(platform->labels[i].name)))
                kinds |= 1u << platform->labels[i].kind;
        }
    }
    if (!kinds && in_list(name, os_table, sizeof(os_table) / sizeof(char *)))
        kinds = 1u << MP_LABEL_OS;
    if (!kinds &&
        in_list(name, arch_table, sizeof(arch_table) / sizeof(char *)))
        kinds = 1u << MP_LABEL_ARCH;
    return kinds;
}

static void unknown_label(struct reader *r, struct read_tag *tag,
                          struct gh_str label)
{
    const char *known[512];
    size_t count = 0;
    for (size_t p = 0; p < r->config->platform_count; p++) {
        const struct mp_platform *platform = &r->config->platforms[p];
        for (size_t i = 0; i < platform->label_count && count < 512; i++)
            known[count++] = platform->labels[i].name;
    }
    const char *word = gh_arena_copy(r->arena, label);
    const char *near = mp_nearest(word, known, count);
    fault(r, tag,
          near ? gh_arena_format(r->arena,
                                 "no platform has the label '%s', did you "
                                 "mean '%s'?",
                                 word, near)
               : gh_arena_format(r->arena,
                                 "no platform in %s has the label '%s'",
                                 r->config->path, word));
}

/* "linux,macos" or "writer=c,python". */
static void read_platform(struct reader *r, struct read_tag *tag)
{
    struct gh_str list = tag->value;
    const char *equals = memchr(list.ptr, '=', list.len);
    if (equals) {
        struct gh_str process = {list.ptr, (size_t)(equals - list.ptr)};
        tag->platform.process = gh_utf8_nfc(r->arena, process);
        list.len -= (size_t)(equals + 1 - list.ptr);
        list.ptr = equals + 1;
    }
    struct gh_str *labels =
        gh_arena_array(r->arena, list.len + 1, sizeof(*labels));
    size_t count = 0;
    bool empty = list.len == 0;
    while (list.len) {
        const char *comma = memchr(list.ptr, ',', list.len);
        size_t length = comma ? (size_t)(comma - list.ptr) : list.len;
        struct gh_str label =
            gh_utf8_nfc(r->arena, (struct gh_str){list.ptr, length});
        empty = empty || !length || (comma && length + 1 == list.len);
        labels[count++] = label;
        unsigned kinds = label_kinds(r->config, label);
        if (!kinds && length)
            unknown_label(r, tag, label);
        tag->label_kinds |= kinds;
        length += comma != NULL;
        list.ptr += length;
        list.len -= length;
    }
    if (empty || (equals && !tag->platform.process.len))
        fault(r, tag,
              "say it as @platform:linux,macos or "
              "@platform:writer=c,python");
    tag->platform.labels = labels;
    tag->platform.label_count = count;
    tag->platform.text = gh_arena_copy(r->arena, tag->source->name);
    tag->platform.at = tag->source->at;
}

static void read_duration(struct reader *r, struct read_tag *tag, size_t row)
{
    if (!mp_duration_parse(tag->value, true, &tag->number) ||
        tag->number <= 0) {
        fault(r, tag,
              gh_arena_format(r->arena,
                              "not a duration; say it as %s (a bare number "
                              "is milliseconds)",
                              word_table[row].example));
        tag->number = 0;
    } else if (tag->number < SHORT_TIMEOUT_MS) {
        mp_errors_warn(r->errors,
                       "%s:%u:%u: warning: %.*s is only %d ms; 50 ms is "
                       "the least that makes sense",
                       r->uri, tag->source->at.line, tag->source->at.column,
                       GH_STR_ARG(tag->source->name), (int)tag->number);
    }
}

static void read_value(struct reader *r, struct read_tag *tag, size_t row)
{
    enum mp_strategy strategy;
    switch (tag->kind) {
    case TAG_PLATFORM:
        read_platform(r, tag);
        break;
    case TAG_TIMEOUT:
    case TAG_SCENARIO_TIMEOUT:
        read_duration(r, tag, row);
        break;
    case TAG_COMBINATIONS:
        if (mp_strategy_parse(tag->value, &strategy))
            tag->number = strategy;
        else
            fault(r, tag, "the strategies are all, same, mixed and pairwise");
        break;
    case TAG_RETRY:
        for (size_t i = 0; i < tag->value.len; i++) {
            char c = tag->value.ptr[i];
            bool digit = c >= '0' && c <= '9' && tag->number <= MOST_RETRIES;
            tag->number = digit ? tag->number * 10 + (c - '0') : INT32_MAX;
        }
        if (!tag->value.len || tag->number > MOST_RETRIES)
            fault(r, tag, "say how often, as in @retry:2 (at most 100)");
        break;
    case TAG_SERIAL:
    case TAG_LOCK:
    case TAG_ORDINARY:
        break;
    }
}

/* The alias's meaning for the tag's name (without @), or the name. */
static struct gh_str without_alias(const struct mp_config *config,
                                   struct gh_str name)
{
    for (size_t i = 0; i < config->tag_alias_count; i++) {
        const struct mp_pair *alias = &config->tag_aliases[i];
        const char *key = alias->key + (alias->key[0] == '@');
        if (gh_str_equal(name, gh_str_of(key)))
            return gh_str_of(alias->value + (alias->value[0] == '@'));
    }
    return name;
}

static void warn_meant(struct reader *r, const struct read_tag *tag,
                       const char *word, const char *end)
{
    mp_errors_warn(r->errors,
                   "%s:%u:%u: warning: %.*s means nothing to mprun, did you "
                   "mean '@%s%s'?",
                   r->uri, tag->source->at.line, tag->source->at.column,
                   GH_STR_ARG(tag->source->name), word, end);
}

/* Is that a value of the kind, in @timeout-5s or @platform_linux? */
static bool is_value(const struct reader *r, enum tag_kind kind,
                     struct gh_str text)
{
    enum mp_strategy strategy;
    int64_t number;
    switch (kind) {
    case TAG_PLATFORM:
        return label_kinds(r->config, text) != 0;
    case TAG_TIMEOUT:
    case TAG_SCENARIO_TIMEOUT:
    case TAG_RETRY:
        return mp_duration_parse(text, true, &number);
    case TAG_COMBINATIONS:
        return mp_strategy_parse(text, &strategy);
    default:
        return false;
    }
}

/* "Timeout:5s", "SERIAL", "timeout-5s": the word in other letters, or with
 * another sign behind it than a colon. */
static bool warn_near_sign(struct reader *r, const struct read_tag *tag,
                           struct gh_str name)
{
    for (size_t i = 0; i < sizeof(word_table) / sizeof(*word_table); i++) {
        const char *word = word_table[i].word;
        size_t length = strlen(word);
        if (name.len < length || strncasecmp(name.ptr, word, length) != 0)
            continue;
        struct gh_str rest = {name.ptr + length, name.len - length};
        struct gh_str value = {rest.ptr + !!rest.len, rest.len - !!rest.len};
        bool other_case = memcmp(name.ptr, word, length) != 0;
        if ((other_case && !goes_on(rest)) ||
            (goes_on(rest) && strchr("-_.", *rest.ptr) &&
             is_value(r, word_table[i].kind, value))) {
            warn_meant(r, tag, word, word_table[i].example ? ":" : "");
            return true;
        }
    }
    return false;
}

/* @platfrom:linux */
static void warn_near_word(struct reader *r, const struct read_tag *tag,
                           struct gh_str name)
{
    const char *words[sizeof(word_table) / sizeof(*word_table)];
    size_t count = sizeof(words) / sizeof(*words);
    const char *colon = memchr(name.ptr, ':', name.len);
    if (warn_near_sign(r, tag, name) || !colon)
        return;
    for (size_t i = 0; i < count; i++)
        words[i] = word_table[i].word;
    const char *word = gh_arena_copy(
        r->arena, (struct gh_str){name.ptr, (size_t)(colon - name.ptr)});
    const char *near = strlen(word) > 4 ? mp_nearest(word, words, count) : NULL;
    if (near)
        warn_meant(r, tag, near, ":");
}

static void read_tag(struct reader *r, struct read_tag *tag)
{
    size_t row = 0;
    struct gh_str name = {tag->source->name.ptr + 1, tag->source->name.len - 1};
    name = without_alias(r->config, name);
    tag->kind = kind_of(name, &tag->value, &row);
    if (tag->kind == TAG_ORDINARY) {
        warn_near_word(r, tag, name);
        return;
    }
    const char *word = word_table[row].word;
    const char *example = word_table[row].example;
    if (!example && name.len != strlen(word))
        fault(r, tag, gh_arena_format(r->arena, "@%s takes no value", word));
    else if (example && !tag->value.len)
        fault(r, tag,
              gh_arena_format(r->arena, "needs a value, as in %s", example));
    else
        read_value(r, tag, row);
}

static bool same_kind(const struct read_tag *a, const struct read_tag *b)
{
    if (a->kind != b->kind || a->kind == TAG_ORDINARY)
        return false;
    return a->kind != TAG_PLATFORM ||
           ((a->label_kinds & b->label_kinds) &&
            gh_str_equal(a->platform.process, b->platform.process));
}

static void displace(struct reader *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct read_tag *tag = &r->tags[i];
        for (size_t j = 0; j < r->count && !tag->displaced; j++) {
            const struct read_tag *other = &r->tags[j];
            if (!same_kind(tag, other) ||
                other->source->level <= tag->source->level)
                continue;
            tag->displaced = true;
            if (gh_str_equal(tag->source->name, other->source->name))
                continue;
            r->notes[r->demands->note_count++] = gh_arena_format(
                r->arena, "%.*s (line %u) is displaced by the nearer %.*s",
                GH_STR_ARG(tag->source->name), tag->source->at.line,
                GH_STR_ARG(other->source->name));
        }
    }
}

/* Two tags that hold together but say different things. */
static void check_one_value(struct reader *r, struct read_tag *tag)
{
    if (tag->kind != TAG_TIMEOUT && tag->kind != TAG_SCENARIO_TIMEOUT &&
        tag->kind != TAG_COMBINATIONS && tag->kind != TAG_RETRY)
        return;
    for (const struct read_tag *other = r->tags; other < tag; other++) {
        if (!other->displaced && other->kind == tag->kind && !other->faulty &&
            !tag->faulty && other->number != tag->number)
            fault(r, tag,
                  gh_arena_format(r->arena,
                                  "contradicts %.*s on the same level",
                                  GH_STR_ARG(other->source->name)));
    }
}

static void take_lock(struct mp_tag_demands *demands, const char *name,
                      const char **locks)
{
    for (size_t i = 0; i < demands->lock_count; i++) {
        if (!strcmp(locks[i], name))
            return;
    }
    locks[demands->lock_count++] = name;
}

static void take(struct mp_tag_demands *demands, const struct read_tag *tag,
                 struct mp_platform_tag *platforms, const char **locks,
                 struct gh_arena *arena)
{
    switch (tag->kind) {
    case TAG_PLATFORM:
        platforms[demands->platform_count++] = tag->platform;
        break;
    case TAG_TIMEOUT:
        demands->timeout_ms = tag->number;
        break;
    case TAG_SCENARIO_TIMEOUT:
        demands->scenario_timeout_ms = tag->number;
        break;
    case TAG_COMBINATIONS:
        demands->has_strategy = true;
        demands->strategy = (enum mp_strategy)tag->number;
        break;
    case TAG_SERIAL:
        demands->serial = true;
        break;
    case TAG_LOCK:
        take_lock(demands, gh_arena_copy(arena, tag->value), locks);
        break;
    case TAG_RETRY:
        demands->retries = (int)tag->number;
        break;
    case TAG_ORDINARY:
        break;
    }
}

/* Names that --tags sees: tags that hold, and each label of a platform list
 * as a tag of its own. */
static void make_effective(struct reader *r)
{
    size_t most = r->count;
    for (size_t i = 0; i < r->count; i++)
        most += r->tags[i].platform.label_count;
    struct gh_str *names = gh_arena_array(r->arena, most + 1, sizeof(*names));
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct read_tag *tag = &r->tags[i];
        if (tag->displaced)
            continue;
        names[count++] = gh_arena_str(r->arena, tag->source->name);
        const struct mp_platform_tag *platform = &tag->platform;
        for (size_t j = 0; j < platform->label_count; j++) {
            struct gh_str process = platform->process;
            names[count++] = gh_str_of(gh_arena_format(
                r->arena, "@platform:%.*s%s%.*s", GH_STR_ARG(process),
                process.len ? "=" : "", GH_STR_ARG(platform->labels[j])));
        }
    }
    r->demands->effective = names;
    r->demands->effective_count = count;
}

void mp_tags_read(const struct mp_config *config, const char *uri,
                  const struct gh_pickle *pickle, struct gh_arena *arena,
                  struct mp_tag_demands *demands, struct mp_errors *errors)
{
    struct reader r = {.config = config,
                       .uri = uri,
                       .pickle = pickle,
                       .arena = arena,
                       .demands = demands,
                       .errors = errors,
                       .count = pickle->tag_count};
    *demands = (struct mp_tag_demands){
        .timeout_ms = -1, .scenario_timeout_ms = -1, .retries = -1};
    struct mp_platform_tag *platforms =
        gh_arena_array(arena, r.count, sizeof(*platforms));
    const char **locks = gh_arena_array(arena, r.count, sizeof(*locks));
    r.tags = gh_arena_array(arena, r.count, sizeof(*r.tags));
    r.notes = gh_arena_array(arena, r.count, sizeof(*r.notes));
    demands->platforms = platforms;
    demands->locks = locks;
    demands->notes = r.notes;
    for (size_t i = 0; i < r.count; i++) {
        r.tags[i].source = &pickle->tags[i];
        read_tag(&r, &r.tags[i]);
    }
    displace(&r);
    for (size_t i = 0; i < r.count; i++) {
        if (r.tags[i].displaced)
            continue;
        check_one_value(&r, &r.tags[i]);
        take(demands, &r.tags[i], platforms, locks, arena);
    }
    make_effective(&r);
}

bool mp_tags_allow(const struct mp_platform_tag *tag,
                   const struct mp_platform *platform)
{
    for (size_t i = 0; i < tag->label_count; i++) {
        for (size_t j = 0; j < platform->label_count; j++) {
            if (gh_str_equal(tag->labels[i],
                             gh_str_of(platform->labels[j].name)))
                return true;
        }
    }
    return false;
}
