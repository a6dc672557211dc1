/*
 * What the benchmarks of the runner are measured with, and against:
 *
 * runner-bench trips COUNT TOGETHER REQUESTS COMMAND...
 *     The floor of a step: a server gets the lines of the file REQUESTS, which
 *     are those that mprun sent it once, the first one first, then the others
 *     over and over until COUNT of them were answered. TOGETHER lines are sent
 *     in one write, 1 as mprun does; then as many answers are read, blocking.
 *     Prints microseconds a line and microseconds of processor time a line, of
 *     both sides.
 * runner-bench starts COUNT SLOTS REQUESTS COMMAND...
 *     The floor of a case: COUNT servers are started, SLOTS at a time, each
 *     gets the first line and is killed once it has answered. Prints
 *     milliseconds for all.
 * runner-bench watch COUNT COMMAND...
 *     Runs COMMAND, COUNT times one after the other, its standard output
 *     thrown away. Prints a line for each: wall us, processor us with all
 *     descendants that were waited for, KiB at the peak of the largest of
 *     them, exit status.
 *
 * runner-bench burn MILLISECONDS SLOTS
 *     What the machine gives: SLOTS processes share so much processor time.
 *     Prints milliseconds until all are done.
 *
 * It is small because a process that is started has, in its figures, the peak
 * of the one that started it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_LINES   4096
#define MOST_SLOTS   64
#define ANSWER_BYTES (1 << 16)

extern char **environ;

struct server {
    pid_t pid;
    int to, from;
};

struct requests {
    char *text;
    const char *line[MOST_LINES];
    size_t length[MOST_LINES];
    size_t count;
};

static void die(const char *what)
{
    fprintf(stderr, "runner-bench: %s: %s\n", what,
            errno ? strerror(errno) : "not as expected");
    exit(1);
}

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

static double processor_us(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e6 +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

static long number(const char *text)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*end || value < 1)
        die(text);
    return value;
}

/* --- servers --- */

static void start(struct server *server, char **command)
{
    int to[2], from[2];
    posix_spawn_file_actions_t actions;
    if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
        die("pipe2");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    errno = posix_spawnp(&server->pid, command[0], &actions, NULL, command,
                         environ);
    if (errno)
        die(command[0]);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    server->to = to[1];
    server->from = from[0];
}

static void read_requests(struct requests *requests, const char *path)
{
    FILE *file = fopen(path, "r");
    size_t room = 0;
    if (!file)
        die(path);
    ssize_t size = getdelim(&requests->text, &room, '\0', file);
    fclose(file);
    char *at = requests->text;
    char *end = at + (size > 0 ? size : 0);
    while (at < end && requests->count < MOST_LINES) {
        char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            break;
        requests->line[requests->count] = at;
        requests->length[requests->count++] = (size_t)(stop + 1 - at);
        at = stop + 1;
    }
    if (requests->count < 2)
        die("a recording needs two lines at least");
}

static size_t count_lines(const char *text, size_t length)
{
    size_t count = 0;
    const char *end = text + length;
    while ((text = memchr(text, '\n', (size_t)(end - text)))) {
        count++;
        text++;
    }
    return count;
}

/* Some lines there, as many back. */
static void trip(const struct server *server, const struct requests *requests,
                 size_t line, size_t together)
{
    static char answer[ANSWER_BYTES];
    size_t length = 0, got = 0;
    for (size_t i = 0; i < together; i++)
        length += requests->length[line + i];
    if (write(server->to, requests->line[line], length) != (ssize_t)length)
        die("write");
    do {
        ssize_t more = read(server->from, answer + got, sizeof(answer) - got);
        if (more <= 0)
            die("the server stopped answering");
        got += (size_t)more;
    } while (answer[got - 1] != '\n' || count_lines(answer, got) < together);
    if (memmem(answer, got, "\"error\"", 7) ||
        memmem(answer, got, "\"success\":false", 15)) {
        fprintf(stderr, "%.*s", (int)got, answer);
        errno = 0;
        die("the server's answer");
    }
}

/* Processor time that both sides have spent. */
static double spent_us(pid_t pid)
{
    clockid_t clock;
    struct timespec mine, its;
    errno = clock_getcpuclockid(pid, &clock);
    if (errno || clock_gettime(clock, &its) ||
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &mine))
        die("clock");
    return (double)(mine.tv_sec + its.tv_sec) * 1e6 +
           (double)(mine.tv_nsec + its.tv_nsec) * 1e-3;
}

