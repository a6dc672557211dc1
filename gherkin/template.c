#include "gherkin/template.h"

#define LONGEST_TEXT ((size_t)1 << 20)
#define NO_COLUMN    UINT32_MAX

static int compare(struct gh_str a, struct gh_str b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return a.len ? memcmp(a.ptr, b.ptr, a.len) : 0;
}

/* Merge sort, bottom up: stable and never quadratic. */
static void sort(uint32_t *items, uint32_t *scratch, uint32_t count,
                 const struct gh_str *names)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            size_t middle = low + width < count ? low + width : count;
            size_t high = low + 2 * width < count ? low + 2 * width : count;
            size_t i = low, j = middle;
            for (size_t k = low; k < high; k++) {
                bool left = j == high ||
                            (i < middle &&
                             compare(names[items[i]], names[items[j]]) <= 0);
                scratch[k] = left ? items[i++] : items[j++];
            }
        }
        memcpy(items, scratch, count * sizeof(*items));
    }
}

static bool has_bracket(struct gh_str text)
{
    return text.len &&
           (memchr(text.ptr, '<', text.len) || memchr(text.ptr, '>', text.len));
}

void gh_template_columns_init(struct gh_template_columns *columns,
                              const struct gh_str *names, uint32_t count,
                              struct gh_arena *arena)
{
    *columns = (struct gh_template_columns){names, count, NULL, false};
    columns->sorted = gh_arena_array(arena, count, sizeof(uint32_t));
    uint32_t *scratch = gh_arena_array(arena, count, sizeof(uint32_t));
    for (uint32_t i = 0; i < count; i++) {
        columns->sorted[i] = i;
        columns->has_brackets |= has_bracket(names[i]);
    }
    sort(columns->sorted, scratch, count, names);
}

/* The first column with that name, of those from a given one on. */
static uint32_t find_column(const struct gh_template_columns *columns,
                            struct gh_str name, uint32_t from)
{
    uint32_t low = 0, high = columns->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t column = columns->sorted[middle];
        int order = compare(columns->names[column], name);
        if (order < 0 || (!order && column < from))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == columns->count)
        return NO_COLUMN;
    uint32_t column = columns->sorted[low];
    return gh_str_equal(columns->names[column], name) ? column : NO_COLUMN;
}

/* The next placeholder, of a column from a given one on, at or after *at,
 * which is then at its <. Names have no brackets here, so that a placeholder
 * ends at the next bracket. */
static uint32_t next_placeholder(const struct gh_template_columns *columns,
                                 uint32_t from, const char **at,
                                 const char *end, const char **after)
{
    const char *p = *at;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
        const char *stop = p + 1;
        while (stop < end && *stop != '<' && *stop != '>')
            stop++;
        if (stop == end)
            break;
        struct gh_str name = {p + 1, (size_t)(stop - p - 1)};
        uint32_t column =
            *stop == '>' ? find_column(columns, name, from) : NO_COLUMN;
        if (column != NO_COLUMN) {
            *at = p;
            *after = stop + 1;
            return column;
        }
        p = stop;
    }
    return NO_COLUMN;
}

static uint32_t count_placeholders(const struct gh_template_columns *columns,
                                   struct gh_str text)
{
    const char *at = text.ptr, *end = text.ptr + text.len, *after;
    uint32_t count = 0;
    while (next_placeholder(columns, 0, &at, end, &after) != NO_COLUMN) {
        count++;
        at = after;
    }
    return count;
}

void gh_template_init(struct gh_template *template, struct gh_str text,
                      const struct gh_template_columns *columns,
                      struct gh_arena *arena)
{
    *template = (struct gh_template){.text = text, .tail = text};
    if (!text.len || !memchr(text.ptr, '<', text.len))
        return;
    if (columns->has_brackets) {
        template->part_count = 1; /* filled the slow way */
        return;
    }
    uint32_t count = count_placeholders(columns, text);
    if (!count)
        return;
    template->parts = gh_arena_array(arena, count, sizeof(*template->parts));
    template->part_count = count;
    const char *from = text.ptr, *end = text.ptr + text.len;
    for (uint32_t i = 0; i < count; i++) {
        const char *at = from, *after = end;
        uint32_t column = next_placeholder(columns, 0, &at, end, &after);
        struct gh_str literal = {from, (size_t)(at - from)};
        template->parts[i] = (struct gh_template_part){literal, column};
        from = after;
    }
    template->tail = (struct gh_str){from, (size_t)(end - from)};
}

