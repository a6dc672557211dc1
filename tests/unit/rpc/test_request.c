#include "tests/unit/rpc/cases.h"

#include <cJSON.h>

#include "runner/rpc/request.h"

static const struct mp_step seed_step = {.keyword = "When ",
                                         .text = "the 'writer' process writes "
                                                 "frame with size 1024",
                                         .type = "when",
                                         .sent = "writes frame with size 1024",
                                         .at = {.line = 12}};

static const struct mp_step_call seed_call = {.bare = true,
                                              .process = "writer",
                                              .platform = "csharp",
                                              .scenario_id = "test-1-1",
                                              .step = &seed_step};

/* The request that seed 004 prints, in its order, on one line. */
static const char seed_request[] =
    "{\"jsonrpc\":\"2.0\",\"method\":\"executeStep\",\"params\":{"
    "\"process\":\"writer\",\"stepType\":\"when\","
    "\"step\":\"writes frame with size 1024\",\"context\":{"
    "\"scenarioId\":\"test-1-1\",\"platform\":\"csharp\"}},\"id\":1}\n";

static void check(struct mp_buf *buf, const char *wanted)
{
    assert_string_equal(mp_buf_text(buf), wanted);
    assert_int_equal(buf->len, strlen(wanted));
    const char *end;
    cJSON *root = cJSON_ParseWithOpts(wanted, &end, 0);
    assert_non_null(root);
    assert_string_equal(end, "\n");
    cJSON_Delete(root);
    mp_buf_reset(buf);
}

static void bare_step_is_the_seeds(void **state)
{
    struct mp_buf buf = {0};
    (void)state;
    mp_request_execute_step(&buf, 1, &seed_call);
    check(&buf, seed_request);
    mp_buf_finish(&buf);
}

/* The same against the seed's own text, where it is at hand. */
static void bare_step_is_the_printed_one(void **state)
{
    char path[512];
    struct mp_buf text = {0}, compact = {0};
    char piece[4096];
    size_t length;
    (void)state;
    snprintf(path, sizeof path, "%s/seeds/004_b2c3c7f876ccb75b.txt",
             MPRUN_SHARED);
    FILE *file = fopen(path, "r");
    if (!file)
        skip();
    while ((length = fread(piece, 1, sizeof piece, file)) > 0)
        mp_buf_append(&text, piece, length);
    fclose(file);
    const char *from = strstr(mp_buf_text(&text), "### Request\n```json\n");
    assert_non_null(from);
    from = strchr(from, '{');
    const char *to = strstr(from, "```");
    // No text in it has a space at a line's start or after a colon.
    for (; from < to; from++) {
        if (*from == '\n')
            from += strspn(from, "\n ") - 1;
        else if (from[0] == ':' && from[1] == ' ')
            mp_buf_append_char(&compact, *from++);
        else
            mp_buf_append_char(&compact, *from);
    }
    mp_buf_append_char(&compact, '\n');
    assert_string_equal(mp_buf_text(&compact), seed_request);
    mp_buf_finish(&text);
    mp_buf_finish(&compact);
}

static void appended_after_what_is_there(void **state)
{
    struct mp_buf buf = {0};
    (void)state;
    mp_request_health(&buf, 2, "health");
    mp_request_health(&buf, 3, "ping");
    assert_string_equal(mp_buf_text(&buf),
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"health\"}\n"
                        "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}\n");
    mp_buf_finish(&buf);
}

static void the_small_ones(void **state)
{
    struct mp_buf buf = {0};
    (void)state;
    mp_request_shutdown(&buf, 2147483647, "scenarioFinished");
    check(&buf, "{\"jsonrpc\":\"2.0\",\"id\":2147483647,"
                "\"method\":\"shutdown\","
                "\"params\":{\"reason\":\"scenarioFinished\"}}\n");
    mp_request_cancel(&buf, 8, "timeout");
    check(&buf, "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\","
                "\"params\":{\"id\":8,\"reason\":\"timeout\"}}\n");
    mp_buf_finish(&buf);
}

