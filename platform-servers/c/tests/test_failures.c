/* What a failure tells besides its message. */
#include "platform-servers/c/tests/talk.h"

#include <string.h>

#define STEP(text)                                                             \
    "{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"" text "\"}}" \
    "\n"

static void differs_in_lines(struct mprun_step *step)
{
    mprun_assert_text(step, "a\nb", "a\nc");
}

static void misses_an_export(struct mprun_step *step)
{
    const char *port = mprun_exported(step, "writer", "port");
    mprun_assert(step, port != NULL);
}

static void reads_as_int(struct mprun_step *step)
{
    mprun_arg_int(step, 0);
}

static void setup(struct mprun_module *m)
{
    mprun_define(m, "differs in lines", differs_in_lines);
    mprun_define(m, "misses an export", misses_an_export);
    mprun_define(m, "word {word}", reads_as_int);
}

/* Where it failed, which step that was, and what may help. */
static void failures_tell_more(void **state)
{
    struct talk talk;
    (void)state;
    talk_init(&talk, setup);
    assert_true(talk_run(&talk, STEP("differs in lines")
                                    STEP("misses an export") STEP("word x")));
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.failure.diff",
                     "--- expected\n+++ actual\n@@ -1,2 +1,2 @@\n a\n-b\n+c");
    talk_expect_text(m, "result.failure.message", "\"a\\nc\": not as expected");
    const char *trace = talk_at(m, "result.failure.stackTrace")->valuestring;
    int here = talk_at(m, "result.failure.location.line")->valueint;
    char first[512];
    snprintf(first, sizeof first,
             "at %s:%d\nin the step \"differs in lines\", ", __FILE__, here);
    assert_memory_equal(trace, first, strlen(first));
    m = talk_next(&talk);
    talk_expect_text(m, "result.failure.message",
                     "does not hold: port != NULL\n"
                     "the 'writer' process has exported no 'port' so far: a "
                     "step of it has to call mprun_export(step, \"port\", ...) "
                     "before this one");
    /* No assertion of the step's own: then its definition is the place. */
    m = talk_next(&talk);
    assert_non_null(
        strstr(talk_at(m, "result.failure.location.file")->valuestring,
               "test_failures.c"));
    talk_finish(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_tell_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
