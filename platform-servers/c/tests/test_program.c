/* The server program: options, protected output, its end. */
#include "platform-servers/c/tests/talk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_BYTES = 64 * 1024 };

struct outcome {
    char out[OUTPUT_BYTES];
    char err[OUTPUT_BYTES];
    int status; /* as waitpid gives it */
};

static void read_all(FILE *file, char *text)
{
    rewind(file);
    size_t length = fread(text, 1, OUTPUT_BYTES - 1, file);
    text[length] = '\0';
    fclose(file);
}

/* Runs the shell command with the input; shell variables: $server, $fixtures,
 * $example. */
static void run(const char *command, const char *input, struct outcome *outcome)
{
    FILE *in = tmpfile();
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    assert_true(in && out && err);
    fputs(input, in);
    rewind(in);
    pid_t child = fork();
    if (child == 0) {
        setenv("server", SERVER, 1);
        setenv("fixtures", FIXTURES, 1);
        setenv("example", EXAMPLE, 1);
        dup2(fileno(in), 0);
        dup2(fileno(out), 1);
        dup2(fileno(err), 2);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &outcome->status, 0), child);
    fclose(in);
    read_all(out, outcome->out);
    read_all(err, outcome->err);
}

static void expect_exit(const struct outcome *outcome, int code)
{
    if (!WIFEXITED(outcome->status) || WEXITSTATUS(outcome->status) != code)
        fail_msg("status %x, not exit %d: %s", (unsigned)outcome->status, code,
                 outcome->err);
}

static void expect_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in: %s", part, text);
}

static void ends_with_its_input(void **state)
{
    static struct outcome o;
    (void)state;
    run("exec $server --steps $fixtures </dev/null", "", &o);
    expect_exit(&o, 0);
    assert_string_equal(o.out, "");
    run("exec $server --steps $fixtures >&-", "", &o);
    expect_exit(&o, 2);
    run("exec $server --steps $fixtures 2>&-", "{\"id\":1,\"method\":\"ping\"}",
        &o);
    expect_exit(&o, 0);
    expect_in(o.out, "\"status\":\"ok\"");
}

static void takes_options(void **state)
{
    static struct outcome o;
    (void)state;
    run("exec $server --help", "", &o);
    expect_exit(&o, 0);
    expect_in(o.out, "--steps FILE.so");
    run("exec $server --version", "", &o);
    expect_exit(&o, 0);
    expect_in(o.out, "mprun-c " MPRUN_SDK_VERSION);
    run("exec $server --list --steps $example", "", &o);
    expect_exit(&o, 0);
    expect_in(o.out, ": keeps the number {int}\n");
    run("exec $server --list --steps $fixtures", "", &o);
    expect_exit(&o, 0);
    expect_in(o.out, ": mprun: sets up\n");
    expect_in(o.out, ": afterRun\n");
}

static void lists_all_faults(void **state)
{
    static struct outcome o;
    (void)state;
    run("exec $server --steps none.so --steps /dev/null --wrong other", "", &o);
    expect_exit(&o, 2);
    expect_in(o.err, "--steps none.so: ");
    expect_in(o.err, "--steps /dev/null: ");
    expect_in(o.err, "--wrong");
    expect_in(o.err, "did you mean --steps other?");
    assert_string_equal(o.out, "");
}

static void protects_its_output(void **state)
{
    static struct outcome o;
    (void)state;
    run("exec $server --steps $fixtures",
        "{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"mprun: "
        "prints 'from print' to stdout\"}}\n"
        "{\"id\":2,\"method\":\"executeStep\",\"params\":{\"step\":\"mprun: "
        "spawns a child that prints 'from child'\"}}\n",
        &o);
    expect_exit(&o, 0);
    expect_in(o.err, "from print\n");
    expect_in(o.err, "from child\n");
    assert_null(strstr(o.out, "from"));
    assert_true(!strncmp(o.out, "{\"jsonrpc\"", 10));
}

static void dies_with_its_step(void **state)
{
    static struct outcome o;
    (void)state;
    run("exec $server --steps $fixtures",
        "{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"mprun: "
        "exits with 5\"}}\n",
        &o);
    expect_exit(&o, 5);
    assert_string_equal(o.out, "");
}

static void has_no_second_server(void **state)
{
    static struct outcome o;
    (void)state;
    run("exec $server --steps $fixtures",
        "{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"mprun: "
        "forks and returns\"}}\n"
        "{\"id\":2,\"method\":\"ping\"}\n",
        &o);
    expect_exit(&o, 0);
    expect_in(o.err, "a child of the step 'mprun: forks and returns' came");
    char *first = strstr(o.out, "\"id\":1,\"result\":{\"success\":true");
    assert_non_null(first);
    assert_null(strstr(first + 1, "\"id\":1"));
    assert_non_null(strstr(first, "\"id\":2"));
}

static void ends_when_nobody_reads(void **state)
{
    static struct outcome o;
    (void)state;
    run("{ yes '{\"id\":1,\"method\":\"ping\"}' | "
        "{ $server --steps $fixtures; echo \"exit $?\" >&2; } | head -n 1; }",
        "", &o);
    expect_in(o.err, "exit 0\n");
}

static char *file_text(const char *path)
{
    char *text = calloc(1, OUTPUT_BYTES);
    FILE *file = fopen(path, "r");
    assert_true(text && file);
    assert_true(fread(text, 1, OUTPUT_BYTES - 1, file) > 0);
    fclose(file);
    return text;
}

static void readme_shows_the_example(void **state)
{
    static struct outcome o;
    char *readme = file_text(SDK_DIR "/README.md");
    char *example = file_text(SDK_DIR "/example/first_steps.c");
    (void)state;
    expect_in(readme, example);
    free(readme);
    free(example);
    run("exec $server --steps $example",
        "{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"keeps the "
        "number 7\"}}\n"
        "{\"id\":2,\"method\":\"executeStep\",\"params\":{\"step\":\"has the "
        "number 8\"}}\n",
        &o);
    expect_exit(&o, 0);
    expect_in(o.out, "\"id\":1,\"result\":{\"success\":true");
    expect_in(o.out, "*number: expected 8, got 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_with_its_input),
        cmocka_unit_test(takes_options),
        cmocka_unit_test(lists_all_faults),
        cmocka_unit_test(protects_its_output),
        cmocka_unit_test(dies_with_its_step),
        cmocka_unit_test(has_no_second_server),
        cmocka_unit_test(ends_when_nobody_reads),
        cmocka_unit_test(readme_shows_the_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
