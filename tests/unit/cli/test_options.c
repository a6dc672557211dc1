/*
 * The command line: tests/data/options/errors.txt holds wrong ones with their
 * messages; here are the values of right ones, profiles and the help.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/cli/help.h"
#include "runner/cli/options.h"

static char no_variable[] = "X=y";
static char *const plain_environment[] = {no_variable, NULL};

/* Parses a line, split as a shell would; the words live in the arena. */
static bool parse_line(const char *line, struct gh_arena *arena,
                       struct mp_options *options, struct mp_errors *errors)
{
    char **words = mp_words_split(line, arena);
    assert_non_null(words);
    return mp_options_parse(words, plain_environment, options, errors);
}

static void messages(const char *line, struct mp_buf *out)
{
    struct gh_arena arena = {0};
    struct mp_options options;
    struct mp_errors errors = {0};
    bool ok = parse_line(line, &arena, &options, &errors);
    assert_int_equal(ok, errors.error_count == 0);
    mp_buf_format(out, "$ %s\n", line);
    for (size_t i = 0; i < errors.count; i++)
        mp_buf_format(out, "%s\n", errors.list[i].text);
    mp_errors_finish(&errors);
    mp_options_finish(&options);
    gh_arena_finish(&arena);
}

/* Lines of the file that are not comments or empty, against what the command
 * lines among them give. */
