/* cucumber.js, .mjs, .cjs, .json and .yaml: profiles of options. */
#include <string.h>

#include "runner/base/text.h"
#include "runner/cli/takeover.h"
#include "runner/cli/takeover_js.h"

struct cucumber {
    struct mp_takeover *takeover;
    const char *profile; /* that is being read */
};

static const char *named(const struct cucumber *cucumber, const char *key)
{
    return strcmp(cucumber->profile, "default")
               ? gh_arena_format(&cucumber->takeover->arena, "%s.%s",
                                 cucumber->profile, key)
               : key;
}

static void leave(const struct cucumber *cucumber, const char *key,
                  const char *why)
{
    mp_takeover_leave(cucumber->takeover, named(cucumber, key), why);
}

static void take(const struct cucumber *cucumber, const char *key,
                 const char *value)
{
    mp_takeover_option(cucumber->takeover, cucumber->profile, key, value);
}

static bool is_text(const struct mp_yaml_node *node)
{
    return node && node->kind == MP_YAML_TEXT;
}

static bool is_true(const char *text)
{
    return !strcmp(text, "true");
}

/* "html:out.html", or "html" with a file of its own. */
static void take_format(const struct cucumber *cucumber, const char *text,
                        const char *file)
{
    struct gh_arena *arena = &cucumber->takeover->arena;
    const char *colon = file ? NULL : strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    const char *name = gh_arena_copy(arena, (struct gh_str){text, length});
    mp_takeover_format(cucumber->takeover, cucumber->profile, name,
                       colon ? colon + 1 : file);
}

static void take_pair_of_format(const struct cucumber *cucumber,
                                const struct mp_yaml_node *list)
{
    const struct mp_yaml_node *first = list->first;
    const struct mp_yaml_node *second = first ? first->next : NULL;
    if (first && is_text(first))
        take_format(cucumber, first->text,
                    is_text(second) ? second->text : NULL);
    else
        leave(cucumber, "format", "it is no name of a report");
}

static void take_order(const struct cucumber *cucumber, const char *value)
{
    if (!strncmp(value, "random", 6) || !strcmp(value, "defined") ||
        !strcmp(value, "reverse"))
        take(cucumber, "order", value);
    else
        leave(cucumber, "order", "it has no counterpart");
}

/* A value of an option: of a list, each of them comes here. */
static void take_value(const struct cucumber *cucumber, const char *key,
                       const char *value)
{
    static const char *const code[] = {"require", "requireModule", "import",
                                       "loader", NULL};
    bool of_code = false;
    for (size_t i = 0; code[i]; i++)
        of_code = of_code || !strcmp(code[i], key);
    if (!strcmp(value, MP_JS_COMPUTED))
        leave(cucumber, key, "it is computed: write it by hand");
    else if (of_code)
        leave(cucumber, key,
              gh_arena_format(&cucumber->takeover->arena,
                              "'%s' has steps for cucumber-js; the platform's "
                              "command names those for mprun",
                              value));
    else if (!strcmp(key, "paths") && strcmp(cucumber->profile, "default"))
        leave(cucumber, key,
              gh_arena_format(&cucumber->takeover->arena,
                              "'%s' goes on the command line: a profile has no "
                              "paths here",
                              value));
    else if (!strcmp(key, "paths"))
        mp_takeover_feature(cucumber->takeover, value);
    else if (!strcmp(key, "tags"))
        mp_takeover_tags(cucumber->takeover, cucumber->profile, value);
    else if (!strcmp(key, "name"))
        take(cucumber, "name", value);
    else if (!strcmp(key, "format"))
        take_format(cucumber, value, NULL);
    else if (!strcmp(key, "parallel") && strcmp(value, "0") != 0)
        take(cucumber, "jobs", value);
    else if (!strcmp(key, "retry"))
        take(cucumber, "retry", value);
    else if (!strcmp(key, "order"))
        take_order(cucumber, value);
    else if (!strcmp(key, "failFast") && is_true(value))
        take(cucumber, "fail-fast", "true");
    else if (!strcmp(key, "strict") && !strcmp(value, "false"))
        take(cucumber, "no-strict", "true");
    else
        leave(cucumber, key, "it has no counterpart");
}

static void take_parameters(const struct cucumber *cucumber,
                            const struct mp_yaml_node *map)
{
    const struct mp_yaml_node *node = map->first;
    for (; node; node = node->next) {
        if (is_text(node) && strcmp(node->text, MP_JS_COMPUTED) != 0)
            take(cucumber, "define",
                 gh_arena_format(&cucumber->takeover->arena, "%s=%s",
                                 node->key->text, node->text));
        else
            leave(cucumber, "worldParameters", "only plain values are taken");
    }
}

static void take_node(const struct cucumber *cucumber,
                      const struct mp_yaml_node *node)
{
    const char *key = node->key->text;
    const struct mp_yaml_node *value = node->first;
    if (!strcmp(key, "worldParameters") && node->kind == MP_YAML_MAP) {
        take_parameters(cucumber, node);
    } else if (is_text(node)) {
        take_value(cucumber, key, node->text);
    } else if (node->kind == MP_YAML_LIST) {
        for (; value; value = value->next) {
            if (is_text(value))
                take_value(cucumber, key, value->text);
            else if (value->kind == MP_YAML_LIST && !strcmp(key, "format"))
                take_pair_of_format(cucumber, value);
            else
                leave(cucumber, key, "it is no text");
        }
    } else {
        leave(cucumber, key, "it has no counterpart");
    }
}

