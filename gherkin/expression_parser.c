#include "gherkin/expression_parser.h"

#include "gherkin/expression_lexer.h"

struct parser {
    const struct gh_expression_report *report;
    struct gh_arena *arena;
    const struct gh_expression_token *token; /* the next one */
};

static struct gh_expression_node *
make_node(struct parser *p, enum gh_expression_node_type type, size_t start)
{
    struct gh_expression_node *node = gh_arena_alloc(p->arena, sizeof(*node));
    node->type = type;
    node->start = node->end = start;
    return node;
}

static void append(struct gh_expression_node *parent,
                   struct gh_expression_node *child)
{
    child->parent = parent;
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

static void take_text(struct parser *p, struct gh_expression_node *parent)
{
    struct gh_expression_node *node =
        make_node(p, GH_EXPRESSION_NODE_TEXT, p->token->start);
    node->end = p->token->end;
    node->text = p->token->text;
    append(parent, node);
    p->token++;
}

/* begin is the one sign that stays open, at its place in the source. */
static bool missing_parameter_end(struct parser *p, size_t begin)
{
    return gh_expression_report_problem(
        p->report, begin, begin + 1, "The '{' does not have a matching '}'",
        "If you did not intend to use a parameter you can use '\\{' to escape "
        "the a parameter");
}

static bool missing_optional_end(struct parser *p, size_t begin)
{
    return gh_expression_report_problem(
        p->report, begin, begin + 1, "The '(' does not have a matching ')'",
        "If you did not intend to use optional text you can use '\\(' to "
        "escape the optional text");
}

static bool bad_parameter_name(struct parser *p)
{
    return gh_expression_report_problem(
        p->report, p->token->start, p->token->end,
        "Parameter names may not contain '{', '}', '(', ')', '\\' or '/'",
        "Did you mean to use a regular expression?");
}

static bool alternation_in_optional(struct parser *p)
{
    return gh_expression_report_problem(
        p->report, p->token->start, p->token->end,
        "An alternation can not be used inside an optional",
        "If you did not mean to use an alternation you can use '\\/' to escape "
        "the '/'. Otherwise rephrase your expression or consider using a "
        "regular expression instead.");
}

/* The texts of neighbouring tokens follow one another in memory. */
static void take_name(struct parser *p, struct gh_expression_node *parameter)
{
    if (!parameter->first)
        parameter->text.ptr = p->token->text.ptr;
    parameter->text.len += p->token->text.len;
    take_text(p, parameter);
}

static bool parse_parameter(struct parser *p, struct gh_expression_node *parent)
{
    struct gh_expression_node *node =
        make_node(p, GH_EXPRESSION_NODE_PARAMETER, p->token->start);
    append(parent, node);
    for (p->token++;;) {
        switch (p->token->type) {
        case GH_EXPRESSION_TEXT:
        case GH_EXPRESSION_WHITE_SPACE:
            take_name(p, node);
            break;
        case GH_EXPRESSION_END_PARAMETER:
            node->end = p->token->end;
            p->token++;
            return true;
        case GH_EXPRESSION_END_OF_LINE:
            return missing_parameter_end(p, node->start);
        default:
            return bad_parameter_name(p);
        }
    }
}

static struct gh_expression_node *open_optional(struct parser *p,
                                                struct gh_expression_node *in)
{
    struct gh_expression_node *node =
        make_node(p, GH_EXPRESSION_NODE_OPTIONAL, p->token->start);
    append(in, node);
    p->token++;
    return node;
}

/* Nested ones are walked by their parent links. */
static bool parse_optional(struct parser *p, struct gh_expression_node *parent)
{
    struct gh_expression_node *node = open_optional(p, parent);
    while (node != parent) {
        switch (p->token->type) {
        case GH_EXPRESSION_BEGIN_OPTIONAL:
            node = open_optional(p, node);
            break;
        case GH_EXPRESSION_END_OPTIONAL:
            node->end = p->token->end;
            p->token++;
            node = node->parent;
            break;
        case GH_EXPRESSION_BEGIN_PARAMETER:
            if (!parse_parameter(p, node))
                return false;
            break;
        case GH_EXPRESSION_ALTERNATION:
            return alternation_in_optional(p);
        case GH_EXPRESSION_END_OF_LINE:
            return missing_optional_end(p, node->start);
        default:
            take_text(p, node);
            break;
        }
    }
    return true;
}

static struct gh_expression_node *
open_alternative(struct parser *p, struct gh_expression_node *alternation,
                 size_t start)
{
    struct gh_expression_node *node =
        make_node(p, GH_EXPRESSION_NODE_ALTERNATIVE, start);
    append(alternation, node);
    return node;
}

/* What stands between white space, parameters and the ends of the line: an
 * alternation when it has a "/", else plain content of parent. */
static bool parse_run(struct parser *p, struct gh_expression_node *parent)
{
    struct gh_expression_node *all =
        make_node(p, GH_EXPRESSION_NODE_ALTERNATION, p->token->start);
    struct gh_expression_node *part = open_alternative(p, all, all->start);
    for (;;) {
        part->end = p->token->start;
        switch (p->token->type) {
        case GH_EXPRESSION_BEGIN_OPTIONAL:
            if (!parse_optional(p, part))
                return false;
            continue;
        case GH_EXPRESSION_ALTERNATION:
            part = open_alternative(p, all, p->token->end);
            p->token++;
            continue;
        case GH_EXPRESSION_WHITE_SPACE:
        case GH_EXPRESSION_BEGIN_PARAMETER:
        case GH_EXPRESSION_END_OF_LINE:
            break;
        default:
            take_text(p, part);
            continue;
        }
        break;
    }
    all->end = part->end;
    if (all->first != all->last) {
        append(parent, all);
        return true;
    }
    for (struct gh_expression_node *node = part->first, *next; node;
         node = next) {
        next = node->next;
        node->next = NULL;
        append(parent, node);
    }
    return true;
}

const struct gh_expression_node *
gh_expression_parser_parse(const struct gh_expression_report *report,
                           struct gh_arena *arena)
{
    size_t count;
    struct parser p = {.report = report, .arena = arena};
    p.token = gh_expression_lexer_read(report, arena, &count);
    if (!p.token)
        return NULL;
    p.token++; /* start of line */
    struct gh_expression_node *root =
        make_node(&p, GH_EXPRESSION_NODE_EXPRESSION, 0);
    bool good = true;
    while (good && p.token->type != GH_EXPRESSION_END_OF_LINE) {
        if (p.token->type == GH_EXPRESSION_WHITE_SPACE)
            take_text(&p, root);
        else if (p.token->type == GH_EXPRESSION_BEGIN_PARAMETER)
            good = parse_parameter(&p, root);
        else
            good = parse_run(&p, root);
    }
    root->end = p.token->end;
    return good ? root : NULL;
}
