/* What a step can ask and tell, through the protocol. */
#include "platform-servers/c/tests/talk.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP(text)                                                             \
    "{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"" text "\"}}" \
    "\n"
#define STEP_WITH(text, more)                                                  \
    "{\"id\":1,\"method\":\"executeStep\",\"params\":{\"step\":\"" text        \
    "\"," more "}}\n"
#define GREET(more)                                                            \
    "{\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersions\":["   \
    "1]" more "}}\n"

/* ---- The steps
 * ---------------------------------------------------------------- */

static void passes(struct mprun_step *step)
{
    (void)step;
}

static void gives_arguments(struct mprun_step *step)
{
    mprun_data_int(step, "int", mprun_arg_int(step, 0));
    mprun_data_double(step, "float", mprun_arg_double(step, 1));
    mprun_data_text(step, "string", mprun_arg_string(step, 2));
    mprun_data_text(step, "text", mprun_arg_text(step, 2));
    mprun_data_int(step, "count", (int64_t)mprun_arg_count(step));
}

static void gives_groups(struct mprun_step *step)
{
    mprun_data_int(step, "first", mprun_arg_present(step, 0));
    mprun_data_int(step, "second", mprun_arg_present(step, 1));
    mprun_data_text(step, "value", mprun_arg_string(step, 1));
}

static void asks_too_much(struct mprun_step *step)
{
    assert_string_equal(mprun_arg_string(step, 1), "");
    mprun_log(step, MPRUN_INFO, "it goes on");
}

static void reads_word_as_int(struct mprun_step *step)
{
    assert_int_equal(mprun_arg_int(step, 0), 0);
}

static void *to_upper(struct mprun_step *step, const char *text)
{
    char *upper = strdup(text);
    if (!strcmp(text, "grey"))
        mprun_fail(step, "grey is no colour");
    for (char *at = upper; *at; at++)
        *at = (char)(*at - 'a' + 'A');
    return upper;
}

static void paints(struct mprun_step *step)
{
    mprun_data_text(step, "colour", mprun_arg_value(step, 0));
}

static void reads_table(struct mprun_step *step)
{
    mprun_data_int(step, "rows", (int64_t)mprun_table_rows(step));
    mprun_data_int(step, "columns", (int64_t)mprun_table_columns(step));
    mprun_data_int(step, "size", mprun_table_int(step, 1, "size"));
    mprun_data_text(step, "cell", mprun_table_cell(step, 1, 0));
}

static void reads_text(struct mprun_step *step)
{
    mprun_assert(step, mprun_doc_string(step) != NULL);
    mprun_data_text(step, "text", mprun_doc_string(step));
    mprun_data_int(step, "first", mprun_doc_string_first(step));
    mprun_check_text(step, NULL, mprun_doc_media_type(step));
}

static void tells_where(struct mprun_step *step)
{
    mprun_data_text(step, "process", mprun_process(step));
    mprun_data_text(step, "dir", mprun_shared_dir(step));
    mprun_data_text(step, "option", mprun_option(step, "level"));
    mprun_data_int(step, "seed", (int64_t)mprun_seed(step));
    mprun_data_text(step, "port", mprun_exported(step, "reader", "port"));
    mprun_data_int(step, "tag", mprun_has_tag(step, "@x"));
    mprun_data_int(step, "try", mprun_poll_try(step));
    mprun_data_text(step, "scenario", mprun_scenario_name(step));
    mprun_check(step, mprun_exported(step, "reader", "other") == NULL);
    mprun_check(step, mprun_option(step, "other") == NULL);
}

static void tells_large_numbers(struct mprun_step *step)
{
    mprun_data_int(step, "exact", INT64_C(999999999999999));
    mprun_data_int(step, "large", INT64_MIN);
    mprun_data_int(step, "inexact", INT64_C(-1000000000000000));
    mprun_data_int(step, "twice", 1);
    mprun_data_int(step, "twice", 2);
    mprun_data_json(step, "json", "[1, \"\xFF\", \"\\u0000\"]");
    mprun_export(step, "id", "%s-%d", "a", 7);
}

static void logs(struct mprun_step *step)
{
    mprun_log(step, MPRUN_WARN, "a line\nwith %s", "\xFF");
}

static void attaches(struct mprun_step *step)
{
    mprun_attach(step, "note", "text/plain", "text", 4);
    mprun_attach(step, "bytes", "text/plain", "\xFF", 1);
    mprun_attach(step, "../large", "text/plain", "123456789", 9);
    mprun_check(step, !mprun_attach_file(step, "x", "text/plain", "/no/such"));
}

