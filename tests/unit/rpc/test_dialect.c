#include "tests/unit/rpc/cases.h"

#include <cJSON.h>

#include "runner/rpc/dialect.h"

/* --- answers to executeStep --- */

struct answer {
    const struct mp_dialect *dialect;
    struct mp_platform platform;
    struct mp_buf got;
};

static void put(struct mp_buf *out, const char *name, const char *text)
{
    if (!text)
        return;
    mp_buf_format(out, "%s: ", name);
    case_escape(out, text);
    mp_buf_append_char(out, '\n');
}

static void put_result(struct mp_buf *out, const struct mp_step_result *result)
{
    mp_buf_format(out, "%s\n", mp_status_name(result->status));
    put(out, "message", result->message);
    put(out, "kind", result->kind);
    put(out, "type", result->type);
    put(out, "stack", result->stack);
    put(out, "data", result->data);
    for (size_t i = 0; i < result->log_count; i++) {
        const struct mp_log_line *line = &result->logs[i];
        mp_buf_format(out, "log: %s | %s | ", line->time ? line->time : "-",
                      line->level ? line->level : "-");
        case_escape(out, line->text);
        mp_buf_append_char(out, '\n');
    }
}

static void on_incoming(void *self, const struct mp_incoming *incoming)
{
    struct answer *answer = self;
    struct gh_arena arena = {0};
    struct mp_step_result result;
    char *why;
    if (incoming->kind > MP_INCOMING_ERROR)
        fail_msg("no answer: %s", incoming->text);
    bool good = answer->dialect->read_step(incoming, &answer->platform, &arena,
                                           &result, &why);
    assert_true(good == (result.status != MP_PROTOCOL_ERROR));
    put_result(&answer->got, &result);
    gh_arena_finish(&arena);
}

static void read_answer(struct answer *answer, struct gh_str input,
                        enum mp_frame frame)
{
    struct mp_reader reader;
    struct mp_reader_options options = {
        .self = answer, .frame = frame, .on_incoming = on_incoming};
    mp_reader_init(&reader, &options);
    mp_reader_feed(&reader, input.ptr, input.len);
    mp_reader_end(&reader);
    mp_reader_finish(&reader);
}

static void check_case(const struct test_case *c)
{
    const char *undefined = strstr(c->options, "undefined=");
    struct answer answer = {.dialect = mp_dialect_of(MP_LEVEL_HARMONY)};
    if (undefined)
        answer.platform.undefined_when = undefined + strlen("undefined=");
    read_answer(&answer, (struct gh_str){mp_buf_text(&c->input), c->input.len},
                MP_FRAME_LINE);
    case_check(c, "harmony", &answer.got);
    mp_buf_finish(&answer.got);
}

static void answers_of_harmony(void **state)
{
    (void)state;
    assert_true(case_for_each("harmony.txt", check_case) > 25);
}

static void check_undefined(enum mp_level level, const char *pattern,
                            const char *wanted)
{
    struct answer answer = {.dialect = mp_dialect_of(level),
                            .platform = {.undefined_when = pattern}};
    read_answer(&answer,
                gh_str_of("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{"
                          "\"success\":false,\"failure\":{\"message\":"
                          "\"Step not found\"}}}\n"),
                MP_FRAME_LINE);
    assert_true(!strncmp(mp_buf_text(&answer.got), wanted, strlen(wanted)));
    mp_buf_finish(&answer.got);
}

static void undefined_of_the_native_levels(void **state)
{
    (void)state;
    check_undefined(MP_LEVEL_BARE, NULL, "failed\n");
    check_undefined(MP_LEVEL_BARE, "not found", "undefined\n");
    check_undefined(MP_LEVEL_V1, "not found", "failed\n");
}

/* --- the recorded answers of real servers --- */

/* In the order of the recording; NULL ends it. */
static const struct {
    const char *platform, *what, *wanted; /* the first lines */
} recorded[] = {
    {"python", "a step nobody defined",
     "undefined\nmessage: No matching step definition found for: When the "
     "'reader' process dances\nlog: "},
    {"python", "the same in camelCase, params by name",
     "undefined\nmessage: No matching step definition found for: when the "
     "'reader' process dances\nlog: "},
    {"python", "a member it does not know",
     "failed\nmessage: StepRequest.__init__() got an unexpected keyword "
     "argument 'argument'\nkind: exception\n"},
    /* It was asked as When; that server has it as Then only. */
    {"python", "a step that fails",
     "undefined\nmessage: No matching step definition found for: When the "
     "'reader' process should read frame with sequence '1' and size '1024'\n"},
    {"cpp", "a step nobody defined",
     "undefined\nmessage: [StepRegistry] Step not found: the 'reader' process "
     "dances\nlog: "},
    {"cpp", "the same in camelCase, params by name",
     "undefined\nmessage: [StepRegistry] Step not found: the 'reader' process "
     "dances\nlog: "},
    {"cpp", "a member it does not know", "passed\n"},
    {"cpp", "a step that fails",
     "failed\nmessage: Step execution failed\nlog: "},
};

