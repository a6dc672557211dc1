/*
 * Plans: feature files, a config and flags on one side, what is planned on
 * the other. All of tests/data/plan is played; its README has the format.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/plan/explain.h"
#include "runner/plan/plan.h"
#include "tests/support/cases.h"
#include "tests/support/files.h"

#define DATA     MPRUN_SOURCE_DIR "/tests/data/plan/"
#define MOST     32
#define DEFAULTS "version: 1\n"
#define PLATFORMS                                                              \
    "platforms:\n"                                                             \
    "  c: {command: [run], os: linux, arch: x86_64}\n"                         \
    "  python: {command: [run], os: linux, arch: x86_64, labels: [slow]}\n"

/* A case's words, taken apart. */
struct scene {
    struct gh_arena arena;
    struct mp_buf config;
    const char *show;
    bool no_targets;
    const char *lists[5][MOST]; /* of flags, see take_flag */
    size_t counts[5];
    const char *missing[MOST][2]; /* platform, reason */
    size_t missing_count;
    struct mp_plan_request request;
};

enum { TARGETS, TAGS, NAMES, PLATFORM_FLAGS, PROCESS_FLAGS };

/* The next line of *text, without its end, in the arena. */
static const char *next_line(struct scene *scene, const char **text)
{
    struct gh_str line = {*text, strcspn(*text, "\n")};
    *text += line.len + ((*text)[line.len] == '\n');
    return gh_arena_copy(&scene->arena, line);
}

static int64_t duration(const char *text)
{
    int64_t ms = 0;
    assert_true(mp_duration_parse(gh_str_of(text), false, &ms));
    return ms;
}

static void add_to(struct scene *scene, int list, const char *value)
{
    assert_true(scene->counts[list] < MOST);
    scene->lists[list][scene->counts[list]++] = value;
}

static void take_flag(struct scene *scene, const char *flag, const char *value)
{
    struct mp_plan_request *request = &scene->request;
    if (!strcmp(flag, "--tags"))
        add_to(scene, TAGS, value);
    else if (!strcmp(flag, "--name"))
        add_to(scene, NAMES, value);
    else if (!strcmp(flag, "--platform"))
        add_to(scene, PLATFORM_FLAGS, value);
    else if (!strcmp(flag, "--process"))
        add_to(scene, PROCESS_FLAGS, value);
    else if (!strcmp(flag, "--timeout"))
        request->step_timeout_ms = duration(value);
    else if (!strcmp(flag, "--scenario-timeout"))
        request->scenario_timeout_ms = duration(value);
    else if (!strcmp(flag, "--retry"))
        request->retries = (int)strtol(value, NULL, 10);
    else if (!strcmp(flag, "--combinations"))
        request->has_strategy =
            mp_strategy_parse(gh_str_of(value), &request->strategy);
    else
        fail_msg("no flag %s", flag);
}

static void take_flags(struct scene *scene, const char *line)
{
    char **words = mp_words_split(line, &scene->arena);
    assert_non_null(words);
    for (; *words; words++) {
        if (**words == '-') {
            assert_non_null(words[1]);
            take_flag(scene, words[0], words[1]);
            words++;
        } else {
            add_to(scene, TARGETS, *words);
        }
    }
}

static bool is_bare(const char *text)
{
    static const char *const steps[] = {"Given ", "When ", "Then ",
                                        "And ",   "But ",  "* "};
    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        if (!strncmp(text, steps[i], strlen(steps[i])))
            return true;
    }
    return false;
}

/* Steps alone are a scenario; its first step then stands on line 3. */
static void write_file(struct scene *scene, const char *path,
                       const struct mp_buf *text)
{
    struct mp_buf whole = {0};
    if (is_bare(mp_buf_text(text)))
        mp_buf_append_text(&whole, "Feature: f\nScenario: s\n");
    mp_buf_append(&whole, mp_buf_text(text), text->len);
    char *folder = mp_fs_dirname(path);
    assert_true(mp_fs_make_dirs(folder));
    assert_true(save_file(path, mp_buf_text(&whole), whole.len));
    gh_free(folder);
    mp_buf_finish(&whole);
    (void)scene;
}

