#include "runner/config/reader.h"

#include <stdarg.h>
#include <string.h>

#include "gherkin/regex.h"
#include "gherkin/utf8.h"
#include "runner/base/interpolate.h"
#include "runner/base/text.h"

#define LONGEST_NAME 64 /* code points, of a process, platform or label */

void mp_reader_fault(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, const char *format, ...)
{
    if (node->refused)
        return;
    struct mp_buf text = {0};
    va_list args;
    va_start(args, format);
    mp_buf_vformat(&text, format, args);
    va_end(args);
    mp_faults_add(&reader->faults, node->line, node->column, "%s",
                  mp_buf_text(&text));
    mp_buf_finish(&text);
}

/* Children of a list have no key: theirs is the list's. */
static const struct mp_yaml_node *named(const struct mp_yaml_node *node)
{
    while (node && !node->key)
        node = node->parent;
    return node;
}

const char *mp_reader_path(struct mp_config_reader *reader,
                           const struct mp_yaml_node *node)
{
    const char *path = NULL;
    for (node = named(node); node; node = named(node->parent)) {
        const char *key = node->key->text;
        path = path ? gh_arena_format(reader->arena, "%s.%s", key, path) : key;
    }
    return path ? path : "the file";
}

static const char *kind_name(const struct mp_yaml_node *node)
{
    if (node->kind == MP_YAML_LIST)
        return "a list";
    return node->kind == MP_YAML_MAP ? "a map" : NULL;
}

void mp_reader_wrong(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, const char *wanted)
{
    const char *path = mp_reader_path(reader, node);
    const char *kind = kind_name(node);
    const char *item = node->key || !node->parent ? "" : "an item of ";
    if (mp_yaml_is_null(node))
        mp_reader_fault(reader, node, "%s%s is empty: it must be %s", item,
                        path, wanted);
    else if (kind)
        mp_reader_fault(reader, node, "%s%s must be %s, not %s", item, path,
                        wanted, kind);
    else
        mp_reader_fault(reader, node, "%s%s must be %s, not '%s'", item, path,
                        wanted, node->text);
}

void mp_reader_unknown(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, const char *what,
                       const char *word, const char *const *known, size_t count)
{
    const char *nearest = mp_nearest(word, known, count);
    if (nearest) {
        mp_reader_fault(reader, node, "unknown %s '%s', did you mean '%s'?",
                        what, word, nearest);
        return;
    }
    struct mp_buf all = {0};
    for (size_t i = 0; i < count; i++)
        mp_buf_format(&all, "%s%s", i ? ", " : "", known[i]);
    mp_reader_fault(reader, node, "unknown %s '%s' (known: %s)", what, word,
                    count ? all.data : "none");
    mp_buf_finish(&all);
}

static void check_key(struct mp_config_reader *reader,
                      const struct mp_yaml_node *node,
                      const struct mp_key *keys, size_t count)
{
    const char **names = gh_arena_array(reader->arena, count, sizeof(*names));
    for (size_t i = 0; i < count; i++) {
        names[i] = keys[i].name;
        if (!strcmp(keys[i].name, node->key->text))
            return;
    }
    mp_reader_unknown(reader, node->key, "key", node->key->text, names, count);
}

bool mp_reader_is_map(struct mp_config_reader *reader,
                      const struct mp_yaml_node *node)
{
    if (node->kind == MP_YAML_MAP)
        return true;
    mp_reader_wrong(reader, node, "a map");
    return false;
}

bool mp_reader_is_list(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, const char *wanted)
{
    if (node->kind == MP_YAML_LIST)
        return true;
    mp_reader_wrong(reader, node, wanted);
    return false;
}

bool mp_reader_map(struct mp_config_reader *reader,
                   const struct mp_yaml_node *node, const struct mp_key *keys,
                   size_t count, void *target)
{
    if (!mp_reader_is_map(reader, node))
        return false;
    for (const struct mp_yaml_node *n = node->first; n; n = n->next)
        check_key(reader, n, keys, count);
    for (size_t i = 0; i < count; i++) {
        const struct mp_yaml_node *value = mp_yaml_find(node, keys[i].name);
        if (value)
            keys[i].read(reader, value, (char *)target + keys[i].offset);
    }
    return true;
}

