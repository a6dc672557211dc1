#include "runner/cli/template.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/proc/shim.h"

#define MOST_BYTES 65536u /* of a file of a template */
#define MOST       64u    /* templates */

struct reading {
    struct mp_templates *templates;
    char *const *environment;
    const char *bin; /* the folder of mprun */
    struct mp_errors *errors;
};

/* --- where the SDKs are --- */

static const char *variable(char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; *environment; environment++) {
        if (!strncmp(*environment, name, length) &&
            (*environment)[length] == '=' && (*environment)[length + 1])
            return *environment + length + 1;
    }
    return NULL;
}

/* The folder, real and absolute, if it is there. */
static const char *folder_at(struct gh_arena *arena, const char *base,
                             const char *path)
{
    char *joined = mp_fs_join(base, path), *real = mp_fs_absolute(joined);
    const char *found = NULL;
    if (real && mp_fs_is_dir(real))
        found = gh_arena_copy(arena, gh_str_of(real));
    gh_free(joined);
    gh_free(real);
    return found;
}

static bool find_sdks(struct reading *reading)
{
    static const char *const places[] = {"../share/mprun/platform-servers",
                                         "../../platform-servers",
                                         "../platform-servers"};
    struct mp_templates *templates = reading->templates;
    const char *told = variable(reading->environment, "MPRUN_SDKS");
    if (told)
        templates->sdks = folder_at(&templates->arena, "", told);
    for (size_t i = 0; !told && !templates->sdks && i < 3; i++)
        templates->sdks = folder_at(&templates->arena, reading->bin, places[i]);
    if (told && !templates->sdks)
        mp_errors_add(reading->errors, "mprun: MPRUN_SDKS=%s: no such folder",
                      told);
    else if (!templates->sdks)
        mp_errors_add(reading->errors,
                      "mprun: the platform servers are not where they are "
                      "installed, ../share/mprun/platform-servers from %s; "
                      "MPRUN_SDKS names their folder",
                      reading->bin);
    return templates->sdks;
}

/* --- what stands for @NAME@ --- */

static const struct mp_template_value *
find_value(const struct mp_template *template, struct gh_str name)
{
    for (size_t i = 0; i < template->value_count; i++) {
        if (gh_str_equal(gh_str_of(template->values[i].name), name))
            return &template->values[i];
    }
    return NULL;
}

static void fill_in(const struct mp_template *template, const char *text,
                    struct mp_buf *out)
{
    while (*text) {
        size_t plain = strcspn(text, "@");
        mp_buf_append(out, text, plain);
        text += plain;
        if (!*text)
            break;
        size_t length = strcspn(text + 1, "@\n ");
        const struct mp_template_value *value =
            text[1 + length] == '@'
                ? find_value(template, (struct gh_str){text + 1, length})
                : NULL;
        if (value)
            mp_buf_append_text(out, value->text);
        else
            mp_buf_append_char(out, '@');
        text += value ? length + 2 : 1;
    }
}

/* --- a template --- */

static const char *next_word(const char **at, struct gh_arena *arena)
{
    *at += strspn(*at, " \t");
    struct gh_str word = {*at, strcspn(*at, " \t")};
    *at += word.len;
    return word.len ? gh_arena_copy(arena, word) : NULL;
}

/* What the place stands for, if file is in it. */
static const char *look_at(const struct reading *reading, const char *place,
                           const char *file)
{
    struct gh_arena *arena = &reading->templates->arena;
    const char *found = NULL;
    if (!strncmp(place, "env:", 4) && variable(reading->environment, place + 4))
        found = folder_at(arena, "", variable(reading->environment, place + 4));
    else if (!strncmp(place, "sdks:", 5))
        found = folder_at(arena, reading->templates->sdks, place + 5);
    else if (!strncmp(place, "bin:", 4))
        found = folder_at(arena, reading->bin, place + 4);
    char *whole = found ? mp_fs_join(found, file) : NULL;
    bool there = whole && mp_fs_exists(whole);
    gh_free(whole);
    return there ? found : NULL;
}

static void read_find(const struct reading *reading,
                      struct mp_template *template, const char *line)
{
    struct gh_arena *arena = &reading->templates->arena;
    struct mp_template_value *value = &template->values[template->value_count];
    const char *name = next_word(&line, arena), *place;
    const char *file = next_word(&line, arena);
    if (!file || template->value_count == MP_TEMPLATE_VALUES)
        return;
    value->name = name;
    value->text = "";
    while (!value->found && (place = next_word(&line, arena))) {
        const char *found = look_at(reading, place, file);
        value->found = found != NULL;
        if (found)
            value->text = found;
        else if (!strncmp(place, "else:", 5))
            value->text = place + 5;
    }
    template->value_count++;
}

static void read_missing(const struct reading *reading,
                         struct mp_template *template, const char *line)
{
    struct gh_arena *arena = &reading->templates->arena;
    const char *name = next_word(&line, arena);
    for (size_t i = 0; name && i < template->value_count; i++) {
        const struct mp_template_value *value = &template->values[i];
        if (strcmp(value->name, name) || value->found)
            continue;
        struct mp_buf advice = {0};
        fill_in(template, line + strspn(line, " "), &advice);
        template->advice =
            gh_arena_copy(arena, gh_str_of(mp_buf_text(&advice)));
        mp_buf_finish(&advice);
    }
}

