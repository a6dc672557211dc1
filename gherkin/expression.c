/*
 * Cucumber Expressions and regular expressions of step definitions, by the
 * Cucumber Expressions reference and the official acceptance data (error texts
 * with the pointed-at column included).
 *
 * A Cucumber Expression is turned into a regular expression anchored at both
 * ends. Limits are those of regex.h and GH_EXPRESSION_MAX_BYTES; there is no
 * recursion.
 */
#include "gherkin/gherkin.h"

#include <stdint.h>

#include "gherkin/expression_groups.h"
#include "gherkin/expression_parser.h"
#include "gherkin/expression_report.h"
#include "gherkin/memory.h"
#include "gherkin/parameter_type.h"
#include "gherkin/regex.h"

#define SMALL_GROUPS 32 /* groups whose spans fit on the stack */
#define ERROR_BYTES  256

/* A capturing group of the regular expression, by its number. Of a match, the
 * groups are laid out so that the children of one stand side by side. */
struct group_plan {
    uint32_t parent;
    uint32_t place; /* its place in the layout */
    uint32_t first_child, child_count;
};

struct argument_plan {
    const struct gh_parameter_type *type; /* NULL: none */
    bool is_string;
    uint32_t group;
};

struct gh_expression {
    struct gh_arena arena;
    char *source;
    char *pattern;      /* of the regular expression */
    struct gh_str lead; /* the text that each match begins with */
    bool is_regex;
    struct gh_regex *regex;
    size_t group_count; /* group 0 included */
    struct group_plan *groups;
    struct argument_plan *arguments;
    size_t argument_count;
};

/* A Cucumber Expression on its way to a regular expression. */
struct builder {
    struct gh_expression_report report;
    const struct gh_parameter_types *types;
    struct gh_expression *expression;
    char *pattern; /* growing, NUL-terminated by finish only */
    size_t length, room;
    uint32_t groups; /* opened so far, group 0 included */
};

static void put(struct builder *b, const char *text, size_t length)
{
    if (b->room - b->length < length) {
        b->room = 2 * (b->room + length);
        b->pattern = gh_realloc(b->pattern, b->room);
    }
    memcpy(b->pattern + b->length, text, length);
    b->length += length;
}

static void put_text(struct builder *b, const char *text)
{
    put(b, text, strlen(text));
}

static void put_escaped(struct builder *b, struct gh_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("\\^[({$.|?*+})]", text.ptr[i]))
            put(b, "\\", 1);
        put(b, text.ptr + i, 1);
    }
}

static const struct gh_expression_node *
find_child(const struct gh_expression_node *node,
           enum gh_expression_node_type type)
{
    const struct gh_expression_node *child = node->first;
    while (child && child->type != type)
        child = child->next;
    return child;
}

static bool refuse(struct builder *b, const struct gh_expression_node *node,
                   const char *problem, const char *solution)
{
    return gh_expression_report_problem(&b->report, node->start, node->end,
                                        problem, solution);
}

static bool check_optional(struct builder *b,
                           const struct gh_expression_node *node)
{
    const struct gh_expression_node *child =
        find_child(node, GH_EXPRESSION_NODE_PARAMETER);
    if (child)
        return refuse(b, child, "An optional may not contain a parameter type",
                      "If you did not mean to use an parameter type you can "
                      "use '\\{' to escape the '{'");
    child = find_child(node, GH_EXPRESSION_NODE_OPTIONAL);
    if (child)
        return refuse(b, child, "An optional may not contain an other optional",
                      "If you did not mean to use an optional type you can use "
                      "'\\(' to escape the '('. For more complicated "
                      "expressions consider using a regular expression "
                      "instead.");
    if (!node->first)
        return refuse(b, node, "An optional must contain some text",
                      "If you did not mean to use an optional you can use "
                      "'\\(' to escape the '('");
    return true;
}

