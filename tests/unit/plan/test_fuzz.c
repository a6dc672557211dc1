/*
 * Random step texts, tags, configs and flags through the planner. Nothing may
 * crash or hang; a plan without errors is whole (every step has somebody to
 * do it, every case an id of its own), and an error names its place.
 *
 * MPRUN_FUZZ_ROUNDS (default 1000; times MPRUN_SOAK) and MPRUN_FUZZ_SEED choose
 * what is played; a failure prints the seed of its round. What breaks becomes a
 * case of tests/data/plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/plan/explain.h"
#include "runner/plan/plan.h"
#include "tests/support/files.h"

#define LONG_NAME                                                              \
    "a123456789b123456789c123456789d123456789e123456789f123456789g1234567"
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static uint64_t state;
static bool careful;   /* few errors in this round */
static size_t planned; /* rounds without an error */

static size_t pick(size_t count)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state >> 11) % count;
}

static const char *const names[] = {
    "writer",   "reader", "node",   "node#1",    "node#2",   "node#9",
    "writer#2", "main",   "raeder", "a b",       "\xc3\xa9", "e\xcc\x81",
    "x#y",      "<role>", "",       "a/b",       " ",        LONG_NAME,
    "%s%n",     "0",      "node#0", "node#00001"};

/* The first GOOD_STARTS, GOOD_ENDS and GOOD_NAMES make no error. */
#define GOOD_NAMES  2
#define GOOD_STARTS 10
#define GOOD_ENDS   18

static const char *const starts[] = {"the '%s' process ",
                                     "all '%s' processes ",
                                     "each '%s' process ",
                                     "all processes ",
                                     "a new '%s' process ",
                                     "a second '%s' process ",
                                     "another '%s' process ",
                                     "when the '%s' process ",
                                     "'%s' process ",
                                     "it ",
                                     "the second '%s' process ",
                                     "within 5s the '%s' process ",
                                     "the new '%s' process ",
                                     "the other '%s' process ",
                                     "the third '%s' process ",
                                     "within 1ms ",
                                     "within ",
                                     "the '%s process ",
                                     "the %s' process ",
                                     "",
                                     "the '%s' processes ",
                                     "<%s> "};

static const char *const ends[] = {"starts",
                                   "is running",
                                   "stops",
                                   "restart",
                                   "are killed",
                                   "crash",
                                   "is paused",
                                   "resumes",
                                   "should exit with code 3",
                                   "writes 5 frames",
                                   "should exit with code 30 within 2s",
                                   "should be killed by SIGSEGV",
                                   "should still be running",
                                   "should not be running",
                                   "sends to the 'reader' process",
                                   "reads \"x\" and %s %n",
                                   "rests",
                                   "reports",
                                   "should exit with code 300",
                                   "should be killed by SIGFOO within 1m",
                                   "begins: reads",
                                   "begin:",
                                   "begins: within 2s x",
                                   "completes",
                                   "complete within 2s",
                                   "are ready",
                                   "2 seconds pass",
                                   "wait for '2' seconds",
                                   "",
                                   "'",
                                   "''",
                                   "' process",
                                   "<role>",
                                   "\\",
                                   "\xf0\x9f\x98\x80",
                                   "within 5s",
                                   "999999999999999999999 seconds pass"};

static const char *const tags[] = {"@platform:c",
                                   "@platform:linux,macos",
                                   "@platform:writer=c",
                                   "@platform:node#2=python",
                                   "@platform:node#1=c,python",
                                   "@platform:,",
                                   "@platform:=",
                                   "@platform:writer=",
                                   "@platform:perl",
                                   "@platform:x=y",
                                   "@timeout:5",
                                   "@timeout:5s",
                                   "@timeout:",
                                   "@timeout:99999999999999999999",
                                   "@scenario-timeout:1h",
                                   "@combinations:same",
                                   "@combinations:mixed",
                                   "@combinations:pairwise",
                                   "@combinations:x",
                                   "@serial",
                                   "@serial:1",
                                   "@lock:a",
                                   "@lock:",
                                   "@retry:3",
                                   "@retry:99999999999999999999",
                                   "@plain",
                                   "@posix",
                                   "@platform:slow",
                                   "@\xc3\xa9",
                                   "@platform:@",
                                   "@platfrom:c"};