#define RECORDED_COUNT (sizeof recorded / sizeof *recorded)

/* Long answers are cut off in the recording, within their logs: they get an
 * end again, and a success where it stood behind the logs. */
static void mend(const char *raw, struct mp_buf *answer)
{
    static const char mark[] = "...(cut)";
    const char *body = strstr(raw, "\r\n\r\n") + 4;
    size_t length = strlen(body);
    if (length < sizeof mark ||
        strcmp(body + length - (sizeof mark - 1), mark)) {
        mp_buf_append_text(answer, raw);
        return;
    }
    while (strncmp(body + length - 1, "},", 2))
        length--;
    mp_buf_append(answer, body, length);
    mp_buf_append_text(
        answer, strstr(body, "\"success\"") ? "]}}" : "],\"success\":false}}");
    mp_framing_wrap(answer);
}

/* One line of the recording; returns what it is, NULL: not an answer to
 * executeStep. root stays with the caller. */
static const char *recorded_answer(const cJSON *root, size_t next)
{
    const char *platform = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(root, "platform"));
    const char *what =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "what"));
    const char *dir =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "dir"));
    assert_true(platform && what && dir);
    if (strcmp(dir, "<") || next == RECORDED_COUNT ||
        strcmp(what, recorded[next].what) ||
        strcmp(platform, recorded[next].platform))
        return NULL;
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "raw"));
}

static void recorded_answers(void **state)
{
    char path[512];
    char *line = NULL;
    size_t capacity = 0, next = 0;
    (void)state;
    snprintf(path, sizeof path, "%s/transcripts/harmony-answers.jsonl",
             MPRUN_SHARED);
    FILE *file = fopen(path, "r");
    if (!file) {
        print_message("%s is not there\n", path);
        skip();
    }
    while (getline(&line, &capacity, file) >= 0) {
        cJSON *root = cJSON_Parse(line);
        const char *raw = recorded_answer(root, next);
        if (raw) {
            struct answer answer = {.dialect = mp_dialect_of(MP_LEVEL_HARMONY)};
            struct mp_buf whole = {0};
            mend(raw, &whole);
            read_answer(&answer, (struct gh_str){whole.data, whole.len},
                        MP_FRAME_CONTENT_LENGTH);
            mp_buf_finish(&whole);
            const char *got = mp_buf_text(&answer.got);
            if (strncmp(got, recorded[next].wanted,
                        strlen(recorded[next].wanted)))
                fail_msg("%s, %s: %.500s", recorded[next].platform,
                         recorded[next].what, got);
            mp_buf_finish(&answer.got);
            next++;
        }
        cJSON_Delete(root);
    }
    assert_int_equal(next, RECORDED_COUNT);
    free(line);
    fclose(file);
}

/* --- greetings --- */

struct greeting {
    enum mp_level level;
    enum mp_method method;
    const char *answer;
    enum mp_greeted wanted;
    const char *why; /* NULL: none */
};