static bool put_optional(struct builder *b,
                         const struct gh_expression_node *node)
{
    if (!check_optional(b, node))
        return false;
    put_text(b, "(?:");
    for (node = node->first; node; node = node->next)
        put_escaped(b, node->text);
    put_text(b, ")?");
    return true;
}

static bool check_alternative(struct builder *b,
                              const struct gh_expression_node *node)
{
    if (!node->first)
        return refuse(b, node, "Alternative may not be empty",
                      "If you did not mean to use an alternative you can use "
                      "'\\/' to escape the '/'");
    if (!find_child(node, GH_EXPRESSION_NODE_TEXT))
        return refuse(b, node,
                      "An alternative may not exclusively contain optionals",
                      "If you did not mean to use an optional you can use "
                      "'\\(' to escape the '('");
    return true;
}

/* All alternatives are looked at before what is in them. */
static bool put_alternation(struct builder *b,
                            const struct gh_expression_node *node)
{
    const struct gh_expression_node *part, *item;
    for (part = node->first; part; part = part->next)
        if (!check_alternative(b, part))
            return false;
    put_text(b, "(?:");
    for (part = node->first; part; part = part->next) {
        if (part != node->first)
            put_text(b, "|");
        for (item = part->first; item; item = item->next) {
            if (item->type == GH_EXPRESSION_NODE_TEXT)
                put_escaped(b, item->text);
            else if (!put_optional(b, item))
                return false;
        }
    }
    put_text(b, ")");
    return true;
}

static void put_regexps(struct builder *b, const struct gh_parameter_type *type)
{
    put_text(b, type->regexp_count == 1 ? "(" : "((?:");
    for (size_t i = 0; i < type->regexp_count; i++) {
        if (i)
            put_text(b, ")|(?:");
        put_text(b, type->regexps[i]);
    }
    put_text(b, type->regexp_count == 1 ? ")" : "))");
}

static bool undefined_type(struct builder *b,
                           const struct gh_expression_node *node)
{
    struct gh_arena *arena = &b->expression->arena;
    const char *problem = gh_arena_format(
        arena, "Undefined parameter type '%.*s'", GH_STR_ARG(node->text));
    const char *solution =
        gh_arena_format(arena, "Please register a ParameterType for '%.*s'",
                        GH_STR_ARG(node->text));
    return refuse(b, node, problem, solution);
}

static struct argument_plan make_argument(const struct gh_parameter_type *type,
                                          uint32_t group)
{
    bool is_string = type && !strcmp(type->name, "string");
    return (struct argument_plan){type, is_string, group};
}

static bool put_parameter(struct builder *b,
                          const struct gh_expression_node *node)
{
    const struct gh_parameter_type *type =
        gh_parameter_type_find(b->types, node->text);
    if (!type)
        return undefined_type(b, node);
    put_regexps(b, type);
    struct gh_expression *expression = b->expression;
    expression->arguments[expression->argument_count++] =
        make_argument(type, b->groups);
    b->groups += 1 + (uint32_t)gh_parameter_type_group_count(b->types, type);
    return true;
}

static bool put_node(struct builder *b, const struct gh_expression_node *node)
{
    switch (node->type) {
    case GH_EXPRESSION_NODE_OPTIONAL:
        return put_optional(b, node);
    case GH_EXPRESSION_NODE_ALTERNATION:
        return put_alternation(b, node);
    case GH_EXPRESSION_NODE_PARAMETER:
        return put_parameter(b, node);
    default:
        put_escaped(b, node->text);
        return true;
    }
}

static size_t count_parameters(const struct gh_expression_node *root)
{
    size_t count = 0;
    const struct gh_expression_node *node;
    for (node = root->first; node; node = node->next)
        count += node->type == GH_EXPRESSION_NODE_PARAMETER;
    return count;
}

/* The text before the first thing that can be filled in several ways. Most
 * steps differ there from most expressions, and a regular expression need not
 * be asked. */
