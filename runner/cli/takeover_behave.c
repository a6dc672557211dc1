/* behave.ini: sections, `key = value`, further values on indented lines. */
#include <string.h>

#include "runner/cli/takeover.h"

#define PROFILE "default"
/* Words of a list. */
#define SPACE " \t\r\n"

struct pair {
    const char *section, *key;
    char *value; /* lines with '\n' between */
};

struct behave {
    struct mp_takeover *takeover;
    const char *formats, *outfiles; /* NULL: not told */
    const char *junit_folder;
    bool junit;
};

static bool is_true(const char *value)
{
    return !strcasecmp(value, "true") || !strcasecmp(value, "yes") ||
           !strcasecmp(value, "on") || !strcmp(value, "1");
}

/* The next of a list's values; NULL: there is none. A line is one. */
static const char *next_value(struct mp_takeover *takeover, const char **at)
{
    *at += strspn(*at, SPACE);
    struct gh_str value = {*at, strcspn(*at, "\n")};
    *at += value.len;
    while (value.len && strchr(SPACE, value.ptr[value.len - 1]))
        value.len--;
    return value.len ? gh_arena_copy(&takeover->arena, value) : NULL;
}

static void take_list(struct mp_takeover *takeover, const char *list,
                      void (*take)(struct mp_takeover *takeover,
                                   const char *value))
{
    const char *value;
    while ((value = next_value(takeover, &list)))
        take(takeover, value);
}

static void take_tags(struct mp_takeover *takeover, const char *value)
{
    mp_takeover_tags(takeover, PROFILE, value);
}

static void take_name(struct mp_takeover *takeover, const char *value)
{
    mp_takeover_option(takeover, PROFILE, "name", value);
}

static void take_option(struct behave *behave, const struct pair *pair)
{
    struct mp_takeover *takeover = behave->takeover;
    const char *key = pair->key, *value = pair->value;
    if (!strcmp(key, "paths"))
        take_list(takeover, value, mp_takeover_feature);
    else if (!strcmp(key, "tags") || !strcmp(key, "default_tags"))
        take_list(takeover, value, take_tags);
    else if (!strcmp(key, "name"))
        take_list(takeover, value, take_name);
    else if (!strcmp(key, "format") || !strcmp(key, "default_format"))
        behave->formats = value;
    else if (!strcmp(key, "outfiles") || !strcmp(key, "outfile"))
        behave->outfiles = value;
    else if (!strcmp(key, "junit"))
        behave->junit = is_true(value);
    else if (!strcmp(key, "junit_directory"))
        behave->junit_folder = value;
    else if (!strcmp(key, "stop") && is_true(value))
        mp_takeover_option(takeover, PROFILE, "fail-fast", "true");
    else if (!strcmp(key, "jobs") || !strcmp(key, "parallel"))
        mp_takeover_option(takeover, PROFILE, "jobs", value);
    else if (!strcmp(key, "color") &&
             (!strcmp(value, "auto") || !strcmp(value, "always") ||
              !strcmp(value, "never")))
        mp_takeover_option(takeover, PROFILE, "color", value);
    else if (!strcmp(key, "quiet") && is_true(value))
        mp_takeover_option(takeover, PROFILE, "quiet", "true");
    else if (!strcmp(key, "verbose") && is_true(value))
        mp_takeover_option(takeover, PROFILE, "verbose", "true");
    else if (!strcmp(key, "stdout_capture") && !is_true(value))
        mp_takeover_option(takeover, PROFILE, "live", "true");
    else
        mp_takeover_leave(takeover, key, "it has no counterpart");
}

static void take_userdata(struct mp_takeover *takeover, const struct pair *pair)
{
    mp_takeover_option(
        takeover, PROFILE, "define",
        gh_arena_format(&takeover->arena, "%s=%s", pair->key, pair->value));
}

static void take_pair(struct behave *behave, const struct pair *pair)
{
    if (!pair->key)
        return;
    if (!strcmp(pair->section, "behave"))
        take_option(behave, pair);
    else if (!strcmp(pair->section, "behave.userdata"))
        take_userdata(behave->takeover, pair);
    else if (!strncmp(pair->section, "behave", 6))
        mp_takeover_leave(behave->takeover,
                          gh_arena_format(&behave->takeover->arena, "[%s] %s",
                                          pair->section, pair->key),
                          "it has no counterpart");
}

