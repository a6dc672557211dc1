#include "runner/journal/mask.h"

#include <string.h>

#include "gherkin/memory.h"
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

bool mp_mask_add(struct mp_mask *mask, const char *value)
{
    if (strlen(value) < MP_MASK_SHORTEST)
        return false;
    mask->values =
        gh_realloc(mask->values, (mask->count + 1) * sizeof(*mask->values));
    mask->values[mask->count++] = mp_text_copy(value);
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