static void keep_lead(struct gh_expression *expression,
                      const struct gh_expression_node *node)
{
    size_t length = 0;
    char *lead =
        gh_arena_alloc(&expression->arena, strlen(expression->source) + 1);
    for (; node && node->type == GH_EXPRESSION_NODE_TEXT; node = node->next) {
        memcpy(lead + length, node->text.ptr, node->text.len);
        length += node->text.len;
    }
    expression->lead = (struct gh_str){lead, length};
}

/* The whole tree; leaves the pattern in the expression. */
static bool put_tree(struct builder *b, const struct gh_expression_node *root)
{
    struct gh_expression *expression = b->expression;
    expression->arguments =
        gh_arena_array(&expression->arena, count_parameters(root),
                       sizeof(*expression->arguments));
    bool good = true;
    keep_lead(expression, root->first);
    put_text(b, "^");
    const struct gh_expression_node *node;
    for (node = root->first; good && node; node = node->next)
        good = put_node(b, node);
    put_text(b, "$");
    struct gh_str pattern = {b->pattern, b->length};
    if (good)
        expression->pattern = gh_arena_copy(&expression->arena, pattern);
    gh_free(b->pattern);
    return good;
}

static bool compile(struct gh_expression *expression,
                    const struct gh_expression_report *report)
{
    char message[ERROR_BYTES];
    expression->regex =
        gh_regex_create(expression->pattern, message, sizeof(message));
    if (!expression->regex)
        return gh_expression_report_text(
            report, "This %s Expression has a problem: %s\n\n%s",
            expression->is_regex ? "Regular" : "Cucumber", message,
            expression->pattern);
    expression->group_count = (size_t)gh_regex_group_count(expression->regex);
    return true;
}

/* Parents before children, the children of one side by side. */
static void plan_groups(struct gh_expression *expression,
                        const struct gh_expression_groups *groups)
{
    size_t count = expression->group_count;
    struct group_plan *plan =
        gh_arena_array(&expression->arena, count, sizeof(*plan));
    for (size_t i = 1; i < count; i++) {
        plan[i].parent = groups[i].parent;
        plan[groups[i].parent].child_count++;
    }
    uint32_t place = 1;
    for (size_t i = 0; i < count; i++) {
        plan[i].first_child = place;
        place += plan[i].child_count;
        plan[i].child_count = 0;
    }
    for (size_t i = 1; i < count; i++) {
        struct group_plan *parent = &plan[plan[i].parent];
        plan[i].place = parent->first_child + parent->child_count++;
    }
    expression->groups = plan;
}

/* Where the nesting is not known, the groups of a parameter are its children,
 * all of them. */
static void flatten(const struct gh_expression *expression,
                    struct gh_expression_groups *groups)
{
    size_t argument = 0;
    uint32_t parent = 0;
    memset(groups, 0, expression->group_count * sizeof(*groups));
    for (uint32_t i = 1; i < expression->group_count; i++) {
        groups[i].parent = parent;
        if (argument < expression->argument_count &&
            expression->arguments[argument].group == i) {
            groups[i].parent = 0;
            parent = i;
            argument++;
        }
    }
}

static bool ambiguous_type(const struct gh_expression_report *report,
                           const struct gh_parameter_type *type,
                           struct gh_str regexp)
{
    return gh_expression_report_text(
        report,
        "This Regular Expression has a problem: its group /%.*s/ is the "
        "regexp of parameter type {%s} and of others, none of them "
        "preferred.\nUse a Cucumber Expression instead, or make one of the "
        "parameter types preferential.\n\n%s",
        GH_STR_ARG(regexp), type->name, report->source);
}

