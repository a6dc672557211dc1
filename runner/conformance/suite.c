/* The order of the checks, and what they require of each other. */
#include <stdio.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/conformance/check.h"
#include "runner/conformance/hints.h"

#define CHECK_MS      30000
#define LONG_CHECK_MS 60000

static const struct mp_check *const section_table[] = {
    mp_transport_checks, mp_envelope_checks, mp_step_checks,
    mp_result_checks,    mp_start_checks,    mp_life_checks};

#define SECTIONS (sizeof(section_table) / sizeof(*section_table))

struct suite {
    struct mp_lab lab;
    const struct mp_conformance_options *options;
    struct mp_conformance_result *result;
    struct mp_peer *common, *quiet, *idle;
    bool run[MP_CHECK_COUNT + 1];
};

const struct mp_check *mp_check_find(int number)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        for (const struct mp_check *c = section_table[i]; c->number; c++) {
            if (c->number == number)
                return c;
        }
    }
    return NULL;
}

const char *mp_check_section(int number)
{
    return number <= 20   ? "Transport"
           : number <= 30 ? "Envelope"
           : number <= 45 ? "Steps"
                          : "Lifecycle";
}

static bool is_chosen(const struct suite *suite, int number)
{
    return !suite->options->chosen[0] || suite->options->chosen[number];
}

/* --- one check --- */

static void skip(struct mp_verdict *verdict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void skip(struct mp_verdict *verdict, const char *format, ...)
{
    struct mp_buf text = {0};
    va_list args;
    va_start(args, format);
    mp_buf_vformat(&text, format, args);
    va_end(args);
    verdict->mark = MP_MARK_NOT_TESTED;
    verdict->why = mp_buf_take(&text);
}

static bool is_announced(const struct mp_introduction *said, const char *name)
{
    const struct {
        const char *name;
        bool there;
    } table[] = {{"matchSteps", said->match_steps},
                 {"listStepDefinitions", said->list},
                 {"scenarios", said->scenarios},
                 {"hooks", said->hooks},
                 {"cancel", said->cancel},
                 {"log or attachment", said->log || said->attachment}};
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (!strcmp(name, table[i].name))
            return table[i].there;
    }
    return false;
}

/* Is there a reason not to run it? */
static bool is_skipped(struct suite *suite, const struct mp_check *check)
{
    struct mp_verdict *verdict = &suite->result->verdicts[check->number];
    if (suite->lab.signal)
        skip(verdict, "interrupted");
    else if (check->v1 && !suite->lab.v1)
        skip(verdict, "of level 1");
    else if (check->capability &&
             !is_announced(&suite->lab.introduction, check->capability))
        skip(verdict, "the server does not announce %s", check->capability);
    for (int i = 0; check->needs[i] && !verdict->mark; i++) {
        const struct mp_verdict *need =
            &suite->result->verdicts[check->needs[i]];
        if (need->mark == MP_MARK_FAIL ||
            suite->lab.ledger[check->needs[i]].count)
            skip(verdict, "needs %d, which fails", check->needs[i]);
        else if (need->mark == MP_MARK_NOT_TESTED)
            skip(verdict, "needs %d, which is not tested", check->needs[i]);
    }
    return verdict->mark;
}

static void play(struct suite *suite, const struct mp_check *check)
{
    struct mp_exam exam = {.lab = &suite->lab,
                           .check = check,
                           .verdict = &suite->result->verdicts[check->number],
                           .common = &suite->common,
                           .quiet = suite->quiet,
                           .idle = suite->idle};
    struct mp_clock *clock = &suite->lab.clock;
    double before = mp_clock_now_exact(clock);
    uint64_t most = check->number == 45 ? LONG_CHECK_MS : CHECK_MS;
    suite->lab.deadline_ms = mp_clock_now(clock) + most;
    suite->lab.wall_ns = uv_hrtime() + 2 * most * 1000000;
    if (check->run)
        check->run(&exam);
    bool late = mp_clock_now(clock) >= suite->lab.deadline_ms ||
                uv_hrtime() > suite->lab.wall_ns;
    suite->lab.deadline_ms = 0;
    if (late)
        mp_exam_fail(&exam, NULL, "it is not over after %llu seconds",
                     (unsigned long long)most / 1000);
    if (suite->lab.signal && !exam.verdict->mark)
        mp_exam_skip(&exam, "interrupted");
    if (!exam.verdict->mark)
        exam.verdict->mark = MP_MARK_PASS;
    exam.verdict->duration_ms = mp_clock_now_exact(clock) - before;
    for (int i = 0; i < MP_EXAM_PEERS; i++)
        mp_peer_retire(exam.own[i]);
    gh_arena_finish(&exam.arena);
}

/* What it needs is run before it. */
// NOLINTNEXTLINE(misc-no-recursion): as deep as the table, which has no cycle
static void run_check(struct suite *suite, const struct mp_check *check)
{
    if (suite->run[check->number])
        return;
    suite->run[check->number] = true;
    for (int i = 0; check->needs[i]; i++)
        run_check(suite, mp_check_find(check->needs[i]));
    suite->lab.current = check->number;
    if (!is_skipped(suite, check))
        play(suite, check);
}

/* --- all --- */

