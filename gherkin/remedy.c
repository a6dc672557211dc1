#include "gherkin/remedy.h"

#include <string.h>

#include "gherkin/distance.h"

/* -- Comparing with keywords -------------------------------------------- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct gh_str without_space(const struct gh_keyword *keyword)
{
    struct gh_str text = {keyword->text, keyword->len};
    while (text.len && text.ptr[text.len - 1] == ' ')
        text.len--;
    return text;
}

/* The start of the line that has as many words as the keyword, without a
 * colon and what follows it. */
static struct gh_str same_words(struct gh_str line, struct gh_str keyword)
{
    size_t words = 1, end = 0;
    for (size_t i = 0; i < keyword.len; i++)
        words += keyword.ptr[i] == ' ';
    size_t most = smaller(line.len, GH_DISTANCE_LONGEST + 1);
    for (; end < most && line.ptr[end] != ':'; end++) {
        if (line.ptr[end] == ' ' && !--words)
            break;
    }
    return (struct gh_str){line.ptr, end};
}

struct guess {
    const struct gh_keyword *keyword;
    size_t distance;
    struct gh_str word; /* of the line */
};

static bool is_title(const struct gh_keyword *keyword)
{
    return keyword->type == GH_KEYWORD_NONE;
}

/* How many letters of a keyword may be wrong. A title without its colon is
 * taken as meant only when all else is right. */
static size_t tolerance(const struct gh_keyword *keyword, struct gh_str line,
                        struct gh_str word)
{
    size_t len = without_space(keyword).len;
    bool colon = word.len < line.len && line.ptr[word.len] == ':';
    if (is_title(keyword) && !colon)
        return 0;
    return len < 4 ? 0 : len < 7 ? 1 : 2;
}

/* Cheap, and true wherever the distance is small enough: a letter that
 * changes its case keeps its size in nearly all scripts. */
static bool similar_length(struct gh_str word, struct gh_str text, size_t most)
{
    return word.len && word.len <= text.len + most &&
           text.len <= word.len + most;
}

/* The keyword of a dialect that the line most likely begins with, whatever
 * the case of its letters. */
static struct guess guess_keyword(const struct gh_dialect *dialect,
                                  struct gh_str line)
{
    struct gh_arena scratch = {0};
    struct guess best = {NULL, 10, {NULL, 0}};
    for (unsigned i = 0; i < dialect->count; i++) {
        const struct gh_keyword *keyword = &dialect->keywords[i];
        struct gh_str text = without_space(keyword);
        struct gh_str word = same_words(line, text);
        size_t most = tolerance(keyword, line, word);
        if (text.ptr[0] == '*' || !similar_length(word, text, most))
            continue;
        size_t found = gh_distance(gh_utf8_fold(&scratch, word),
                                   gh_utf8_fold(&scratch, text));
        if (found <= most && found < best.distance)
            best = (struct guess){keyword, found, word};
    }
    gh_arena_finish(&scratch);
    return best;
}

/* -- Sentences ---------------------------------------------------------- */

static const char *out_of_place(const struct gh_remedy_place *place,
                                unsigned token)
{
    if (!place->has_feature)
        return token == GH_TOKEN_FEATURE ? NULL : GH_REMEDY_NO_FEATURE;
    switch (token) {
    case GH_TOKEN_FEATURE:
        return "a file holds one feature; put this one into its own file";
    case GH_TOKEN_BACKGROUND:
        return "a Background stands right under its Feature or Rule, before "
               "the first scenario";
    case GH_TOKEN_EXAMPLES:
        return "Examples stand under the steps of a Scenario Outline";
    case GH_TOKEN_STEP:
        return place->tokens & GH_TOKENS(TABLE_ROW)
                   ? "steps stand in front of Examples"
                   : "steps stand under a Scenario or Background line";
    default:
        return NULL;
    }
}

static const char *quote_keyword(struct gh_arena *arena,
                                 const struct gh_keyword *keyword)
{
    struct gh_str text = {keyword->text, keyword->len};
    return gh_arena_format(arena, "'%.*s%s'", GH_STR_ARG(text),
                           is_title(keyword) ? ":" : "");
}

/* A line that begins as a keyword of the language does, nearly or exactly. */
static const char *from_keyword(struct gh_arena *arena,
                                const struct gh_remedy_place *place,
                                struct gh_str line)
{
    const struct gh_dialect *dialect = place->index->dialect;
    struct guess guess = guess_keyword(dialect, line);
    if (!guess.keyword)
        return NULL;
    struct gh_str rest = {line.ptr + guess.word.len, line.len - guess.word.len};
    bool exact = gh_str_equal(guess.word, without_space(guess.keyword));
    const char *quoted = quote_keyword(arena, guess.keyword);
    if (exact && is_title(guess.keyword) && (!rest.len || *rest.ptr != ':'))
        return gh_arena_format(arena, "did you forget the colon of %s?",
                               quoted);
    if (exact && !is_title(guess.keyword) && !rest.len)
        return gh_arena_format(arena, "a step needs a text after %s", quoted);
    if (exact && !is_title(guess.keyword) && *rest.ptr == ':')
        return gh_arena_format(arena, "a step has no colon: write %s", quoted);
    if (!exact)
        return gh_arena_format(arena, "did you mean %s?", quoted);
    return out_of_place(place, (unsigned)gh_dialect_token(
                                   guess.keyword, guess.keyword->tokens));
}