static int trips(long count, size_t together, const char *path, char **command)
{
    struct requests requests = {0};
    struct server server;
    read_requests(&requests, path);
    if (!together || together >= requests.count)
        die("the recording has too few lines");
    start(&server, command);
    for (size_t i = 0; i < requests.count; i++) /* warm, not counted */
        trip(&server, &requests, i, 1);
    double spent = spent_us(server.pid);
    double began = now_us();
    size_t groups = (requests.count - 1) / together;
    for (size_t i = 0; i * together < (size_t)count; i++)
        trip(&server, &requests, 1 + i % groups * together, together);
    double took = now_us() - began;
    spent = spent_us(server.pid) - spent;
    close(server.to);
    waitpid(server.pid, NULL, 0);
    printf("%.3f %.3f\n", took / (double)count, spent / (double)count);
    free(requests.text);
    return 0;
}

/* --- starting --- */

/* False: it has not answered yet. */
static int is_answered(const struct server *server)
{
    static char bytes[ANSWER_BYTES];
    ssize_t got = read(server->from, bytes, sizeof(bytes));
    if (got <= 0)
        die("a server ended before it answered");
    return memchr(bytes, '\n', (size_t)got) != NULL;
}

static int starts(long count, size_t slots, const char *path, char **command)
{
    struct requests requests = {0};
    struct server servers[MOST_SLOTS];
    struct pollfd polls[MOST_SLOTS];
    long started = 0, answered = 0;
    if (slots > MOST_SLOTS)
        die("too many slots");
    read_requests(&requests, path);
    for (size_t i = 0; i < slots; i++)
        polls[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    double began = now_us();
    while (answered < count) {
        for (size_t i = 0; i < slots && started < count; i++) {
            if (polls[i].fd >= 0)
                continue;
            start(&servers[i], command);
            polls[i].fd = servers[i].from;
            if (write(servers[i].to, requests.line[0], requests.length[0]) < 0)
                die("write");
            started++;
        }
        if (poll(polls, slots, -1) < 0)
            die("poll");
        for (size_t i = 0; i < slots; i++) {
            if (polls[i].fd < 0 || !polls[i].revents ||
                !is_answered(&servers[i]))
                continue;
            kill(servers[i].pid, SIGKILL);
            waitpid(servers[i].pid, NULL, 0);
            close(servers[i].to);
            close(servers[i].from);
            polls[i].fd = -1;
            answered++;
        }
    }
    printf("%.3f\n", (now_us() - began) / 1e3);
    free(requests.text);
    return 0;
}

/* --- watching --- */

static int watch(long count, char **command)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    for (long i = 0; i < count; i++) {
        struct rusage usage;
        pid_t pid;
        int status;
        double began = now_us();
        errno =
            posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
        if (errno)
            die(command[0]);
        if (wait4(pid, &status, 0, &usage) != pid)
            die("wait4");
        printf("%.0f %.0f %ld %d\n", now_us() - began, processor_us(&usage),
               usage.ru_maxrss,
               WIFEXITED(status) ? WEXITSTATUS(status)
                                 : 128 + WTERMSIG(status));
    }
    posix_spawn_file_actions_destroy(&actions);
    return 0;
}

static int burn(long milliseconds, long slots)
{
    double began = now_us();
    for (long i = 0; i < slots; i++) {
        pid_t pid = fork();
        if (pid < 0)
            die("fork");
        struct timespec spent = {0};
        while (!pid &&
               (double)spent.tv_sec * 1e3 + (double)spent.tv_nsec / 1e6 <
                   (double)milliseconds / (double)slots)
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
        if (!pid)
            _exit(0);
    }
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    printf("%.3f\n", (now_us() - began) / 1e3);
    return 0;
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    if (!strcmp(mode, "trips") && argc > 5)
        return trips(number(argv[2]), (size_t)number(argv[3]), argv[4],
                     argv + 5);
    if (!strcmp(mode, "starts") && argc > 5)
        return starts(number(argv[2]), (size_t)number(argv[3]), argv[4],
                      argv + 5);
    if (!strcmp(mode, "watch") && argc > 3)
        return watch(number(argv[2]), argv + 3);
    if (!strcmp(mode, "burn") && argc == 4)
        return burn(number(argv[2]), number(argv[3]));
    fprintf(stderr, "usage: runner-bench trips|starts|watch|burn ...\n");
    return 2;
}
