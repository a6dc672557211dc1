#include "runner/cli/takeover.h"

#include <errno.h>
#include <string.h>

#include "gherkin/gherkin.h"
#include "gherkin/utf8.h"
#include "runner/base/fs.h"

#define MOST_BYTES (1u << 20)

/* --- what readers say --- */

void mp_takeover_quote(struct mp_buf *out, const char *text)
{
    mp_buf_append_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            mp_buf_append_char(out, '\\');
        if (*text == '$')
            mp_buf_append_char(out, '$');
        if ((unsigned char)*text < ' ')
            mp_buf_format(out, "\\x%02x", (unsigned)*text);
        else
            mp_buf_append_char(out, *text);
    }
    mp_buf_append_char(out, '"');
}

/* The folder of "features/x/..." before the first sign of a pattern. */
void mp_takeover_feature(struct mp_takeover *takeover, const char *path)
{
    size_t plain = strcspn(path, "*?[{");
    struct mp_buf folder = {0};
    if (path[plain]) {
        while (plain && path[plain - 1] != '/')
            plain--;
        while (plain > 1 && path[plain - 1] == '/')
            plain--;
        mp_takeover_leave(takeover, path,
                          "a pattern: the folder before it is taken");
    }
    mp_buf_append(&folder, path, plain);
    if (!plain)
        mp_buf_append_char(&folder, '.');
    if (takeover->features.len)
        mp_buf_append_text(&takeover->features, ", ");
    mp_takeover_quote(&takeover->features, mp_buf_text(&folder));
    takeover->taken++;
    mp_buf_finish(&folder);
}

void mp_takeover_option(struct mp_takeover *takeover, const char *profile,
                        const char *key, const char *value)
{
    struct gh_arena *arena = &takeover->arena;
    struct mp_taken_option *option = gh_arena_alloc(arena, sizeof(*option));
    option->profile = gh_arena_copy(arena, gh_str_of(profile));
    option->key = gh_arena_copy(arena, gh_str_of(key));
    option->value = gh_arena_copy(arena, gh_str_of(value));
    if (takeover->last)
        takeover->last->next = option;
    else
        takeover->first = option;
    takeover->last = option;
    takeover->taken++;
}

/* Names that other tools have for what is a report here. */
void mp_takeover_format(struct mp_takeover *takeover, const char *profile,
                        const char *name, const char *file)
{
    static const char *const same[] = {"pretty", "progress", "junit",
                                       "html",   "json",     "message",
                                       "rerun",  "usage",    NULL};
    static const char *const others[][2] = {
        {"plain", "pretty"},       {"progress2", "progress"},
        {"progress3", "progress"}, {"progress-bar", "progress"},
        {"summary", "progress"},   {"usage-json", "usage"},
        {"steps.usage", "usage"},  {NULL, NULL}};
    const char *found = NULL;
    for (size_t i = 0; same[i] && !found; i++)
        found = strcmp(same[i], name) ? NULL : same[i];
    for (size_t i = 0; others[i][0] && !found; i++)
        found = strcmp(others[i][0], name) ? NULL : others[i][1];
    struct mp_buf text = {0};
    mp_buf_format(&text, "%s%s%s", found ? found : name, file ? ":" : "",
                  file ? file : "");
    if (found)
        mp_takeover_option(takeover, profile, "format", text.data);
    else
        mp_takeover_leave(takeover, "format",
                          gh_arena_format(&takeover->arena,
                                          "there is no report '%s' here",
                                          name));
    mp_buf_finish(&text);
}

void mp_takeover_tags(struct mp_takeover *takeover, const char *profile,
                      const char *tags)
{
    char error[200];
    struct gh_tagexpr *expression =
        gh_tagexpr_parse(tags, error, sizeof(error));
    if (expression && !strpbrk(tags, "~,"))
        mp_takeover_option(takeover, profile, "tags", tags);
    else
        mp_takeover_leave(takeover, "tags",
                          gh_arena_format(&takeover->arena,
                                          "'%s' is no tag expression such as "
                                          "'@a and not @b'",
                                          tags));
    gh_tagexpr_destroy(expression);
}

void mp_takeover_fault(const struct mp_takeover *takeover, struct gh_str bytes,
                       const char *at, struct mp_errors *errors,
                       const char *why)
{
    const char *line = bytes.ptr;
    size_t number = 1;
    for (const char *p = bytes.ptr; p < at; p++) {
        if (*p != '\n')
            continue;
        line = p + 1;
        number++;
    }
    mp_errors_add(errors,
                  "%s:%zu:%zu: %s; mend the file, or begin without it: `mprun "
                  "init --platform %s`",
                  takeover->path, number,
                  gh_utf8_count(line, (size_t)(at - line)) + 1, why,
                  takeover->templates[0]);
}

void mp_takeover_leave(struct mp_takeover *takeover, const char *key,
                       const char *why)
{
    mp_errors_warn(&takeover->left, "%s: %s: %s", takeover->path, key, why);
}

/* --- the configuration --- */

static bool is_first(const struct mp_takeover *takeover,
                     const struct mp_taken_option *option, bool of_profile)
{
    const struct mp_taken_option *other = takeover->first;
    while (other != option &&
           (strcmp(other->profile, option->profile) != 0 ||
            (!of_profile && strcmp(other->key, option->key) != 0)))
        other = other->next;
    return other == option;
}

