#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cJSON.h>

#include "runner/journal/codec.h"

enum kind { TEXT, INTEGER, UNSIGNED, TIME, BOOLEAN, JSON, OTHER };

struct field {
    const char *name;
    size_t offset, size;
    enum kind kind;
};

#define F(name, kind)                                                          \
    {                                                                          \
#name, offsetof(struct mp_record, name),                               \
            sizeof(((struct mp_record *)0)->name), kind                        \
    }

#define M(name, kind)                                                          \
    {                                                                          \
#name, offsetof(struct mp_record, metrics.name),                       \
            sizeof(((struct mp_record *)0)->metrics.name), kind                \
    }

/* Every field in the order of the struct: the sizes must add up to it, so
 * that a field added there and not here is found. */
static const struct field field_table[] = {
    F(type, OTHER),
    F(time_ms, TIME),
    F(case_number, INTEGER),
    F(attempt, INTEGER),
    F(step, INTEGER),
    F(hook, INTEGER),
    F(process, TEXT),
    F(platform, TEXT),
    F(incarnation, INTEGER),
    F(status, OTHER),
    F(text, TEXT),
    F(level, TEXT),
    F(source, TEXT),
    F(sent_time, TEXT),
    F(duration_ms, TIME),
    F(kind, TEXT),
    F(failure_type, TEXT),
    F(expected, TEXT),
    F(actual, TEXT),
    F(diff, TEXT),
    F(stack, TEXT),
    F(location, TEXT),
    F(data, TEXT),
    F(id, TEXT),
    F(key, TEXT),
    F(uri, TEXT),
    F(feature, TEXT),
    F(rule, TEXT),
    F(name, TEXT),
    F(scenario, TEXT),
    F(scenario_id, TEXT),
    F(combination, TEXT),
    F(tags, OTHER),
    F(tag_count, OTHER),
    F(keyword, TEXT),
    F(line, INTEGER),
    F(argument, TEXT),
    F(repetition, INTEGER),
    F(final, BOOLEAN),
    F(flaky, BOOLEAN),
    F(known, TEXT),
    F(pid, INTEGER),
    F(exited, BOOLEAN),
    F(exit_code, INTEGER),
    F(signal, INTEGER),
    F(expected_death, BOOLEAN),
    F(protocol, TEXT),
    F(server, TEXT),
    F(hidden_ms, TIME),
    F(reused, BOOLEAN),
    M(cpu_user_ms, TIME),
    M(cpu_system_ms, TIME),
    M(max_rss_kb, INTEGER),
    M(descriptors, INTEGER),
    M(messages_in, INTEGER),
    M(messages_out, INTEGER),
    M(bytes_in, INTEGER),
    M(bytes_out, INTEGER),
    M(stderr_bytes, INTEGER),
    F(media_type, TEXT),
    F(encoding, TEXT),
    F(body, TEXT),
    F(path, TEXT),
    F(version, INTEGER),
    F(seed, UNSIGNED),
    F(total, INTEGER),
    F(wall_time, TEXT),
    F(cwd, TEXT),
    F(repeat, TEXT),
    F(config, JSON),
    F(libraries, TEXT),
    F(machine, TEXT),
    F(lenient, BOOLEAN),
    F(went_past, BOOLEAN),
    F(plan, TEXT),
    F(planned, INTEGER),
    F(shard, INTEGER),
    F(shards, INTEGER),
    F(shard_by, TEXT),
    F(series, TEXT),
};
#define FIELD_COUNT (sizeof(field_table) / sizeof(*field_table))

static void *at(struct mp_record *record, const struct field *field)
{
    return (char *)record + field->offset;
}

static void fill(struct mp_record *record, const struct field *field,
                 const char *text)
{
    if (field->kind == TEXT)
        *(const char **)at(record, field) = text;
    else if (field->kind == INTEGER)
        *(int64_t *)at(record, field) = INT64_C(9007199254740991);
    else if (field->kind == UNSIGNED)
        *(uint64_t *)at(record, field) = UINT64_MAX;
    else if (field->kind == TIME)
        *(double *)at(record, field) = 123456789.125;
    else if (field->kind == JSON)
        *(const char **)at(record, field) = "{\"a\":[1,\"\\n\"]}";
    else if (field->kind == BOOLEAN)
        *(bool *)at(record, field) = true;
}

