/* Hooks: registering, listing, executing them. */
#include "platform-servers/c/tests/talk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GREET                                                                  \
    "{\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersions\":["   \
    "1],\"process\":{\"name\":\"writer\"}}}\n"
#define HOOK(params)                                                           \
    "{\"id\":1,\"method\":\"executeHook\",\"params\":{" params "}}\n"
#define CANCEL "{\"method\":\"$/cancelRequest\",\"params\":{\"id\":1}}\n"

static void *start(struct mprun_step *step)
{
    (void)step;
    return calloc(1, sizeof(int));
}

static void finish(struct mprun_step *step, void *state)
{
    mprun_log(step, MPRUN_INFO, "%d hooks", *(int *)state);
    free(state);
}

static void tells(struct mprun_step *step)
{
    int *count = mprun_state(step);
    mprun_data_int(step, "count", ++*count);
    mprun_data_text(step, "status", mprun_hook_status(step));
    mprun_data_text(step, "text", mprun_step_text(step));
    mprun_data_text(step, "type", mprun_step_type(step));
    mprun_data_int(step, "tag", mprun_has_tag(step, "@x"));
    mprun_data_int(step, "left", mprun_remaining_ms(step) > 0);
    mprun_log(step, MPRUN_WARN, "told");
    mprun_attach(step, "note", "text/plain", "text", 4);
    mprun_export(step, "port", "%d", 7);
}

static void fails(struct mprun_step *step)
{
    mprun_fail(step, "it went wrong");
}

static void skips(struct mprun_step *step)
{
    mprun_skip(step, "nothing to do");
}

static void waits(struct mprun_step *step)
{
    mprun_check_int(step, MPRUN_CANCELLED, mprun_wait_fd(step, -1, 0, -1));
}

static void asks_for_arguments(struct mprun_step *step)
{
    assert_int_equal(mprun_arg_count(step), 0);
    assert_string_equal(mprun_arg_string(step, 0), "");
}

static void is_a_step(struct mprun_step *step)
{
    mprun_check_text(step, NULL, mprun_hook_status(step));
}

static void setup(struct mprun_module *m)
{
    mprun_state_functions(m, start, finish);
    mprun_define(m, "is a step", is_a_step);
    mprun_before_scenario(m, NULL, tells);
    mprun_before_scenario(m, "@slow and not @old", waits);
    mprun_hook_at(m, MPRUN_AFTER_SCENARIO, "@x", "tidy", -1, fails, "a.c", 7);
    mprun_after_scenario(m, "", skips);
    mprun_before_run(m, asks_for_arguments);
    mprun_hook(m, MPRUN_AFTER_RUN, NULL, "", 3, tells);
}

static void has_none(struct mprun_module *m)
{
    mprun_define(m, "is a step", is_a_step);
}

/* One conversation, of which the greeting is not looked at. */
static void say(struct talk *talk, const char *input)
{
    talk_init(talk, setup);
    assert_true(talk_run(talk, input));
    talk_next(talk);
}

static void are_listed_as_they_stand(void **state)
{
    static const char *const rows[][4] = {
        {"h1", "beforeScenario", NULL, NULL},
        {"h2", "beforeScenario", NULL, "@slow and not @old"},
        {"h3", "afterScenario", "tidy", "@x"},
        {"h4", "afterScenario", NULL, NULL},
        {"h5", "beforeRun", NULL, NULL},
        {"h6", "afterRun", NULL, NULL},
    };
    static const char *const names[] = {"id", "type", "name", "tagExpression"};
    struct talk talk;
    (void)state;
    say(&talk, GREET "{\"id\":1,\"method\":\"listStepDefinitions\"}\n");
    const cJSON *hooks = talk_at(talk_next(&talk), "result.hooks");
    assert_int_equal(cJSON_GetArraySize(hooks), 6);
    for (int i = 0; i < 6; i++) {
        const cJSON *hook = cJSON_GetArrayItem(hooks, i);
        for (int k = 0; k < 4; k++) {
            if (rows[i][k])
                talk_expect_text(hook, names[k], rows[i][k]);
            else
                assert_true(cJSON_IsNull(talk_at(hook, names[k])));
        }
    }
    talk_expect_number(cJSON_GetArrayItem(hooks, 2), "order", -1);
    talk_expect_text(cJSON_GetArrayItem(hooks, 2), "location.file", "a.c");
    talk_expect_number(cJSON_GetArrayItem(hooks, 2), "location.line", 7);
    talk_expect_number(cJSON_GetArrayItem(hooks, 5), "order", 3);
    talk_finish(&talk);
}

