/*
 * What `mprun plan` prints, from a plan made by hand: tests/data/explain.
 * MPRUN_UPDATE_GOLDEN=1 writes what came out; review the difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/plan/explain.h"
#include "tests/support/files.h"

static const struct mp_label c_labels[] = {{"c", MP_LABEL_NAME},
                                           {"linux", MP_LABEL_OS}};

static const struct mp_platform platforms[] = {
    {.name = "c", .labels = c_labels, .label_count = 2},
    {.name = "python"},
    {.name = "js", .unavailable = "node --version: not found"},
};

static const struct mp_config config = {
    .path = "mprun.yaml",
    .platforms = platforms,
    .platform_count = 3,
    .step_timeout_ms = 30000,
};

static const struct mp_platform *const both[] = {&platforms[0], &platforms[1]};

static const struct mp_process processes[] = {
    {.name = "reader",
     .member_count = 1,
     .platforms = both,
     .platform_count = 2},
    {.name = "writer",
     .member_count = 2,
     .platforms = both,
     .platform_count = 2},
};

static const struct mp_member members[] = {
    {.name = "reader", .group = "reader", .process = 0, .group_size = 1},
    {.name = "writer", .group = "writer", .process = 1, .group_size = 1},
    {.name = "writer#2", .group = "writer", .process = 1, .group_size = 1},
};

static const struct gh_str cells[] = {
    {"id", 2}, {"size", 4}, {"1", 1}, {"9", 1}};
static const struct gh_table table = {2, 2, cells};
static const struct gh_doc_string doc_string = {{"a \"b\"\n", 6},
                                                {"text/plain", 10}};
static const size_t reader[] = {0}, writer[] = {1}, second[] = {2},
                    everybody[] = {0, 1};

static const struct mp_step steps[] = {
    {.keyword = "Given ",
     .text = "the 'reader' process listens",
     .type = "given",
     .at = {4, 5},
     .background = true,
     .sent = "listens",
     .targets = reader,
     .target_count = 1,
     .ensured = reader,
     .ensured_count = 1,
     .rule = "the",
     .timeout_ms = 30000},
    {.keyword = "And ",
     .text = "a second 'writer' process connects",
     .type = "given",
     .at = {8, 5},
     .sent = "a second 'writer' process connects",
     .targets = second,
     .target_count = 1,
     .ensured = second,
     .ensured_count = 1,
     .rule = "another",
     .timeout_ms = 30000,
     .table = &table},
    {.keyword = "When ",
     .text = "these bytes are sent:",
     .type = "when",
     .at = {11, 5},
     .sent = "these bytes are sent:",
     .targets = second,
     .target_count = 1,
     .rule = "previous",
     .timeout_ms = 5000,
     .doc_string = &doc_string},
    {.keyword = "And ",
     .text = "the 'writer' process is killed",
     .type = "when",
     .at = {15, 5},
     .action = MP_ACTION_KILL,
     .targets = writer,
     .target_count = 1,
     .rule = "built-in"},
    {.keyword = "And ",
     .text = "2 seconds pass",
     .type = "when",
     .at = {16, 5},
     .action = MP_ACTION_WAIT,
     .rule = "built-in",
     .wait_ms = 2000},
    {.keyword = "Then ",
     .text = "within 5s all processes report 3 peers",
     .type = "then",
     .at = {17, 5},
     .sent = "report 3 peers",
     .targets = everybody,
     .target_count = 2,
     .rule = "all",
     .timeout_ms = 30000,
     .within_ms = 5000},
};

static const struct mp_tag tags[] = {
    {"@ipc", GH_LEVEL_FEATURE},
    {"@timeout:5s", GH_LEVEL_SCENARIO},
};
static const char *const locks[] = {"port"};
static const char *const notes[] = {
    "@timeout:5s displaces @timeout:9s of the feature"};

static const struct mp_scenario first = {
    .uri = "features/ipc.feature",
    .feature = "Frames",
    .rule = "",
    .name = "A frame arrives",
    .scenario_name = "A frame arrives",
    .language = "en",
    .at = {7, 3},
    .scenario_at = {7, 3},
    .ordinal = 1,
    .tags = tags,
    .tag_count = 2,
    .processes = processes,
    .process_count = 2,
    .members = members,
    .member_count = 3,
    .steps = steps,
    .step_count = 6,
    .timeout_ms = 60000,
    .retries = 2,
    .serial = true,
    .locks = locks,
    .lock_count = 1,
    .notes = notes,
    .note_count = 1,
};

static const struct mp_scenario row = {
    .uri = "features/ipc.feature",
    .feature = "Frames",
    .rule = "Large ones",
    .name = "A frame of 9 bytes",
    .scenario_name = "A frame of <n> bytes",
    .at = {30, 7},
    .scenario_at = {25, 3},
    .ordinal = 2,
    .examples_number = 1,
    .row_number = 1,
};

static const struct mp_platform *const rows[][2] = {
    {&platforms[0], &platforms[0]},
    {&platforms[0], &platforms[1]},
    {&platforms[2], &platforms[1]},
};

#define CASE(number_, row_, combination_, skip_)                               \
    {                                                                          \
        .scenario = &first, .platforms = rows[row_], .number = number_,        \
        .combination = combination_,                                           \
        .id = "features/ipc.feature:7" combination_,                           \
        .key = "features/ipc.feature//A frame arrives/1.0.0" combination_,     \
        .scenario_id = "ipc-1-" #number_, .skip = skip_                        \
    }

/* In random order, as --order random makes it. */
static const struct mp_case cases[] = {
    CASE(2, 1, "[reader=c,writer=python]", NULL),
    CASE(1, 0, "[reader=c,writer=c]", NULL),
    CASE(3, 2, "[reader=js,writer=python]",
         "js is not available: node --version: not found"),
};

