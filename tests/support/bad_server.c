/*
 * A platform server that misbehaves to order, for the tests of the runner.
 *
 * What it does wrong at its start, its end and on a cancel is said by words
 * on its command line (option_table); what it does wrong in a step is the
 * step's text (step_table), a number or a word behind it (`exits with 3`).
 * Everything else it does right, so that exactly one fault is seen at a time.
 *
 * It knows only as much JSON as mprun writes: members are found by text.
 * Nothing here is an example of how to write a server.
 */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char *id = "1"; /* of the request being worked at */
static char step[4096];
static const char *argument; /* behind the words of the step */
static bool answered;        /* the step answered by itself */

/* What the command line asked for. */
static bool bare, knows_cancel, ignores_eof;
static bool unshutting, segfaults_at_end, exits_at_shutdown;
static const char *hello_answer, *shutdown_answer, *health_answer;
static int exit_code;

/* --- talking --- */

static void put(const char *bytes, size_t length)
{
    while (length) {
        ssize_t wrote = write(1, bytes, length);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return;
        bytes += wrote;
        length -= (size_t)wrote;
    }
}

static void say(const char *text)
{
    put(text, strlen(text));
}

/* {"jsonrpc":"2.0","id":N, and the rest. */
static void answer_with(const char *rest)
{
    char line[8192];
    int length = snprintf(line, sizeof(line),
                          "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}\n", id, rest);
    put(line, (size_t)length);
    answered = true;
}

static void pass(void)
{
    answer_with("\"result\":{\"success\":true,\"logs\":[]}");
}

static void fail(const char *message)
{
    char rest[4096];
    snprintf(rest, sizeof(rest),
             "\"result\":{\"success\":false,\"failure\":{\"kind\":"
             "\"assertion\",\"message\":\"%s\",\"expected\":\"1\","
             "\"actual\":\"2\"},\"logs\":[]}",
             message);
    answer_with(rest);
}

static void for_ever(void)
{
    for (;;)
        pause();
}

static void pause_ms(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) && errno == EINTR)
        ;
}

static long number(void)
{
    return strtol(argument, NULL, 10);
}

/* --- reading --- */

