/*
 * The configuration: files of tests/data/config with the messages that they
 * must give, and the values of those that are right.
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

#include <dirent.h>

#include "runner/base/buf.h"
#include "runner/base/fs.h"
#include "runner/config/config.h"
#include "tests/support/files.h"

#define DATA MPRUN_SOURCE_DIR "/tests/data/config/"

static char home[] = "HOME=/home/ada";
static char *const environment[] = {home, NULL};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

/* All messages, without the folder of the data. */
static char *messages(const char *name)
{
    struct mp_buf path = {0}, out = {0};
    mp_buf_format(&path, "%s%s", DATA, name);
    struct mp_config config;
    struct mp_errors errors = {0};
    bool ok = mp_config_load(path.data, environment, &config, &errors);
    assert_int_equal(ok, errors.error_count == 0);
    for (size_t i = 0; i < errors.count; i++) {
        const char *text = errors.list[i].text;
        assert_int_equal(strncmp(text, DATA, strlen(DATA)), 0);
        mp_buf_format(&out, "%s\n", text + strlen(DATA));
    }
    mp_errors_finish(&errors);
    mp_config_finish(&config);
    mp_buf_finish(&path);
    return mp_buf_take(&out);
}

/* NAME.yaml has its messages in NAME.expected; without that it is right. */
static bool check_file(const char *name)
{
    struct mp_buf path = {0}, expected = {0};
    mp_buf_format(&path, "%s%.*s.expected", DATA,
                  (int)(strrchr(name, '.') - name), name);
    char *given = messages(name);
    mp_fs_read(path.data, 1 << 20, &expected);
    bool ok = !strcmp(given, mp_buf_text(&expected));
    if (!ok && getenv("MPRUN_UPDATE_GOLDEN"))
        ok = save_file(path.data, given, strlen(given));
    if (!ok)
        fprintf(stderr, "%s gave:\n%s", name, given);
    gh_free(given);
    mp_buf_finish(&path);
    mp_buf_finish(&expected);
    return ok;
}

static void gives_the_expected_messages(void **state)
{
    (void)state;
    DIR *dir = opendir(DATA);
    assert_non_null(dir);
    bool ok = true;
    size_t files = 0;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (ends_with(entry->d_name, ".yaml") ||
            ends_with(entry->d_name, ".json")) {
            ok = check_file(entry->d_name) && ok;
            files++;
        }
    }
    closedir(dir);
    assert_true(files > 10);
    assert_true(ok);
}

static void load(const char *name, struct mp_config *config)
{
    struct mp_buf path = {0};
    struct mp_errors errors = {0};
    mp_buf_format(&path, "%s%s", DATA, name);
    assert_true(mp_config_load(path.data, environment, config, &errors));
    mp_errors_finish(&errors); /* warnings */
    mp_buf_finish(&path);
}

static const char *label_of(const struct mp_platform *platform,
                            enum mp_label_kind kind)
{
    for (size_t i = 0; i < platform->label_count; i++) {
        if (platform->labels[i].kind == kind)
            return platform->labels[i].name;
    }
    return "";
}

static void reads_platforms(void **state)
{
    (void)state;
    struct mp_config config;
    load("full.yaml", &config);
    assert_int_equal(config.platform_count, 2);
    const struct mp_platform *python = &config.platforms[0];
    assert_string_equal(python->name, "python");
    assert_string_equal(python->argv[3], "steps/python");
    assert_null(python->argv[4]);
    assert_string_equal(python->cwd, config.folder);
    assert_string_equal(python->environment[1].value, "buf-${case.number}");
    assert_string_equal(python->environment[2].value, "/home/ada/x");
    assert_string_equal(label_of(python, MP_LABEL_NAME), "python");
    assert_string_equal(label_of(python, MP_LABEL_OS), "plan9");
    assert_string_equal(label_of(python, MP_LABEL_ARCH), "aarch64");
    assert_string_equal(label_of(python, MP_LABEL_OWN), "interpreted");
    assert_int_equal(python->label_count, 5); /* arm64 too */
    assert_string_equal(python->available[2], "import json");
    assert_int_equal(python->start_timeout_ms, 1500);
    assert_false(python->prestart);
    assert_int_equal(python->isolation, MP_ISOLATION_FEATURE);
    assert_int_equal(python->protocol, MP_PROTOCOL_V1);
    assert_string_equal(python->options_json,
                        "{\"a\":1,\"b\":[true,null,\"1\",\"x y\",-0.5e3,"
                        "\"01\"],\"c\":{\"d\\n\":null}}");
    assert_int_equal(python->line, 5);
    assert_int_equal(python->command_line, 6);

    const struct mp_platform *c = mp_config_platform(&config, gh_str_of("c"));
    static const char *const words[] = {"./server", "--name", "two words",
                                        "a b",      "$$HOME", "${case.number}"};
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(c->argv[i], words[i]);
    assert_null(c->argv[6]);
    assert_string_equal(label_of(c, MP_LABEL_OS), "linux");
    assert_string_equal(c->options_json, "{}");
    assert_int_equal(c->protocol, MP_PROTOCOL_AUTO);
    assert_null(mp_config_platform(&config, gh_str_of("d")));
    mp_config_finish(&config);
}