static struct mp_hello some_hello(void)
{
    return (struct mp_hello){.runner_version = "0.1.0",
                             .runner_pid = 4242,
                             .os = "linux",
                             .process = "writer",
                             .platform = "python",
                             .incarnation = 1,
                             .group_size = 1,
                             .run_id = "r7f3a",
                             .seed = 18446744073709551615u,
                             .work_dir = "/w",
                             .shared_dir = "/tmp/s1",
                             .artifact_dir = "/w/a",
                             .ipc_prefix = "mp7f3a-1",
                             .max_message_bytes = 16777216,
                             .max_inline_attachment_bytes = 1048576,
                             .cancel_grace_ms = 2000,
                             .shutdown_grace_ms = 5000};
}

#define HELLO_BEGIN                                                            \
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"     \
    "\"protocolVersions\":[1],"                                                \
    "\"runner\":{\"name\":\"mprun\",\"version\":\"0.1.0\",\"pid\":4242,"       \
    "\"os\":\"linux\"},"
#define HELLO_REST                                                             \
    "\"run\":{\"runId\":\"r7f3a\",\"seed\":18446744073709551615,"              \
    "\"workDir\":\"/w\",\"sharedDir\":\"/tmp/s1\",\"artifactDir\":\"/w/a\","   \
    "\"ipcPrefix\":\"mp7f3a-1\"},"                                             \
    "\"limits\":{\"maxMessageBytes\":16777216,"                                \
    "\"maxInlineAttachmentBytes\":1048576,\"cancelGraceMs\":2000,"             \
    "\"shutdownGraceMs\":5000},"                                               \
    "\"capabilities\":{\"log\":true,\"attachment\":true},"

static void initialize(void **state)
{
    struct mp_buf buf = {0};
    struct mp_hello hello = some_hello();
    (void)state;
    mp_request_initialize(&buf, 1, &hello);
    check(&buf, HELLO_BEGIN
          "\"process\":{\"name\":\"writer\",\"platform\":\"python\","
          "\"purpose\":\"scenario\",\"incarnation\":1,\"group\":null,"
          "\"index\":0,\"groupSize\":1}," HELLO_REST "\"options\":{}}}\n");
    mp_buf_finish(&buf);
}

static void initialize_a_member_with_options(void **state)
{
    struct mp_buf buf = {0};
    struct mp_hello hello = some_hello();
    struct mp_variable defines[] = {{"A", "1"}, {"b \"c\"", ""}};
    (void)state;
    hello.process = "node#2";
    hello.purpose = "discovery";
    hello.group = "node";
    hello.index = 2;
    hello.group_size = 5;
    hello.options_json = "{ \"x\" : [ 1.50, \"a b\" ] }";
    hello.defines = defines;
    hello.define_count = 2;
    const char *wanted = HELLO_BEGIN
        "\"process\":{\"name\":\"node#2\",\"platform\":\"python\","
        "\"purpose\":\"discovery\",\"incarnation\":1,"
        "\"group\":\"node\",\"index\":2,\"groupSize\":5}," HELLO_REST
        "\"options\":{\"x\":[1.50,\"a b\"],"
        "\"define\":{\"A\":\"1\",\"b \\\"c\\\"\":\"\"}}}}\n";
    mp_request_initialize(&buf, 1, &hello);
    check(&buf, wanted);
    hello.options_json = " { } ";
    mp_request_initialize(&buf, 1, &hello);
    assert_non_null(
        strstr(mp_buf_text(&buf), "\"options\":{\"define\":{\"A\":\"1\","));
    mp_buf_finish(&buf);
}