static bool read_line(char *line, size_t size)
{
    size_t length = 0;
    for (;;) {
        char c;
        ssize_t got = read(0, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        if (c == '\n') {
            line[length] = '\0';
            return true;
        }
        if (length + 1 < size)
            line[length++] = c;
    }
}

/* Copies the text behind "name": up to one of the ends. */
static bool member(const char *line, const char *name, const char *ends,
                   char *value, size_t size)
{
    char key[64];
    snprintf(key, sizeof(key), "\"%s\":", name);
    const char *at = strstr(line, key);
    if (!at)
        return false;
    at += strlen(key);
    at += *at == '"';
    size_t length = strcspn(at, ends);
    if (length >= size)
        length = size - 1;
    memcpy(value, at, length);
    value[length] = '\0';
    return true;
}

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

static void close_outputs(void)
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
static void with_daemon(void)
{
    if (fork())
        return;
    setsid();
    if (fork())
        _exit(0);
    close_outputs();
    become_sleeper();
}

static void with_daemons(void)
{
    for (long i = 0; i < number(); i++)
        with_daemon();
}

/* As a daemon, and without our environment. */
static void with_stranger(void)
{
    if (fork())
        return;
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

static const char *in_shared_dir(const char *name)
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
    snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/tmp", argument);
    if (!strcmp(argument, "file"))
        close(open(path, O_CREAT | O_RDWR, 0600));
    else if (!strcmp(argument, "pipe"))
        mkfifo(path, 0600);
    else if (!strcmp(argument, "folder"))
        mkdir(path, 0700);
    else if (!strcmp(argument, "link-outside") && symlink("/etc/passwd", path))
        return;
    else if (!strcmp(argument, "link-inside") && symlink("file", path))
        return;
    else if (!strcmp(argument, "outside/passwd")) {
        *strrchr(path, '/') = '\0';
        if (symlink("/etc", path))
            return;
    }
    snprintf(rest, sizeof(rest),
             "\"result\":{\"success\":true,\"attachments\":[{\"name\":\"x\","
             "\"mediaType\":\"text/plain\",\"path\":\"%s\"}]}",
             argument);
    answer_with(rest);
}

static void leaves_file(void)
{
    close(open(in_shared_dir("plain.txt"), O_CREAT | O_RDWR, 0600));
}

/* --- answers --- */

static void answers_late(void)
{
    pause_ms(number());
    pass();
}

static void answers_twice(void)
{
    pass();
    pass();
}

static void answers_wrong_id(void)
{
    id = "4711";
    pass();
    for_ever();
}

static void answers_wrong_then_right(void)
{
    const char *right = id;
    id = "4711";
    pass();
    id = right;
    pass();
}

/* The number is the request's id: the runner's own, or another. */
static void sends_a_request(void)
{
    char line[128];
    int length = snprintf(line, sizeof(line),
                          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":"
                          "\"showMessage\"}\n",
                          *argument ? argument : id);
    put(line, (size_t)length);
    for_ever();
}

static void says_half_a_line(void)
{
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    for_ever();
}

static void ends_in_half_a_line(void)
{
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    exit(0);
}

static void says_garbage(void)
{
    say("Loading...\n\x01\x02 \xff\xfe garbage\n}{\n");
    pass();
}

static void says_only_garbage(void)
{
    say("{\"hello\":true}\nnot at all\n");
    for_ever();
}

static void says_without_newline(void)
{
    say("progress...");
    pass();
}

static void answers_pretty(void)
{
    char text[512];
    snprintf(text, sizeof(text),
             "{\n  \"jsonrpc\": \"2.0\",\n  \"result\": {\n    \"success\": "
             "true,\n    \"logs\": [\n      \"a\",\n      \"b\"\n    ]\n  },\n"
             "  \"id\": %s\n}\n",
             id);
    say(text);
    answered = true;
}

static void answers_in_pieces(void)
{
    char text[256];
    int length = snprintf(text, sizeof(text),
                          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":"
                          "{\"success\":true}}\r\n",
                          id);
    for (int i = 0; i < length; i++)
        put(text + i, 1);
    answered = true;
}

static void answers_raw(void)
{
    answer_with(argument);
}

static void answers_by_name(void)
{
    static const struct {
        const char *name, *rest;
    } answer_table[] = {
        {"an error", "\"error\":{\"code\":-32603,\"message\":\"broken\"}"},
        {"neither", "\"other\":1"},
        {"both",
         "\"result\":{\"success\":true},\"error\":{\"code\":1,\"message\":"
         "\"x\"}"},
        {"no success", "\"result\":{\"logs\":[]}"},
        {"success as text", "\"result\":{\"success\":\"true\"}"},
        {"a contradiction",
         "\"result\":{\"success\":true,\"status\":\"failed\"}"},
        {"null", "\"result\":null"},
        {"a list", "\"result\":[true]"},
        {"logs as a number", "\"result\":{\"success\":true,\"logs\":7}"},
        {"skipped",
         "\"result\":{\"success\":false,\"status\":\"skipped\",\"reason\":"
         "\"no zero-copy here\"}"},
        {"pending",
         "\"result\":{\"success\":false,\"status\":\"pending\",\"reason\":"
         "\"later\"}"},
        {"undefined",
         "\"result\":{\"success\":false,\"status\":\"undefined\"}"},
        {"ambiguous",
         "\"result\":{\"success\":false,\"status\":\"ambiguous\"}"},
        {"hostile text",
         "\"result\":{\"success\":false,\"failure\":{\"message\":\"a\\u0000b"
         "\\ud800c ]]> \xc3( \x1b[31m\"},\"logs\":[\"\\u0001\xff\"]}"},
        {"two results",
         "\"result\":{\"success\":true},\"result\":{\"success\":false}"},
    };
    for (size_t i = 0; i < sizeof(answer_table) / sizeof(*answer_table); i++) {
        if (!strcmp(answer_table[i].name, argument)) {
            answer_with(answer_table[i].rest);
            return;
        }
    }
    fail("bad_server: no such answer");
}

static void answers_a_list(void)
{
    say("[{\"jsonrpc\":\"2.0\",\"id\":");
    say(id);
    say(",\"result\":{\"success\":true}}]\n");
    for_ever();
}

static void answers_megabytes(void)
{
    char block[4096];
    memset(block, 'x', sizeof(block));
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    say(id);
    say(",\"result\":{\"success\":true,\"logs\":[\"");
    for (long i = 0; i < number() * 256; i++)
        put(block, sizeof(block));
    say("\"]}}\n");
    answered = true;
}

/* --- ends --- */

static void exits(void)
{
    exit((int)number());
}

static void passes_and_exits(void)
{
    pass();
    exit((int)number());
}

/* When it is idle, after the answer was surely seen. */
static void exits_idle(void)
{
    pass();
    pause_ms(50);
    exit((int)number());
}

static void raises(void)
{
    raise((int)number());
}

static void passes_and_raises(void)
{
    pass();
    raise((int)number());
}

static void closes_output(void)
{
    close(1);
    for_ever();
}

static void closes_output_and_exits(void)
{
    close(1);
    pause_ms(20);
    exit(3);
}

static void closes_input(void)
{
    close(0);
    pass();
    for_ever();
}

static void ignores_term(void)
{
    signal(SIGTERM, SIG_IGN);
    ignores_eof = true;
    unshutting = true;
    pass();
}

static void ignores_term_and_hangs(void)
{
    signal(SIGTERM, SIG_IGN);
    for_ever();
}

static void ignores_term_and_is_late(void)
{
    signal(SIGTERM, SIG_IGN);
    pause_ms(number());
    pass();
    for_ever();
}

static void ignores_input_end(void)
{
    ignores_eof = true;
    unshutting = true;
    pass();
}

static void stops_itself(void)
{
    raise(SIGSTOP);
    pass();
}

/* --- floods --- */

static void floods_stderr(void)
{
    char block[65536];
    memset(block, 'e', sizeof(block));
    for (size_t i = 79; i < sizeof(block); i += 80)
        block[i] = '\n';
    for (long i = 0; i < number() * 16; i++) {
        if (write(2, block, sizeof(block)) < 0)
            break;
    }
    pass();
}

static void floods_for_ever(void)
{
    for (;;)
        say("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{\"success\":true}}"
            "\n");
}

static void floods_stray_lines(void)
{
    for (long i = 0; i < number(); i++)
        say("just a line\n");
    pass();
}

static void floods_unknown(void)
{
    for (;;)
        say("{\"jsonrpc\":\"2.0\",\"method\":\"x-tick\"}\n");
}

static void floods_attachments(void)
{
    for (long i = 0; i < number(); i++)
        say("{\"jsonrpc\":\"2.0\",\"method\":\"attachment\",\"params\":{"
            "\"name\":\"x\",\"mediaType\":\"text/plain\",\"body\":\"x\"}}\n");
    pass();
}

static void floods_notifications(void)
{
    for (long i = 0; i < number(); i++)
        say("{\"jsonrpc\":\"2.0\",\"method\":\"log\",\"params\":{\"message\":"
            "\"a line\"}}\n");
    pass();
}

static void complains_afterwards(void)
{
    fail("it went wrong");
    pause_ms(30);
    fputs("the reason, told too late\n", stderr);
}

/* --- a cancel --- */

static void waits_for_cancel(void)
{
    char line[8192];
    while (read_line(line, sizeof(line))) {
        if (strstr(line, "\"$/cancelRequest\"")) {
            answer_with("\"error\":{\"code\":1003,\"message\":\"Cancelled\","
                        "\"data\":{\"logs\":[\"gave up the wait\"]}}");
            return;
        }
    }
    exit(0);
}

static void passes_on_cancel(void)
{
    char line[8192];
    while (read_line(line, sizeof(line))) {
        if (strstr(line, "\"$/cancelRequest\"")) {
            pass();
            return;
        }
    }
    exit(0);
}

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

/* --- polling --- */

static int tries;

static void passes_on_try(void)
{
    if (++tries >= number())
        pass();
    else
        fail("not yet");
}

static void fails_in_words(void)
{
    fail(argument);
}

static void fails_as_itself(void)
{
    char text[128];
    const char *name = getenv("MPRUN_PROCESS");
    if (name && !strcmp(name, argument)) {
        snprintf(text, sizeof(text), "%s does not want to", name);
        fail(text);
    } else {
        pass();
    }
}

static void exits_as_itself(void)
{
    const char *name = getenv("MPRUN_PROCESS");
    if (name && !strcmp(name, argument))
        exit(3);
    fail("the other one");
}

static void fails_after(void)
{
    pause_ms(number());
    fail("too late for that");
}

static void sleeps(void)
{
    pause_ms(number());
    pass();
}

/* Longest words first where one begins with another. */
static const struct {
    const char *words;
    void (*run)(void);
} step_table[] = {
    {"passes on cancel", passes_on_cancel},
    {"passes on try ", passes_on_try},
    {"passes and exits with ", passes_and_exits},
    {"passes and raises ", passes_and_raises},
    {"passes", pass},
    {"fails as ", fails_as_itself},
    {"fails after ", fails_after},
    {"fails with ", fails_in_words},
    {"never answers", for_ever},
    {"answers late by ", answers_late},
    {"answers a runner held up by ", answers_a_held_up_runner},
    {"closes its output and exits before a runner held up by ",
     exits_before_a_held_up_runner},
    {"exits and lets go of its output before a runner held up by ",
     ends_before_a_held_up_runner},
    {"answers twice", answers_twice},
    {"answers the wrong id only", answers_wrong_id},
    {"answers the wrong id first", answers_wrong_then_right},
    {"answers over many lines", answers_pretty},
    {"answers byte by byte", answers_in_pieces},
    {"answers in a list", answers_a_list},
    {"answers with megabytes ", answers_megabytes},
    {"answers raw ", answers_raw},
    {"answers ", answers_by_name},
    {"sends a request with id ", sends_a_request},
    {"sends a request", sends_a_request},
    {"says half a line and ends", ends_in_half_a_line},
    {"says half a line", says_half_a_line},
    {"says only garbage", says_only_garbage},
    {"says garbage", says_garbage},
    {"says a word without newline", says_without_newline},
    {"exits as ", exits_as_itself},
    {"exits with ", exits},
    {"exits idle with ", exits_idle},
    {"raises beside a child that holds its stderr ", raises_with_holder},
    {"raises ", raises},
    {"closes its output and exits", closes_output_and_exits},
    {"closes its output", closes_output},
    {"closes its input", closes_input},
    {"ignores TERM and hangs", ignores_term_and_hangs},
    {"ignores TERM and is late by ", ignores_term_and_is_late},
    {"ignores TERM", ignores_term},
    {"ignores the end of its input", ignores_input_end},
    {"stops itself", stops_itself},
    {"floods its log with ", floods_stderr},
    {"floods with answers", floods_for_ever},
    {"floods with unknown messages", floods_unknown},
    {"floods with attachments ", floods_attachments},
    {"floods with lines ", floods_stray_lines},
    {"floods with logs ", floods_notifications},
    {"complains afterwards", complains_afterwards},
    {"waits for cancel", waits_for_cancel},
    {"has a child", with_child},
    {"has a grandchild elsewhere", with_grandchild},
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
    {"sleeps ", sleeps},
};

/* Texts that are sent whole mean what follows these words. */
static void drop_address(void)
{
    static const char *const words[] = {"it ",
                                        "a new 'a' process ",
                                        "a second 'a' process ",
                                        "the new 'a' process ",
                                        "the second 'a' process ",
                                        "beside the 'b' process it "};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t length = strlen(words[i]);
        if (!strncmp(step, words[i], length)) {
            memmove(step, step + length, strlen(step + length) + 1);
            return;
        }
    }
}

