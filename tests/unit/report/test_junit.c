#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "gherkin/utf8.h"
#include "tests/unit/report/hostile.h"
#include "tests/support/files.h"

/* All dialects of JUnit are well-formed and valid, whatever the journal holds:
 * xmllint judges. The schemas are not in this tree. */

#define SCHEMAS MPRUN_SHARED "/conformance/junit-xml/"

static const struct {
    const char *format, *schema; /* NULL: there is none */
} dialects[] = {
    {"junit", SCHEMAS "jenkins-junit.xsd"},
    {"junit-surefire", SCHEMAS "surefire-test-report-3.0.2.xsd"},
    {"junit-extended", NULL},
};
#define DIALECT_COUNT (sizeof(dialects) / sizeof(*dialects))

/* 127: there is no xmllint. */
static int run_xmllint(const char *xml, const char *schema)
{
    const char *arguments[] = {"xmllint", "--noout", "--huge", NULL,
                               NULL,      NULL,      NULL};
    size_t count = 3;
    int status = 0;
    if (schema) {
        arguments[count++] = "--schema";
        arguments[count++] = schema;
    }
    arguments[count] = xml;
    pid_t pid;
    if (posix_spawnp(&pid, "xmllint", NULL, NULL, (char **)arguments, environ))
        return 127;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* NULL: everything needed is here. */
static const char *what_is_missing(void)
{
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        if (dialects[i].schema && !mp_fs_exists(dialects[i].schema))
            return dialects[i].schema;
    }
    return run_xmllint(dialects[0].schema, NULL) == 127 ? "xmllint" : NULL;
}

static void check_xml(const struct mp_buf *text, size_t dialect)
{
    const char *schema = dialects[dialect].schema;
    char path[] = "/tmp/mprun-junit-XXXXXX";
    close(mkstemp(path));
    assert_true(save_file(path, mp_buf_text(text), text->len));
    if (schema && !mp_fs_exists(schema))
        schema = NULL;
    int status = run_xmllint(path, schema);
    unlink(path);
    assert_true(status == 0 || status == 127);
}

static void check_characters(const struct mp_buf *text)
{
    assert_int_equal(gh_utf8_valid(text->data, text->len), text->len);
    for (size_t i = 0; i < text->len; i++) {
        unsigned char byte = (unsigned char)text->data[i];
        assert_true(byte >= 0x20 || byte == '\n' || byte == '\t');
    }
}

static void test_hostile_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        struct play play = {.options = {.strict = i != 1}};
        hostile_play(&play, dialects[i].format, true);
        check_characters(&play.console);
        check_xml(&play.console, i);
        mp_buf_finish(&play.console);
    }
}

static void test_journals(void **state)
{
    static const char *const names[] = {
        "passed",  "mixed",    "killed", "hostile", "skipped", "interrupted",
        "retried", "parallel", "warned", "scripts", "empty",   "begun",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        for (size_t j = 0; j < DIALECT_COUNT; j++) {
            char path[512];
            struct play play = {0};
            snprintf(path, sizeof(path),
                     MPRUN_SOURCE_DIR "/tests/data/report/%s.ndjson", names[i]);
            play_journal(&play, path, dialects[j].format);
            check_xml(&play.console, j);
            mp_buf_finish(&play.console);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_texts),
        cmocka_unit_test(test_journals),
    };
    const char *missing = what_is_missing();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (failed || !missing)
        return failed;
    printf("%s is not here: validity not checked\n", missing);
    return 77;
}
