#include "gherkin/error_list.h"

void gh_error_list_add(struct gh_error_list *list, struct gh_location at,
                       const char *message, const char *remedy)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 8;
        list->items =
            gh_realloc(list->items, list->room * sizeof(*list->items));
    }
    list->items[list->count++] = (struct gh_error){at, message, remedy};
}

void gh_error_list_finish(struct gh_error_list *list)
{
    gh_free(list->items);
    *list = (struct gh_error_list){0};
}

static bool is_before(const struct gh_error *a, const struct gh_error *b)
{
    if (a->at.line != b->at.line)
        return a->at.line < b->at.line;
    return a->at.column < b->at.column;
}

void gh_error_list_merge(struct gh_error_list *into,
                         const struct gh_error_list *first,
                         const struct gh_error_list *second)
{
    size_t i = 0, j = 0;
    while (i < first->count || j < second->count) {
        bool take_second = i == first->count ||
                           (j < second->count &&
                            is_before(&second->items[j], &first->items[i]));
        const struct gh_error *error =
            take_second ? &second->items[j++] : &first->items[i++];
        gh_error_list_add(into, error->at, error->message, error->remedy);
    }
}
