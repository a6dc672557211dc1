/* The words of the command line. */
#include "tests/badserver/badserver.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    bad.bare = true;
}

static void option_cancel(void)
{
    bad.knows_cancel = true;
}

static void option_hello_error(void)
{
    bad.hello_answer = "\"error\":{\"code\":-32603,\"message\":\"boom\"}";
}

static void option_hello_odd(void)
{
    bad.hello_answer = "\"result\":{\"success\":false}";
}

static void option_hello_text(void)
{
    bad.hello_answer = "\"result\":\"yes\"";
}

static void option_hello_1002(void)
{
    bad.hello_answer = "\"error\":{\"code\":1002,\"message\":\"no\",\"data\":{"
                       "\"supported\":[2,3]}}";
}

static void option_hello_2(void)
{
    bad.hello_answer = "\"result\":{\"protocolVersion\":2}";
}

static void option_sick(void)
{
    bad.bare = true;
    bad.health_answer = "\"result\":{\"status\":\"out of memory\"}";
}

static void option_shutdown_leak(void)
{
    bad.shutdown_answer =
        "\"result\":{\"success\":false,\"failure\":{\"message\":"
        "\"2 segments are left\"}}";
}

static void option_shutdown_error(void)
{
    bad.shutdown_answer = "\"error\":{\"code\":-32603,\"message\":\"x\"}";
}

static void option_shutdown_null(void)
{
    bad.shutdown_answer = "\"result\":null";
}

static void option_shutdown_both(void)
{
    bad.shutdown_answer = "\"result\":{\"success\":true},\"error\":{\"code\":1,"
                          "\"message\":\"x\"}";
}

static void option_shutdown_skips(void)
{
    bad.shutdown_answer =
        "\"result\":{\"success\":false,\"status\":\"skipped\","
        "\"reason\":\"no time for that\"}";
}

static void option_shutdown_exits(void)
{
    bad.exits_at_shutdown = true;
}

static void option_unshutting(void)
{
    bad.unshutting = true;
}

static void option_ignores_eof(void)
{
    bad.ignores_eof = true;
}

static void option_ignores_end(void)
{
    bad.ignores_eof = true;
    bad.unshutting = true;
    signal(SIGTERM, SIG_IGN);
}

static void option_exits_9(void)
{
    bad.exit_code = 9;
}

static void option_segfaults(void)
{
    bad.segfaults_at_end = true;
}

static void option_framed(void)
{
    bad.framed = true;
}

static void at_start_bom(void)
{
    say("\xef\xbb\xbf");
}

static void at_start_half_a_line(void)
{
    say("{\"jsonrpc\":\"2.0\",\"id\":");
    for_ever();
}

static void at_start_flood(void)
{
    flood(1, "Welcome to the server\n", FOR_EVER);
}

/* --- a conversation that is cut --- */

static void cut_by_exit(void)
{
    _exit(0);
}

/* It goes on, and nobody hears it. */
static void cut_by_closing(void)
{
    close(1);
}

static const struct {
    const char *how;
    void (*run)(void);
} cut_table[] = {
    {"exit", cut_by_exit},
    {"close", cut_by_closing},
    {"hang", for_ever},
};

/* cut=BYTES:HOW */
static bool set_cut(const char *value)
{
    char *how = NULL;
    bad.cut = true;
    bad.left = strtoul(value, &how, 10);
    for (size_t i = 0; i < sizeof(cut_table) / sizeof(*cut_table); i++) {
        if (*how == ':' && !strcmp(how + 1, cut_table[i].how)) {
            bad.after_cut = cut_table[i].run;
            return true;
        }
    }
    return false;
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
    {"framed", option_framed},
    {"bom", at_start_bom},
    {"half-a-line", at_start_half_a_line},
    {"flood-at-start", at_start_flood},
};

bool set_option(const char *word)
{
    if (!strncmp(word, "record=", 7)) {
        bad.record = word + 7;
        return true;
    }
    if (!strncmp(word, "cut=", 4))
        return set_cut(word + 4);
    for (size_t i = 0; i < sizeof(option_table) / sizeof(*option_table); i++) {
        if (!strcmp(option_table[i].word, word)) {
            option_table[i].set();
            return true;
        }
    }
    return false;
}