static void the_boundaries_of_a_case(void **state)
{
    struct mp_buf buf = {0};
    struct mp_hello hello = some_hello();
    struct mp_tag tags[] = {{.name = "@a"}, {.name = "@timeout:5000"}};
    struct mp_scenario scenario = {.name = "Two \"frames\"",
                                   .uri = "features/ipc.feature",
                                   .at = {.line = 8},
                                   .tags = tags,
                                   .tag_count = 2};
    struct mp_case source = {.scenario = &scenario, .scenario_id = "ipc-2-1"};
    (void)state;
    hello.source = &source;
    hello.attempt = 2;
    hello.slot = 3;
    hello.start_timeout_ms = 10000;
    hello.status = "skipped";
    mp_request_scenario_started(&buf, 5, &hello);
    check(&buf, "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"scenarioStarted\","
                "\"params\":{\"scenarioId\":\"ipc-2-1\","
                "\"name\":\"Two \\\"frames\\\"\","
                "\"feature\":\"features/ipc.feature\",\"line\":8,"
                "\"tags\":[\"@a\",\"@timeout:5000\"],\"attempt\":2,\"slot\":3,"
                "\"timeoutMs\":10000,"
                "\"run\":{\"runId\":\"r7f3a\",\"seed\":18446744073709551615,"
                "\"workDir\":\"/w\",\"sharedDir\":\"/tmp/s1\","
                "\"artifactDir\":\"/w/a\",\"ipcPrefix\":\"mp7f3a-1\"}}}\n");
    mp_request_scenario_finished(&buf, 20, &hello);
    check(&buf, "{\"jsonrpc\":\"2.0\",\"id\":20,"
                "\"method\":\"scenarioFinished\","
                "\"params\":{\"scenarioId\":\"ipc-2-1\","
                "\"status\":\"skipped\",\"timeoutMs\":5000}}\n");
    mp_buf_finish(&buf);
}

static const struct gh_str cells[] = {
    {"id", 2}, {"size", 4}, {"1", 1}, {"a\"|\n", 4}};
static const struct gh_table table = {2, 2, cells};
static const struct gh_doc_string doc = {{"{\n\t\"id\": 1\n}", 12}, {0}};
static const struct gh_doc_string empty_doc = {{"", 0}, {"text/x", 6}};

#define TABLE_JSON                                                             \
    "\"dataTable\":{\"rows\":[[\"id\",\"size\"],[\"1\",\"a\\\"|\\n\"]]}"
#define DOC_JSON "\"docString\":{\"content\":\"{\\n\\t\\\"id\\\": 1\\n}\"}"

static void arguments(void **state)
{
    struct mp_buf buf = {0};
    struct mp_step step = {.table = &table};
    (void)state;
    mp_argument_json(&buf, &(struct mp_step){0});
    assert_int_equal(buf.len, 0);
    mp_argument_json(&buf, &step);
    assert_string_equal(mp_buf_text(&buf), "{" TABLE_JSON "}");
    mp_buf_reset(&buf);
    step.doc_string = &doc;
    mp_argument_json(&buf, &step);
    assert_string_equal(mp_buf_text(&buf),
                        "{" TABLE_JSON "," DOC_JSON
                        ",\"order\":[\"dataTable\",\"docString\"]}");
    mp_buf_reset(&buf);
    step.doc_string_first = true;
    mp_argument_json(&buf, &step);
    assert_string_equal(mp_buf_text(&buf),
                        "{" DOC_JSON "," TABLE_JSON
                        ",\"order\":[\"docString\",\"dataTable\"]}");
    mp_buf_reset(&buf);
    step = (struct mp_step){.doc_string = &empty_doc};
    mp_argument_json(&buf, &step);
    assert_string_equal(
        mp_buf_text(&buf),
        "{\"docString\":{\"content\":\"\",\"mediaType\":\"text/x\"}}");
    mp_buf_finish(&buf);
}

static void bare_step_with_argument(void **state)
{
    struct mp_buf buf = {0};
    struct mp_step step = seed_step;
    struct mp_step_call call = seed_call;
    (void)state;
    step.table = &table;
    call.step = &step;
    // Not even these go to a bare server.
    call.timeout_ms = 5000;
    call.poll_try = 1;
    mp_request_execute_step(&buf, 1, &call);
    check(&buf,
          "{\"jsonrpc\":\"2.0\",\"method\":\"executeStep\",\"params\":{"
          "\"process\":\"writer\",\"stepType\":\"when\","
          "\"step\":\"writes frame with size 1024\",\"argument\":{" TABLE_JSON
          "},\"context\":{\"scenarioId\":\"test-1-1\","
          "\"platform\":\"csharp\"}},\"id\":1}\n");
    mp_buf_finish(&buf);
}

