#include "gherkin/expected.h"

#include <stdio.h>
#include <string.h>

#include "gherkin/remedy.h"

#define LONGEST_GOT  2000u /* bytes of a line that a message repeats */
#define LONGEST_LIST 256u
#define SHOWN_GOT    72u /* of those that a person is shown */

static const char expected_here[] = "expected: ", and_got[] = ", got '";
static const char at_end[] = "unexpected end of file, expected: ";

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

static bool begins(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

static bool wants_feature(const struct gh_error *error)
{
    const char *list = strstr(error->message, "#FeatureLine");
    const char *got = strstr(error->message, and_got);
    return begins(error->message, expected_here) && list && list < got;
}

/* No more than that a Feature line is missing, which was told. */
static bool is_echo(const struct gh_error *errors, size_t index)
{
    const char *remedy = errors[index].remedy;
    return index && remedy && wants_feature(&errors[index]) &&
           wants_feature(&errors[index - 1]) &&
           (!strcmp(remedy, GH_REMEDY_NO_FEATURE) ||
            !strcmp(remedy, GH_REMEDY_BEGIN));
}

/* The line, as the message has it, without its quotes. */
static struct gh_str shown(const char *got, bool *cut)
{
    size_t length = strlen(got) - 1;
    *cut = length > SHOWN_GOT;
    if (*cut) {
        length = SHOWN_GOT;
        while ((got[length] & 0xC0) == 0x80)
            length--;
    }
    return (struct gh_str){got, length};
}

const char *gh_expected_in_words(struct gh_arena *arena,
                                 const struct gh_error *errors, size_t index)
{
    const struct gh_error *error = &errors[index];
    const char *got = strstr(error->message, and_got);
    bool cut;
    if (is_echo(errors, index))
        return NULL;
    if (!error->remedy)
        return error->message;
    if (begins(error->message, at_end))
        return gh_arena_format(arena, "the file ends here: %s", error->remedy);
    if (!begins(error->message, expected_here) || !got)
        return gh_arena_format(arena, "%s; %s", error->message, error->remedy);
    struct gh_str line = shown(got + strlen(and_got), &cut);
    return gh_arena_format(arena, "'%.*s%s' cannot stand here: %s",
                           GH_STR_ARG(line), cut ? "..." : "", error->remedy);
}
