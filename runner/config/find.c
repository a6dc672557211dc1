/* Where the configuration lies, and whether its commands are there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/buf.h"
#include "runner/base/fs.h"
#include "runner/base/interpolate.h"
#include "runner/config/config.h"

/* The absolute folder in which the search starts: that of the first path that
 * exists on the way up from first_path. */
static char *start_folder(const char *first_path)
{
    char *path = mp_fs_join("", first_path && *first_path ? first_path : ".");
    for (;;) {
        char *real = mp_fs_is_dir(path) ? mp_fs_absolute(path) : NULL;
        if (real || !strcmp(path, ".") || !strcmp(path, "/")) {
            gh_free(path);
            return real;
        }
        char *parent = mp_fs_dirname(path);
        gh_free(path);
        path = parent;
    }
}

/* As short as it can be said from the working folder: under it or above it;
 * elsewhere absolute. Takes path. */
static char *shorten(char *path)
{
    char *here = mp_fs_absolute(".");
    struct mp_buf out = {0};
    size_t length = here ? strlen(here) : 0;
    if (length == 1)
        length = 0; /* "/" */
    const char *rest = path;
    if (here && !strncmp(path, here, length) && path[length] == '/') {
        rest = path + length + 1;
    } else if (here) {
        const char *slash = strrchr(path, '/');
        size_t above = (size_t)(slash - path);
        if (!strncmp(path, here, above) && here[above] == '/') {
            for (const char *p = here + above; *p && p[1]; p++) {
                if (*p == '/')
                    mp_buf_append_text(&out, "../");
            }
            rest = slash + 1;
        }
    }
    mp_buf_append_text(&out, rest);
    gh_free(here);
    gh_free(path);
    return mp_buf_take(&out);
}

static char *find_in(const char *folder)
{
    static const char *const names[] = {"mprun.yaml", "mprun.json"};
    for (size_t i = 0; i < 2; i++) {
        char *path = mp_fs_join(folder, names[i]);
        struct stat st;
        if (!lstat(path, &st)) /* a link to nowhere, too: it is told */
            return path;
        gh_free(path);
    }
    return NULL;
}

char *mp_config_find(const char *first_path)
{
    char *folder = start_folder(first_path);
    while (folder) {
        char *found = find_in(folder);
        bool top = !strcmp(folder, "/");
        char *parent = mp_fs_dirname(folder);
        gh_free(folder);
        if (found) {
            gh_free(parent);
            return shorten(found);
        }
        folder = top ? NULL : parent;
        if (top)
            gh_free(parent);
    }
    return NULL;
}

