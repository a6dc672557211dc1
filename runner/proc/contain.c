#include "runner/proc/contain.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "runner/base/fs.h"
#include "runner/proc/cgroup.h"
#include "runner/proc/environ.h"
#include "runner/proc/usage.h"

#define PROC_MAX  (2u << 20)
#define LIST_SIZE 4096
#define MARK      "MPRUN_SCENARIO_ID="
/* How long a sweep may wait in all, for processes that it killed and for such
 * as are between two programs; how many generations are looked for. */
#define SWEEP_MS         300
#define EXEC_MS          20
#define MOST_GENERATIONS 64

static const char *const tier_names[] = {
    [MP_TIER_CGROUP] = "cgroup",
    [MP_TIER_SUBREAPER] = "subreaper",
    [MP_TIER_GROUP] = "group",
};

bool mp_tier_parse(const char *name, enum mp_tier *tier)
{
    for (int i = MP_TIER_CGROUP; i <= MP_TIER_GROUP; i++) {
        if (strcmp(name, tier_names[i]) != 0)
            continue;
        *tier = (enum mp_tier)i;
        return true;
    }
    return false;
}

const char *mp_contain_tier(const struct mp_contain *contain)
{
    if (contain->cgroup)
        return tier_names[MP_TIER_CGROUP];
    return tier_names[contain->subreaper ? MP_TIER_SUBREAPER : MP_TIER_GROUP];
}

const char *mp_contain_why(const struct mp_contain *contain)
{
    return contain->cgroup ? NULL : mp_buf_text(&contain->no_cgroup);
}

static void add_pid(pid_t **list, size_t *count, pid_t pid)
{
    *list = gh_realloc(*list, (*count + 1) * sizeof(**list));
    (*list)[(*count)++] = pid;
}

static bool remove_pid(pid_t *list, size_t *count, pid_t pid)
{
    for (size_t i = 0; i < *count; i++) {
        if (list[i] == pid) {
            list[i] = list[--*count];
            return true;
        }
    }
    return false;
}

void mp_contain_add(struct mp_contain *contain, pid_t pid)
{
    contain->restless = true;
    remove_pid(contain->groups, &contain->group_count, pid);
    add_pid(&contain->children, &contain->child_count, pid);
}

void mp_contain_remove(struct mp_contain *contain, pid_t pid)
{
    contain->restless = true;
    remove_pid(contain->children, &contain->child_count, pid);
}

static bool has_pid(const pid_t *list, size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == pid)
            return true;
    }
    return false;
}

static bool read_proc(pid_t pid, const char *file, struct mp_buf *bytes)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
    return mp_fs_read(path, PROC_MAX, bytes);
}

static void describe(pid_t pid, struct mp_buf *found)
{
    struct mp_buf name = {0};
    read_proc(pid, "comm", &name);
    mp_buf_format(found, "%s%ld %.*s", found->len ? "\n" : "", (long)pid,
                  (int)strcspn(mp_buf_text(&name), "\n"), mp_buf_text(&name));
    mp_buf_finish(&name);
}

/* The flags in a line of /proc/PID/stat, from the bracket that ends the name:
 * they stand seven fields behind it. 0: the line has none. */
static unsigned long flags_of(const char *after)
{
    for (int i = 0; after && i < 7; i++)
        after = strchr(after + 1, ' ');
    return after ? strtoul(after, NULL, 10) : 0;
}

char mp_contain_state(pid_t pid)
{
    const unsigned long exiting = 0x4; /* PF_EXITING, see proc(5) at "stat" */
    struct mp_buf stat = {0};
    bool readable = read_proc(pid, "stat", &stat);
    const char *after = readable ? strrchr(mp_buf_text(&stat), ')') : NULL;
    char state = after && after[1] ? after[2] : '?';
    if ((flags_of(after) & exiting) && state != 'Z' && state != 'X')
        state = 'E';
    mp_buf_finish(&stat);
    return readable ? state : 'X';
}

