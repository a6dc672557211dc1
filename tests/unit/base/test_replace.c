#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/base/replace.h"

static char folder[] = "/tmp/mprun-replace-XXXXXX";

static int enter(void **state)
{
    (void)state;
    umask(022);
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int leave(void **state)
{
    (void)state;
    return chdir("/") || !mp_fs_remove_tree(folder, NULL);
}

static void save(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && mp_fs_write_all(fd, text, strlen(text)));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void assert_file(const char *path, const char *text, mode_t mode)
{
    struct mp_buf bytes = {0};
    struct stat st;
    assert_true(mp_fs_read(path, 1000, &bytes));
    assert_string_equal(mp_buf_text(&bytes), text);
    mp_buf_finish(&bytes);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
}

static void replace(const char *path, const char *text)
{
    struct mp_replace replace;
    assert_true(mp_replace_begin(&replace, path));
    assert_true(mp_fs_write_all(replace.fd, text, strlen(text)));
    assert_true(mp_replace_commit(&replace));
    assert_int_equal(access(path, F_OK), 0);
    mp_replace_finish(&replace);
    mp_replace_finish(&replace);
}

static void test_commit(void **state)
{
    (void)state;
    replace("new", "first");
    assert_file("new", "first", 0644);
    save("old", "old", 0750);
    replace("old", "next");
    assert_file("old", "next", 0750);
}

static void test_links(void **state)
{
    struct stat st;
    (void)state;
    save("real", "old", 0640);
    assert_int_equal(symlink("real", "link"), 0);
    replace("link", "next");
    assert_file("real", "next", 0640);
    assert_true(!lstat("link", &st) && S_ISLNK(st.st_mode));
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    replace("dangling", "next");
    assert_file("dangling", "next", 0644);
}

static void test_dropped(void **state)
{
    struct mp_replace replace;
    struct stat st;
    (void)state;
    save("kept", "old", 0600);
    assert_true(mp_replace_begin(&replace, "kept"));
    assert_true(mp_fs_write_all(replace.fd, "half", 4));
    char *beside = strdup(replace.beside);
    assert_int_equal(stat(beside, &st), 0);
    mp_replace_finish(&replace);
    assert_int_equal(stat(beside, &st), -1);
    assert_file("kept", "old", 0600);
    free(beside);
}

/* A name that is taken, be it by a link that leads elsewhere. */
static void test_taken(void **state)
{
    char name[64];
    struct stat st;
    (void)state;
    save("victim", "mine", 0600);
    snprintf(name, sizeof(name), "taken.%ld.tmp", (long)getpid());
    assert_int_equal(symlink("victim", name), 0);
    replace("taken", "text");
    assert_file("taken", "text", 0644);
    assert_file("victim", "mine", 0600);
    assert_true(!lstat(name, &st) && S_ISLNK(st.st_mode));
}

static void test_faults(void **state)
{
    struct mp_replace replace = {0};
    struct stat st;
    (void)state;
    mp_replace_finish(&replace); /* of zeroes: standard input stays open */
    assert_int_equal(fstat(STDIN_FILENO, &st), 0);
    assert_false(mp_replace_begin(&replace, "missing/file"));
    assert_int_equal(errno, ENOENT);
    mp_replace_finish(&replace);
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_true(mp_replace_begin(&replace, "folder"));
    assert_false(mp_replace_commit(&replace));
    assert_int_equal(errno, EISDIR);
    char *beside = strdup(replace.beside);
    mp_replace_finish(&replace);
    assert_int_equal(stat(beside, &st), -1);
    free(beside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commit),  cmocka_unit_test(test_links),
        cmocka_unit_test(test_dropped), cmocka_unit_test(test_taken),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
