/* Files and paths, in a folder of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "runner/base/fs.h"
#include "tests/support/files.h"

static char folder[] = "/tmp/mprun-fs-XXXXXX";

static int enter(void **state)
{
    (void)state;
    return !mkdtemp(folder) || chdir(folder);
}

static int leave(void **state)
{
    (void)state;
    return chdir("/") || !mp_fs_remove_tree(folder, NULL) ||
           mp_fs_exists(folder);
}

static void write_text(const char *path, const char *text)
{
    assert_true(save_file(path, text, strlen(text)));
}

static void check_file(const char *path, const char *text)
{
    struct mp_buf buf = {0};
    assert_true(mp_fs_read(path, 1 << 20, &buf));
    assert_string_equal(mp_buf_text(&buf), text);
    mp_buf_finish(&buf);
}

static void check_unreadable(const char *path, size_t most, int wanted)
{
    struct mp_buf buf = {0};
    errno = 0;
    assert_false(mp_fs_read(path, most, &buf));
    assert_int_equal(errno, wanted);
    mp_buf_finish(&buf);
}

static void reads_and_writes(void **state)
{
    (void)state;
    write_text("a", "one");
    check_file("a", "one");
    write_text("a", "");
    check_file("a", "");
    write_text("a", "two");
    assert_false(save_file("no/such/folder", "x", 1));
    assert_int_equal(errno, ENOENT);
}

static void appends_what_it_reads(void **state)
{
    (void)state;
    struct mp_buf buf = {0};
    write_text("b", "more");
    mp_buf_append_text(&buf, "and ");
    assert_true(mp_fs_read("b", 8, &buf));
    assert_string_equal(mp_buf_text(&buf), "and more");
    mp_buf_finish(&buf);
}

static void refuses_what_is_no_file(void **state)
{
    (void)state;
    assert_int_equal(mkdir("dir", 0777), 0);
    assert_int_equal(mkfifo("fifo", 0666), 0);
    write_text("large", "0123456789");
    assert_int_equal(symlink("loop", "loop"), 0);
    check_unreadable("dir", 100, EISDIR);
    check_unreadable("fifo", 100, EINVAL);
    check_unreadable("/dev/zero", 100, EINVAL);
    check_unreadable("nothing", 100, ENOENT);
    check_unreadable("large/x", 100, ENOTDIR);
    check_unreadable("large", 9, EFBIG);
    check_unreadable("loop", 100, ELOOP);
}

static void writes_all_or_says_why(void **state)
{
    (void)state;
    int fd = open("/dev/null", O_WRONLY);
    assert_true(mp_fs_write_all(fd, "x", 1));
    close(fd);
    assert_false(mp_fs_write_all(fd, "x", 1));
    assert_int_equal(errno, EBADF);
    fd = open("/dev/full", O_WRONLY);
    if (fd < 0)
        return;
    assert_false(mp_fs_write_all(fd, "x", 1));
    assert_int_equal(errno, ENOSPC);
    close(fd);
}

static void makes_folders(void **state)
{
    (void)state;
    assert_true(mp_fs_make_dirs("x/y//z/"));
    assert_true(mp_fs_make_dirs("x/y/z"));
    assert_true(mp_fs_is_dir("x/y/z"));
    assert_true(mp_fs_make_dirs("x/y/a/b/c"));
    assert_true(mp_fs_is_dir("x/y/a/b/c"));
    char *whole = mp_fs_absolute("x");
    char *below = mp_fs_join(whole, "d///e");
    assert_true(mp_fs_make_dirs(below));
    assert_true(mp_fs_is_dir("x/d/e"));
    gh_free(below);
    gh_free(whole);
    assert_false(mp_fs_make_dirs(""));
    write_text("x/file", "");
    assert_false(mp_fs_make_dirs("x/file/below"));
    assert_false(mp_fs_is_dir("x/file"));
    assert_true(mp_fs_exists("x/file"));
}

static void removes_trees_but_not_what_links_lead_to(void **state)
{
    (void)state;
    assert_true(mp_fs_make_dirs("tree/a/b"));
    assert_true(mp_fs_make_dirs("kept"));
    write_text("kept/file", "here");
    write_text("tree/a/b/file", "");
    assert_int_equal(symlink("../../kept", "tree/a/link"), 0);
    assert_int_equal(symlink("..", "tree/up"), 0);
    assert_int_equal(symlink("nowhere", "tree/broken"), 0);
    assert_true(mp_fs_remove_tree("tree", NULL));
    assert_false(mp_fs_exists("tree"));
    check_file("kept/file", "here");
    assert_true(mp_fs_remove_tree("tree", NULL));
    assert_true(mp_fs_remove_tree("kept/file", NULL));
    assert_false(mp_fs_exists("kept/file"));
}

/* Paths of a tree that is deeper than any path can be long. */
static void make_deep(int depth)
{
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < depth; i++) {
        assert_int_equal(mkdirat(fd, "a-folder-in-a-folder", 0777), 0);
        int inner = openat(fd, "a-folder-in-a-folder", O_RDONLY | O_DIRECTORY);
        assert_true(inner >= 0);
        close(openat(inner, "file", O_CREAT | O_WRONLY | O_CLOEXEC, 0666));
        close(fd);
        fd = inner;
    }
    assert_int_equal(fchmod(fd, 0500), 0);
    close(fd);
}

