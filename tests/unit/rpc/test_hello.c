#include "tests/unit/rpc/cases.h"

#include "runner/rpc/hello.h"

static const char *const verdict_names[] = {"v1", "unsupported", "bare",
                                            "respawn"};
static const char *const health_names[] = {"ok", "no method", "bad"};

static void put_flags(struct mp_buf *out, const struct mp_hello_answer *a)
{
    mp_buf_format(out, "can:%s%s%s%s%s%s%s%s\n",
                  a->capabilities.match_steps ? " match" : "",
                  a->capabilities.list_step_definitions ? " list" : "",
                  a->capabilities.snippets ? " snippets" : "",
                  a->capabilities.scenarios ? " scenarios" : "",
                  a->capabilities.hooks ? " hooks" : "",
                  a->capabilities.cancel ? " cancel" : "",
                  a->capabilities.log ? " log" : "",
                  a->capabilities.attachment ? " attachment" : "");
}

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static void put_answer(struct mp_buf *out, const struct mp_hello_answer *a)
{
    mp_buf_format(
        out, "server: %s | %s | %s | %s | %s | %s | pid %lld | %lld\n",
        or_dash(a->name), or_dash(a->version), or_dash(a->language),
        or_dash(a->language_version), or_dash(a->sdk), or_dash(a->description),
        (long long)a->pid, (long long)a->max_message_bytes);
    put_flags(out, a);
}

static void on_incoming(void *self, const struct mp_incoming *incoming)
{
    struct mp_buf *out = self;
    struct gh_arena arena = {0};
    struct mp_hello_answer answer;
    char *why;
    enum mp_hello_verdict verdict =
        mp_hello_parse(incoming, &arena, &answer, &why);
    mp_buf_format(out, "%s%s%s\n", verdict_names[verdict], why ? ": " : "",
                  why ? why : "");
    assert_true((verdict == MP_HELLO_V1) == (why == NULL));
    if (verdict == MP_HELLO_V1)
        put_answer(out, &answer);
    if (incoming->kind <= MP_INCOMING_ERROR) {
        enum mp_health health = mp_health_parse(incoming, &arena, &why);
        mp_buf_format(out, "health %s%s%s\n", health_names[health],
                      why ? ": " : "", why ? why : "");
        assert_true(mp_health_parse(incoming, &arena, NULL) == health);
    }
    gh_arena_finish(&arena);
}

static void check_case(const struct test_case *c)
{
    struct mp_buf got = {0};
    struct mp_reader reader;
    struct mp_reader_options options = {.self = &got,
                                        .on_incoming = on_incoming};
    mp_reader_init(&reader, &options);
    mp_reader_feed(&reader, mp_buf_text(&c->input), c->input.len);
    mp_reader_end(&reader);
    mp_reader_finish(&reader);
    case_check(c, "", &got);
    mp_buf_finish(&got);
}

static void data_cases(void **state)
{
    (void)state;
    assert_true(case_for_each("hello.txt", check_case) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
