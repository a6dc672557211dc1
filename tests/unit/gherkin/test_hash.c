#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gherkin/hash.h"

static uint64_t of(const char *text)
{
    return gh_hash_str(GH_HASH_START, gh_str_of(text));
}

/* The values that the authors of FNV and splitmix64 publish. */
static void test_published_values(void **state)
{
    (void)state;
    assert_true(of("") == UINT64_C(0xcbf29ce484222325));
    assert_true(of("a") == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(of("foobar") == UINT64_C(0x85944171f73967e8));
    uint64_t random = 0;
    assert_true(gh_hash_next(&random) == UINT64_C(0xe220a8397b1dcdaf));
    assert_true(gh_hash_next(&random) == UINT64_C(0x6e789e6aa1b965f4));
}

static void test_pieces(void **state)
{
    (void)state;
    uint64_t hash = gh_hash_byte(of("foo"), 'b');
    assert_true(gh_hash_str(hash, gh_str_of("ar")) == of("foobar"));
    assert_true(of("\xff") == gh_hash_byte(GH_HASH_START, 0xff));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_values),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