/* One value, or a list of them. */
static void append_values(const struct mp_taken_option *option,
                          struct mp_buf *out)
{
    const struct mp_taken_option *other = option;
    struct mp_buf list = {0};
    size_t count = 0;
    for (; other; other = other->next) {
        if (strcmp(other->profile, option->profile) != 0 ||
            strcmp(other->key, option->key) != 0)
            continue;
        if (count++)
            mp_buf_append_text(&list, ", ");
        mp_takeover_quote(&list, other->value);
    }
    mp_buf_format(out, count > 1 ? "[%s]\n" : "%s\n", mp_buf_text(&list));
    mp_buf_finish(&list);
}

static void append_profiles(const struct mp_takeover *takeover,
                            struct mp_buf *out)
{
    const struct mp_taken_option *option = takeover->first;
    if (option)
        mp_buf_append_text(out, "\nprofiles:\n");
    for (; option; option = option->next) {
        const struct mp_taken_option *own = option;
        if (!is_first(takeover, option, true))
            continue;
        mp_buf_append_text(out, "  ");
        mp_takeover_quote(out, option->profile);
        mp_buf_append_text(out, ":\n");
        for (; own; own = own->next) {
            if (strcmp(own->profile, option->profile) != 0 ||
                !is_first(takeover, own, false))
                continue;
            mp_buf_format(out, "    %s: ", own->key);
            append_values(own, out);
        }
    }
}

void mp_takeover_config(const struct mp_takeover *takeover,
                        const char *platforms, struct mp_buf *out)
{
    const char *name = strrchr(takeover->path, '/');
    mp_buf_format(out, "# Taken over from %s.\nversion: 1\n",
                  name ? name + 1 : takeover->path);
    mp_buf_format(out, "features: [%s]\n",
                  takeover->features.len ? takeover->features.data
                                         : "features");
    mp_buf_append_text(out, mp_buf_text(&takeover->more));
    mp_buf_format(out, "\nplatforms:\n%s%s", mp_buf_text(&takeover->platforms),
                  platforms);
    append_profiles(takeover, out);
}

/* --- which reader --- */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

static bool is_json_of_harmony(const char *path)
{
    return ends_with(path, ".json") && strstr(path, "harmony");
}

/* Of what the readers do not look at themselves. */
static bool is_text(const struct mp_takeover *takeover, struct gh_str bytes,
                    struct mp_errors *errors)
{
    size_t at = gh_utf8_valid(bytes.ptr, bytes.len);
    for (size_t i = 0; i < at; i++) {
        if ((unsigned char)bytes.ptr[i] < ' ' &&
            !memchr("\t\n\v\f\r", bytes.ptr[i], 5))
            at = i;
    }
    if (at < bytes.len)
        mp_takeover_fault(takeover, bytes, bytes.ptr + at, errors,
                          "it is no text in UTF-8");
    return at == bytes.len;
}

typedef bool read_file(struct mp_takeover *takeover, struct gh_str bytes,
                       struct mp_errors *errors);

/* NULL: no tool has a file of that name. */
static read_file *find_reader(const char *path)
{
    static const struct {
        const char *end;
        read_file *read;
    } table[] = {
        {".ini", mp_takeover_behave},    {"behaverc", mp_takeover_behave},
        {".cfg", mp_takeover_behave},    {".js", mp_takeover_cucumber},
        {".mjs", mp_takeover_cucumber},  {".cjs", mp_takeover_cucumber},
        {".json", mp_takeover_cucumber}, {".yaml", mp_takeover_cucumber},
        {".yml", mp_takeover_cucumber},
    };
    read_file *read = is_json_of_harmony(path) ? mp_takeover_harmony : NULL;
    for (size_t i = 0; !read && i < sizeof(table) / sizeof(*table); i++)
        read = ends_with(path, table[i].end) ? table[i].read : NULL;
    return read;
}

static void name_templates(struct mp_takeover *takeover, read_file *read)
{
    if (read == mp_takeover_harmony)
        return; /* it names its platforms itself */
    bool behave = read == mp_takeover_behave;
    takeover->templates[0] = behave ? "behave" : "cucumber-js";
    takeover->templates[1] = behave ? "python" : "node";
}

bool mp_takeover_read(struct mp_takeover *takeover, const char *path,
                      struct mp_errors *errors)
{
    struct mp_buf bytes = {0};
    bool good = mp_fs_read(path, MOST_BYTES, &bytes);
    read_file *read = find_reader(path);
    memset(takeover, 0, sizeof(*takeover));
    takeover->path = path;
    name_templates(takeover, read);
    if (!good)
        mp_errors_add(errors, "%s: %s", path, strerror(errno));
    else if (!read)
        mp_errors_add(errors,
                      "mprun: --from takes harmony-config.json, behave.ini or "
                      "cucumber.js (.mjs, .cjs, .json, .yaml), not '%s'",
                      path);
    struct gh_str text = {mp_buf_text(&bytes), bytes.len};
    good = good && read &&
           (read == mp_takeover_harmony || is_text(takeover, text, errors)) &&
           read(takeover, text, errors);
    mp_buf_finish(&bytes);
    return good;
}

void mp_takeover_finish(struct mp_takeover *takeover)
{
    mp_buf_finish(&takeover->features);
    mp_buf_finish(&takeover->platforms);
    mp_buf_finish(&takeover->more);
    mp_errors_finish(&takeover->left);
    gh_arena_finish(&takeover->arena);
    memset(takeover, 0, sizeof(*takeover));
}
