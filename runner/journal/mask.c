#include "runner/journal/mask.h"

#include <string.h>

#include "gherkin/memory.h"
#include "gherkin/utf8.h"
#include "runner/base/buf.h"
#include "runner/base/text.h"
#include "runner/journal/codec.h"

struct mp_mask {
    char **values; /* owned */
    size_t count;
    const struct mp_listener *listeners;
    size_t listener_count;
    struct gh_arena arena; /* of the record being handed on */
};

struct mp_mask *mp_mask_create(void)
{
    return gh_alloc(sizeof(struct mp_mask));
}

static void add_form(struct mp_mask *mask, const char *form)
{
    for (size_t i = 0; i < mask->count; i++) {
        if (!strcmp(mask->values[i], form))
            return;
    }
    mask->values =
        gh_realloc(mask->values, (mask->count + 1) * sizeof(*mask->values));
    mask->values[mask->count++] = mp_text_copy(form);
}

static void escape_unit(struct mp_buf *out, uint32_t unit, bool upper)
{
    if (upper)
        mp_buf_format(out, "\\u%04X", unit);
    else
        mp_buf_format(out, "\\u%04x", unit);
}

static void escape_char(struct mp_buf *out, uint32_t c, bool upper)
{
    static const char plain[] = "\b\t\n\f\r\"\\";
    static const char letters[] = "btnfr\"\\";
    const char *found = c && c < 0x80 ? strchr(plain, (int)c) : NULL;
    if (found) {
        mp_buf_format(out, "\\%c", letters[found - plain]);
    } else if (c < 0x10000) {
        escape_unit(out, c, upper);
    } else {
        escape_unit(out, 0xD800 + ((c - 0x10000) >> 10), upper);
        escape_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF), upper);
    }
}

/* As it stands within the quotes of JSON; ascii: by those who escape all that
 * is not ASCII, upper: with digits such as A and F. */
static void add_escaped(struct mp_mask *mask, const char *value, bool ascii,
                        bool upper)
{
    struct mp_buf out = {0};
    size_t length = strlen(value), used;
    for (size_t at = 0; at < length; at += used) {
        uint32_t c;
        used = gh_utf8_decode(value + at, length - at, &c);
        if (!used) /* no UTF-8: a byte, copied as it stands */
            mp_buf_append(&out, value + at, used = 1);
        else if (c < ' ' || c == '"' || c == '\\' || (ascii && c >= 0x7f))
            escape_char(&out, c, upper);
        else
            mp_buf_append(&out, value + at, used);
    }
    add_form(mask, mp_buf_text(&out));
    mp_buf_finish(&out);
}

static void add_forms(struct mp_mask *mask, const char *value)
{
    add_form(mask, value);
    add_escaped(mask, value, false, false);
    add_escaped(mask, value, true, false);
    add_escaped(mask, value, true, true);
}

/* Texts of records are UTF-8: other bytes were replaced in them. */
static void add_repaired(struct mp_mask *mask, const char *value)
{
    size_t length = strlen(value);
    if (gh_utf8_valid(value, length) == length)
        return;
    struct gh_str text = {value, length};
    text = gh_utf8_repair(&mask->arena, text);
    add_forms(mask, gh_arena_copy(&mask->arena, text));
}

static void add_line(struct mp_mask *mask, const char *line)
{
    if (strlen(line) < MP_MASK_SHORTEST)
        return;
    add_forms(mask, line);
    add_repaired(mask, line);
}

bool mp_mask_add(struct mp_mask *mask, const char *value)
{
    if (strlen(value) < MP_MASK_SHORTEST)
        return false;
    add_line(mask, value);
    while (strchr(value, '\n')) { /* what is printed comes line by line */
        struct gh_str line = {value, strcspn(value, "\n")};
        value += line.len + (value[line.len] == '\n');
        line = gh_utf8_trim(line);
        add_line(mask, gh_arena_copy(&mask->arena, line));
    }
    add_line(mask, value);
    gh_arena_reset(&mask->arena);
    return true;
}

/* The first place of any value at or after text; *length is the longest that
 * stands there. */
static const char *find_any(const struct mp_mask *mask, const char *text,
                            size_t *length)
{
    const char *first = NULL;
    *length = 0;
    for (size_t i = 0; i < mask->count; i++) {
        const char *at = strstr(text, mask->values[i]);
        size_t size = strlen(mask->values[i]);
        if (!at || (first && (at > first || (at == first && size < *length))))
            continue;
        first = at;
        *length = size;
    }
    return first;
}

bool mp_mask_is_active(const struct mp_mask *mask)
{
    return mask->count > 0;
}

void mp_mask_apply(const struct mp_mask *mask, const char *text,
                   struct mp_buf *out)
{
    size_t length;
    const char *at = find_any(mask, text, &length);
    for (; at; at = find_any(mask, text, &length)) {
        mp_buf_append(out, text, (size_t)(at - text));
        mp_buf_append_text(out, "***");
        text = at + length;
    }
    mp_buf_append_text(out, text);
}

static const char *mask_text(void *self, const char *text)
{
    struct mp_mask *mask = self;
    struct mp_buf out = {0};
    size_t length;
    if (!find_any(mask, text, &length))
        return text;
    mp_mask_apply(mask, text, &out);
    const char *masked = gh_arena_copy(&mask->arena, gh_str_of(out.data));
    mp_buf_finish(&out);
    return masked;
}

static void on_record(void *self, const struct mp_record *record)
{
    struct mp_mask *mask = self;
    struct mp_record masked = *record;
    if (mask->count)
        mp_codec_each_text(&masked, mask_text, mask);
    for (size_t i = 0; i < mask->listener_count; i++)
        mask->listeners[i].on_record(mask->listeners[i].self, &masked);
    gh_arena_reset(&mask->arena);
}

struct mp_listener mp_mask_listener(struct mp_mask *mask,
                                    const struct mp_listener *listeners,
                                    size_t count)
{
    mask->listeners = listeners;
    mask->listener_count = count;
    return (struct mp_listener){.self = mask, .on_record = on_record};
}

void mp_mask_destroy(struct mp_mask *mask)
{
    if (!mask)
        return;
    for (size_t i = 0; i < mask->count; i++)
        gh_free(mask->values[i]);
    gh_free(mask->values);
    gh_arena_finish(&mask->arena);
    gh_free(mask);
}