static const struct mp_left_out left_out[] = {
    {"features/ipc.feature:25", "--tags"},
};

static void fill(struct mp_plan *plan, const struct mp_scenario **scenarios)
{
    scenarios[0] = &first;
    scenarios[1] = &row;
    *plan = (struct mp_plan){.scenarios = scenarios,
                             .scenario_count = 2,
                             .cases = cases,
                             .case_count = 3,
                             .left_out = left_out,
                             .left_out_count = 1};
}

static void check(const char *name, const struct mp_buf *given)
{
    struct mp_buf path = {0}, expected = {0};
    mp_buf_format(&path, "%s/tests/data/explain/%s", MPRUN_SOURCE_DIR, name);
    mp_fs_read(path.data, 1 << 20, &expected);
    bool same = !strcmp(mp_buf_text(&expected), mp_buf_text(given));
    if (!same && getenv("MPRUN_UPDATE_GOLDEN"))
        same = save_file(path.data, given->data, given->len);
    if (!same)
        fprintf(stderr, "%s:\n%s", name, mp_buf_text(given));
    mp_buf_finish(&path);
    mp_buf_finish(&expected);
    assert_true(same);
}

static void prints_text(void **state)
{
    const struct mp_scenario *scenarios[2];
    struct mp_plan plan;
    struct mp_buf out = {0};
    (void)state;
    fill(&plan, scenarios);
    mp_explain_text(&plan, &config, false, &out);
    check("plan.txt", &out);
    mp_buf_reset(&out);
    mp_explain_text(&plan, &config, true, &out);
    check("plan-verbose.txt", &out);
    mp_buf_finish(&out);
}

static void prints_a_list(void **state)
{
    const struct mp_scenario *scenarios[2];
    struct mp_plan plan;
    struct mp_buf out = {0};
    (void)state;
    fill(&plan, scenarios);
    mp_explain_list(&plan, &out);
    assert_string_equal(out.data,
                        "features/ipc.feature:7[reader=c,writer=python]\n"
                        "features/ipc.feature:7[reader=c,writer=c]\n"
                        "features/ipc.feature:7[reader=js,writer=python]\n");
    mp_buf_finish(&out);
}

static void prints_json(void **state)
{
    const struct mp_scenario *scenarios[2];
    struct mp_plan plan;
    struct mp_buf out = {0};
    (void)state;
    fill(&plan, scenarios);
    mp_explain_json(&plan, &config, &out);
    check("plan.json", &out);
    mp_buf_finish(&out);
}

static void prints_an_empty_plan(void **state)
{
    struct mp_plan plan = {0};
    struct mp_config none = {.path = "mprun.yaml"};
    struct mp_buf out = {0};
    (void)state;
    mp_explain_text(&plan, &none, false, &out);
    assert_string_equal(out.data, "0 features, 0 scenarios, 0 cases\n");
    mp_buf_reset(&out);
    mp_explain_json(&plan, &none, &out);
    assert_string_equal(out.data,
                        "{\"version\":1,\"config\":\"mprun.yaml\",\"plan\":"
                        "\"0000000000000000\","
                        "\"platforms\":[],\"scenarios\":[],\"cases\":[],"
                        "\"leftOut\":[]}\n");
    mp_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_text),
        cmocka_unit_test(prints_a_list),
        cmocka_unit_test(prints_json),
        cmocka_unit_test(prints_an_empty_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
