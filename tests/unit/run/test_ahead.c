#include "runner/run/ahead.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const size_t zero[] = {0}, one[] = {1}, both[] = {0, 1};

/* Steps in which member 1 is looked for; what comes after is nothing to it. */
struct row {
    const char *name;
    struct mp_step steps[3];
    bool started_by_mention;
    bool natural;
};

#define OF_ZERO                                                                \
    {                                                                          \
        .action = MP_ACTION_SEND, .targets = zero, .target_count = 1,          \
        .ensured = zero, .ensured_count = 1                                    \
    }
#define OF_ONE(what)                                                           \
    {                                                                          \
        .action = what, .targets = one, .target_count = 1, .ensured = one,     \
        .ensured_count = 1                                                     \
    }

static const struct row row_table[] = {
    {.name = "never named", .steps = {OF_ZERO}},
    {.name = "gets a step",
     .steps = {OF_ZERO, OF_ONE(MP_ACTION_SEND)},
     .natural = true},
    {.name = "is there beside another",
     .steps = {{.action = MP_ACTION_SEND,
                .targets = zero,
                .target_count = 1,
                .ensured = both,
                .ensured_count = 2}},
     .natural = true},
    {.name = "begins", .steps = {OF_ONE(MP_ACTION_BEGIN)}, .natural = true},
    {.name = "is running",
     .steps = {OF_ONE(MP_ACTION_IS_RUNNING)},
     .natural = true},
    {.name = "all are ready",
     .steps = {{.action = MP_ACTION_ALL_READY,
                .ensured = both,
                .ensured_count = 2}},
     .natural = true},
    {.name = "starts",
     .steps = {OF_ONE(MP_ACTION_START), OF_ONE(MP_ACTION_SEND)}},
    {.name = "restarts",
     .steps = {OF_ONE(MP_ACTION_RESTART), OF_ONE(MP_ACTION_SEND)}},
    {.name = "is looked at first",
     .steps = {OF_ONE(MP_ACTION_EXPECT_NOT_RUNNING), OF_ONE(MP_ACTION_SEND)}},
    {.name = "is killed before",
     .steps = {OF_ONE(MP_ACTION_KILL), OF_ONE(MP_ACTION_SEND)}},
    {.name = "a second one",
     .steps = {OF_ONE(MP_ACTION_SEND)},
     .started_by_mention = true},
};

static void test_natural(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(row_table) / sizeof(*row_table); i++) {
        const struct row *row = &row_table[i];
        const struct mp_member members[] = {
            {.name = "a"},
            {.name = "b", .started_by_mention = row->started_by_mention}};
        const struct mp_scenario scenario = {.members = members,
                                             .member_count = 2,
                                             .steps = row->steps,
                                             .step_count = 3};
        if (mp_ahead_is_natural(&scenario, 1) != row->natural)
            fail_msg("%s: should be %d", row->name, row->natural);
    }
}

/* --- what is held is told --- */

struct heard {
    enum mp_record_type types[8];
    char texts[8][32];
    size_t count;
};

static void keep(struct heard *heard, enum mp_record_type type,
                 const char *text)
{
    assert_true(heard->count < 8);
    heard->types[heard->count] = type;
    snprintf(heard->texts[heard->count++], 32, "%s", text ? text : "");
}

static void on_record(void *self, const struct mp_record *record)
{
    keep(self, record->type, record->text);
}

static void on_cause(void *self, struct mp_server *server,
                     enum mp_status status, const char *text)
{
    (void)server;
    assert_int_equal(status, MP_LEAKED);
    keep(self, MP_RECORD_CAUSE, text);
}

struct stage {
    struct heard heard;
    struct mp_listener listener;
    struct mp_run_options options;
    struct mp_run_context context;
    struct mp_server server;
};

static void set_up(struct stage *stage)
{
    static const struct mp_case source = {.number = 7};
    static const struct mp_member member = {.name = "a"};
    static const struct mp_platform platform = {.name = "p"};
    memset(stage, 0, sizeof(*stage));
    stage->listener = (struct mp_listener){&stage->heard, on_record};
    stage->options.listeners = &stage->listener;
    stage->options.listener_count = 1;
    stage->context.options = &stage->options;
    stage->server.place.context = &stage->context;
    stage->server.place.source = &source;
    stage->server.member = &member;
    stage->server.platform = &platform;
    stage->server.events.self = &stage->heard;
    stage->server.events.on_cause = on_cause;
    stage->server.ahead = true;
    stage->server.ahead_standing = MP_SERVER_RUNNING;
}

static void say(struct stage *stage, enum mp_record_type type, const char *text)
{
    struct mp_record record = mp_server_record(&stage->server, type);
    record.text = text;
    mp_ahead_emit(&stage->server, &record);
}

static void test_held_is_told_in_order(void **state)
{
    struct stage stage;
    (void)state;
    set_up(&stage);
    say(&stage, MP_RECORD_PROCESS_STARTED, "sh\n\"x\"");
    mp_ahead_cause(&stage.server, MP_LEAKED, "left");
    say(&stage, MP_RECORD_LOG, "hello");
    assert_int_equal(stage.heard.count, 0);
    assert_int_equal(stage.server.standing, MP_SERVER_NEVER);
    assert_true(mp_ahead_take_over(&stage.server));
    assert_int_equal(stage.server.standing, MP_SERVER_RUNNING);
    say(&stage, MP_RECORD_LOG, "again");
    assert_int_equal(stage.heard.count, 4);
    assert_string_equal(stage.heard.texts[0], "sh\n\"x\"");
    assert_int_equal(stage.heard.types[1], MP_RECORD_CAUSE);
    assert_string_equal(stage.heard.texts[1], "left");
    assert_string_equal(stage.heard.texts[2], "hello");
    assert_string_equal(stage.heard.texts[3], "again");
    assert_null(stage.server.held.data);
}

static void test_too_much_is_left_out(void **state)
{
    static char large[1 << 20];
    struct stage stage;
    (void)state;
    set_up(&stage);
    memset(large, 'x', sizeof(large) - 1);
    for (int i = 0; i < 40; i++)
        say(&stage, MP_RECORD_ATTACHMENT, large);
    say(&stage, MP_RECORD_PROCESS_EXITED, "exited");
    assert_true(stage.server.held.len <= MP_AHEAD_HELD_MAX + 4096);
    assert_true(mp_ahead_take_over(&stage.server));
    assert_int_equal(stage.heard.types[stage.heard.count - 2],
                     MP_RECORD_PROCESS_EXITED);
    assert_int_equal(stage.heard.types[stage.heard.count - 1], MP_RECORD_NOTE);
}

static void test_want_of_means_is_forgotten(void **state)
{
    struct stage stage;
    (void)state;
    set_up(&stage);
    stage.server.incarnation = 1;
    stage.server.short_of_means = true;
    say(&stage, MP_RECORD_PROCESS_STARTED, "sh");
    assert_false(mp_ahead_take_over(&stage.server));
    assert_int_equal(stage.heard.count, 0);
    assert_int_equal(stage.server.incarnation, 0);
    assert_false(stage.server.ahead);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_natural),
        cmocka_unit_test(test_held_is_told_in_order),
        cmocka_unit_test(test_too_much_is_left_out),
        cmocka_unit_test(test_want_of_means_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