static void end_file(struct scene *scene, const char *path, struct mp_buf *text)
{
    if (!strcmp(path, "mprun.yaml"))
        mp_buf_append(&scene->config, mp_buf_text(text), text->len);
    else if (text->len)
        write_file(scene, path, text);
    mp_buf_reset(text);
}

static const char *after(const char *line, const char *word)
{
    size_t length = strlen(word);
    return strncmp(line, word, length) ? NULL : line + length;
}

static void take_input(struct scene *scene, const char *input)
{
    const char *path = "a.feature", *value;
    struct mp_buf text = {0};
    while (*input) {
        const char *line = next_line(scene, &input);
        if ((value = after(line, "> show "))) {
            scene->show = value;
        } else if ((value = after(line, "> plan "))) {
            take_flags(scene, value);
        } else if (!strcmp(line, "> plan")) {
            scene->no_targets = true;
        } else if ((value = after(line, "> missing "))) {
            size_t name = strcspn(value, ":");
            const char **to = scene->missing[scene->missing_count++];
            to[0] = gh_arena_copy(&scene->arena, (struct gh_str){value, name});
            to[1] = value + name + 2;
        } else if ((value = after(line, "> "))) {
            end_file(scene, path, &text);
            path = value;
        } else {
            mp_buf_format(&text, "%s\n", line);
        }
    }
    end_file(scene, path, &text);
    mp_buf_finish(&text);
}

/* --- what is printed --- */

static void print_members(const struct mp_scenario *s, const size_t *list,
                          size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i ? "," : "", s->members[list[i]].name);
}

static void print_ms(const char *what, int64_t ms, FILE *out)
{
    char text[MP_DURATION_SIZE];
    fprintf(out, "%s%s", what, ms ? mp_duration_format(ms, text) : "none");
}

/* What is not so of most steps. */
static void print_rest(const struct mp_scenario *s, const struct mp_step *step,
                       FILE *out)
{
    if (step->timeout_ms != 30000)
        print_ms(" | timeout ", step->timeout_ms, out);
    if (step->within_ms)
        print_ms(" | within ", step->within_ms, out);
    if (step->action == MP_ACTION_WAIT)
        print_ms(" | wait ", step->wait_ms, out);
    if (step->action == MP_ACTION_EXPECT_EXIT)
        fprintf(out, " | code %d", step->exit_code);
    if (step->action == MP_ACTION_EXPECT_SIGNAL)
        fprintf(out, " | signal %d", step->signal);
    if (step->new_incarnation)
        fputs(" | new incarnation", out);
    if (step->ensured_count > step->target_count) {
        fputs(" | ready too: ", out);
        print_members(s, step->ensured + step->target_count,
                      step->ensured_count - step->target_count, out);
    }
}

static void print_step(const struct mp_scenario *s, const struct mp_step *step,
                       FILE *out)
{
    fprintf(out, "  %u ", step->at.line);
    if (step->target_count)
        print_members(s, step->targets, step->target_count, out);
    else
        fputs("-", out);
    fprintf(out, " | %s", step->rule);
    if (step->action != MP_ACTION_SEND)
        fprintf(out, " %s", mp_action_name(step->action));
    if (step->sent)
        fprintf(out, " | %s", step->sent);
    print_rest(s, step, out);
    fputc('\n', out);
}

static void print_demands(const struct mp_scenario *s, FILE *out)
{
    if (s->timeout_ms)
        print_ms("  scenario timeout ", s->timeout_ms, out);
    if (s->retries)
        fprintf(out, "  retries %d", s->retries);
    if (s->serial)
        fputs("  serial", out);
    for (size_t i = 0; i < s->lock_count; i++)
        fprintf(out, "  lock %s", s->locks[i]);
    if (s->timeout_ms || s->retries || s->serial || s->lock_count)
        fputc('\n', out);
}

