#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/parameter_type.h"
#include "gherkin/expression_parser.h"
#include "gherkin/regex.h"
#include "tests/support/golden.h"

#define MOST_REGEXPS 4

static const char *const node_names[] = {
    [GH_EXPRESSION_NODE_EXPRESSION] = "expression",
    [GH_EXPRESSION_NODE_ALTERNATION] = "alternation",
    [GH_EXPRESSION_NODE_ALTERNATIVE] = "alternative",
    [GH_EXPRESSION_NODE_OPTIONAL] = "optional",
    [GH_EXPRESSION_NODE_PARAMETER] = "parameter",
    [GH_EXPRESSION_NODE_TEXT] = "text",
};

struct fixture {
    struct gh_parameter_types *types;
    struct gh_expression *expression;
};

static void finish(struct fixture *f)
{
    gh_expression_destroy(f->expression);
    gh_parameter_type_registry_destroy(f->types);
    memset(f, 0, sizeof(*f));
}

static void begin(struct fixture *f)
{
    finish(f);
    f->types = gh_parameter_type_registry_create();
}

static void set_expression(struct fixture *f, const char *source, bool is_regex,
                           FILE *out)
{
    char error[1024];
    gh_expression_destroy(f->expression);
    f->expression =
        is_regex
            ? gh_expression_create_regex(source, f->types, error, sizeof(error))
            : gh_expression_create(source, f->types, error, sizeof(error));
    if (!f->expression) {
        fprintf(out, "%s\n", error);
        return;
    }
    assert_string_equal(gh_expression_source(f->expression), source);
    assert_int_equal(gh_expression_is_regex(f->expression), is_regex);
    if (is_regex)
        fprintf(out, "%zu arguments\n",
                gh_expression_argument_count(f->expression));
    else
        fprintf(out, "%s\n", gh_expression_regex_source(f->expression));
}

/* "name = regexp ; regexp" */
static void add_type(struct fixture *f, const char *value, FILE *out)
{
    char error[512], copy[256];
    const char *regexps[MOST_REGEXPS];
    struct gh_parameter_type type = {
        .name = copy, .regexps = regexps, .user = f};
    snprintf(copy, sizeof(copy), "%s", value);
    const char *separator = " = ";
    for (char *next = copy; (next = strstr(next, separator));) {
        *next = '\0';
        next += 3;
        assert_true(type.regexp_count < MOST_REGEXPS);
        regexps[type.regexp_count++] = next;
        separator = " ; ";
    }
    if (!gh_parameter_type_add(f->types, &type, error, sizeof(error)))
        fprintf(out, "%s\n", error);
    else
        assert_ptr_equal(
            gh_parameter_type_find(f->types, gh_str_of(copy))->user, f);
}

static void print_node(const struct gh_expression_node *node, int depth,
                       FILE *out)
{
    fprintf(out, "%*s%s %zu-%zu", 2 * depth, "", node_names[node->type],
            node->start, node->end);
    if (node->text.len)
        fprintf(out, " \"%.*s\"", GH_STR_ARG(node->text));
    fputs("\n", out);
    for (node = node->first; node; node = node->next)
        print_node(node, depth + 1, out);
}

static void print_tree(const struct fixture *f, FILE *out)
{
    struct gh_arena arena = {0};
    struct gh_expression_report report = {gh_expression_source(f->expression),
                                          NULL, 0};
    const struct gh_expression_node *root =
        gh_expression_parser_parse(&report, &arena);
    assert_non_null(root);
    print_node(root, 0, out);
    gh_arena_finish(&arena);
}

static void print_place(const struct gh_group *group, FILE *out)
{
    if (!group->text.ptr) {
        fputs("-", out);
        return;
    }
    fprintf(out, "%zu-%zu", group->start, group->end);
    if (group->start != group->start_byte || group->end != group->end_byte)
        fprintf(out, " (bytes %zu-%zu)", group->start_byte, group->end_byte);
    fprintf(out, " [%.*s]", GH_STR_ARG(group->text));
}

static void print_children(const struct gh_group *group, int depth, FILE *out)
{
    for (size_t i = 0; i < group->child_count; i++) {
        fprintf(out, "%*s", 2 * depth, "");
        print_place(&group->children[i], out);
        fputs("\n", out);
        print_children(&group->children[i], depth + 1, out);
    }
}