static void tells_the_step(struct mprun_step *step)
{
    mprun_data_text(step, "step", mprun_step_text(step));
    mprun_data_text(step, "type", mprun_step_type(step));
    mprun_data_text(step, "status", mprun_hook_status(step));
}

static void around_steps(struct mprun_module *m)
{
    mprun_before_step(m, "@x", tells_the_step);
    mprun_hook(m, MPRUN_AFTER_STEP, NULL, NULL, 3, tells_the_step);
}

static void of_a_step_know_it(void **state)
{
    struct talk talk;
    (void)state;
    talk_init(&talk, around_steps);
    assert_true(talk_run(
        &talk, GREET "{\"id\":1,\"method\":\"listStepDefinitions\"}\n" HOOK(
                   "\"hook\":\"h2\",\"status\":\"failed\",\"step\":\"does it\","
                   "\"stepType\":\"when\"") HOOK("\"hook\":\"h1\","
                                                 "\"step\":5")));
    talk_next(&talk);
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.hooks.0.type", "beforeStep");
    talk_expect_text(m, "result.hooks.0.tagExpression", "@x");
    talk_expect_text(m, "result.hooks.1.type", "afterStep");
    m = talk_next(&talk);
    talk_expect_text(m, "result.data.step", "does it");
    talk_expect_text(m, "result.data.type", "when");
    talk_expect_text(m, "result.data.status", "failed");
    talk_expect_number(talk_next(&talk), "error.code", -32602);
    talk_finish(&talk);
}

static void capability_is_told(void **state)
{
    struct talk talk;
    (void)state;
    talk_init(&talk, setup);
    assert_true(talk_run(&talk, GREET));
    assert_true(
        cJSON_IsTrue(talk_at(talk_next(&talk), "result.capabilities.hooks")));
    talk_finish(&talk);
    talk_init(&talk, has_none);
    assert_true(talk_run(&talk, GREET HOOK("\"hook\":\"h1\"")));
    assert_true(
        cJSON_IsFalse(talk_at(talk_next(&talk), "result.capabilities.hooks")));
    talk_expect_number(talk_next(&talk), "error.code", -32602);
    talk_expect_text(talk.message, "error.message", "there is no hook 'h1'");
    talk_finish(&talk);
}

static void has_what_a_step_has(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk,
        GREET HOOK("\"hook\":\"h1\",\"process\":\"writer\",\"status\":"
                   "\"passed\",\"context\":{\"tags\":[\"@x\"],"
                   "\"timeoutMs\":60000}") HOOK("\"hook\":\"h6\"")
            HOOK("\"hook\":\"h3\"") HOOK("\"hook\":\"h4\"")
                HOOK("\"hook\":\"h5\"") "{\"id\":1,\"method\":\"executeStep\","
                                        "\"params\":{\"step\":"
                                        "\"is a step\"}}\n"
                                        "{\"id\":1,\"method\":\"shutdown\"}\n");
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.status", "passed");
    talk_expect_number(m, "result.data.count", 1);
    talk_expect_text(m, "result.data.status", "passed");
    talk_expect_text(m, "result.data.text", "");
    talk_expect_text(m, "result.data.type", "");
    talk_expect_number(m, "result.data.tag", 1);
    talk_expect_number(m, "result.data.left", 1);
    talk_expect_text(m, "result.logs.0.message", "told");
    talk_expect_text(m, "result.attachments.0.body", "text");
    talk_expect_text(m, "result.exports.port", "7");
    assert_non_null(talk_at(m, "result.durationMs"));
    /* The state is that of the process; nobody told a status. */
    m = talk_next(&talk);
    talk_expect_number(m, "result.data.count", 2);
    talk_expect_text(m, "result.data.status", "");
    talk_expect_text(talk_next(&talk), "result.failure.message",
                     "it went wrong");
    m = talk_next(&talk);
    talk_expect_text(m, "result.status", "skipped");
    talk_expect_text(m, "result.reason", "nothing to do");
    assert_non_null(
        strstr(talk_at(talk_next(&talk), "result.failure.message")->valuestring,
               "asks for argument 0"));
    talk_expect_text(talk_next(&talk), "result.status", "passed");
    talk_expect_text(talk_next(&talk), "result.logs.0.message", "2 hooks");
    talk_finish(&talk);
}