static void attaches_files(struct mprun_step *step)
{
    char path[256];
    snprintf(path, sizeof path, "%s/inside", mprun_artifact_dir(step));
    fclose(fopen(path, "w"));
    mprun_assert(step, mprun_attach_file(step, "in", "text/plain", path));
    mprun_assert(step,
                 mprun_attach_file(step, "out", "text/plain", "/dev/null"));
}

static void differs(struct mprun_step *step)
{
    mprun_check_int(step, 1, 2);
    mprun_fail(step, "later");
    mprun_skip(step, "later still");
}

static void differs_in_bytes(struct mprun_step *step)
{
    mprun_assert_bytes(step, "abc", 3, "abd", 3);
    mprun_log(step, MPRUN_INFO, "not reached");
}

static void waits(struct mprun_step *step)
{
    enum mprun_wait ended = mprun_wait_fd(step, -1, 0, -1);
    mprun_check_int(step, MPRUN_CANCELLED, ended);
}

static void waits_briefly(struct mprun_step *step)
{
    mprun_check_int(step, MPRUN_TIMEOUT, mprun_wait_fd(step, -1, 0, 1));
}

/* Looks again and again, as a loop around a wait without descriptor does. */
static void looks(struct mprun_step *step)
{
    while (mprun_wait_fd(step, -1, 0, 0) == MPRUN_TIMEOUT)
        ;
}

/* The writing end of the server's input, where a test holds it open. */
static int held_end = -1;

static void lets_the_input_end(struct mprun_step *step)
{
    (void)step;
    close(held_end);
}

#define CANCEL                                                                 \
    "{\"method\":\"$/"                                                         \
    "cancelRequest\",\"params\":{\"id\":1,\"reason\":\"why\"}}\n"

/* The runner's cancel comes a moment after the step's own time is over. */
static void is_cancelled_late(struct mprun_step *step)
{
    while (mprun_remaining_ms(step) > 0)
        mprun_check_int(step, MPRUN_TIMEOUT, mprun_wait_fd(step, -1, 0, 1));
    mprun_check_int(step, MPRUN_TIMEOUT, mprun_wait_fd(step, -1, 0, 1));
    mprun_check_int(step, strlen(CANCEL),
                    write(held_end, CANCEL, strlen(CANCEL)));
    mprun_check_int(step, MPRUN_CANCELLED, mprun_wait_fd(step, -1, 0, -1));
}

static void waits_for_input(struct mprun_step *step)
{
    int fds[2];
    mprun_assert_int(step, 0, pipe(fds));
    mprun_check_int(step, 1, write(fds[1], "x", 1));
    mprun_check_int(step, MPRUN_READY, mprun_wait_fd(step, fds[0], POLLIN, -1));
    close(fds[0]);
    close(fds[1]);
}

static void ignores_the_cancel(struct mprun_step *step)
{
    (void)step;
}

static void *start(struct mprun_step *step)
{
    mprun_log(step, MPRUN_DEBUG, "state made");
    return calloc(1, sizeof(int));
}

static void finish(struct mprun_step *step, void *state)
{
    if (*(int *)state > 1)
        mprun_error(step, "%d left", *(int *)state);
    free(state);
}

static void counts(struct mprun_step *step)
{
    int *count = mprun_state(step);
    mprun_data_int(step, "count", ++*count);
}

static void setup(struct mprun_module *m)
{
    mprun_state_functions(m, start, finish);
    mprun_parameter(m, "colour", "red|blue|grey", to_upper, free);
    mprun_given(m, "passes", passes);
    mprun_define(m, "{int} and {float} and {string}", gives_arguments);
    mprun_regex(m, "^has( one)?( two)?$", gives_groups);
    mprun_define(m, "asks {int}", asks_too_much);
    mprun_define(m, "word {word}", reads_word_as_int);
    mprun_define(m, "paints {colour}", paints);
    mprun_define(m, "reads a table", reads_table);
    mprun_define(m, "reads a text", reads_text);
    mprun_define(m, "tells where", tells_where);
    mprun_define(m, "tells large numbers", tells_large_numbers);
    mprun_define(m, "logs", logs);
    mprun_define(m, "attaches", attaches);
    mprun_define(m, "attaches files", attaches_files);
    mprun_define(m, "differs", differs);
    mprun_define(m, "differs in bytes", differs_in_bytes);
    mprun_define(m, "waits", waits);
    mprun_define(m, "waits briefly", waits_briefly);
    mprun_define(m, "looks", looks);
    mprun_define(m, "is cancelled late", is_cancelled_late);
    mprun_define(m, "lets the input end", lets_the_input_end);
    mprun_define(m, "waits for input", waits_for_input);
    mprun_define(m, "ignores the cancel", ignores_the_cancel);
    mprun_define(m, "counts", counts);
}

