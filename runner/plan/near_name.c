#include "runner/plan/near_name.h"

#include <ctype.h>
#include <string.h>

#include "gherkin/distance.h"
#include "runner/plan/words.h"

#define NOUN_LONGEST 9u /* bytes of "processes" */

static const char *const quotes[] = {"\"",           "`",
                                     "\xc2\xb4",     /* acute accent */
                                     "\xe2\x80\x98", /* single, high 6 */
                                     "\xe2\x80\x99", /* single, high 9 */
                                     "\xe2\x80\x9a", /* single, low 9 */
                                     "\xe2\x80\x9c", /* double, high 6 */
                                     "\xe2\x80\x9d", /* double, high 9 */
                                     "\xe2\x80\x9e", /* double, low 9 */
                                     "\xc2\xab",     "\xc2\xbb"};

/* Bytes of the quote that begins at the text; 0: none does. */
static size_t quote_at(struct gh_str text)
{
    unsigned char first = text.len ? (unsigned char)*text.ptr : ' ';
    if (first != '"' && first != '`' && first < 0x80)
        return 0; /* as nearly always */
    for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++) {
        size_t length = strlen(quotes[i]);
        if (text.len >= length && !memcmp(text.ptr, quotes[i], length))
            return length;
    }
    return 0;
}

static struct gh_str after(struct gh_str text, size_t bytes)
{
    return (struct gh_str){text.ptr + bytes, text.len - bytes};
}

/* What stands where " process" or " processes" is looked for. */
struct noun {
    size_t length; /* with the blanks before it; 0: no such word */
    bool plural;
    bool slip;  /* one letter is wrong */
    bool exact; /* one blank, small letters, no slip */
};

/* The word at the start of text, in small letters: its length, or 0. */
static size_t small_word(struct gh_str text, char out[NOUN_LONGEST + 1])
{
    size_t length = 0;
    while (length < text.len && isalnum((unsigned char)text.ptr[length])) {
        if (length == NOUN_LONGEST)
            return 0;
        out[length] = (char)tolower((unsigned char)text.ptr[length]);
        length++;
    }
    bool goes_on = length < text.len && (text.ptr[length] == '_' ||
                                         (unsigned char)text.ptr[length] > 127);
    out[goes_on ? 0 : length] = '\0';
    return goes_on ? 0 : length;
}

/* In any letter case, after any blanks, and one letter may be wrong. */
static struct noun noun_at(struct gh_str text)
{
    char word[NOUN_LONGEST + 1];
    struct noun noun = {0};
    size_t blanks = 0;
    while (blanks < text.len &&
           (text.ptr[blanks] == ' ' || text.ptr[blanks] == '\t'))
        blanks++;
    struct gh_str said = after(text, blanks);
    size_t length = small_word(said, word);
    noun.plural = !strcmp(word, "processes");
    noun.slip = length && *word == 'p' && blanks && !noun.plural &&
                gh_distance(gh_str_of(word), gh_str_of("process")) == 1;
    if (!noun.slip && !noun.plural && strcmp(word, "process"))
        return noun;
    noun.length = blanks + length;
    noun.exact = !noun.slip && blanks == 1 && *text.ptr == ' ' &&
                 !memcmp(said.ptr, word, length);
    return noun;
}

/* Does " process" or " processes" stand there, in any letter case? */
static bool says_process(struct gh_str text, struct noun *noun)
{
    struct gh_str rest;
    *noun = noun_at(text);
    return noun->length && !noun->slip && *text.ptr == ' ' &&
           text.ptr[1] != ' ' &&
           mp_words_skip(after(text, noun->length), "", &rest);
}

/* A name in single quotes: what is wrong is what follows it. */
static size_t misnamed(struct gh_str text, struct mp_near_name *found,
                       struct noun *noun)
{
    const char *close = text.len && *text.ptr == '\''
                            ? memchr(text.ptr + 1, '\'', text.len - 1)
                            : NULL;
    if (!close)
        return 0;
    size_t length = (size_t)(close + 1 - text.ptr);
    found->name = (struct gh_str){text.ptr + 1, length - 2};
    *noun = noun_at(after(text, length));
    found->noun =
        noun->length && !noun->exact && !mp_words_name_fault(found->name);
    return found->noun ? length : 0;
}

/* A name in other quotes at the start of text: its length with them, or 0. */
static size_t quoted_name(struct gh_str text, struct gh_str *name,
                          struct noun *noun)
{
    size_t open = quote_at(text);
    for (size_t i = open; open && i < text.len; i++) {
        size_t close = quote_at(after(text, i));
        if (!close)
            continue;
        *name = (struct gh_str){text.ptr + open, i - open};
        bool is_name = !mp_words_name_fault(*name) &&
                       says_process(after(text, i + close), noun);
        return is_name ? i + close : 0;
    }
    return 0;
}

/* What follows the words that lead up to a name; ptr NULL: there are none. */
static struct gh_str after_article(struct gh_str text)
{
    static const char *const articles[] = {
        "the second", "the third", "the new", "the other", "a second",
        "a new",      "another",   "the",     "all",       "each"};
    struct gh_str rest = {NULL, 0};
    for (size_t i = 0; i < sizeof(articles) / sizeof(*articles); i++) {
        if (mp_words_skip(text, articles[i], &rest))
            break;
    }
    return rest;
}

static size_t bare_name(struct gh_str text, struct gh_str *name,
                        struct noun *noun)
{
    size_t length = 0;
    while (length < text.len && text.ptr[length] != ' ')
        length++;
    *name = (struct gh_str){text.ptr, length};
    bool is_name =
        !mp_words_name_fault(*name) && says_process(after(text, length), noun);
    return is_name ? length : 0;
}

bool mp_near_name_find(struct gh_str text, struct gh_arena *arena,
                       struct mp_near_name *found)
{
    size_t length = 0;
    struct noun noun = {0};
    struct gh_str there = text;
    memset(found, 0, sizeof(*found));
    for (size_t i = 0; i < text.len && !length; i++) {
        there = after(text, i);
        length = quoted_name(there, &found->name, &noun);
        if (!length)
            length = misnamed(there, found, &noun);
    }
    if (!length) {
        there = after_article(text);
        found->bare = there.ptr != NULL;
        length = found->bare ? bare_name(there, &found->name, &noun) : 0;
    }
    if (!length)
        return false;
    struct gh_str before = {text.ptr, (size_t)(there.ptr - text.ptr)};
    found->meant =
        gh_arena_format(arena, "%.*s'%.*s' process%s%.*s", GH_STR_ARG(before),
                        GH_STR_ARG(found->name), noun.plural ? "es" : "",
                        GH_STR_ARG(after(there, length + noun.length)));
    return true;
}