static void print_cases(const struct mp_plan *plan, const struct mp_scenario *s,
                        const char *show, FILE *out)
{
    size_t column = 0;
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct mp_case *c = &plan->cases[i];
        if (c->scenario != s)
            continue;
        if (c->skip || strstr(show, "ids")) {
            fprintf(out, "%s  %s\n", column ? "\n" : "", c->id);
            column = 0;
            if (strstr(show, "ids"))
                fprintf(out, "    %zu %s\n    %s\n", c->number, c->scenario_id,
                        c->key);
            if (c->skip)
                fprintf(out, "    skipped: %s\n", c->skip);
            continue;
        }
        bool wraps = column && column + strlen(c->combination) > 70;
        fprintf(out, "%s %s",
                wraps    ? "\n "
                : column ? ""
                         : " ",
                c->combination);
        column = (wraps ? 0 : column) + strlen(c->combination) + 1;
    }
    if (column)
        fputc('\n', out);
}

static void print_processes(const struct mp_scenario *s, FILE *out)
{
    for (size_t p = 0; p < s->process_count; p++) {
        const struct mp_process *process = &s->processes[p];
        fprintf(out, "  process %s:", process->name);
        for (size_t m = 0; m < s->member_count; m++) {
            const struct mp_member *member = &s->members[m];
            if (member->process == p)
                fprintf(out, " %s(%s %d/%d)%s", member->name, member->group,
                        member->index, member->group_size,
                        member->started_by_mention ? "*" : "");
        }
        fputc('\n', out);
    }
}

static void print_plan(const struct scene *scene, const struct mp_plan *plan,
                       FILE *out)
{
    const char *show = scene->show;
    for (size_t i = 0; i < plan->scenario_count; i++) {
        const struct mp_scenario *s = plan->scenarios[i];
        if (plan->scenario_count > 1 || strstr(show, "place"))
            fprintf(out, "%s:%u %s\n", s->uri, s->at.line, s->name);
        if (strstr(show, "processes"))
            print_processes(s, out);
        print_demands(s, out);
        for (size_t k = 0; strstr(show, "steps") && k < s->step_count; k++)
            print_step(s, &s->steps[k], out);
        if (strstr(show, "cases") || strstr(show, "ids"))
            print_cases(plan, s, show, out);
        for (size_t k = 0; k < s->note_count; k++)
            fprintf(out, "  note: %s\n", s->notes[k]);
    }
    for (size_t i = 0; i < plan->left_out_count; i++)
        fprintf(out, "left out: %s: %s\n", plan->left_out[i].id,
                plan->left_out[i].reason);
}

static void set_missing(const struct scene *scene,
                        const struct mp_config *config)
{
    for (size_t i = 0; i < scene->missing_count; i++) {
        struct mp_platform *platform = (struct mp_platform *)mp_config_platform(
            config, gh_str_of(scene->missing[i][0]));
        assert_non_null(platform);
        platform->unavailable = scene->missing[i][1];
    }
}

/* Nothing of a plan may trip those who print it. */
static void explain(const struct mp_plan *plan, const struct mp_config *config)
{
    struct mp_buf text = {0};
    mp_explain_text(plan, config, true, &text);
    mp_explain_list(plan, &text);
    mp_explain_json(plan, config, &text);
    mp_buf_finish(&text);
}

static void print_result(struct scene *scene, struct mp_config *config,
                         struct mp_errors *errors, FILE *out)
{
    struct mp_plan plan;
    set_missing(scene, config);
    bool ok = mp_plan_make(&scene->request, &plan, errors);
    assert_int_equal(ok, errors->error_count == 0);
    if (ok || strstr(scene->show, "anyway"))
        print_plan(scene, &plan, out);
    explain(&plan, config);
    mp_plan_finish(&plan);
}