struct variables {
    char *const *environment;
    bool asked_case; /* for ${case.number} or another that only a case has */
};

static const char *find_variable(void *context, const char *name)
{
    struct variables *variables = context;
    char *const *environment = variables->environment;
    size_t length = strlen(name);
    if (strchr(name, '.'))
        variables->asked_case = true;
    for (size_t i = 0; environment && environment[i]; i++) {
        if (!strncmp(environment[i], name, length) &&
            environment[i][length] == '=')
            return environment[i] + length + 1;
    }
    return NULL;
}

/* What only a case knows stays in the text: are its names right? */
const char *mp_config_case_name(void *context, const char *name)
{
    static const char *const known[] = {"case.number", "run.id", "run.pid",
                                        "slot", "seed"};
    (void)context;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (!strcmp(name, known[i]))
            return "";
    }
    return NULL;
}

/* The same for what is done with a process of a case. */
static const char *find_name(void *context, const char *name)
{
    const enum mp_names *names = context;
    if ((*names >= MP_NAMES_PROCESS && !strcmp(name, "pid")) ||
        (*names >= MP_NAMES_DEAD && !strcmp(name, "core")))
        return "";
    return mp_config_case_name(NULL, name);
}

static bool check_names(struct mp_config_reader *reader,
                        const struct mp_yaml_node *node, const char *text,
                        enum mp_names names)
{
    static const char *const known[] = {
        [MP_NAMES_CASE] = "a case has case.number, run.id, run.pid, slot and "
                          "seed",
        [MP_NAMES_PROCESS] = "there are pid, case.number, run.id, run.pid, "
                             "slot and seed",
        [MP_NAMES_DEAD] = "there are pid, core, case.number, run.id, run.pid, "
                          "slot and seed",
    };
    struct mp_buf out = {0}, fault = {0};
    bool ok = mp_interpolate(text, false, find_name, &names, &out, &fault);
    if (!ok)
        mp_reader_fault(reader, node, "%s: %s", mp_buf_text(&fault),
                        known[names]);
    mp_buf_finish(&out);
    mp_buf_finish(&fault);
    return ok;
}

static const char *interpolate(struct mp_config_reader *reader,
                               const struct mp_yaml_node *node,
                               const char *text, enum mp_names names)
{
    struct mp_buf out = {0}, fault = {0};
    const char *result = NULL;
    struct variables variables = {.environment = reader->environment};
    bool ok = mp_interpolate(text, names != MP_NAMES_NONE, find_variable,
                             &variables, &out, &fault);
    if (!ok)
        mp_reader_fault(reader, node, "%s%s", mp_buf_text(&fault),
                        variables.asked_case
                            ? " here: what a case knows may stand in command "
                              "and env"
                            : "");
    else if (gh_utf8_valid(mp_buf_text(&out), out.len) != out.len)
        mp_reader_fault(reader, node, "with its variables it is not UTF-8");
    else if (!names || check_names(reader, node, mp_buf_text(&out), names))
        result =
            gh_arena_copy(reader->arena, (struct gh_str){out.data, out.len});
    mp_buf_finish(&out);
    mp_buf_finish(&fault);
    return result;
}

const char *mp_reader_expand(struct mp_config_reader *reader,
                             const struct mp_yaml_node *node,
                             enum mp_names names)
{
    if (node->kind == MP_YAML_TEXT && !mp_yaml_is_null(node))
        return interpolate(reader, node, node->text, names);
    mp_reader_wrong(reader, node, "a text");
    return NULL;
}

bool mp_reader_text(struct mp_config_reader *reader,
                    const struct mp_yaml_node *node, void *target)
{
    const char *text = mp_reader_expand(reader, node, MP_NAMES_NONE);
    if (text && !*text) {
        mp_reader_fault(reader, node, "%s may not be empty",
                        mp_reader_path(reader, node));
        return false;
    }
    if (text)
        *(const char **)target = text;
    return text;
}

