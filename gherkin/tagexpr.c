/*
 * Tag expressions, by the Cucumber reference and the official acceptance data
 * (error texts included). One thing is stricter than the official parsers,
 * which ignore a backslash at the very end: here it is an illegal escape.
 *
 * Parsing, matching and printing take time linear in the expression, without
 * recursion, however deep it nests.
 */
#include "gherkin/gherkin.h"

#include <stdint.h>
#include <stdio.h>

#include "gherkin/memory.h"

#define SMALL_EXPRESSION 128 /* nodes whose values fit on the stack */
#define MOST_TEXT_OF_A_NODE                                                    \
    10 /* "not (  )" and "(  and  )" without operands                          \
        */

enum node_kind { NODE_TAG, NODE_NOT, NODE_AND, NODE_OR };

/* Operands stand before the node that uses them: the array is the tree in
 * postfix order, and its last node is the root. */
struct node {
    enum node_kind kind;
    uint32_t left, right; /* not: left only */
    struct gh_str tag;
};

struct gh_tagexpr {
    struct gh_arena arena;
    struct node *nodes;
    size_t count; /* 0: matches everything */
};

enum token_kind {
    TOKEN_TAG,
    TOKEN_NOT,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_END,
    TOKEN_BAD
};

struct parser {
    const char *next;
    struct gh_tagexpr *expr;
    struct gh_str tag;        /* of the token just read */
    unsigned char *operators; /* token kinds waiting for their right side */
    size_t operator_count;
    uint32_t *operands; /* roots of finished subtrees */
    size_t operand_count;
    size_t token_count;
    char problem[64];
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool ends_word(char c)
{
    return !c || c == '(' || c == ')' || is_space(c);
}

static bool set_problem(struct parser *p, const char *problem)
{
    snprintf(p->problem, sizeof(p->problem), "%s", problem);
    return false;
}

/* at is the character behind the backslash. */
static void set_illegal_escape(struct parser *p, const char *at)
{
    if (!*at) {
        set_problem(p, "Illegal escape at the end");
        return;
    }
    int length = 1;
    while (length < 4 && ((unsigned char)at[length] & 0xc0) == 0x80)
        length++;
    snprintf(p->problem, sizeof(p->problem), "Illegal escape before \"%.*s\"",
             length, at);
}

static enum token_kind word_kind(struct gh_str word, bool escaped)
{
    if (escaped)
        return TOKEN_TAG;
    if (gh_str_equal(word, gh_str_of("not")))
        return TOKEN_NOT;
    if (gh_str_equal(word, gh_str_of("and")))
        return TOKEN_AND;
    if (gh_str_equal(word, gh_str_of("or")))
        return TOKEN_OR;
    return TOKEN_TAG;
}

/* The word is unescaped into memory of the expression. */
static enum token_kind read_word(struct parser *p)
{
    const char *end = p->next;
    bool escaped = false;
    for (; !ends_word(*end); end++) {
        if (*end != '\\')
            continue;
        end++;
        escaped = true;
        if (*end != '\\' && (!*end || !ends_word(*end))) {
            set_illegal_escape(p, end);
            return TOKEN_BAD;
        }
    }
    struct gh_str raw = {p->next, (size_t)(end - p->next)};
    char *out = gh_arena_copy(&p->expr->arena, raw);
    p->tag.ptr = out;
    for (; p->next < end; p->next++) {
        if (*p->next == '\\')
            p->next++;
        *out++ = *p->next;
    }
    p->tag.len = (size_t)(out - p->tag.ptr);
    return word_kind(p->tag, escaped);
}

static enum token_kind read_token(struct parser *p)
{
    while (is_space(*p->next))
        p->next++;
    switch (*p->next) {
    case '\0':
        return TOKEN_END;
    case '(':
        p->next++;
        return TOKEN_OPEN;
    case ')':
        p->next++;
        return TOKEN_CLOSE;
    default:
        return read_word(p);
    }
}

static void push_node(struct parser *p, struct node node)
{
    struct gh_tagexpr *expr = p->expr;
    expr->nodes[expr->count] = node;
    p->operands[p->operand_count++] = (uint32_t)expr->count++;
}

/* Turns the newest operator and its operands into one operand. */
static void reduce(struct parser *p)
{
    struct node node = {0};
    switch (p->operators[--p->operator_count]) {
    case TOKEN_NOT:
        node.kind = NODE_NOT;
        break;
    case TOKEN_AND:
        node.kind = NODE_AND;
        break;
    default:
        node.kind = NODE_OR;
        break;
    }
    if (node.kind != NODE_NOT)
        node.right = p->operands[--p->operand_count];
    node.left = p->operands[--p->operand_count];
    push_node(p, node);
}

/* Reduces what binds at least as tightly as kind; an open parenthesis stops.
 * The kinds are in order of binding. */
static void reduce_down_to(struct parser *p, enum token_kind kind)
{
    while (p->operator_count && p->operators[p->operator_count - 1] <= kind)
        reduce(p);
}

static bool close_group(struct parser *p)
{
    reduce_down_to(p, TOKEN_OR);
    if (!p->operator_count)
        return set_problem(p, "Unmatched )");
    p->operator_count--;
    return true;
}

static bool take_operand(struct parser *p, enum token_kind kind, bool *wanted)
{
    if (kind == TOKEN_TAG) {
        push_node(p, (struct node){NODE_TAG, 0, 0, p->tag});
        *wanted = false;
        return true;
    }
    if (kind != TOKEN_NOT && kind != TOKEN_OPEN)
        return set_problem(p, "Expected operand");
    p->operators[p->operator_count++] = (unsigned char)kind;
    return true;
}

static bool take_operator(struct parser *p, enum token_kind kind, bool *wanted)
{
    if (kind == TOKEN_CLOSE)
        return close_group(p);
    if (kind != TOKEN_AND && kind != TOKEN_OR)
        return set_problem(p, "Expected operator");
    reduce_down_to(p, kind);
    p->operators[p->operator_count++] = (unsigned char)kind;
    *wanted = true;
    return true;
}

/* Counts the tokens. The escapes of the whole text are looked at before its
 * grammar, as in the official parsers. */
static bool check_escapes(struct parser *p)
{
    const char *text = p->next;
    enum token_kind kind;
    do {
        kind = read_token(p);
        p->token_count++;
    } while (kind != TOKEN_END && kind != TOKEN_BAD);
    p->next = text;
    gh_arena_reset(&p->expr->arena);
    return kind == TOKEN_END;
}

static bool parse_tokens(struct parser *p)
{
    bool operand_wanted = true, first = true;
    for (;; first = false) {
        enum token_kind kind = read_token(p);
        if (kind == TOKEN_END)
            break;
        if (operand_wanted ? !take_operand(p, kind, &operand_wanted)
                           : !take_operator(p, kind, &operand_wanted))
            return false;
    }
    if (first)
        return true;
    if (operand_wanted)
        return set_problem(p, "Expected operand");
    reduce_down_to(p, TOKEN_OR);
    return !p->operator_count || set_problem(p, "Unmatched (");
}

struct gh_tagexpr *gh_tagexpr_parse(const char *text, char *error,
                                    size_t error_size)
{
    struct gh_tagexpr *expr = gh_alloc(sizeof(*expr));
    struct parser p = {.next = text, .expr = expr};
    bool good = check_escapes(&p);
    if (good) {
        size_t most = p.token_count;
        struct gh_arena scratch = {0};
        expr->nodes = gh_arena_array(&expr->arena, most, sizeof(struct node));
        p.operators = gh_arena_alloc(&scratch, most);
        p.operands = gh_arena_array(&scratch, most, sizeof(*p.operands));
        good = parse_tokens(&p);
        gh_arena_finish(&scratch);
    }
    if (good)
        return expr;
    if (error_size)
        snprintf(error, error_size,
                 "Tag expression \"%s\" could not be parsed because of syntax "
                 "error: %s.",
                 text, p.problem);
    gh_tagexpr_destroy(expr);
    return NULL;
}

static bool has_tag(const struct gh_str *tags, size_t count, struct gh_str tag)
{
    for (size_t i = 0; i < count; i++)
        if (gh_str_equal(tags[i], tag))
            return true;
    return false;
}

static bool evaluate(const struct gh_tagexpr *expr, const struct gh_str *tags,
                     size_t count, bool *values)
{
    for (size_t i = 0; i < expr->count; i++) {
        const struct node *node = &expr->nodes[i];
        switch (node->kind) {
        case NODE_TAG:
            values[i] = has_tag(tags, count, node->tag);
            break;
        case NODE_NOT:
            values[i] = !values[node->left];
            break;
        case NODE_AND:
            values[i] = values[node->left] && values[node->right];
            break;
        case NODE_OR:
            values[i] = values[node->left] || values[node->right];
            break;
        }
    }
    return values[expr->count - 1];
}

bool gh_tagexpr_matches(const struct gh_tagexpr *expr,
                        const struct gh_str *tags, size_t count)
{
    if (!expr->count)
        return true;
    bool small[SMALL_EXPRESSION];
    if (expr->count <= SMALL_EXPRESSION)
        return evaluate(expr, tags, count, small);
    bool *values = gh_alloc(expr->count);
    bool result = evaluate(expr, tags, count, values);
    gh_free(values);
    return result;
}

/* What is still to be written, the next one on top: a text or a node. */
struct piece {
    const char *text; /* NULL: node */
    uint32_t node;
};

static char *write_tag(char *out, struct gh_str tag)
{
    for (size_t i = 0; i < tag.len; i++) {
        if (tag.ptr[i] == '\\' || ends_word(tag.ptr[i]))
            *out++ = '\\';
        *out++ = tag.ptr[i];
    }
    return out;
}

/* Puts the pieces of a not, and, or on the stack, last one first. */
static size_t push_pieces(const struct gh_tagexpr *expr, struct piece *stack,
                          size_t depth, const struct node *node)
{
    if (node->kind == NODE_NOT) {
        enum node_kind inner = expr->nodes[node->left].kind;
        bool bare = inner == NODE_AND || inner == NODE_OR;
        stack[depth++] = (struct piece){bare ? "" : " )", 0};
        stack[depth++] = (struct piece){NULL, node->left};
        stack[depth++] = (struct piece){bare ? "not " : "not ( ", 0};
        return depth;
    }
    stack[depth++] = (struct piece){" )", 0};
    stack[depth++] = (struct piece){NULL, node->right};
    stack[depth++] =
        (struct piece){node->kind == NODE_AND ? " and " : " or ", 0};
    stack[depth++] = (struct piece){NULL, node->left};
    stack[depth++] = (struct piece){"( ", 0};
    return depth;
}

static size_t most_text(const struct gh_tagexpr *expr)
{
    size_t bytes = 1;
    for (size_t i = 0; i < expr->count; i++)
        bytes += MOST_TEXT_OF_A_NODE + 2 * expr->nodes[i].tag.len;
    return bytes;
}

static void write_text(const struct gh_tagexpr *expr, struct piece *stack,
                       char *out)
{
    size_t depth = 0;
    stack[depth++] = (struct piece){NULL, (uint32_t)expr->count - 1};
    while (depth) {
        struct piece piece = stack[--depth];
        if (piece.text) {
            size_t length = strlen(piece.text);
            memcpy(out, piece.text, length);
            out += length;
        } else if (expr->nodes[piece.node].kind == NODE_TAG) {
            out = write_tag(out, expr->nodes[piece.node].tag);
        } else {
            depth = push_pieces(expr, stack, depth, &expr->nodes[piece.node]);
        }
    }
}

char *gh_tagexpr_to_text(const struct gh_tagexpr *expr, struct gh_arena *arena)
{
    char *text = gh_arena_alloc(arena, most_text(expr));
    if (!expr->count)
        return text;
    struct gh_arena scratch = {0};
    /* a node is taken from the stack when its at most 5 pieces go on it */
    struct piece *stack =
        gh_arena_array(&scratch, 4 * expr->count + 2, sizeof(*stack));
    write_text(expr, stack, text);
    gh_arena_finish(&scratch);
    return text;
}

void gh_tagexpr_destroy(struct gh_tagexpr *expr)
{
    if (!expr)
        return;
    gh_arena_finish(&expr->arena);
    gh_free(expr);
}