static size_t count_matches(struct gh_str text, struct gh_str pattern)
{
    const char *at = text.ptr, *end = text.ptr + text.len;
    size_t count = 0;
    while ((at = memmem(at, (size_t)(end - at), pattern.ptr, pattern.len))) {
        count++;
        at += pattern.len;
    }
    return count;
}

/* Replaces all patterns. False where the text would become too long. */
static bool replace(struct gh_str *text, struct gh_str pattern,
                    struct gh_str value, struct gh_arena *arena)
{
    size_t count = count_matches(*text, pattern);
    if (!count)
        return true;
    if (value.len > pattern.len &&
        value.len - pattern.len > LONGEST_TEXT / count)
        return false;
    size_t size = text->len - count * pattern.len + count * value.len;
    if (size > LONGEST_TEXT && size > text->len)
        return false;
    const char *from = text->ptr, *end = text->ptr + text->len, *at;
    char *out = gh_arena_alloc(arena, size + 1), *next = out;
    while (
        (at = memmem(from, (size_t)(end - from), pattern.ptr, pattern.len))) {
        next = mempcpy(next, from, (size_t)(at - from));
        if (value.len)
            next = mempcpy(next, value.ptr, value.len);
        from = at + pattern.len;
    }
    memcpy(next, from, (size_t)(end - from));
    *text = (struct gh_str){out, size};
    return true;
}

static struct gh_str in_brackets(struct gh_str name, struct gh_arena *arena)
{
    char *pattern = gh_arena_alloc(arena, name.len + 2);
    pattern[0] = '<';
    if (name.len)
        memcpy(pattern + 1, name.ptr, name.len);
    pattern[name.len + 1] = '>';
    return (struct gh_str){pattern, name.len + 2};
}

/* The lowest column from a given one on that the text holds. */
static uint32_t lowest_column(const struct gh_template_columns *columns,
                              struct gh_str text, uint32_t from)
{
    const char *at = text.ptr, *end = text.ptr + text.len, *after;
    uint32_t lowest = NO_COLUMN, column;
    while ((column = next_placeholder(columns, from, &at, end, &after)) !=
           NO_COLUMN) {
        if (column < lowest)
            lowest = column;
        at = after;
    }
    return lowest;
}

static struct gh_str fill_in_turn(struct gh_str text,
                                  const struct gh_template_columns *columns,
                                  const struct gh_str *values,
                                  struct gh_arena *arena)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        if (!columns->has_brackets) {
            i = lowest_column(columns, text, i);
            if (i == NO_COLUMN)
                break;
        }
        struct gh_str pattern = in_brackets(columns->names[i], arena);
        if (!replace(&text, pattern, values[i], arena))
            break;
    }
    return text;
}

struct gh_str gh_template_fill(const struct gh_template *template,
                               const struct gh_template_columns *columns,
                               const struct gh_str *values,
                               struct gh_arena *arena)
{
    if (!template->part_count)
        return template->text;
    if (!template->parts)
        return fill_in_turn(template->text, columns, values, arena);
    size_t size = template->tail.len;
    for (uint32_t i = 0; i < template->part_count; i++) {
        const struct gh_template_part *part = &template->parts[i];
        size += part->literal.len + values[part->column].len;
    }
    char *out = gh_arena_alloc(arena, size + 1), *end = out;
    for (uint32_t i = 0; i < template->part_count; i++) {
        const struct gh_template_part *part = &template->parts[i];
        struct gh_str value = values[part->column];
        memcpy(end, part->literal.ptr, part->literal.len);
        end += part->literal.len;
        if (value.len)
            memcpy(end, value.ptr, value.len);
        end += value.len;
    }
    memcpy(end, template->tail.ptr, template->tail.len);
    struct gh_str filled = {out, size};
    const char *at = out, *after;
    if (next_placeholder(columns, 0, &at, out + size, &after) == NO_COLUMN)
        return filled;
    return fill_in_turn(template->text, columns, values, arena);
}
