#include "gherkin/document.h"
#include "gherkin/gherkin.h"

static bool same_tags(const struct gh_pickle *a, const struct gh_pickle *b)
{
    if (a->tag_count != b->tag_count)
        return false;
    for (size_t i = 0; i < a->tag_count; i++) {
        if (!gh_str_equal(a->tags[i].name, b->tags[i].name))
            return false;
    }
    return true;
}

static bool same_tables(const struct gh_table *a, const struct gh_table *b)
{
    if (!a || !b)
        return a == b;
    if (a->rows != b->rows || a->columns != b->columns)
        return false;
    size_t count = (size_t)a->rows * a->columns;
    for (size_t i = 0; i < count; i++) {
        if (!gh_str_equal(a->cells[i], b->cells[i]))
            return false;
    }
    return true;
}

static bool same_doc_strings(const struct gh_doc_string *a,
                             const struct gh_doc_string *b)
{
    if (!a || !b)
        return a == b;
    return gh_str_equal(a->content, b->content) &&
           gh_str_equal(a->media_type, b->media_type);
}

static bool same_steps(const struct gh_pickle *a, const struct gh_pickle *b)
{
    if (a->step_count != b->step_count)
        return false;
    for (size_t i = 0; i < a->step_count; i++) {
        const struct gh_pickle_step *one = &a->steps[i], *other = &b->steps[i];
        if (!gh_str_equal(one->text, other->text) ||
            !gh_str_equal(one->keyword, other->keyword) ||
            one->type != other->type ||
            one->doc_string_first != other->doc_string_first ||
            !same_tables(one->table, other->table) ||
            !same_doc_strings(one->doc_string, other->doc_string))
            return false;
    }
    return true;
}

static bool same_pickles(const struct gh_document *a,
                         const struct gh_document *b)
{
    struct gh_pickles *left = gh_pickles_create(a);
    struct gh_pickles *right = gh_pickles_create(b);
    struct gh_pickle one, other;
    bool same = true, more = true;
    while (same && more) {
        more = gh_pickles_next(left, &one);
        same = gh_pickles_next(right, &other) == more;
        if (same && more)
            same = gh_str_equal(one.name, other.name) &&
                   gh_str_equal(one.feature_name, other.feature_name) &&
                   gh_str_equal(one.rule_name, other.rule_name) &&
                   gh_str_equal(one.language, other.language) &&
                   same_tags(&one, &other) && same_steps(&one, &other);
    }
    gh_pickles_destroy(left);
    gh_pickles_destroy(right);
    return same;
}

bool gh_format_keeps(const struct gh_document *document, const char *text,
                     size_t length)
{
    const struct gh_error *errors;
    const struct gh_parse_options options = {document->lenient};
    struct gh_document *other =
        gh_document_parse_with(document->uri, text, length, &options);
    bool keeps = !gh_document_errors(other, &errors) &&
                 gh_document_comment_count(other) ==
                     gh_document_comment_count(document) &&
                 same_pickles(document, other);
    gh_document_destroy(other);
    return keeps;
}
