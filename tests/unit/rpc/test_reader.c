#include "tests/unit/rpc/cases.h"

#include <cJSON.h>
#include <time.h>

#include "runner/rpc/reader.h"
#include "runner/rpc/repair.h"
#include "runner/rpc/result.h"

/* What a reader reported, one line each. */
struct record {
    struct mp_buf lines;
    size_t kinds[MP_INCOMING_BROKEN + 1];
};

static void put_value(struct mp_buf *out, const struct cJSON *value)
{
    char *json = value ? cJSON_PrintUnformatted(value) : NULL;
    mp_buf_append_char(out, ' ');
    case_escape(out, json ? json : "-");
    cJSON_free(json);
}

static const char *kind_name(enum mp_incoming_kind kind)
{
    static const char *const names[] = {"result",     "error",   "log",
                                        "attachment", "other",   "stray",
                                        "warning",    "invalid", "broken"};
    return names[kind];
}

static void put_line(struct mp_buf *out, const struct mp_incoming *in)
{
    mp_buf_append_text(out, kind_name(in->kind));
    if (in->cut_off)
        mp_buf_append_text(out, " (cut off)");
    if (in->kind <= MP_INCOMING_ATTACHMENT || in->kind == MP_INCOMING_INVALID)
        mp_buf_format(out, " %lld", (long long)in->id);
    if (in->kind == MP_INCOMING_ERROR)
        mp_buf_format(out, " %lld", (long long)in->code);
    if (in->kind == MP_INCOMING_LOG)
        mp_buf_format(out, " %s %s", in->level ? in->level : "-",
                      in->time ? in->time : "-");
    if (*in->text) {
        mp_buf_append_char(out, ' ');
        case_escape(out, in->text);
    }
    if (in->kind == MP_INCOMING_RESULT || in->kind == MP_INCOMING_ATTACHMENT ||
        (in->kind == MP_INCOMING_ERROR && in->value))
        put_value(out, in->value);
    mp_buf_append_char(out, '\n');
}

static int is_valid_text(const char *text)
{
    struct mp_buf out = {0};
    unsigned found = mp_repair_text(gh_str_of(text), &out);
    mp_buf_finish(&out);
    return found == 0;
}

static void on_incoming(void *self, const struct mp_incoming *incoming)
{
    struct record *record = self;
    assert_true(record->kinds[MP_INCOMING_BROKEN] == 0);
    assert_non_null(incoming->text);
    assert_true(is_valid_text(incoming->text));
    record->kinds[incoming->kind]++;
    put_line(&record->lines, incoming);
    if (incoming->kind != MP_INCOMING_RESULT &&
        incoming->kind != MP_INCOMING_ERROR)
        return;
    struct gh_arena arena = {0};
    struct mp_step_result result;
    char *why;
    for (int bare = 0; bare < 2; bare++) {
        int good = mp_result_parse(incoming, bare, &arena, &result, &why);
        assert_true(good == (result.status != MP_PROTOCOL_ERROR));
        assert_true(good == (why == NULL));
        assert_true(result.message || result.status == MP_PASSED);
        assert_true(!result.data || is_valid_text(result.data));
    }
    gh_arena_finish(&arena);
}

static void read_options(const struct test_case *c, struct record *record,
                         struct mp_reader_options *options)
{
    const char *max = strstr(c->options, "max=");
    memset(options, 0, sizeof(*options));
    options->strict = case_has(c, "strict");
    options->bare_lenient = case_has(c, "bare");
    if (case_has(c, "framed"))
        options->frame = MP_FRAME_CONTENT_LENGTH;
    options->max_message_bytes = max ? strtoul(max + 4, NULL, 10) : 0;
    options->self = record;
    options->on_incoming = on_incoming;
}

/* Feeds pieces of at most largest bytes (0: all at once; the size is random
 * where random is set). */
static void read_in_pieces(const struct test_case *c, struct gh_str bytes,
                           size_t largest, unsigned *random,
                           struct record *record)
{
    struct mp_reader_options options;
    struct mp_reader reader;
    memset(record, 0, sizeof(*record));
    read_options(c, record, &options);
    mp_reader_init(&reader, &options);
    while (bytes.len) {
        size_t piece = largest ? largest : bytes.len;
        if (random)
            piece = 1 + (size_t)rand_r(random) % largest;
        if (piece > bytes.len)
            piece = bytes.len;
        // A copy of its own, so that reading past it is found.
        char *copy = malloc(piece);
        assert_non_null(copy);
        memcpy(copy, bytes.ptr, piece);
        mp_reader_feed(&reader, copy, piece);
        free(copy);
        bytes.ptr += piece;
        bytes.len -= piece;
    }
    mp_reader_end(&reader);
    mp_reader_feed(&reader, "x\n", 2);
    assert_false(mp_reader_is_inside(&reader));
    mp_reader_finish(&reader);
}