static void run_step(void)
{
    answered = false;
    drop_address();
    for (size_t i = 0; i < sizeof(step_table) / sizeof(*step_table); i++) {
        size_t length = strlen(step_table[i].words);
        if (strncmp(step, step_table[i].words, length))
            continue;
        argument = step + length;
        step_table[i].run();
        if (!answered)
            pass();
        return;
    }
    answer_with("\"result\":{\"success\":false,\"status\":\"undefined\"}");
}

/* --- the life around --- */

static void hello(void)
{
    char text[512];
    if (hello_answer) {
        answer_with(hello_answer);
        return;
    }
    snprintf(text, sizeof(text),
             "\"result\":{\"protocolVersion\":1,\"server\":{\"name\":\"bad\"},"
             "\"capabilities\":{\"cancel\":%s,\"log\":true},"
             "\"limits\":{\"maxMessageBytes\":16777216}}",
             knows_cancel ? "true" : "false");
    answer_with(text);
}

static void handle(const char *line)
{
    static char id_text[64];
    char method[64] = "";
    member(line, "method", "\"", method, sizeof(method));
    if (!member(line, "id", ",}", id_text, sizeof(id_text)))
        return; /* a notification */
    id = id_text;
    if (!strcmp(method, "initialize") && bare)
        answer_with("\"error\":{\"code\":-32601,\"message\":\"no such method\""
                    "}");
    else if (!strcmp(method, "initialize"))
        hello();
    else if (!strcmp(method, "health"))
        answer_with(health_answer ? health_answer
                                  : "\"result\":{\"status\":\"ok\"}");
    else if (!strcmp(method, "shutdown") && exits_at_shutdown)
        exit(0);
    else if (!strcmp(method, "shutdown") && !unshutting)
        answer_with(shutdown_answer ? shutdown_answer
                                    : "\"result\":{\"success\":true}");
    else if (!strcmp(method, "executeStep") &&
             member(line, "step", "\"", step, sizeof(step)))
        run_step();
}

