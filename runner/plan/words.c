#include "runner/plan/words.h"

#include <string.h>

#include "gherkin/utf8.h"

#define LONGEST_NAME 64
#define MOST_MEMBERS 10000

static struct gh_str from(struct gh_str text, const char *start)
{
    struct gh_str rest = {start, text.len - (size_t)(start - text.ptr)};
    return rest;
}

static struct gh_str skip_blanks(struct gh_str text)
{
    while (text.len && (*text.ptr == ' ' || *text.ptr == '\t')) {
        text.ptr++;
        text.len--;
    }
    return text;
}

bool mp_words_skip(struct gh_str text, const char *word, struct gh_str *rest)
{
    size_t length = strlen(word);
    if (text.len < length || memcmp(text.ptr, word, length))
        return false;
    struct gh_str after = {text.ptr + length, text.len - length};
    if (after.len && *after.ptr != ' ' && *after.ptr != '\t')
        return false;
    *rest = skip_blanks(after);
    return true;
}

/* What the pattern found. */
struct found {
    struct gh_str name;
    struct gh_str whole; /* quotes and the word "process" too */
    bool plural;         /* "processes" */
};

static bool word_ends(struct gh_str rest)
{
    uint32_t c;
    if (!rest.len)
        return true;
    gh_utf8_decode(rest.ptr, rest.len, &c);
    return c != '_' && !gh_utf8_is_letter_or_digit(c);
}

/* Does a word end behind the match? A plural's ending counts as part of it. */
static bool whole_word(struct gh_str text, struct found *found)
{
    struct gh_str whole = found->whole;
    found->plural =
        gh_str_ends_with(whole, "s") && !gh_str_ends_with(whole, "ss");
    struct gh_str rest = from(text, whole.ptr + whole.len);
    if (!whole.len || word_ends((struct gh_str){whole.ptr + whole.len - 1, 1}))
        return true;
    for (size_t s = 0; s <= 2 && s <= rest.len; s++) {
        bool plural =
            s && rest.ptr[s - 1] == 's' && (s == 1 || *rest.ptr == 'e');
        if ((s && !plural) || !word_ends(from(rest, rest.ptr + s)))
            continue;
        found->whole.len += s;
        found->plural = found->plural || plural;
        return true;
    }
    return false;
}

/* The first name in text. */
static bool first_name(const struct gh_regex *pattern, struct gh_str text,
                       struct found *found)
{
    struct gh_str groups[MP_WORDS_GROUPS_MAX];
    while (text.len) {
        int count = gh_regex_match(pattern, text, groups, MP_WORDS_GROUPS_MAX);
        if (count <= 0)
            return false;
        int group = gh_regex_group_number(pattern, "process");
        if (group < 0 || group >= MP_WORDS_GROUPS_MAX)
            return false;
        *found = (struct found){.name = groups[group], .whole = groups[0]};
        if (found->name.ptr && whole_word(text, found))
            return true;
        size_t skip = groups[0].len ? groups[0].len : 1;
        text = from(text, groups[0].ptr + skip);
    }
    return false;
}

/* Does text begin with a name, and then a blank or the end? Then phrase gets
 * it and what follows. */
static bool name_here(const struct gh_regex *pattern, struct gh_str text,
                      struct mp_phrase *phrase, bool *plural)
{
    struct found found;
    if (!first_name(pattern, text, &found) || found.whole.ptr != text.ptr)
        return false;
    struct gh_str rest = from(text, text.ptr + found.whole.len);
    if (rest.len && *rest.ptr != ' ' && *rest.ptr != '\t')
        return false;
    phrase->name = found.name;
    phrase->rest = skip_blanks(rest);
    *plural = found.plural;
    return true;
}

static bool counted_phrase(const struct gh_regex *pattern, struct gh_str text,
                           struct mp_phrase *phrase)
{
    static const struct {
        const char *article;
        const char *word;
        enum mp_phrase_kind kind;
    } word_table[] = {
        {"the", "new", MP_PHRASE_LATER},
        {"the", "second", MP_PHRASE_LATER},
        {"the", "third", MP_PHRASE_LATER},
        {"the", "other", MP_PHRASE_LATER},
        {"a", "new", MP_PHRASE_ANOTHER},
        {"a", "second", MP_PHRASE_ANOTHER},
        {"another", NULL, MP_PHRASE_ANOTHER},
    };
    for (size_t i = 0; i < sizeof(word_table) / sizeof(*word_table); i++) {
        struct gh_str after, rest;
        bool plural;
        if (!mp_words_skip(text, word_table[i].article, &after))
            continue;
        rest = after;
        if (word_table[i].word &&
            !mp_words_skip(after, word_table[i].word, &rest))
            continue;
        if (!name_here(pattern, rest, phrase, &plural))
            continue;
        phrase->kind = word_table[i].kind;
        phrase->word = gh_str_of(word_table[i].word ? word_table[i].word
                                                    : word_table[i].article);
        return true;
    }
    return false;
}