static void is_cancelled_like_a_step(void **state)
{
    struct talk talk;
    (void)state;
    /* The cancel is there before the hook begins. */
    say(&talk, GREET HOOK("\"hook\":\"h2\"") CANCEL);
    talk_expect_number(talk_next(&talk), "error.code", 1003);
    talk_finish(&talk);
    /* The end of the input is seen while it waits. */
    say(&talk, GREET HOOK("\"hook\":\"h2\""));
    talk_expect_text(talk_next(&talk), "result.failure.kind", "timeout");
    talk_finish(&talk);
}

static void faulty_requests(void **state)
{
    static const struct {
        const char *line;
        int code;
    } table[] = {
        {HOOK("\"process\":\"writer\""), -32602},
        {HOOK("\"hook\":7"), -32602},
        {HOOK("\"hook\":\"h7\""), -32602},
        {HOOK("\"hook\":\"h1\",\"context\":[]"), -32602},
        {HOOK("\"hook\":\"h1\",\"process\":1"), -32602},
        {HOOK("\"hook\":\"h1\",\"status\":1"), -32602},
        {HOOK("\"hook\":\"h1\",\"process\":\"reader\""), 1006},
        {"{\"id\":1,\"method\":\"executeHook\"}\n", -32602},
        {"{\"id\":1,\"method\":\"executeHook\",\"params\":[]}\n", -32602},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char input[1000];
        struct talk talk;
        snprintf(input, sizeof input, GREET "%s", table[i].line);
        say(&talk, input);
        talk_expect_number(talk_next(&talk), "error.code", table[i].code);
        talk_finish(&talk);
    }
}

static void faulty(struct mprun_module *m)
{
    mprun_hook_at(m, MPRUN_BEFORE_SCENARIO, "@a and", "x", 0, tells, "a.c", 1);
    mprun_hook_at(m, MPRUN_AFTER_SCENARIO, NULL, NULL, 0, NULL, "a.c", 2);
    mprun_hook_at(m, MPRUN_BEFORE_RUN, "@a", NULL, 0, tells, "a.c", 3);
    mprun_hook_at(m, MPRUN_AFTER_RUN, "@a", NULL, 0, tells, "a.c", 4);
    mprun_hook_at(m, (enum mprun_hook_kind)6, NULL, NULL, 0, tells, "a.c", 5);
    mprun_before_scenario(m, "@good", tells);
}

/* What compiling the registry writes to stderr. */
static void compile_to(const struct mprun_sdk_registry *registry, char *text,
                       size_t size)
{
    FILE *file = tmpfile();
    int kept = dup(2);
    assert_true(file && kept >= 0);
    fflush(stderr);
    dup2(fileno(file), 2);
    assert_int_equal(mprun_sdk_hooks_compile(registry), 5);
    fflush(stderr);
    dup2(kept, 2);
    close(kept);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void faults_have_places(void **state)
{
    static char text[4096];
    struct mprun_sdk_registry registry = {0};
    (void)state;
    faulty(mprun_sdk_registry_module(&registry));
    compile_to(&registry, text, sizeof text);
    assert_string_equal(
        text, "a.c:1: beforeScenario: Tag expression \"@a and\" could not be "
              "parsed because of syntax error: Expected operand.\n"
              "a.c:2: afterScenario: the hook has no function\n"
              "a.c:3: beforeRun: a hook of the run has no tags\n"
              "a.c:4: afterRun: a hook of the run has no tags\n"
              "a.c:5: hook: there is no such kind of hook\n");
    mprun_sdk_registry_finish(&registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(are_listed_as_they_stand),
        cmocka_unit_test(of_a_step_know_it),
        cmocka_unit_test(capability_is_told),
        cmocka_unit_test(has_what_a_step_has),
        cmocka_unit_test(is_cancelled_like_a_step),
        cmocka_unit_test(faulty_requests),
        cmocka_unit_test(faults_have_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