static bool is_gone(char state)
{
    return state == 'Z' || state == 'X' || state == 'E';
}

bool mp_contain_is_ending(pid_t pid)
{
    return is_gone(mp_contain_state(pid));
}

bool mp_contain_is_stopped(pid_t pid)
{
    char state = mp_contain_state(pid);
    return state == 'T' || state == 't';
}

static int open_list(void)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
             (long)getpid());
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* The kernel fills pages of its own: what is far from one is all. */
static void read_list(int fd, struct mp_buf *list)
{
    char bytes[LIST_SIZE];
    ssize_t got;
    do {
        got = pread(fd, bytes, sizeof(bytes), (off_t)list->len);
        if (got > 0)
            mp_buf_append(list, bytes, (size_t)got);
    } while (got > LIST_SIZE / 2 && list->len < PROC_MAX);
}

/* Our children that nobody waits for: calls visit for each. Were there any? */
static bool each_adopted(struct mp_contain *contain,
                         void (*visit)(void *self, pid_t pid), void *self)
{
    struct mp_buf list = {0};
    bool any = false;
    read_list(contain->list, &list);
    char *at = list.data, *end;
    while (at && *at) {
        long pid = strtol(at, &end, 10);
        if (end == at)
            break;
        at = end;
        while (*at == ' ')
            at++;
        if (has_pid(contain->children, contain->child_count, (pid_t)pid))
            continue;
        any = true;
        visit(self, (pid_t)pid);
    }
    mp_buf_finish(&list);
    return any;
}

struct sweep {
    struct mp_contain *contain;
    const char *variable;
    bool unmarked;
    struct mp_buf *found;
    size_t count;
    pid_t *dying; /* killed in this round; owned */
    size_t dying_count;
    uint64_t until_ms; /* then it waits for nothing more */
};

static uint64_t now_ms(void)
{
    return uv_hrtime() / 1000000;
}

static int left_ms(const struct sweep *sweep)
{
    uint64_t now = now_ms();
    return now < sweep->until_ms ? (int)(sweep->until_ms - now) : 0;
}

/* Between two programs a process has no environment for a moment; one that
 * was started without any looks the same. */
static bool read_environment(const struct sweep *sweep, pid_t pid,
                             struct mp_buf *block)
{
    bool readable = mp_environ_read(pid, block);
    for (int i = 0; readable && !block->len && i < EXEC_MS && left_ms(sweep);
         i++) {
        poll(NULL, 0, 1);
        readable = mp_environ_read(pid, block);
    }
    return readable;
}

static bool belongs(const struct sweep *sweep, pid_t pid)
{
    struct mp_buf block = {0};
    bool readable = read_environment(sweep, pid, &block);
    bool mine = readable && mp_environ_holds(&block, sweep->variable, true);
    bool marked = readable && mp_environ_holds(&block, MARK, false);
    mp_buf_finish(&block);
    return mine || (sweep->unmarked && !marked);
}

/* When it is gone its children are ours, and its sockets and files free. One
 * that the kernel holds is left to the next sweep. */
static void await_death(const struct sweep *sweep, pid_t pid)
{
#ifdef SYS_pidfd_open
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    if (fd < 0)
        return;
    poll(&wanted, 1, left_ms(sweep));
    close(fd);
#else
    (void)sweep;
    (void)pid;
#endif
}

void mp_contain_group_killed(struct mp_contain *contain, pid_t group)
{
    if (!has_pid(contain->groups, contain->group_count, group))
        add_pid(&contain->groups, &contain->group_count, group);
}

static void sweep_one(void *self, pid_t pid)
{
    struct sweep *sweep = self;
    struct mp_contain *contain = sweep->contain;
    if (has_pid(contain->killed, contain->killed_count, pid))
        return;
    bool mine = !is_gone(mp_contain_state(pid)) && belongs(sweep, pid);
    char state =
        mp_contain_state(pid); /* without its memory it looked unmarked */
    bool exiting = state == 'E';
    if (!exiting && (is_gone(state) || !mine))
        return;
    bool told = has_pid(contain->groups, contain->group_count, getpgid(pid));
    if (!exiting)
        kill(pid, SIGKILL);
    if (!exiting && !told) {
        describe(pid, sweep->found);
        sweep->count++;
    }
    add_pid(&contain->killed, &contain->killed_count, pid);
    add_pid(&sweep->dying, &sweep->dying_count, pid);
}