static void v1_step(void **state)
{
    static const struct mp_tag tags[] = {{"@platform:linux", GH_LEVEL_SCENARIO},
                                         {"@x", GH_LEVEL_FEATURE}};
    static const struct mp_export exports[] = {
        {"reader", "endpoint", "127.0.0.1:40123"},
        {"writer", "pid", "7"},
        {"reader", "pid", "8"}};
    static const struct mp_scenario scenario = {.uri = "features/ipc.feature",
                                                .name = "Two \"frames\"",
                                                .tags = tags,
                                                .tag_count = 2};
    struct mp_buf buf = {0};
    struct mp_step_call call = seed_call;
    (void)state;
    call.bare = false;
    call.scenario = &scenario;
    call.step_index = 3;
    call.attempt = 1;
    call.timeout_ms = 30000;
    call.poll_try = 2;
    call.poll_elapsed_ms = 100;
    call.exports = exports;
    call.export_count = 3;
    mp_request_execute_step(&buf, 7, &call);
    check(&buf,
          "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"executeStep\","
          "\"params\":{\"process\":\"writer\",\"stepType\":\"when\","
          "\"step\":\"writes frame with size 1024\",\"context\":{"
          "\"scenarioId\":\"test-1-1\",\"platform\":\"csharp\","
          "\"fullText\":\"the 'writer' process writes frame with size 1024\","
          "\"keyword\":\"When \",\"scenarioName\":\"Two \\\"frames\\\"\","
          "\"feature\":\"features/ipc.feature\",\"line\":12,\"stepIndex\":3,"
          "\"attempt\":1,\"timeoutMs\":30000,"
          "\"tags\":[\"@platform:linux\",\"@x\"],"
          "\"poll\":{\"try\":2,\"elapsedMs\":100},"
          "\"exports\":{\"reader\":{\"endpoint\":\"127.0.0.1:40123\","
          "\"pid\":\"8\"},\"writer\":{\"pid\":\"7\"}}}}}\n");
    mp_buf_finish(&buf);
}

static void v1_step_with_little(void **state)
{
    struct mp_buf buf = {0};
    struct mp_step step = {
        .keyword = "* ", .text = "x\xff\x01", .type = "step"};
    struct mp_step_call call = {.process = "main",
                                .platform = "c",
                                .scenario_id = "s",
                                .step = &step,
                                .step_index = 1,
                                .attempt = 1};
    (void)state;
    mp_request_execute_step(&buf, 1, &call);
    check(&buf, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"executeStep\","
                "\"params\":{\"process\":\"main\",\"stepType\":\"step\","
                "\"step\":\"x\xef\xbf\xbd\\u0001\",\"context\":{"
                "\"scenarioId\":\"s\",\"platform\":\"c\","
                "\"fullText\":\"x\xef\xbf\xbd\\u0001\",\"keyword\":\"* \","
                "\"line\":0,\"stepIndex\":1,\"attempt\":1}}}\n");
    mp_buf_finish(&buf);
}

static void test_match_steps(void **state)
{
    struct mp_buf buf = {0};
    const struct mp_step list[] = {
        {.text = "the 'a' process reads \"x\"",
         .sent = "reads \"x\"",
         .type = "when"},
        {.text = "all", .type = "given", .table = &table},
        {.text = "ends", .type = "then", .doc_string = &doc}};
    const struct mp_step *const steps[] = {&list[0], &list[1], &list[2]};
    (void)state;
    mp_request_match_steps(&buf, 3, steps, 3);
    check(&buf, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"matchSteps\","
                "\"params\":{\"steps\":[{\"step\":\"reads \\\"x\\\"\","
                "\"stepType\":\"when\",\"argument\":\"none\"},"
                "{\"step\":\"all\",\"stepType\":\"given\","
                "\"argument\":\"dataTable\"},"
                "{\"step\":\"ends\",\"stepType\":\"then\","
                "\"argument\":\"docString\"}]}}\n");
    mp_buf_finish(&buf);
}

