/*
 * A tag expression: it parses or there is a message; printed, it parses again
 * and prints the same, and matches the same tags.
 */
#include <string.h>

#include "gherkin/memory.h"
#include "tests/fuzz/fuzz.h"

static const char *const tag_sets[] = {"@a", "@b", "@c", "@smoke", "@a(b)"};

static unsigned matches(const struct gh_tagexpr *expression)
{
    struct gh_str tags[sizeof(tag_sets) / sizeof(*tag_sets)];
    size_t count = sizeof(tag_sets) / sizeof(*tag_sets);
    unsigned all = 0;
    for (unsigned set = 0; set < 1u << count; set++) {
        size_t used = 0;
        for (unsigned i = 0; i < count; i++) {
            if (set & 1u << i)
                tags[used++] = gh_str_of(tag_sets[i]);
        }
        all = all * 31 + gh_tagexpr_matches(expression, tags, used);
    }
    return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char error[256] = "";
    struct gh_arena arena = {0};
    char *text = gh_alloc(size + 1);
    if (size)
        memcpy(text, data, size);
    struct gh_tagexpr *expression =
        gh_tagexpr_parse(text, error, sizeof(error));
    MUST(expression || *error);
    if (expression) {
        char *printed = gh_tagexpr_to_text(expression, &arena);
        struct gh_tagexpr *again =
            gh_tagexpr_parse(printed, error, sizeof(error));
        MUST(again);
        MUST(!strcmp(printed, gh_tagexpr_to_text(again, &arena)));
        MUST(matches(expression) == matches(again));
        gh_tagexpr_destroy(again);
    }
    gh_tagexpr_destroy(expression);
    gh_arena_finish(&arena);
    gh_free(text);
    return 0;
}