static void print_argument(const struct gh_argument *argument, FILE *out)
{
    if (argument->type)
        fprintf(out, "{%s} ", argument->type_name);
    print_place(&argument->group, out);
    if (!gh_str_equal(argument->value, argument->group.text))
        fprintf(out, " = [%.*s]", GH_STR_ARG(argument->value));
    fputs("\n", out);
    print_children(&argument->group, 1, out);
}

static void print_match(const struct fixture *f, const char *text, FILE *out)
{
    struct gh_arena arena = {0};
    struct gh_match match;
    assert_non_null(f->expression);
    int result =
        gh_expression_match(f->expression, gh_str_of(text), &arena, &match);
    if (result != 1)
        fprintf(out, "%s\n", result ? "limit" : "no");
    else if (!match.count)
        fputs("yes\n", out);
    for (size_t i = 0; i < match.count; i++)
        print_argument(&match.arguments[i], out);
    gh_arena_finish(&arena);
}

static void on_input(void *user, const char *name, const char *value, FILE *out)
{
    struct fixture *f = user;
    if (!strcmp(name, "expression"))
        set_expression(f, value, false, out);
    else if (!strcmp(name, "regular"))
        set_expression(f, value, true, out);
    else if (!strcmp(name, "type"))
        add_type(f, value, out);
    else if (!strcmp(name, "tree"))
        print_tree(f, out);
    else if (!strcmp(name, "match"))
        print_match(f, value, out);
    else if (!*name)
        begin(f);
    else
        fail_msg("unknown line '%s'", name);
}

static void data(void **state)
{
    (void)state;
    struct fixture f = {0};
    begin(&f);
    assert_true(golden_check(MPRUN_SOURCE_DIR "/tests/data/expression.txt",
                             on_input, &f));
    finish(&f);
}

static struct gh_expression *create(struct fixture *f, const char *source,
                                    const char *error_part)
{
    char error[400] = "";
    f->expression =
        gh_expression_create(source, f->types, error, sizeof(error));
    if (!error_part)
        assert_string_equal(error, "");
    else if (!strstr(error, error_part))
        fail_msg("no '%s' in: %s", error_part, error);
    assert_int_equal(f->expression != NULL, error_part == NULL);
    return f->expression;
}

static char *repeat(const char *text, size_t count)
{
    size_t length = strlen(text);
    char *all = gh_alloc(count * length + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * length, text, length);
    return all;
}

#define LONG_BYTES 30000 /* PCRE2 takes no more than about twice that */