static const struct greeting greetings[] = {
    {MP_LEVEL_HARMONY, MP_METHOD_HEALTH, "\"result\":true", MP_GREETED_WELL,
     NULL},
    {MP_LEVEL_HARMONY, MP_METHOD_INITIALIZE, "\"result\":true", MP_GREETED_WELL,
     NULL},
    {MP_LEVEL_HARMONY, MP_METHOD_HEALTH, "\"result\":false", MP_GREETED_REFUSED,
     "it answered health with false, not true"},
    {MP_LEVEL_HARMONY, MP_METHOD_INITIALIZE, "\"result\":false",
     MP_GREETED_REFUSED, "it answered initialize with false, not true"},
    {MP_LEVEL_HARMONY, MP_METHOD_INITIALIZE, "\"result\":null",
     MP_GREETED_REFUSED,
     "it answered initialize with something else, not "
     "true"},
    {MP_LEVEL_HARMONY, MP_METHOD_INITIALIZE,
     "\"error\":{\"code\":-32603,\"message\":\"no\"}", MP_GREETED_REFUSED,
     "it answered initialize with the error -32603 (no)"},
    {MP_LEVEL_HARMONY, MP_METHOD_HEALTH, "\"result\":1,\"result\":2",
     MP_GREETED_REFUSED,
     "its answer to health is invalid: a message has the member \"result\" "
     "twice"},
    {MP_LEVEL_BARE, MP_METHOD_HEALTH, "\"result\":true", MP_GREETED_WELL, NULL},
    {MP_LEVEL_BARE, MP_METHOD_HEALTH,
     "\"error\":{\"code\":-32601,\"message\":\"no\"}", MP_GREETED_WELL, NULL},
    {MP_LEVEL_BARE, MP_METHOD_HEALTH, "\"result\":{\"status\":\"ill\"}",
     MP_GREETED_REFUSED, "the server's health is \"ill\", not \"ok\""},
    {MP_LEVEL_V1, MP_METHOD_INITIALIZE, "\"result\":{\"protocolVersion\":1}",
     MP_GREETED_WELL, NULL},
    {MP_LEVEL_UNKNOWN, MP_METHOD_INITIALIZE,
     "\"error\":{\"code\":-32603,\"message\":\"no\"}", MP_GREETED_BARE,
     "it answered initialize with the error -32603 (no)"},
    {MP_LEVEL_UNKNOWN, MP_METHOD_INITIALIZE, "\"result\":{}",
     MP_GREETED_RESPAWN,
     "it answered initialize with a result that has no integer "
     "protocolVersion"},
    {MP_LEVEL_UNKNOWN, MP_METHOD_INITIALIZE, "\"result\":true",
     MP_GREETED_RESPAWN,
     "it answered initialize with true, as servers made for Harmony do; for "
     "those set `protocol: harmony`"},
    {MP_LEVEL_UNKNOWN, MP_METHOD_INITIALIZE,
     "\"error\":{\"code\":1002,\"message\":\"no\"}", MP_GREETED_REFUSED,
     "no protocol version in common: the runner offers 1, the server does not "
     "say which it supports; other releases of mprun or of the server's SDK "
     "may have one in common"},
};

static void on_greeted(void *self, const struct mp_incoming *incoming)
{
    const struct greeting *g = self;
    struct gh_arena arena = {0};
    struct mp_hello_answer answer;
    char *why = NULL;
    enum mp_greeted got = mp_dialect_of(g->level)->read_greeting(
        g->method, incoming, &arena, &answer, &why);
    assert_int_equal(got, g->wanted);
    assert_string_equal(why ? why : "", g->why ? g->why : "");
    gh_arena_finish(&arena);
}

static void answers_to_greetings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof greetings / sizeof *greetings; i++) {
        struct greeting greeting = greetings[i];
        struct mp_buf text = {0};
        struct mp_reader reader;
        struct mp_reader_options options = {.self = &greeting,
                                            .on_incoming = on_greeted};
        mp_buf_format(&text, "{\"jsonrpc\":\"2.0\",\"id\":1,%s}\n",
                      greeting.answer);
        mp_reader_init(&reader, &options);
        mp_reader_feed(&reader, text.data, text.len);
        mp_reader_finish(&reader);
        mp_buf_finish(&text);
    }
}

/* --- requests --- */

static const struct mp_hello hello = {.process = "reader",
                                      .platform = "cpp",
                                      .scenario = "Test \"1.1\"",
                                      .runner_pid = 4242,
                                      .feature_id = 1000007};

static void check(struct mp_buf *buf, const char *wanted)
{
    assert_string_equal(mp_buf_text(buf), wanted);
    mp_buf_finish(buf);
}

static void greets_and_takes_leave(void **state)
{
    const struct mp_dialect *dialect = mp_dialect_of(MP_LEVEL_HARMONY);
    struct mp_buf buf = {0};
    (void)state;
    int64_t id = 1;
    for (size_t i = 0; dialect->greetings[i]; i++)
        dialect->write(&buf, id++, dialect->greetings[i], &hello, NULL);
    for (size_t i = 0; dialect->farewells[i]; i++)
        dialect->write(&buf, id++, dialect->farewells[i], NULL, "runAborted");
    check(
        &buf,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"health\",\"params\":[]}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"initialize\",\"params\":"
        "[{\"Role\":\"reader\",\"Platform\":\"cpp\",\"Scenario\":"
        "\"Test \\\"1.1\\\"\",\"HostPid\":4242,\"FeatureId\":1000007,"
        "\"TestRunId\":\"4242_1000007\"}]}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"cleanup\",\"params\":[]}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"shutdown\",\"params\":"
        "[]}\n");
}