static void removes_any_depth(void **state)
{
    (void)state;
    make_deep(1000);
    assert_true(mp_fs_remove_tree("a-folder-in-a-folder", NULL));
    assert_false(mp_fs_exists("a-folder-in-a-folder"));
}

/* What even root cannot remove. */
static void tells_what_stays(void **state)
{
    struct mp_buf stuck = {0};
    (void)state;
    if (!mp_fs_is_dir("/proc/self/fdinfo"))
        skip();
    assert_false(mp_fs_remove_tree("/proc/self/fdinfo", &stuck));
    assert_true(errno == EPERM || errno == EACCES);
    assert_ptr_equal(strstr(mp_buf_text(&stuck), "/proc/self/fdinfo/"),
                     stuck.data);
    mp_buf_finish(&stuck);
}

static void check_path(char *path, const char *wanted)
{
    assert_string_equal(path, wanted);
    gh_free(path);
}

static void joins_and_splits_paths(void **state)
{
    (void)state;
    check_path(mp_fs_join("a", "b"), "a/b");
    check_path(mp_fs_join("a/", "b"), "a/b");
    check_path(mp_fs_join("/", "b"), "/b");
    check_path(mp_fs_join(".", "b"), "b");
    check_path(mp_fs_join("", "b"), "b");
    check_path(mp_fs_join("a", "/b"), "/b");
    check_path(mp_fs_dirname("a"), ".");
    check_path(mp_fs_dirname("a/b"), "a");
    check_path(mp_fs_dirname("/a"), "/");
    check_path(mp_fs_dirname("a/b/c"), "a/b");
    assert_null(mp_fs_absolute("nowhere"));
    write_text("d", "");
    char *absolute = mp_fs_absolute("./d");
    assert_true(absolute && absolute[0] == '/');
    gh_free(absolute);
}

static void follows_links_to_what_is_not_there(void **state)
{
    (void)state;
    assert_true(mp_fs_make_dirs("links/below"));
    assert_int_equal(symlink("below/file", "links/one"), 0);
    assert_int_equal(symlink("one", "links/two"), 0);
    assert_int_equal(symlink("circle", "links/circle"), 0);
    assert_int_equal(symlink("nowhere/file", "links/lost"), 0);
    char *place = mp_fs_place("links/below/file");
    assert_non_null(place);
    check_path(mp_fs_place("links/one"), place);
    check_path(mp_fs_place("links/two"), place);
    write_text("links/below/file", "");
    check_path(mp_fs_place("links/two"), place);
    gh_free(place);
    assert_null(mp_fs_place("links/circle"));
    assert_null(mp_fs_place("links/lost"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes),
        cmocka_unit_test(appends_what_it_reads),
        cmocka_unit_test(refuses_what_is_no_file),
        cmocka_unit_test(writes_all_or_says_why),
        cmocka_unit_test(makes_folders),
        cmocka_unit_test(removes_trees_but_not_what_links_lead_to),
        cmocka_unit_test(removes_any_depth),
        cmocka_unit_test(tells_what_stays),
        cmocka_unit_test(joins_and_splits_paths),
        cmocka_unit_test(follows_links_to_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
