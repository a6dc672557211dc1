#include "runner/proc/variables.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEAST_ROOM 64

/* Set only where the user has not. */
static const char *const default_table[] = {
    "PYTHONUNBUFFERED=1",
    "PYTHONUTF8=1",
    "PYTHONIOENCODING=utf-8",
    "NO_COLOR=1",
};

/* The place of the entry of that name; count: there is none. */
static size_t find(const struct mp_variables *variables, const char *entry)
{
    size_t length = strcspn(entry, "=") + 1, at = 0;
    while (at < variables->count &&
           strncmp(variables->list[at], entry, length) != 0)
        at++;
    return at;
}

static void put(struct mp_variables *variables, size_t at, char *entry)
{
    if (variables->count + 1 >= variables->room) {
        size_t room = 2 * variables->room + LEAST_ROOM;
        char **list =
            gh_arena_array(variables->arena, room, sizeof(*variables->list));
        if (variables->count)
            memcpy(list, variables->list,
                   variables->count * sizeof(*variables->list));
        variables->list = list;
        variables->room = room;
    }
    variables->list[at] = entry;
    variables->count += at == variables->count;
    variables->list[variables->count] = NULL;
}

void mp_variables_init(struct mp_variables *variables, struct gh_arena *arena,
                       char *const *own)
{
    *variables = (struct mp_variables){.arena = arena};
    for (; *own; own++) {
        if (strchr(*own, '='))
            put(variables, variables->count, *own);
    }
    size_t count = sizeof(default_table) / sizeof(*default_table);
    for (size_t i = 0; i < count; i++) {
        const char *entry = default_table[i];
        size_t at = find(variables, entry);
        if (at == variables->count)
            put(variables, at, gh_arena_copy(arena, gh_str_of(entry)));
    }
}

void mp_variables_set(struct mp_variables *variables, const char *name,
                      const char *value)
{
    char *entry = gh_arena_format(variables->arena, "%s=%s", name, value);
    put(variables, find(variables, entry), entry);
}

void mp_variables_set_number(struct mp_variables *variables, const char *name,
                             uint64_t value)
{
    char text[32];
    snprintf(text, sizeof(text), "%" PRIu64, value);
    mp_variables_set(variables, name, text);
}
