#include "tests/unit/rpc/cases.h"

#include "runner/rpc/log.h"

static const struct {
    const char *line;
    const char *level;
    const char *time;
} prefix_table[] = {
    {"", NULL, ""},
    {"plain text", NULL, ""},
    {"[DEBUG] Creating buffer", "debug", ""},
    {"[INFO] Buffer", "info", ""},
    {"[2024-01-01 10:00:00.123] Writing", NULL, "2024-01-01 10:00:00.123"},
    {"[2024-01-01 10:00:00.123] [WARN] x", "warn", "2024-01-01 10:00:00.123"},
    {"[error] [10:00:00] x", "error", "10:00:00"},
    {"2024-01-01T10:00:00Z WARN low", "warn", "2024-01-01T10:00:00Z"},
    {"2024-01-01T10:00:00+02:00 x", NULL, "2024-01-01T10:00:00+02:00"},
    {"2024-01-01 10:00:00,123 ERROR x", "error", "2024-01-01 10:00:00,123"},
    {"10:00:00.5 x", NULL, "10:00:00.5"},
    {"  [Warning ] x", "warn", ""},
    {"WARNING: x", "warn", ""},
    {"warning: x", "warn", ""},
    {"ERROR x", "error", ""},
    {"error in the frame", NULL, ""},
    {"Information about x", NULL, ""},
    {"INFORMATION x", "info", ""},
    {"[CRITICAL] x", "error", ""},
    {"[writer] [INFO] x", NULL, ""},
    {"[INFO", NULL, ""},
    {"[] x", NULL, ""},
    {"INFO", NULL, ""},
    {"2024-01-01 x", NULL, ""},
    {"2024-13", NULL, ""},
    {"[DEBUG] [ERROR] x", "debug", ""},
    {"[DEBUG][10:00:00][ERROR][11:00:00][x", "debug", "10:00:00"},
};

static void prefixes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof prefix_table / sizeof *prefix_table; i++) {
        const char *line = prefix_table[i].line, *level;
        // Without a NUL behind it, so that reading past it is found.
        size_t length = strlen(line);
        char *copy = malloc(length ? length : 1);
        struct gh_str time, text = {copy, length};
        assert_non_null(copy);
        memcpy(copy, line, length);
        mp_log_prefix(text, &level, &time);
        if (!gh_str_equal(time, gh_str_of(prefix_table[i].time)) ||
            !level != !prefix_table[i].level ||
            (level && strcmp(level, prefix_table[i].level)))
            fail_msg("\"%s\" gave level %s, time \"%.*s\"", line,
                     level ? level : "none", GH_STR_ARG(time));
        free(copy);
    }
}

static void levels(void **state)
{
    (void)state;
    assert_string_equal(mp_log_level(gh_str_of("Warning")), "warn");
    assert_string_equal(mp_log_level(gh_str_of("TRACE")), "trace");
    assert_null(mp_log_level(gh_str_of("warn2")));
    assert_null(mp_log_level((struct gh_str){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes),
        cmocka_unit_test(levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