/* The arguments of a regular expression are its outermost groups. */
static bool plan_arguments(struct gh_expression *expression,
                           const struct gh_parameter_types *types,
                           const struct gh_expression_report *report,
                           const struct gh_expression_groups *groups)
{
    expression->arguments =
        gh_arena_array(&expression->arena, expression->group_count,
                       sizeof(*expression->arguments));
    for (uint32_t i = 1; i < expression->group_count; i++) {
        if (groups[i].parent)
            continue;
        const struct gh_parameter_type *type = NULL;
        bool ambiguous = false;
        if (groups[i].source.ptr)
            type = gh_parameter_type_find_by_regexp(types, groups[i].source,
                                                    &ambiguous);
        if (ambiguous)
            return ambiguous_type(report, type, groups[i].source);
        expression->arguments[expression->argument_count++] =
            make_argument(type, i);
    }
    return true;
}

/* Compiles the pattern and lays out its groups. */
static bool finish_plan(struct gh_expression *expression,
                        const struct gh_parameter_types *types,
                        const struct gh_expression_report *report)
{
    if (!compile(expression, report))
        return false;
    struct gh_arena scratch = {0};
    struct gh_expression_groups *groups =
        gh_arena_array(&scratch, expression->group_count, sizeof(*groups));
    if (!gh_expression_groups_read(expression->pattern, groups,
                                   expression->group_count))
        flatten(expression, groups);
    plan_groups(expression, groups);
    bool good = !expression->is_regex ||
                plan_arguments(expression, types, report, groups);
    gh_arena_finish(&scratch);
    return good;
}

static bool build(struct builder *b)
{
    if (strlen(b->report.source) > GH_EXPRESSION_MAX_BYTES)
        return gh_expression_report_text(
            &b->report, "This Cucumber Expression is longer than %u bytes.",
            GH_EXPRESSION_MAX_BYTES);
    struct gh_arena scratch = {0};
    const struct gh_expression_node *root =
        gh_expression_parser_parse(&b->report, &scratch);
    bool good = root && put_tree(b, root);
    gh_arena_finish(&scratch);
    if (!good || !finish_plan(b->expression, b->types, &b->report))
        return false;
    return b->groups == b->expression->group_count ||
           gh_expression_report_text(
               &b->report,
               "This Cucumber Expression has a problem: a parameter type "
               "changes the meaning of what follows it\n\n%s",
               b->expression->pattern);
}

static struct gh_expression *make_expression(const char *source, bool is_regex)
{
    struct gh_expression *expression = gh_alloc(sizeof(*expression));
    expression->source = gh_arena_copy(&expression->arena, gh_str_of(source));
    expression->pattern = expression->source;
    expression->is_regex = is_regex;
    return expression;
}

struct gh_expression *
gh_expression_create(const char *source, const struct gh_parameter_types *types,
                     char *error, size_t error_size)
{
    struct gh_expression *expression = make_expression(source, false);
    struct builder b = {
        .report = {expression->source, error, error_size},
        .types = types,
        .expression = expression,
        .groups = 1,
    };
    if (build(&b))
        return expression;
    gh_expression_destroy(expression);
    return NULL;
}

struct gh_expression *
gh_expression_create_regex(const char *source,
                           const struct gh_parameter_types *types, char *error,
                           size_t error_size)
{
    struct gh_expression *expression = make_expression(source, true);
    struct gh_expression_report report = {expression->source, error,
                                          error_size};
    if (finish_plan(expression, types, &report))
        return expression;
    gh_expression_destroy(expression);
    return NULL;
}

/* Turns places in bytes into places in code points; it walks from the last
 * place asked for, so asking in about the order of the text is cheap. */
struct cursor {
    const char *text;
    size_t byte, code_point;
};

