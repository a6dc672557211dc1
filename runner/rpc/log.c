#include "runner/rpc/log.h"

#include <cJSON.h>
#include <strings.h>

#define PREFIX_TOKENS 4
#define BRACKET_BYTES 48

static const struct {
    const char *word;
    const char *level;
} level_table[] = {
    {"trace", "trace"}, {"verbose", "trace"},  {"debug", "debug"},
    {"dbg", "debug"},   {"info", "info"},      {"information", "info"},
    {"notice", "info"}, {"warn", "warn"},      {"warning", "warn"},
    {"error", "error"}, {"err", "error"},      {"severe", "error"},
    {"fatal", "error"}, {"critical", "error"}, {"crit", "error"},
};

const char *mp_log_level(struct gh_str word)
{
    for (size_t i = 0; i < sizeof level_table / sizeof *level_table; i++)
        if (strlen(level_table[i].word) == word.len &&
            !strncasecmp(level_table[i].word, word.ptr, word.len))
            return level_table[i].level;
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of the part of text at the pattern's shape (0: a digit, any
 * other character: itself), 0: it is not there. */
static size_t shape(struct gh_str text, size_t at, const char *pattern)
{
    size_t i = 0;
    for (; pattern[i]; i++) {
        if (at + i >= text.len)
            return 0;
        char c = text.ptr[at + i];
        if (pattern[i] == '0' ? !is_digit(c) : c != pattern[i])
            return 0;
    }
    return i;
}

static size_t digits(struct gh_str text, size_t at)
{
    size_t count = 0;
    while (at + count < text.len && is_digit(text.ptr[at + count]))
        count++;
    return count;
}

/* The length of a time at the start of text, with or without date, fraction
 * and zone; 0: none. */
static size_t time_length(struct gh_str text)
{
    size_t at = shape(text, 0, "0000-00-00T");
    if (!at)
        at = shape(text, 0, "0000-00-00 ");
    size_t clock = shape(text, at, "00:00:00");
    if (!clock)
        return 0;
    at += clock;
    if (at < text.len && (text.ptr[at] == '.' || text.ptr[at] == ',') &&
        digits(text, at + 1))
        at += 1 + digits(text, at + 1);
    if (at < text.len && text.ptr[at] == 'Z')
        return at + 1;
    if (at < text.len && (text.ptr[at] == '+' || text.ptr[at] == '-')) {
        size_t zone = shape(text, at + 1, "00:00");
        if (!zone)
            zone = shape(text, at + 1, "0000");
        if (zone)
            at += 1 + zone;
    }
    return at;
}

static struct gh_str after(struct gh_str text, size_t length)
{
    return (struct gh_str){text.ptr + length, text.len - length};
}

/* Notes a level or time that text is as a whole. False: it is neither. */
static bool note_token(struct gh_str token, const char **level,
                       struct gh_str *time)
{
    if (token.len && time_length(token) == token.len) {
        if (!time->len)
            *time = token;
        return true;
    }
    const char *found = mp_log_level(token);
    if (found && !*level)
        *level = found;
    return found != NULL;
}

/* "[...]" at the start: its length if it is a level or time, else 0. */
static size_t bracket_token(struct gh_str line, const char **level,
                            struct gh_str *time)
{
    size_t within = line.len < BRACKET_BYTES ? line.len : BRACKET_BYTES;
    const char *end = memchr(line.ptr, ']', within);
    if (!end)
        return 0;
    struct gh_str token = {line.ptr + 1, (size_t)(end - line.ptr) - 1};
    while (token.len && token.ptr[token.len - 1] == ' ')
        token.len--;
    return note_token(token, level, time) ? (size_t)(end - line.ptr) + 1 : 0;
}

/* "WARN " or "warning:" at the start. A lower-case word alone may be the
 * sentence's own first. */
static size_t word_token(struct gh_str line, const char **level,
                         struct gh_str *time)
{
    size_t length = 0;
    bool upper = true;
    while (length < line.len && ((line.ptr[length] | 0x20) >= 'a' &&
                                 (line.ptr[length] | 0x20) <= 'z')) {
        upper = upper && line.ptr[length] <= 'Z';
        length++;
    }
    bool colon = length < line.len && line.ptr[length] == ':';
    bool space = length < line.len && line.ptr[length] == ' ';
    struct gh_str token = {line.ptr, length};
    if (!length || !(colon || (space && upper)) ||
        !note_token(token, level, time))
        return 0;
    return length + colon;
}

void mp_log_prefix(struct gh_str line, const char **level, struct gh_str *time)
{
    *level = NULL;
    *time = (struct gh_str){0};
    for (int i = 0; i < PREFIX_TOKENS; i++) {
        while (line.len && line.ptr[0] == ' ')
            line = after(line, 1);
        if (!line.len)
            return;
        size_t length = time_length(line);
        if (length)
            note_token((struct gh_str){line.ptr, length}, level, time);
        else if (line.ptr[0] == '[')
            length = bracket_token(line, level, time);
        else
            length = word_token(line, level, time);
        if (!length)
            return;
        line = after(line, length);
    }
}

static const char *copy_member(struct gh_arena *arena, const cJSON *object,
                               const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text ? gh_arena_copy(arena, gh_str_of(text)) : NULL;
}

static const char *line_text(const cJSON *item)
{
    if (cJSON_IsObject(item))
        item = cJSON_GetObjectItemCaseSensitive(item, "message");
    return cJSON_GetStringValue(item);
}

static void read_line(const cJSON *item, const char *text,
                      struct gh_arena *arena, struct mp_log_line *line)
{
    struct gh_str time = {0};
    const char *level = NULL;
    mp_log_prefix(gh_str_of(text), &level, &time);
    line->text = gh_arena_copy(arena, gh_str_of(text));
    if (cJSON_IsObject(item)) {
        const char *word = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(item, "level"));
        line->time = copy_member(arena, item, "time");
        if (mp_log_level(gh_str_of(word)))
            level = mp_log_level(gh_str_of(word));
    }
    line->level = level;
    if (!line->time && time.len)
        line->time = gh_arena_copy(arena, time);
}

bool mp_log_parse(const struct cJSON *array, struct gh_arena *arena,
                  const struct mp_log_line **lines, size_t *count)
{
    size_t total = cJSON_IsArray(array) ? (size_t)cJSON_GetArraySize(array) : 0;
    size_t kept = total < MP_LOG_MAX_LINES ? total : MP_LOG_MAX_LINES;
    struct mp_log_line *read =
        gh_arena_array(arena, kept + 1, sizeof(struct mp_log_line));
    size_t bytes = 0, seen = 0;
    const cJSON *item;
    *lines = read;
    *count = 0;
    cJSON_ArrayForEach(item, array)
    {
        const char *text = line_text(item);
        if (!text)
            return false;
        size_t length = strlen(text);
        // The first line that does not fit ends it: no gaps in between.
        if (seen == *count && *count < kept &&
            bytes + length <= MP_LOG_MAX_BYTES) {
            bytes += length;
            read_line(item, text, arena, &read[(*count)++]);
        }
        seen++;
    }
    if (seen > *count) {
        read[*count].level = "warn";
        read[*count].text = gh_arena_format(
            arena, "\xe2\x80\xa6 %zu lines dropped", seen - *count);
        (*count)++;
    }
    return cJSON_IsArray(array);
}