static void at_start_silent(void)
{
    for_ever();
}

static void at_start_exit(void)
{
    fputs("I cannot go on\n", stderr);
    exit(3);
}

static void at_start_segv(void)
{
    raise(SIGSEGV);
}

static void at_start_banner(void)
{
    say("Welcome to the server\n");
}

static void at_start_stopped(void)
{
    raise(SIGSTOP);
}

static void at_start_no_output(void)
{
    close(1);
    for_ever();
}

static void at_start_stubborn(void)
{
    signal(SIGTERM, SIG_IGN);
    for_ever();
}

static void at_start_daemon(void)
{
    with_daemon();
    exit(3);
}

/* None goes on before another one has been started, too. */
static void at_start_together(void)
{
    const char *process = getenv("MPRUN_PROCESS");
    bool first = process && !strcmp(process, "a");
    mkfifo("meet", 0600);
    int meeting = open("meet", first ? O_RDONLY : O_WRONLY);
    if (meeting >= 0)
        close(meeting);
}

static void at_start_slower_b(void)
{
    const char *process = getenv("MPRUN_PROCESS");
    if (process && !strcmp(process, "b"))
        pause_ms(1500);
}

/* Only the process 'b': it is not ready for a while. */
static void at_start_slow_b(void)
{
    const char *process = getenv("MPRUN_PROCESS");
    if (process && !strcmp(process, "b"))
        pause_ms(250);
}

