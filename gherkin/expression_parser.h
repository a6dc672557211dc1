/*
 * Cucumber Expression, second part: tokens to a tree.
 *
 *   expression   ( alternation | optional | parameter | text )*
 *   alternation  alternative ( "/" alternative )+, from the line's start, a
 *                white space or a parameter to the next of these or its end
 *   optional     "(" ( optional | parameter | text )* ")"
 *   parameter    "{" ( text | white space )* "}"
 *
 * A ")" or "}" that closes nothing is text. What the grammar allows and the
 * meaning does not (a parameter in an optional, an empty alternative) is
 * refused by expression.c. Nodes are linked, in the caller's arena, with
 * positions as in expression_lexer.h. Time is linear in the source, and nothing
 * here calls itself, however deep optionals nest. Used by expression.c only;
 * the tree and the errors are those of the official acceptance data.
 */
#ifndef GHERKIN_EXPRESSION_PARSER_H
#define GHERKIN_EXPRESSION_PARSER_H

#include "gherkin/expression_report.h"
#include "gherkin/memory.h"

enum gh_expression_node_type {
    GH_EXPRESSION_NODE_EXPRESSION,
    GH_EXPRESSION_NODE_ALTERNATION,
    GH_EXPRESSION_NODE_ALTERNATIVE,
    GH_EXPRESSION_NODE_OPTIONAL,
    GH_EXPRESSION_NODE_PARAMETER,
    GH_EXPRESSION_NODE_TEXT,
};

struct gh_expression_node {
    enum gh_expression_node_type type;
    size_t start, end;
    struct gh_str text; /* of a text, unescaped; of a parameter its name */
    struct gh_expression_node *parent;
    struct gh_expression_node *first, *last; /* children */
    struct gh_expression_node *next;         /* sibling */
};

/* The tree of report->source, NULL after a report when it is wrong. */
const struct gh_expression_node *
gh_expression_parser_parse(const struct gh_expression_report *report,
                           struct gh_arena *arena);

#endif
