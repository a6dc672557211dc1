/* Where mprun's own control group is, by what the kernel's files say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runner/proc/cgroup.h"

#define ROOT "30 20 0:5 / / rw - ext4 /dev/vda rw\n"

static const struct {
    const char *groups, *mounts;
    const char *path, *why; /* one of them */
} table[] = {
    {"0::/\n", "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
     "/sys/fs/cgroup", NULL},
    {"0::/user.slice/a.scope\n",
     ROOT "41 31 0:38 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n",
     "/sys/fs/cgroup/user.slice/a.scope", NULL},
    /* Both versions: the new one beside the old. */
    {"8:pids:/x\n1:cpu:/\n0::/y\n",
     "40 31 0:37 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
     "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
     "/sys/fs/cgroup/unified/y", NULL},
    /* A part of the tree is mounted, as in a container. */
    {"0::/box/7/inner\n",
     "41 31 0:38 /box/7 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
     "/sys/fs/cgroup/inner", NULL},
    {"0::/box/7\n", "41 31 0:38 /box/7 /cg rw - cgroup2 cgroup2 rw\n", "/cg",
     NULL},
    {"0::/box/77\n", "41 31 0:38 /box/7 /cg rw - cgroup2 cgroup2 rw\n", NULL,
     "mprun's group /box/77 is not below a mount"},
    /* The second mount shows it. */
    {"0::/b\n",
     "41 31 0:38 /a /ca rw - cgroup2 cgroup2 rw\n"
     "42 31 0:38 /b /cb rw - cgroup2 cgroup2 rw\n",
     "/cb", NULL},
    {"0::/a b\n", "41 31 0:38 / /with\\040blank rw - cgroup2 none rw\n",
     "/with blank/a b", NULL},
    {"8:pids:/x\n1:cpu:/\n",
     "40 31 0:37 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n", NULL,
     "this system has no cgroup v2"},
    {"", "", NULL, "this system has no cgroup v2"},
    {"0::/\n", ROOT, NULL, "cgroup v2 is not mounted"},
    {"0::/\n", "41 31 0:38 / /x rw - tmpfs cgroup2 rw\n", NULL,
     "cgroup v2 is not mounted"},
    /* Cut off, odd. */
    {"0::/", "41 31 0:38", NULL, "cgroup v2 is not mounted"},
    {"0::/", "41 31 0:38 / /x - cgroup2 ", "/x", NULL},
    {"0::/", " - cgroup2 x\n\n \n", NULL,
     "mprun's group / is not below a mount"},
};

static void finds_its_own_group(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct mp_buf why = {0};
        char *path = mp_cgroup_find(table[i].groups, table[i].mounts, &why);
        if (table[i].path) {
            assert_non_null(path);
            assert_string_equal(path, table[i].path);
            assert_int_equal(why.len, 0);
        } else {
            assert_null(path);
            assert_string_equal(mp_buf_text(&why), table[i].why);
        }
        gh_free(path);
        mp_buf_finish(&why);
    }
}

static void says_what_cannot_be_made(void **state)
{
    (void)state;
    struct mp_buf why = {0};
    assert_false(mp_cgroup_make("/nope/mprun-x", &why));
    assert_string_equal(why.data,
                        "cannot make /nope/mprun-x: No such file or directory");
    mp_buf_finish(&why);
}

static void no_group_is_removed(void **state)
{
    (void)state;
    assert_true(mp_cgroup_remove("/nope/mprun-x", 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_its_own_group),
        cmocka_unit_test(says_what_cannot_be_made),
        cmocka_unit_test(no_group_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