static void option_bare(void)
{
    bare = true;
}

static void option_cancel(void)
{
    knows_cancel = true;
}

static void option_hello_error(void)
{
    hello_answer = "\"error\":{\"code\":-32603,\"message\":\"boom\"}";
}

static void option_hello_odd(void)
{
    hello_answer = "\"result\":{\"success\":false}";
}

static void option_hello_text(void)
{
    hello_answer = "\"result\":\"yes\"";
}

static void option_hello_1002(void)
{
    hello_answer = "\"error\":{\"code\":1002,\"message\":\"no\",\"data\":{"
                   "\"supported\":[2,3]}}";
}

static void option_hello_2(void)
{
    hello_answer = "\"result\":{\"protocolVersion\":2}";
}

static void option_sick(void)
{
    bare = true;
    health_answer = "\"result\":{\"status\":\"out of memory\"}";
}

static void option_shutdown_leak(void)
{
    shutdown_answer = "\"result\":{\"success\":false,\"failure\":{\"message\":"
                      "\"2 segments are left\"}}";
}

static void option_shutdown_error(void)
{
    shutdown_answer = "\"error\":{\"code\":-32603,\"message\":\"x\"}";
}

static void option_shutdown_null(void)
{
    shutdown_answer = "\"result\":null";
}

static void option_shutdown_both(void)
{
    shutdown_answer = "\"result\":{\"success\":true},\"error\":{\"code\":1,"
                      "\"message\":\"x\"}";
}

