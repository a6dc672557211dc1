/*
 * The variables of engines: tests/data/shard/engines.txt has what is set and
 * what it means.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runner/cli/engines.h"
#include "tests/support/cases.h"

#define MOST_VARIABLES 16

static void play(void *user, const char *name, const char *input, size_t len,
                 FILE *out)
{
    char *text = strndup(input, len), *save = NULL;
    char *environment[MOST_VARIABLES + 1] = {NULL};
    size_t count = 0;
    bool every = true;
    struct mp_errors errors = {0};
    struct mp_engine_shard found;
    (void)user;
    (void)name;
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        if (!strcmp(line, "only own"))
            every = false;
        else if (count < MOST_VARIABLES)
            environment[count++] = line;
    }
    bool ok = mp_engines_find(environment, every, &found, &errors);
    assert_int_equal(ok, !errors.error_count);
    for (size_t i = 0; i < errors.count; i++)
        fprintf(out, "%s\n", errors.list[i].text);
    if (ok && found.engine)
        fprintf(out, "%s %zu/%zu\n", found.engine, found.index, found.total);
    else if (ok)
        fprintf(out, "none\n");
    if (ok && found.feedback)
        fprintf(out, "touches %s\n", found.feedback);
    if (ok && found.series)
        fprintf(out, "of the series %s\n", found.series);
    mp_errors_finish(&errors);
    free(text);
}

static void finds_the_shard(void **state)
{
    (void)state;
    cases_check(MPRUN_SOURCE_DIR "/tests/data/shard/engines.txt", play, NULL);
}

static void reads_pairs(void **state)
{
    static const char *const right[] = {"1/1", "2/8", "100000/100000"};
    static const char *const wrong[] = {
        "",     "/",     "1",    "0/1", "2/1",      "1/0",
        "-1/2", "1/2/3", "1/ 2", "a/b", "1/100001", "1/99999999999"};
    size_t index, total;
    (void)state;
    for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++)
        assert_true(mp_engines_read_pair(right[i], &index, &total));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_false(mp_engines_read_pair(wrong[i], &index, &total));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_shard),
        cmocka_unit_test(reads_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