/* One conversation; the state's log line is not looked at. */
static void say(struct talk *talk, const char *input)
{
    talk_init(talk, setup);
    assert_true(talk_run(talk, input));
}

/* ---- The tests
 * ------------------------------------------------------------------ */

static void arguments(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk, STEP("-5 and 1.5 and 'it\\\\'s'") STEP("has two") STEP("asks 1")
                   STEP("word x") STEP("99999999999999999999 "
                                       "and 1.0 and ''"));
    const cJSON *m = talk_next(&talk);
    talk_expect_number(m, "result.data.int", -5);
    talk_expect_number(m, "result.data.float", 1.5);
    talk_expect_text(m, "result.data.string", "it's");
    talk_expect_text(m, "result.data.text", "'it\\'s'");
    talk_expect_number(m, "result.data.count", 3);
    m = talk_next(&talk);
    talk_expect_number(m, "result.data.first", 0);
    talk_expect_number(m, "result.data.second", 1);
    talk_expect_text(m, "result.data.value", " two");
    m = talk_next(&talk);
    talk_expect_text(m, "result.failure.kind", "exception");
    talk_expect_text(m, "result.logs.0", "[INFO] it goes on");
    m = talk_next(&talk);
    talk_expect_text(m, "result.failure.message",
                     "argument 0 is no integer of 64 bits: 'x'");
    talk_expect_text(talk_next(&talk), "result.status", "failed");
    talk_finish(&talk);
}

static void parameter_types(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk, STEP("paints red") STEP("paints grey"));
    talk_expect_text(talk_next(&talk), "result.data.colour", "RED");
    talk_expect_text(talk_next(&talk), "result.failure.message",
                     "grey is no colour");
    talk_finish(&talk);
}

static void tables_and_texts(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk,
        STEP_WITH("reads a table", "\"argument\":{\"dataTable\":{\"rows\":"
                                   "[[\"id\",\"size\"],[\"|\",\"7\"]]}}")
            STEP_WITH("reads a table", "\"argument\":{\"dataTable\":{\"rows\":"
                                       "[[\"id\",\"length\"]]}}")
                STEP_WITH("reads a text",
                          "\"argument\":{\"docString\":{\"content\":\"a\\nb\"},"
                          "\"order\":[\"docString\",\"dataTable\"]}")
                    STEP("reads a text"));
    const cJSON *m = talk_next(&talk);
    talk_expect_number(m, "result.data.rows", 2);
    talk_expect_number(m, "result.data.columns", 2);
    talk_expect_number(m, "result.data.size", 7);
    talk_expect_text(m, "result.data.cell", "|");
    talk_expect_text(talk_next(&talk), "result.failure.message",
                     "the table has no column 'size'; it has: 'id', 'length'");
    m = talk_next(&talk);
    talk_expect_text(m, "result.data.text", "a\nb");
    talk_expect_number(m, "result.data.first", 1);
    m = talk_next(&talk);
    talk_expect_text(m, "result.failure.message",
                     "does not hold: mprun_doc_string(step) != NULL");
    assert_true(talk_at(m, "result.failure.location.line")->valueint > 0);
    talk_finish(&talk);
}

static void surroundings(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk,
        GREET(
            ",\"process\":{\"name\":\"writer\"},\"run\":{\"sharedDir\":\"/s\","
            "\"seed\":7},\"options\":{\"level\":true}")
            STEP_WITH("tells where",
                      "\"context\":{\"exports\":{\"reader\":{\"port\":\"1\"}},"
                      "\"tags\":[\"@x\"],\"poll\":{\"try\":3},"
                      "\"scenarioName\":\"S\"}"));
    talk_expect_number(talk_next(&talk), "result.protocolVersion", 1);
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.status", "passed");
    talk_expect_text(m, "result.data.process", "writer");
    talk_expect_text(m, "result.data.dir", "/s");
    talk_expect_text(m, "result.data.option", "true");
    talk_expect_number(m, "result.data.seed", 7);
    talk_expect_text(m, "result.data.port", "1");
    talk_expect_number(m, "result.data.tag", 1);
    talk_expect_number(m, "result.data.try", 3);
    talk_expect_text(m, "result.data.scenario", "S");
    talk_finish(&talk);
}