bool mp_reader_word(struct mp_config_reader *reader,
                    const struct mp_yaml_node *node, const char *const *words,
                    size_t count, size_t *index)
{
    const char *text = NULL;
    if (!mp_reader_text(reader, node, &text))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(words[i], text)) {
            *index = i;
            return true;
        }
    }
    struct mp_buf all = {0};
    for (size_t i = 0; i < count; i++)
        mp_buf_format(&all, "%s%s",
                      !i              ? ""
                      : i + 1 < count ? ", "
                                      : " or ",
                      words[i]);
    mp_reader_wrong(reader, node, mp_buf_text(&all));
    mp_buf_finish(&all);
    return false;
}

bool mp_reader_bool(struct mp_config_reader *reader,
                    const struct mp_yaml_node *node, void *target)
{
    static const char *const words[] = {"false", "true"};
    size_t index;
    if (!mp_reader_word(reader, node, words, 2, &index))
        return false;
    *(bool *)target = index == 1;
    return true;
}

/* "30000" or "1.5": what it lacks is a unit. */
static bool is_number(const char *text)
{
    return *text && strspn(text, "0123456789.") == strlen(text);
}

static bool tell_unit(struct mp_config_reader *reader,
                      const struct mp_yaml_node *node, const char *text)
{
    int64_t ms;
    if (!is_number(text) || !mp_duration_parse(gh_str_of(text), true, &ms))
        return false;
    if (ms >= 1000 && !strchr(text, '.'))
        mp_reader_fault(reader, node, "%s needs a unit: %gs or %sms", text,
                        (double)ms / 1000, text);
    else
        mp_reader_fault(reader, node, "%s needs a unit: %ss or %sms", text,
                        text, text);
    return true;
}

bool mp_reader_duration(struct mp_config_reader *reader,
                        const struct mp_yaml_node *node, void *target)
{
    static const char wanted[] = "a duration such as 500ms, 5s, 2m or 1h";
    if (node->kind != MP_YAML_TEXT || mp_yaml_is_null(node)) {
        mp_reader_wrong(reader, node, wanted);
        return false;
    }
    const char *text = mp_reader_expand(reader, node, MP_NAMES_NONE);
    if (!text)
        return false;
    if (mp_duration_parse(gh_str_of(text), false, target))
        return true;
    if (!tell_unit(reader, node, text))
        mp_reader_fault(reader, node,
                        "%s must be %s (ten days at most), "
                        "not '%s'",
                        mp_reader_path(reader, node), wanted, text);
    return false;
}

bool mp_reader_time(struct mp_config_reader *reader,
                    const struct mp_yaml_node *node, void *target)
{
    int64_t ms;
    if (!mp_reader_duration(reader, node, &ms))
        return false;
    if (ms <= 0) {
        mp_reader_fault(reader, node, "%s must be above 0",
                        mp_reader_path(reader, node));
        return false;
    }
    *(int64_t *)target = ms;
    return true;
}

bool mp_reader_regex(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, void *target)
{
    const char *pattern = NULL;
    char error[256];
    if (!mp_reader_text(reader, node, &pattern))
        return false;
    struct gh_regex *regex = gh_regex_create(pattern, error, sizeof(error));
    if (!regex) {
        mp_reader_fault(reader, node, "%s is no regular expression: %s",
                        mp_reader_path(reader, node), error);
        return false;
    }
    gh_regex_destroy(regex);
    *(const char **)target = pattern;
    return true;
}

static size_t text_count(const struct mp_yaml_node *node)
{
    return node->kind == MP_YAML_LIST ? node->count : 1;
}

static bool read_texts(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, enum mp_names names,
                       const char *const **texts, size_t *count)
{
    bool ok = true;
    const char **list =
        gh_arena_array(reader->arena, text_count(node) + 1, sizeof(*list));
    *count = 0;
    const struct mp_yaml_node *item =
        node->kind == MP_YAML_LIST ? node->first : node;
    for (; item; item = node->kind == MP_YAML_LIST ? item->next : NULL) {
        list[*count] = mp_reader_expand(reader, item, names);
        ok = list[*count] && ok;
        *count += 1;
    }
    *texts = list;
    return ok;
}