static void reads_the_other_sections(void **state)
{
    (void)state;
    struct mp_config config;
    load("full.yaml", &config);
    assert_string_equal(config.features[0], DATA "features");
    assert_string_equal(config.features[1], DATA "../more.feature");
    assert_true(config.closed_processes);
    assert_int_equal(config.process_count, 3);
    assert_string_equal(config.processes[0].platforms[0]->name, "c");
    assert_int_equal(config.processes[1].count, 5);
    assert_string_equal(config.processes[2].name, "late reader");
    assert_int_equal(config.strategy, MP_STRATEGY_PAIRWISE);
    assert_int_equal(config.exclude_count, 1);
    assert_string_equal(config.exclude[0].list[1].process, "node");
    assert_string_equal(config.exclude[0].list[1].platform->name, "python");
    assert_int_equal(config.step_timeout_ms, 10000);
    assert_int_equal(config.scenario_timeout_ms, 0);
    assert_int_equal(config.run_timeout_ms, 3600000);
    assert_int_equal(config.stop_timeout_ms, 300);
    assert_string_equal(config.matches[0].pattern, "^waits for .*");
    assert_int_equal(config.matches[0].timeout_ms, 120000);
    assert_string_equal(config.process_pattern, "<(?<process>[^>]+)>");
    assert_int_equal(config.unaddressed, MP_UNADDRESSED_ERROR);
    assert_true(config.builtin_steps);
    assert_string_equal(config.builtin_off[1], "is running");
    assert_string_equal(config.aliases[0].key, "it works");
    assert_string_equal(config.tag_aliases[0].value, "platform:windows");
    assert_string_equal(config.secrets[0], "DB_PASSWORD");
    mp_config_finish(&config);
}

static void reads_profiles(void **state)
{
    static const char *const options[][2] = {
        {"jobs", "8"},
        {"format", "junit:reports/junit.xml"},
        {"format", "progress"},
        {"strict-protocol", "true"},
        {"process", "writer=python,c"},
        {"define", "A=b"},
    };
    (void)state;
    struct mp_config config;
    load("full.yaml", &config);
    assert_int_equal(config.profile_count, 1);
    assert_string_equal(config.profiles[0].name, "ci");
    assert_int_equal(config.profiles[0].option_count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(config.profiles[0].options[i].key, options[i][0]);
        assert_string_equal(config.profiles[0].options[i].value, options[i][1]);
    }
    mp_config_finish(&config);
}

static void reads_json(void **state)
{
    (void)state;
    struct mp_config config;
    load("small.json", &config);
    assert_string_equal(config.platforms[0].argv[0], "a/b");
    assert_string_equal(config.platforms[0].argv[1],
                        "\xc3\xa9\xf0\x9f\x98\x80\\ud83d");
    assert_int_equal(config.step_timeout_ms, 30000);
    assert_int_equal(config.stop_timeout_ms, 5000);
    assert_int_equal(config.platforms[0].start_timeout_ms, 10000);
    assert_true(config.platforms[0].prestart);
    assert_int_equal(config.platforms[0].isolation, MP_ISOLATION_SCENARIO);
    assert_true(config.builtin_steps);
    assert_false(config.closed_processes);
    mp_config_finish(&config);
}

static void check_fault(const char *bytes, size_t length, const char *expected)
{
    char path[] = "/tmp/mprun-test-config-XXXXXX";
    assert_non_null(mkdtemp(path));
    char *file = mp_fs_join(path, "mprun.yaml");
    assert_true(save_file(file, bytes, length));
    struct mp_config config;
    struct mp_errors errors = {0};
    mp_config_load(file, environment, &config, &errors);
    assert_int_equal(errors.error_count, 1);
    assert_non_null(strstr(errors.list[0].text, expected));
    mp_errors_finish(&errors);
    mp_config_finish(&config);
    gh_free(file);
    mp_fs_remove_tree(path, NULL);
}

static void refuses_other_bytes(void **state)
{
    (void)state;
    check_fault("a: b\nc: d\xff\n", 11,
                "mprun.yaml:2:5: this is not UTF-8 (invalid leading UTF-8 "
                "octet): save the file as UTF-8");
    check_fault("a: \x01\n", 5,
                "mprun.yaml:1:4: control characters are not allowed (U+0001)");
    check_fault("platforms: {c: {command: \"a\\0b\"}}\n", 34,
                "mprun.yaml:1:26: a text may not hold a NUL character");
    check_fault("", 0, "mprun.yaml:1:1: the file is empty");
}

static void skips_a_byte_order_mark(void **state)
{
    (void)state;
    check_fault("\xef\xbb\xbfversion: 2\nplatforms: {c: {command: a}}\n", 43,
                "mprun.yaml:1:10: version must be 1, not '2'");
}

static void names_a_file_that_cannot_be_read(void **state)
{
    (void)state;
    struct mp_config config;
    struct mp_errors errors = {0};
    assert_false(
        mp_config_load("/nowhere/mprun.yaml", environment, &config, &errors));
    assert_string_equal(errors.list[0].text, "/nowhere/mprun.yaml: cannot be "
                                             "read: there is no such file");
    mp_config_finish(&config);
    assert_false(mp_config_load("/", environment, &config, &errors));
    assert_string_equal(errors.list[1].text,
                        "/: cannot be read: it is a folder");
    mp_config_finish(&config);
    mp_errors_finish(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_expected_messages),
        cmocka_unit_test(reads_platforms),
        cmocka_unit_test(reads_the_other_sections),
        cmocka_unit_test(reads_profiles),
        cmocka_unit_test(reads_json),
        cmocka_unit_test(refuses_other_bytes),
        cmocka_unit_test(skips_a_byte_order_mark),
        cmocka_unit_test(names_a_file_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