static const char *const configs[] = {
    "processes: {node: {count: 3}, writer: {}, reader: {platforms: [c]}}\n",
    "processes: {node: {count: 2}}\n",
    "routing: {unaddressed: error}\n",
    "routing: {process: \"(?<process>\\\\w*)\"}\n",
    "routing: {process: \"(?<process>\\\\S+) process\"}\n",
    "routing: {process: \"(?<process>)\"}\n",
    "steps: {builtin: false}\n",
    "steps: {builtin: [start, stop, begin], aliases: {\"\": x}}\n",
    "steps: {aliases: {x: \"the 'writer' process stops\"}}\n",
    "combinations: {strategy: pairwise, exclude: [{writer: c, reader: c}]}\n",
    "combinations: {strategy: mixed, include: [{writer: c}, {node: python}]}\n",
    "combinations: {strategy: same, exclude: [{main: c}, {main: python}]}\n",
    "timeouts: {step: 0, match: [{step: \"(a+)+$\", timeout: 1s}]}\n",
    "tag_aliases: {plain: \"platform:c\", posix: \"serial\"}\n"};

static const char *const flags[] = {"@platform:c", "not @serial", "@a or"};

static void add_words(struct mp_buf *out)
{
    char text[512];
    const char *start = starts[pick(careful ? GOOD_STARTS : COUNT(starts))];
    const char *name = names[pick(careful ? GOOD_NAMES : COUNT(names))];
    const char *at = strstr(start, "%s");
    if (at)
        snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - start), start, name,
                 at + 2);
    mp_buf_append_text(out, at ? text : start);
    for (size_t i = careful || pick(8) ? 1 : pick(40); i > 0; i--)
        mp_buf_append_text(out, ends[pick(careful ? GOOD_ENDS : COUNT(ends))]);
}

static void add_tags(struct mp_buf *out)
{
    for (size_t i = pick(careful ? 2 : 4); i > 0; i--)
        mp_buf_format(out, "%s ", tags[pick(COUNT(tags))]);
    mp_buf_append_char(out, '\n');
}

static void add_steps(struct mp_buf *out)
{
    for (size_t i = pick(9); i > 0; i--) {
        mp_buf_append_text(out, "    * ");
        add_words(out);
        mp_buf_append_char(out, '\n');
        if (!careful && !pick(8))
            mp_buf_append_text(out, "      | a | b |\n");
    }
}

static void make_feature(struct mp_buf *out)
{
    add_tags(out);
    mp_buf_append_text(out, "Feature: f\n");
    if (!pick(2)) {
        mp_buf_append_text(out, "  Background:\n");
        add_steps(out);
    }
    for (size_t i = pick(4); i > 0; i--) {
        add_tags(out);
        mp_buf_append_text(out, "  Scenario: s\n");
        add_steps(out);
    }
    if (!pick(3)) {
        mp_buf_append_text(out, "  Scenario Outline: <role>\n");
        add_steps(out);
        add_tags(out);
        mp_buf_append_text(out, "    Examples:\n      | role |\n      | writer "
                                "|\n      | |\n      | node |\n");
    }
    /* Now and then bytes that are anything at all. */
    for (size_t i = careful || pick(20) ? 0 : 3; i > 0 && out->len; i--)
        out->data[pick(out->len)] = (char)pick(256);
}

static void make_config(struct mp_buf *out)
{
    mp_buf_append_text(
        out, "version: 1\nplatforms:\n  c: {command: [x], os: linux}\n"
             "  python: {command: [x], labels: [slow]}\n"
             "  js: {command: [x], os: macos}\n");
    size_t first = pick(COUNT(configs));
    mp_buf_append_text(out, configs[first]);
    size_t second = pick(COUNT(configs));
    if (strncmp(configs[first], configs[second], 8) != 0)
        mp_buf_append_text(out, configs[second]);
}

/* --- what must hold of every plan --- */

static void check_step(const struct mp_scenario *s, const struct mp_step *step)
{
    assert_non_null(step->rule);
    assert_true(step->target_count || step->action == MP_ACTION_WAIT);
    assert_true(step->ensured_count >= step->target_count);
    for (size_t i = 0; i < step->ensured_count; i++)
        assert_true(step->ensured[i] < s->member_count);
    bool sent =
        step->action == MP_ACTION_SEND || step->action == MP_ACTION_BEGIN;
    assert_true(!sent || *step->sent);
}

