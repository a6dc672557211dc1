/*
 * Which pickles a feature file has: one for each of its cases.
 *
 * A scenario is written once for each combination that any of its cases has,
 * and once more for each repetition: formatters show scenarios, not pickles,
 * and would show all cases of one scenario as one.
 */
#include <stdlib.h>
#include <string.h>

#include "runner/report/messages.h"

struct copying {
    struct mp_messages *messages;
    struct mp_message_case **cases; /* of the file, by line and number */
    size_t count, next;
    /* The scenario that was asked for last. */
    const struct mp_message_case **nodes; /* a case for each of its nodes */
    size_t node_count, node_capacity;
    struct mp_buf suffix;
    struct mp_buf tags[MP_MESSAGE_TAGS_MAX];
    struct gh_str tag_list[MP_MESSAGE_TAGS_MAX];
};

static int by_place(const void *a, const void *b)
{
    const struct mp_message_case *first = *(struct mp_message_case *const *)a;
    const struct mp_message_case *second = *(struct mp_message_case *const *)b;
    if (first->line != second->line)
        return first->line < second->line ? -1 : 1;
    return (first > second) - (first < second);
}

/* "[reader=c,writer=python]": a tag for each process, as features write it.
 */
static size_t make_tags(struct copying *copying, const char *combination)
{
    size_t count = 0;
    const char *at = combination + (*combination == '[');
    while (*at && *at != ']' && count < MP_MESSAGE_TAGS_MAX) {
        size_t length = strcspn(at, ",]");
        struct mp_buf *tag = &copying->tags[count];
        mp_buf_reset(tag);
        mp_buf_append_text(tag, "@platform:");
        for (size_t i = 0; i < length; i++)
            mp_buf_append_char(tag, at[i] == ' ' ? '_' : at[i]);
        copying->tag_list[count++] = (struct gh_str){tag->data, tag->len};
        at += length;
        at += *at == ',';
    }
    return count;
}

/* -- Nodes of a scenario -------------------------------------------------- */

static bool is_same_node(const struct mp_message_case *a,
                         const struct mp_message_case *b)
{
    return a->repetition == b->repetition &&
           !strcmp(a->combination, b->combination);
}

static size_t find_node(const struct copying *copying,
                        const struct mp_message_case *entry)
{
    size_t at = 0;
    while (at < copying->node_count && !is_same_node(copying->nodes[at], entry))
        at++;
    return at;
}

static void add_node(struct copying *copying,
                     const struct mp_message_case *entry)
{
    if (find_node(copying, entry) < copying->node_count)
        return;
    if (copying->node_count == copying->node_capacity) {
        copying->node_capacity = copying->node_capacity * 2 + 16;
        copying->nodes = gh_realloc(
            copying->nodes, copying->node_capacity * sizeof(*copying->nodes));
    }
    copying->nodes[copying->node_count++] = entry;
}

/* The first case at that line or behind it. */
static size_t find_line(const struct copying *copying, uint32_t line)
{
    size_t low = 0, high = copying->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (copying->cases[middle]->line < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t list_nodes(void *user, uint32_t from, uint32_t to)
{
    struct copying *copying = user;
    copying->node_count = 0;
    for (size_t i = find_line(copying, from);
         i < copying->count && copying->cases[i]->line <= to; i++)
        add_node(copying, copying->cases[i]);
    return copying->node_count;
}

/* One process on one platform: there is nothing to tell apart. */
static const char *combination_of(const struct copying *copying,
                                  const struct mp_message_case *entry)
{
    bool alone = copying->node_count < 2 && !strchr(entry->combination, ',');
    return alone ? "" : entry->combination;
}

static struct gh_str make_suffix(struct copying *copying,
                                 const struct mp_message_case *entry)
{
    const char *combination = combination_of(copying, entry);
    mp_buf_reset(&copying->suffix);
    mp_buf_format(&copying->suffix, "%s%s", *combination ? " " : "",
                  combination);
    if (entry->repetition)
        mp_buf_format(&copying->suffix, " (repetition %lld)",
                      (long long)entry->repetition);
    return gh_str_of(mp_buf_text(&copying->suffix));
}

static struct gh_str suffix_of(void *user, size_t node)
{
    struct copying *copying = user;
    return node < copying->node_count
               ? make_suffix(copying, copying->nodes[node])
               : (struct gh_str){0};
}

/* -- Pickles -------------------------------------------------------------- */

static bool next_copy(void *user, const struct gh_pickle *pickle,
                      struct gh_pickle_copy *copy)
{
    struct copying *copying = user;
    while (copying->next < copying->count &&
           copying->cases[copying->next]->line < pickle->at.line)
        copying->next++;
    if (copying->next == copying->count)
        return false;
    struct mp_message_case *entry = copying->cases[copying->next];
    if (entry->line != pickle->at.line)
        return false;
    copying->next++;
    entry->has_pickle = true;
    entry->pickle = copy->id;
    entry->first_step = copy->first_step;
    entry->step_count = pickle->step_count;
    copy->node = find_node(copying, entry);
    copy->suffix = make_suffix(copying, entry);
    copy->tags = copying->tag_list;
    copy->tag_count = make_tags(copying, combination_of(copying, entry));
    return true;
}

/* The cases of the file, which has not been seen before. */
static void find_cases(struct copying *copying, const char *uri)
{
    struct mp_messages *messages = copying->messages;
    const char *last = NULL; /* equal texts are mostly one text */
    copying->cases =
        gh_alloc((messages->case_count + 1) * sizeof(struct mp_message_case *));
    for (size_t i = 0; i < messages->case_count; i++) {
        struct mp_message_case *entry = &messages->cases[i];
        if (!entry->uri || entry->has_pickle ||
            (entry->uri != last && strcmp(entry->uri, uri) != 0))
            continue;
        last = entry->uri;
        copying->cases[copying->count++] = entry;
    }
    if (copying->count)
        qsort(copying->cases, copying->count, sizeof(*copying->cases),
              by_place);
}

void mp_message_pickles_take(struct mp_messages *messages,
                             const struct mp_record *record)
{
    if (!record->uri || !record->body)
        return;
    struct copying copying = {.messages = messages};
    struct gh_pickle_copies copies = {.next = next_copy,
                                      .nodes = list_nodes,
                                      .suffix = suffix_of,
                                      .user = &copying};
    const struct gh_parse_options how = {.lenient = true};
    find_cases(&copying, record->uri);
    if (!copying.count) { /* journals that were joined have it once for each */
        gh_free(copying.cases);
        return;
    }
    struct gh_document *document = gh_document_parse_with(
        record->uri, record->body, strlen(record->body), &how);
    gh_messages_write_copies(&messages->head, document, &copies,
                             &messages->ids);
    gh_document_destroy(document);
    gh_free(copying.cases);
    gh_free(copying.nodes);
    mp_buf_finish(&copying.suffix);
    for (size_t i = 0; i < MP_MESSAGE_TAGS_MAX; i++)
        mp_buf_finish(&copying.tags[i]);
}
