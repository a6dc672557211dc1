/*
 * The first line is an expression, the others are step texts. It is tried as
 * a Cucumber Expression and as a regular expression. What must hold: there is
 * an expression or a message; spans of a match lie in the text; what is
 * suggested for a text fits it.
 */
#include <string.h>

#include "gherkin/memory.h"
#include "gherkin/utf8.h"
#include "tests/fuzz/fuzz.h"

static void check_group(const struct gh_group *group, struct gh_str step)
{
    if (!group->text.ptr)
        return;
    MUST(group->start_byte <= group->end_byte && group->end_byte <= step.len);
    MUST(group->text.ptr == step.ptr + group->start_byte);
    MUST(group->text.len == group->end_byte - group->start_byte);
    MUST(group->start <= group->end && group->end <= step.len);
}

static void match(const struct gh_expression *expression, struct gh_str step)
{
    struct gh_arena arena = {0};
    struct gh_match found;
    int result = gh_expression_match(expression, step, &arena, &found);
    MUST(result >= -1 && result <= 1);
    MUST(result == 1 || found.count == 0);
    if (result == 1)
        MUST(found.count == gh_expression_argument_count(expression));
    for (size_t i = 0; i < found.count; i++) {
        const struct gh_group *group = &found.arguments[i].group;
        check_group(group, step);
        for (size_t c = 0; c < group->child_count; c++)
            check_group(&group->children[c], step);
    }
    gh_arena_finish(&arena);
}

static void suggest(struct gh_str step)
{
    struct gh_arena arena = {0};
    struct gh_match found;
    const struct gh_suggestion *list;
    struct gh_parameter_types *types = gh_parameter_type_registry_create();
    size_t count = gh_suggestion_make(types, step, 4, &arena, &list);
    MUST(count >= 1 && count <= 4);
    for (size_t i = 0; i < count; i++) {
        struct gh_expression *expression =
            gh_expression_create(list[i].source, types, NULL, 0);
        MUST(expression);
        MUST(gh_expression_match(expression, step, &arena, &found) == 1);
        MUST(found.count == list[i].count);
        gh_expression_destroy(expression);
    }
    gh_parameter_type_registry_destroy(types);
    gh_arena_finish(&arena);
}

static bool is_text(struct gh_str step)
{
    return !step.len || (!memchr(step.ptr, '\0', step.len) &&
                         gh_utf8_valid(step.ptr, step.len) == step.len);
}

static void match_lines(const struct gh_expression *expression, const char *at,
                        const char *end)
{
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        match(expression, (struct gh_str){at, (size_t)(stop - at)});
        at = stop + 1;
    }
}

static void try_one(bool regex, const char *source, const char *rest,
                    const char *end)
{
    char error[512] = "";
    struct gh_parameter_types *types = gh_parameter_type_registry_create();
    struct gh_expression *expression =
        regex ? gh_expression_create_regex(source, types, error, sizeof(error))
              : gh_expression_create(source, types, error, sizeof(error));
    MUST(expression || *error);
    if (expression)
        match_lines(expression, rest, end);
    gh_expression_destroy(expression);
    gh_parameter_type_registry_destroy(types);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *end = text + size;
    const char *stop = size ? memchr(text, '\n', size) : NULL;
    size_t length = stop ? (size_t)(stop - text) : size;
    char *source = gh_alloc(length + 1);
    if (length)
        memcpy(source, text, length);
    const char *rest = stop ? stop + 1 : end;
    try_one(false, source, rest, end);
    try_one(true, source, rest, end);
    struct gh_str step = {source, length};
    if (is_text(step))
        suggest(step);
    gh_free(source);
    return 0;
}