static void check_scenario(const struct mp_scenario *s)
{
    size_t members = 0;
    assert_true(s->process_count && s->member_count);
    for (size_t i = 0; i < s->process_count; i++) {
        assert_true(!i ||
                    strcmp(s->processes[i - 1].name, s->processes[i].name) < 0);
        members += s->processes[i].member_count;
    }
    assert_int_equal(members, s->member_count);
    for (size_t i = 0; i < s->step_count; i++)
        check_step(s, &s->steps[i]);
}

static void check_cases(const struct mp_plan *plan)
{
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct mp_case *c = &plan->cases[i];
        assert_true(c->skip || c->platforms);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(c->id, plan->cases[k].id);
            assert_string_not_equal(c->key, plan->cases[k].key);
            assert_string_not_equal(c->scenario_id, plan->cases[k].scenario_id);
        }
    }
}

static void explain(const struct mp_plan *plan, const struct mp_config *config)
{
    struct mp_buf text = {0};
    mp_explain_text(plan, config, true, &text);
    mp_explain_json(plan, config, &text);
    mp_buf_finish(&text);
}

static void make_plan(const struct mp_config *config)
{
    const char *const target[] = {pick(6) ? "a.feature" : "a.feature:3:7"};
    const char *const tag[] = {flags[pick(COUNT(flags))]};
    struct mp_plan_request request = {.config = config,
                                      .targets = target,
                                      .target_count = 1,
                                      .tags = tag,
                                      .tag_count = !pick(8),
                                      .step_timeout_ms = -1,
                                      .scenario_timeout_ms = -1};
    struct mp_plan plan;
    struct mp_errors errors = {0};
    if (!pick(4))
        ((struct mp_platform *)&config->platforms[1])->unavailable = "gone";
    bool ok = mp_plan_make(&request, &plan, &errors);
    assert_int_equal(ok, errors.error_count == 0);
    planned += ok && plan.case_count;
    for (size_t i = 0; i < errors.count; i++)
        assert_true(!strncmp(errors.list[i].text, "a.feature:", 10) ||
                    !strncmp(errors.list[i].text, "mprun.yaml:", 11) ||
                    !strncmp(errors.list[i].text, "--", 2));
    for (size_t i = 0; i < plan.scenario_count; i++)
        check_scenario(plan.scenarios[i]);
    check_cases(&plan);
    explain(&plan, config);
    mp_plan_finish(&plan);
    mp_errors_finish(&errors);
}

/* A new file each time: one that is written over is flushed to the disk. */
static void write_file(const char *path, const struct mp_buf *text)
{
    unlink(path);
    assert_true(save_file(path, mp_buf_text(text), text->len));
}

static void play_round(void)
{
    struct mp_buf feature = {0}, yaml = {0};
    struct mp_config config;
    struct mp_errors errors = {0};
    char *environment[] = {NULL};
    careful = pick(2);
    make_feature(&feature);
    make_config(&yaml);
    write_file("a.feature", &feature);
    write_file("mprun.yaml", &yaml);
    if (mp_config_load("mprun.yaml", environment, &config, &errors))
        make_plan(&config);
    mp_config_finish(&config);
    mp_errors_finish(&errors);
    mp_buf_finish(&feature);
    mp_buf_finish(&yaml);
}

static unsigned long number(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : otherwise;
}

static void any_input(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/mprun-fuzz-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    unsigned long rounds =
        number("MPRUN_FUZZ_ROUNDS", 1000) * number("MPRUN_SOAK", 1);
    unsigned long seed = number("MPRUN_FUZZ_SEED", 1);
    for (unsigned long i = 0; i < rounds; i++) {
        state = (seed + i) * UINT64_C(0x9e3779b97f4a7c15) + 1;
        for (int warm = 0; warm < 8; warm++)
            pick(2);
        if (getenv("MPRUN_FUZZ_TRACE"))
            fprintf(stderr, "MPRUN_FUZZ_SEED=%lu in %s\n", seed + i, folder);
        play_round();
    }
    print_message("%lu rounds, %zu plans without an error\n", rounds, planned);
    assert_true(rounds < 500 || planned > rounds / 40);
    assert_int_equal(chdir("/"), 0);
    assert_true(mp_fs_remove_tree(folder, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
