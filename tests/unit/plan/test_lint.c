#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "runner/plan/lint.h"
#include "tests/support/cases.h"

static const struct mp_process_config known[] = {
    {.name = "writer", .count = 1},
    {.name = "reader", .count = 1},
    {.name = "node", .count = 5},
};

/* A name that begins with "CLOSED" has the list of processes above. */
static void on_case(void *user, const char *name, const char *input, size_t len,
                    FILE *out)
{
    (void)user;
    struct mp_config config = mp_lint_default_config();
    if (!strncmp(name, "CLOSED", 6)) {
        config.closed_processes = true;
        config.processes = known;
        config.process_count = sizeof(known) / sizeof(*known);
    }
    struct mp_errors errors = {0};
    struct mp_patterns patterns;
    struct gh_findings findings = {0};
    struct gh_document *document = gh_document_parse("x.feature", input, len);
    assert_true(mp_patterns_init(&patterns, &config, &errors));
    mp_lint_steps(document, &config, &patterns, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const struct gh_finding *finding = &findings.list[i];
        fprintf(out, "%u:%u: %s: %s [%s]\n", finding->at.line,
                finding->at.column, gh_lint_severity_name(finding->severity),
                finding->text, finding->rule);
    }
    gh_lint_finish(&findings);
    mp_patterns_finish(&patterns);
    mp_errors_finish(&errors);
    gh_document_destroy(document);
}

static void test_rules(void **state)
{
    (void)state;
    const char *path = MPRUN_SOURCE_DIR "/tests/data/plan/lint.cases";
    assert_true(cases_check(path, on_case, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