/* --- a profile of words: "--tags @a -f html:x features" --- */

/* "fail-fast" as its member is called. */
static const char *camel(struct gh_arena *arena, const char *word)
{
    char *name = gh_arena_copy(arena, gh_str_of(word)), *to = name;
    for (const char *from = name; *from; from++) {
        bool dash = *from == '-' && from[1];
        char c = dash ? *++from : *from;
        *to++ = (char)(dash && c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    *to = '\0';
    return name;
}

static const char *long_name(char letter)
{
    switch (letter) {
    case 't':
        return "tags";
    case 'f':
        return "format";
    case 'n':
        return "name";
    case 'p':
        return "profile";
    case 'r':
        return "require";
    case 'i':
        return "import";
    default:
        return "";
    }
}

static void take_words(const struct cucumber *cucumber, const char *line)
{
    struct gh_arena *arena = &cucumber->takeover->arena;
    char **words = mp_words_split(line, arena);
    if (!words)
        leave(cucumber, "profile", "it has a quote that is not closed");
    for (; words && *words; words++) {
        const char *word = *words, *equals = strchr(word, '=');
        if (*word != '-') {
            take_value(cucumber, "paths", word);
            continue;
        }
        struct gh_str name = {word + 2, strcspn(word + 2, "=")};
        const char *key = word[1] == '-'
                              ? camel(arena, gh_arena_copy(arena, name))
                              : long_name(word[1]);
        bool bare = !equals &&
                    (!words[1] || *words[1] == '-' || !strcmp(key, "failFast"));
        const char *value = bare ? "true" : equals ? equals + 1 : *++words;
        take_value(cucumber, key, value);
    }
}

/* --- profiles --- */

static void take_profile(struct mp_takeover *takeover, const char *name,
                         const struct mp_yaml_node *node)
{
    struct cucumber cucumber = {.takeover = takeover, .profile = name};
    if (node->kind == MP_YAML_MAP) {
        for (node = node->first; node; node = node->next)
            take_node(&cucumber, node);
    } else if (is_text(node) && strcmp(node->text, MP_JS_COMPUTED) != 0) {
        take_words(&cucumber, node->text);
    } else {
        mp_takeover_leave(takeover, name, "it is computed: write it by hand");
    }
}

static void take_profiles(struct mp_takeover *takeover,
                          const struct mp_yaml_node *map)
{
    const struct mp_yaml_node *node =
        map->kind == MP_YAML_MAP ? map->first : NULL;
    for (; node; node = node->next)
        take_profile(takeover, node->key->text, node);
}

static const struct mp_yaml_node *parse(struct mp_takeover *takeover,
                                        struct gh_str bytes, bool json,
                                        struct mp_errors *errors)
{
    struct mp_faults faults = {.path = takeover->path};
    const struct mp_yaml_node *root =
        bytes.len ? mp_yaml_parse(bytes, json, &takeover->arena, &faults)
                  : NULL;
    bool good = !faults.error_count;
    mp_faults_flush(&faults, errors);
    return good ? root : NULL;
}

static bool take_javascript(struct mp_takeover *takeover, struct gh_str bytes,
                            struct mp_errors *errors)
{
    struct mp_js_exports exports;
    mp_js_read(bytes, &exports);
    if (exports.open) {
        mp_takeover_fault(takeover, bytes, exports.open, errors,
                          "what begins here has no end");
        mp_js_finish(&exports);
        return false;
    }
    const struct mp_yaml_node *whole =
        parse(takeover, (struct gh_str){exports.whole.data, exports.whole.len},
              true, errors);
    const struct mp_yaml_node *by_name =
        parse(takeover, (struct gh_str){exports.named.data, exports.named.len},
              true, errors);
    if (whole && exports.is_module_exports && whole->kind == MP_YAML_MAP)
        take_profiles(takeover, whole);
    else if (whole)
        take_profile(takeover, "default", whole);
    if (by_name)
        take_profiles(takeover, by_name);
    mp_js_finish(&exports);
    if (!whole && !by_name)
        mp_errors_add(errors,
                      "%s: no `export default` and no `module.exports` with an "
                      "object",
                      takeover->path);
    return whole || by_name;
}

bool mp_takeover_cucumber(struct mp_takeover *takeover, struct gh_str bytes,
                          struct mp_errors *errors)
{
    const char *end = strrchr(takeover->path, '.');
    if (strstr(end, "js") && strcmp(end, ".json") != 0)
        return take_javascript(takeover, bytes, errors);
    const struct mp_yaml_node *root =
        parse(takeover, bytes, !strcmp(end, ".json"), errors);
    bool good = root && root->kind == MP_YAML_MAP;
    if (good)
        take_profiles(takeover, root);
    else if (root || !bytes.len)
        mp_errors_add(errors,
                      "%s: it has no profile, such as `default: {retry: 1}`",
                      takeover->path);
    return good;
}
