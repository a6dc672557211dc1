#include "runner/proc/watchdog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/buf.h"
#include "runner/base/fs.h"
#include "runner/proc/cgroup.h"
#include "runner/proc/environ.h"

#define GROUPS_MAX 65536
/* For what was killed to be gone. */
#define CGROUP_MS 5000

/* --- the program --- */

struct groups {
    pid_t list[GROUPS_MAX];
    size_t count;
};

static void change_groups(struct groups *groups, char sign, pid_t group)
{
    if (group <= 1)
        return;
    if (sign == '+') {
        if (groups->count < GROUPS_MAX)
            groups->list[groups->count++] = group;
        return;
    }
    for (size_t i = 0; i < groups->count; i++) {
        if (groups->list[i] == group) {
            groups->list[i] = groups->list[--groups->count];
            return;
        }
    }
}

/* Reads orders until the end of input; true: it said bye. */
static bool follow(struct groups *groups)
{
    char line[64];
    while (fgets(line, sizeof(line), stdin)) {
        if (!strcmp(line, "bye\n"))
            return true;
        change_groups(groups, line[0], (pid_t)strtol(line + 1, NULL, 10));
    }
    return false;
}

static bool carries(pid_t pid, const char *variable)
{
    struct mp_buf block = {0};
    bool found = mp_environ_read(pid, &block) &&
                 mp_environ_holds(&block, variable, true);
    mp_buf_finish(&block);
    return found;
}

/* Kills what carries the run's mark, again until nothing new is found: a
 * process may have forked while we looked. */
static void kill_marked(const char *run_id)
{
    struct mp_buf variable = {0};
    mp_buf_format(&variable, "MPRUN_RUN_ID=%s", run_id);
    for (int round = 0, found = 1; found && round < 8; round++) {
        DIR *dir = opendir("/proc");
        struct dirent *entry;
        found = 0;
        while (dir && (entry = readdir(dir))) {
            pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
            if (pid > 1 && pid != getpid() && carries(pid, variable.data))
                found += !kill(pid, SIGKILL);
        }
        if (dir)
            closedir(dir);
    }
    mp_buf_finish(&variable);
}

static void remove_shared_memory(const char *prefix)
{
    DIR *dir = opendir("/dev/shm");
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        const char *name = entry->d_name;
        if (!strncmp(name, "sem.", 4))
            name += 4;
        if (!strncmp(name, prefix, strlen(prefix)))
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
}

int mp_watchdog_main(int argc, char **argv)
{
    if (argc < 6)
        return 2;
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    struct groups *groups = gh_alloc(sizeof(*groups));
    if (!follow(groups)) {
        const char *cgroup = argv[5];
        if (*cgroup)
            mp_cgroup_kill(cgroup);
        for (size_t i = 0; i < groups->count; i++)
            kill(-groups->list[i], SIGKILL);
        kill_marked(argv[2]);
        mp_fs_remove_tree(argv[3], NULL);
        remove_shared_memory(argv[4]);
        if (*cgroup)
            mp_cgroup_remove(cgroup, CGROUP_MS);
    }
    gh_free(groups);
    return 0;
}

/* --- mprun's side --- */

static void on_exit_closed(uv_handle_t *handle)
{
    (void)handle; /* the struct is its owner's */
}

static void on_watchdog_exit(uv_process_t *process, int64_t status, int signal)
{
    struct mp_watchdog *watchdog = process->data;
    (void)status;
    bool lost = watchdog->running || (signal && !watchdog->cut_short);
    mp_contain_remove(watchdog->contain, process->pid);
    watchdog->running = false;
    if (watchdog->input >= 0)
        close(watchdog->input);
    watchdog->input = -1;
    uv_close((uv_handle_t *)process, on_exit_closed);
    if (lost && watchdog->on_lost)
        watchdog->on_lost(watchdog->self);
}

bool mp_watchdog_start(struct mp_watchdog *watchdog, uv_loop_t *loop,
                       const char *program, const char *run_id,
                       const char *shared_root, const char *ipc_prefix,
                       struct mp_contain *contain)
{
    int ends[2];
    memset(watchdog, 0, sizeof(*watchdog));
    watchdog->input = -1;
    watchdog->contain = contain;
    if (pipe2(ends, O_CLOEXEC))
        return false;
    char word[] = MP_WATCHDOG_WORD;
    char none[] = "";
    char *argv[] = {(char *)program,
                    word,
                    (char *)run_id,
                    (char *)shared_root,
                    (char *)ipc_prefix,
                    contain->cgroup ? contain->cgroup : none,
                    NULL};
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_INHERIT_FD, .data.fd = ends[0]},
        {.flags = UV_IGNORE},
        {.flags = UV_IGNORE}};
    uv_process_options_t options = {.exit_cb = on_watchdog_exit,
                                    .file = program,
                                    .args = argv,
                                    .cwd = "/",
                                    .flags = UV_PROCESS_DETACHED,
                                    .stdio_count = 3,
                                    .stdio = stdio};
    watchdog->process.data = watchdog;
    int status = uv_spawn(loop, &watchdog->process, &options);
    close(ends[0]);
    if (status) {
        close(ends[1]);
        uv_close((uv_handle_t *)&watchdog->process, on_exit_closed);
        errno = -status;
        return false;
    }
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    mp_contain_add(contain, watchdog->process.pid);
    watchdog->input = ends[1];
    watchdog->running = true;
    return true;
}

/* Lines are far shorter than PIPE_BUF: written whole or, should the watchdog
 * be gone, not at all. */
static bool tell(struct mp_watchdog *watchdog, const char *line)
{
    return watchdog->input >= 0 &&
           write(watchdog->input, line, strlen(line)) > 0;
}

static void tell_group(struct mp_watchdog *watchdog, char sign, pid_t group)
{
    char line[32];
    snprintf(line, sizeof(line), "%c%ld\n", sign, (long)group);
    tell(watchdog, line);
}

void mp_watchdog_add(struct mp_watchdog *watchdog, pid_t group)
{
    tell_group(watchdog, '+', group);
}

void mp_watchdog_remove(struct mp_watchdog *watchdog, pid_t group)
{
    tell_group(watchdog, '-', group);
}

void mp_watchdog_stop(struct mp_watchdog *watchdog)
{
    if (!watchdog->running)
        return;
    watchdog->running = false;
    /* The loop waits for its end, also if somebody has stopped it; without
     * the word it would take us for dead. It goes on first: the sanitizers
     * stop a program that ends, and must not be disturbed in that. */
    uv_process_kill(&watchdog->process, SIGCONT);
    if (!tell(watchdog, "bye\n") && errno != EPIPE) {
        watchdog->cut_short = true;
        uv_process_kill(&watchdog->process, SIGKILL);
    }
    close(watchdog->input);
    watchdog->input = -1;
}
