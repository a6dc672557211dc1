#include "runner/plan/near_name.h"

#include <string.h>

#include "runner/plan/words.h"

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

/* Does " process" or " processes" stand there, as a word? */
static bool says_process(struct gh_str text)
{
    struct gh_str rest;
    if (!text.len || *text.ptr != ' ')
        return false;
    text = after(text, 1);
    return mp_words_skip(text, "process", &rest) ||
           mp_words_skip(text, "processes", &rest);
}

/* A name in quotes at the start of text: its length with them, or 0. */
static size_t quoted_name(struct gh_str text, struct gh_str *name)
{
    size_t open = quote_at(text);
    for (size_t i = open; open && i < text.len; i++) {
        size_t close = quote_at(after(text, i));
        if (!close)
            continue;
        *name = (struct gh_str){text.ptr + open, i - open};
        bool is_name =
            !mp_words_name_fault(*name) && says_process(after(text, i + close));
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

static size_t bare_name(struct gh_str text, struct gh_str *name)
{
    size_t length = 0;
    while (length < text.len && text.ptr[length] != ' ')
        length++;
    *name = (struct gh_str){text.ptr, length};
    bool is_name =
        !mp_words_name_fault(*name) && says_process(after(text, length));
    return is_name ? length : 0;
}

static void keep(struct gh_str text, struct gh_str there, size_t length,
                 struct gh_arena *arena, struct mp_near_name *found)
{
    struct gh_str before = {text.ptr, (size_t)(there.ptr - text.ptr)};
    struct gh_str rest = after(there, length);
    found->meant = gh_arena_format(arena, "%.*s'%.*s'%.*s", GH_STR_ARG(before),
                                   GH_STR_ARG(found->name), GH_STR_ARG(rest));
}

bool mp_near_name_find(struct gh_str text, struct gh_arena *arena,
                       struct mp_near_name *found)
{
    size_t length = 0;
    struct gh_str there = text;
    found->bare = false;
    for (size_t i = 0; i < text.len && !length; i++) {
        there = after(text, i);
        length = quoted_name(there, &found->name);
    }
    if (!length) {
        there = after_article(text);
        found->bare = there.ptr != NULL;
        length = found->bare ? bare_name(there, &found->name) : 0;
    }
    if (length)
        keep(text, there, length, arena, found);
    return length > 0;
}
