/* Where the configuration is found, and which commands are missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/config/config.h"
#include "tests/support/files.h"

static char folder[] = "/tmp/mprun-test-find-XXXXXX";

static void write_file(const char *path, const char *text)
{
    assert_true(save_file(path, text, strlen(text)));
}

/* mprun.yaml above, in b another one as .json; c has none. */
static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || chdir(folder))
        return -1;
    mp_fs_make_dirs("a/features");
    mp_fs_make_dirs("b/features");
    write_file("mprun.yaml", "");
    write_file("b/mprun.json", "");
    write_file("b/features/x.feature", "");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return chdir("/") || !mp_fs_remove_tree(folder, NULL);
}

static void check_found(const char *path, const char *expected)
{
    char *found = mp_config_find(path);
    assert_non_null(found);
    assert_string_equal(found, expected);
    gh_free(found);
}

static void finds_upwards_from_the_first_path(void **state)
{
    (void)state;
    check_found(NULL, "mprun.yaml");
    check_found("a/features", "mprun.yaml");
    check_found("a/features/none.feature", "mprun.yaml");
    check_found("b/features/x.feature", "b/mprun.json");
    check_found("b/features/x.feature:12[a=c]", "b/mprun.json");
    assert_int_equal(chdir("a/features"), 0);
    check_found(NULL, "../../mprun.yaml");
    struct mp_buf beside = {0};
    mp_buf_format(&beside, "%s/b/mprun.json", folder);
    check_found("../../b/features", beside.data);
    mp_buf_finish(&beside);
}

static void finds_none(void **state)
{
    (void)state;
    assert_null(mp_config_find("/proc/self"));
}

static void check_commands(const char *yaml, const char *const *expected,
                           size_t count)
{
    struct mp_config config;
    struct mp_errors errors = {0};
    write_file("check.yaml", yaml);
    assert_true(mp_config_load("check.yaml", NULL, &config, &errors));
    for (size_t i = 0; i < config.platform_count; i++)
        mp_config_check_command(&config, &config.platforms[i], false, &errors);
    assert_int_equal(errors.error_count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(errors.list[i].text, expected[i]);
    mp_errors_finish(&errors);
    mp_config_finish(&config);
}

static void names_missing_commands(void **state)
{
    static const char yaml[] =
        "platforms:\n"
        "  a: {command: [sh, -c, x]}\n"
        "  b: {command: [no-such-program-here]}\n"
        "  c: {command: /nowhere/x}\n"
        "  d: {command: sh, cwd: nowhere}\n"
        "  e: {command: '${case.number}'}\n"
        "  f: {command: tool, cwd: b, env: {PATH: bin}}\n"
        "  g: {command: tool, env: {PATH: bin}}\n"
        "  h: {command: b/features/x.feature}\n";
    static const char *const expected[] = {
        "check.yaml:3:16: platform 'b': 'no-such-program-here' is not in PATH",
        "check.yaml:4:16: platform 'c': '/nowhere/x' does not exist",
        NULL,
        "check.yaml:8:16: platform 'g': 'tool' is not in PATH",
        NULL,
    };
    (void)state;
    assert_int_equal(chdir(folder), 0);
    mp_fs_make_dirs("b/bin");
    write_file("b/bin/tool", "");
    assert_int_equal(chmod("b/bin/tool", 0755), 0);
    const char *filled[5];
    memcpy(filled, expected, sizeof(filled));
    char cwd[256], relative[384];
    snprintf(cwd, sizeof(cwd),
             "check.yaml:5:3: platform 'd': its cwd %s/nowhere is no folder",
             folder);
    snprintf(relative, sizeof(relative),
             "check.yaml:9:16: platform 'h': 'b/features/x.feature' is not "
             "executable in %s: chmod +x it, or name what runs it first, as "
             "in [sh, b/features/x.feature]",
             folder);
    filled[2] = cwd;
    filled[4] = relative;
    check_commands(yaml, filled, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_upwards_from_the_first_path),
        cmocka_unit_test(finds_none),
        cmocka_unit_test(names_missing_commands),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
