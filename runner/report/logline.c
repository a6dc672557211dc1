#include "runner/report/logline.h"

#include <ctype.h>
#include <stdbool.h>
#include <strings.h>

static const struct {
    const char *word;
    const char *level;
} word_table[] = {
    {"trace", "trace"}, {"verbose", "trace"},    {"debug", "debug"},
    {"info", "info"},   {"information", "info"}, {"notice", "info"},
    {"warn", "warn"},   {"warning", "warn"},     {"err", "error"},
    {"error", "error"}, {"fatal", "error"},      {"critical", "error"},
};

static const char *find_level(struct gh_str word)
{
    for (size_t i = 0; i < sizeof(word_table) / sizeof(*word_table); i++) {
        const char *known = word_table[i].word;
        if (strlen(known) == word.len &&
            !strncasecmp(known, word.ptr, word.len))
            return word_table[i].level;
    }
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Matches a pattern where 9 is a digit and T is 'T' or a space. */
static size_t match(const char *text, const char *pattern)
{
    size_t i = 0;
    for (; pattern[i]; i++) {
        char c = text[i];
        bool ok = pattern[i] == '9'   ? is_digit(c)
                  : pattern[i] == 'T' ? c == 'T' || c == ' '
                                      : c == pattern[i];
        if (!ok)
            return 0;
    }
    return i;
}

/* A point in time with an optional date, fraction and zone; its length. */
static size_t time_length(const char *text)
{
    size_t length = match(text, "9999-99-99T99:99:99");
    if (!length)
        length = match(text, "9999/99/99T99:99:99");
    if (!length)
        length = match(text, "99:99:99");
    if (!length)
        return 0;
    if ((text[length] == '.' || text[length] == ',') &&
        is_digit(text[length + 1])) {
        length++;
        while (is_digit(text[length]))
            length++;
    }
    if (text[length] == 'Z')
        length++;
    else if (text[length] == '+' || text[length] == '-') {
        size_t zone = match(text + length + 1, "99:99");
        if (!zone)
            zone = match(text + length + 1, "9999");
        length += zone ? zone + 1 : 0;
    }
    return length;
}

static const char *skip_spaces(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

/* "[...]" at text; *inner is what it holds, trimmed. NULL: none. */
static const char *skip_bracket(const char *text, struct gh_str *inner)
{
    if (*text != '[')
        return NULL;
    const char *start = skip_spaces(text + 1);
    const char *end = start;
    while (*end && *end != ']' && end - start < 40)
        end++;
    if (*end != ']')
        return NULL;
    inner->ptr = start;
    inner->len = (size_t)(end - start);
    while (inner->len && inner->ptr[inner->len - 1] == ' ')
        inner->len--;
    return end + 1;
}

/* Takes one bracket; false: none, or it holds something else. */
static bool take_bracket(const char **text, struct mp_logline *line)
{
    struct gh_str inner;
    const char *after = skip_bracket(*text, &inner);
    if (!after)
        return false;
    const char *level = find_level(inner);
    if (level && !line->level) {
        line->level = level;
    } else if (!line->time.len && inner.len &&
               time_length(inner.ptr) == inner.len) {
        line->time = inner;
    } else {
        return false;
    }
    *text = after;
    return true;
}

static bool take_time(const char **text, struct mp_logline *line)
{
    size_t length = line->time.len ? 0 : time_length(*text);
    char next = length ? (*text)[length] : 'x';
    if (next != ' ' && next != '\t' && next != ':' && next != '\0')
        return false;
    line->time.ptr = *text;
    line->time.len = length;
    *text += length + (next == ':');
    return true;
}

static bool take_word(const char **text, struct mp_logline *line)
{
    struct gh_str word = {*text, 0};
    while (word.ptr[word.len] >= 'A' && word.ptr[word.len] <= 'Z')
        word.len++;
    char next = word.ptr[word.len];
    bool ends = next == ':' || (line->time.len && (next == ' ' || !next));
    const char *level = ends && !line->level ? find_level(word) : NULL;
    if (!level)
        return false;
    line->level = level;
    *text += word.len + (next == ':');
    return true;
}

struct mp_logline mp_logline_parse(const char *line)
{
    struct mp_logline result = {0};
    const char *text = skip_spaces(line);
    const char *rest = line; /* indentation stays where nothing is taken */
    while (take_bracket(&text, &result) || take_time(&text, &result) ||
           take_word(&text, &result)) {
        text = skip_spaces(text);
        rest = text;
    }
    result.text = gh_str_of(rest);
    return result;
}