static void check_step(const struct mp_step *step, bool number,
                       const char *wanted)
{
    struct mp_export exports[] = {
        {"a", "port", "1"}, {"a", "path", "/x"}, {"b", "port", "2"}};
    struct mp_platform platform = {.step_type_number = number};
    struct mp_step_call call = {.process = "reader",
                                .platform = "cpp",
                                .scenario_id = "x-1-1",
                                .step = step,
                                .exports = exports,
                                .export_count = step->table ? 3 : 0};
    struct mp_buf buf = {0};
    mp_dialect_of(MP_LEVEL_HARMONY)->write_step(&buf, 5, &call, &platform);
    struct mp_buf whole = {0};
    mp_buf_format(&whole,
                  "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"executeStep\","
                  "\"params\":[{\"Process\":\"reader\",%s}]}\n",
                  wanted);
    check(&buf, mp_buf_text(&whole));
    mp_buf_finish(&whole);
}

static void steps(void **state)
{
    (void)state;
    struct gh_str cells[] = {gh_str_of("a"), gh_str_of("\"b\"")};
    struct gh_table table = {.rows = 1, .columns = 2, .cells = cells};
    struct gh_doc_string doc = {.content = gh_str_of("one\ntwo")};
    struct mp_step step = {.keyword = "Given ",
                           .text = "the 'reader' process reads",
                           .sent = "reads",
                           .type = "given",
                           .target_count = 1};
    static const char rest[] = "\"Step\":\"the 'reader' process reads\","
                               "\"Parameters\":{},\"Context\":{},"
                               "\"IsBroadcast\":false";
    static const struct {
        const char *keyword, *type, *wanted;
        bool number;
    } types[] = {
        {"Given ", "given", "\"given\"", false},
        {"And ", "when", "\"and\"", false},
        {"But ", "then", "\"but\"", false},
        {"* ", "step", "\"*\"", false},
        {"\xc3\x89tant donn\xc3\xa9 ", "given", "\"\xc3\x89tant donn\xc3\xa9\"",
         false},
        {"Given ", "given", "0", true},
        {"When ", "when", "1", true},
        {"And ", "when", "1", true},
        {"Then ", "then", "2", true},
        {"* ", "step", "0", true},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char wanted[400];
        step.keyword = types[i].keyword;
        step.type = types[i].type;
        snprintf(wanted, sizeof wanted, "\"StepType\":%s,%s", types[i].wanted,
                 rest);
        check_step(&step, types[i].number, wanted);
    }
    step.keyword = "Given ";
    step.type = "given";
    step.target_count = 2;
    step.table = &table;
    step.doc_string = &doc;
    check_step(&step, true,
               "\"StepType\":0,\"Step\":\"the 'reader' process reads\","
               "\"Parameters\":{\"dataTable\":\"[[\\\"a\\\","
               "\\\"\\\\\\\"b\\\\\\\"\\\"]]\",\"docString\":\"one\\ntwo\"},"
               "\"Context\":{\"path\":\"/x\",\"port\":\"2\"},"
               "\"IsBroadcast\":true");
}

static void found_by_level(void **state)
{
    (void)state;
    assert_string_equal(mp_dialect_of(MP_LEVEL_UNKNOWN)->name, "1");
    assert_string_equal(mp_dialect_of(MP_LEVEL_V1)->name, "1");
    assert_string_equal(mp_dialect_of(MP_LEVEL_BARE)->name, "bare");
    assert_string_equal(mp_dialect_of(MP_LEVEL_HARMONY)->name, "harmony");
    assert_int_equal(mp_dialect_configured(MP_PROTOCOL_AUTO), MP_LEVEL_UNKNOWN);
    assert_int_equal(mp_dialect_configured(MP_PROTOCOL_BARE), MP_LEVEL_BARE);
    assert_int_equal(mp_dialect_configured(MP_PROTOCOL_V1), MP_LEVEL_V1);
    assert_int_equal(mp_dialect_configured(MP_PROTOCOL_HARMONY),
                     MP_LEVEL_HARMONY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_of_harmony),
        cmocka_unit_test(undefined_of_the_native_levels),
        cmocka_unit_test(recorded_answers),
        cmocka_unit_test(answers_to_greetings),
        cmocka_unit_test(greets_and_takes_leave),
        cmocka_unit_test(steps),
        cmocka_unit_test(found_by_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
