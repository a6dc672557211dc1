#include "tests/unit/rpc/cases.h"

#include "runner/rpc/result.h"

/* A case of result.txt while it is read. */
struct answer {
    bool bare;
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

static void put_logs(struct mp_buf *out, const struct mp_step_result *result)
{
    for (size_t i = 0; i < result->log_count; i++) {
        const struct mp_log_line *line = &result->logs[i];
        mp_buf_format(out, "log: %s | %s | ", line->time ? line->time : "-",
                      line->level ? line->level : "-");
        case_escape(out, line->text);
        mp_buf_append_char(out, '\n');
    }
}

static void put_attachments(struct mp_buf *out,
                            const struct mp_step_result *result)
{
    for (size_t i = 0; i < result->attachment_count; i++) {
        const struct mp_attachment *a = &result->attachments[i];
        mp_buf_format(out, "attachment: %s %s %s %s\n", a->name, a->media_type,
                      a->encoding ? a->encoding : "path",
                      a->body ? a->body : a->path);
    }
    for (size_t i = 0; i < result->export_count; i++)
        mp_buf_format(out, "export: %s=%s\n", result->exports[i].key,
                      result->exports[i].value);
}

static void put_result(struct mp_buf *out, const struct mp_step_result *result)
{
    mp_buf_format(out, "%s%s%s\n", mp_status_name(result->status),
                  result->cancelled ? " cancelled" : "",
                  result->unusable ? " unusable" : "");
    if (result->error_code)
        mp_buf_format(out, "error: %lld\n", (long long)result->error_code);
    put(out, "message", result->message);
    put(out, "reason", result->reason);
    put(out, "kind", result->kind);
    put(out, "type", result->type);
    put(out, "expected", result->expected);
    put(out, "actual", result->actual);
    put(out, "diff", result->diff);
    put(out, "stack", result->stack);
    put(out, "location", result->location);
    put(out, "data", result->data);
    if (result->duration_ms >= 0)
        mp_buf_format(out, "duration: %g\n", result->duration_ms);
    put(out, "snippets", result->snippets);
    put(out, "matches", result->matches);
    put_logs(out, result);
    put_attachments(out, result);
    for (size_t i = 0; i < result->note_count; i++)
        put(out, "note", result->notes[i]);
}

static void on_incoming(void *self, const struct mp_incoming *incoming)
{
    struct answer *answer = self;
    struct gh_arena arena = {0};
    struct mp_step_result result;
    char *why;
    if (incoming->kind == MP_INCOMING_WARNING)
        return;
    if (incoming->kind == MP_INCOMING_ATTACHMENT) {
        struct mp_attachment attachment;
        if (mp_attachment_parse(incoming, &arena, &attachment, &why))
            mp_buf_format(&answer->got, "%s\n", attachment.name);
        else
            mp_buf_format(&answer->got, "%s\n", why);
        gh_arena_finish(&arena);
        return;
    }
    if (incoming->kind > MP_INCOMING_ERROR)
        fail_msg("no answer: %s", incoming->text);
    bool good = mp_result_parse(incoming, answer->bare, &arena, &result, &why);
    assert_true(good == (result.status != MP_PROTOCOL_ERROR));
    if (!good)
        assert_string_equal(why, result.message);
    put_result(&answer->got, &result);
    gh_arena_finish(&arena);
}

static void read_answer(struct answer *answer, struct gh_str input)
{
    struct mp_reader reader;
    struct mp_reader_options options = {.self = answer,
                                        .on_incoming = on_incoming};
    mp_reader_init(&reader, &options);
    mp_reader_feed(&reader, input.ptr, input.len);
    mp_reader_end(&reader);
    mp_reader_finish(&reader);
}

/* Options name the levels that a case holds for; none: both. */
static void check_case(const struct test_case *c)
{
    for (int bare = 0; bare < 2; bare++) {
        struct answer answer = {.bare = bare};
        if (case_has(c, bare ? "v1" : "bare"))
            continue;
        read_answer(&answer,
                    (struct gh_str){mp_buf_text(&c->input), c->input.len});
        case_check(c, bare ? "bare" : "v1", &answer.got);
        mp_buf_finish(&answer.got);
    }
}

static void data_cases(void **state)
{
    (void)state;
    assert_true(case_for_each("result.txt", check_case) > 50);
}

/* Parses a result made of a prefix, a repeated part and an end. */
static void read_repeated(struct answer *answer, const char *member,
                          const char *part, int times, const char *end)
{
    struct mp_buf text = {0};
    mp_buf_format(&text,
                  "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{"
                  "\"success\":true,%s",
                  member);
    for (int i = 0; i < times; i++) {
        mp_buf_append_text(&text, i ? "," : "");
        // A # in the part is its number.
        for (const char *c = part; *c; c++) {
            if (*c == '#')
                mp_buf_format(&text, "%d", i);
            else
                mp_buf_append_char(&text, *c);
        }
    }
    mp_buf_append_text(&text, end);
    mp_buf_append_text(&text, "}}\n");
    read_answer(answer, (struct gh_str){text.data, text.len});
    mp_buf_finish(&text);
}

static size_t count_lines(const struct mp_buf *text, const char *begin)
{
    size_t count = 0;
    const char *line = mp_buf_text(text);
    while (*line) {
        count += !strncmp(line, begin, strlen(begin));
        line += strcspn(line, "\n") + 1;
    }
    return count;
}

static void too_many_lines(void **state)
{
    struct answer answer = {0};
    (void)state;
    read_repeated(&answer, "\"logs\":[", "\"line #\"", 10003, "]");
    assert_int_equal(count_lines(&answer.got, "log: "), 10001);
    assert_non_null(strstr(mp_buf_text(&answer.got),
                           "log: - | warn | \xe2\x80\xa6 3 lines dropped\n"));
    mp_buf_finish(&answer.got);
}

static void exactly_enough_lines(void **state)
{
    struct answer answer = {0};
    (void)state;
    read_repeated(&answer, "\"logs\":[", "\"line #\"", 10000, "]");
    assert_int_equal(count_lines(&answer.got, "log: "), 10000);
    mp_buf_finish(&answer.got);
}

static void too_many_log_bytes(void **state)
{
    struct answer answer = {0};
    char part[1026];
    (void)state;
    memset(part, 'a', sizeof part - 1);
    part[0] = part[sizeof part - 2] = '"';
    part[sizeof part - 1] = '\0';
    read_repeated(&answer, "\"logs\":[", part, 1100, "]");
    // 1023 bytes each: 1025 fit into a mebibyte.
    assert_int_equal(count_lines(&answer.got, "log: "), 1026);
    assert_non_null(strstr(mp_buf_text(&answer.got), " 75 lines dropped\n"));
    mp_buf_finish(&answer.got);
}

static void too_many_exports(void **state)
{
    struct answer answer = {0};
    (void)state;
    read_repeated(&answer, "\"exports\":{", "\"k#\":\"v\"", 70, "}");
    assert_int_equal(count_lines(&answer.got, "export: "), 64);
    assert_int_equal(count_lines(&answer.got, "note: more than 64 exp"), 1);
    mp_buf_finish(&answer.got);
}

static void too_many_attachments(void **state)
{
    struct answer answer = {0};
    (void)state;
    read_repeated(&answer, "\"attachments\":[",
                  "{\"name\":\"a#\",\"mediaType\":\"t\",\"body\":\"\"}", 70,
                  "]");
    assert_int_equal(count_lines(&answer.got, "attachment: "), 64);
    assert_int_equal(count_lines(&answer.got, "note: more than 64 att"), 1);
    mp_buf_finish(&answer.got);
}

/* 4 characters are 3 bytes: the limit is of what they decode to. */
static void body_of(struct answer *answer, const char *encoding, size_t size)
{
    struct mp_buf part = {0};
    mp_buf_format(&part,
                  "{\"name\":\"big\",\"mediaType\":\"t\",\"encoding\":\"%s\","
                  "\"body\":\"",
                  encoding);
    for (size_t i = 0; i < size; i++)
        mp_buf_append_char(&part, 'A');
    mp_buf_append_text(&part, "\"}");
    read_repeated(answer, "\"attachments\":[", part.data, 1, "]");
    mp_buf_finish(&part);
}

static void attachment_size(void **state)
{
    static const struct {
        const char *encoding;
        size_t size;
        size_t kept;
    } cases[] = {{"identity", 1u << 20, 1},
                 {"identity", (1u << 20) + 1, 0},
                 {"base64", 1398100, 1},
                 {"base64", 1398104, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer answer = {0};
        body_of(&answer, cases[i].encoding, cases[i].size);
        assert_int_equal(count_lines(&answer.got, "attachment: "),
                         cases[i].kept);
        assert_int_equal(count_lines(&answer.got, "note: "), 1 - cases[i].kept);
        mp_buf_finish(&answer.got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_cases),
        cmocka_unit_test(too_many_lines),
        cmocka_unit_test(exactly_enough_lines),
        cmocka_unit_test(too_many_log_bytes),
        cmocka_unit_test(too_many_exports),
        cmocka_unit_test(too_many_attachments),
        cmocka_unit_test(attachment_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