/* Starts the first one. False: it cannot be started. */
static bool start_first(struct suite *suite, struct mp_errors *errors)
{
    suite->common = mp_peer_start(&suite->lab);
    bool started = mp_peer_wait_started(suite->common);
    if (!started && !suite->lab.signal)
        mp_errors_add(errors, "mprun: %s",
                      suite->common->start_fault ? suite->common->start_fault
                                                 : "the server does not start");
    return started;
}

/* Returns new: why the level is bare. */
static char *tell_bare(const struct mp_peer *peer, const struct mp_said *answer)
{
    struct mp_buf why = {0};
    if (answer && mp_exam_code(answer)) {
        mp_buf_format(&why, "initialize is answered with the error %d",
                      mp_exam_code(answer));
    } else if (answer) {
        mp_buf_append_text(&why, "initialize is answered without an integer "
                                 "protocolVersion");
    } else {
        mp_buf_append_text(&why, "no answer to initialize: ");
        mp_peer_describe(peer, &why);
    }
    return mp_buf_take(&why);
}

/* Does it answer initialize as a server of level 1 does? */
static void find_level(struct suite *suite)
{
    struct mp_verdict verdict = {0};
    struct mp_exam exam = {.lab = &suite->lab, .verdict = &verdict};
    if (suite->options->level == MP_CONFORMANCE_BARE)
        return;
    suite->lab.v1 = true;
    mp_exam_greet(&exam, suite->common);
    const struct mp_said *answer = suite->common->asked->answer;
    suite->lab.v1 = suite->lab.introduction.answered ||
                    suite->options->level == MP_CONFORMANCE_1;
    if (!suite->lab.v1) {
        suite->result->bare_why = tell_bare(suite->common, answer);
        mp_lab_clear_notes(&suite->lab);
        mp_peer_retire(suite->common);
        suite->common = NULL;
    }
    gh_arena_finish(&exam.arena);
}

/* Silent peers are started first, so that others can be examined while they
 * are listened to. */
static void start_silent(struct suite *suite)
{
    struct mp_verdict verdict = {0};
    struct mp_exam exam = {.lab = &suite->lab, .verdict = &verdict};
    if (is_chosen(suite, 2))
        suite->quiet = mp_peer_start(&suite->lab);
    if (is_chosen(suite, 5)) {
        suite->idle = mp_peer_start(&suite->lab);
        mp_exam_greet(&exam, suite->idle);
    }
    gh_arena_finish(&exam.arena);
}

/* Alone at first: a server of which there can be one only would fail all of
 * the checks beside the others. */
static void find_single(struct suite *suite)
{
    suite->lab.single = true;
    if (is_chosen(suite, 44))
        run_check(suite, mp_check_find(44));
    suite->lab.single = suite->result->verdicts[44].mark == MP_MARK_FAIL;
    if (!suite->lab.single)
        start_silent(suite);
}

static void run_all(struct suite *suite)
{
    /* At the end, when they have been listened to for long. */
    for (int pass = 0; pass < 2; pass++) {
        for (int number = 1; number <= MP_CHECK_COUNT; number++) {
            bool late = number == 2 || number == 5;
            if (late == pass && is_chosen(suite, number))
                run_check(suite, mp_check_find(number));
        }
    }
}

/* What was noted of all that was written; the last word. */
static void apply_ledger(struct suite *suite)
{
    for (int number = 1; number <= MP_CHECK_COUNT; number++) {
        const struct mp_offence *offence = &suite->lab.ledger[number];
        struct mp_verdict *verdict = &suite->result->verdicts[number];
        const struct mp_check *check = mp_check_find(number);
        if (!offence->count || (check->v1 && !suite->lab.v1) ||
            verdict->mark == MP_MARK_NONE || verdict->mark == MP_MARK_FAIL)
            continue;
        gh_free(verdict->why);
        gh_free(verdict->bytes);
        gh_free(verdict->sent);
        verdict->mark = MP_MARK_FAIL;
        verdict->why = mp_text_copy(offence->why);
        verdict->bytes = offence->bytes ? mp_text_copy(offence->bytes) : NULL;
        verdict->sent = NULL;
    }
}

bool mp_conformance_run(const struct mp_conformance_options *options,
                        struct mp_conformance_result *result,
                        struct mp_errors *errors)
{
    struct suite suite = {.options = options, .result = result};
    uint64_t before = uv_hrtime();
    memset(result, 0, sizeof(*result));
    if (!mp_lab_open(&suite.lab, options, errors))
        return false;
    bool started = start_first(&suite, errors);
    if (started) {
        find_level(&suite);
        find_single(&suite);
        run_all(&suite);
        apply_ledger(&suite);
        result->v1 = suite.lab.v1;
        result->language =
            mp_hints_language(options, suite.lab.introduction.language);
    }
    result->signal = suite.lab.signal;
    mp_lab_close(&suite.lab, errors);
    result->duration_ms = (double)(uv_hrtime() - before) / 1e6;
    return started;
}

void mp_conformance_finish(struct mp_conformance_result *result)
{
    for (int i = 0; i <= MP_CHECK_COUNT; i++) {
        gh_free(result->verdicts[i].why);
        gh_free(result->verdicts[i].sent);
        gh_free(result->verdicts[i].bytes);
    }
    gh_free(result->bare_why);
    memset(result, 0, sizeof(*result));
}

size_t mp_conformance_count(const struct mp_conformance_result *result,
                            enum mp_mark mark)
{
    size_t count = 0;
    for (int i = 1; i <= MP_CHECK_COUNT; i++)
        count += result->verdicts[i].mark == mark;
    return count;
}
