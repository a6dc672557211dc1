#include "runner/proc/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "runner/base/buf.h"
#include "runner/base/fs.h"
#include "runner/proc/limits.h"

static bool is_program(const char *path)
{
    struct stat st;
    if (stat(path, &st))
        return false;
    if (!S_ISREG(st.st_mode)) {
        errno = EACCES;
        return false;
    }
    return !access(path, X_OK);
}

char *mp_shim_find_program(const char *word, const char *cwd)
{
    if (strchr(word, '/')) {
        char *path = mp_fs_join(cwd, word);
        if (is_program(path))
            return path;
        int saved = errno;
        gh_free(path);
        errno = saved;
        return NULL;
    }
    const char *folders = getenv("PATH");
    int why = ENOENT;
    for (const char *at = folders ? folders : "/usr/bin:/bin"; *at;) {
        struct mp_buf path = {0};
        size_t length = strcspn(at, ":");
        mp_buf_append(&path, length ? at : ".", length ? length : 1);
        mp_buf_format(&path, "/%s", word);
        if (is_program(path.data))
            return mp_buf_take(&path);
        if (errno == EACCES)
            why = EACCES;
        mp_buf_finish(&path);
        at += length + (at[length] == ':');
    }
    errno = why;
    return NULL;
}

static int fail(const char *stage)
{
    char line[64];
    int length = snprintf(line, sizeof(line), "%s %d\n", stage, errno);
    ssize_t ignored = write(MP_SHIM_STATUS_FD, line, (size_t)length);
    (void)ignored; /* mprun is gone: nobody is left to tell */
    return 127;
}

/* The kernel kills us should our parent die; a parent that died before is
 * seen by its pid. */
static bool tie_to_parent(const char *parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    return getppid() == (pid_t)strtol(parent, NULL, 10);
}

/* Outlives exec. A kernel without Yama does not know it, nor need it. */
static void allow_tracing(void)
{
#ifdef PR_SET_PTRACER
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
#endif
}

int mp_shim_main(int argc, char **argv)
{
    if (argc < 6)
        return 127;
    fcntl(MP_SHIM_STATUS_FD, F_SETFD, FD_CLOEXEC);
    if (!tie_to_parent(argv[2]))
        return 127;
    if (!strcmp(argv[1], MP_SHIM_TRACEABLE_WORD))
        allow_tracing();
    mp_limits_restore_files(argv[3]);
    if (chdir(argv[4]))
        return fail("chdir");
    char *program = mp_shim_find_program(argv[5], ".");
    if (!program)
        return fail("exec");
    execv(program, argv + 5);
    int status = fail("exec");
    gh_free(program);
    return status;
}