bool mp_reader_texts(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, const char *const **texts,
                     size_t *count)
{
    const char *const *list;
    size_t length;
    if (node->kind == MP_YAML_MAP || mp_yaml_is_null(node)) {
        mp_reader_wrong(reader, node, "a list of texts");
        return false;
    }
    if (!read_texts(reader, node, MP_NAMES_NONE, &list, &length))
        return false;
    *texts = list;
    *count = length;
    return true;
}

/* A word that a shell would act on goes to the program as it is. */
static void warn_of_shell_words(struct mp_config_reader *reader,
                                const struct mp_yaml_node *node, char **words)
{
    static const char *const operators[] = {"&&", "||", "|", ";",    "&",
                                            ">",  ">>", "<", "2>&1", "2>"};
    for (; *words; words++) {
        for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
            if (strcmp(*words, operators[i]) != 0)
                continue;
            mp_faults_warn(&reader->faults, node->line, node->column,
                           "warning: %s: no shell runs here, so the program "
                           "gets the word '%s'; for a shell write [sh, -c, "
                           "'...']",
                           mp_reader_path(reader, node), *words);
            return;
        }
    }
}

static bool split_command(struct mp_config_reader *reader,
                          const struct mp_yaml_node *node, enum mp_names names,
                          const char *const **argv)
{
    char **words = mp_words_split(node->text, reader->arena);
    if (!words) {
        mp_reader_fault(reader, node, "%s has a quote that is not closed",
                        mp_reader_path(reader, node));
        return false;
    }
    warn_of_shell_words(reader, node, words);
    size_t count = 0;
    while (words[count])
        count++;
    const char **list = gh_arena_array(reader->arena, count + 1, sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        list[i] = interpolate(reader, node, words[i], names);
        if (!list[i])
            return false;
    }
    *argv = list;
    return true;
}

bool mp_reader_command(struct mp_config_reader *reader,
                       const struct mp_yaml_node *node, enum mp_names names,
                       const char *const **argv)
{
    const char *const *list = NULL;
    size_t count;
    bool ok;
    if (node->kind == MP_YAML_MAP || mp_yaml_is_null(node)) {
        mp_reader_wrong(reader, node, "a list of words or one text");
        return false;
    }
    if (node->kind == MP_YAML_LIST)
        ok = read_texts(reader, node, names, &list, &count);
    else
        ok = split_command(reader, node, names, &list);
    if (ok && (!list[0] || !*list[0])) {
        mp_reader_fault(reader, node, "%s names no program",
                        mp_reader_path(reader, node));
        ok = false;
    }
    if (ok)
        *argv = list;
    return ok;
}

bool mp_reader_pairs(struct mp_config_reader *reader,
                     const struct mp_yaml_node *node, enum mp_names names,
                     const struct mp_pair **pairs, size_t *count)
{
    if (!mp_reader_is_map(reader, node))
        return false;
    struct mp_pair *list =
        gh_arena_array(reader->arena, node->count, sizeof(*list));
    size_t n = 0;
    for (const struct mp_yaml_node *v = node->first; v; v = v->next) {
        const char *value = mp_reader_expand(reader, v, names);
        if (value)
            list[n++] = (struct mp_pair){
                v->key->text, value, {v->key->line, v->key->column}};
    }
    *pairs = list;
    *count = n;
    return true;
}

static bool is_name_char(uint32_t c)
{
    return c == '_' || c == '-' || c == '.' || gh_utf8_is_letter_or_digit(c);
}

const char *mp_reader_name_fault(const char *name, bool spaces)
{
    size_t length = strlen(name), count = 0;
    bool space = true; /* one may not stand here */
    for (size_t i = 0; i < length; count++) {
        uint32_t c;
        unsigned size = gh_utf8_decode(name + i, length - i, &c);
        bool is_space = c == ' ';
        if (is_space && !spaces)
            return "may hold no space";
        if (!is_space && !is_name_char(c))
            return "may hold only letters, digits, _ - and .";
        if (is_space && space)
            return "may hold only single spaces, and none at its ends";
        space = is_space;
        i += size ? size : 1;
    }
    if (!count)
        return "may not be empty";
    if (space)
        return "may hold only single spaces, and none at its ends";
    return count > LONGEST_NAME ? "may have 64 characters at most" : NULL;
}