static void option_shutdown_skips(void)
{
    shutdown_answer = "\"result\":{\"success\":false,\"status\":\"skipped\","
                      "\"reason\":\"no time for that\"}";
}

static void option_shutdown_exits(void)
{
    exits_at_shutdown = true;
}

static void option_unshutting(void)
{
    unshutting = true;
}

static void option_ignores_eof(void)
{
    ignores_eof = true;
}

static void option_ignores_end(void)
{
    ignores_eof = true;
    unshutting = true;
    signal(SIGTERM, SIG_IGN);
}

static void option_exits_9(void)
{
    exit_code = 9;
}

static void option_segfaults(void)
{
    segfaults_at_end = true;
}

static const struct {
    const char *word;
    void (*set)(void);
} option_table[] = {
    {"bare", option_bare},
    {"cancel", option_cancel},
    {"hello-error", option_hello_error},
    {"hello-odd", option_hello_odd},
    {"hello-text", option_hello_text},
    {"hello-1002", option_hello_1002},
    {"hello-2", option_hello_2},
    {"sick", option_sick},
    {"shutdown-leak", option_shutdown_leak},
    {"shutdown-error", option_shutdown_error},
    {"shutdown-null", option_shutdown_null},
    {"shutdown-both", option_shutdown_both},
    {"shutdown-skips", option_shutdown_skips},
    {"shutdown-exits", option_shutdown_exits},
    {"no-shutdown", option_unshutting},
    {"ignore-eof", option_ignores_eof},
    {"ignore-end", option_ignores_end},
    {"exit-9", option_exits_9},
    {"segfault-at-end", option_segfaults},
    {"silent", at_start_silent},
    {"exit-at-start", at_start_exit},
    {"segfault-at-start", at_start_segv},
    {"banner", at_start_banner},
    {"stopped", at_start_stopped},
    {"no-output", at_start_no_output},
    {"stubborn", at_start_stubborn},
    {"daemon-at-start", at_start_daemon},
    {"slow-b", at_start_slow_b},
    {"slower-b", at_start_slower_b},
    {"together", at_start_together},
};

int main(int argc, char **argv)
{
    static char line[1 << 20];
    for (int i = 1; i < argc; i++) {
        size_t o = 0, count = sizeof(option_table) / sizeof(*option_table);
        while (o < count && strcmp(option_table[o].word, argv[i]))
            o++;
        if (o == count) {
            fprintf(stderr, "bad_server: unknown word '%s'\n", argv[i]);
            return 2;
        }
        option_table[o].set();
    }
    while (read_line(line, sizeof(line)))
        handle(line);
    if (ignores_eof)
        for_ever();
    if (segfaults_at_end)
        raise(SIGSEGV);
    return exit_code;
}
