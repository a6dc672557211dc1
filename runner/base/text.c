#include "runner/base/text.h"

#include <stdio.h>
#include <string.h>

#include "gherkin/distance.h"

#define LONGEST_MS (INT64_C(10) * 24 * 3600 * 1000)

char *mp_text_copy(const char *text)
{
    struct mp_buf copy = {0};
    mp_buf_append_text(&copy, text);
    return mp_buf_take(&copy);
}

static bool unit_ms(struct gh_str unit, bool bare_ms, bool zero, double *factor)
{
    static const struct {
        const char *name;
        double ms;
    } unit_table[] = {{"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}};
    for (size_t i = 0; i < sizeof(unit_table) / sizeof(*unit_table); i++) {
        if (gh_str_equal(unit, gh_str_of(unit_table[i].name))) {
            *factor = unit_table[i].ms;
            return true;
        }
    }
    *factor = 1;
    return unit.len == 0 && (bare_ms || zero);
}

bool mp_duration_parse(struct gh_str text, bool bare_ms, int64_t *ms)
{
    double number = 0, scale = 0;
    size_t i = 0, digits = 0;
    for (; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && scale == 0 && digits) {
            scale = 1;
            continue;
        }
        if (c < '0' || c > '9')
            break;
        digits++;
        if (number > 1e13)
            return false;
        number = number * 10 + (c - '0');
        scale *= 10;
    }
    if (!digits || text.ptr[i - 1] == '.')
        return false;
    if (scale > 0)
        number /= scale;
    double factor;
    struct gh_str unit = {text.ptr + i, text.len - i};
    if (!unit_ms(unit, bare_ms, number == 0, &factor))
        return false;
    number *= factor;
    if (number > (double)LONGEST_MS)
        return false;
    *ms = (int64_t)(number + 0.5);
    return true;
}

/* Seconds with what is behind the point, but for zeros at the end. */
static void format_fraction(int64_t ms, char text[MP_DURATION_SIZE])
{
    int digits = 3, rest = (int)(ms % 1000);
    for (; rest % 10 == 0; rest /= 10)
        digits--;
    snprintf(text, MP_DURATION_SIZE, "%lld.%0*ds", (long long)ms / 1000, digits,
             rest);
}

const char *mp_duration_format(int64_t ms, char text[MP_DURATION_SIZE])
{
    if (ms >= 60000 && ms % 60000 == 0)
        snprintf(text, MP_DURATION_SIZE, "%lldm", (long long)ms / 60000);
    else if (ms < 1000)
        snprintf(text, MP_DURATION_SIZE, "%lldms", (long long)ms);
    else if (ms % 1000 == 0)
        snprintf(text, MP_DURATION_SIZE, "%llds", (long long)ms / 1000);
    else
        format_fraction(ms, text);
    return text;
}

const char *mp_nearest(const char *word, const char *const *candidates,
                       size_t count)
{
    struct gh_str said = gh_str_of(word);
    size_t length = said.len;
    size_t above = length < 4 ? 2 : length < 8 ? 3 : 4;
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = strlen(candidates[i]);
        size_t distance =
            gh_distance_below(said, gh_str_of(candidates[i]), above);
        if (distance < above && distance < (length > other ? length : other)) {
            above = distance;
            best = candidates[i];
        }
    }
    return best;
}

/* Reads one word from *at into buf; false: a quote stays open. */
static bool read_word(const char **at, struct mp_buf *buf)
{
    char quote = 0;
    const char *p = *at;
    for (; *p; p++) {
        if (!quote && strchr(" \t\n", *p))
            break;
        if (quote == *p) {
            quote = 0;
        } else if (!quote && (*p == '\'' || *p == '"')) {
            quote = *p;
        } else if (*p == '\\' && quote != '\'' && p[1] &&
                   (!quote || strchr("\\\"$`", p[1]))) {
            mp_buf_append_char(buf, *++p);
        } else {
            mp_buf_append_char(buf, *p);
        }
    }
    *at = p;
    return !quote;
}

char **mp_words_split(const char *line, struct gh_arena *arena)
{
    size_t longest = strlen(line) / 2 + 2, count = 0;
    char **words = gh_arena_array(arena, longest, sizeof(*words));
    struct mp_buf word = {0};
    for (;;) {
        line += strspn(line, " \t\n");
        if (!*line)
            break;
        mp_buf_reset(&word);
        if (!read_word(&line, &word)) {
            words = NULL;
            break;
        }
        words[count++] = gh_arena_copy(arena, gh_str_of(mp_buf_text(&word)));
    }
    mp_buf_finish(&word);
    return words;
}

void mp_words_quote(struct mp_buf *buf, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR"
                                "STUVWXYZ0123456789-_./:=@%+,";
    if (*word && strspn(word, plain) == strlen(word)) {
        mp_buf_append_text(buf, word);
        return;
    }
    mp_buf_append_char(buf, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            mp_buf_append_text(buf, "'\\''");
        else
            mp_buf_append_char(buf, *word);
    }
    mp_buf_append_char(buf, '\'');
}