static void surroundings_of_a_bare_runner(void **state)
{
    struct talk talk;
    (void)state;
    setenv("MPRUN_PROCESS", "reader", 1);
    setenv("MPRUN_SEED", "18446744073709551615", 1);
    talk_init(&talk, setup);
    assert_string_equal(talk.server.host.process, "reader");
    assert_true(talk.server.host.seed == UINT64_MAX);
    unsetenv("MPRUN_PROCESS");
    unsetenv("MPRUN_SEED");
    talk_run(&talk, "");
    talk_finish(&talk);
}

static void surroundings_of_the_next_case(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk, "{\"id\":1,\"method\":\"initialize\",\"params\":"
               "{\"protocolVersions\":[1],\"run\":{\"sharedDir\":\"/one\"}}}\n"
               "{\"id\":2,\"method\":\"scenarioStarted\",\"params\":"
               "{\"run\":{\"sharedDir\":\"/two\"}}}\n" STEP_WITH(
                   "tells where",
                   "\"context\":{\"exports\":{\"reader\":{\"port\":\"1\"}}}"));
    talk_next(&talk);
    talk_expect_text(talk_next(&talk), "result.status", "passed");
    talk_expect_text(talk_next(&talk), "result.data.dir", "/two");
    talk_finish(&talk);
}

static void values(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk, STEP("tells large numbers"));
    const cJSON *m = talk_next(&talk);
    talk_expect_number(m, "result.data.exact", 999999999999999.0);
    talk_expect_text(m, "result.data.large", "-9223372036854775808");
    talk_expect_text(m, "result.data.inexact", "-1000000000000000");
    talk_expect_number(m, "result.data.twice", 2);
    talk_expect_text(m, "result.data.json.1", "\xEF\xBF\xBD");
    talk_expect_text(m, "result.data.json.2", "\xEF\xBF\xBD");
    talk_expect_text(m, "result.exports.id", "a-7");
    talk_finish(&talk);
}

static void logs_of_each_level(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk, STEP("logs"));
    talk_expect_text(talk_next(&talk), "result.logs.1",
                     "[WARN] a line\nwith \xEF\xBF\xBD");
    talk_finish(&talk);

    say(&talk, GREET("") STEP("logs"));
    talk_next(&talk);
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.logs.1.level", "warn");
    assert_non_null(talk_at(m, "result.logs.1.time"));
    talk_finish(&talk);

    say(&talk, GREET(",\"capabilities\":{\"log\":true}") STEP("logs"));
    talk_next(&talk);
    talk_expect_text(talk_next(&talk), "params.message", "state made");
    m = talk_next(&talk);
    talk_expect_text(m, "method", "log");
    talk_expect_number(m, "params.id", 1);
    m = talk_next(&talk);
    assert_int_equal(cJSON_GetArraySize(talk_at(m, "result.logs")), 0);
    talk_finish(&talk);
}

static void attachments(void **state)
{
    struct talk talk;
    char folder[] = "/tmp/mprun-test-XXXXXX";
    char input[1024];
    char path[256];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(input, sizeof input,
             GREET(",\"run\":{\"artifactDir\":\"%s\"},"
                   "\"limits\":{\"maxInlineAttachmentBytes\":8}")
                 STEP("attaches") STEP("attaches files"),
             folder);
    say(&talk, input);
    talk_next(&talk);
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.status", "passed");
    talk_expect_text(m, "result.attachments.0.body", "text");
    talk_expect_text(m, "result.attachments.0.encoding", "identity");
    talk_expect_text(m, "result.attachments.1.encoding", "base64");
    const cJSON *file = talk_at(m, "result.attachments.2.path");
    assert_non_null(file);
    assert_null(strchr(file->valuestring, '/'));
    snprintf(path, sizeof path, "%s/%s", folder, file->valuestring);
    assert_int_equal(unlink(path), 0);
    m = talk_next(&talk);
    talk_expect_text(m, "result.attachments.0.path", "inside");
    talk_expect_text(m, "result.attachments.1.body", "");
    talk_finish(&talk);
    snprintf(path, sizeof path, "%s/inside", folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void outcomes(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk, STEP("differs") STEP("differs in bytes")
                   STEP("unheard of 5 \\\"x\\\" a/b"));
    const cJSON *m = talk_next(&talk);
    assert_true(cJSON_IsFalse(talk_at(m, "result.success")));
    talk_expect_text(m, "result.failure.expected", "1");
    talk_expect_text(m, "result.failure.actual", "2");
    talk_expect_text(m, "result.logs.1", "[ERROR] after the outcome: later");
    m = talk_next(&talk);
    talk_expect_text(m, "result.failure.actual",
                     "3 bytes, from byte 0: 61 62 64");
    assert_int_equal(cJSON_GetArraySize(talk_at(m, "result.logs")), 0);
    m = talk_next(&talk);
    talk_expect_text(m, "result.status", "undefined");
    assert_non_null(
        strstr(talk_at(m, "result.snippets.0.code")->valuestring,
               "\"unheard of {int} {string} a\\\\/b\", unheard_of"));
    talk_finish(&talk);
}

static void waiting_and_cancels(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk, CANCEL STEP("waits for input") CANCEL);
    talk_expect_number(talk_next(&talk), "error.code", 1003);
    talk_finish(&talk);

    say(&talk, STEP("waits"));
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.failure.kind", "timeout");
    talk_expect_text(m, "result.failure.message",
                     "cancelled: the runner has gone");
    talk_finish(&talk);

    say(&talk, STEP("ignores the cancel"));
    talk_expect_text(talk_next(&talk), "result.status", "passed");
    talk_finish(&talk);
}

