#include "gherkin/expected.h"

#include <stdio.h>

#define LONGEST_GOT  2000u /* bytes of a line that a message repeats */
#define LONGEST_LIST 256u

/* Writes the names of the tokens to list. */
static void list_tokens(char list[LONGEST_LIST], unsigned tokens)
{
    static const struct {
        enum gh_token token;
        const char *name;
    } names[] = {
        {GH_TOKEN_END, "#EOF"},
        {GH_TOKEN_LANGUAGE, "#Language"},
        {GH_TOKEN_TABLE_ROW, "#TableRow"},
        {GH_TOKEN_DOC_STRING, "#DocStringSeparator"},
        {GH_TOKEN_STEP, "#StepLine"},
        {GH_TOKEN_TAG_LINE, "#TagLine"},
        {GH_TOKEN_FEATURE, "#FeatureLine"},
        {GH_TOKEN_BACKGROUND, "#BackgroundLine"},
        {GH_TOKEN_EXAMPLES, "#ExamplesLine"},
        {GH_TOKEN_SCENARIO, "#ScenarioLine"},
        {GH_TOKEN_RULE, "#RuleLine"},
        {GH_TOKEN_COMMENT, "#Comment"},
        {GH_TOKEN_EMPTY, "#Empty"},
        {GH_TOKEN_OTHER, "#Other"},
    };
    size_t len = 0;
    list[0] = '\0';
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!(tokens & 1u << names[i].token))
            continue;
        len += (size_t)snprintf(list + len, LONGEST_LIST - len, "%s%s",
                                len ? ", " : "", names[i].name);
    }
}

const char *gh_expected_message(struct gh_arena *arena, unsigned tokens,
                                const struct gh_line *line)
{
    struct gh_str got = gh_source_trim(line->text, line->end);
    const char *more = "";
    char list[LONGEST_LIST];
    if (got.len > LONGEST_GOT) {
        got.len = LONGEST_GOT;
        while ((got.ptr[got.len] & 0xC0) == 0x80)
            got.len--;
        more = "...";
    }
    got = gh_utf8_repair(arena, got);
    list_tokens(list, tokens);
    return gh_arena_format(arena, "expected: %s, got '%.*s%s'", list,
                           GH_STR_ARG(got), more);
}

const char *gh_expected_end_message(struct gh_arena *arena, unsigned tokens)
{
    char list[LONGEST_LIST];
    list_tokens(list, tokens);
    return gh_arena_format(arena, "unexpected end of file, expected: %s", list);
}
