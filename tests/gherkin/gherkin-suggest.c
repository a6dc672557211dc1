/*
 * gherkin-suggest: for each line of standard input, a step text, the
 * expressions that are suggested for it and the names of the first one's
 * arguments, as a line of JSON. For the comparison with the official generator.
 */
#include <stdio.h>
#include <stdlib.h>

#include "gherkin/jsonw.h"

static void print(struct gh_jsonw *w, const struct gh_suggestion *list,
                  size_t count)
{
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "sources");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < count; i++)
        gh_jsonw_cstring(w, list[i].source);
    gh_jsonw_array_end(w);
    gh_jsonw_key(w, "names");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < list[0].count; i++)
        gh_jsonw_cstring(w, list[0].names[i]);
    gh_jsonw_array_end(w);
    gh_jsonw_object_end(w);
    gh_jsonw_newline(w);
}

int main(void)
{
    struct gh_parameter_types *types = gh_parameter_type_registry_create();
    struct gh_jsonw w;
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    gh_jsonw_init(&w);
    while ((len = getline(&line, &room, stdin)) > 0) {
        struct gh_arena arena = {0};
        const struct gh_suggestion *list;
        struct gh_str text = {line, (size_t)len - (line[len - 1] == '\n')};
        size_t count =
            gh_suggestion_make(types, text, GH_SUGGESTIONS_MAX, &arena, &list);
        print(&w, list, count);
        struct gh_str json = gh_jsonw_text(&w);
        fwrite(json.ptr, 1, json.len, stdout);
        gh_jsonw_clear(&w);
        gh_arena_finish(&arena);
    }
    free(line);
    gh_jsonw_finish(&w);
    gh_parameter_type_registry_destroy(types);
    return 0;
}
