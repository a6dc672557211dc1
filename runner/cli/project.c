#include "runner/cli/project.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/fs.h"
#include "runner/base/replace.h"
#include "runner/base/walk.h"
#include "runner/config/yaml.h"

static const char feature_path[] = "features/first.feature";
static const char feature_text[] =
    "Feature: A first run\n"
    "\n"
    "  Scenario: What one process writes, another finds\n"
    "    Given the 'writer' process writes the note \"hello\"\n"
    "    Then the 'reader' process finds the note \"hello\"\n";

void mp_project_init(struct mp_project *project, const char *folder)
{
    memset(project, 0, sizeof(*project));
    project->folder = folder;
}

static char *path_in(const struct mp_project *project, const char *path)
{
    return mp_fs_join(project->folder, path);
}

char *mp_project_config(const struct mp_project *project)
{
    static const char *const names[] = {MP_PROJECT_CONFIG, "mprun.json"};
    for (size_t i = 0; i < 2; i++) {
        char *path = path_in(project, names[i]);
        if (mp_fs_exists(path))
            return path;
        gh_free(path);
    }
    return NULL;
}

void mp_project_add_file(struct mp_project *project, const char *path,
                         struct mp_buf *text)
{
    if (project->count == project->capacity) {
        project->capacity = 2 * project->capacity + 16;
        project->files = gh_realloc(
            project->files, project->capacity * sizeof(*project->files));
    }
    project->files[project->count] = (struct mp_project_file){
        .path = gh_arena_copy(&project->arena, gh_str_of(path)), .text = *text};
    memset(text, 0, sizeof(*text));
    project->count++;
}

void mp_project_add_feature(struct mp_project *project)
{
    struct mp_buf text = {0};
    mp_buf_append_text(&text, feature_text);
    mp_project_add_file(project, feature_path, &text);
}

/* --- the files of a template --- */

struct collecting {
    struct mp_project *project;
    const struct mp_template *template;
    struct mp_errors *errors;
    bool good;
};

static void on_entry(void *self, const struct mp_walk_entry *entry)
{
    struct collecting *collecting = self;
    struct mp_project *project = collecting->project;
    struct mp_buf text = {0};
    if (!S_ISREG(entry->mode))
        return;
    const char *path =
        gh_arena_format(&project->arena, "files/%s", entry->path);
    if (mp_template_read(collecting->template, path, &text)) {
        mp_project_add_file(project, entry->path, &text);
    } else {
        collecting->good = false;
        mp_errors_add(collecting->errors, "%s/%s: %s",
                      collecting->template->folder, path, strerror(errno));
    }
    mp_buf_finish(&text);
}

static int by_path(const void *a, const void *b)
{
    const struct mp_project_file *one = a, *other = b;
    return strcmp(one->path, other->path);
}

bool mp_project_add_template(struct mp_project *project,
                             const struct mp_template *template,
                             struct mp_errors *errors)
{
    struct collecting collecting = {.project = project,
                                    .template = template,
                                    .errors = errors,
                                    .good = true};
    size_t before = project->count;
    char *folder = mp_fs_join(template->folder, "files");
    if (!mp_walk(folder, on_entry, &collecting)) {
        mp_errors_add(errors, "%s: %s", folder, strerror(errno));
        collecting.good = false;
    }
    gh_free(folder);
    qsort(project->files + before, project->count - before,
          sizeof(*project->files), by_path);
    return collecting.good;
}

/* --- the configuration --- */

static void append_indented(struct mp_buf *out, const char *text, size_t indent)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        for (size_t i = 0; length && i < indent; i++)
            mp_buf_append_char(out, ' ');
        mp_buf_append(out, text, length);
        mp_buf_append_char(out, '\n');
        text += length + (text[length] == '\n');
    }
}

bool mp_project_platform(const struct mp_template *template, size_t indent,
                         struct mp_buf *out, struct mp_errors *errors)
{
    struct mp_buf value = {0}, key = {0};
    bool good = mp_template_read(template, "platform.yaml", &value);
    if (!good)
        mp_errors_add(errors, "%s/platform.yaml: %s", template->folder,
                      strerror(errno));
    else if (!template->writable)
        mp_errors_add(errors,
                      "mprun: the folder of mprun or of its platform servers "
                      "has a quote, a backslash, '$' or '}' in its name, which "
                      "no configuration can hold: MPRUN_SDKS can name a link");
    mp_buf_format(&key, "%s:", template->name);
    if (good) {
        append_indented(out, key.data, indent);
        append_indented(out, mp_buf_text(&value), indent + 2);
    }
    mp_buf_finish(&value);
    mp_buf_finish(&key);
    return good && template->writable;
}

/* The start of the line (from 1) in the text. */
static size_t line_start(struct gh_str text, int line)
{
    size_t at = 0;
    for (; line > 1 && at < text.len; at++)
        line -= text.ptr[at] == '\n';
    return at;
}

static size_t line_end(struct gh_str text, size_t at)
{
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    return at + (at < text.len);
}

/* Behind the last line, from `at` on, that belongs to a key of that column. */
static size_t block_end(struct gh_str text, size_t at, size_t column)
{
    size_t end = at = line_end(text, at);
    while (at < text.len) {
        size_t next = line_end(text, at), indent = 0;
        while (at + indent < next && text.ptr[at + indent] == ' ')
            indent++;
        char first = text.ptr[at + indent];
        bool blank = at + indent == next || first == '\n' || first == '\r';
        if (!blank && indent < column)
            break;
        if (!blank && first != '#')
            end = next;
        at = next;
    }
    return end;
}

