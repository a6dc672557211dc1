/* Deaths, deafness, cancels, what takes its time. */
#include "tests/badserver/badserver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    bad.ignores_eof = true;
    bad.unshutting = true;
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
    bad.ignores_eof = true;
    bad.unshutting = true;
    pass();
}

static void stops_itself(void)
{
    raise(SIGSTOP);
    pass();
}

/* --- a cancel --- */

static void waits_for_cancel(void)
{
    char line[8192];
    while (read_message(line, sizeof(line))) {
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
    while (read_message(line, sizeof(line))) {
        if (strstr(line, "\"$/cancelRequest\"")) {
            pass();
            return;
        }
    }
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
    fail(bad.argument);
}

static void fails_as_itself(void)
{
    char text[128];
    const char *name = getenv("MPRUN_PROCESS");
    if (name && !strcmp(name, bad.argument)) {
        snprintf(text, sizeof(text), "%s does not want to", name);
        fail(text);
    } else {
        pass();
    }
}

static void exits_as_itself(void)
{
    const char *name = getenv("MPRUN_PROCESS");
    if (name && !strcmp(name, bad.argument))
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

static void closes_its_log(void)
{
    close(2);
    pass();
}

static void stops_reading(void)
{
    pass();
    for_ever();
}

static void becomes_a_sleeper(void)
{
    execlp("sleep", "sleep", "1000", (char *)NULL);
    exit(127);
}

/* Who was started ends; who goes on is its child. */
static void goes_on_in_a_child(void)
{
    int done[2];
    char byte;
    if (pipe(done))
        return;
    if (fork()) {
        close(done[1]);
        while (read(done[0], &byte, 1) > 0)
            ;
        _exit(0);
    }
    pass();
    close(done[1]);
}

const struct step end_steps[] = {
    {"passes", pass},
    {"never answers", for_ever},
    {"passes on cancel", passes_on_cancel},
    {"passes on try ", passes_on_try},
    {"passes and exits with ", passes_and_exits},
    {"passes and raises ", passes_and_raises},
    {"fails as ", fails_as_itself},
    {"fails after ", fails_after},
    {"fails with ", fails_in_words},
    {"exits as ", exits_as_itself},
    {"exits with ", exits},
    {"exits idle with ", exits_idle},
    {"raises ", raises},
    {"closes its output and exits", closes_output_and_exits},
    {"closes its output", closes_output},
    {"closes its input", closes_input},
    {"ignores TERM and hangs", ignores_term_and_hangs},
    {"ignores TERM and is late by ", ignores_term_and_is_late},
    {"ignores TERM", ignores_term},
    {"ignores the end of its input", ignores_input_end},
    {"stops itself", stops_itself},
    {"waits for cancel", waits_for_cancel},
    {"sleeps ", sleeps},
    {"closes its log", closes_its_log},
    {"stops reading", stops_reading},
    {"passes with ", pass},
    {"becomes a sleeper", becomes_a_sleeper},
    {"goes on in a child", goes_on_in_a_child},
    {NULL, NULL},
};