static void check_equal(struct mp_record *a, struct mp_record *b)
{
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->tag_count, b->tag_count);
    for (size_t i = 0; i < a->tag_count; i++)
        assert_string_equal(a->tags[i], b->tags[i]);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &field_table[i];
        if (field->kind == TEXT || field->kind == JSON) {
            const char *x = *(const char **)at(a, field);
            const char *y = *(const char **)at(b, field);
            assert_int_equal(!x, !y);
            if (x)
                assert_string_equal(x, y);
        } else if (field->kind != OTHER) {
            assert_memory_equal(at(a, field), at(b, field), field->size);
        }
    }
}

static void check_round_trip(struct mp_record *record, size_t members)
{
    struct gh_jsonw out;
    struct gh_arena arena = {0};
    struct mp_buf fault = {0};
    struct mp_record back;
    gh_jsonw_init(&out);
    mp_codec_encode(record, &out);
    struct gh_str line = gh_jsonw_text(&out);
    assert_int_equal(line.ptr[line.len - 1], '\n');
    assert_null(memchr(line.ptr, '\n', line.len - 1));
    cJSON *json = cJSON_ParseWithLength(line.ptr, line.len);
    assert_int_equal(cJSON_GetArraySize(json), members);
    cJSON_Delete(json);
    assert_int_equal(
        mp_codec_decode(line.ptr, line.len - 1, &back, &arena, &fault),
        MP_CODEC_RECORD);
    check_equal(record, &back);
    mp_buf_finish(&fault);
    gh_arena_finish(&arena);
    gh_jsonw_finish(&out);
}

static void test_table_covers_struct(void **state)
{
    size_t end = 0;
    (void)state;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        assert_true(field_table[i].offset >= end);
        assert_true(field_table[i].offset - end < sizeof(void *));
        end = field_table[i].offset + field_table[i].size;
    }
    assert_true(sizeof(struct mp_record) - end < sizeof(void *));
}

static void test_each_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        struct mp_record record = {.type = MP_RECORD_NOTE};
        if (field_table[i].kind == OTHER)
            continue;
        fill(&record, &field_table[i], "a text");
        check_round_trip(&record, 2);
    }
}

static void test_all_fields(void **state)
{
    static const char *const tags[] = {"@a", "", "@ümlaut \"q\""};
    struct mp_record record = {
        .type = MP_RECORD_CASE_STARTED,
        .status = MP_INTERRUPTED,
        .tags = tags,
        .tag_count = 3,
    };
    (void)state;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        fill(&record, &field_table[i], field_table[i].name);
    check_round_trip(&record, FIELD_COUNT - 1); /* tags are one member */
}

static void test_types_and_statuses(void **state)
{
    (void)state;
    for (int i = 0; i < MP_RECORD_TYPE_COUNT; i++) {
        struct mp_record record = {.type = (enum mp_record_type)i};
        check_round_trip(&record, 1);
    }
    for (int i = 1; i < MP_STATUS_COUNT; i++) {
        struct mp_record record = {.status = (enum mp_status)i};
        check_round_trip(&record, 2);
    }
}

static void test_hostile_texts(void **state)
{
    static const char *const texts[] = {
        "",         "\x01\x02\x1f\x7f", "\"\\/\b\f\n\r\t",
        "]]>",      "\xef\xbf\xbe",     "\xf0\x9f\x98\x80",
        "\xc2\x85", "{\"a\":1}",        "\xe2\x80\xa8",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct mp_record record = {.type = MP_RECORD_LOG, .text = texts[i]};
        check_round_trip(&record, 2);
    }
}

static const char *decode(const char *line, struct mp_buf *fault)
{
    struct gh_arena arena = {0};
    struct mp_record record;
    mp_buf_reset(fault);
    enum mp_codec_result result =
        mp_codec_decode(line, strlen(line), &record, &arena, fault);
    gh_arena_finish(&arena);
    if (result == MP_CODEC_BROKEN)
        return mp_buf_text(fault);
    return result == MP_CODEC_UNKNOWN ? "unknown" : "record";
}

