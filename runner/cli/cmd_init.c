/* mprun init: a first project, a further platform, or another tool's project
 * taken over. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/cli/cli.h"
#include "runner/cli/place.h"
#include "runner/cli/project.h"
#include "runner/cli/takeover.h"
#include "runner/model/status.h"

#define LONGEST_LINE 1000

struct init {
    struct mp_options *options;
    struct mp_errors *errors;
    struct mp_templates templates;
    struct mp_project project;
    struct mp_takeover takeover;
    bool interactive, taking; /* at a terminal; --from */
    bool adds;                /* there is a configuration */
    struct mp_text_list names;
    struct mp_buf advice; /* what is to be done first, a line for each */
};

/* --- the dialogue --- */

static void show(const char *text)
{
    fputs(text, stdout);
    fflush(stdout);
}

/* Without its end of line; NULL: the input is at its end. */
static char *read_answer(const char *question, char line[LONGEST_LINE])
{
    show(question);
    if (!fgets(line, LONGEST_LINE, stdin)) {
        show("\n");
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

static void list_templates(const struct init *init)
{
    struct mp_buf text = {0};
    mp_buf_append_text(&text, init->adds ? "A platform is added to this "
                                           "project.\n\n"
                                         : "A first project is made.\n\n");
    for (size_t i = 0; i < init->templates.count; i++) {
        const struct mp_template *template = &init->templates.list[i];
        mp_buf_format(&text, "  %-11s %s", template->name, template->title);
        if (!template->usable)
            mp_buf_format(&text, " (%s is not in PATH)", template->program);
        mp_buf_append_char(&text, '\n');
    }
    mp_buf_append_char(&text, '\n');
    show(mp_buf_text(&text));
    mp_buf_finish(&text);
}

/* The first that can be used as it is. */
static const char *default_name(const struct init *init)
{
    const struct mp_templates *templates = &init->templates;
    for (size_t i = 0; i < templates->count; i++) {
        const struct mp_template *one = &templates->list[i];
        if (one->usable && !one->advice && !one->existing)
            return templates->list[i].name;
    }
    return templates->list[0].name;
}

static bool is_known(const struct init *init, const char *name)
{
    return mp_templates_get(&init->templates, name) != NULL;
}

/* Splits at commas and blanks. False: a name is unknown; said so. */
static bool take_names(struct init *init, char *line)
{
    struct mp_errors errors = {0};
    size_t most = strlen(line) / 2 + 2;
    struct mp_text_list names = {
        .list =
            gh_arena_array(&init->options->arena, most, sizeof(*names.list))};
    for (char *word = line + strspn(line, ", "); *word;
         word += strspn(word, ", ")) {
        struct gh_str name = {word, strcspn(word, ", ")};
        word += name.len;
        names.list[names.count] = gh_arena_copy(&init->options->arena, name);
        if (!is_known(init, names.list[names.count]))
            mp_templates_unknown(&init->templates, names.list[names.count],
                                 &errors);
        names.count++;
    }
    bool good = names.count && !errors.count;
    if (good)
        init->names = names;
    mp_cli_print_errors(&errors);
    return good;
}

static bool ask_names(struct init *init)
{
    char line[LONGEST_LINE], first[LONGEST_LINE];
    struct mp_buf question = {0};
    const char *usual = default_name(init);
    list_templates(init);
    mp_buf_format(&question, "Platforms, with commas between [%s]: ", usual);
    bool asked = true, done = false;
    while (asked && !done) {
        asked = read_answer(question.data, line);
        snprintf(first, sizeof(first), "%s", asked && *line ? line : usual);
        done = asked && take_names(init, first);
    }
    mp_buf_finish(&question);
    if (!done)
        mp_errors_add(init->errors,
                      "mprun: the input ended before a platform was named, and "
                      "nothing was written: `mprun init --platform %s --yes` "
                      "asks nothing",
                      usual);
    return done;
}

static bool confirm(const struct init *init)
{
    char line[LONGEST_LINE];
    struct mp_buf text = {0};
    mp_buf_append_text(&text, "\nThis is written:\n\n");
    for (size_t i = 0; i < init->project.count; i++) {
        const struct mp_project_file *file = &init->project.files[i];
        char *path = mp_fs_join(init->project.folder, file->path);
        mp_buf_format(&text, "  %s%s\n", path,
                      file->edits ? " (the platform is added)" : "");
        gh_free(path);
    }
    mp_buf_append_text(&text, "\nWrite it? [Y/n] ");
    const char *answer = read_answer(mp_buf_text(&text), line);
    mp_buf_finish(&text);
    bool yes = answer && (!*answer || *answer == 'y' || *answer == 'Y');
    if (!yes)
        show("Nothing was written.\n");
    return yes;
}

/* --- what is written --- */

/* A project that is taken over has its steps. */
static bool add_files(struct init *init, const char *name)
{
    const struct mp_template *template =
        mp_templates_get(&init->templates, name);
    if (!template) {
        mp_templates_unknown(&init->templates, name, init->errors);
        return false;
    }
    if (!template->usable)
        mp_errors_warn(init->errors,
                       "mprun: warning: '%s' needs %s, which is "
                       "not in PATH",
                       name, template->program);
    if (template->advice)
        mp_buf_format(&init->advice, "First: %s\n", template->advice);
    if (init->taking && template->existing)
        return true;
    return mp_project_add_template(&init->project, template, init->errors);
}

/* Each platform is put into the text of the one before. */
static bool add_platforms(struct init *init, struct mp_buf *config)
{
    bool good = true;
    for (size_t i = 0; i < init->names.count && good; i++) {
        const char *name = init->names.list[i];
        struct mp_buf next = {0};
        good =
            add_files(init, name) &&
            mp_project_insert((struct gh_str){mp_buf_text(config), config->len},
                              name, mp_templates_get(&init->templates, name),
                              &next, init->errors);
        if (good) {
            mp_buf_finish(config);
            *config = next;
        } else {
            mp_buf_finish(&next);
        }
    }
    return good;
}

static bool extend(struct init *init, const char *path)
{
    struct mp_buf config = {0};
    bool json = strlen(path) > 5 && !strcmp(path + strlen(path) - 5, ".json");
    bool good = mp_fs_read(path, MP_YAML_MAX_BYTES, &config);
    if (!good)
        mp_errors_add(init->errors, "%s: %s", path, strerror(errno));
    else if (json)
        mp_errors_add(init->errors,
                      "%s: platforms are added to mprun.yaml "
                      "only; write this one by hand",
                      path);
    good = good && !json && add_platforms(init, &config);
    if (good) {
        mp_project_add_file(&init->project, MP_PROJECT_CONFIG, &config);
        init->project.files[init->project.count - 1].edits = true;
    }
    mp_buf_finish(&config);
    return good;
}

static bool begin(struct init *init)
{
    struct mp_buf config = {0}, platform = {0};
    const char *first = init->names.list[0];
    const struct mp_template *template =
        mp_templates_get(&init->templates, first);
    struct mp_text_list rest = {init->names.list + 1, init->names.count - 1};
    bool good = add_files(init, first) &&
                mp_project_platform(template, 2, &platform, init->errors);
    mp_buf_format(&config,
                  "# The platforms that play the features, and how their "
                  "servers are started.\n"
                  "version: 1\n"
                  "features: [features]\n\n"
                  "platforms:\n%s",
                  mp_buf_text(&platform));
    init->names = rest;
    good = good && add_platforms(init, &config);
    mp_project_add_file(&init->project, MP_PROJECT_CONFIG, &config);
    mp_project_add_feature(&init->project);
    mp_buf_finish(&platform);
    return good;
}

/* Platforms that were named come before the one that the tool's steps need. */
static bool take_over(struct init *init)
{
    const struct mp_takeover *takeover = &init->takeover;
    struct mp_buf config = {0}, platforms = {0};
    const char *usual[1] = {NULL};
    for (size_t i = 0; i < 2 && !init->names.count && !usual[0]; i++) {
        if (takeover->templates[i] && is_known(init, takeover->templates[i]))
            usual[0] = takeover->templates[i];
    }
    struct mp_text_list names = init->names;
    if (usual[0])
        names = (struct mp_text_list){usual, 1};
    bool good = true;
    for (size_t i = 0; i < names.count && good; i++)
        good = add_files(init, names.list[i]) &&
               mp_project_platform(
                   mp_templates_get(&init->templates, names.list[i]), 2,
                   &platforms, init->errors);
    mp_takeover_config(takeover, mp_buf_text(&platforms), &config);
    mp_project_add_file(&init->project, MP_PROJECT_CONFIG, &config);
    mp_buf_finish(&platforms);
    return good;
}

/* --- the command --- */

/* `cd` takes "-x" for an option, "-" for the folder before. */
static void append_cd(const char *folder, struct mp_buf *out)
{
    struct mp_buf path = {0};
    if (!strcmp(folder, "."))
        return;
    mp_buf_format(&path, "%s%s", *folder == '-' ? "./" : "", folder);
    mp_buf_append_text(out, "cd ");
    mp_words_quote(out, path.data);
    mp_buf_append_text(out, " && ");
    mp_buf_finish(&path);
}

static void tell_end(const struct init *init)
{
    struct mp_buf text = {0};
    for (size_t i = 0; i < init->project.count; i++) {
        char *path =
            mp_fs_join(init->project.folder, init->project.files[i].path);
        mp_buf_format(&text, "%s\n", path);
        gh_free(path);
    }
    if (init->advice.len)
        mp_buf_format(&text, "\n%s", init->advice.data);
    mp_buf_append_text(&text, "\nNow `");
    append_cd(init->project.folder, &text);
    mp_buf_append_text(&text, init->adds || init->taking
                                  ? "mprun steps` tells which steps it "
                                    "misses.\n"
                                  : "mprun` plays it.\n");
    mp_cli_print(&text);
    mp_buf_finish(&text);
}

static void tell_takeover(struct init *init)
{
    struct mp_buf text = {0};
    const struct mp_errors *left = &init->takeover.left;
    mp_buf_format(&text, "%zu setting%s taken over", init->takeover.taken,
                  init->takeover.taken == 1 ? "" : "s");
    mp_buf_format(&text, left->count ? ", %zu not:\n" : ".\n", left->count);
    for (size_t i = 0; i < left->count; i++)
        mp_buf_format(&text, "  %s\n", left->list[i].text);
    mp_buf_append_char(&text, '\n');
    mp_cli_print(&text);
    mp_buf_finish(&text);
}

/* What was taken over is held against the rules of a configuration. */
static void check_config(struct init *init)
{
    struct mp_config config = {0};
    char *path = mp_fs_join(init->project.folder, MP_PROJECT_CONFIG);
    mp_config_load(path, init->options->environment, &config, init->errors);
    mp_options_check_profiles(&config, init->errors);
    mp_config_finish(&config);
    gh_free(path);
}

static int finish(struct init *init)
{
    if (!mp_project_check(&init->project, init->options->force, init->errors))
        return MP_EXIT_USAGE;
    mp_cli_print_errors(init->errors); /* warnings */
    if (init->interactive && !confirm(init))
        return MP_EXIT_USAGE;
    if (!mp_project_write(&init->project, init->errors))
        return MP_EXIT_REPORT;
    if (init->taking)
        tell_takeover(init);
    tell_end(init);
    if (init->taking)
        check_config(init);
    return init->errors->error_count ? MP_EXIT_USAGE : MP_EXIT_OK;
}

static bool find_names(struct init *init)
{
    struct mp_buf list = {0};
    init->names = init->options->platforms;
    if (init->names.count || init->taking)
        return true;
    if (init->interactive)
        return ask_names(init);
    for (size_t i = 0; i < init->templates.count; i++)
        mp_buf_format(&list, "%s%s", i ? ", " : "",
                      init->templates.list[i].name);
    mp_errors_add(init->errors,
                  "mprun: init asks at a terminal, and this is none: say "
                  "`mprun init --platform NAME --yes` (there is %s)",
                  mp_buf_text(&list));
    mp_buf_finish(&list);
    return false;
}

static bool may_write(struct init *init)
{
    bool may = init->interactive || init->options->yes;
    if (!may)
        mp_errors_add(init->errors, "mprun: init asks at a terminal, and this "
                                    "is none: --yes writes without asking");
    return may;
}

static bool check_names(struct init *init)
{
    const struct mp_text_list *names = &init->names;
    bool good = true;
    for (size_t i = 0; i < names->count; i++) {
        size_t first = 0;
        while (strcmp(names->list[first], names->list[i]) != 0)
            first++;
        if (first < i)
            mp_errors_add(init->errors, "mprun: platform '%s' is named twice",
                          names->list[i]);
        good = good && first == i;
    }
    return good;
}

static int make(struct init *init, const char *program)
{
    const struct mp_options *options = init->options;
    bool plain = init->taking && !init->takeover.templates[0] &&
                 !options->platforms.count; /* no template is needed */
    if (!plain && !mp_templates_find(&init->templates, program,
                                     options->environment, init->errors))
        return MP_EXIT_USAGE;
    if (!find_names(init) || !check_names(init) || !may_write(init))
        return MP_EXIT_USAGE;
    char *config = mp_project_config(&init->project);
    bool good = init->taking ? take_over(init)
                : config     ? extend(init, config)
                             : begin(init);
    gh_free(config);
    return good ? finish(init) : MP_EXIT_USAGE;
}

int mp_cmd_init(struct mp_options *options, struct mp_errors *errors)
{
    struct init init = {.options = options, .errors = errors};
    struct gh_arena arena = {0};
    char *beside = options->from ? mp_fs_dirname(options->from) : NULL;
    int status = MP_EXIT_USAGE;
    init.interactive =
        !options->yes && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    init.taking = options->from != NULL;
    mp_project_init(&init.project, options->paths.count ? options->paths.list[0]
                                   : beside             ? beside
                                                        : ".");
    char *config = mp_project_config(&init.project);
    init.adds = config != NULL && !init.taking;
    gh_free(config);
    if (!init.taking || mp_takeover_read(&init.takeover, options->from, errors))
        status = make(&init, mp_place_program(&arena));
    mp_buf_finish(&init.advice);
    mp_takeover_finish(&init.takeover);
    mp_project_finish(&init.project);
    mp_templates_finish(&init.templates);
    gh_arena_finish(&arena);
    gh_free(beside);
    return status;
}