static bool begins_code_point(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t move_to(struct cursor *cursor, size_t byte)
{
    while (cursor->byte < byte)
        cursor->code_point += begins_code_point(cursor->text[cursor->byte++]);
    while (cursor->byte > byte)
        cursor->code_point -= begins_code_point(cursor->text[--cursor->byte]);
    return cursor->code_point;
}

static void fill_group(struct gh_group *group, struct gh_str span,
                       struct cursor *cursor)
{
    group->text = span;
    if (!span.ptr)
        return;
    group->start_byte = (size_t)(span.ptr - cursor->text);
    group->end_byte = group->start_byte + span.len;
    group->start = move_to(cursor, group->start_byte);
    group->end = move_to(cursor, group->end_byte);
}

/* The text between the quotes, \" and \' undone. */
static struct gh_str unquote(struct gh_str text, struct gh_arena *arena)
{
    struct gh_str inner = {text.ptr, text.len};
    if (inner.len < 2)
        return inner;
    inner.ptr++;
    inner.len -= 2;
    if (!memchr(inner.ptr, '\\', inner.len))
        return inner;
    char *copy = gh_arena_alloc(arena, inner.len + 1);
    size_t length = 0;
    for (size_t i = 0; i < inner.len; i++) {
        if (inner.ptr[i] == '\\' && i + 1 < inner.len &&
            (inner.ptr[i + 1] == '"' || inner.ptr[i + 1] == '\''))
            i++;
        copy[length++] = inner.ptr[i];
    }
    return (struct gh_str){copy, length};
}

static void fill_match(const struct gh_expression *expression,
                       struct gh_str text, const struct gh_str *spans,
                       struct gh_arena *arena, struct gh_match *match)
{
    struct gh_group *groups =
        gh_arena_array(arena, expression->group_count, sizeof(*groups));
    struct cursor cursor = {text.ptr, 0, 0};
    for (size_t i = 1; i < expression->group_count; i++) {
        const struct group_plan *plan = &expression->groups[i];
        struct gh_group *group = &groups[plan->place];
        fill_group(group, spans[i], &cursor);
        group->child_count = plan->child_count;
        if (plan->child_count)
            group->children = &groups[plan->first_child];
    }
    struct gh_argument *arguments =
        gh_arena_array(arena, expression->argument_count, sizeof(*arguments));
    for (size_t i = 0; i < expression->argument_count; i++) {
        const struct argument_plan *plan = &expression->arguments[i];
        struct gh_argument *argument = &arguments[i];
        argument->group = groups[expression->groups[plan->group].place];
        argument->value = argument->group.text;
        if (plan->is_string && argument->value.ptr)
            argument->value = unquote(argument->value, arena);
        argument->type = plan->type;
        argument->type_name = plan->type ? plan->type->name : "";
    }
    match->arguments = arguments;
    match->count = expression->argument_count;
}

static bool leads(const struct gh_expression *expression, struct gh_str text)
{
    struct gh_str lead = expression->lead;
    return !lead.len ||
           (text.len >= lead.len && !memcmp(text.ptr, lead.ptr, lead.len));
}

int gh_expression_match(const struct gh_expression *expression,
                        struct gh_str text, struct gh_arena *arena,
                        struct gh_match *match)
{
    struct gh_str small[SMALL_GROUPS], *spans = small;
    size_t count = expression->group_count;
    *match = (struct gh_match){NULL, 0};
    if (!text.ptr)
        text.ptr = "";
    if (!leads(expression, text))
        return 0;
    if (count > SMALL_GROUPS)
        spans = gh_alloc(count * sizeof(*spans));
    int result = gh_regex_match(expression->regex, text, spans, (int)count);
    if (result > 0)
        fill_match(expression, text, spans, arena, match);
    if (spans != small)
        gh_free(spans);
    return result > 0 ? 1 : result;
}

size_t gh_expression_argument_count(const struct gh_expression *expression)
{
    return expression->argument_count;
}

const char *gh_expression_source(const struct gh_expression *expression)
{
    return expression->source;
}

const char *gh_expression_regex_source(const struct gh_expression *expression)
{
    return expression->pattern;
}

bool gh_expression_is_regex(const struct gh_expression *expression)
{
    return expression->is_regex;
}

void gh_expression_destroy(struct gh_expression *expression)
{
    if (!expression)
        return;
    gh_regex_destroy(expression->regex);
    gh_arena_finish(&expression->arena);
    gh_free(expression);
}
