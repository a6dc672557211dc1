#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <malloc.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/report/play.h"

/* 10,000 cases of five steps: the time grows with their number and no faster,
 * and what is kept of a case that passed is small. */

static void send(struct play *play, struct mp_record record)
{
    struct mp_listener listener = mp_reports_listener(play->reports);
    listener.on_record(listener.self, &record);
}

static void send_case(struct play *play, int64_t n)
{
    char id[128], uri[64], name[64];
    snprintf(uri, sizeof(uri), "features/part-%03d.feature", (int)(n / 40));
    snprintf(name, sizeof(name), "Scenario number %d", (int)(n / 4));
    snprintf(id, sizeof(id), "%s:%d[reader=c,writer=python]", uri, (int)n);
    struct mp_record record = {
        .type = MP_RECORD_CASE_STARTED,
        .case_number = n,
        .attempt = 1,
        .id = id,
        .key = id,
        .uri = uri,
        .feature = "A feature of many",
        .name = name,
        .scenario = name,
        .line = n / 4,
        .total = 5,
        .combination = "[reader=c,writer=python]",
        .time_ms = (double)n,
    };
    send(play, record);
    for (int64_t step = 1; step <= 5; step++) {
        record = (struct mp_record){
            .type = MP_RECORD_STEP_PLANNED,
            .case_number = n,
            .attempt = 1,
            .step = step,
            .keyword = "When ",
            .process = "writer",
            .platform = "python",
            .time_ms = (double)n,
            .text = "the 'writer' process writes frame with size 1024"};
        send(play, record);
    }
    for (int64_t step = 1; step <= 5; step++) {
        record.type = MP_RECORD_STEP_STARTED;
        record.step = step;
        record.text = NULL;
        send(play, record);
        record.type = MP_RECORD_LOG;
        record.text = "[INFO] Writing frame size=1024";
        send(play, record);
        record.type = MP_RECORD_STEP_RESULT;
        record.status = MP_PASSED;
        record.text = NULL;
        send(play, record);
        record.type = MP_RECORD_STEP_FINISHED;
        send(play, record);
    }
    record.type = MP_RECORD_CASE_FINISHED;
    record.step = 0;
    record.process = NULL;
    record.final = true;
    send(play, record);
}

struct cost {
    double seconds;
    size_t kept_bytes; /* before the end of the run */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct cost measure(const char *format, int64_t cases)
{
    struct play play = {.options = {.formats = &format, .format_count = 1}};
    struct cost cost = {0};
    play_begin(&play);
    double start = now();
    size_t before = mallinfo2().uordblks;
    send(&play,
         (struct mp_record){.type = MP_RECORD_RUN_STARTED, .total = cases});
    for (int64_t n = 1; n <= cases; n++)
        send_case(&play, n);
    cost.kept_bytes = mallinfo2().uordblks - before;
    send(&play, (struct mp_record){.type = MP_RECORD_RUN_FINISHED});
    play_end(&play);
    cost.seconds = now() - start;
    assert_int_equal(play.tally.cases[MP_PASSED], cases);
    mp_buf_finish(&play.console);
    return cost;
}

static void test_scale(void **state)
{
    static const char *const formats[] = {
        "junit", "progress", "pretty",         "json",          "html",
        "rerun", "tap",      "junit-surefire", "junit-extended"};
    (void)state;
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        struct cost small = measure(formats[i], 2500);
        struct cost large = measure(formats[i], 10000);
        print_message("%-14s %.3f s, %.3f s at four times as many, "
                      "%zu bytes kept for a case\n",
                      formats[i], small.seconds, large.seconds,
                      large.kept_bytes / 10000);
        /* Four times the work; the rest is for a busy machine. */
        assert_true(large.seconds < small.seconds * 10 + 0.1);
        assert_true(large.kept_bytes < 10000 * 1024);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scale)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
