#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/cli/cli.h"
#include "runner/cli/place.h"
#include "runner/cli/reporting.h"
#include "runner/cli/runs.h"
#include "runner/conformance/conformance.h"
#include "runner/conformance/hints.h"
#include "runner/model/status.h"
#include "runner/report/output.h"

#define ANSWER_MS 5000

struct examination {
    const struct mp_options *options;
    struct mp_errors *errors;
    struct gh_arena arena;
    struct mp_conformance_options conformance;
    struct mp_conformance_result result;
    struct mp_console console;
    struct mp_output *outputs; /* one for each format; NULL: not opened */
};

/* --- what is asked for --- */

static void take_fixtures(struct examination *e)
{
    for (size_t i = 0; i < e->options->fixtures.count; i++) {
        const char *text = e->options->fixtures.list[i];
        size_t length = strcspn(text, "=");
        for (int f = 0; f < MP_FIXTURE_COUNT; f++) {
            const char *name = mp_fixture_table[f].name;
            if (strlen(name) == length && !strncmp(name, text, length))
                e->conformance.steps[f] = text + length + 1;
        }
    }
}

static void take_checks(struct examination *e)
{
    const struct mp_text_list *checks = &e->options->checks;
    for (size_t i = 0; i < checks->count; i++)
        e->conformance.chosen[strtoul(checks->list[i], NULL, 10)] = true;
    e->conformance.chosen[0] = checks->count;
}

static bool check_language(struct examination *e)
{
    const char *const *known = mp_hints_languages;
    struct mp_buf all = {0};
    if (!e->options->language || mp_hints_language(&e->conformance, NULL))
        return true;
    for (; *known; known++)
        mp_buf_format(&all, "%s%s", all.len ? ", " : "", *known);
    mp_errors_add(e->errors,
                  "mprun: --language takes %s, not '%s' (mprun conformance "
                  "--help)",
                  all.data, e->options->language);
    mp_buf_finish(&all);
    return false;
}

/* table, json, junit, each with a path or without one. */
static bool check_formats(struct examination *e)
{
    const char *const *kinds = mp_options_outcomes;
    const struct mp_text_list *formats = &e->options->formats;
    size_t before = e->errors->error_count;
    for (size_t i = 0; i < formats->count; i++) {
        size_t length = strcspn(formats->list[i], ":");
        bool found = false;
        for (int k = 0; kinds[k]; k++)
            found = found || (strlen(kinds[k]) == length &&
                              !strncmp(kinds[k], formats->list[i], length));
        if (!found || !strcmp(formats->list[i] + length, ":"))
            mp_errors_add(e->errors,
                          "mprun: --format takes table, json or junit, and "
                          ":PATH behind it, not '%s'",
                          formats->list[i]);
    }
    if (!e->options->step_timeout_ms)
        mp_errors_add(e->errors,
                      "mprun: --timeout takes the time for an answer, such "
                      "as 5s, not 0: an examination needs one");
    return e->errors->error_count == before;
}

static bool prepare(struct examination *e)
{
    const struct mp_options *options = e->options;
    struct mp_conformance_options *conformance = &e->conformance;
    uint32_t number = mp_runs_random();
    char *cwd = mp_fs_absolute(".");
    if (!cwd) {
        mp_errors_add(e->errors, "mprun: the current folder: %s",
                      strerror(errno));
        return false;
    }
    *conformance = (struct mp_conformance_options){
        .argv = options->paths.list,
        .cwd = gh_arena_copy(&e->arena, gh_str_of(cwd)),
        .environment = environ,
        .program = mp_place_program(&e->arena),
        .version = MP_VERSION,
        .run_id = mp_runs_new_id(number, &e->arena),
        .shared_root = gh_arena_format(&e->arena, "%s/mprun-%08x",
                                       mp_place_temporary(e->errors), number),
        .ipc_prefix = gh_arena_format(&e->arena, "mp%08x", number),
        .level = (enum mp_conformance_level)options->level,
        .language = options->language,
        .answer_ms = options->step_timeout_ms > 0 ? options->step_timeout_ms
                                                  : ANSWER_MS};
    gh_free(cwd);
    take_fixtures(e);
    take_checks(e);
    bool good = mp_place_tier(&conformance->best_tier, e->errors);
    good = check_language(e) && good;
    return check_formats(e) && good;
}

