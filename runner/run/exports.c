#include "runner/run/exports.h"

#include <string.h>

#include "runner/base/text.h"

struct mp_export_slot {
    const char *process;
    char *key, *value; /* owned */
};

static struct mp_export_slot *find(const struct mp_exports *exports,
                                   const char *process, const char *key)
{
    for (size_t i = 0; i < exports->count; i++) {
        struct mp_export_slot *slot = &exports->slots[i];
        if (!strcmp(slot->process, process) && !strcmp(slot->key, key))
            return slot;
    }
    return NULL;
}

static struct mp_export_slot *add(struct mp_exports *exports,
                                  const char *process, const char *key)
{
    if (exports->count == exports->capacity) {
        exports->capacity = exports->capacity ? exports->capacity * 2 : 8;
        exports->slots = gh_realloc(
            exports->slots, exports->capacity * sizeof(*exports->slots));
    }
    struct mp_export_slot *slot = &exports->slots[exports->count++];
    *slot =
        (struct mp_export_slot){.process = process, .key = mp_text_copy(key)};
    return slot;
}

void mp_exports_keep(struct mp_exports *exports, const char *process,
                     const char *key, const char *value)
{
    struct mp_export_slot *slot = find(exports, process, key);
    if (!slot)
        slot = add(exports, process, key);
    gh_free(slot->value);
    slot->value = mp_text_copy(value);
}

static void list_one(struct mp_export *list, size_t *count,
                     const struct mp_export_slot *slot)
{
    list[(*count)++] = (struct mp_export){
        .process = slot->process, .key = slot->key, .value = slot->value};
}

struct mp_export *mp_exports_list(const struct mp_exports *of_case,
                                  const struct mp_exports *of_run,
                                  size_t *count)
{
    struct mp_export *list =
        gh_alloc((of_case->count + of_run->count + 1) * sizeof(*list));
    *count = 0;
    for (size_t i = 0; i < of_case->count; i++)
        list_one(list, count, &of_case->slots[i]);
    for (size_t i = 0; i < of_run->count; i++) {
        const struct mp_export_slot *slot = &of_run->slots[i];
        if (!find(of_case, slot->process, slot->key))
            list_one(list, count, slot);
    }
    return list;
}

void mp_exports_finish(struct mp_exports *exports)
{
    for (size_t i = 0; i < exports->count; i++) {
        gh_free(exports->slots[i].key);
        gh_free(exports->slots[i].value);
    }
    gh_free(exports->slots);
    memset(exports, 0, sizeof(*exports));
}