static void long_sources(void **state)
{
    static const struct {
        const char *text, *error;
    } table[] = {
        {"(", "problem at column 30000"},
        {"()", "problem at column 1"},
        {"(a)", "too large"},
        {"a/", "problem at column 30001"},
        {"}", NULL},
        {"\\\\", NULL},
        {"/", "problem at column 1"},
        {"{", "problem at column 2"},
        {"\\(", NULL},
        {"a b", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct fixture f = {0};
        begin(&f);
        size_t length = strlen(table[i].text);
        char *source = repeat(table[i].text, LONG_BYTES / length);
        print_message("%s...\n", table[i].text);
        create(&f, source, table[i].error);
        gh_free(source);
        finish(&f);
    }
}

static void sources_refused(void **state)
{
    (void)state;
    struct fixture f = {0};
    begin(&f);
    char *source = repeat("a", GH_EXPRESSION_MAX_BYTES + 1);
    create(&f, source, "longer than 65536 bytes");
    gh_free(source);
    create(&f, "ab\xff", "not UTF-8: bad byte at offset 2");
    create(&f, "a\\\xe4", "not UTF-8: bad byte at offset 2");
    create(&f, "\xed\xa0\x80", "not UTF-8");
    assert_null(gh_expression_create("(", f.types, NULL, 0));
    assert_null(gh_expression_create("{x}", f.types, NULL, 0));
    assert_null(gh_expression_create_regex("(", f.types, NULL, 0));
    finish(&f);
    gh_expression_destroy(NULL);
    gh_parameter_type_registry_destroy(NULL);
}

static void error_cut_off(void **state)
{
    (void)state;
    struct fixture f = {0};
    begin(&f);
    char whole[400], part[400];
    assert_null(gh_expression_create("(a(b)", f.types, whole, sizeof(whole)));
    for (size_t size = 1; size < strlen(whole); size++) {
        assert_null(gh_expression_create("(a(b)", f.types, part, size));
        assert_int_equal(strlen(part), size - 1);
        assert_memory_equal(part, whole, size - 1);
    }
    finish(&f);
}

static void texts_refused(void **state)
{
    (void)state;
    struct fixture f = {0};
    struct gh_arena arena = {0};
    struct gh_match match;
    begin(&f);
    create(&f, "a {string}{}", NULL);
    char *text = repeat("a", GH_REGEX_MAX_TEXT_BYTES + 1);
    assert_int_equal(
        gh_expression_match(f.expression, gh_str_of(text), &arena, &match), 0);
    text[1] = ' ';
    assert_int_equal(
        gh_expression_match(f.expression, gh_str_of(text), &arena, &match), -1);
    assert_int_equal(
        gh_expression_match(f.expression, gh_str_of("a \xff"), &arena, &match),
        -1);
    assert_int_equal(match.count, 0);
    assert_int_equal(
        gh_expression_match(f.expression, (struct gh_str){0}, &arena, &match),
        0);
    gh_free(text);
    gh_arena_finish(&arena);
    finish(&f);
}

/* More arguments than fit on the stack; offsets after wide characters. */
static void many_arguments(void **state)
{
    (void)state;
    struct fixture f = {0};
    struct gh_arena arena = {0};
    struct gh_match match;
    size_t count = 200;
    begin(&f);
    char *source = repeat("{string} ", count);
    char *text = repeat("\"\xf0\x9f\x98\x80\" ", count);
    create(&f, source, NULL);
    assert_int_equal(gh_expression_argument_count(f.expression), count);
    assert_int_equal(
        gh_expression_match(f.expression, gh_str_of(text), &arena, &match), 1);
    assert_int_equal(match.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct gh_group *group = &match.arguments[i].group;
        assert_int_equal(group->start, 4 * i);
        assert_int_equal(group->end, 4 * i + 3);
        assert_int_equal(group->start_byte, 7 * i);
        assert_int_equal(group->child_count, 2);
        assert_int_equal(group->children[0].child_count, 1);
        assert_int_equal(match.arguments[i].value.len, 4);
    }
    gh_free(source);
    gh_free(text);
    gh_arena_finish(&arena);
    finish(&f);
}

static void registry(void **state)
{
    (void)state;
    struct gh_parameter_types *types = gh_parameter_type_registry_create();
    static const char *const regexps[] = {"-?\\d+"};
    struct gh_parameter_type type = {
        .name = "number", .regexps = regexps, .regexp_count = 1};
    char error[300] = "";
    type.prefer_for_regexp_match = true;
    assert_false(gh_parameter_type_add(types, &type, error, sizeof(error)));
    assert_non_null(strstr(error, "{int} and {number}"));
    type.prefer_for_regexp_match = false;
    assert_true(gh_parameter_type_add(types, &type, NULL, 0));
    assert_string_equal(gh_parameter_type_at(types, 0)->name, "int");
    assert_string_equal(gh_parameter_type_at(types, 11)->name, "number");
    assert_null(gh_parameter_type_at(types, 12));
    assert_null(gh_parameter_type_find(types, gh_str_of("nothing")));
    bool ambiguous = true;
    assert_string_equal(
        gh_parameter_type_find_by_regexp(types, gh_str_of("-?\\d+"), &ambiguous)
            ->name,
        "int");
    assert_false(ambiguous);
    const struct gh_parameter_type *string =
        gh_parameter_type_find(types, gh_str_of("string"));
    assert_int_equal(gh_parameter_type_group_count(types, string), 4);
    gh_parameter_type_registry_destroy(types);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data),
        cmocka_unit_test(long_sources),
        cmocka_unit_test(sources_refused),
        cmocka_unit_test(error_cut_off),
        cmocka_unit_test(texts_refused),
        cmocka_unit_test(many_arguments),
        cmocka_unit_test(registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
