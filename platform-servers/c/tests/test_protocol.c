/* The envelope: what is answered, refused, ignored. */
#include "platform-servers/c/tests/talk.h"

#include <string.h>
#include <unistd.h>

static void passes(struct mprun_step *step)
{
    mprun_data_text(step, "text", mprun_step_text(step));
}

static void setup(struct mprun_module *m)
{
    mprun_define(m, "writes frame with size {int}", passes);
    mprun_define(m, "twice", passes);
    mprun_define(m, "twice/double", passes);
    mprun_regex(m, "^an? (?:(one)|two)$", passes);
}

static void answers_the_seed(void **state)
{
    struct talk talk;
    (void)state;
    talk_init(&talk, setup);
    talk_run(&talk,
             "{\"jsonrpc\":\"2.0\",\"method\":\"executeStep\",\"params\":"
             "{\"process\":\"writer\",\"stepType\":\"when\",\"step\":"
             "\"writes frame with size 1024\",\"context\":"
             "{\"scenarioId\":\"test-1-1\",\"platform\":\"csharp\"}},"
             "\"id\":1}");
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "jsonrpc", "2.0");
    talk_expect_number(m, "id", 1);
    assert_true(cJSON_IsTrue(talk_at(m, "result.success")));
    assert_true(cJSON_IsArray(talk_at(m, "result.logs")));
    talk_finish(&talk);
}

/* A line, and the code of its error with the id as JSON; code 0: a result;
 * NULL as id: no answer. */
static const struct {
    const char *line;
    int code;
    const char *id;
} envelope_cases[] = {
    {"{\"id\":2147483647,\"method\":\"health\"}", 0, "2147483647"},
    {"{\"id\":\"a-1\",\"method\":\"ping\"}", 0, "\"a-1\""},
    {"{\"id\":null,\"method\":\"ping\"}", 0, "null"},
    {"{\"id\":1,\"method\":\"nope\"}", -32601, "1"},
    {"{\"id\":1,\"method\":\"Health\"}", -32601, "1"},
    {"{\"id\":{},\"method\":\"ping\"}", -32600, "null"},
    {"{\"id\":7}", -32600, "7"},
    {"{\"id\":7,\"method\":3}", -32600, "7"},
    {"[{\"id\":1,\"method\":\"ping\"}]", -32600, "null"},
    {"3", -32600, "null"},
    {"{", -32700, "null"},
    {"{\"id\":1,\"method\":\"ping\"} x", -32700, "null"},
    {"{\"method\":\"ping\"}", 0, NULL},
    {"{\"method\":\"$/cancelRequest\",\"params\":{\"id\":99}}", 0, NULL},
    {"{\"method\":\"$/cancelRequest\"}", 0, NULL},
    {"{\"method\":\"x/unknown\",\"params\":[]}", 0, NULL},
    {"  ", 0, NULL},
    {"{\"id\":1,\"method\":\"ping\",\"more\":{\"a\":[]},\"params\":null}", 0,
     "1"},
    {"{\"id\":1,\"method\":\"executeStep\"}", -32602, "1"},
    {"{\"id\":1,\"method\":\"executeStep\",\"params\":[]}", -32602, "1"},
    {"{\"id\":1,\"method\":\"executeStep\",\"params\":{}}", -32602, "1"},
    {"{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":5}}", -32602,
     "1"},
    {"{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"twice\","
     "\"process\":1}}",
     -32602, "1"},
    {"{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"twice\","
     "\"context\":null}}",
     -32602, "1"},
    {"{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"twice\","
     "\"argument\":[]}}",
     -32602, "1"},
    {"{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"twice\","
     "\"argument\":{\"dataTable\":{\"rows\":[[1]]}}}}",
     -32602, "1"},
    {"{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"twice\","
     "\"argument\":{\"docString\":{}}}}",
     -32602, "1"},
    {"{\"id\":1,\"method\":\"matchSteps\",\"params\":{\"steps\":[1]}}", -32602,
     "1"},
    {"{\"id\":1,\"method\":\"initialize\"}", -32602, "1"},
    {"{\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersions\":"
     "[\"1\"]}}",
     -32602, "1"},
};

static void keeps_the_envelope(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof envelope_cases / sizeof *envelope_cases;
         i++) {
        struct talk talk;
        talk_init(&talk, setup);
        assert_true(talk_run(&talk, envelope_cases[i].line));
        if (envelope_cases[i].id) {
            const cJSON *m = talk_next(&talk);
            char *id = cJSON_PrintUnformatted(talk_at(m, "id"));
            assert_string_equal(id, envelope_cases[i].id);
            cJSON_free(id);
            assert_int_equal(!talk_at(m, "result"), !!talk_at(m, "error"));
            if (envelope_cases[i].code)
                talk_expect_number(m, "error.code", envelope_cases[i].code);
            else
                assert_non_null(talk_at(m, "result"));
        }
        talk_finish(&talk);
    }
}

