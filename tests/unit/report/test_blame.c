/*
 * Blame: tests/data/blame.txt has patterns of failures whose causes are known
 * and what is said of each. Made-up patterns show that what is said is true.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "gherkin/hash.h"
#include "runner/report/blame.h"
#include "tests/support/cases.h"

#define MOST_PLAYS 4096

static void print(const struct mp_blame *blame, FILE *out)
{
    static const char *const kinds[] = {"nothing to say", "causes",
                                        "scattered"};
    fprintf(out, "%s: %zu of %zu combinations, %zu of %zu times%s\n",
            kinds[blame->kind], blame->failed, blame->cases, blame->failures,
            blame->plays, blame->flaky ? ", flaky" : "");
    for (size_t i = 0; i < blame->cause_count; i++) {
        const struct mp_blame_cause *cause = &blame->causes[i];
        fprintf(out, "  %s: %zu of %zu", cause->condition, cause->failed,
                cause->cases);
        if (cause->plays != cause->cases)
            fprintf(out, ", %zu of %zu times", cause->failures, cause->plays);
        fprintf(out, "%s%s", cause->flaky ? ", flaky" : "",
                cause->chance ? ", may be chance" : "");
        if (cause->message)
            fprintf(out, ": %s", cause->message);
        if (cause->messages > 1)
            fprintf(out, " (and %zu others)", cause->messages - 1);
        fprintf(out, "\n");
    }
}

static void play(void *user, const char *name, const char *input, size_t len,
                 FILE *out)
{
    static struct mp_blame_play plays[MOST_PLAYS];
    char *text = strndup(input, len), *save = NULL;
    struct gh_arena arena = {0};
    struct mp_blame blame;
    size_t count = 0;
    (void)user;
    (void)name;
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char *marks = strchr(line, ' ');
        *marks++ = '\0';
        char *message = marks + strcspn(marks, " ");
        for (; marks < message && count < MOST_PLAYS; marks++)
            plays[count++] = (struct mp_blame_play){
                .combination = line,
                .failed = *marks == 'x',
                .flaky = *marks == '~',
                .message = *message ? message + 1 : NULL};
    }
    mp_blame_find(plays, count, &arena, &blame);
    print(&blame, out);
    gh_arena_finish(&arena);
    free(text);
}

static void says_what_is_to_blame(void **state)
{
    (void)state;
    cases_check(MPRUN_SOURCE_DIR "/tests/data/blame.txt", play, NULL);
}

/* Three processes on up to five platforms, failing by chance: the causes hold
 * for every failure, for no pass, and are found in time. */
static void is_never_wrong(void **state)
{
    static struct mp_blame_play plays[MOST_PLAYS];
    static char texts[MOST_PLAYS][128];
    uint64_t seed = 7;
    (void)state;
    for (int round = 0; round < 300; round++) {
        size_t platforms = 2 + gh_hash_next(&seed) % 4, count = 0;
        uint64_t rate = 2 + gh_hash_next(&seed) % 30;
        size_t failed = 0, covered = 0;
        for (size_t a = 0; a < platforms; a++) {
            for (size_t b = 0; b < platforms; b++) {
                for (size_t x = 0; x < platforms; x++) {
                    snprintf(texts[count], sizeof(texts[count]),
                             "[a=p%zu,b=p%zu,x=p%zu]", a, b, x);
                    plays[count] = (struct mp_blame_play){
                        .combination = texts[count],
                        .failed = gh_hash_next(&seed) % rate == 0};
                    failed += plays[count++].failed;
                }
            }
        }
        struct gh_arena arena = {0};
        struct mp_blame blame;
        mp_blame_find(plays, count, &arena, &blame);
        assert_int_equal(blame.failed, failed);
        for (size_t i = 0; i < blame.cause_count; i++) {
            assert_int_equal(blame.causes[i].failed, blame.causes[i].cases);
            covered += blame.causes[i].failed;
        }
        assert_true(blame.kind != MP_BLAME_CAUSES || covered >= failed);
        gh_arena_finish(&arena);
    }
}

/* Four processes on eight platforms: the most that is looked at, at once. */
static void is_found_in_time(void **state)
{
    static struct mp_blame_play plays[MOST_PLAYS];
    static char texts[MOST_PLAYS][128];
    struct gh_arena arena = {0};
    struct mp_blame blame;
    uint64_t seed = 3;
    (void)state;
    for (size_t i = 0; i < MOST_PLAYS; i++) {
        snprintf(texts[i], sizeof(texts[i]), "[a=p%zu,b=p%zu,c=p%zu,d=p%zu]",
                 i % 8, i / 8 % 8, i / 64 % 8, i / 512);
        plays[i] = (struct mp_blame_play){
            .combination = texts[i], .failed = gh_hash_next(&seed) % 50 == 0};
    }
    clock_t start = clock();
    mp_blame_find(plays, MOST_PLAYS, &arena, &blame);
    assert_int_equal(blame.kind, MP_BLAME_SCATTERED);
    /* Twelve on two, half of them fail. */
    for (size_t i = 0; i < MOST_PLAYS; i++) {
        size_t length = 0;
        for (size_t p = 0; p < 12; p++)
            length += (size_t)snprintf(
                texts[i] + length, sizeof(texts[i]) - length, "%c%c=%c",
                p ? ',' : '[', (char)('a' + p), i >> p & 1 ? 'x' : 'y');
        plays[i].failed = gh_hash_next(&seed) % 2 == 0;
    }
    mp_blame_find(plays, MOST_PLAYS, &arena, &blame);
    assert_int_equal(blame.kind, MP_BLAME_SCATTERED);
    assert_int_equal(blame.cases, MOST_PLAYS);
    assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
    gh_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_to_blame),
        cmocka_unit_test(is_never_wrong),
        cmocka_unit_test(is_found_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
