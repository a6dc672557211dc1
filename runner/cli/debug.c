#include "runner/cli/debug.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gherkin/utf8.h"
#include "runner/base/fs.h"
#include "runner/base/interpolate.h"
#include "runner/base/text.h"

#define MOST_NAMES 256 /* that a misspelt one is compared with */

/* --- names --- */

static const char *wrapped_name(struct gh_arena *arena, const char *wrap)
{
    struct gh_str name = {wrap, strcspn(wrap, "=")};
    return gh_arena_copy(arena, gh_utf8_nfc(arena, name));
}

static const char *normal_name(struct gh_arena *arena, const char *name)
{
    return gh_arena_copy(arena, gh_utf8_nfc(arena, gh_str_of(name)));
}

static bool has_member(const struct mp_scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->member_count; i++) {
        if (mp_member_is_named(&scenario->members[i], name))
            return true;
    }
    return false;
}

static const char *nearest_name(const struct mp_plan *plan, const char *name)
{
    const char *known[MOST_NAMES];
    size_t count = 0;
    for (size_t s = 0; s < plan->scenario_count; s++) {
        const struct mp_scenario *scenario = plan->scenarios[s];
        for (size_t i = 0; i < scenario->member_count; i++) {
            const struct mp_member *member = &scenario->members[i];
            if (count < MOST_NAMES)
                known[count++] = member->name;
            if (count < MOST_NAMES && strcmp(member->name, member->group) != 0)
                known[count++] = member->group;
        }
    }
    return mp_nearest(name, known, count);
}

/* option: as it was written. */
static bool check_name(const struct mp_setup *setup, const char *option,
                       const char *name)
{
    const struct mp_plan *plan = &setup->plan;
    for (size_t i = 0; i < plan->scenario_count; i++) {
        if (has_member(plan->scenarios[i], name))
            return true;
    }
    const char *near = nearest_name(plan, name);
    mp_errors_add(setup->errors,
                  "%s: no selected scenario has a process '%s'%s%s%s", option,
                  name, near ? ", did you mean '" : "", near ? near : "",
                  near ? "'?" : "");
    return false;
}

/* --- wraps --- */

static const char *of_environment(void *self, const char *name)
{
    (void)self;
    const char *value = getenv(name);
    return value ? value : mp_config_case_name(NULL, name);
}

/* "./tool" is where mprun was called, not where the platform's server runs. */
static const char *from_here(struct gh_arena *arena, const char *here,
                             const char *program)
{
    if (!here || !strchr(program, '/') || *program == '/' || *program == '$')
        return program;
    char *path =
        mp_fs_join(here, program + (strncmp(program, "./", 2) ? 0 : 2));
    const char *result = gh_arena_copy(arena, gh_str_of(path));
    gh_free(path);
    return result;
}

static struct mp_wrap make_wrap(struct gh_arena *arena, const char *here,
                                const char *option)
{
    char **words = mp_words_split(option + strcspn(option, "=") + 1, arena);
    words[0] = (char *)from_here(arena, here, words[0]);
    return (struct mp_wrap){.process = wrapped_name(arena, option),
                            .words = (const char *const *)words};
}

/* Can its words be expanded? The first one, the program, is kept. */
static bool expand_words(const struct mp_setup *setup, const char *option,
                         const struct mp_wrap *wrap, struct mp_buf *program)
{
    bool right = true;
    for (size_t i = 0; wrap->words[i]; i++) {
        struct mp_buf out = {0}, fault = {0};
        if (!mp_interpolate(wrap->words[i], false, of_environment, NULL,
                            i ? &out : program, &fault)) {
            mp_errors_add(setup->errors, "--wrap %s: %s", option, fault.data);
            right = false;
        }
        mp_buf_finish(&out);
        mp_buf_finish(&fault);
    }
    return right;
}

/* Does a case play such a process on that platform? */
static bool plays(const struct mp_plan *plan,
                  const struct mp_platform *platform, const char *name)
{
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct mp_case *source = &plan->cases[i];
        for (size_t m = 0; !source->skip && m < source->scenario->member_count;
             m++) {
            const struct mp_member *member = &source->scenario->members[m];
            if (source->platforms[member->process] == platform &&
                mp_member_is_named(member, name))
                return true;
        }
    }
    return false;
}

/* Told once, though it may be missed on several platforms; each has a PATH of
 * its own. */
