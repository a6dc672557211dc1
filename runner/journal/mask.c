#include "runner/journal/mask.h"

#include <ctype.h>
#include <string.h>

#include "gherkin/memory.h"
#include "gherkin/utf8.h"
#include "runner/base/buf.h"
#include "runner/base/text.h"
#include "runner/journal/codec.h"

#define HOLE       (MP_MASK_NUMBER[0])
#define NUMBER_MAX 20 /* digits that a number of the case can have */

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

/* Texts of records are UTF-8: other bytes were replaced in them. */
static void add_repaired(struct mp_mask *mask, const char *value)
{
    size_t length = strlen(value);
    if (gh_utf8_valid(value, length) == length)
        return;
    struct gh_str text = {value, length};
    text = gh_utf8_repair(&mask->arena, text);
    add_form(mask, gh_arena_copy(&mask->arena, text), false);
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
    add_form(mask, line->text, line->numbered);
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

/* ---- finding ---- */

/* "\u00e9"; -1: it is none. */
static int32_t read_unit(const char *at)
{
    int32_t unit = 0;
    if (at[0] != '\\' || at[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        if (!isxdigit((unsigned char)at[i]))
            return -1;
        int digit = is_digit(at[i]) ? at[i] - '0' : (at[i] | ' ') - 'a' + 10;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* The character that an escape of JSON stands for, as UTF-8. Returns how long
 * the escape is; 0: it is none that a secret could have. */
static size_t undo_escape(const char *at, char bytes[8])
{
    static const char letters[] = "btnfr\"\\/", plain[] = "\b\t\n\f\r\"\\/";
    const char *found = at[1] ? strchr(letters, at[1]) : NULL;
    int32_t c = found ? plain[found - letters] : read_unit(at);
    size_t used = found ? 2 : 6;
    if (c >= 0xD800 && c < 0xDC00) {
        int32_t low = read_unit(at + used);
        if (low < 0xDC00 || low > 0xDFFF)
            return 0;
        c = 0x10000 + (c - 0xD800) * 0x400 + low - 0xDC00;
        used += 6;
    }
    if (c <= 0 || (c >= 0xDC00 && c <= 0xDFFF))
        return 0;
    bytes[gh_utf8_encode((uint32_t)c, bytes)] = '\0';
    return used;
}

/* How much of text, from its start on, is a number. */
static size_t match_number(const char *text)
{
    size_t length = 0;
    while (length < NUMBER_MAX && is_digit(text[length]))
        length++;
    return length;
}

/* How much of text, from its start on, is this form; 0: it is not. Escaped: as
 * some writer of JSON has it in a string, whatever it escapes and how. */
static size_t match(const struct form *form, const char *text, bool escaped)
{
    const char *at = text, *want = form->text;
    char bytes[8] = "";
    while (*want) {
        size_t wanted = 1, used = *at == *want;
        if (form->numbered && *want == HOLE) {
            used = match_number(at);
        } else if (escaped && *at == '\\') {
            used = undo_escape(at, bytes);
            wanted = strlen(bytes);
            used = used && !strncmp(want, bytes, wanted) ? used : 0;
        }
        if (!used)
            return 0;
        at += used;
        want += wanted;
    }
    return (size_t)(at - text);
}

struct place {
    const char *at; /* NULL: nowhere */
    size_t length;
};

static struct place find_plain(const struct form *form, const char *text)
{
    if (!form->numbered)
        return (struct place){strstr(text, form->text), strlen(form->text)};
    for (; *text; text++) {
        size_t length = match(form, text, false);
        if (length)
            return (struct place){text, length};
    }
    return (struct place){0};
}

/* Before the end. */
static struct place find_escaped(const struct form *form, const char *text,
                                 const char *end)
{
    bool any = form->numbered && *form->text == HOLE;
    for (; text < end; text++) {
        if (!any && *text != *form->text && *text != '\\')
            continue;
        size_t length = match(form, text, true);
        if (length)
            return (struct place){text, length};
    }
    return (struct place){0};
}

static struct place find_form(const struct form *form, const char *text)
{
    struct place plain = find_plain(form, text);
    if (!strchr(text, '\\'))
        return plain;
    const char *end = plain.at ? plain.at + 1 : text + strlen(text);
    struct place escaped = find_escaped(form, text, end);
    bool first = escaped.at && (!plain.at || escaped.at < plain.at ||
                                escaped.length > plain.length);
    return first ? escaped : plain;
}

/* Of those that come first the longest. */
static const struct place *first_of(const struct place *places, size_t count)
{
    const struct place *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct place *place = &places[i];
        if (place->at &&
            (!first || place->at < first->at ||
             (place->at == first->at && place->length > first->length)))
            first = place;
    }
    return first;
}

bool mp_mask_is_active(const struct mp_mask *mask)
{
    return mask->count > 0;
}

/* Each form's next place is kept: one that is rare is not looked for through
 * the whole text again and again. False: it has none, nothing is appended. */
static bool apply(const struct mp_mask *mask, const char *text,
                  struct mp_buf *out)
{
    struct place *places = gh_alloc(mask->count * sizeof(*places));
    const struct place *first;
    for (size_t i = 0; i < mask->count; i++)
        places[i] = find_form(&mask->forms[i], text);
    bool found = first_of(places, mask->count);
    while ((first = first_of(places, mask->count))) {
        mp_buf_append(out, text, (size_t)(first->at - text));
        mp_buf_append_text(out, "***");
        text = first->at + first->length;
        for (size_t i = 0; i < mask->count; i++) {
            if (places[i].at && places[i].at < text)
                places[i] = find_form(&mask->forms[i], text);
        }
    }
    if (found)
        mp_buf_append_text(out, text);
    gh_free(places);
    return found;
}

void mp_mask_apply(const struct mp_mask *mask, const char *text,
                   struct mp_buf *out)
{
    if (!mask->count || !apply(mask, text, out))
        mp_buf_append_text(out, text);
}

static const char *mask_text(void *self, const char *text)
{
    struct mp_mask *mask = self;
    struct mp_buf out = {0};
    if (!apply(mask, text, &out))
        return text;
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
