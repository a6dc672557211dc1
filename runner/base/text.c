#include "runner/base/text.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_MS   (INT64_C(10) * 24 * 3600 * 1000)
#define LONGEST_WORD 64 /* for the nearest one */

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

static int least(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Edit distance with swaps of neighbours; three rows of the usual table. */
static int distance(const char *a, size_t n, const char *b, size_t m)
{
    int rows[3][LONGEST_WORD + 1];
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int *now = rows[i % 3], *last = rows[(i - 1) % 3];
        const int *before = rows[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int change = last[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = least(last[j] + 1, now[j - 1] + 1, change);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
    }
    return rows[n % 3][m];
}

const char *mp_nearest(const char *word, const char *const *candidates,
                       size_t count)
{
    size_t length = strlen(word);
    int limit = length < 4 ? 1 : length < 8 ? 2 : 3;
    const char *best = NULL;
    if (length > LONGEST_WORD)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = strlen(candidates[i]);
        if (other > LONGEST_WORD)
            continue;
        int d = distance(word, length, candidates[i], other);
        if (d <= limit && d < (int)(length > other ? length : other)) {
            limit = d - 1;
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