static void tells_all_usage_errors(void **state)
{
    static const char path[] = MPRUN_SOURCE_DIR "/tests/data/options/"
                                                "errors.txt";
    (void)state;
    struct mp_buf file = {0}, expected = {0}, given = {0};
    assert_true(mp_fs_read(path, 1 << 20, &file));
    char *save = NULL;
    for (char *line = strtok_r(file.data, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        if (*line == '#')
            continue;
        mp_buf_format(&expected, "%s\n", line);
        if (!strncmp(line, "$ ", 2))
            messages(line + 2, &given);
    }
    bool same = !strcmp(expected.data, given.data);
    if (!same)
        fprintf(stderr, "given:\n%s", given.data);
    assert_true(same);
    mp_buf_finish(&file);
    mp_buf_finish(&expected);
    mp_buf_finish(&given);
}

static void check_list(const struct mp_text_list *list, size_t count, ...)
{
    va_list args;
    va_start(args, count);
    assert_int_equal(list->count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(list->list[i], va_arg(args, const char *));
    va_end(args);
}

static void reads_values(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    struct mp_options o;
    struct mp_errors errors = {0};
    assert_true(parse_line(
        "-t @a --tags='@b or @c' -nx --config=c.yaml -pci -D a=b -Da=c "
        "--platform c,python --platform js --process writer=c "
        "--process reader=c,d --process writer=js "
        "--combinations mixed -j 4 --order random:7 --timeout 5s "
        "--scenario-timeout 1500 --run-timeout 0 --max-failures 3 --retry 2 "
        "--no-strict --strict-protocol -f junit:x.xml --format progress "
        "--artifacts out -s --keep --require-platforms c,js --allow-empty "
        "--keep-going --color never -q --debug=a --debug=b,c#1 "
        "--wrap a='x 1' --wrap a='y \"2 3\"' features a.feature:3:5 @rerun.txt "
        "'a.feature:12[reader=c,writer=js]' -- -x",
        &arena, &o, &errors));
    assert_int_equal(o.command, MP_COMMAND_RUN);
    check_list(&o.tags, 2, "@a", "@b or @c");
    check_list(&o.names, 1, "x");
    assert_string_equal(o.config, "c.yaml");
    assert_string_equal(o.profile, "ci");
    check_list(&o.defines, 1, "a=c");
    check_list(&o.platforms, 3, "c", "python", "js");
    check_list(&o.processes, 2, "writer=js", "reader=c,d");
    assert_true(o.has_strategy);
    assert_int_equal(o.strategy, MP_STRATEGY_MIXED);
    assert_int_equal(o.jobs, 4);
    assert_int_equal(o.order, MP_ORDER_RANDOM);
    assert_true(o.has_seed);
    assert_int_equal(o.seed, 7);
    assert_int_equal(o.step_timeout_ms, 5000);
    assert_int_equal(o.scenario_timeout_ms, 1500);
    assert_int_equal(o.run_timeout_ms, 0);
    assert_int_equal(o.max_failures, 3);
    assert_int_equal(o.retries, 2);
    assert_false(o.strict);
    assert_true(o.strict_protocol);
    check_list(&o.formats, 2, "junit:x.xml", "progress");
    assert_string_equal(o.artifacts, "out");
    assert_true(o.live_output && o.keep && o.allow_empty && o.keep_going);
    check_list(&o.require_platforms, 2, "c", "js");
    assert_int_equal(o.color, MP_COLOR_NEVER);
    assert_true(o.quiet);
    assert_true(o.debug);
    check_list(&o.debug_processes, 3, "a", "b", "c#1");
    check_list(&o.wraps, 1, "a=y \"2 3\"");
    check_list(&o.paths, 5, "features", "a.feature:3:5", "@rerun.txt",
               "a.feature:12[reader=c,writer=js]", "-x");
    struct mp_buf repeat = {0};
    mp_options_repeat(&o, &repeat);
    assert_string_equal(
        repeat.data,
        "mprun -c c.yaml -p ci -D a=c --wrap 'a=y \"2 3\"' --seed 7 "
        "--timeout 5000ms --scenario-timeout 1500ms --strict-protocol");
    mp_buf_finish(&repeat);
    mp_options_finish(&o);
    gh_arena_finish(&arena);
}

/* Without a value: every process; and what follows is not its value. */
static void reads_what_may_lack_its_value(void **state)
{
    static const char *const lines[] = {"--debug ./features", "--debug run",
                                        "--debug=a --debug ./b",
                                        "--debug --debug=a", "--debug -x"};
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct gh_arena arena = {0};
        struct mp_options o;
        struct mp_errors errors = {0};
        assert_true(parse_line(lines[i], &arena, &o, &errors));
        assert_true(o.debug);
        assert_int_equal(o.debug_processes.count, 0);
        mp_options_finish(&o);
        gh_arena_finish(&arena);
    }
}

static void has_defaults(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    struct mp_options o;
    struct mp_errors errors = {0};
    assert_true(parse_line("", &arena, &o, &errors));
    assert_int_equal(o.command, MP_COMMAND_RUN);
    assert_int_equal(o.step_timeout_ms, -1);
    assert_int_equal(o.run_timeout_ms, -1);
    assert_true(o.strict);
    assert_false(o.has_seed || o.dry_run || o.has_strategy);
    assert_int_equal(o.jobs, 0);
    assert_null(o.config);
    mp_options_finish(&o);
    gh_arena_finish(&arena);
}

static void finds_the_command(void **state)
{
    static const struct {
        const char *line;
        enum mp_command command;
        size_t paths;
    } examples[] = {
        {"run plan", MP_COMMAND_RUN, 1},
        {"plan run", MP_COMMAND_PLAN, 1},
        {"-t plan features", MP_COMMAND_RUN, 1},
        {"-t @a plan features", MP_COMMAND_PLAN, 1},
        {"--tags=@a plan", MP_COMMAND_PLAN, 0},
        {"-v plan", MP_COMMAND_PLAN, 0},
        {"features plan", MP_COMMAND_RUN, 2},
        {"-- plan", MP_COMMAND_RUN, 1},
        {"--list", MP_COMMAND_RUN, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
        struct gh_arena arena = {0};
        struct mp_options o;
        struct mp_errors errors = {0};
        assert_true(parse_line(examples[i].line, &arena, &o, &errors));
        assert_int_equal(o.command, examples[i].command);
        assert_int_equal(o.paths.count, examples[i].paths);
        mp_options_finish(&o);
        gh_arena_finish(&arena);
    }
}

static void reads_only_its_own_variables(void **state)
{
    static char config[] = "MPRUN_CONFIG=e.yaml", profile[] = "MPRUN_PROFILE=";
    static char process[] = "MPRUN_PROCESS=writer", color[] = "FORCE_COLOR=1";
    char *const environment[] = {config, profile, process, color, NULL};
    static char flag[] = "-cline.yaml";
    char *const none[] = {NULL}, *const words[] = {flag, NULL};
    (void)state;
    struct mp_options o;
    struct mp_errors errors = {0};
    assert_true(mp_options_parse(none, environment, &o, &errors));
    assert_string_equal(o.config, "e.yaml");
    assert_null(o.profile);
    assert_int_equal(o.processes.count, 0);
    assert_true(mp_options_color(&o, false));
    mp_options_finish(&o);
    assert_true(mp_options_parse(words, environment, &o, &errors));
    assert_string_equal(o.config, "line.yaml");
    mp_options_finish(&o);
}

static const struct mp_pair profile_options[] = {
    {"jobs", "8", {3, 10}},          {"tags", "not @wip", {4, 10}},
    {"platform", "c", {5, 10}},      {"platform", "js", {6, 10}},
    {"timeout", "2m", {7, 10}},      {"process", "writer=c", {8, 10}},
    {"format", "progress", {9, 10}}, {"keep", "false", {10, 10}},
    {"quiet", "true", {11, 10}},     {"no-strict", "true", {12, 10}},
};

static void puts_the_profile_before_the_line(void **state)
{
    (void)state;
    struct gh_arena arena = {0};
    struct mp_options o;
    struct mp_errors errors = {0};
    struct mp_config config = {.path = "mprun.yaml"};
    struct mp_profile profile = {"ci", profile_options, 10, {2, 3}};
    assert_true(parse_line("-j2 -t @a --platform python --process reader=c "
                           "-f junit:x -v features",
                           &arena, &o, &errors));
    assert_true(mp_options_apply_profile(&o, &config, &profile, &errors));
    assert_int_equal(o.jobs, 2);
    check_list(&o.tags, 2, "not @wip", "@a");
    check_list(&o.platforms, 1, "python");
    check_list(&o.processes, 2, "writer=c", "reader=c");
    check_list(&o.formats, 2, "progress", "junit:x");
    check_list(&o.paths, 1, "features");
    assert_int_equal(o.step_timeout_ms, 120000);
    assert_false(o.keep || o.quiet || o.strict);
    assert_true(o.verbose);
    mp_options_finish(&o);

    /* plan has no jobs: passed over, not an error */
    assert_true(parse_line("plan", &arena, &o, &errors));
    assert_true(mp_options_apply_profile(&o, &config, &profile, &errors));
    assert_int_equal(o.jobs, 0);
    check_list(&o.platforms, 2, "c", "js");
    mp_options_finish(&o);
    gh_arena_finish(&arena);
}

static void names_the_place_of_wrong_profiles(void **state)
{
    static const struct mp_pair options[] = {
        {"jbos", "8", {3, 11}},
        {"jobs", "many", {4, 11}},
        {"keep", "yes", {5, 11}},
        {"config", "x", {6, 11}},
    };
    static const char *const expected[] = {
        "mprun.yaml:3:11: profile 'ci': unknown option 'jbos', did you mean "
        "'jobs'?",
        "mprun.yaml:4:11: jobs takes a whole number from 1 to 10000, not "
        "'many'",
        "mprun.yaml:5:11: keep takes true or false, not 'yes'",
        "mprun.yaml:6:11: profile 'ci': it cannot set the option 'config'",
        "mprun: unknown profile 'cj', did you mean 'ci'? (mprun.yaml)",
        "mprun: unknown profile 'nightly' (mprun.yaml has ci)",
    };
    (void)state;
    struct gh_arena arena = {0};
    struct mp_options o;
    struct mp_errors errors = {0};
    struct mp_profile profile = {"ci", options, 4, {2, 3}};
    struct mp_config config = {
        .path = "mprun.yaml", .profiles = &profile, .profile_count = 1};
    assert_true(parse_line("", &arena, &o, &errors));
    assert_false(mp_options_apply_profile(&o, &config, &profile, &errors));
    assert_ptr_equal(mp_options_profile(&config, "ci", &errors), &profile);
    assert_null(mp_options_profile(&config, "cj", &errors));
    assert_null(mp_options_profile(&config, "nightly", &errors));
    assert_int_equal(errors.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(errors.list[i].text, expected[i]);
    mp_errors_finish(&errors);
    mp_options_finish(&o);
    gh_arena_finish(&arena);
}

/* At most 50 lines of 80 columns; says the option or command. */
static void check_screen(const char *text, const char *holds)
{
    size_t lines = 0;
    for (const char *p = text; *p; p += strcspn(p, "\n") + 1) {
        if (strcspn(p, "\n") > 80)
            fail_msg("too wide: %.90s", p);
        lines++;
    }
    if (lines > 50)
        fail_msg("%zu lines:\n%s", lines, text);
    assert_non_null(strstr(text, holds));
}

static void help_fits_a_screen(void **state)
{
    (void)state;
    struct mp_buf out = {0};
    struct mp_errors errors = {0};
    mp_help_overview(&out);
    check_screen(out.data, "mprun.yaml");
    for (const struct mp_command_info *info = mp_options_command_table;
         info->name; info++) {
        mp_buf_reset(&out);
        assert_true(mp_help_topic(info->name, false, &out, &errors));
        check_screen(out.data, info->name);
    }
    assert_false(mp_help_topic("runn", false, &out, &errors));
    assert_string_equal(errors.list[0].text,
                        "mprun: unknown command 'runn', did you mean 'run'? "
                        "(mprun --help)");
    mp_errors_finish(&errors);
    mp_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_all_usage_errors),
        cmocka_unit_test(reads_values),
        cmocka_unit_test(reads_what_may_lack_its_value),
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(finds_the_command),
        cmocka_unit_test(reads_only_its_own_variables),
        cmocka_unit_test(puts_the_profile_before_the_line),
        cmocka_unit_test(names_the_place_of_wrong_profiles),
        cmocka_unit_test(help_fits_a_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