/* --- control groups --- */

void mp_contain_make(struct mp_contain *contain)
{
    if (!contain->cgroup ||
        mp_cgroup_make(contain->cgroup, &contain->no_cgroup))
        return;
    gh_free(contain->cgroup);
    contain->cgroup = NULL;
}

bool mp_contain_unmake(struct mp_contain *contain)
{
    return !contain->cgroup || mp_cgroup_remove(contain->cgroup, 0);
}

/* A scenario id has slashes where features are in folders. The kernel takes no
 * line feed in a name, and one with a dot in front is passed over. Returns
 * new. */
static char *name_group(const char *scenario_id)
{
    struct mp_buf name = {0};
    for (const char *at = scenario_id; *at; at++) {
        bool plain = *at != '/' && *at != '\n' && *at != '%' &&
                     (*at != '.' || at > scenario_id);
        if (plain)
            mp_buf_append_char(&name, *at);
        else
            mp_buf_format(&name, "%%%02X", *at);
    }
    return mp_buf_take(&name);
}

int mp_contain_open(struct mp_contain *contain, const char *scenario_id)
{
    if (!contain->cgroup || !scenario_id)
        return 0;
    char *name = name_group(scenario_id);
    int fd = mp_cgroup_open_child(contain->cgroup, name);
    gh_free(name);
    contain->outside += fd < 0;
    return fd < 0 ? 0 : fd;
}

size_t mp_contain_count(const struct mp_contain *contain,
                        const char *scenario_id, pid_t pid)
{
    char *name = contain->cgroup ? name_group(scenario_id) : NULL;
    char *path = name ? mp_fs_join(contain->cgroup, name) : NULL;
    long count = path ? mp_cgroup_count(path) : -1;
    gh_free(name);
    gh_free(path);
    return count > 0 ? (size_t)count - 1 : mp_usage_children(pid);
}

static void name_member(void *self, pid_t pid)
{
    struct sweep *sweep = self;
    const struct mp_contain *contain = sweep->contain;
    if (mp_contain_is_ending(pid) ||
        has_pid(contain->groups, contain->group_count, getpgid(pid)))
        return;
    describe(pid, sweep->found);
    sweep->count++;
}

static void clear_group(struct sweep *sweep)
{
    const char *whole = sweep->contain->cgroup;
    bool of_case = !strncmp(sweep->variable, MARK, strlen(MARK));
    char *name = of_case ? name_group(sweep->variable + strlen(MARK)) : NULL;
    char *path = mp_fs_join(whole, name ? name : whole);
    if (!mp_cgroup_remove(path, 0)) {
        mp_cgroup_each(path, name_member, sweep);
        mp_cgroup_kill(path);
        mp_cgroup_remove(path, left_ms(sweep));
    }
    gh_free(name);
    gh_free(path);
}

/* The children of a killed process become ours in turn. The kernel's list may
 * lack some while others end: where any has, one that is empty is looked at
 * twice. */
static void sweep_adopted(struct sweep *sweep)
{
    struct mp_contain *contain = sweep->contain;
    int needed = contain->restless ? 2 : 1;
    for (int round = 0, quiet = 0; quiet < needed && round < MOST_GENERATIONS;
         round++) {
        sweep->dying_count = 0;
        bool any = each_adopted(contain, sweep_one, sweep);
        for (size_t i = 0; i < sweep->dying_count; i++)
            await_death(sweep, sweep->dying[i]);
        if (any) {
            mp_contain_reap(contain);
            needed = 2;
        }
        quiet = sweep->dying_count ? 0 : quiet + 1;
        contain->restless = any;
    }
}