/* Where the platforms are written one below the other. */
static bool is_block(const struct mp_yaml_node *platforms)
{
    bool block = platforms && platforms->kind == MP_YAML_MAP &&
                 platforms->first && platforms->key;
    int line = block ? platforms->key->line : 0;
    const struct mp_yaml_node *child = block ? platforms->first : NULL;
    for (; child; child = child->next) {
        block = block && child->key->line > line &&
                child->key->column == platforms->first->key->column;
        line = child->key->line;
    }
    return block;
}

/* Each LF, as the text around has it. */
static void append_lines(struct mp_buf *out, const struct mp_buf *text,
                         bool crlf)
{
    for (size_t i = 0; i < text->len; i++) {
        if (crlf && text->data[i] == '\n')
            mp_buf_append_char(out, '\r');
        mp_buf_append_char(out, text->data[i]);
    }
}

static void put_in(struct gh_str config, const struct mp_yaml_node *platforms,
                   const struct mp_buf *platform, struct mp_buf *out)
{
    const char *end = memchr(config.ptr, '\n', config.len);
    bool crlf = end && end > config.ptr && end[-1] == '\r';
    size_t column = (size_t)platforms->last->key->column;
    size_t at = block_end(
        config, line_start(config, platforms->last->key->line), column);
    mp_buf_append(out, config.ptr, at);
    if (at && config.ptr[at - 1] != '\n')
        mp_buf_append_text(out, crlf ? "\r\n" : "\n");
    append_lines(out, platform, crlf);
    mp_buf_append(out, config.ptr + at, config.len - at);
}

static void tell_by_hand(const struct mp_buf *platform, bool has_platforms,
                         struct mp_errors *errors)
{
    const char *why = has_platforms
                          ? "its platforms are not written one below the other"
                          : "it has no platforms";
    mp_errors_add(errors, "%s: %s; add this by hand:\n\n%s%s",
                  MP_PROJECT_CONFIG, why, has_platforms ? "" : "platforms:\n",
                  mp_buf_text(platform));
}

bool mp_project_insert(struct gh_str config, const char *name,
                       const struct mp_template *template, struct mp_buf *out,
                       struct mp_errors *errors)
{
    struct gh_arena arena = {0};
    struct mp_faults faults = {.path = MP_PROJECT_CONFIG};
    struct mp_buf platform = {0};
    const struct mp_yaml_node *root =
        mp_yaml_parse(config, false, &arena, &faults);
    const struct mp_yaml_node *platforms =
        root ? mp_yaml_find(root, "platforms") : NULL;
    bool good = root != NULL;
    mp_faults_flush(&faults, errors);
    if (good && platforms && mp_yaml_find(platforms, name)) {
        mp_errors_add(errors, "%s:%d:%d: there is a platform '%s' already",
                      MP_PROJECT_CONFIG,
                      mp_yaml_find(platforms, name)->key->line,
                      mp_yaml_find(platforms, name)->key->column, name);
        good = false;
    } else if (good && !is_block(platforms)) {
        good = mp_project_platform(template, 2, &platform, errors);
        if (good)
            tell_by_hand(&platform, platforms != NULL, errors);
        good = false;
    }
    size_t indent =
        good && platforms ? (size_t)platforms->first->key->column - 1 : 0;
    good = good && mp_project_platform(template, indent, &platform, errors);
    if (good)
        put_in(config, platforms, &platform, out);
    mp_buf_finish(&platform);
    gh_arena_finish(&arena);
    return good;
}

/* --- writing --- */

/* A link to what is not there: nobody has said what belongs there. */
static bool leads_nowhere(const char *path)
{
    struct stat info;
    return !lstat(path, &info) && S_ISLNK(info.st_mode) && stat(path, &info);
}

bool mp_project_check(const struct mp_project *project, bool force,
                      struct mp_errors *errors)
{
    bool good = true;
    for (size_t i = 0; i < project->count; i++) {
        const struct mp_project_file *file = &project->files[i];
        char *path = path_in(project, file->path);
        if (leads_nowhere(path)) {
            mp_errors_add(errors,
                          "mprun: %s is a link to what is not there; remove "
                          "it, or make that",
                          path);
            good = false;
        } else if (!file->edits && !force && mp_fs_exists(path)) {
            mp_errors_add(errors,
                          "mprun: %s is there already; --force overwrites it",
                          path);
            good = false;
        }
        gh_free(path);
    }
    return good;
}

static bool write_one(const char *path, const struct mp_buf *text)
{
    struct mp_replace replace;
    char *folder = mp_fs_dirname(path);
    bool good = mp_fs_make_dirs(folder) && mp_replace_begin(&replace, path);
    if (good) {
        good = mp_fs_write_all(replace.fd, mp_buf_text(text), text->len) &&
               mp_replace_commit(&replace);
        mp_replace_finish(&replace);
    }
    gh_free(folder);
    return good;
}

bool mp_project_write(const struct mp_project *project,
                      struct mp_errors *errors)
{
    bool good = true;
    for (size_t i = 0; i < project->count && good; i++) {
        char *path = path_in(project, project->files[i].path);
        good = write_one(path, &project->files[i].text);
        if (!good)
            mp_errors_add(errors, "%s: %s", path, strerror(errno));
        gh_free(path);
    }
    return good;
}

void mp_project_finish(struct mp_project *project)
{
    for (size_t i = 0; i < project->count; i++)
        mp_buf_finish(&project->files[i].text);
    gh_free(project->files);
    gh_arena_finish(&project->arena);
    memset(project, 0, sizeof(*project));
}