/* The first file belongs to the first format, and so on. */
static void take_formats(struct behave *behave)
{
    struct mp_takeover *takeover = behave->takeover;
    const char *formats = behave->formats ? behave->formats : "";
    const char *files = behave->outfiles ? behave->outfiles : "", *name;
    while ((name = next_value(takeover, &formats)))
        mp_takeover_format(takeover, PROFILE, name,
                           next_value(takeover, &files));
    if (!behave->junit)
        return;
    if (!takeover->first || !behave->formats)
        mp_takeover_option(takeover, PROFILE, "format", "progress");
    mp_takeover_format(takeover, PROFILE, "junit",
                       gh_arena_format(&takeover->arena, "%s/mprun.xml",
                                       behave->junit_folder
                                           ? behave->junit_folder
                                           : "reports"));
}

/* --- lines --- */

static char *trim(char *text)
{
    text += strspn(text, SPACE);
    size_t length = strlen(text);
    while (length && strchr(SPACE, text[length - 1]))
        text[--length] = '\0';
    return text;
}

struct reading {
    struct behave behave;
    struct pair pair;
    struct gh_str bytes;
    const char *line; /* in bytes */
    bool any;         /* a section of behave's */
    struct mp_errors *errors;
};

static void fault(const struct reading *reading, const char *why)
{
    mp_takeover_fault(reading->behave.takeover, reading->bytes,
                      reading->line + strspn(reading->line, SPACE),
                      reading->errors, why);
}

static bool is_own(const char *section)
{
    return !strcmp(section, "behave") || !strncmp(section, "behave.", 7);
}

static void read_key(struct reading *reading, char *line)
{
    struct pair *pair = &reading->pair;
    size_t at = strcspn(line, "=:");
    if (!*pair->section)
        fault(reading, "a line before the first section, such as [behave]");
    else if (!line[at] && is_own(pair->section))
        fault(reading, "a line that is no `key = value`");
    const char *value = line[at] ? trim(line + at + 1) : "";
    line[at] = '\0';
    pair->key = trim(line);
    pair->value =
        gh_arena_copy(&reading->behave.takeover->arena, gh_str_of(value));
}

static void read_section(struct reading *reading, const char *text)
{
    struct gh_str name = {text + 1, strcspn(text + 1, "]")};
    if (!name.ptr[name.len])
        fault(reading, "a section without its ]");
    reading->pair.section =
        gh_arena_copy(&reading->behave.takeover->arena, name);
    reading->any = reading->any || is_own(reading->pair.section);
}

static void read_line(struct reading *reading, char *line)
{
    struct pair *pair = &reading->pair;
    struct gh_arena *arena = &reading->behave.takeover->arena;
    bool indented = *line == ' ' || *line == '\t';
    char *text = trim(line);
    if (!*text || *text == '#' || *text == ';')
        return;
    if (indented && pair->key) {
        pair->value = gh_arena_format(arena, "%s\n%s", pair->value, text);
        return;
    }
    take_pair(&reading->behave, pair);
    pair->key = NULL;
    if (*text == '[')
        read_section(reading, text);
    else
        read_key(reading, text);
}

bool mp_takeover_behave(struct mp_takeover *takeover, struct gh_str bytes,
                        struct mp_errors *errors)
{
    struct reading reading = {.behave = {.takeover = takeover},
                              .pair = {.section = ""},
                              .bytes = bytes,
                              .line = bytes.ptr,
                              .errors = errors};
    size_t before = errors->error_count;
    char *copy = gh_arena_copy(&takeover->arena, bytes), *text = copy;
    while (*text) {
        size_t length = strcspn(text, "\n");
        char *next = text + length + (text[length] == '\n');
        text[length] = '\0';
        reading.line = bytes.ptr + (text - copy);
        read_line(&reading, text);
        text = next;
    }
    take_pair(&reading.behave, &reading.pair);
    take_formats(&reading.behave);
    if (!reading.any && errors->error_count == before)
        mp_errors_add(errors, "%s: it has no section [behave]", takeover->path);
    return errors->error_count == before;
}
