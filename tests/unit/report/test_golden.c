#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/report/play.h"
#include "tests/support/files.h"

/* tests/data/report/NAME.ndjson is a journal; NAME.junit.xml and so on are
 * what each report makes of it. MPRUN_UPDATE_GOLDEN=1 writes them anew. */

#define FOLDER MPRUN_SOURCE_DIR "/tests/data/report/"

static const char *const journals[] = {
    "passed",      "mixed",    "killed", "hostile", "skipped",
    "interrupted", "parallel", "warned", "sources", "broken",
};

struct output {
    const char *suffix, *format;
    bool terminal;
};

static const struct output outputs[] = {
    {"junit.xml", "junit", false},   {"progress.txt", "progress", false},
    {"pretty.txt", "pretty", false}, {"json", "json", false},
    {"rerun.txt", "rerun", false},   {"terminal.txt", "progress", true},
    {"messages", "message", false},
};

/* Of the other reports, what shows them best. */
static const struct {
    const char *journal;
    struct output output;
} more_outputs[] = {
    {"retried", {"junit.xml", "junit", false}},
    {"retried", {"surefire.xml", "junit-surefire", false}},
    {"retried", {"extended.xml", "junit-extended", false}},
    {"differ", {"progress.txt", "progress", false}},
    {"differ", {"terminal.txt", "progress", true}},
    {"late", {"progress.txt", "progress", false}},
    {"differ", {"md", "markdown", false}},
    {"mixed", {"md", "markdown", false}},
    {"hostile", {"md", "markdown", false}},
    {"skipped", {"md", "markdown", false}},
    {"retried", {"md", "markdown", false}},
    {"differ", {"github", "github", false}},
    {"hostile", {"github", "github", false}},
    {"retried", {"github", "github", false}},
    {"examples", {"github", "github", false}},
    {"unused", {"usage", "usage", false}},
    {"mixed", {"usage", "usage", false}},
    {"hostile", {"usage", "usage", false}},
    {"retried", {"usage", "usage", false}},
    {"retried", {"tap", "tap", false}},
    {"mixed", {"tap", "tap", false}},
    {"hostile", {"tap", "tap", false}},
    {"killed", {"tap", "tap", false}},
    {"broken", {"tap", "tap", false}},
    {"broken", {"md", "markdown", false}},
    {"broken", {"github", "github", false}},
    {"mixed", {"surefire.xml", "junit-surefire", false}},
    {"mixed", {"extended.xml", "junit-extended", false}},
};

/* ESC as a visible mark, so that the file can be read and diffed. */
static void show_escapes(struct mp_buf *text)
{
    struct mp_buf shown = {0};
    for (size_t i = 0; i < text->len; i++) {
        if (text->data[i] == '\033')
            mp_buf_append_text(&shown, "\u241b");
        else
            mp_buf_append_char(&shown, text->data[i]);
    }
    mp_buf_finish(text);
    *text = shown;
}

static void check_golden(const char *path, const struct mp_buf *actual)
{
    struct mp_buf expected = {0};
    if (getenv("MPRUN_UPDATE_GOLDEN")) {
        assert_true(save_file(path, mp_buf_text(actual), actual->len));
        return;
    }
    if (!mp_fs_read(path, 1 << 24, &expected))
        fail_msg("%s: cannot be read; MPRUN_UPDATE_GOLDEN=1 makes it", path);
    if (strcmp(mp_buf_text(&expected), mp_buf_text(actual)) != 0) {
        print_error("%s differs from\n%s", path, mp_buf_text(actual));
        fail();
    }
    mp_buf_finish(&expected);
}

static void check_output(const char *journal, const struct output *output)
{
    char path[512];
    snprintf(path, sizeof(path), FOLDER "%s.ndjson", journal);
    struct play play = {
        .options = {.repeat = "mprun -p ci",
                    .artifacts = ".mprun/runs/4f2a",
                    .strict = true,
                    .colour = output->terminal,
                    .is_terminal = output->terminal,
                    .width = 60},
        .ticks = output->terminal,
    };
    play_journal(&play, path, output->format);
    assert_true(play.ok);
    if (output->terminal)
        show_escapes(&play.console);
    snprintf(path, sizeof(path), FOLDER "%s.%s", journal, output->suffix);
    check_golden(path, &play.console);
    mp_buf_finish(&play.console);
}

static void test_outputs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(journals) / sizeof(*journals); i++) {
        for (size_t j = 0; j < sizeof(outputs) / sizeof(*outputs); j++) {
            /* Half a minute of live lines is more than a diff can show. */
            if (!outputs[j].terminal || strcmp(journals[i], "mixed") != 0)
                check_output(journals[i], &outputs[j]);
        }
    }
}

static void test_more_outputs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(more_outputs) / sizeof(*more_outputs); i++)
        check_output(more_outputs[i].journal, &more_outputs[i].output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_outputs),
                                       cmocka_unit_test(test_more_outputs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
