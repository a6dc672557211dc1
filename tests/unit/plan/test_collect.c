/*
 * Folders that a text cannot show: links, loops, FIFOs, what cannot be read,
 * deep and large ones. The plain cases are in tests/data/plan/files.txt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/plan/collect.h"
#include "runner/plan/plan.h"
#include "tests/support/files.h"

static char folder[64];

static int enter(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/mprun-collect-XXXXXX");
    return !mkdtemp(folder) || chdir(folder);
}

static int leave(void **state)
{
    (void)state;
    return chdir("/") || !mp_fs_remove_tree(folder, NULL);
}

static void make(const char *path)
{
    char *parent = mp_fs_dirname(path);
    assert_true(mp_fs_make_dirs(parent));
    assert_true(save_file(path, "", 0));
    gh_free(parent);
}

/* What is collected, and the faults, one a line. */
static char *collect(const char *const *paths, size_t count)
{
    struct gh_arena arena = {0};
    struct mp_errors errors = {0};
    struct mp_targets targets = {0};
    struct mp_feature_files files = {0};
    struct mp_buf out = {0};
    for (size_t i = 0; i < count; i++)
        mp_target_parse(paths[i], &arena, &targets, &errors);
    mp_collect(&targets, &arena, &files, &errors);
    for (size_t i = 0; i < files.count; i++)
        mp_buf_format(&out, "%s (%zu)\n", files.list[i].path,
                      files.list[i].target_count);
    for (size_t i = 0; i < errors.count; i++)
        mp_buf_format(&out, "%s\n", errors.list[i].text);
    mp_feature_files_finish(&files);
    mp_errors_finish(&errors);
    gh_free(targets.list);
    gh_arena_finish(&arena);
    return mp_buf_take(&out);
}

#define CHECK(wanted, ...)                                                     \
    do {                                                                       \
        const char *const paths[] = {__VA_ARGS__};                             \
        char *got = collect(paths, sizeof(paths) / sizeof(*paths));            \
        assert_string_equal(got, wanted);                                      \
        gh_free(got);                                                          \
    } while (0)

static void each_file_once(void **state)
{
    (void)state;
    make("f/a.feature");
    make("f/b.feature");
    CHECK("f/b.feature (2)\nf/a.feature (1)\n", "f/b.feature", "f");
    CHECK("f/a.feature (3)\nf/b.feature (2)\n", "f", "./f/", "f//a.feature");
}

static void links_come_last(void **state)
{
    (void)state;
    make("f/z/real.feature");
    make("outside/far.feature");
    make("outside/far/deep.feature");
    assert_int_equal(symlink("z/real.feature", "f/a.feature"), 0);
    assert_int_equal(symlink("z", "f/b"), 0);
    assert_int_equal(symlink("../outside", "f/c"), 0);
    CHECK("f/z/real.feature (1)\nf/c/far/deep.feature (1)\n"
          "f/c/far.feature (1)\n",
          "f");
}

static void loops_end(void **state)
{
    (void)state;
    make("f/a/x.feature");
    make("f/b/y.feature");
    assert_int_equal(symlink("..", "f/a/up"), 0);
    assert_int_equal(symlink("../b", "f/a/b"), 0);
    assert_int_equal(symlink("../a", "f/b/a"), 0);
    assert_int_equal(symlink("self", "f/self"), 0);
    CHECK("f/a/x.feature (1)\nf/b/y.feature (1)\n", "f");
    CHECK("f/a/x.feature (2)\nf/b/y.feature (2)\n", "f", "f/a");
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    make("f/a.feature");
    assert_int_equal(symlink("nowhere", "f/b.feature"), 0);
    assert_int_equal(mkdir("f/d.feature", 0777), 0);
    make("f/d.feature/e.feature");
    CHECK("f/a.feature (1)\nf/d.feature/e.feature (1)\n"
          "f/b.feature: cannot be read: No such file or directory\n",
          "f");
    CHECK("f/nothing: No such file or directory\n"
          "f/a.feature/x: Not a directory\n",
          "f/nothing", "f/a.feature/x");
}

/* Opening a FIFO must not wait for its writer. */
static void a_fifo_is_no_feature(void **state)
{
    (void)state;
    struct mp_config config = {.path = "mprun.yaml",
                               .process_pattern = "'(?<process>[^']+)'"};
    const char *const target[] = {"."};
    struct mp_plan_request request = {
        .config = &config, .targets = target, .target_count = 1};
    struct mp_plan plan;
    struct mp_errors errors = {0};
    assert_int_equal(mkfifo("a.feature", 0666), 0);
    assert_int_equal(mkfifo("b.txt", 0666), 0);
    assert_false(mp_plan_make(&request, &plan, &errors));
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.list[0].text,
                        "a.feature: cannot be read: it is not a regular file");
    mp_plan_finish(&plan);
    mp_errors_finish(&errors);
}

static void folders_have_a_depth(void **state)
{
    (void)state;
    struct mp_buf path = {0};
    mp_buf_append_text(&path, "f");
    for (int i = 0; i < 70; i++)
        mp_buf_append_text(&path, "/d");
    mp_buf_append_text(&path, "/a.feature");
    make(path.data);
    const char *const paths[] = {"f"};
    char *got = collect(paths, 1);
    assert_non_null(strstr(got, ": folders are nested too deep (64 is the "
                                "most)"));
    gh_free(got);
    path.data[1 + 2 * 35] = '\0'; /* half of it, so that it can be removed */
    assert_int_equal(rename(path.data, "g"), 0);
    mp_buf_finish(&path);
}

static void many_files_sorted(void **state)
{
    (void)state;
    char name[32];
    for (int i = 2999; i >= 0; i--) {
        snprintf(name, sizeof(name), "f/%04d.feature", i);
        make(name);
    }
    const char *const paths[] = {"f", "f"};
    char *got = collect(paths, 2), *at = got;
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof(name), "f/%04d.feature (2)\n", i);
        assert_memory_equal(at, name, strlen(name));
        at += strlen(name);
    }
    assert_string_equal(at, "");
    gh_free(got);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_file_once),
        TEST(links_come_last),
        TEST(loops_end),
        TEST(what_cannot_be_read),
        TEST(a_fifo_is_no_feature),
        TEST(folders_have_a_depth),
        TEST(many_files_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