static struct gh_str input_of(const struct test_case *c)
{
    return (struct gh_str){mp_buf_text(&c->input), c->input.len};
}

static void check_case(const struct test_case *c)
{
    struct record record;
    unsigned random = 7;
    read_in_pieces(c, input_of(c), 0, NULL, &record);
    case_check(c, "at once", &record.lines);
    mp_buf_finish(&record.lines);
    read_in_pieces(c, input_of(c), 1, NULL, &record);
    case_check(c, "byte by byte", &record.lines);
    mp_buf_finish(&record.lines);
    for (size_t largest = 2; largest < 40; largest += 3) {
        read_in_pieces(c, input_of(c), largest, &random, &record);
        case_check(c, "in random pieces", &record.lines);
        mp_buf_finish(&record.lines);
    }
}

static void data_cases(void **state)
{
    (void)state;
    assert_true(case_for_each("reader.txt", check_case) > 60);
    assert_true(case_for_each("framing.txt", check_case) > 25);
}

/* Cut anywhere, the rest is never lost: what follows the last full line shows
 * as a message or as cut off. */
static void check_cuts(const struct test_case *c)
{
    struct gh_str bytes = input_of(c);
    for (size_t end = 0; end <= bytes.len; end++) {
        struct gh_str part = {bytes.ptr, end};
        struct record whole, split;
        read_in_pieces(c, part, 0, NULL, &whole);
        read_in_pieces(c, part, 3, NULL, &split);
        assert_string_equal(mp_buf_text(&whole.lines),
                            mp_buf_text(&split.lines));
        mp_buf_finish(&whole.lines);
        mp_buf_finish(&split.lines);
    }
}

static void cut_after_every_byte(void **state)
{
    (void)state;
    case_for_each("reader.txt", check_cuts);
    case_for_each("framing.txt", check_cuts);
}

static void mutate(struct mp_buf *bytes, unsigned *random)
{
    static const char interesting[] = "{}[]\",:\\u0\n\r \xff\xed\xa0\x80 1e9-";
    int changes = 1 + rand_r(random) % 6;
    while (changes-- && bytes->len) {
        size_t at = (size_t)rand_r(random) % bytes->len;
        int action = rand_r(random) % 4;
        if (action == 0) {
            bytes->data[at] = (char)rand_r(random);
        } else if (action == 1) {
            bytes->data[at] =
                interesting[(size_t)rand_r(random) % sizeof interesting];
        } else if (action == 2) {
            size_t length = (size_t)rand_r(random) % 9;
            if (at + length > bytes->len)
                length = bytes->len - at;
            memmove(bytes->data + at, bytes->data + at + length,
                    bytes->len - at - length);
            bytes->len -= length;
        } else {
            size_t length = (bytes->len - at) % 50;
            char copy[50];
            memcpy(copy, bytes->data + at, length);
            mp_buf_append(bytes, copy, length);
        }
    }
}

static unsigned fuzz_random = 1;

static void fuzz_case(const struct test_case *c)
{
    struct mp_buf bytes = {0};
    mp_buf_append(&bytes, c->input.data, c->input.len);
    mutate(&bytes, &fuzz_random);
    struct gh_str input = {mp_buf_text(&bytes), bytes.len};
    struct record whole, split;
    read_in_pieces(c, input, 0, NULL, &whole);
    read_in_pieces(c, input, 11, &fuzz_random, &split);
    assert_string_equal(mp_buf_text(&whole.lines), mp_buf_text(&split.lines));
    mp_buf_finish(&whole.lines);
    mp_buf_finish(&split.lines);
    mp_buf_finish(&bytes);
}

