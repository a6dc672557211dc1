#include "tests/unit/rpc/cases.h"

#include "runner/rpc/framing.h"

/* How streams are cut into messages is tested through the reader: see
 * test_reader.c and tests/data/rpc/framing.txt. */

static void check_wrapped(const char *message, const char *wanted)
{
    struct mp_buf buf = {0};
    mp_buf_append_text(&buf, message);
    mp_framing_wrap(&buf);
    assert_string_equal(mp_buf_text(&buf), wanted);
    assert_int_equal(buf.len, strlen(wanted));
    mp_buf_finish(&buf);
}

static void wraps(void **state)
{
    (void)state;
    check_wrapped("{}\n", "Content-Length: 2\r\n\r\n{}");
    check_wrapped("{}", "Content-Length: 2\r\n\r\n{}");
    check_wrapped("\n", "Content-Length: 0\r\n\r\n");
    check_wrapped("", "Content-Length: 0\r\n\r\n");
    check_wrapped("{\"a\":\"\xc3\xa9\"}\n",
                  "Content-Length: 10\r\n\r\n{\"a\":\"\xc3\xa9\"}");
}

static void comes_back_as_it_was(void **state)
{
    (void)state;
    for (size_t size = 0; size < 300000; size = size * 3 + 1) {
        struct mp_buf stream = {0}, sent = {0};
        for (int i = 0; i < 3; i++) {
            struct mp_buf message = {0};
            while (message.len < size)
                mp_buf_append_text(&message, "\r\n: x");
            mp_buf_append_str(
                &sent, (struct gh_str){mp_buf_text(&message), message.len});
            mp_buf_append_char(&message, '\n');
            mp_framing_wrap(&message);
            mp_buf_append(&stream, message.data, message.len);
            mp_buf_finish(&message);
        }
        struct mp_framing framing = {.max_bytes = 1u << 20};
        struct mp_buf got = {0};
        struct gh_str rest = {stream.data, stream.len}, piece;
        while (mp_framing_next(&framing, &rest, &piece) == MP_FRAMING_MESSAGE)
            mp_buf_append_str(&got, piece);
        assert_int_equal(rest.len, 0);
        assert_false(mp_framing_is_inside(&framing));
        assert_string_equal(mp_buf_text(&got), mp_buf_text(&sent));
        mp_framing_finish(&framing);
        mp_buf_finish(&got);
        mp_buf_finish(&sent);
        mp_buf_finish(&stream);
    }
}

static void is_inside(void **state)
{
    (void)state;
    struct mp_framing framing = {.max_bytes = 100};
    static const char text[] = "Content-Length: 2\r\n\r\n{}";
    struct gh_str piece;
    assert_false(mp_framing_is_inside(&framing));
    for (size_t i = 0; i < sizeof text - 1; i++) {
        struct gh_str byte = {&text[i], 1};
        mp_framing_next(&framing, &byte, &piece);
        assert_int_equal(mp_framing_is_inside(&framing), i < sizeof text - 2);
    }
    mp_framing_finish(&framing);
}

/* An announced length costs nothing before its bytes come. */
static void memory_follows_the_bytes(void **state)
{
    (void)state;
    struct mp_framing framing = {.max_bytes = 1u << 30};
    struct gh_str bytes = gh_str_of("Content-Length: 1000000000\n\n{"), piece;
    assert_int_equal(mp_framing_next(&framing, &bytes, &piece),
                     MP_FRAMING_MORE);
    assert_true(framing.part.capacity < 4096);
    mp_framing_finish(&framing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wraps),
        cmocka_unit_test(comes_back_as_it_was),
        cmocka_unit_test(is_inside),
        cmocka_unit_test(memory_follows_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
