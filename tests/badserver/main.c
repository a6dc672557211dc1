/* The life around the faults: requests in, answers out, an end in order. */
#include "tests/badserver/badserver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bad bad = {.id = "1"};

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
        if (!strncmp(bad.step, words[i], length)) {
            memmove(bad.step, bad.step + length, strlen(bad.step + length) + 1);
            return;
        }
    }
}

/* The step with the longest words, of those found before and in the table. */
static const struct step *find(const struct step *table,
                               const struct step *found)
{
    for (; table->words; table++) {
        size_t length = strlen(table->words);
        if (!strncmp(bad.step, table->words, length) &&
            (!found || length > strlen(found->words)))
            found = table;
    }
    return found;
}

static void run_step(void)
{
    const struct step *found = NULL;
    bad.answered = false;
    drop_address();
    found = find(answer_steps, found);
    found = find(end_steps, found);
    found = find(family_steps, found);
    found = find(runner_steps, found);
    if (!found) {
        answer_with("\"result\":{\"success\":false,\"status\":\"undefined\"}");
        return;
    }
    bad.argument = bad.step + strlen(found->words);
    found->run();
    if (!bad.answered)
        pass();
}

static void hello(void)
{
    char text[512];
    if (bad.hello_answer) {
        answer_with(bad.hello_answer);
        return;
    }
    snprintf(text, sizeof(text),
             "\"result\":{\"protocolVersion\":1,\"server\":{\"name\":\"bad\"},"
             "\"capabilities\":{\"cancel\":%s,\"log\":true},"
             "\"limits\":{\"maxMessageBytes\":16777216}}",
             bad.knows_cancel ? "true" : "false");
    answer_with(text);
}

static void shut_down(void)
{
    if (bad.exits_at_shutdown)
        exit(0);
    if (!bad.unshutting)
        answer_with(bad.shutdown_answer ? bad.shutdown_answer
                                        : "\"result\":{\"success\":true}");
}

static void handle(const char *line)
{
    static char id[64];
    char method[64] = "";
    member(line, "method", "\"", method, sizeof(method));
    if (!member(line, "id", ",}", id, sizeof(id)))
        return; /* a notification */
    bad.id = id;
    if (!strcmp(method, "initialize") && bad.bare)
        answer_with("\"error\":{\"code\":-32601,\"message\":\"no such method\""
                    "}");
    else if (!strcmp(method, "initialize"))
        hello();
    else if (!strcmp(method, "health"))
        answer_with(bad.health_answer ? bad.health_answer
                                      : "\"result\":{\"status\":\"ok\"}");
    else if (!strcmp(method, "shutdown"))
        shut_down();
    else if (!strcmp(method, "executeStep") &&
             member(line, "step", "\"", bad.step, sizeof(bad.step)))
        run_step();
}

int main(int argc, char **argv)
{
    static char line[1 << 20];
    for (int i = 1; i < argc; i++) {
        if (!set_option(argv[i])) {
            fprintf(stderr, "badserver: unknown word '%s'\n", argv[i]);
            return 2;
        }
    }
    while (read_message(line, sizeof(line)))
        handle(line);
    if (bad.ignores_eof)
        for_ever();
    if (bad.segfaults_at_end)
        raise(SIGSEGV);
    return bad.exit_code;
}
