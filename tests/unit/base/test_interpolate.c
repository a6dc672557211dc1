/* ${NAME} and its forms, for both passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/interpolate.h"

static const char *lookup(void *context, const char *name)
{
    static const char *const table[][2] = {
        {"HOME", "/home/ada"}, {"EMPTY", ""}, {"PRICE", "$$5 or ${HOME}"},
        {"case.number", "7"},  {"slot", "2"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (!strcmp(table[i][0], name))
            return table[i][1];
    }
    return NULL;
}

struct example {
    const char *text;
    const char *out;   /* NULL: a fault */
    const char *fault; /* NULL: none */
};

static void check(const struct example *examples, size_t count, bool keep_case)
{
    for (size_t i = 0; i < count; i++) {
        struct mp_buf out = {0}, fault = {0};
        bool ok = mp_interpolate(examples[i].text, keep_case, lookup, NULL,
                                 &out, &fault);
        assert_string_equal(mp_buf_text(&fault),
                            examples[i].fault ? examples[i].fault : "");
        assert_int_equal(ok, !examples[i].fault);
        if (examples[i].out)
            assert_string_equal(mp_buf_text(&out), examples[i].out);
        mp_buf_finish(&out);
        mp_buf_finish(&fault);
    }
}

static void expands_once(void **state)
{
    static const struct example examples[] = {
        {"", "", NULL},
        {"plain", "plain", NULL},
        {"${HOME}/x", "/home/ada/x", NULL},
        {"a$b $ {x} $", "a$b $ {x} $", NULL},
        {"$$${HOME}$$", "$/home/ada$", NULL},
        {"$${HOME}", "${HOME}", NULL},
        {"${EMPTY}", "", NULL},
        {"${EMPTY:-x}${NONE:-y z}", "xy z", NULL},
        {"${HOME:-x}", "/home/ada", NULL},
        {"${NONE:-}", "", NULL},
        {"${NONE:-${HOME}/b}", "/home/ada/b", NULL},
        {"${NONE:-${EMPTY:-${HOME}}}", "/home/ada", NULL},
        {"${PRICE}", "$$5 or ${HOME}", NULL},
        {"buf-${case.number}-${slot}", "buf-7-2", NULL},
    };
    (void)state;
    check(examples, sizeof(examples) / sizeof(*examples), false);
}

static void tells_every_fault(void **state)
{
    static const struct example examples[] = {
        {"${NONE}", NULL, "${NONE} is not set"},
        {"${A} and ${B}", NULL, "${A} is not set; ${B} is not set"},
        {"${DB:?start it with make db}", NULL,
         "${DB} is not set: start it with make db"},
        {"${DB:?}", NULL, "${DB} is not set"},
        {"${EMPTY:?say}", NULL, "${EMPTY} is not set: say"},
        {"x ${HOME", NULL,
         "${ is not closed: a } is missing ($$ writes a dollar sign)"},
        {"${A:-${B}", NULL,
         "${ is not closed: a } is missing ($$ writes a dollar sign)"},
        {"${1}", NULL,
         "${1} cannot be read: ${NAME}, ${NAME:-default} and "
         "${NAME:?message} can"},
        {"${}", NULL,
         "${} cannot be read: ${NAME}, ${NAME:-default} and "
         "${NAME:?message} can"},
        {"${HOME-x}", NULL,
         "${HOME-x} cannot be read: ${NAME}, ${NAME:-default} and "
         "${NAME:?message} can"},
    };
    (void)state;
    check(examples, sizeof(examples) / sizeof(*examples), false);
}

/* What the first pass puts in must come out of the second unchanged. */
static void leaves_the_case_for_the_second_pass(void **state)
{
    static const struct example examples[] = {
        {"${HOME}-${case.number}", "/home/ada-${case.number}", NULL},
        {"${slot}${seed}${run.id:-x}", "${slot}${seed}${run.id:-x}", NULL},
        {"$$HOME", "$$HOME", NULL},
        {"${PRICE}", "$$$$5 or $${HOME}", NULL},
    };
    (void)state;
    check(examples, sizeof(examples) / sizeof(*examples), true);

    struct mp_buf first = {0}, second = {0}, fault = {0};
    assert_true(
        mp_interpolate("${PRICE} $$", true, lookup, NULL, &first, &fault));
    assert_true(mp_interpolate(mp_buf_text(&first), false, lookup, NULL,
                               &second, &fault));
    assert_string_equal(mp_buf_text(&second), "$$5 or ${HOME} $");
    mp_buf_finish(&first);
    mp_buf_finish(&second);
    mp_buf_finish(&fault);
}

static void limits_nesting(void **state)
{
    (void)state;
    struct mp_buf text = {0}, out = {0}, fault = {0};
    for (int i = 0; i < 2000; i++)
        mp_buf_append_text(&text, "${A:-");
    for (int i = 0; i < 2000; i++)
        mp_buf_append_text(&text, "}");
    assert_false(
        mp_interpolate(mp_buf_text(&text), false, lookup, NULL, &out, &fault));
    assert_non_null(strstr(mp_buf_text(&fault), "is nested too deep"));
    mp_buf_finish(&text);
    mp_buf_finish(&out);
    mp_buf_finish(&fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expands_once),
        cmocka_unit_test(tells_every_fault),
        cmocka_unit_test(leaves_the_case_for_the_second_pass),
        cmocka_unit_test(limits_nesting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