static void fill_request(struct scene *scene, const struct mp_config *config)
{
    struct mp_plan_request *request = &scene->request;
    request->config = config;
    if (!scene->counts[TARGETS] && !scene->no_targets)
        add_to(scene, TARGETS, "a.feature");
    request->targets = scene->lists[TARGETS];
    request->target_count = scene->counts[TARGETS];
    request->tags = scene->lists[TAGS];
    request->tag_count = scene->counts[TAGS];
    request->names = scene->lists[NAMES];
    request->name_count = scene->counts[NAMES];
    request->platforms = scene->lists[PLATFORM_FLAGS];
    request->platform_count = scene->counts[PLATFORM_FLAGS];
    request->processes = scene->lists[PROCESS_FLAGS];
    request->process_count = scene->counts[PROCESS_FLAGS];
}

static void play(void *user, const char *name, const char *input, size_t len,
                 FILE *out)
{
    (void)name;
    struct scene scene = {
        .show = user,
        .request = {.step_timeout_ms = -1, .scenario_timeout_ms = -1}};
    struct mp_config config;
    struct mp_errors errors = {0};
    struct mp_buf file = {0};
    assert_true(mp_fs_remove_tree("a.feature", NULL));
    take_input(&scene,
               gh_arena_copy(&scene.arena, (struct gh_str){input, len}));
    mp_buf_append_text(&file, DEFAULTS);
    if (!strstr(mp_buf_text(&scene.config), "platforms:\n"))
        mp_buf_append_text(&file, PLATFORMS);
    mp_buf_append_text(&file, mp_buf_text(&scene.config));
    assert_true(save_file("mprun.yaml", file.data, file.len));
    char *environment[] = {NULL};
    bool loaded = mp_config_load("mprun.yaml", environment, &config, &errors);
    fill_request(&scene, &config);
    if (loaded)
        print_result(&scene, &config, &errors, out);
    for (size_t i = 0; i < errors.count; i++)
        fprintf(out, "%s%s\n",
                errors.list[i].warning ? "" : "error: ", errors.list[i].text);
    mp_errors_finish(&errors);
    mp_config_finish(&config);
    mp_buf_finish(&file);
    mp_buf_finish(&scene.config);
    gh_arena_finish(&scene.arena);
}

/* In a folder of its own for each file of cases. */
static void check(const char *name, const char *show)
{
    char folder[] = "/tmp/mprun-plan-XXXXXX", path[512];
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    snprintf(path, sizeof(path), "%s%s", DATA, name);
    char words[32];
    snprintf(words, sizeof(words), "%s", show);
    bool same = cases_check(path, play, words);
    assert_int_equal(chdir("/"), 0);
    assert_true(mp_fs_remove_tree(folder, NULL));
    assert_true(same);
}

#define FILE_TEST(name, file, show)                                            \
    static void name(void **state)                                             \
    {                                                                          \
        (void)state;                                                           \
        check(file, show);                                                     \
    }

FILE_TEST(routing, "routing.txt", "steps")
FILE_TEST(names, "names.txt", "steps processes")
FILE_TEST(builtins, "builtins.txt", "steps")
FILE_TEST(begun, "begun.txt", "steps")
FILE_TEST(timeouts, "timeouts.txt", "steps")
FILE_TEST(tags, "tags.txt", "cases")
FILE_TEST(combinations, "combinations.txt", "cases")
FILE_TEST(selection, "selection.txt", "place cases")
FILE_TEST(identity, "identity.txt", "place ids")
FILE_TEST(files, "files.txt", "place")
FILE_TEST(near, "near.txt", "steps")
FILE_TEST(hostile, "hostile.txt", "steps cases")

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routing),      cmocka_unit_test(names),
        cmocka_unit_test(builtins),     cmocka_unit_test(begun),
        cmocka_unit_test(timeouts),     cmocka_unit_test(tags),
        cmocka_unit_test(combinations), cmocka_unit_test(selection),
        cmocka_unit_test(identity),     cmocka_unit_test(files),
        cmocka_unit_test(near),         cmocka_unit_test(hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