static bool is_executable(const char *path)
{
    struct stat st;
    return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

static bool in_search_path(const char *search, const char *cwd,
                           const char *program)
{
    bool found = false;
    while (!found && search) {
        const char *end = strchrnul(search, ':');
        struct mp_buf folder = {0};
        mp_buf_append(&folder, search, (size_t)(end - search));
        char *there = mp_fs_join(cwd, mp_buf_text(&folder));
        char *path = mp_fs_join(there, program);
        found = is_executable(path);
        gh_free(path);
        gh_free(there);
        mp_buf_finish(&folder);
        search = *end ? end + 1 : NULL;
    }
    return found;
}

/* The program's name as it will be run; false: only a case knows it. */
static bool settle(const char *text, struct mp_buf *out)
{
    struct mp_buf fault = {0};
    bool ok = mp_interpolate(text, false, NULL, NULL, out, &fault);
    mp_buf_finish(&fault);
    return ok;
}

static const char *search_path(const struct mp_platform *platform,
                               struct mp_buf *own)
{
    for (size_t i = 0; i < platform->environment_count; i++) {
        const struct mp_variable *variable = &platform->environment[i];
        if (!strcmp(variable->name, "PATH"))
            return settle(variable->value, own) ? mp_buf_text(own) : NULL;
    }
    const char *search = getenv("PATH");
    return search ? search : "/bin:/usr/bin";
}

/* The first bytes of the file, as a text. */
static void read_start(const char *path, char *text, size_t size)
{
    text[0] = '\0';
    FILE *file = fopen(path, "rbe");
    if (!file)
        return;
    size_t count = fread(text, 1, size - 1, file);
    text[count] = '\0';
    if (strlen(text) < count)
        text[0] = '\0'; /* NUL bytes: no script */
    fclose(file);
}

/* The kernel says only "No such file" of a script whose interpreter is not
 * there, and "Exec format error" of one that names none. */
static void script_fault(const char *path, struct mp_buf *fault)
{
    char text[256];
    read_start(path, text, sizeof(text));
    if (!text[0])
        return;
    if (strncmp(text, "#!", 2)) {
        mp_buf_append_text(fault, "has no first line such as #!/bin/sh that "
                                  "says what runs it");
        return;
    }
    const char *name = text + 2 + strspn(text + 2, " \t");
    size_t length = strcspn(name, " \t\r\n");
    char *interpreter = mp_fs_join("", name);
    interpreter[length] = '\0';
    if (name[length] == '\r')
        mp_buf_append_text(fault, "has a first line that ends as on Windows "
                                  "(CR LF): write it with LF");
    else if (*interpreter == '/' && !mp_fs_exists(interpreter))
        mp_buf_format(fault, "is to be run by '%s', which does not exist",
                      interpreter);
    gh_free(interpreter);
}

/* A word without a slash is looked for in PATH only. */
static void unfound_fault(const char *cwd, const char *program,
                          struct mp_buf *fault)
{
    char *here = mp_fs_join(cwd, program);
    if (strchr(program, '='))
        mp_buf_append_text(fault, "is no program: variables stand under env, "
                                  "and no shell runs");
    else if (!mp_fs_exists(here))
        mp_buf_append_text(fault, "is not in PATH");
    else if (mp_fs_is_dir(here))
        mp_buf_format(fault, "is not in PATH, and in %s it is a folder", cwd);
    else
        mp_buf_format(fault,
                      "is not in PATH; to run the one in %s write './%s'", cwd,
                      program);
    gh_free(here);
}

/* A program that a path names. */
static void path_fault(const char *cwd, const char *program,
                       struct mp_buf *fault)
{
    char *path = mp_fs_join(cwd, program);
    bool folder = mp_fs_is_dir(path), there = mp_fs_exists(path);
    if (is_executable(path)) {
        script_fault(path, fault);
        gh_free(path);
        return;
    }
    mp_buf_append_text(fault, folder  ? "is a folder"
                              : there ? "is not executable"
                                      : "does not exist");
    if (program[0] != '/')
        mp_buf_format(fault, " in %s", cwd);
    if (there && !folder)
        mp_buf_format(fault,
                      ": chmod +x it, or name what runs it first, as in "
                      "[sh, %s]",
                      program);
    gh_free(path);
}

static void find_fault(const struct mp_platform *platform, const char *program,
                       struct mp_buf *fault)
{
    struct mp_buf own = {0};
    if (strchr(program, '/')) {
        path_fault(platform->cwd, program, fault);
        return;
    }
    const char *search = search_path(platform, &own);
    if (search && !in_search_path(search, platform->cwd, program))
        unfound_fault(platform->cwd, program, fault);
    mp_buf_finish(&own);
}

/* "python3 s.py" as one item: its first word is the program. */
static void hint_at_words(const struct mp_platform *platform,
                          const char *program, struct mp_buf *fault)
{
    struct mp_buf ignored = {0}, word = {0};
    const char *blank = strchr(program, ' ');
    if (!blank || blank == program)
        return;
    mp_buf_append(&word, program, (size_t)(blank - program));
    find_fault(platform, word.data, &ignored);
    if (!ignored.len)
        mp_buf_format(fault,
                      "; '%s' can be run: each word is an item of its own, "
                      "[%s, ...]",
                      word.data, word.data);
    mp_buf_finish(&ignored);
    mp_buf_finish(&word);
}

void mp_config_program_fault(const struct mp_platform *platform,
                             const char *program, struct mp_buf *fault)
{
    size_t before = fault->len;
    find_fault(platform, program, fault);
    if (fault->len > before)
        hint_at_words(platform, program, fault);
}

/* Appends what is wrong; false: nothing is. */
static bool command_fault(const struct mp_platform *platform,
                          struct mp_place *at, struct mp_buf *text)
{
    struct mp_buf program = {0}, fault = {0};
    if (!mp_fs_is_dir(platform->cwd)) {
        *at = (struct mp_place){platform->line, platform->column};
        mp_buf_format(text, "its cwd %s is no folder", platform->cwd);
        return true;
    }
    if (settle(platform->argv[0], &program))
        mp_config_program_fault(platform, mp_buf_text(&program), &fault);
    bool wrong = fault.len > 0;
    *at = (struct mp_place){platform->command_line, platform->command_column};
    if (wrong)
        mp_buf_format(text, "'%s' %s", mp_buf_text(&program), fault.data);
    mp_buf_finish(&program);
    mp_buf_finish(&fault);
    return wrong;
}

bool mp_config_check_command(const struct mp_config *config,
                             const struct mp_platform *platform,
                             bool starts_nothing, struct mp_errors *errors)
{
    struct mp_buf text = {0};
    struct mp_place at;
    bool right = !command_fault(platform, &at, &text);
    if (!right && starts_nothing)
        mp_errors_warn(errors, "%s:%d:%d: warning: platform '%s': %s",
                       config->path, at.line, at.column, platform->name,
                       text.data);
    else if (!right)
        mp_errors_add(errors, "%s:%d:%d: platform '%s': %s", config->path,
                      at.line, at.column, platform->name, text.data);
    mp_buf_finish(&text);
    return right;
}
