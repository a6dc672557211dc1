/* The runner that started it: held up, looked at. */
#include "tests/badserver/badserver.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- a runner that is held up --- */

static pid_t runner(void)
{
    const char *pid = getenv("MPRUN_RUNNER_PID");
    return pid ? (pid_t)strtol(pid, NULL, 10) : 0;
}

static bool is_stopped(pid_t pid)
{
    char path[64], text[512] = "";
    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return true; /* it is gone: nothing to wait for */
    size_t got = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[got] = '\0';
    const char *after = strrchr(text, ')');
    return after && after[1] && after[2] == 'T';
}

/* Nothing that happens until the runner goes on is seen before its clocks. */
static void hold_up(void)
{
    kill(runner(), SIGSTOP);
    while (!is_stopped(runner()))
        pause_ms(1);
}

static void let_go_after(long ms)
{
    pause_ms(ms);
    kill(runner(), SIGCONT);
}

static void answers_a_held_up_runner(void)
{
    hold_up();
    pass();
    let_go_after(number());
}

/* Its stdout ends, which is seen; its exit comes while nobody looks. */
static void exits_before_a_held_up_runner(void)
{
    close(1);
    pause_ms(60);
    hold_up();
    if (!fork()) {
        close(0);
        close(2);
        let_go_after(number());
        _exit(0);
    }
    exit(3);
}

/* It exits, which is seen; who holds its output lets go while nobody looks. */
static void ends_before_a_held_up_runner(void)
{
    if (!fork()) {
        pause_ms(60);
        hold_up();
        close_outputs();
        let_go_after(number());
        _exit(0);
    }
    pass();
    exit(0);
}

/* --- what it has --- */

/* Reports open their files when they first have much to write: one that stands
 * in for the report until the end, and one without a name. */
static bool is_of_report(int folder, const char *name)
{
    char target[256] = "";
    ssize_t length = readlinkat(folder, name, target, sizeof(target) - 1);
    return (length > 4 && !strcmp(target + length - 4, ".tmp")) ||
           (length > 0 && strstr(target, "/mprun-report-"));
}

static long count_descriptors(void)
{
    char path[64];
    long count = 0;
    snprintf(path, sizeof(path), "/proc/%ld/fd", (long)runner());
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        count += !is_of_report(dirfd(folder), entry->d_name);
    if (folder)
        closedir(folder);
    return count;
}

static void read_file(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY);
    ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
    text[got < 0 ? 0 : got] = '\0';
    if (fd >= 0)
        close(fd);
}

static long count_children(void)
{
    char path[64], text[16384];
    long count = 0;
    snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)runner(),
             (long)runner());
    read_file(path, text, sizeof(text));
    for (const char *at = text; (at = strchr(at, ' ')); at++)
        count++;
    return count;
}

/* In one line, as it is compared. */
static void describe_runner(char *text, size_t size)
{
    snprintf(text, size, "%ld descriptors, %ld children", count_descriptors(),
             count_children());
}

static void notes_runner(void)
{
    char text[128];
    describe_runner(text, sizeof(text));
    int fd = open("census", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    bool wrote = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    if (!wrote)
        fail("census");
}

static void finds_runner_as_noted(void)
{
    char now[128], noted[128], message[300];
    describe_runner(now, sizeof(now));
    read_file("census", noted, sizeof(noted));
    snprintf(message, sizeof(message), "mprun has %s; it had %s", now, noted);
    if (strcmp(now, noted))
        fail(message);
}

/* Its peak of memory in megabytes. */
static void finds_runner_below(void)
{
    char path[64], text[4096], message[128];
    snprintf(path, sizeof(path), "/proc/%ld/status", (long)runner());
    read_file(path, text, sizeof(text));
    const char *at = strstr(text, "VmHWM:");
    long peak_kb = at ? strtol(at + strlen("VmHWM:"), NULL, 10) : 0;
    snprintf(message, sizeof(message), "mprun took %ld kB", peak_kb);
    if (!peak_kb || peak_kb >= number() * 1024)
        fail(message);
}

/* The first child that is not this server: the runner starts it first. */
static void kills_watchdog(void)
{
    char path[64], text[1024];
    snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)runner(),
             (long)runner());
    read_file(path, text, sizeof(text));
    pid_t first = (pid_t)strtol(text, NULL, 10);
    if (first <= 1 || first == getpid())
        fail("no watchdog");
    else
        kill(first, SIGKILL);
}

const struct step runner_steps[] = {
    {"answers a runner held up by ", answers_a_held_up_runner},
    {"closes its output and exits before a runner held up by ",
     exits_before_a_held_up_runner},
    {"exits and lets go of its output before a runner held up by ",
     ends_before_a_held_up_runner},
    {"notes what the runner has", notes_runner},
    {"finds the runner as noted", finds_runner_as_noted},
    {"finds the runner below ", finds_runner_below},
    {"kills the watchdog", kills_watchdog},
    {NULL, NULL},
};
