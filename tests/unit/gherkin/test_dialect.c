#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/dialect.h"

static void test_find(void **state)
{
    (void)state;
    size_t count;
    const struct gh_dialect *all = gh_dialect_all(&count);
    assert_true(count >= 80);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(gh_dialect_find(gh_str_of(all[i].code)), &all[i]);
    static const char *const unknown[] = {"", "e", "EN", "en-", "zz", "enx"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
        assert_null(gh_dialect_find(gh_str_of(unknown[i])));
}

static void test_guess(void **state)
{
    (void)state;
    static const struct {
        const char *code, *meant;
    } cases[] = {
        {"de-DE", "de"},    {"DE", "de"},       {"de_AT", "de"},
        {"German", "de"},   {"français", "fr"}, {"zh-cn", "zh-CN"},
        {"zh", "zh-CN"},    {"sr", "sr-Cyrl"},  {"sr-Latn-RS", "sr-Latn"},
        {"es-419", "es"},   {"en-US", "en"},    {"no-such", NULL},
        {"klingon", "tlh"}, {"", NULL},         {"-", NULL},
        {"xx-YY", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct gh_dialect *found =
            gh_dialect_guess(gh_str_of(cases[i].code));
        if (!cases[i].meant)
            assert_null(found);
        else
            assert_string_equal(found->code, cases[i].meant);
    }
}

/* Each keyword of each language is found, or a longer one of the same start
 * (no language has one that is longer and not of the line). */
static void test_every_keyword(void **state)
{
    (void)state;
    size_t count;
    const struct gh_dialect *all = gh_dialect_all(&count);
    struct gh_keyword_index index = {0};
    for (size_t i = 0; i < count; i++) {
        gh_dialect_index(&index, &all[i]);
        for (unsigned k = 0; k < all[i].count; k++) {
            const struct gh_keyword *keyword = &all[i].keywords[k];
            bool title = keyword->type == GH_KEYWORD_NONE;
            char line[128];
            int len = snprintf(line, sizeof(line), "%s%s", keyword->text,
                               title ? ":" : "x");
            assert_int_equal(keyword->len, len - 1);
            const struct gh_keyword *found =
                gh_dialect_match(&index, line, (size_t)len, keyword->tokens);
            assert_ptr_equal(found, keyword);
        }
    }
}

static void test_token(void **state)
{
    (void)state;
    struct gh_keyword_index index = {0};
    gh_dialect_index(&index, gh_dialect_find(gh_str_of("en")));
    const struct gh_keyword *given =
        gh_dialect_match(&index, "Given x", 7, ~0u);
    assert_int_equal(gh_dialect_token(given, ~0u), GH_TOKEN_STEP);
    assert_int_equal(given->type, GH_KEYWORD_CONTEXT);
    assert_null(gh_dialect_match(&index, "Given", 5, ~0u));
    assert_null(gh_dialect_match(&index, "Scenario", 8, ~0u));
    assert_null(gh_dialect_match(&index, "Scenario:", 9, 1u << GH_TOKEN_STEP));
    const struct gh_keyword *outline =
        gh_dialect_match(&index, "Scenario Outline:", 17, ~0u);
    assert_int_equal(gh_dialect_token(outline, ~0u), GH_TOKEN_SCENARIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_guess),
        cmocka_unit_test(test_every_keyword),
        cmocka_unit_test(test_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