/* The same with the input held open until a step lets it end: nothing but the
 * times of the steps can end them. */
static void say_held(struct talk *talk, const char *input)
{
    int ends[2];
    talk_init(talk, setup);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], input, strlen(input)), strlen(input));
    mprun_sdk_channel_init(&talk->server.channel, ends[0], fileno(talk->out));
    held_end = ends[1];
    assert_true(mprun_sdk_server_serve(&talk->server));
    close(ends[0]);
    rewind(talk->out);
}

static void times_of_a_step(void **state)
{
    struct talk talk;
    (void)state;
    say_held(&talk, STEP("waits briefly") STEP("waits for input")
                        STEP_WITH("waits", "\"context\":{\"timeoutMs\":20}")
                            STEP_WITH("looks", "\"context\":{\"timeoutMs\":20}")
                                STEP("lets the input end"));
    talk_expect_text(talk_next(&talk), "result.status", "passed");
    talk_expect_text(talk_next(&talk), "result.status", "passed");
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.failure.kind", "timeout");
    talk_expect_text(m, "result.failure.message",
                     "the step's time of 20 ms is over");
    talk_expect_text(talk_next(&talk), "result.failure.kind", "timeout");
    talk_next(&talk);
    talk_finish(&talk);
}

/* The clock of a runner that greeted decides, not the server's own. */
static void time_is_over_when_the_runner_says_so(void **state)
{
    struct talk talk;
    (void)state;
    say_held(&talk, GREET("") STEP_WITH("is cancelled late",
                                        "\"context\":{\"timeoutMs\":2}")
                        STEP("lets the input end"));
    talk_next(&talk);
    const cJSON *m = talk_next(&talk);
    talk_expect_text(m, "result.failure.kind", "timeout");
    talk_expect_text(m, "result.failure.message", "cancelled: why");
    talk_next(&talk);
    talk_finish(&talk);
}

static void state_of_a_process(void **state)
{
    struct talk talk;
    (void)state;
    say(&talk,
        STEP("counts") "{\"id\":2,\"method\":\"scenarioStarted\","
                       "\"params\":{}}\n" STEP("counts") STEP(
                           "counts") "{\"id\":3,\"method\":\"shutdown\","
                                     "\"params\":{}}\n"
                                     "{\"id\":4,\"method\":\"shutdown\"}\n");
    talk_expect_number(talk_next(&talk), "result.data.count", 1);
    talk_expect_text(talk_next(&talk), "result.status", "passed");
    talk_expect_number(talk_next(&talk), "result.data.count", 1);
    talk_expect_number(talk_next(&talk), "result.data.count", 2);
    const cJSON *m = talk_next(&talk);
    assert_true(cJSON_IsFalse(talk_at(m, "result.success")));
    talk_expect_text(m, "result.failure.message", "2 left");
    talk_expect_number(talk_next(&talk), "error.code", 1005);
    talk_finish(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments),
        cmocka_unit_test(parameter_types),
        cmocka_unit_test(tables_and_texts),
        cmocka_unit_test(surroundings),
        cmocka_unit_test(surroundings_of_a_bare_runner),
        cmocka_unit_test(surroundings_of_the_next_case),
        cmocka_unit_test(values),
        cmocka_unit_test(logs_of_each_level),
        cmocka_unit_test(attachments),
        cmocka_unit_test(outcomes),
        cmocka_unit_test(waiting_and_cancels),
        cmocka_unit_test(times_of_a_step),
        cmocka_unit_test(time_is_over_when_the_runner_says_so),
        cmocka_unit_test(state_of_a_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