static bool check_program(const struct mp_setup *setup, const char *option,
                          const struct mp_wrap *wrap, const char *here,
                          const char *program)
{
    const struct mp_config *config = &setup->config;
    struct mp_buf fault = {0};
    for (size_t i = 0; i < config->platform_count && !fault.len; i++) {
        struct mp_platform platform = config->platforms[i];
        platform.cwd = here ? here : platform.cwd;
        if (plays(&setup->plan, &config->platforms[i], wrap->process))
            mp_config_program_fault(&platform, program, &fault);
    }
    bool right = !fault.len;
    if (!right)
        mp_errors_add(setup->errors, "--wrap %s: '%s' %s", option, program,
                      fault.data);
    mp_buf_finish(&fault);
    return right;
}

static bool check_wrap(const struct mp_setup *setup, const char *text,
                       const struct mp_wrap *wrap, const char *here)
{
    struct mp_buf option = {0}, program = {0};
    mp_buf_format(&option, "--wrap %s", text);
    bool right = check_name(setup, option.data, wrap->process) &&
                 expand_words(setup, text, wrap, &program) &&
                 check_program(setup, text, wrap, here, mp_buf_text(&program));
    mp_buf_finish(&option);
    mp_buf_finish(&program);
    return right;
}

static bool read_wraps(const struct mp_setup *setup, struct gh_arena *arena,
                       struct mp_run_options *run)
{
    const struct mp_text_list *texts = &setup->options->wraps;
    struct mp_wrap *wraps = gh_arena_array(arena, texts->count, sizeof(*wraps));
    char *here = texts->count ? getcwd(NULL, 0) : NULL;
    bool right = true;
    for (size_t i = 0; i < texts->count; i++) {
        wraps[i] = make_wrap(arena, here, texts->list[i]);
        right = check_wrap(setup, texts->list[i], &wraps[i], here) && right;
    }
    run->wraps = wraps;
    run->wrap_count = texts->count;
    gh_free(here);
    return right;
}

/* --- the input --- */

static bool input_is_over(void)
{
    struct stat input, null;
    if (fstat(STDIN_FILENO, &input))
        return true;
    if (S_ISCHR(input.st_mode))
        return !stat("/dev/null", &null) && null.st_rdev == input.st_rdev;
    return S_ISREG(input.st_mode) &&
           lseek(STDIN_FILENO, 0, SEEK_CUR) >= input.st_size;
}

static bool check_input(const struct mp_setup *setup)
{
    const struct mp_options *options = setup->options;
    if (!options->debug || options->dry_run || !input_is_over())
        return true;
    mp_errors_add(setup->errors,
                  "mprun: --debug waits for Enter on standard input, which is "
                  "at its end: call mprun in a terminal, or give it a line "
                  "for each process that is started");
    return false;
}

/* --- what the run is told --- */

/* To standard error or, when that goes elsewhere, to the terminal on which
 * Enter is pressed. */
static void tell(void *self, const char *text)
{
    (void)self;
    bool elsewhere = !isatty(STDERR_FILENO) && isatty(STDIN_FILENO);
    FILE *terminal = elsewhere ? fopen("/dev/tty", "we") : NULL;
    fprintf(terminal ? terminal : stderr, "mprun: %s\n", text);
    if (terminal)
        fclose(terminal);
}

static bool read_names(const struct mp_setup *setup, struct gh_arena *arena,
                       struct mp_run_options *run)
{
    const struct mp_text_list *given = &setup->options->debug_processes;
    const char **names = gh_arena_array(arena, given->count, sizeof(*names));
    struct mp_debug *debug = gh_arena_alloc(arena, sizeof(*debug));
    bool right = true;
    for (size_t i = 0; i < given->count; i++) {
        const char *option =
            gh_arena_format(arena, "--debug=%s", given->list[i]);
        names[i] = normal_name(arena, given->list[i]);
        right = check_name(setup, option, names[i]) && right;
    }
    *debug = (struct mp_debug){.processes = names,
                               .process_count = given->count,
                               .input_fd = STDIN_FILENO,
                               .tell = tell};
    run->debug = debug;
    return right;
}

bool mp_debug_read(const struct mp_setup *setup, struct gh_arena *arena,
                   struct mp_run_options *run)
{
    bool right = true;
    if (!setup->plan.scenario_count)
        return true;
    if (setup->options->debug)
        right = read_names(setup, arena, run);
    right = read_wraps(setup, arena, run) && right;
    return check_input(setup) && right;
}