static void test_decoding(void **state)
{
    static const char *const table[][2] = {
        {"{\"type\":\"note\"}", "record"},
        {"{\"type\":\"note\",\"later\":{\"a\":[1]},\"text\":\"x\"}", "record"},
        {"{\"text\":\"x\",\"type\":\"note\"}", "record"},
        {"{\"type\":\"from-the-future\",\"step\":\"x\"}", "unknown"},
        {"", "this is no JSON object"},
        {"[1]", "this is no JSON object"},
        {"{\"type\":\"note\"", "this is no JSON object"},
        {"{}", "a record has no \"type\""},
        {"{\"type\":1}", "a record has no \"type\""},
        {"{\"type\":\"note\",\"step\":\"1\"}",
         "\"step\" of a note record is not a whole number"},
        {"{\"type\":\"note\",\"step\":1.5}",
         "\"step\" of a note record is not a whole number"},
        {"{\"type\":\"note\",\"step\":1e300}",
         "\"step\" of a note record is not a whole number"},
        {"{\"type\":\"note\",\"text\":null}",
         "\"text\" of a note record is not a string"},
        {"{\"type\":\"note\",\"time_ms\":-1}",
         "\"time_ms\" of a note record is not a number of milliseconds"},
        {"{\"type\":\"note\",\"seed\":12}",
         "\"seed\" of a note record is not a whole number in a string"},
        {"{\"type\":\"note\",\"seed\":\"-1\"}",
         "\"seed\" of a note record is not a whole number in a string"},
        {"{\"type\":\"note\",\"final\":1}",
         "\"final\" of a note record is not true or false"},
        {"{\"type\":\"note\",\"status\":\"fine\"}",
         "\"status\" of a note record is not a status that this version "
         "knows"},
        {"{\"type\":\"note\",\"tags\":[\"@a\",1]}",
         "\"tags\" of a note record is not a list of strings"},
    };
    struct mp_buf fault = {0};
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        assert_string_equal(decode(table[i][0], &fault), table[i][1]);
    mp_buf_finish(&fault);
}

static void test_odd_numbers_are_left_out(void **state)
{
    struct mp_record record = {.time_ms = -1, .duration_ms = 0.0 / 1.0};
    struct gh_jsonw out;
    (void)state;
    gh_jsonw_init(&out);
    mp_codec_encode(&record, &out);
    assert_int_equal(gh_jsonw_text(&out).len,
                     strlen("{\"type\":\"run-started\"}\n"));
    gh_jsonw_finish(&out);
}

static void test_times_are_thousandths(void **state)
{
    static const struct {
        double ms;
        const char *text;
    } table[] = {
        {0.0005, "0.001"},          {0.1, "0.1"},
        {0.0306, "0.031"},          {7, "7"},
        {12.05, "12.05"},           {1000, "1000"},
        {999.9996, "1000"},         {86400000.007, "86400000.007"},
        {1e15, "1000000000000000"},
    };
    struct gh_jsonw out;
    (void)state;
    gh_jsonw_init(&out);
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct mp_record record = {.time_ms = table[i].ms};
        struct mp_buf line = {0};
        gh_jsonw_clear(&out);
        mp_codec_encode(&record, &out);
        mp_buf_format(&line, "{\"type\":\"run-started\",\"time_ms\":%s}\n",
                      table[i].text);
        struct gh_str text = gh_jsonw_text(&out);
        assert_int_equal(text.len, line.len);
        assert_memory_equal(text.ptr, line.data, line.len);
        mp_buf_finish(&line);
    }
    gh_jsonw_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_covers_struct),
        cmocka_unit_test(test_each_field),
        cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_types_and_statuses),
        cmocka_unit_test(test_hostile_texts),
        cmocka_unit_test(test_decoding),
        cmocka_unit_test(test_odd_numbers_are_left_out),
        cmocka_unit_test(test_times_are_thousandths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