static void read_line(const struct reading *reading,
                      struct mp_template *template, const char *line)
{
    struct gh_arena *arena = &reading->templates->arena;
    const char *word = next_word(&line, arena);
    line += strspn(line, " \t");
    if (!word || *word == '#')
        return;
    if (!strcmp(word, "title"))
        template->title = gh_arena_copy(arena, gh_str_of(line));
    else if (!strcmp(word, "program"))
        template->program = next_word(&line, arena);
    else if (!strcmp(word, "existing"))
        template->existing = true;
    else if (!strcmp(word, "find"))
        read_find(reading, template, line);
    else if (!strcmp(word, "missing"))
        read_missing(reading, template, line);
    else
        mp_errors_warn(reading->errors,
                       "warning: %s/template: unknown word "
                       "'%s'",
                       template->folder, word);
}

static void read_lines(const struct reading *reading,
                       struct mp_template *template, struct mp_buf *text)
{
    char *line = text->data;
    while (line && *line) {
        size_t length = strcspn(line, "\n");
        bool last = !line[length];
        line[length] = '\0';
        read_line(reading, template, line);
        line += length + !last;
    }
}

/* Texts that are written between quotes, in YAML and for a shell. */
static bool is_writable(const struct mp_template *template)
{
    bool good = true;
    for (size_t i = 0; i < template->value_count; i++) {
        for (const char *c = template->values[i].text; *c; c++)
            good = good && (unsigned char)*c >= ' ' && !strchr("\"\\$`}", *c);
    }
    return good;
}

static void add_template(struct reading *reading, const char *name)
{
    struct mp_templates *templates = reading->templates;
    struct gh_arena *arena = &templates->arena;
    struct mp_template *template = &templates->list[templates->count];
    struct mp_buf text = {0};
    const char *folder =
        gh_arena_format(arena, "%s/%s/init", templates->sdks, name);
    const char *path = gh_arena_format(arena, "%s/template", folder);
    if (templates->count == MOST || !mp_fs_read(path, MOST_BYTES, &text))
        return;
    template->name = gh_arena_copy(arena, gh_str_of(name));
    template->folder = folder;
    template->title = "";
    template->values[0] = (struct mp_template_value){
        .name = "SDKS", .text = templates->sdks, .found = true};
    template->value_count = 1;
    read_lines(reading, template, &text);
    template->writable = is_writable(template);
    char *program =
        template->program ? mp_shim_find_program(template->program, "/") : NULL;
    template->usable = program || !template->program;
    gh_free(program);
    mp_buf_finish(&text);
    templates->count++;
}

static int by_name(const void *a, const void *b)
{
    const struct mp_template *one = a, *other = b;
    return strcmp(one->name, other->name);
}

/* --- calls --- */

static void read_folder(struct reading *reading)
{
    DIR *folder = opendir(reading->templates->sdks);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        if (entry->d_name[0] != '.')
            add_template(reading, entry->d_name);
    }
    if (folder)
        closedir(folder);
}

bool mp_templates_find(struct mp_templates *templates, const char *program,
                       char *const *environment, struct mp_errors *errors)
{
    struct reading reading = {
        .templates = templates, .environment = environment, .errors = errors};
    memset(templates, 0, sizeof(*templates));
    char *folder = mp_fs_dirname(program);
    reading.bin = gh_arena_copy(&templates->arena, gh_str_of(folder));
    gh_free(folder);
    if (!find_sdks(&reading))
        return false;
    templates->list =
        gh_arena_array(&templates->arena, MOST + 1, sizeof(*templates->list));
    read_folder(&reading);
    if (templates->count)
        qsort(templates->list, templates->count, sizeof(*templates->list),
              by_name);
    else
        mp_errors_add(errors, "mprun: there is no LANGUAGE/init/template in %s",
                      templates->sdks);
    return templates->count;
}

const struct mp_template *mp_templates_get(const struct mp_templates *templates,
                                           const char *name)
{
    for (size_t i = 0; i < templates->count; i++) {
        if (!strcmp(templates->list[i].name, name))
            return &templates->list[i];
    }
    return NULL;
}

void mp_templates_unknown(const struct mp_templates *templates,
                          const char *name, struct mp_errors *errors)
{
    const char *names[MOST];
    struct mp_buf list = {0};
    for (size_t i = 0; i < templates->count; i++) {
        names[i] = templates->list[i].name;
        mp_buf_format(&list, "%s%s", i ? ", " : "", names[i]);
    }
    const char *near = mp_nearest(name, names, templates->count);
    mp_errors_add(errors,
                  "mprun: there is nothing to begin with for '%s'%s%s%s (there "
                  "is for %s)",
                  name, near ? ", did you mean '" : "", near ? near : "",
                  near ? "'?" : "", mp_buf_text(&list));
    mp_buf_finish(&list);
}

bool mp_template_read(const struct mp_template *template, const char *path,
                      struct mp_buf *out)
{
    struct mp_buf text = {0};
    char *whole = mp_fs_join(template->folder, path);
    bool good = mp_fs_read(whole, MOST_BYTES, &text);
    int error = errno;
    if (good)
        fill_in(template, mp_buf_text(&text), out);
    gh_free(whole);
    mp_buf_finish(&text);
    errno = error;
    return good;
}

void mp_templates_finish(struct mp_templates *templates)
{
    gh_arena_finish(&templates->arena);
    memset(templates, 0, sizeof(*templates));
}
