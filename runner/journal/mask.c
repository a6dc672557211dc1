#include "runner/journal/mask.h"

#include <string.h>

#include "gherkin/memory.h"
#include "gherkin/utf8.h"
#include "runner/base/buf.h"
#include "runner/base/text.h"
#include "runner/journal/codec.h"

#define HOLE (MP_MASK_NUMBER[0])

/* A text to look for; in a numbered one HOLE stands for any number. */
struct form {
    const char *text; /* owned by the mask, in its list */
    bool numbered;
};

struct mp_mask {
    struct form *forms; /* owned */
    size_t count;
    const struct mp_listener *listeners;
    size_t listener_count;
    struct gh_arena arena; /* of the record being handed on */
};

struct mp_mask *mp_mask_create(void)
{
    return gh_alloc(sizeof(struct mp_mask));
}

static void add_form(struct mp_mask *mask, const char *text, bool numbered)
{
    for (size_t i = 0; i < mask->count; i++) {
        const struct form *form = &mask->forms[i];
        if (form->numbered == numbered && !strcmp(form->text, text))
            return;
    }
    mask->forms =
        gh_realloc(mask->forms, (mask->count + 1) * sizeof(*mask->forms));
    mask->forms[mask->count++] = (struct form){mp_text_copy(text), numbered};
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

/* How writers of JSON differ. */
#define ESCAPES_SLASH 1u
#define ESCAPES_ALL   2u /* that is not ASCII */
#define UPPER_DIGITS  4u /* such as A and F */
#define WRITERS       8u

/* As it stands within the quotes of JSON. */
static void add_escaped(struct mp_mask *mask, const struct form *form,
                        unsigned writer)
{
    struct mp_buf out = {0};
    const char *text = form->text;
    size_t length = strlen(text), used;
    for (size_t at = 0; at < length; at += used) {
        uint32_t c;
        used = gh_utf8_decode(text + at, length - at, &c);
        if (!used) /* no UTF-8: a byte, copied as it stands */
            mp_buf_append(&out, text + at, used = 1);
        else if (c < ' ' || c == '"' || c == '\\' ||
                 (writer & ESCAPES_ALL && c >= 0x7f))
            escape_char(&out, c, writer & UPPER_DIGITS);
        else if (c == '/' && writer & ESCAPES_SLASH)
            mp_buf_append_text(&out, "\\/");
        else
            mp_buf_append(&out, text + at, used);
    }
    add_form(mask, mp_buf_text(&out), form->numbered);
    mp_buf_finish(&out);
}

static void add_forms(struct mp_mask *mask, const struct form *form)
{
    add_form(mask, form->text, form->numbered);
    for (unsigned writer = 0; writer < WRITERS; writer++)
        add_escaped(mask, form, writer);
}

/* Texts of records are UTF-8: other bytes were replaced in them. */
static void add_repaired(struct mp_mask *mask, const char *value)
{
    size_t length = strlen(value);
    if (gh_utf8_valid(value, length) == length)
        return;
    struct gh_str text = {value, length};
    text = gh_utf8_repair(&mask->arena, text);
    add_forms(mask, &(struct form){gh_arena_copy(&mask->arena, text), false});
}

/* Without what may be any number. */
static size_t known_length(const struct form *form)
{
    size_t length = 0;
    for (const char *at = form->text; *at; at++)
        length += !form->numbered || *at != HOLE;
    return length;
}

static void add_line(struct mp_mask *mask, const struct form *line)
{
    if (known_length(line) < MP_MASK_SHORTEST)
        return;
    add_forms(mask, line);
    if (!line->numbered)
        add_repaired(mask, line->text);
}

static bool add_value(struct mp_mask *mask, const struct form *value)
{
    if (known_length(value) < MP_MASK_SHORTEST)
        return false;
    add_line(mask, value);
    struct form rest = *value;
    while (strchr(rest.text, '\n')) { /* what is printed comes line by line */
        struct gh_str line = {rest.text, strcspn(rest.text, "\n")};
        rest.text += line.len + (rest.text[line.len] == '\n');
        line = gh_utf8_trim(line);
        add_line(mask, &(struct form){gh_arena_copy(&mask->arena, line),
                                      value->numbered});
    }
    add_line(mask, &rest);
    gh_arena_reset(&mask->arena);
    return true;
}

bool mp_mask_add(struct mp_mask *mask, const char *value)
{
    return add_value(mask, &(struct form){value, false});
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool mp_mask_add_numbered(struct mp_mask *mask, const char *value)
{
    struct mp_buf text = {0};
    for (; *value; value++) {
        /* A number takes the digits behind it, too. */
        bool behind = text.len && text.data[text.len - 1] == HOLE;
        if (!behind || (!is_digit(*value) && *value != HOLE))
            mp_buf_append_char(&text, *value);
    }
    bool numbered = strchr(mp_buf_text(&text), HOLE);
    bool added = add_value(mask, &(struct form){mp_buf_text(&text), numbered});
    mp_buf_finish(&text);
    return added;
}

/* How much of text, from its start on, is this form; 0: it is not. */
static size_t match_numbered(const char *form, const char *text)
{
    const char *at = text;
    for (; *form; form++) {
        if (*form == HOLE ? !is_digit(*at) : *form != *at)
            return 0;
        at++;
        while (*form == HOLE && is_digit(*at))
            at++;
    }
    return (size_t)(at - text);
}

static const char *find_form(const struct form *form, const char *text,
                             size_t *length)
{
    if (!form->numbered) {
        *length = strlen(form->text);
        return strstr(text, form->text);
    }
    for (; *text; text++) {
        if ((*length = match_numbered(form->text, text)))
            return text;
    }
    return NULL;
}

/* The first place of any form at or after text; *length is the longest that
 * stands there. */
static const char *find_any(const struct mp_mask *mask, const char *text,
                            size_t *length)
{
    const char *first = NULL;
    *length = 0;
    for (size_t i = 0; i < mask->count; i++) {
        size_t size;
        const char *at = find_form(&mask->forms[i], text, &size);
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
        gh_free((char *)mask->forms[i].text);
    gh_free(mask->forms);
    gh_arena_finish(&mask->arena);
    gh_free(mask);
}