static size_t sweep(struct mp_contain *contain, const char *variable,
                    bool unmarked, bool grouped, struct mp_buf *found)
{
    struct sweep sweep = {.contain = contain,
                          .variable = variable,
                          .unmarked = unmarked,
                          .found = found,
                          .until_ms = now_ms() + SWEEP_MS};
    if (contain->cgroup && grouped)
        clear_group(&sweep);
    if (contain->subreaper)
        sweep_adopted(&sweep);
    gh_free(sweep.dying);
    return sweep.count;
}

size_t mp_contain_sweep(struct mp_contain *contain, const char *variable,
                        bool unmarked, struct mp_buf *found)
{
    return sweep(contain, variable, unmarked, true, found);
}

size_t mp_contain_sweep_adopted(struct mp_contain *contain,
                                const char *variable, bool unmarked,
                                struct mp_buf *found)
{
    return sweep(contain, variable, unmarked, false, found);
}

static void reap_one(void *self, pid_t pid)
{
    struct mp_contain *contain = self;
    if (waitpid(pid, NULL, WNOHANG) == pid)
        remove_pid(contain->killed, &contain->killed_count, pid);
}

void mp_contain_reap(struct mp_contain *contain)
{
    if (contain->subreaper)
        each_adopted(contain, reap_one, contain);
}

static void add_stranger(void *self, pid_t pid)
{
    mp_contain_add(self, pid);
}

void mp_contain_init(struct mp_contain *contain, enum mp_tier best,
                     const char *run_id)
{
    memset(contain, 0, sizeof(*contain));
    contain->list = open_list();
#ifdef __linux__
    contain->subreaper =
        best <= MP_TIER_SUBREAPER && !prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
    if (best > MP_TIER_CGROUP) {
        mp_buf_append_text(&contain->no_cgroup, "not asked for");
    } else if (run_id) {
        struct mp_buf name = {0};
        mp_buf_format(&name, "mprun-%s", run_id);
        contain->cgroup = mp_cgroup_name(name.data, &contain->no_cgroup);
        mp_buf_finish(&name);
    }
    /* A shell that became mprun may have left us children of its own. */
    each_adopted(contain, add_stranger, contain);
}

void mp_contain_finish(struct mp_contain *contain)
{
    mp_contain_reap(contain);
    gh_free(contain->children);
    gh_free(contain->killed);
    gh_free(contain->groups);
    gh_free(contain->cgroup);
    mp_buf_finish(&contain->no_cgroup);
    if (contain->list >= 0)
        close(contain->list);
    memset(contain, 0, sizeof(*contain));
}

bool mp_contain_group_lives(pid_t group)
{
    if (kill(-group, 0))
        return errno == EPERM;
#ifdef __linux__
    /* Zombies still answer a signal 0: look for one that is not. */
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    bool lives = false;
    while (dir && !lives && (entry = readdir(dir))) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        lives =
            pid > 0 && getpgid(pid) == group && !is_gone(mp_contain_state(pid));
    }
    if (dir)
        closedir(dir);
    return lives;
#else
    return true;
#endif
}

/* So that no file that is opened later takes their place. A closed stdout is
 * opened for reading: what cannot be told must fail, not vanish. */
static void open_standard(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            int opened =
                open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
            if (opened >= 0 && opened != fd) {
                dup2(opened, fd);
                close(opened);
            }
        }
    }
}

static void keep_inherited_private(void)
{
#if defined(__linux__) && defined(SYS_close_range)
    const unsigned close_range_cloexec = 1u << 2;
    if (!syscall(SYS_close_range, 3u, ~0u, close_range_cloexec))
        return;
#endif
    for (int fd = 3; fd < 1024; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags != -1)
            fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    }
}

bool mp_contain_ignores(int number)
{
    struct sigaction action;
    return !sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN;
}

void mp_contain_prepare_process(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    open_standard();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error of write */
    keep_inherited_private();
}
