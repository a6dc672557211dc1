/* Descendants that it has, things that it leaves. */
#include "tests/badserver/badserver.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* --- children --- */

static void become_sleeper(void)
{
    execlp("sleep", "sleep", "1000", (char *)NULL);
    _exit(127);
}

static void with_child(void)
{
    if (!fork())
        become_sleeper();
}

void close_outputs(void)
{
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
}

static void with_grandchild(void)
{
    if (!fork()) {
        setsid();
        become_sleeper();
    }
}

/* Twice forked, in a session of its own, nothing of ours open. */
void with_daemon(void)
{
    if (fork())
        return;
    setsid();
    if (fork())
        _exit(0);
    close_outputs();
    become_sleeper();
}

/* Whoever takes it in has to reap it. */
static void with_short_daemon(void)
{
    if (!fork()) {
        if (!fork())
            _exit(0);
        _exit(0);
    }
}

static void with_daemons(void)
{
    for (long i = 0; i < number(); i++)
        with_daemon();
}

/* As a daemon, and without our environment: it has lost it when we go on. */
static void with_stranger(void)
{
    int ends[2];
    char byte;
    if (pipe2(ends, O_CLOEXEC))
        exit(1);
    if (fork()) {
        close(ends[1]);
        while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
            ;
        close(ends[0]);
        return;
    }
    setsid();
    close_outputs();
    static char *nothing[] = {NULL};
    environ = nothing;
    execl("/bin/sleep", "sleep", "1000", (char *)NULL);
    _exit(127);
}

/* A daemon whose child is only found when it is gone itself. */
static void with_family(void)
{
    if (fork())
        return;
    setsid();
    close_outputs();
    if (fork())
        become_sleeper();
    setsid();
    if (fork())
        become_sleeper();
    setsid();
    become_sleeper();
}

static void with_noisy_grandchild(void)
{
    if (fork())
        return;
    setsid();
    for (;;) {
        if (write(2, "still here\n", 11) < 0)
            _exit(0);
        pause_ms(20);
    }
}

static void with_holder(void)
{
    if (!fork())
        become_sleeper();
    pass();
    exit(0);
}

/* A child holds its stderr only: its stdout ends with it. */
static void raises_with_holder(void)
{
    if (!fork()) {
        close(STDOUT_FILENO);
        become_sleeper();
    }
    raise((int)number());
}

static void with_escaped_holder(void)
{
    with_grandchild();
    pass();
    exit(0);
}

static void with_noisy_holder(void)
{
    with_noisy_grandchild();
    pass();
    exit(0);
}

/* --- leaving things --- */

const char *in_shared_dir(const char *name)
{
    static char path[4096];
    const char *folder = getenv("MPRUN_SHARED_DIR");
    snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/tmp", name);
    return path;
}

static const char *own_object(void)
{
    static char name[256];
    const char *prefix = getenv("MPRUN_IPC_PREFIX");
    snprintf(name, sizeof(name), "/%s-left", prefix ? prefix : "bad");
    return name;
}

static void leaves_pipe(void)
{
    mkfifo(in_shared_dir("frames"), 0600);
}

static void leaves_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s",
             in_shared_dir("socket"));
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
        fail("bind");
}

static void leaves_memory(void)
{
    close(shm_open(own_object(), O_CREAT | O_RDWR, 0600));
}

static void leaves_semaphore(void)
{
    sem_open(own_object(), O_CREAT, 0600, 1);
}

/* The number of folders in folders, with a named pipe in the last. */
static void leaves_deep_pipe(void)
{
    int fd = open(in_shared_dir("."), O_RDONLY | O_DIRECTORY);
    for (long i = 0; i < number(); i++) {
        mkdirat(fd, "d", 0700);
        int inner = openat(fd, "d", O_RDONLY | O_DIRECTORY);
        close(fd);
        fd = inner;
    }
    mkfifoat(fd, "frames", 0600);
    close(fd);
}

/* A file in the artifacts by that name, of the kind that the name says. */
static void attaches(void)
{
    char path[4096], rest[512];
    const char *folder = getenv("MPRUN_ARTIFACT_DIR");
    snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/tmp",
             bad.argument);
    if (!strcmp(bad.argument, "file"))
        close(open(path, O_CREAT | O_RDWR, 0600));
    else if (!strcmp(bad.argument, "pipe"))
        mkfifo(path, 0600);
    else if (!strcmp(bad.argument, "folder"))
        mkdir(path, 0700);
    else if (!strcmp(bad.argument, "link-outside") &&
             symlink("/etc/passwd", path))
        return;
    else if (!strcmp(bad.argument, "link-inside") && symlink("file", path))
        return;
    else if (!strcmp(bad.argument, "outside/passwd")) {
        *strrchr(path, '/') = '\0';
        if (symlink("/etc", path))
            return;
    }
    snprintf(rest, sizeof(rest),
             "\"result\":{\"success\":true,\"attachments\":[{\"name\":\"x\","
             "\"mediaType\":\"text/plain\",\"path\":\"%s\"}]}",
             bad.argument);
    answer_with(rest);
}

static void leaves_file(void)
{
    close(open(in_shared_dir("plain.txt"), O_CREAT | O_RDWR, 0600));
}

static void removes_folder(const char *variable)
{
    const char *folder = getenv(variable);
    if (folder && rmdir(folder))
        fail("rmdir");
}

static void removes_shared(void)
{
    removes_folder("MPRUN_SHARED_DIR");
}

static void removes_artifacts(void)
{
    removes_folder("MPRUN_ARTIFACT_DIR");
}

const struct step family_steps[] = {
    {"raises beside a child that holds its stderr ", raises_with_holder},
    {"has a child", with_child},
    {"has a grandchild elsewhere", with_grandchild},
    {"has a daemon that ends", with_short_daemon},
    {"has a daemon", with_daemon},
    {"has daemons ", with_daemons},
    {"has a stranger", with_stranger},
    {"has a family", with_family},
    {"has a noisy grandchild", with_noisy_grandchild},
    {"leaves a child that holds its output", with_holder},
    {"leaves a grandchild that holds its output", with_escaped_holder},
    {"leaves a noisy grandchild", with_noisy_holder},
    {"attaches ", attaches},
    {"leaves a pipe below ", leaves_deep_pipe},
    {"leaves a pipe", leaves_pipe},
    {"leaves a socket", leaves_socket},
    {"leaves shared memory", leaves_memory},
    {"leaves a semaphore", leaves_semaphore},
    {"leaves a file", leaves_file},
    {"removes its shared folder", removes_shared},
    {"removes its artifact folder", removes_artifacts},
    {NULL, NULL},
};