static void test_execute_hook(void **state)
{
    const struct mp_tag tag = {.name = "@ipc"};
    const struct mp_scenario scenario = {.name = "Two frames",
                                         .uri = "features/ipc.feature",
                                         .at = {.line = 8},
                                         .tags = &tag,
                                         .tag_count = 1};
    const struct mp_export port = {"run", "port", "40123"};
    struct mp_hook_call call = {.hook = "h1",
                                .process = "writer",
                                .platform = "python",
                                .scenario_id = "ipc-1-1",
                                .status = "passed",
                                .scenario = &scenario,
                                .attempt = 2,
                                .timeout_ms = 30000,
                                .exports = &port,
                                .export_count = 1};
    struct mp_buf buf = {0};
    (void)state;
    mp_request_execute_hook(&buf, 6, &call);
    check(&buf, "{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"executeHook\","
                "\"params\":{\"hook\":\"h1\",\"process\":\"writer\","
                "\"status\":\"passed\",\"context\":{\"scenarioId\":\"ipc-1-1\","
                "\"platform\":\"python\",\"scenarioName\":\"Two frames\","
                "\"feature\":\"features/ipc.feature\",\"line\":8,\"attempt\":2,"
                "\"tags\":[\"@ipc\"],\"timeoutMs\":30000,"
                "\"exports\":{\"run\":{\"port\":\"40123\"}}}}}\n");
    mp_buf_reset(&buf);
    const struct mp_step step = {.text = "the 'writer' process writes",
                                 .sent = "writes",
                                 .type = "when",
                                 .keyword = "And ",
                                 .at = {.line = 12}};
    call.export_count = 0;
    call.step = &step;
    call.step_index = 3;
    mp_request_execute_hook(&buf, 8, &call);
    check(&buf, "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"executeHook\","
                "\"params\":{\"hook\":\"h1\",\"process\":\"writer\","
                "\"status\":\"passed\",\"stepType\":\"when\","
                "\"step\":\"writes\",\"context\":{\"scenarioId\":"
                "\"ipc-1-1\",\"platform\":\"python\",\"fullText\":"
                "\"the 'writer' process writes\",\"keyword\":\"And \","
                "\"scenarioName\":\"Two frames\","
                "\"feature\":\"features/ipc.feature\",\"line\":12,"
                "\"stepIndex\":3,\"attempt\":2,"
                "\"tags\":[\"@ipc\"],\"timeoutMs\":30000}}}\n");
    mp_buf_reset(&buf);
    call.scenario = NULL;
    call.step = NULL;
    call.timeout_ms = 0;
    mp_request_execute_hook(&buf, 7, &call);
    check(&buf, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"executeHook\","
                "\"params\":{\"hook\":\"h1\",\"process\":\"writer\","
                "\"status\":\"passed\",\"context\":{\"scenarioId\":"
                "\"ipc-1-1\",\"platform\":\"python\"}}}\n");
    mp_buf_finish(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_execute_hook),
        cmocka_unit_test(test_match_steps),
        cmocka_unit_test(bare_step_is_the_seeds),
        cmocka_unit_test(bare_step_is_the_printed_one),
        cmocka_unit_test(appended_after_what_is_there),
        cmocka_unit_test(the_small_ones),
        cmocka_unit_test(initialize),
        cmocka_unit_test(initialize_a_member_with_options),
        cmocka_unit_test(the_boundaries_of_a_case),
        cmocka_unit_test(arguments),
        cmocka_unit_test(bare_step_with_argument),
        cmocka_unit_test(v1_step),
        cmocka_unit_test(v1_step_with_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