static const struct gh_keyword *same_kind(const struct gh_dialect *dialect,
                                          const struct gh_keyword *other)
{
    const struct gh_keyword *found = NULL;
    for (unsigned i = 0; i < dialect->count; i++) {
        const struct gh_keyword *keyword = &dialect->keywords[i];
        if (keyword->tokens == other->tokens && keyword->type == other->type &&
            keyword->text[0] != '*' && (!found || keyword->len < found->len))
            found = keyword;
    }
    return found;
}

/* An English keyword under "# language: de", say. */
static const char *from_english(struct gh_arena *arena,
                                const struct gh_remedy_place *place,
                                struct gh_str line)
{
    const struct gh_dialect *dialect = place->index->dialect;
    struct gh_keyword_index english = {0};
    gh_dialect_index(&english, gh_dialect_find(gh_str_of("en")));
    if (dialect == english.dialect)
        return NULL;
    const struct gh_keyword *keyword =
        gh_dialect_match(&english, line.ptr, line.len, ~0u);
    const struct gh_keyword *theirs =
        keyword ? same_kind(dialect, keyword) : NULL;
    if (!theirs)
        return NULL;
    return gh_arena_format(
        arena, "the language of this file is '%s' (%s): write %s",
        dialect->code, dialect->english, quote_keyword(arena, theirs));
}

/* A title or step of another language while no "# language:" says so. */
static const char *from_language(struct gh_arena *arena, struct gh_str line)
{
    size_t count;
    const struct gh_dialect *all = gh_dialect_all(&count);
    const struct gh_dialect *found = NULL;
    for (size_t i = 0; i < count; i++) {
        struct gh_keyword_index index = {0};
        gh_dialect_index(&index, &all[i]);
        if (!gh_dialect_match(&index, line.ptr, line.len, GH_TOKENS(FEATURE)))
            continue;
        if (found) /* several: which one is not for us to say */
            return "a '# language: xx' line at the top says which language "
                   "the keywords are of";
        found = &all[i];
    }
    if (!found)
        return NULL;
    return gh_arena_format(arena, "is '# language: %s' missing at the top?",
                           found->code);
}

static const char *from_first_char(const struct gh_remedy_place *place,
                                   struct gh_str line)
{
    bool fence = line.len >= 3 && (!memcmp(line.ptr, "\"\"\"", 3) ||
                                   !memcmp(line.ptr, "```", 3));
    if (line.len >= 2 && !memcmp(line.ptr, "//", 2))
        return "a comment begins with #";
    if (!place->has_feature)
        return NULL;
    if (*line.ptr == '*' && line.len > 1 && line.ptr[1] != ' ' &&
        !place->markdown)
        return "a step that begins with * has a space after it";
    if (*line.ptr == '|')
        return "a table stands under a step or an Examples line; a step has "
               "one table at most";
    if (fence)
        return "a doc string stands under a step; a step has one doc string "
               "at most";
    return NULL;
}

static const char *about_place(const struct gh_remedy_place *place)
{
    if (!place->has_feature)
        return GH_REMEDY_BEGIN;
    return "free text stands right under a title line only, before steps and "
           "tables; a comment begins with #";
}

const char *gh_remedy_unexpected(struct gh_arena *arena,
                                 const struct gh_remedy_place *place,
                                 const struct gh_line *line)
{
    struct gh_str text = gh_source_trim(line->text, line->end);
    if (!text.len)
        return NULL;
    if (place->has_feature && !(place->tokens & GH_TOKENS(END)))
        return "tags stand right above a Scenario, Examples or Rule line";
    const char *remedy = from_first_char(place, text);
    if (!remedy && !place->markdown)
        remedy = from_keyword(arena, place, text);
    if (!remedy && !place->markdown)
        remedy = from_english(arena, place, text);
    if (!remedy && !place->has_feature && !place->markdown)
        remedy = from_language(arena, text);
    return remedy ? remedy : about_place(place);
}

const char *gh_remedy_end(unsigned tokens)
{
    if (tokens & GH_TOKENS(DOC_STRING))
        return "close the doc string with the quotes that opened it";
    if (tokens & GH_TOKENS(FEATURE))
        return "a Feature line must follow";
    return "tags stand right above a Scenario, Examples or Rule line";
}

const char *gh_remedy_step(struct gh_arena *arena,
                           const struct gh_dialect *dialect, struct gh_str line)
{
    if (line.len > 1 && *line.ptr == '*' && line.ptr[1] != ' ' &&
        line.ptr[1] != '*')
        return "'* '";
    struct guess guess = guess_keyword(dialect, line);
    if (!guess.keyword || is_title(guess.keyword))
        return NULL;
    bool alone = guess.word.len == line.len;
    bool exact = gh_str_equal(guess.word, without_space(guess.keyword));
    return alone && !exact ? NULL : quote_keyword(arena, guess.keyword);
}

const char *gh_remedy_language(struct gh_arena *arena, struct gh_str code)
{
    const struct gh_dialect *dialect = gh_dialect_guess(code);
    if (!dialect)
        return "write the code of a language that Gherkin has, such as 'en', "
               "'de' or 'zh-CN'";
    return gh_arena_format(arena, "did you mean '%s'?", dialect->code);
}

const char *gh_remedy_row(struct gh_arena *arena, const struct gh_line *line,
                          uint32_t cells, uint32_t first_cells)
{
    struct gh_str row = gh_source_trim(line->text, line->end);
    bool escaped = row.len > 1 && row.ptr[row.len - 2] == '\\';
    if (row.ptr[row.len - 1] != '|' || escaped)
        return "this row has no closing |";
    return gh_arena_format(arena, "this row has %u %s, the first row has %u",
                           cells, cells == 1 ? "cell" : "cells", first_cells);
}