static bool leading_phrase(const struct gh_regex *pattern, struct gh_str text,
                           struct mp_phrase *phrase)
{
    struct gh_str after;
    bool plural;
    if (mp_words_skip(text, "the", &after) &&
        name_here(pattern, after, phrase, &plural)) {
        phrase->kind = MP_PHRASE_THE;
        return true;
    }
    if (mp_words_skip(text, "all", &after)) {
        if (mp_words_skip(after, "processes", &phrase->rest)) {
            phrase->kind = MP_PHRASE_EVERY;
            return true;
        }
        phrase->kind = MP_PHRASE_ALL;
        return name_here(pattern, after, phrase, &plural) && plural;
    }
    if (mp_words_skip(text, "each", &after)) {
        phrase->kind = MP_PHRASE_ALL;
        return name_here(pattern, after, phrase, &plural) && !plural;
    }
    return counted_phrase(pattern, text, phrase);
}

struct mp_phrase mp_words_phrase(const struct gh_regex *pattern,
                                 struct gh_str text)
{
    struct mp_phrase phrase = {.kind = MP_PHRASE_NONE};
    struct found found;
    if (leading_phrase(pattern, text, &phrase))
        return phrase;
    phrase = (struct mp_phrase){.kind = MP_PHRASE_NONE, .rest = text};
    if (first_name(pattern, text, &found)) {
        phrase.kind = MP_PHRASE_INSIDE;
        phrase.name = found.name;
    }
    return phrase;
}

size_t mp_words_names(const struct gh_regex *pattern, struct gh_str text,
                      struct gh_str *names, size_t max)
{
    size_t count = 0;
    struct found found;
    while (text.len && first_name(pattern, text, &found)) {
        if (count < max)
            names[count] = found.name;
        count++;
        size_t length = found.whole.len ? found.whole.len : 1;
        text = from(text, found.whole.ptr + length);
    }
    return count;
}

int mp_words_member(struct gh_str name, struct gh_str *base)
{
    size_t digits = 0;
    int number = 0, unit = 1;
    while (digits < name.len && digits < 6 &&
           name.ptr[name.len - 1 - digits] >= '0' &&
           name.ptr[name.len - 1 - digits] <= '9') {
        number += (name.ptr[name.len - 1 - digits] - '0') * unit;
        unit *= 10;
        digits++;
    }
    if (!digits || digits + 1 >= name.len ||
        name.ptr[name.len - 1 - digits] != '#' || number > MOST_MEMBERS)
        return 0;
    *base = (struct gh_str){name.ptr, name.len - digits - 1};
    return number;
}

static bool may_stand(uint32_t c, bool inner)
{
    return c == '_' || c == '-' || c == '.' || (c == ' ' && inner) ||
           gh_utf8_is_letter_or_digit(c);
}

const char *mp_words_name_fault(struct gh_str name)
{
    struct gh_str base = name;
    if (name.len && name.ptr[0] == '<' && name.ptr[name.len - 1] == '>')
        return "is a placeholder that no Examples column fills";
    if (memchr(name.ptr, '#', name.len) && !mp_words_member(name, &base))
        return "may hold a # only before a member's number, as in 'node#1'";
    if (!base.len)
        return "is empty";
    size_t letters = 0;
    uint32_t last = 0;
    for (size_t at = 0; at < base.len; letters++) {
        uint32_t c;
        size_t used = gh_utf8_decode(base.ptr + at, base.len - at, &c);
        bool inner = at > 0 && at + used < base.len && last != ' ';
        if (!may_stand(c, inner))
            return "may hold letters, digits, _ - . and single inner spaces";
        last = c;
        at += used;
    }
    return letters > LONGEST_NAME ? "is longer than 64 characters" : NULL;
}

bool mp_words_has_empty_name(struct gh_str text)
{
    static const char empty[] = "'' process";
    size_t length = sizeof(empty) - 1;
    for (size_t i = 0; i + length <= text.len; i++) {
        if (!memcmp(text.ptr + i, empty, length))
            return true;
    }
    return false;
}