/* --- what is told --- */

static void make(struct examination *e, const char *format, struct mp_buf *out)
{
    struct mp_report_options console = mp_reporting_options(e->options);
    struct mp_style style = {.colour = console.colour, .ascii = console.ascii};
    bool to_file = strchr(format, ':');
    if (to_file)
        style = (struct mp_style){0};
    if (!strncmp(format, "json", 4))
        mp_conformance_json(out, &e->conformance, &e->result);
    else if (!strncmp(format, "junit", 5))
        mp_conformance_junit(out, &e->conformance, &e->result);
    else
        mp_conformance_print(out, &e->conformance, &e->result, &style,
                             e->options->quiet);
}

/* Before the examination: a path that cannot be written is told at once. */
static bool open_outputs(struct examination *e)
{
    const struct mp_text_list *formats = &e->options->formats;
    bool good = true;
    mp_console_init(&e->console, STDOUT_FILENO, false, 0);
    e->outputs =
        gh_arena_array(&e->arena, formats->count + 1, sizeof(*e->outputs));
    for (size_t i = 0; i < formats->count; i++) {
        const char *path = strchr(formats->list[i], ':');
        good = mp_output_open(&e->outputs[i], path ? path + 1 : NULL,
                              &e->console, e->errors) &&
               good;
    }
    return good;
}

static void close_outputs(struct examination *e)
{
    for (size_t i = 0; e->outputs && i < e->options->formats.count; i++)
        mp_output_finish(&e->outputs[i]);
    mp_console_finish(&e->console);
}

static bool tell(struct examination *e, const char *format,
                 struct mp_output *output)
{
    struct mp_buf text = {0};
    bool good = true;
    make(e, format, &text);
    if (output && output->path) {
        mp_output_append(output, text.data, text.len);
        good = mp_output_commit(output);
    } else {
        good = mp_cli_print(&text);
    }
    mp_buf_finish(&text);
    return good;
}

static bool tell_all(struct examination *e)
{
    const struct mp_text_list *formats = &e->options->formats;
    bool good = true, console = false;
    for (size_t i = 0; i < formats->count; i++) {
        good = tell(e, formats->list[i], &e->outputs[i]) && good;
        console = console || !e->outputs[i].path;
    }
    if (e->options->json)
        return tell(e, "json", NULL) && good;
    return console ? good : tell(e, "table", NULL) && good;
}

static int examine(struct examination *e)
{
    if (!prepare(e) || !open_outputs(e))
        return MP_EXIT_USAGE;
    if (!mp_conformance_run(&e->conformance, &e->result, e->errors))
        return e->result.signal ? 128 + e->result.signal
                                : MP_EXIT_INFRASTRUCTURE;
    if (!tell_all(e))
        return MP_EXIT_REPORT;
    if (e->result.signal)
        return 128 + e->result.signal;
    return mp_conformance_count(&e->result, MP_MARK_FAIL) ? MP_EXIT_FAILED
                                                          : MP_EXIT_OK;
}

static int list_checks(void)
{
    struct mp_buf text = {0};
    mp_conformance_list(&text);
    bool good = mp_cli_print(&text);
    mp_buf_finish(&text);
    return good ? MP_EXIT_OK : MP_EXIT_REPORT;
}

int mp_cmd_conformance(struct mp_options *options, struct mp_errors *errors)
{
    struct examination examination = {.options = options, .errors = errors};
    if (options->list)
        return list_checks();
    int status = examine(&examination);
    close_outputs(&examination);
    mp_conformance_finish(&examination.result);
    gh_arena_finish(&examination.arena);
    return status;
}