static void greets(void **state)
{
    struct talk talk;
    (void)state;
    talk_init(&talk, setup);
    talk_run(&talk,
             "{\"id\":1,\"method\":\"initialize\",\"params\":"
             "{\"protocolVersions\":[99]}}\n"
             "{\"id\":2,\"method\":\"initialize\",\"params\":"
             "{\"protocolVersions\":[2,1],\"process\":{\"name\":\"node#1\","
             "\"group\":\"node\"}}}\n"
             "{\"id\":3,\"method\":\"initialize\",\"params\":"
             "{\"protocolVersions\":[1]}}\n"
             "{\"id\":4,\"method\":\"executeStep\",\"params\":{\"step\":"
             "\"a one\",\"process\":\"node\"}}\n"
             "{\"id\":5,\"method\":\"executeStep\",\"params\":{\"step\":"
             "\"a one\",\"process\":\"other\"}}\n");
    const cJSON *m = talk_next(&talk);
    talk_expect_number(m, "error.code", 1002);
    talk_expect_number(m, "error.data.supported.0", 1);
    talk_expect_number(m, "error.data.requested.0", 99);
    m = talk_next(&talk);
    talk_expect_number(m, "result.protocolVersion", 1);
    talk_expect_text(m, "result.server.language", "c");
    talk_expect_number(talk_next(&talk), "error.code", -32600);
    talk_expect_text(talk_next(&talk), "result.status", "passed");
    talk_expect_number(talk_next(&talk), "error.code", 1006);
    talk_finish(&talk);
}

static void matches_without_running(void **state)
{
    struct talk talk;
    (void)state;
    talk_init(&talk, setup);
    talk_run(&talk, "{\"id\":1,\"method\":\"matchSteps\",\"params\":{\"steps\":"
                    "[{\"step\":\"writes frame with size 1024\"},"
                    "{\"step\":\"twice\"},{\"step\":\"none\"},"
                    "{\"step\":\"a two\"}]}}\n"
                    "{\"id\":2,\"method\":\"listStepDefinitions\"}\n"
                    "{\"id\":3,\"method\":\"executeStep\",\"params\":{\"step\":"
                    "\"twice\"}}\n");
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.results.0.matches.0.id", "s1");
    talk_expect_text(m, "result.results.0.matches.0.args.0.value", "1024");
    talk_expect_number(m, "result.results.0.matches.0.args.0.start", 23);
    talk_expect_number(m, "result.results.0.matches.0.args.0.end", 27);
    talk_expect_text(m, "result.results.0.matches.0.args.0.type", "int");
    assert_int_equal(cJSON_GetArraySize(talk_at(m, "result.results.1.matches")),
                     2);
    talk_expect_text(m, "result.results.2.snippets.0.language", "c");
    assert_true(
        cJSON_IsNull(talk_at(m, "result.results.3.matches.0.args.0.value")));
    m = talk_next(&talk);
    talk_expect_text(m, "result.stepDefinitions.0.pattern.source",
                     "writes frame with size {int}");
    talk_expect_text(m, "result.stepDefinitions.3.pattern.type", "regex");
    m = talk_next(&talk);
    talk_expect_text(m, "result.status", "ambiguous");
    assert_int_equal(cJSON_GetArraySize(talk_at(m, "result.matches")), 2);
    talk_finish(&talk);
}

static void refuses_what_is_too_large(void **state)
{
    struct talk talk;
    int ends[2];
    static const char input[] = "{\"id\":1,\"method\":\"health\",\"more\":"
                                "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}\n"
                                "{\"id\":2,\"method\":\"health\"}\n";
    (void)state;
    talk_init(&talk, setup);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], input, strlen(input)), strlen(input));
    close(ends[1]);
    mprun_sdk_channel_init(&talk.server.channel, ends[0], fileno(talk.out));
    talk.server.channel.max_bytes = 40;
    assert_true(mprun_sdk_server_serve(&talk.server));
    rewind(talk.out);
    const cJSON *m = talk_next(&talk);
    talk_expect_number(m, "error.code", 1007);
    talk_expect_number(m, "id", 1);
    talk_expect_text(talk_next(&talk), "result.status", "ok");
    talk_finish(&talk);
}

static void does_not_send_what_is_too_large(void **state)
{
    struct talk talk;
    (void)state;
    talk_init(&talk, setup);
    talk_run(&talk, "{\"id\":1,\"method\":\"initialize\",\"params\":"
                    "{\"protocolVersions\":[1],\"limits\":{\"maxMessageBytes\":"
                    "500}}}\n"
                    "{\"id\":2,\"method\":\"listStepDefinitions\"}\n");
    talk_next(&talk);
    talk_expect_number(talk_next(&talk), "error.code", -32603);
    talk_finish(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_the_seed),
        cmocka_unit_test(keeps_the_envelope),
        cmocka_unit_test(greets),
        cmocka_unit_test(matches_without_running),
        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(does_not_send_what_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
