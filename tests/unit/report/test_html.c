#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <cjson/cJSON.h>

#include "runner/report/page.h"
#include "tests/unit/report/play.h"

/* The page fetches nothing, no text of the run can leave its block, and its
 * list of cases says what the json report says. */

#define FOLDER MPRUN_SOURCE_DIR "/tests/data/report/"

static const char *const journals[] = {
    "passed",      "mixed",    "killed", "hostile", "skipped", "scripts",
    "interrupted", "parallel", "warned", "begun",   "empty",
};
#define JOURNAL_COUNT (sizeof(journals) / sizeof(*journals))

static char *render(const char *name, const char *format)
{
    char path[512];
    struct play play = {.options = {.repeat = "mprun -p ci", .strict = true}};
    snprintf(path, sizeof(path), FOLDER "%s.ndjson", name);
    play_journal(&play, path, format);
    assert_true(play.ok);
    return play.console.data; /* the caller's */
}

/* The text of the block, NULL: there is none; freed by the caller. */
static char *cut_block(const char *page, const char *id)
{
    char start[96];
    snprintf(start, sizeof(start),
             "<script type=\"application/json\" id=\"%s\">", id);
    const char *at = strstr(page, start);
    if (!at)
        return NULL;
    at += strlen(start);
    const char *end = strstr(at, "</script>");
    assert_non_null(end);
    struct mp_buf text = {0};
    mp_buf_append(&text, at, (size_t)(end - at));
    assert_null(strchr(mp_buf_text(&text), '<'));
    return text.data;
}

static cJSON *parse_block(const char *page, const char *id)
{
    char *text = cut_block(page, id);
    assert_non_null(text);
    cJSON *json = cJSON_Parse(text);
    if (!json)
        fail_msg("block %s is no JSON: %s", id, text);
    gh_free(text);
    return json;
}

/* Each member of one is a member of the other, and the same. */
static void assert_has_all(const cJSON *page, const cJSON *report)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, report)
    {
        /* They stand in the case's own block. */
        if (!strcmp(member->string, "processes") ||
            !strcmp(member->string, "states"))
            continue;
        const cJSON *other = cJSON_GetObjectItem(page, member->string);
        if (!other || !cJSON_Compare(other, member, true))
            fail_msg("the page has another %s than the json report",
                     member->string);
    }
}

static void assert_block(const cJSON *block, const cJSON *told)
{
    const cJSON *attempts = cJSON_GetObjectItem(block, "attempts");
    const cJSON *states = cJSON_GetObjectItem(told, "states");
    assert_non_null(cJSON_GetObjectItem(block, "repeat"));
    assert_int_equal(cJSON_GetArraySize(attempts),
                     cJSON_GetObjectItem(told, "attempts")->valueint);
    const cJSON *last = cJSON_GetArrayItem(attempts, 0);
    if (states)
        assert_true(
            cJSON_Compare(cJSON_GetObjectItem(last, "states"), states, true));
}

static void assert_same(const char *page, const char *report)
{
    cJSON *run = parse_block(page, "run"), *cases = parse_block(page, "cases");
    cJSON *all = cJSON_Parse(report);
    assert_non_null(all);
    assert_has_all(cJSON_GetObjectItem(run, "run"),
                   cJSON_GetObjectItem(all, "run"));
    assert_true(cJSON_Compare(cJSON_GetObjectItem(run, "counts"),
                              cJSON_GetObjectItem(all, "counts"), true));
    const cJSON *told = cJSON_GetObjectItem(all, "cases");
    int count = cJSON_GetArraySize(told);
    assert_int_equal(count, cJSON_GetArraySize(cases));
    for (int i = 0; i < count; i++) {
        const cJSON *item = cJSON_GetArrayItem(cases, i);
        char id[64];
        assert_has_all(item, cJSON_GetArrayItem(told, i));
        snprintf(id, sizeof(id), "case-%d",
                 cJSON_GetObjectItem(item, "number")->valueint);
        cJSON *block = parse_block(page, id);
        assert_block(block, cJSON_GetArrayItem(told, i));
        cJSON_Delete(block);
    }
    cJSON_Delete(run);
    cJSON_Delete(cases);
    cJSON_Delete(all);
}

static void test_same_as_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < JOURNAL_COUNT; i++) {
        char *page = render(journals[i], "html");
        char *report = render(journals[i], "json");
        assert_same(page, report);
        gh_free(page);
        gh_free(report);
    }
}

/* What the page is apart from the data. */
static void test_nothing_outside(void **state)
{
    static const char *const outward[] = {"http:",   "https:",  "<link",
                                          "@import", "url(",    "innerHTML",
                                          "eval(",   "<iframe", "src=\""};
    (void)state;
    struct mp_buf text = {0};
    mp_buf_append(&text, mp_page_head, mp_page_head_bytes);
    mp_buf_append(&text, mp_page_tail, mp_page_tail_bytes);
    for (size_t i = 0; i < sizeof(outward) / sizeof(*outward); i++) {
        if (strstr(text.data, outward[i]))
            fail_msg("the page has '%s'", outward[i]);
    }
    assert_non_null(strstr(text.data, "default-src 'none'; script-src "
                                      "'sha256-"));
    assert_null(strstr(text.data, "unsafe-inline"));
    mp_buf_finish(&text);
}

/* Blocks and the page's own script, and no other. */
static void test_scripts_are_text(void **state)
{
    (void)state;
    char *page = render("scripts", "html");
    size_t scripts = 0;
    for (const char *at = page; (at = strstr(at, "<script")); at++)
        scripts++;
    assert_int_equal(scripts, 5);
    /* A file that a journal names is not read but in the run's folder. */
    cJSON *block = parse_block(page, "case-1");
    const cJSON *attempt =
        cJSON_GetArrayItem(cJSON_GetObjectItem(block, "attempts"), 0);
    const cJSON *attached;
    size_t named = 0;
    cJSON_ArrayForEach(attached, cJSON_GetObjectItem(attempt, "attachments"))
    {
        if (!cJSON_GetObjectItem(attached, "path"))
            continue;
        named++;
        assert_null(cJSON_GetObjectItem(attached, "body"));
    }
    assert_int_equal(named, 1);
    cJSON_Delete(block);
    gh_free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_json),
        cmocka_unit_test(test_nothing_outside),
        cmocka_unit_test(test_scripts_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