/* MPRUN_FUZZ_SECONDS makes it go on. */
static void mutated_input(void **state)
{
    (void)state;
    const char *wish = getenv("MPRUN_FUZZ_SECONDS");
    time_t end = time(NULL) + (wish ? strtol(wish, NULL, 10) : 0);
    int rounds = 0;
    do {
        case_for_each("reader.txt", fuzz_case);
        case_for_each("framing.txt", fuzz_case);
        rounds++;
    } while (rounds < 50 || time(NULL) < end);
    if (wish)
        print_message("%d rounds\n", rounds);
}

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* A megabyte of what is worst for a reader that starts over again. */
static double seconds_for(const char *unit, const char *options)
{
    struct test_case c = {.name = "hostile"};
    struct record record;
    snprintf(c.options, sizeof c.options, "%s", options);
    while (c.input.len < (1u << 20))
        mp_buf_append_text(&c.input, unit);
    double start = cpu_seconds();
    read_in_pieces(&c, input_of(&c), 4096, NULL, &record);
    double taken = cpu_seconds() - start;
    mp_buf_finish(&record.lines);
    mp_buf_finish(&c.input);
    return taken;
}

static void linear_time(void **state)
{
    (void)state;
    static const char *const units[] = {
        "{",
        "{\"jsonrpc\":",
        "{\"a\":\n",
        "{\"a\":[\n1,\n",
        "{\"jsonrpc\":\"2.0\",\n",
        "[",
        "\n",
        "{\"a\":\"",
        "\\u0000",
        "{\"a\":\"\\ud800",
        "\xff",
        "{ {\"jsonrpc\":\"2.0\",\"a\":[1,2,3\n",
        "{\"jsonrpc\":\"2.0\",\"method\":\"x\"}\n",
        "{\"a\":1}",
        "Content-Length: x",
        "Content-Length: 0\r\n\r\n",
        "Content-Length: 3\n\n{}\n",
        ":::::1",
    };
    size_t count = sizeof units / sizeof *units;
    for (size_t i = 0; i < 2 * count; i++) {
        double taken =
            seconds_for(units[i % count], i < count ? "bare" : "framed");
        if (taken > 4)
            fail_msg("1 MiB of %s takes %.1f s", units[i % count], taken);
    }
}

static void memory_is_bounded(void **state)
{
    (void)state;
    struct record record = {0};
    struct mp_reader_options options = {.max_message_bytes = 100000,
                                        .self = &record,
                                        .on_incoming = on_incoming};
    struct mp_reader reader;
    char piece[1000];
    memset(piece, 'x', sizeof piece);
    mp_reader_init(&reader, &options);
    for (int i = 0; i < 1000; i++)
        mp_reader_feed(&reader, piece, sizeof piece);
    assert_int_equal(record.kinds[MP_INCOMING_BROKEN], 1);
    assert_true(reader.line.capacity <= 400000);
    mp_reader_finish(&reader);
    mp_buf_finish(&record.lines);
}

static void stop_inside(void *self, const struct mp_incoming *incoming)
{
    struct mp_reader *reader = self;
    (void)incoming;
    reader->options.max_message_bytes--; // counts the calls
    mp_reader_stop(reader);
}

static void stopped_from_the_callback(void **state)
{
    (void)state;
    struct mp_reader reader;
    struct mp_reader_options options = {
        .max_message_bytes = 1000, .self = &reader, .on_incoming = stop_inside};
    mp_reader_init(&reader, &options);
    mp_reader_feed(&reader, "stray\nstray\n", 12);
    mp_reader_end(&reader);
    assert_int_equal(reader.options.max_message_bytes, 999);
    mp_reader_finish(&reader);
}

static void large_message(void **state)
{
    (void)state;
    struct test_case c = {.name = "large"};
    struct record record;
    mp_buf_append_text(&c.input, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":"
                                 "{\"success\":true,\"logs\":[\"");
    while (c.input.len < (1u << 20))
        mp_buf_append_text(&c.input, "0123456789 \xc3\xa9 ");
    mp_buf_append_text(&c.input, "\"]}}\n");
    read_in_pieces(&c, input_of(&c), 65536, NULL, &record);
    assert_int_equal(record.kinds[MP_INCOMING_RESULT], 1);
    assert_int_equal(record.kinds[MP_INCOMING_STRAY], 0);
    mp_buf_finish(&record.lines);
    mp_buf_finish(&c.input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_cases),
        cmocka_unit_test(cut_after_every_byte),
        cmocka_unit_test(mutated_input),
        cmocka_unit_test(linear_time),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(stopped_from_the_callback),
        cmocka_unit_test(large_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
